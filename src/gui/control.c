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

enum { IS_CHOSEN = 1 << 8, IS_HOVERED = 1 << 9, ROLE_MASK = 0xff };

static UINT_PTR flags_of(HWND control)
{
    return (UINT_PTR)GetPropW(control, role_property);
}

static void set_flags(HWND control, UINT_PTR flags)
{
    if (flags_of(control) == flags)
        return;
    SetPropW(control, role_property, (HANDLE)flags);
    InvalidateRect(control, NULL, TRUE);
}

enum role control_role(HWND control)
{
    return (enum role)(flags_of(control) & ROLE_MASK);
}

void control_set_role(HWND control, enum role role)
{
    set_flags(control, (flags_of(control) & ~(UINT_PTR)ROLE_MASK) | (UINT_PTR)role);
}

void button_choose(HWND button, bool is_chosen)
{
    UINT_PTR flags = flags_of(button);

    set_flags(button, is_chosen ? flags | IS_CHOSEN : flags & ~(UINT_PTR)IS_CHOSEN);
}

static void fill(HDC dc, const RECT *rect, COLORREF color)
{
    SetBkColor(dc, color);
    ExtTextOutW(dc, 0, 0, ETO_OPAQUE, rect, NULL, 0, NULL);
}

static void fill_round(HDC dc, const RECT *rect, COLORREF inside, COLORREF line, int radius)
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

static HWND make(HWND page, int id, const wchar_t *class_name, const wchar_t *text, DWORD style,
                 enum role role)
{
    HWND control = CreateWindowExW(0, class_name, text, WS_CHILD | WS_VISIBLE | style, 0, 0, 0, 0,
                                   page, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);

    if (control)
        SetPropW(control, role_property, (HANDLE)(UINT_PTR)role);
    return control;
}

/* Of another size it would keep what it showed, cut or in the wrong place. */
static LRESULT CALLBACK follow_size(HWND label, UINT message, WPARAM wparam, LPARAM lparam,
                                    UINT_PTR id, DWORD_PTR data)
{
    (void)data;
    if (message == WM_WINDOWPOSCHANGED && !(((const WINDOWPOS *)lparam)->flags & SWP_NOSIZE))
        InvalidateRect(label, NULL, TRUE);
    if (message == WM_NCDESTROY) {
        RemovePropW(label, role_property);
        comctl.remove_subclass(label, follow_size, id);
    }
    return comctl.call_next(label, message, wparam, lparam);
}

HWND label_make(HWND page, int id, const wchar_t *text, enum role role)
{
    HWND label = make(page, id, L"STATIC", text,
                      (role == ROLE_LABEL ? 0 : SS_NOPREFIX) | SS_LEFTNOWORDWRAP | SS_CENTERIMAGE |
                          SS_ENDELLIPSIS,
                      role);

    comctl.set_subclass(label, follow_size, 0, 0);
    return label;
}

HWND paragraph_make(HWND page, int id, const wchar_t *text, enum role role)
{
    HWND label = make(page, id, L"STATIC", text, SS_LEFT | SS_NOPREFIX | SS_EDITCONTROL, role);

    comctl.set_subclass(label, follow_size, 0, 0);
    return label;
}

static LRESULT CALLBACK follow_mouse(HWND button, UINT message, WPARAM wparam, LPARAM lparam,
                                     UINT_PTR id, DWORD_PTR data)
{
    (void)data;
    switch (message) {
    case WM_MOUSEMOVE:
        if (!(flags_of(button) & IS_HOVERED)) {
            TRACKMOUSEEVENT track = {
                .cbSize = sizeof track, .dwFlags = TME_LEAVE, .hwndTrack = button};

            set_flags(button, flags_of(button) | IS_HOVERED);
            TrackMouseEvent(&track);
        }
        break;
    case WM_MOUSELEAVE:
        set_flags(button, flags_of(button) & ~(UINT_PTR)IS_HOVERED);
        break;
    case WM_ERASEBKGND:
        return 1; /* button_draw fills it */
    case WM_NCDESTROY:
        RemovePropW(button, role_property);
        comctl.remove_subclass(button, follow_mouse, id);
        break;
    }
    return comctl.call_next(button, message, wparam, lparam);
}

