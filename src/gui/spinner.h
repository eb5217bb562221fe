/* spinner.h - two arrows that change a number. */
#ifndef GUI_SPINNER_H
#define GUI_SPINNER_H

#include "gui/control.h"

/* Up and down, for the number in `field`. *theme stays where it is. */
HWND spinner_make(HWND page, int id, HWND field, const struct theme *theme);

#endif
