#include "gui/menu.h"

#include <string.h>

#include "gui/popup.h"

static const struct interval {
    const wchar_t *menu;
    uint32_t ms;
} intervals[MENU_INTERVAL_COUNT] = {
    {L"Every &second", 1000},
    {L"Every &2 seconds", 2000},
    {L"Every &5 seconds", 5000},
    {L"Every &10 seconds", 10000},
    {L"&Paused", 0},
};

static const ACCEL keys[] = {
    {FVIRTKEY, VK_F5, ID_REFRESH},       {FVIRTKEY, VK_F1, ID_HELP},
    {FVIRTKEY | FCONTROL, 'S', ID_SAVE}, {FVIRTKEY | FCONTROL, 'C', ID_COPY},
    {FVIRTKEY | FCONTROL, 'Z', ID_UNDO},
};

/* A button opens this menu; a menu bar would remain light in a dark window. */
HMENU menu_make(void)
{
    HMENU bar = CreatePopupMenu(), file = CreatePopupMenu(), edit = CreatePopupMenu(),
          view = CreatePopupMenu(), every = CreatePopupMenu(), help = CreatePopupMenu();

    AppendMenuW(file, MF_STRING, ID_SAVE, L"&Save...\tCtrl+S");
    AppendMenuW(file, MF_SEPARATOR, 0, NULL);
    AppendMenuW(file, MF_STRING, ID_EXIT, L"E&xit\tAlt+F4");
    AppendMenuW(edit, MF_STRING, ID_UNDO, L"&Undo the newest change\tCtrl+Z");
    AppendMenuW(edit, MF_STRING, ID_COPY, L"&Copy\tCtrl+C");
    for (UINT i = 0; i < PAGE_COUNT; i++)
        AppendMenuW(view, MF_STRING, ID_TAB + i, page_rows[i].menu);
    AppendMenuW(view, MF_SEPARATOR, 0, NULL);
    AppendMenuW(view, MF_STRING, ID_PROTOCOL + PROTOCOL_TCP, L"&TCP");
    AppendMenuW(view, MF_STRING, ID_PROTOCOL + PROTOCOL_UDP, L"&UDP");
    AppendMenuW(view, MF_SEPARATOR, 0, NULL);
    AppendMenuW(view, MF_STRING, ID_REFRESH, L"&Refresh now\tF5");
    for (UINT i = 0; i < MENU_INTERVAL_COUNT; i++)
        AppendMenuW(every, MF_STRING, ID_INTERVAL + i, intervals[i].menu);
    AppendMenuW(view, MF_POPUP, (UINT_PTR)every, L"Refresh &interval");
    AppendMenuW(help, MF_STRING, ID_HELP, L"&Help\tF1");
    AppendMenuW(help, MF_STRING, ID_ABOUT, L"&About maxport");
    AppendMenuW(bar, MF_POPUP, (UINT_PTR)file, L"&File");
    AppendMenuW(bar, MF_POPUP, (UINT_PTR)edit, L"&Edit");
    AppendMenuW(bar, MF_POPUP, (UINT_PTR)view, L"&View");
    AppendMenuW(bar, MF_POPUP, (UINT_PTR)help, L"&Help");
    return bar;
}

HACCEL menu_accelerators(void)
{
    enum { KEY_COUNT = sizeof keys / sizeof *keys };
    ACCEL all[KEY_COUNT + PAGE_COUNT];

    memcpy(all, keys, sizeof keys);
    for (int page = 0; page < PAGE_COUNT; page++)
        all[KEY_COUNT + page] =
            (ACCEL){FVIRTKEY | FCONTROL, (WORD)('1' + page), (WORD)(ID_TAB + page)};
    return CreateAcceleratorTableW(all, KEY_COUNT + PAGE_COUNT);
}

void menu_open(const struct window *window, HMENU menu, HWND button)
{
    RECT under;
    UINT command;

    GetWindowRect(button, &under);
    command = popup_track(window, menu, TPM_RIGHTALIGN | TPM_TOPALIGN,
                          (POINT){under.right, under.bottom});
    if (command)
        PostMessageW(window->frame, WM_COMMAND, command, 0);
}

void menu_choose(HMENU menu, UINT first, UINT count, UINT chosen)
{
    CheckMenuRadioItem(menu, first, first + count - 1, first + chosen, MF_BYCOMMAND);
}

uint32_t menu_interval_ms(size_t index)
{
    return intervals[index].ms;
}