HWND button_make(HWND page, int id, const wchar_t *text, enum role role)
{
    HWND button = make(page, id, L"BUTTON", text, BS_OWNERDRAW | WS_TABSTOP, role);

    comctl.set_subclass(button, follow_mouse, 0, 0);
    return button;
}

static void show_scroll_bar(HWND report);

/* Ctrl+A is not an edit's own before Windows 10. */
static LRESULT CALLBACK select_all(HWND field, UINT message, WPARAM wparam, LPARAM lparam,
                                   UINT_PTR id, DWORD_PTR data)
{
    (void)data;
    if (message == WM_KEYDOWN && wparam == 'A' && GetKeyState(VK_CONTROL) < 0) {
        SendMessageW(field, EM_SETSEL, 0, -1);
        return 0;
    }
    if (message == WM_NCDESTROY) {
        RemovePropW(field, role_property);
        comctl.remove_subclass(field, select_all, id);
    }
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
    HWND field = make(page, id, L"EDIT", L"", ES_AUTOHSCROLL | WS_TABSTOP | style, ROLE_FIELD);

    comctl.set_subclass(field, select_all, 0, 0);
    if (cue)
        SendMessageW(field, EM_SETCUEBANNER, TRUE, (LPARAM)cue);
    return field;
}

HWND report_make(HWND page, int id)
{
    HWND report =
        make(page, id, L"EDIT", L"",
             ES_MULTILINE | ES_READONLY | ES_AUTOVSCROLL | WS_VSCROLL | WS_TABSTOP, ROLE_REPORT);

    comctl.set_subclass(report, select_all, 0, 0);
    return report;
}

/* An arrow in the middle of its half. */
static void draw_half(HDC dc, const RECT *rect, bool is_up, const struct theme *theme)
{
    int x = (rect->left + rect->right) / 2, y = (rect->top + rect->bottom) / 2;
    int half = (rect->right - rect->left) / 5, rise = is_up ? half / 2 : -(half / 2);
    POINT arrow[] = {{x - half, y + rise},
                     {x, y - (is_up ? half - half / 2 : half / 2 - half)},
                     {x + half + 1, y + rise + (is_up ? 1 : -1)}};
    HPEN pen = CreatePen(PS_SOLID, 1, theme->text);
    HGDIOBJ before;

    fill_round(dc, rect, theme->panel, theme->line, (rect->right - rect->left) / 4);
    before = SelectObject(dc, pen);
    Polyline(dc, arrow, 3);
    SelectObject(dc, before);
    DeleteObject(pen);
}

/* Windows' own stays light in a dark window. */
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

enum { PROGRESS_TIMER = 7, PROGRESS_STEP_MS = 40, PROGRESS_ROUND_MS = 1600 };

/* A block that goes from left to right and again. */
static void draw_progress(HWND progress, HDC dc, const struct theme *theme)
{
    RECT rect, block, before, behind;
    int length, left;

    GetClientRect(progress, &rect);
    length = rect.right / 3;
    left = (int)(GetTickCount() % PROGRESS_ROUND_MS) * (rect.right + length) / PROGRESS_ROUND_MS -
           length;
    before = block = behind = rect;
    before.right = block.left = left > 0 ? left : 0;
    block.right = behind.left = left + length < rect.right ? left + length : rect.right;
    fill(dc, &before, theme->line);
    fill(dc, &block, theme->accent);
    fill(dc, &behind, theme->line);
}

/* Windows' own stays light in a dark window, whatever colours it is told: visual styles
 * ignore them (Win32, "PBM_SETBARCOLOR"). */
