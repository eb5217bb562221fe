#include "gui/field.h"

#include <commctrl.h>

#include "core/base/text.h"
#include "gui/comctl.h"

/* Shows the scroll bar if the text does not fit, otherwise hides it. Call this function again after
 * a change of size. */
static void show_scroll_bar(HWND report)
{
    LRESULT lines = SendMessageW(report, EM_GETLINECOUNT, 0, 0);
    HDC dc = GetDC(report);
    HGDIOBJ before = SelectObject(dc, (HGDIOBJ)SendMessageW(report, WM_GETFONT, 0, 0));
    TEXTMETRICW metrics = {.tmHeight = 1};
    RECT client;

    GetTextMetricsW(dc, &metrics);
    SelectObject(dc, before);
    ReleaseDC(report, dc);
    GetClientRect(report, &client);
    ShowScrollBar(report, SB_VERT, lines * metrics.tmHeight > client.bottom);
}

/* Adds Ctrl+A, which edit controls lack before Windows 10. An edit control with several lines would
 * also use Tab, Enter and Esc itself: Tab would not move the focus, and Esc would close the parent
 * of the control. This function leaves these keys to the window. */
static LRESULT CALLBACK share_keys(HWND field, UINT message, WPARAM wparam, LPARAM lparam,
                                   UINT_PTR id, DWORD_PTR data)
{
    (void)data;
    if (message == WM_KEYDOWN && wparam == 'A' && GetKeyState(VK_CONTROL) < 0) {
        SendMessageW(field, EM_SETSEL, 0, -1);
        return 0;
    }
    if (message == WM_NCDESTROY) {
        control_forget(field);
        comctl.remove_subclass(field, share_keys, id);
    }
    if (message == WM_GETDLGCODE && control_role(field) == ROLE_REPORT)
        return comctl.call_next(field, message, wparam, lparam) &
               ~(DLGC_WANTALLKEYS | DLGC_WANTMESSAGE | DLGC_WANTTAB);
    if (message == WM_WINDOWPOSCHANGED && control_role(field) == ROLE_REPORT &&
        !(((const WINDOWPOS *)lparam)->flags & SWP_NOSIZE)) {
        LRESULT result = comctl.call_next(field, message, wparam, lparam);

        show_scroll_bar(field);
        return result;
    }
    return comctl.call_next(field, message, wparam, lparam);
}

HWND field_make(HWND page, int id, const wchar_t *cue, DWORD style)
{
    HWND field =
        control_make(page, id, L"EDIT", L"", ES_AUTOHSCROLL | WS_TABSTOP | style, ROLE_FIELD);

    comctl.set_subclass(field, share_keys, 0, 0);
    if (cue)
        SendMessageW(field, EM_SETCUEBANNER, TRUE, (LPARAM)cue);
    return field;
}

HWND report_make(HWND page, int id)
{
    HWND report = control_make(
        page, id, L"EDIT", L"",
        ES_MULTILINE | ES_READONLY | ES_AUTOVSCROLL | WS_VSCROLL | WS_TABSTOP, ROLE_REPORT);

    comctl.set_subclass(report, share_keys, 0, 0);
    return report;
}

void report_set(HWND report, const char *lines)
{
    struct text text;

    text_init(&text);
    for (const char *c = lines; *c; c++)
        text_append(&text, *c == '\n' ? "\r\n" : c, *c == '\n' ? 2 : 1);
    control_set_text(report, text_string(&text));
    text_release(&text);
    show_scroll_bar(report);
}

/* Space between the frame and the edit control inside it, in dip. */
enum { FIELD_INSET_X = 6, FIELD_INSET_Y = 6 };

void field_place(HWND field, const struct scale *scale, int x, int y, int width, int height)
{
    int line = control_measure(scale, L"Ag", ROLE_FIELD, 0).cy;
    int inset = scale_px(scale->dpi, FIELD_INSET_X);

    MoveWindow(field, x + inset, y + (height - line) / 2, width - 2 * inset, line, TRUE);
}

void field_frame(HWND field, HDC dc, const struct theme *theme, const struct scale *scale,
                 bool is_wrong)
{
    bool has_focus = GetFocus() == field;
    COLORREF color = is_wrong ? theme->bad : has_focus ? theme->accent : theme->line;
    RECT rect;

    if (!IsWindowVisible(field))
        return;
    GetWindowRect(field, &rect);
    MapWindowPoints(NULL, GetParent(field), (POINT *)&rect, 2);
    InflateRect(&rect, scale_px(scale->dpi, FIELD_INSET_X), scale_px(scale->dpi, FIELD_INSET_Y));
    control_fill_round(dc, &rect, theme->panel, color, scale_px(scale->dpi, 6));
    if (is_wrong || has_focus) {
        InflateRect(&rect, -1, -1);
        control_fill_round(dc, &rect, theme->panel, color, scale_px(scale->dpi, 6));
    }
}
