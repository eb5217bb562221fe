/* plan_notes.h - notes that an admin should read before a plan is applied.
 *
 * Reads the machine (listeners inside a new range) and writes nothing.
 */
#ifndef CORE_CHANGE_PLAN_NOTES_H
#define CORE_CHANGE_PLAN_NOTES_H

#include "core/change/plan.h"
#include "core/state/survey.h"

/* Adds the notes on all steps, and sets needs_restart, moves_range and the predictions. Fails only
 * if memory runs out; data that could not be read becomes a note. */
bool plan_notes_add(const struct machine *machine, const struct survey *survey, struct plan *plan,
                    struct fault *fault) MUST_CHECK;

/* The running range, else the predicted one; count 0: both are unknown. */
struct port_range plan_range_now(const struct survey *survey, enum protocol p, enum family f);

#endif
