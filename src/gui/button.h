/* button.h - buttons: commands, choices in a row, menus and tabs. */
#ifndef GUI_BUTTON_H
#define GUI_BUTTON_H

#include "gui/control.h"

HWND button_make(HWND page, int id, const wchar_t *text, enum role role);

/* Marks a ROLE_CHOICE or ROLE_TAB button as chosen or not. */
void button_choose(HWND button, bool is_chosen);

/* The width that the button's text needs. */
int button_width(HWND button, const struct scale *scale);

/* Places buttons side by side in a row of that height. Returns the x of the next button. */
int buttons_place(const HWND *buttons, int count, const struct scale *scale, int x, int y,
                  int height);
/* The width of such a row. */
int buttons_width(const HWND *buttons, int count, const struct scale *scale);

/* Handles WM_DRAWITEM of a button that button_make created. */
void button_draw(const DRAWITEMSTRUCT *item, const struct theme *theme, const struct scale *scale);

#endif
