/* button.h - buttons: of a row of choices, of a menu, of a tab. */
#ifndef GUI_BUTTON_H
#define GUI_BUTTON_H

#include "gui/control.h"

HWND button_make(HWND page, int id, const wchar_t *text, enum role role);

/* ROLE_CHOICE and ROLE_TAB: is it the chosen one? */
void button_choose(HWND button, bool is_chosen);

/* As wide as the button's own text needs. */
int button_width(HWND button, const struct scale *scale);

/* Side by side in a row of that height. Returns where the next one would be. */
int buttons_place(const HWND *buttons, int count, const struct scale *scale, int x, int y,
                  int height);
/* How wide such a row is. */
int buttons_width(const HWND *buttons, int count, const struct scale *scale);

/* WM_DRAWITEM of our buttons. */
void button_draw(const DRAWITEMSTRUCT *item, const struct theme *theme, const struct scale *scale);

#endif
