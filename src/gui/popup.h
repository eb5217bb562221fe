/* popup.h - popup menus in the colours of the theme.
 *
 * Windows paints popup menus light, also above a dark window. So the items are owner-drawn, in
 * every theme alike; in high contrast, all colours are system colours. Their names for screen
 * readers and their letters still work.
 */
#ifndef GUI_POPUP_H
#define GUI_POPUP_H

#include "gui/page.h"

/* Shows the menu and returns the command that the user chose; 0: none. flags: TPM_... The frame
 * handles the messages of the menu with the functions below. */
UINT popup_track(const struct window *window, HMENU menu, UINT flags, POINT screen);

/* What popup_track does before and after: makes the items of the menu and of its submenus
 * owner-drawn, and plain again. NULL: out of memory; the menu is unchanged. */
struct popup *popup_dress(const struct window *window, HMENU menu);
void popup_undress(struct popup *popup, HMENU menu);

/* WM_MEASUREITEM and WM_DRAWITEM of type ODT_MENU. */
void popup_measure(MEASUREITEMSTRUCT *item);
void popup_draw(const DRAWITEMSTRUCT *item);

/* WM_MENUCHAR. 0: no item has the letter, or the menu is not a dressed one. */
LRESULT popup_find(HMENU menu, wchar_t letter);

#endif
