/* sentence_list.h - prints sentences, processes and remote endpoints for `why` and `port`. */
#ifndef CLI_FRAME_SENTENCE_LIST_H
#define CLI_FRAME_SENTENCE_LIST_H

#include <jansson.h>

#include "cli/frame/output.h"
#include "core/diagnosis/sentences.h"
#include "core/diagnosis/top_users.h"

enum sentence_marks { MARK_NONE, MARK_DASH, MARK_NUMBER };

/* Prints a heading and the sentences. The command of a sentence gets its own line. Prints nothing
 * if there are no sentences. */
void sentences_print(struct output *output, const char *heading, const struct sentences *sentences,
                     enum sentence_marks marks);

/* [{"text", "is_inferred", "command"}, ...]; "command" is null if the sentence has no command. */
json_t *sentences_document(const struct sentences *sentences);

/* {"pid", "name", "description", "services"}; null if the process is unknown. All values except the
 * description are exactly as Windows reports them. */
json_t *process_document(const struct snapshot *snapshot, uint32_t process);
/* The same with "details" (document_details()); null if the details could not be read. */
json_t *process_document_detailed(const struct snapshot *snapshot, uint32_t process);
/* The value of "details" alone. */
json_t *process_details_document(const struct snapshot *snapshot, uint32_t process);
/* {"family", "address", "port", "local_ports", "waiting"}; null if the endpoint is unknown. */
json_t *remote_document(const struct remote_end *remote);

#endif
