/* journal_json.h - converts journal entries to the JSON of their lines, and back. */
#ifndef CORE_JOURNAL_JOURNAL_JSON_H
#define CORE_JOURNAL_JOURNAL_JSON_H

#include <jansson.h>

#include "core/journal/entry.h"

/* The format version of a line. maxport refuses to read lines of a newer version, because
 * this maxport cannot determine what an undo of their changes must restore. */
enum { JOURNAL_VERSION = 1 };

/* Sets *state to the state of an entry whose first line has this event. Returns false for any other
 * event. */
bool journal_json_state_of(const char *event, enum entry_state *state);

/* The read functions return false if a required field is missing, or if a field is invalid. */
bool journal_json_read_id(const json_t *line, uint64_t *id);
/* Reads everything except id and state into an otherwise empty entry. The caller releases the
 * entry, even on failure. */
bool journal_json_read_entry(const json_t *line, struct journal_entry *entry);
/* Reads the outcome of the entry; on failure the entry is unchanged. */
bool journal_json_read_end(const json_t *line, struct journal_entry *entry);

/* Return a new reference, or NULL if memory runs out. */
json_t *journal_json_started(const struct journal_entry *entry);
json_t *journal_json_ended(const struct journal_entry *entry);

/* Returns {"tcp": {"ipv4": {"in_use", "available"}, ...}, "udp": ...}, or a JSON null if the use
 * is unknown. */
json_t *journal_json_use(const struct use_figures *use);

#endif
