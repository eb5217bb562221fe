/* plan_print.h - prints a plan, for --dry-run, for the question before a change and for the preview
 * in the window.
 */
#ifndef CORE_CHANGE_PLAN_PRINT_H
#define CORE_CHANGE_PLAN_PRINT_H

#include "core/change/plan.h"
#include "core/state/survey.h"

/* Prints the interrupted changes to resolve first, one line for each step, the effect on the
 * ranges in ports, the notes, and when the change takes effect. Lines fit `width` columns. */
void plan_print(const struct plan *plan, const struct survey *survey, unsigned width,
                struct text *text);

#endif
