/* sentence_list.h - how why and port show sentences, processes and remote ends. */
#ifndef CLI_FRAME_SENTENCE_LIST_H
#define CLI_FRAME_SENTENCE_LIST_H

#include <jansson.h>

#include "cli/frame/output.h"
#include "core/diagnosis/sentences.h"
#include "core/diagnosis/top_users.h"

enum sentence_marks { MARK_NONE, MARK_DASH, MARK_NUMBER };

/* A heading and the sentences below it, their commands on lines of their own; nothing
 * at all where there are none. */
void sentences_print(struct output *output, const char *heading, const struct sentences *sentences,
                     enum sentence_marks marks);

/* [{"text", "is_inferred", "command"}, ...]; command null without one. */
json_t *sentences_document(const struct sentences *sentences);

/* "maxport - SERVER1 - WHAT - 2026-11-22 10:00:00" */
void snapshot_print_title(struct output *output, const struct snapshot *snapshot, const char *what);

/* {"pid", "name", "description", "services"}: exact, but for the description; null for
 * nobody that Windows names. */
json_t *process_document(const struct snapshot *snapshot, uint32_t process);
/* {"family", "address", "port", "local_ports", "waiting"}; null where not known */
json_t *remote_document(const struct remote_end *remote);

#endif
