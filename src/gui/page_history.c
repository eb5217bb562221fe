#include "gui/page.h"

static LRESULT CALLBACK procedure(HWND page, UINT message, WPARAM wparam, LPARAM lparam)
{
    return page_default(page, message, wparam, lparam);
}

HWND page_history_create(struct window *window)
{
    return page_window(window, L"history", procedure, NULL);
}