static LRESULT CALLBACK paint_progress(HWND progress, UINT message, WPARAM wparam, LPARAM lparam,
                                       UINT_PTR id, DWORD_PTR data)
{
    PAINTSTRUCT what;

    switch (message) {
    case WM_ERASEBKGND:
        return 1;
    case WM_PAINT:
        draw_progress(progress, BeginPaint(progress, &what), (const struct theme *)data);
        EndPaint(progress, &what);
        return 0;
    case WM_TIMER:
        if (wparam != PROGRESS_TIMER)
            break;
        InvalidateRect(progress, NULL, FALSE);
        return 0;
    case PBM_SETMARQUEE:
        if (wparam)
            SetTimer(progress, PROGRESS_TIMER, PROGRESS_STEP_MS, NULL);
        else
            KillTimer(progress, PROGRESS_TIMER);
        return TRUE;
    case WM_NCDESTROY:
        comctl.remove_subclass(progress, paint_progress, id);
        break;
    }
    return comctl.call_next(progress, message, wparam, lparam);
}

HWND progress_make(HWND page, int id, const struct theme *theme)
{
    HWND progress = CreateWindowExW(0, PROGRESS_CLASSW, L"", WS_CHILD | PBS_MARQUEE, 0, 0, 0, 0,
                                    page, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);

    SetWindowLongPtrW(progress, GWL_EXSTYLE, 0); /* no sunken edge */
    comctl.set_subclass(progress, paint_progress, 0, (DWORD_PTR)theme);
    return progress;
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

/* Is there more than it can show? To be asked again when it has another size. */
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

/* "&Undo" is as wide as "Undo". */
static void strip_mnemonic(wchar_t *text)
{
    wchar_t *to = text;

    for (const wchar_t *from = text; *from; from++)
        if (*from != L'&' || *++from == L'&' || *from)
            *to++ = *from;
    *to = L'\0';
}

int button_width(HWND button, const struct scale *scale)
{
    wchar_t text[128];
    enum role role = control_role(button);
    int padding = scale_px(scale->dpi, role == ROLE_TAB ? 16 : 14);
    int extra = 0;

    GetWindowTextW(button, text, sizeof text / sizeof *text);
    strip_mnemonic(text);
    if (role == ROLE_SHIELD)
        extra = scale_metric(SM_CXSMICON, scale->dpi) + scale_px(scale->dpi, 6);
    if (role == ROLE_MENU)
        extra = scale_px(scale->dpi, 18);
    return control_measure(scale, text, role, 0).cx + 2 * padding + extra;
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
    InvalidateRect(control, NULL, TRUE);
    return TRUE;
}

void controls_restyle(HWND page, const struct theme *theme, const struct scale *scale)
{
    struct restyle what = {theme, scale};

    EnumChildWindows(page, restyle, (LPARAM)&what);
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

/* Between the frame and the edit within it. */
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
    fill_round(dc, &rect, theme->panel, color, scale_px(scale->dpi, 6));
    if (is_wrong || has_focus) {
        InflateRect(&rect, -1, -1);
        fill_round(dc, &rect, theme->panel, color, scale_px(scale->dpi, 6));
    }
}

/* ---- buttons ---------------------------------------------------------- */

/* Of 255, towards the text. */
enum { HOVER_SHARE = 18, PRESSED_SHARE = 36 };

static int draw_shield(HDC dc, const RECT *rect, const struct scale *scale)
{
    int size = scale_metric(SM_CXSMICON, scale->dpi), gap = scale_px(scale->dpi, 6);
    /* IDI_SHIELD, which older headers lack. */
    HICON icon = LoadImageW(NULL, MAKEINTRESOURCEW(32518), IMAGE_ICON, size, size, LR_SHARED);

    if (icon)
        DrawIconEx(dc, rect->left, rect->top + (rect->bottom - rect->top - size) / 2, icon, size,
                   size, 0, NULL, DI_NORMAL);
    return icon ? size + gap : 0;
}

static void draw_arrow(HDC dc, const RECT *rect, const struct scale *scale, COLORREF color)
{
    int half = scale_px(scale->dpi, 4), x = rect->right - scale_px(scale->dpi, 12) - half;
    int y = (rect->top + rect->bottom - half) / 2;
    POINT points[] = {{x - half, y}, {x, y + half}, {x + half + 1, y - 1}};
    HPEN pen = CreatePen(PS_SOLID, scale_px(scale->dpi, 1), color);
    HGDIOBJ before = SelectObject(dc, pen);

    Polyline(dc, points, 3);
    SelectObject(dc, before);
    DeleteObject(pen);
}

static void draw_tab(HDC dc, RECT rect, bool is_chosen, bool is_hovered, const struct theme *theme,
                     const struct scale *scale)
{
    int bar = scale_px(scale->dpi, 3), inset = scale_px(scale->dpi, 12);
    RECT line = {rect.left + inset, rect.bottom - bar, rect.right - inset, rect.bottom};

    fill(dc, &rect,
         is_hovered && !is_chosen ? color_blend(theme->window, theme->text, HOVER_SHARE)
                                  : theme->window);
    if (is_chosen)
        fill(dc, &line, theme->accent);
}

void button_draw(const DRAWITEMSTRUCT *item, const struct theme *theme, const struct scale *scale)
{
    UINT_PTR flags = flags_of(item->hwndItem);
    enum role role = (enum role)(flags & ROLE_MASK);
    bool is_chosen = flags & IS_CHOSEN, is_disabled = item->itemState & ODS_DISABLED;
    bool is_hovered = (flags & IS_HOVERED) && !is_disabled;
    bool is_pressed = item->itemState & ODS_SELECTED;
    bool is_filled =
        (role == ROLE_PRIMARY || role == ROLE_SHIELD || (role == ROLE_CHOICE && is_chosen)) &&
        !is_disabled;
    COLORREF inside = is_filled ? theme->accent : theme->panel;
    COLORREF text = is_filled ? theme->accent_text : theme->text;
    COLORREF line = is_filled ? theme->accent : theme->line;
    int radius = scale_px(scale->dpi, 6),
        padding = scale_px(scale->dpi, role == ROLE_TAB ? 16 : 14);
    RECT rect = item->rcItem, words;
    wchar_t name[128];
    HGDIOBJ font = SelectObject(item->hDC, role_font(scale, role));
    UINT format = DT_SINGLELINE | DT_VCENTER | DT_CENTER | DT_END_ELLIPSIS;

    if (item->itemState & ODS_NOACCEL)
        format |= DT_HIDEPREFIX;
    if (is_disabled)
        text = theme->kind == THEME_HIGH_CONTRAST ? GetSysColor(COLOR_GRAYTEXT) : theme->muted;
    if (is_pressed)
        inside = color_blend(inside, theme->text, PRESSED_SHARE);
    else if (is_hovered)
        inside = color_blend(inside, theme->text, HOVER_SHARE);
    if (role == ROLE_TAB) {
        draw_tab(item->hDC, rect, is_chosen, is_hovered, theme, scale);
        text = is_chosen ? theme->text : theme->muted;
    } else {
        /* Around its round corners shows what it lies on. */
        FillRect(item->hDC, &rect,
                 (HBRUSH)SendMessageW(GetParent(item->hwndItem), WM_CTLCOLORBTN, (WPARAM)item->hDC,
                                      (LPARAM)item->hwndItem));
        fill_round(item->hDC, &rect, inside, line, radius);
    }
    GetWindowTextW(item->hwndItem, name, sizeof name / sizeof *name);
    words = rect;
    InflateRect(&words, -padding, 0);
    if (role == ROLE_SHIELD) {
        words.left += draw_shield(item->hDC, &words, scale);
        format = (format & ~(UINT)DT_CENTER) | DT_LEFT;
    }
    if (role == ROLE_MENU) {
        draw_arrow(item->hDC, &rect, scale, text);
        words.right -= scale_px(scale->dpi, 18);
        format = (format & ~(UINT)DT_CENTER) | DT_LEFT;
    }
    SetBkMode(item->hDC, TRANSPARENT);
    SetTextColor(item->hDC, text);
    DrawTextW(item->hDC, name, -1, &words, format);
    if ((item->itemState & ODS_FOCUS) && !(item->itemState & ODS_NOFOCUSRECT)) {
        RECT focus = rect;

        InflateRect(&focus, -scale_px(scale->dpi, 3), -scale_px(scale->dpi, 3));
        SetTextColor(item->hDC, text);
        SetBkColor(item->hDC, inside);
        DrawFocusRect(item->hDC, &focus);
    }
    SelectObject(item->hDC, font);
}
