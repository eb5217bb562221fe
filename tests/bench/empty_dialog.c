/* empty_dialog - measures the minimum cost of a window: shows an empty dialog of Windows. */
#include <windows.h>

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam)
{
    (void)dialog, (void)wparam, (void)lparam;
    return message == WM_INITDIALOG;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, PWSTR line, int show)
{
    /* The template of the dialog, followed by three empty fields: menu, class and title. */
    struct {
        DLGTEMPLATE dialog;
        WORD menu, class, title;
    } empty = {.dialog = {.style = WS_VISIBLE | WS_OVERLAPPEDWINDOW, .cx = 400, .cy = 250}};

    (void)before, (void)line, (void)show;
    return (int)DialogBoxIndirectParamW(instance, &empty.dialog, NULL, procedure, 0);
}
