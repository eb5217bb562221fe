/* spinner.h - an up-down control that changes a number. */
#ifndef GUI_SPINNER_H
#define GUI_SPINNER_H

#include "gui/control.h"

/* Makes the up-down control for the number in `field`. *theme must stay at its address as long as
 * the control exists. */
HWND spinner_make(HWND page, int id, HWND field, const struct theme *theme);

#endif
