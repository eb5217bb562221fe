#include "gui/spinner.h"

#include <commctrl.h>

#include "gui/comctl.h"
#include "gui/control.h"

/* Draws the arrow in the middle of `rect`, the upper or lower half of the control. */
static void draw_half(HDC dc, const RECT *rect, bool is_up, const struct theme *theme)
{
    int x = (rect->left + rect->right) / 2, y = (rect->top + rect->bottom) / 2;
    int half = (rect->right - rect->left) / 5, rise = is_up ? half / 2 : -(half / 2);
    POINT arrow[] = {{x - half, y + rise},
                     {x, y - (is_up ? half - half / 2 : half / 2 - half)},
                     {x + half + 1, y + rise + (is_up ? 1 : -1)}};
    HPEN pen = CreatePen(PS_SOLID, 1, theme->text);
    HGDIOBJ before;

    control_fill_round(dc, rect, theme->panel, theme->line, (rect->right - rect->left) / 4);
    before = SelectObject(dc, pen);
    Polyline(dc, arrow, 3);
    SelectObject(dc, before);
    DeleteObject(pen);
}

/* Paints the control, because the standard control remains light in a dark window. */
static LRESULT CALLBACK paint_spinner(HWND spinner, UINT message, WPARAM wparam, LPARAM lparam,
                                      UINT_PTR id, DWORD_PTR data)
{
    const struct theme *theme = (const struct theme *)data;
    PAINTSTRUCT what;
    RECT upper, lower;
    HDC dc;

    switch (message) {
    case WM_ERASEBKGND:
        return 1;
    case WM_PAINT:
        dc = BeginPaint(spinner, &what);
        GetClientRect(spinner, &upper);
        FillRect(
            dc, &upper,
            (HBRUSH)SendMessageW(GetParent(spinner), WM_CTLCOLORBTN, (WPARAM)dc, (LPARAM)spinner));
        lower = upper;
        upper.bottom = lower.top = upper.bottom / 2;
        draw_half(dc, &upper, true, theme);
        draw_half(dc, &lower, false, theme);
        EndPaint(spinner, &what);
        return 0;
    case WM_NCDESTROY:
        comctl.remove_subclass(spinner, paint_spinner, id);
        break;
    }
    return comctl.call_next(spinner, message, wparam, lparam);
}

HWND spinner_make(HWND page, int id, HWND field, const struct theme *theme)
{
    HWND spinner =
        CreateWindowExW(0, UPDOWN_CLASSW, L"Increase or decrease by one",
                        WS_CHILD | WS_VISIBLE | UDS_ARROWKEYS | UDS_SETBUDDYINT | UDS_NOTHOUSANDS,
                        0, 0, 0, 0, page, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);

    SendMessageW(spinner, UDM_SETBUDDY, (WPARAM)field, 0);
    comctl.set_subclass(spinner, paint_spinner, 0, (DWORD_PTR)theme);
    return spinner;
}
