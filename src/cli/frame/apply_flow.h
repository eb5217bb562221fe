/* apply_flow.h - what all commands that write have in common: look, show what is settled
 * first and the plan, ask, apply, report. */
#ifndef CLI_FRAME_APPLY_FLOW_H
#define CLI_FRAME_APPLY_FLOW_H

#include "cli/frame/command.h"
#include "core/change/change.h"
#include "core/change/plan.h"
#include "core/state/survey.h"

/* Before a plan is made: takes the survey, use included. Writes nothing. On success the
 * caller releases *survey. */
bool apply_flow_begin(struct invocation *invocation, struct survey *survey,
                      struct fault *fault) MUST_CHECK;

/* Shows use and plan, asks, applies, reports; a plan without steps is "already
 * so". In JSON mode prints one document: `document` with what is common added
 * (NULL: a fresh one). Takes over the reference. */
bool apply_flow(struct invocation *invocation, struct survey *survey, const struct plan *plan,
                uint64_t undoes, json_t *document, struct fault *fault) MUST_CHECK;

/* Where there is nothing else to do: shows what a crash left open, asks, settles it. */
bool apply_flow_settling(struct invocation *invocation, const struct survey *survey,
                         struct fault *fault) MUST_CHECK;

/* Says what became of an untrusted folder in the store's place, if there was one. */
void apply_flow_remark_store(struct invocation *invocation, const struct change *change);

/* All of it for requests that are already judged, each for itself. The requests stay
 * the caller's. */
bool apply_flow_requests(struct invocation *invocation, const struct request *requests,
                         size_t count, struct fault *fault) MUST_CHECK;

#endif
