/* title.h - the first line of a screen. */
#ifndef CLI_FRAME_TITLE_H
#define CLI_FRAME_TITLE_H

#include "cli/frame/output.h"
#include "core/state/survey.h"

/* Prints "maxport - SERVER1 - WHAT - 2026-11-22 10:00:00 - MORE". Omits the computer if its name is
 * unknown, and `what` and `more` if they are empty. Both must be safe for a screen. */
void output_title(struct output *output, const struct survey *survey, const char *what,
                  const char *more);

#endif
