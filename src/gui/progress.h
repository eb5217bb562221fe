/* progress.h - a progress bar. */
#ifndef GUI_PROGRESS_H
#define GUI_PROGRESS_H

#include "gui/control.h"

/* Makes a bar that is hidden at first and moves while PBM_SETMARQUEE is on. Screen readers use the
 * label that was made just before the bar as the name of the bar. *theme must stay at its address
 * as long as the bar exists. */
HWND progress_make(HWND page, int id, const struct theme *theme);

#endif
