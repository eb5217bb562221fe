/* journal_rule.h - defines which entries maxport can have written to its journal.
 *
 * With administrator rights, resolving and undo write values from the journal, and restore reads
 * the backup that an entry names. Therefore the parser rejects every entry that maxport cannot have
 * written, and other code need not check the entries again. A change applies the same rules before
 * it writes its entry, so that the parser will accept the entry.
 */
#ifndef CORE_JOURNAL_JOURNAL_RULE_H
#define CORE_JOURNAL_JOURNAL_RULE_H

#include "core/journal/entry.h"

/* The highest id. Many JSON readers lose digits of integers above 2^53. */
#define JOURNAL_ID_MAX ((uint64_t)1 << 53)

enum {
    JOURNAL_VALUE_MAX = 1024 * 1024, /* bytes of a value before or after a change */
    JOURNAL_STEPS_MAX = 64,
    /* After a crash, files of an id that the journal lacks can exist. Therefore a change tries up
     * to this many ids and uses the first id without a backup file. */
    JOURNAL_ID_TRIES = 1000,
};

/* Returns the highest valid id of an entry that follows the entries of `earlier`. The limit exists
 * because a forged high id would leave no ids for later changes. The limit leaves room for bad
 * lines, because each may have been an entry. If `earlier` has no entry, it also leaves room for
 * older entries that were deleted or skipped. */
uint64_t journal_rule_last_id(const struct journal *earlier);

/* Returns whether maxport can have started this entry after the entries of `earlier`. The file
 * names of the entry may still be empty. The command determines the allowed steps:
 *
 *   set        settings of the catalog, each once, to a number valid on some Windows
 *   reset      settings of the catalog, each once, to absent
 *   range set  one running range, to numbers that netsh accepts
 *   restore    values that restore_rule_allows accepts, each once
 *   undo       the places of the undone entry, to their former values; if `earlier` lacks that
 *              entry because older lines were skipped, values that restore_rule_allows accepts,
 *              or running ranges, each once
 *   backup     none
 *   restore-point return   none
 *
 * `before` may be absent or any bytes up to JOURNAL_VALUE_MAX, but not a registry link. Fails with
 * FAULT_USAGE, which gives the reason. */
bool journal_rule_allows(const struct journal_entry *entry, const struct journal *earlier,
                         struct fault *fault) MUST_CHECK;

#endif
