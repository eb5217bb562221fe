/* menu.h - the window's commands, its menu and its keys. */
#ifndef GUI_MENU_H
#define GUI_MENU_H

#include <stddef.h>
#include <stdint.h>

#include <windows.h>

enum { MENU_INTERVAL_COUNT = 5, MENU_INTERVAL_USUAL = 1 };

/* Commands, and the numbers of the window's own controls. */
enum {
    ID_TAB = 1000, /* + enum page_id; tab and menu item */
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

/* Below the button, whose parent receives the command. */
void menu_open(HMENU menu, HWND button);

/* Of the items `first` to `first + count - 1` marks one as chosen. */
void menu_choose(HMENU menu, UINT first, UINT count, UINT chosen);

/* How often a sample is taken; 0: paused. */
uint32_t menu_interval_ms(size_t index);

#endif
