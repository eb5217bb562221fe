/* capacity_document.h - the answer of `capacity` as JSON; NULL if memory runs out. */
#ifndef CLI_CAPACITY_DOCUMENT_H
#define CLI_CAPACITY_DOCUMENT_H

#include "cli/capacity_answer.h"

json_t *capacity_document(const struct invocation *invocation, const struct answer *answer);

#endif
