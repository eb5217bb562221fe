/* apply_flow.h - the steps of the commands set, reset, range set, undo and restore: read the state,
 * show the plan and the interrupted changes to resolve, ask the user, apply the plan, report the
 * result. */
#ifndef CLI_FRAME_APPLY_FLOW_H
#define CLI_FRAME_APPLY_FLOW_H

#include "cli/frame/command.h"
#include "core/change/change.h"
#include "core/change/plan.h"
#include "core/change/plan_make.h"
#include "core/state/survey.h"

/* Makes the survey, including port use, before a plan is made. Writes nothing to the machine. On
 * success the caller releases *survey. */
bool apply_flow_begin(struct invocation *invocation, struct survey *survey,
                      struct fault *fault) MUST_CHECK;

/* Shows port use and plan, asks the user, applies the plan and reports the result. If the plan has
 * no steps, reports that everything is already set. With --json, adds the common keys to `document`
 * (NULL: to a new document) and prints the document. Releases `document`. */
bool apply_flow(struct invocation *invocation, struct survey *survey, const struct plan *plan,
                uint64_t undoes, json_t *document, struct fault *fault) MUST_CHECK;

/* Only resolves interrupted changes: shows them, asks the user and resolves them. */
bool apply_flow_resolving(struct invocation *invocation, const struct survey *survey,
                          struct fault *fault) MUST_CHECK;

/* If there was an untrusted folder at the store's path, reports how it was handled. Also reports if
 * the public copies could not be updated. */
void apply_flow_remark_store(struct invocation *invocation, const struct change *change);

/* Runs all steps for the requests. The caller has checked each request on its own, and still owns
 * the requests afterwards. */
bool apply_flow_requests(struct invocation *invocation, const struct request *requests,
                         size_t count, struct fault *fault) MUST_CHECK;

#endif
