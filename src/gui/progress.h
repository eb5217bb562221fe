/* progress.h - a bar that shows that something is being done. */
#ifndef GUI_PROGRESS_H
#define GUI_PROGRESS_H

#include "gui/control.h"

/* A bar that moves while PBM_SETMARQUEE says so; hidden at first. The label made just before
 * it is its name. *theme stays where it is. */
HWND progress_make(HWND page, int id, const struct theme *theme);

#endif
