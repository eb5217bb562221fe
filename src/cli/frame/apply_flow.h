/* apply_flow.h - the steps of every writing command: read the state, show the interrupted
 * changes to resolve and the plan, ask, apply, report. */
#ifndef CLI_FRAME_APPLY_FLOW_H
#define CLI_FRAME_APPLY_FLOW_H

#include "cli/frame/command.h"
#include "core/change/change.h"
#include "core/change/plan.h"
#include "core/change/plan_make.h"
#include "core/state/survey.h"

/* Takes the survey, port use included, before a plan is made. Writes nothing. On success the
 * caller releases *survey. */
bool apply_flow_begin(struct invocation *invocation, struct survey *survey,
                      struct fault *fault) MUST_CHECK;

/* Shows use and plan, asks, applies, reports. A plan without steps is reported as already set. With
 * --json, adds the common keys to `document` (NULL: a new one) and prints it. Releases
 * `document`. */
bool apply_flow(struct invocation *invocation, struct survey *survey, const struct plan *plan,
                uint64_t undoes, json_t *document, struct fault *fault) MUST_CHECK;

/* Only resolves interrupted changes: shows them, asks, resolves. */
bool apply_flow_resolving(struct invocation *invocation, const struct survey *survey,
                          struct fault *fault) MUST_CHECK;

/* Reports how an untrusted folder at the store's path was handled, if there was one. */
void apply_flow_remark_store(struct invocation *invocation, const struct change *change);

/* Runs all steps for requests that are already checked one by one. The caller keeps the
 * requests. */
bool apply_flow_requests(struct invocation *invocation, const struct request *requests,
                         size_t count, struct fault *fault) MUST_CHECK;

#endif
