#include "gui/control.h"

#include <stdlib.h>
#include <string.h>

#include <commctrl.h>
#include <shellapi.h>

#include "core/base/text.h"
#include "gui/comctl.h"
#include "gui/encoding.h"
#include "gui/paint/canvas.h"

static const wchar_t role_property[] = L"maxport.role";

UINT_PTR control_flags(HWND control)
{
    return (UINT_PTR)GetPropW(control, role_property);
}

void control_set_flags(HWND control, UINT_PTR flags)
{
    if (control_flags(control) == flags)
        return;
    SetPropW(control, role_property, (HANDLE)flags);
    InvalidateRect(control, NULL, TRUE);
}

void control_forget(HWND control)
{
    RemovePropW(control, role_property);
}

enum role control_role(HWND control)
{
    return (enum role)(control_flags(control) & CONTROL_ROLE_MASK);
}

void control_set_role(HWND control, enum role role)
{
    control_set_flags(control,
                      (control_flags(control) & ~(UINT_PTR)CONTROL_ROLE_MASK) | (UINT_PTR)role);
}

static void pass_focus_on(HWND control)
{
    if (GetFocus() == control)
        SetFocus(GetNextDlgTabItem(GetAncestor(control, GA_ROOT), control, FALSE));
}

void control_enable(HWND control, bool is_enabled)
{
    if (!is_enabled)
        pass_focus_on(control);
    EnableWindow(control, is_enabled);
}

void control_show(HWND control, bool is_shown)
{
    if (!is_shown)
        pass_focus_on(control);
    ShowWindow(control, is_shown ? SW_SHOW : SW_HIDE);
}

bool control_is_enter(LPARAM asked)
{
    const MSG *key = (const MSG *)asked;

    return key && key->message == WM_KEYDOWN && key->wParam == VK_RETURN;
}

void control_fill(HDC dc, const RECT *rect, COLORREF color)
{
    SetBkColor(dc, color);
    ExtTextOutW(dc, 0, 0, ETO_OPAQUE, rect, NULL, 0, NULL);
}

void control_fill_round(HDC dc, const RECT *rect, COLORREF inside, COLORREF line, int radius)
{
    HBRUSH brush = CreateSolidBrush(inside);
    HPEN pen = CreatePen(PS_SOLID, 1, line);
    HGDIOBJ old_brush = SelectObject(dc, brush), old_pen = SelectObject(dc, pen);

    RoundRect(dc, rect->left, rect->top, rect->right, rect->bottom, radius, radius);
    SelectObject(dc, old_brush);
    SelectObject(dc, old_pen);
    DeleteObject(brush);
    DeleteObject(pen);
}

/* ---- making ----------------------------------------------------------- */

HWND control_make(HWND page, int id, const wchar_t *class_name, const wchar_t *text, DWORD style,
                  enum role role)
{
    HWND control = CreateWindowExW(0, class_name, text, WS_CHILD | WS_VISIBLE | style, 0, 0, 0, 0,
                                   page, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);

    if (control)
        SetPropW(control, role_property, (HANDLE)(UINT_PTR)role);
    return control;
}

/* Repaints the whole label after it was moved or its size has changed. Windows alone would copy
 * what was painted, which may not be complete, and repaint only the new area. */
static LRESULT CALLBACK follow_place(HWND label, UINT message, WPARAM wparam, LPARAM lparam,
                                     UINT_PTR id, DWORD_PTR data)
{
    (void)data;
    if (message == WM_WINDOWPOSCHANGED &&
        (~((const WINDOWPOS *)lparam)->flags & (SWP_NOSIZE | SWP_NOMOVE)))
        InvalidateRect(label, NULL, TRUE);
    if (message == WM_NCDESTROY) {
        control_forget(label);
        comctl.remove_subclass(label, follow_place, id);
    }
    return comctl.call_next(label, message, wparam, lparam);
}

HWND label_make(HWND page, int id, const wchar_t *text, enum role role)
{
    HWND label = control_make(page, id, L"STATIC", text,
                              (role == ROLE_LABEL ? 0 : SS_NOPREFIX) | SS_LEFTNOWORDWRAP |
                                  SS_CENTERIMAGE | SS_ENDELLIPSIS,
                              role);

    comctl.set_subclass(label, follow_place, 0, 0);
    return label;
}

HWND paragraph_make(HWND page, int id, const wchar_t *text, enum role role)
{
    HWND label =
        control_make(page, id, L"STATIC", text, SS_LEFT | SS_NOPREFIX | SS_EDITCONTROL, role);

    comctl.set_subclass(label, follow_place, 0, 0);
    return label;
}

