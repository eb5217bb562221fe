/* button.h - buttons: commands, choices in a row, menus and tabs. */
#ifndef GUI_BUTTON_H
#define GUI_BUTTON_H

#include "gui/control.h"

HWND button_make(HWND page, int id, const wchar_t *text, enum role role);

/* Marks a ROLE_CHOICE or ROLE_TAB button as chosen or not. */
void button_choose(HWND button, bool is_chosen);

/* Returns the width of the button, which depends on its text. */
int button_width(HWND button, const struct scale *scale);

/* Places the buttons side by side, from x to the right. Returns the x at which a further button
 * would begin. */
int buttons_place(const HWND *buttons, int count, const struct scale *scale, int x, int y,
                  int height);
/* Returns the total width of these buttons, with gaps, as buttons_place places them. */
int buttons_width(const HWND *buttons, int count, const struct scale *scale);

/* Draws a button that button_make has made; call this function at WM_DRAWITEM. */
void button_draw(const DRAWITEMSTRUCT *item, const struct theme *theme, const struct scale *scale);

#endif
