/* journal.h - the journal of all changes, the basis of undo.
 *
 * journal.jsonl is append-only. Each line is one JSON object with a format version; maxport flushes
 * each line to disk before its next action. A change first has a line "started", which contains all
 * steps with the exact previous values, and later a line with its outcome. A change without the
 * second line is open: maxport or the machine stopped in between.
 */
#ifndef CORE_JOURNAL_JOURNAL_H
#define CORE_JOURNAL_JOURNAL_H

#include "core/journal/entry.h"
#include "core/system/store.h"

/* Parses the bytes of journal.jsonl. Bad lines and an incomplete last line are not failures; they
 * are counted. Fails with FAULT_FAILED if the format is newer than this maxport. */
bool journal_parse(const char *data, size_t length, struct journal *journal,
                   struct fault *fault) MUST_CHECK;

/* Like journal_parse(), but parses only the newest JOURNAL_RECENT_LINES lines; skipped_length is
 * the number of bytes before them. If a change started in the parsed lines, the skipped lines
 * contain no interrupted change, because every change first resolves all earlier interrupted
 * changes. */
enum { JOURNAL_RECENT_LINES = 4000 };
bool journal_parse_recent(const char *data, size_t length, struct journal *journal,
                          struct fault *fault) MUST_CHECK;

/* Read and parse the journal of the store. A missing file counts as an empty journal.
 *
 * journal_read_recent() parses the newest lines, or all lines in two cases. The newest lines
 * contain only backups and returns to a restore point: an older change may be interrupted. Or even
 * the oldest parsed entry was made in the kernel session `boot` (NULL: unknown): an older entry may
 * be the first of this session. The journal is read twice: to display the interrupted changes, and
 * again when the change starts. Pass the same `boot` both times, so that the second reading
 * contains no other interrupted changes. */
bool journal_read(const struct store *store, enum store_view view, struct journal *journal,
                  struct fault *fault) MUST_CHECK;
bool journal_read_recent(const struct store *store, enum store_view view, const struct boot *boot,
                         struct journal *journal, struct fault *fault) MUST_CHECK;

/* Repairs the end of the file after a crash: adds a missing newline, or copies an incomplete last
 * line to journal-torn-N.txt and ends that line in the journal. The caller must have locked the
 * store. */
bool journal_mend(const struct store *store, struct journal *journal,
                  struct fault *fault) MUST_CHECK;

/* Appends and flushes the first line of the entry. */
bool journal_write_started(const struct store *store, const struct journal_entry *entry,
                           struct fault *fault) MUST_CHECK;
/* Appends and flushes the line with the outcome: state, ended_ms, outcome, use_after and
 * was_resolved. */
bool journal_write_ended(const struct store *store, const struct journal_entry *entry,
                         struct fault *fault) MUST_CHECK;

/* Returns whether the change is done, was not undone, and is not itself an undo. */
bool journal_is_undoable(const struct journal_entry *entry);

/* Returns the newest undoable change, or NULL. */
const struct journal_entry *journal_newest_undoable(const struct journal *journal);

/* Sets, in memory only, the state that an interrupted change will have after it is resolved; see
 * resolving.h. */
void journal_foresee(struct journal *journal, uint64_t id, enum entry_state state);

/* Returns the newest entry that the next change must resolve (see journal_is_open), or NULL. */
const struct journal_entry *journal_open_entry(const struct journal *journal);

/* Parses an entry id. Returns false if the text is empty, contains other characters than digits, or
 * is too large a number. */
bool journal_parse_id(const char *text, uint64_t *id);

#endif
