/* document.h - converts core's structs to JSON, for all commands.
 *
 * Keys and names are English in every locale; times are UTC; text from outside maxport is repaired
 * to well-formed UTF-8. Each function returns a new reference, or NULL if memory runs out. If a
 * part is NULL, json_pack() fails, and json_object_set_new() omits the key; in either case run.c
 * reports that memory ran out.
 */
#ifndef CLI_FRAME_DOCUMENT_H
#define CLI_FRAME_DOCUMENT_H

#include <jansson.h>

#include "core/change/plan.h"
#include "core/journal/journal.h"
#include "core/state/survey.h"
#include "core/system/process_details.h"

json_t *document_text(const char *string);
json_t *document_time(int64_t unix_ms); /* null if unix_ms is 0 */

/* null, a number, {"type": "REG_SZ", "data": "hex"}, or {"start", "count"} */
json_t *document_value(const struct value *value);
json_t *document_range(struct port_range range); /* null if the count is 0 */
json_t *document_prediction(const struct prediction *prediction);

/* {"tcp": {"in_use", "available", "percent", "by_state", "family", "both_families_in_use",
 * "is_partial", "combined": {...}, "ipv4": {...}, "ipv6": {...}}, "udp": ...}; null if the tables
 * could not be read. */
json_t *document_usage(const struct survey *survey);

/* {"path", "account", "started", "command_line", "not_read": {"path": "needs_elevation", ...}}.
 * "command_line" is missing unless the caller has read it. */
json_t *document_details(const struct process_details *details, bool has_command_line);

json_t *document_os(const struct os_version *os);
/* If interrupted changes are resolved first, the plan includes "settles": [{"id", "command",
 * "state": the change's state afterwards, "steps": the restored values}]. */
json_t *document_plan(const struct plan *plan, const struct survey *survey);
json_t *document_entry(const struct journal_entry *entry, const struct survey *survey);

#endif
