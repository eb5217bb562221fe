/* journal.h - the journal of all changes, the basis of undo.
 *
 * journal.jsonl is append-only. Each line is one JSON object with a format version; maxport
 * flushes it before the next step. A change has a line "started" with all steps and every
 * previous byte, and later a line with its outcome. A change without the second line is open:
 * maxport or the machine stopped in between.
 */
#ifndef CORE_JOURNAL_JOURNAL_H
#define CORE_JOURNAL_JOURNAL_H

#include "core/journal/entry.h"
#include "core/system/store.h"

/* Parses the bytes of journal.jsonl. Counts bad lines and an incomplete last line; they are not
 * failures. FAULT_FAILED: the format is newer than this maxport. */
bool journal_parse(const char *data, size_t length, struct journal *journal,
                   struct fault *fault) MUST_CHECK;

/* As journal_parse, but only the newest JOURNAL_RECENT_LINES lines; skipped_length counts the rest.
 * Interrupted changes are never skipped if a newer change exists, because every change first
 * resolves all interrupted changes before it. */
enum { JOURNAL_RECENT_LINES = 4000 };
bool journal_parse_recent(const char *data, size_t length, struct journal *journal,
                          struct fault *fault) MUST_CHECK;

/* Parses the store's file; a missing file is an empty journal. */
bool journal_read(const struct store *store, enum store_view view, struct journal *journal,
                  struct fault *fault) MUST_CHECK;
bool journal_read_recent(const struct store *store, enum store_view view, struct journal *journal,
                         struct fault *fault) MUST_CHECK;

/* Repairs the end of the file after a crash: adds a missing newline, or copies an incomplete last
 * line to journal-torn-N.txt and ends that line in the journal. The caller holds the lock. */
bool journal_mend(const struct store *store, struct journal *journal,
                  struct fault *fault) MUST_CHECK;

/* Appends and flushes the "started" line of the entry. */
bool journal_write_started(const struct store *store, const struct journal_entry *entry,
                           struct fault *fault) MUST_CHECK;
/* Appends and flushes the last line: state, ended_ms, outcome, use_after and was_resolved. */
bool journal_write_ended(const struct store *store, const struct journal_entry *entry,
                         struct fault *fault) MUST_CHECK;

/* The change is done, not undone, and not itself an undo. */
bool journal_is_undoable(const struct journal_entry *entry);

/* The newest undoable change, or NULL. */
const struct journal_entry *journal_newest_undoable(const struct journal *journal);

/* Sets, in memory only, the state that an interrupted change will have after it is resolved; see
 * resolving.h. */
void journal_foresee(struct journal *journal, uint64_t id, enum entry_state state);

/* The newest entry that the next change must resolve (journal_is_open), or NULL. */
const struct journal_entry *journal_open_entry(const struct journal *journal);

/* Accepts only "^[0-9]+$". */
bool journal_parse_id(const char *text, uint64_t *id);

#endif
