/* plan_make.h - makes a plan from requests, or from the steps of a change to undo.
 *
 * These functions read, check and add warnings, but never write. The caller releases the plan with
 * plan_release(); after a failure the plan is empty.
 */
#ifndef CORE_CHANGE_PLAN_MAKE_H
#define CORE_CHANGE_PLAN_MAKE_H

#include "core/change/plan.h"
#include "core/state/survey.h"

/* A place and the value to write there. */
struct request {
    struct place place;
    struct value wanted; /* owned */
};

/* Fails with FAULT_USAGE if two requests have the same place. */
bool requests_are_distinct(const struct request *requests, size_t count,
                           struct fault *fault) MUST_CHECK;

/* Makes steps for the places that would change, and the notes. `before` is the value after
 * survey->resolving is applied. The caller remains the owner of the requests. survey: the current
 * state. */
bool plan_make(const struct machine *machine, const struct survey *survey,
               const struct request *requests, size_t request_count, struct plan *plan,
               struct fault *fault) MUST_CHECK;

/* Makes the plan of an undo: `steps` with before and after swapped. If a place has neither its
 * value `after` nor its value `before` and is_forced is false, fails with FAULT_STALE, which states
 * the difference. */
bool plan_make_reverse(const struct machine *machine, const struct survey *survey,
                       const struct step *steps, size_t step_count, bool is_forced,
                       struct plan *plan, struct fault *fault) MUST_CHECK;

#endif
