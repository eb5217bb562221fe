/* plan_notes.h - adds the notes that an administrator should read before a plan is applied.
 *
 * Reads the machine to find the programs that listen inside a new range. Writes nothing.
 */
#ifndef CORE_CHANGE_PLAN_NOTES_H
#define CORE_CHANGE_PLAN_NOTES_H

#include "core/change/plan.h"
#include "core/state/survey.h"

/* Adds the notes on all steps, and sets needs_restart, moves_range and the predictions. Fails only
 * if memory runs out. If the listeners cannot be read, a note says so. */
bool plan_notes_add(const struct machine *machine, const struct survey *survey, struct plan *plan,
                    struct fault *fault) MUST_CHECK;

/* Returns the running range, or the predicted range if the running range is unknown. count 0:
 * neither range is known. */
struct port_range plan_range_now(const struct survey *survey, enum protocol p, enum family f);

#endif
