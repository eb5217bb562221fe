/* journal.h - what was done, so that it can be undone.
 *
 * journal.jsonl is append-only: one JSON object a line, each with the version of
 * its form, flushed before the next step is taken. A change is a line "started"
 * (the whole intent, with every byte that was there before) and later a line
 * that says how it ended. A change without such a line is open: maxport or the
 * machine died in between.
 */
#ifndef CORE_JOURNAL_JOURNAL_H
#define CORE_JOURNAL_JOURNAL_H

#include "core/journal/entry.h"
#include "core/system/store.h"

/* Reads bytes of journal.jsonl. A torn last line and bad lines are marked, not
 * fatal. FAULT_FAILED: a newer form than this maxport knows. */
bool journal_parse(const char *data, size_t length, struct journal *journal,
                   struct fault *fault) MUST_CHECK;

/* The same, but of more than JOURNAL_RECENT_LINES lines only the newest so many: the
 * journal is as if it began with them, but for skipped_length. What is open is always
 * among them where a change is, since every change settles what was open before it. */
enum { JOURNAL_RECENT_LINES = 4000 };
bool journal_parse_recent(const char *data, size_t length, struct journal *journal,
                          struct fault *fault) MUST_CHECK;

/* journal_parse of the store's file; a missing file is an empty journal. */
bool journal_read(const struct store *store, enum store_view view, struct journal *journal,
                  struct fault *fault) MUST_CHECK;
bool journal_read_recent(const struct store *store, enum store_view view, struct journal *journal,
                         struct fault *fault) MUST_CHECK;

/* Mends what a crash left at the end (a missing newline; a torn line is copied
 * to journal-torn-N.txt and closed off), under the caller's lock. */
bool journal_mend(const struct store *store, struct journal *journal,
                  struct fault *fault) MUST_CHECK;

/* Appends one flushed line. `entry` as it stands. */
bool journal_write_started(const struct store *store, const struct journal_entry *entry,
                           struct fault *fault) MUST_CHECK;
/* state, ended_ms, outcome, use_after and was_settled of the entry. */
bool journal_write_ended(const struct store *store, const struct journal_entry *entry,
                         struct fault *fault) MUST_CHECK;

/* A done change that is neither undone nor itself an undo. */
bool journal_is_undoable(const struct journal_entry *entry);

/* The newest one of those, or NULL. */
const struct journal_entry *journal_newest_undoable(const struct journal *journal);

/* Makes an open entry, in memory, what it will be once it is settled: settling.h. */
void journal_foresee(struct journal *journal, uint64_t id, enum entry_state state);

/* The newest entry that the next change has to settle, or NULL: open, or stuck
 * and not looked at since. */
const struct journal_entry *journal_open_entry(const struct journal *journal);

/* "^[0-9]+$" and nothing else. */
bool journal_parse_id(const char *text, uint64_t *id);

#endif
