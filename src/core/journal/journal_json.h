/* journal_json.h - an entry of the journal as the JSON of its lines, and back. */
#ifndef CORE_JOURNAL_JOURNAL_JSON_H
#define CORE_JOURNAL_JOURNAL_JSON_H

#include <jansson.h>

#include "core/journal/entry.h"

/* The form of a line. A reader refuses what is newer than itself: it could not
 * know what an undo would have to put back. */
enum { JOURNAL_VERSION = 1 };

/* These are false for a line with a missing field, or one out of its bounds. */
bool journal_json_read_id(const json_t *line, uint64_t *id);
/* All but id and state, into an entry that is empty otherwise. The caller releases it, also
 * where this fails. */
bool journal_json_read_entry(const json_t *line, struct journal_entry *entry);
/* How the entry ended; where this fails it is as before. */
bool journal_json_read_end(const json_t *line, struct journal_entry *entry);

/* New references. A line is NULL where there was no memory for a part of it. */
json_t *journal_json_line(const char *event, int64_t unix_ms);
json_t *journal_json_started(const struct journal_entry *entry);
json_t *journal_json_ended(const struct journal_entry *entry);

/* Figures of use, here and elsewhere: {"tcp": {"ipv4": {"in_use", "available"}, ...},
 * "udp": ...}, null where they are not known. */
json_t *journal_json_use(const struct use_figures *use);

#endif
