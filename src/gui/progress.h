/* progress.h - a progress bar. */
#ifndef GUI_PROGRESS_H
#define GUI_PROGRESS_H

#include "gui/control.h"

/* Makes a bar, hidden at first, that moves while PBM_SETMARQUEE is on. The label made just before
 * the bar is its name. *theme must not move. */
HWND progress_make(HWND page, int id, const struct theme *theme);

#endif
