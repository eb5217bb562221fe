/* title.h - the first line of a screen. */
#ifndef CLI_FRAME_TITLE_H
#define CLI_FRAME_TITLE_H

#include "cli/frame/output.h"
#include "core/state/survey.h"

/* "maxport - SERVER1 - WHAT - 2026-11-22 10:00:00 - MORE"; the computer only if it is known,
 * `what` and `more` only if they are not empty. `what` must be safe for a screen. */
void output_title(struct output *output, const struct survey *survey, const char *what,
                  const char *more);

#endif
