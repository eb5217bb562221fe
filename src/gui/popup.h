/* popup.h - popup menus in the colours of the theme.
 *
 * Windows paints popup menus light, even above a dark window. Therefore the items are owner-drawn
 * in every theme; in high contrast, all their colours are system colours. Screen readers can still
 * read the names of the items, and the letters of the items still work.
 */
#ifndef GUI_POPUP_H
#define GUI_POPUP_H

#include "gui/page.h"

/* Shows the menu and returns the command that the user chose; 0: none. flags: TPM_... The frame
 * handles the messages of the menu with the functions below. */
UINT popup_track(const struct window *window, HMENU menu, UINT flags, POINT screen);

/* popup_dress() makes the items of the menu and of its submenus owner-drawn; popup_undress() makes
 * them plain again. popup_track() calls both functions. If memory runs out, popup_dress() returns
 * NULL and the menu is unchanged. */
struct popup *popup_dress(const struct window *window, HMENU menu);
void popup_undress(struct popup *popup, HMENU menu);

/* Handle WM_MEASUREITEM and WM_DRAWITEM of type ODT_MENU. */
void popup_measure(MEASUREITEMSTRUCT *item);
void popup_draw(const DRAWITEMSTRUCT *item);

/* Returns the answer to WM_MENUCHAR. Returns 0 if no item has the letter, or if popup_dress() has
 * not changed the menu. */
LRESULT popup_find(HMENU menu, wchar_t letter);

#endif
