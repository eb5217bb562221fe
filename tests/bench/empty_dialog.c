/* empty_dialog - the floor of a window: a dialog of Windows' own, with nothing in it. */
#include <windows.h>

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam)
{
    (void)dialog, (void)wparam, (void)lparam;
    return message == WM_INITDIALOG;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, PWSTR line, int show)
{
    /* The template, its menu, its class and its title: none of the last three. */
    struct {
        DLGTEMPLATE dialog;
        WORD menu, class, title;
    } empty = {.dialog = {.style = WS_VISIBLE | WS_OVERLAPPEDWINDOW, .cx = 400, .cy = 250}};

    (void)before, (void)line, (void)show;
    return (int)DialogBoxIndirectParamW(instance, &empty.dialog, NULL, procedure, 0);
}
