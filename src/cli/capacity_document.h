/* capacity_document.h - converts the answer of `capacity` to JSON. */
#ifndef CLI_CAPACITY_DOCUMENT_H
#define CLI_CAPACITY_DOCUMENT_H

#include "cli/capacity_answer.h"

json_t *capacity_document(const struct invocation *invocation, const struct answer *answer);

#endif