HWND slider_make(HWND page, int id, const wchar_t *name)
{
    return CreateWindowExW(0, TRACKBAR_CLASSW, name,
                           WS_CHILD | WS_VISIBLE | WS_TABSTOP | TBS_HORZ | TBS_NOTICKS, 0, 0, 0, 0,
                           page, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);
}

/* ---- text ------------------------------------------------------------- */

bool control_set_wide(HWND control, const wchar_t *text)
{
    int length = GetWindowTextLengthW(control);
    wchar_t *old = malloc(((size_t)length + 1) * sizeof *old);
    bool is_same = false;

    if (old) {
        GetWindowTextW(control, old, length + 1);
        is_same = wcscmp(old, text) == 0;
        free(old);
    }
    if (!is_same)
        SetWindowTextW(control, text);
    return !is_same;
}

bool control_set_text(HWND control, const char *utf8)
{
    wchar_t *wide = encoding_wide(utf8);
    bool is_new = wide && control_set_wide(control, wide);

    free(wide);
    return is_new;
}

char *control_text(HWND control)
{
    int length = GetWindowTextLengthW(control);
    wchar_t *wide = malloc(((size_t)length + 1) * sizeof *wide);
    char *utf8 = NULL;

    if (wide) {
        wide[0] = L'\0';
        GetWindowTextW(control, wide, length + 1);
        utf8 = encoding_utf8(wide);
    }
    free(wide);
    return utf8;
}

void control_strip_mnemonic(wchar_t *text)
{
    wchar_t *to = text;

    for (const wchar_t *from = text; *from; from++)
        if (*from != L'&' || *++from == L'&' || *from)
            *to++ = *from;
    *to = L'\0';
}

HFONT role_font(const struct scale *scale, enum role role)
{
    switch (role) {
    case ROLE_STRONG:
    case ROLE_TAB:
        return scale->font[FONT_STRONG];
    case ROLE_TITLE:
    case ROLE_WARN_TITLE:
    case ROLE_BAD_TITLE:
        return scale->font[FONT_TITLE];
    case ROLE_WARN:
    case ROLE_BAD:
        return scale->font[FONT_STRONG];
    case ROLE_REPORT:
        return scale->font[FONT_FIXED];
    default:
        return scale->font[FONT_BODY];
    }
}

SIZE control_measure(const struct scale *scale, const wchar_t *text, enum role role, int max_width)
{
    RECT rect = {0, 0, max_width ? max_width : 1 << 15, 0};
    HDC dc = GetDC(NULL);
    HGDIOBJ before = SelectObject(dc, role_font(scale, role));

    DrawTextW(dc, text, -1, &rect,
              DT_CALCRECT | DT_NOPREFIX | (max_width ? DT_WORDBREAK | DT_EDITCONTROL : 0));
    SelectObject(dc, before);
    ReleaseDC(NULL, dc);
    return (SIZE){rect.right, rect.bottom};
}

struct restyle {
    const struct theme *theme;
    const struct scale *scale;
};

static BOOL CALLBACK restyle(HWND control, LPARAM lparam)
{
    const struct restyle *what = (const struct restyle *)lparam;
    enum role role = control_role(control);

    if (role)
        SendMessageW(control, WM_SETFONT, (WPARAM)role_font(what->scale, role), FALSE);
    if (role == ROLE_FIELD)
        SendMessageW(control, EM_SETMARGINS, EC_LEFTMARGIN | EC_RIGHTMARGIN,
                     MAKELPARAM(scale_px(what->scale->dpi, 4), scale_px(what->scale->dpi, 4)));
    if (role == ROLE_REPORT)
        theme_dress_control(control, what->theme);
    InvalidateRect(control, NULL, TRUE);
    return TRUE;
}

void controls_restyle(HWND page, const struct theme *theme, const struct scale *scale)
{
    struct restyle what = {theme, scale};

    EnumChildWindows(page, restyle, (LPARAM)&what);
}

int control_height(HWND control, const struct scale *scale, int width)
{
    wchar_t text[2048];

    GetWindowTextW(control, text, sizeof text / sizeof *text);
    return *text ? (int)control_measure(scale, text, control_role(control), width).cy : 0;
}

/* ---- colours ---------------------------------------------------------- */

static COLORREF text_color(enum role role, const struct theme *theme)
{
    switch (role) {
    case ROLE_MUTED:
        return theme->muted;
    case ROLE_WARN:
    case ROLE_WARN_TITLE:
        return theme->warn;
    case ROLE_BAD:
    case ROLE_BAD_TITLE:
        return theme->bad;
    default:
        return theme->text;
    }
}

void control_color(HWND control, HDC dc, const struct theme *theme)
{
    SetTextColor(dc, text_color(control_role(control), theme));
    SetBkColor(dc, theme->panel);
}
