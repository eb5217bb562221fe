/* journal_rule.h - which entries maxport could have written into its journal.
 *
 * Whoever settles, undoes or restores writes what the journal says, and does so with an
 * administrator's rights. So an entry that no maxport can have written is bad when its
 * line is parsed, and nothing later has to ask again. A change asks the same before it
 * writes its entry: what is written can be read back.
 */
#ifndef CORE_JOURNAL_JOURNAL_RULE_H
#define CORE_JOURNAL_JOURNAL_RULE_H

#include "core/journal/entry.h"

/* Whole numbers above 2^53 lose digits in many a JSON reader. */
#define JOURNAL_ID_MAX ((uint64_t)1 << 53)

enum {
    JOURNAL_VALUE_MAX = 1024 * 1024, /* bytes of a value before or after a change */
    JOURNAL_STEPS_MAX = 64,
    /* A crash can leave backup files of an id that no journal line names; the next change
     * uses the first of so many ids that has no files. */
    JOURNAL_ID_TRIES = 1000,
};

/* The highest id that an entry after those of `earlier` can have: a line with a higher one
 * would use up the ids of all changes to come. Each bad line may have been an entry. Before
 * the first entry of a journal, lines may have been deleted or not read. */
uint64_t journal_rule_last_id(const struct journal *earlier);

/* Could maxport have begun this entry after those of `earlier`? Its files may still be
 * without names. By command:
 *
 *   set        settings of the catalog, each once, to a number that some Windows takes
 *   reset      settings of the catalog, each once, to absent
 *   range set  one running range, to numbers that netsh takes
 *   restore    values that restore_rule_allows, each once
 *   undo       what the entry that it undoes touched, to what was there before
 *   backup     no steps
 *
 * `before` is what was found: absent or any bytes but a link, up to JOURNAL_VALUE_MAX.
 * FAULT_USAGE says what is wrong. */
bool journal_rule_allows(const struct journal_entry *entry, const struct journal *earlier,
                         struct fault *fault) MUST_CHECK;

#endif
