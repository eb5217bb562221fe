/* entry_backup.h - checks the backup of a journal entry against the digest in the journal.
 *
 * The digest detects corruption; the permissions of the store prevent tampering.
 */
#ifndef CORE_CHANGE_ENTRY_BACKUP_H
#define CORE_CHANGE_ENTRY_BACKUP_H

#include "core/journal/entry.h"
#include "core/system/store.h"

enum backup_state {
    BACKUP_NONE,     /* the entry has no backup */
    BACKUP_INTACT,   /* unchanged; without a digest in the journal: the file can be read */
    BACKUP_MISSING,  /* the file does not exist */
    BACKUP_MODIFIED, /* the digest differs */
    BACKUP_UNREAD,   /* the file could not be read */
};

/* Returns the name of the state in JSON: "none", "intact" ... */
const char *backup_state_name(enum backup_state state);

/* Reads the backup of the entry and compares it with the digest. Sets the fault to the reason if
 * the state is missing, modified or unread. */
enum backup_state entry_backup_state(const struct journal_entry *entry, const struct store *store,
                                     enum store_view view, struct fault *fault) MUST_CHECK;

/* Like entry_backup_state(), for each entry of a list. Any user can delay the reading of a public
 * copy by two seconds, so after the first copy that could not be read, *is_blocked is set, and the
 * copies of the following entries are BACKUP_UNREAD without being opened. */
enum backup_state entry_backup_state_next(const struct journal_entry *entry,
                                          const struct store *store, enum store_view view,
                                          bool *is_blocked) MUST_CHECK;

/* Returns true if the bytes match the digest of the entry's backup, or if the entry has no digest.
 */
bool entry_backup_matches(const struct journal_entry *entry, const void *data, size_t length);

enum backup_check {
    BACKUP_GOOD, /* intact, or the entry has no digest */
    /* Not checked, because the file is missing or the public copy could not be read. Commands
     * continue; a command that writes reads the private file. */
    BACKUP_UNSEEN,
    BACKUP_BAD, /* the backup was modified, or the private file could not be read */
};

/* Returns whether a command may rely on the backup of an entry. If not, the fault gives the
 * reason. */
enum backup_check entry_check_backup(const struct journal_entry *entry, const struct store *store,
                                     enum store_view view, struct fault *fault) MUST_CHECK;

/* Appends to a fault about a public copy that only the copy was checked, and that the command, run
 * as administrator, reads the backup itself. */
void entry_print_unseen(struct fault *fault);

#endif
