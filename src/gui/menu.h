/* menu.h - the commands, the menu and the keyboard shortcuts of the window. */
#ifndef GUI_MENU_H
#define GUI_MENU_H

#include "gui/page.h"

enum { MENU_INTERVAL_COUNT = 5, MENU_INTERVAL_USUAL = 1 };

/* Identifiers of the commands and of the frame's controls. */
enum {
    ID_TAB = 1000, /* + enum page_id; for the tab and the menu item of a page */
    ID_SAVE = 1100,
    ID_EXIT,
    ID_UNDO,
    ID_COPY,
    ID_REFRESH,
    ID_HELP,
    ID_ABOUT,
    ID_CANCEL_RUN,
    ID_MENU,
    ID_STATUS,
    ID_STATUS_RIGHT,
    ID_PROGRESS,
    ID_PROTOCOL = 1200, /* + enum protocol */
    ID_INTERVAL = 1300, /* + 0 to MENU_INTERVAL_COUNT - 1 */
};

HMENU menu_make(void);
HACCEL menu_accelerators(void);

/* Opens the menu below the button and sends the command that the user chose to the frame. */
void menu_open(const struct window *window, HMENU menu, HWND button);

/* Marks the item `first + chosen` as chosen, and no other item from `first` to `first + count -
 * 1`. */
void menu_choose(HMENU menu, UINT first, UINT count, UINT chosen);

/* Returns the sampling interval of a menu item; 0: paused. */
uint32_t menu_interval_ms(size_t index);

#endif
