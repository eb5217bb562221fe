/* outcome.h - how a run of maxport.exe ended, in words for a person. */
#ifndef GUI_OUTCOME_H
#define GUI_OUTCOME_H

#include "gui/worker.h"

/* It did what was asked for. */
bool outcome_is_good(const struct outcome *outcome);

/* One or two sentences: what was changed, or why not and what was left untouched. The
 * journal tells more than an exit code, so its word comes first. look: NULL unknown. */
void outcome_print(const struct outcome *outcome, const struct look *look, struct text *text);

#endif
