#include "gui/button.h"

#include <commctrl.h>
#include <oleacc.h>
#include <shellapi.h>

#include "gui/accessible.h"
#include "gui/comctl.h"
#include "gui/paint/canvas.h"

enum { BUTTONS_GAP = 4, NAME_COUNT = 160 };

/* IsDialogMessage presses the focused button on Enter only if it is a default button, which an
 * owner-drawn button never is. So dialog_code requests the key Enter for the button, and the button
 * then clicks itself. */
static LRESULT dialog_code(HWND button, LPARAM asked)
{
    LRESULT code = DLGC_BUTTON | (GetFocus() == button ? DLGC_DEFPUSHBUTTON : DLGC_UNDEFPUSHBUTTON);

    return control_is_enter(asked) ? code | DLGC_WANTMESSAGE : code;
}

static void fill_facts(HWND button, struct accessible_facts *facts)
{
    bool is_chosen = control_flags(button) & CONTROL_IS_CHOSEN;

    switch (control_role(button)) {
    case ROLE_TAB:
        facts->role = ROLE_SYSTEM_PAGETAB;
        facts->state = STATE_SYSTEM_SELECTABLE | (is_chosen ? STATE_SYSTEM_SELECTED : 0);
        break;
    case ROLE_CHOICE:
        facts->role = ROLE_SYSTEM_RADIOBUTTON;
        facts->state = is_chosen ? STATE_SYSTEM_CHECKED : 0;
        break;
    case ROLE_MENU:
        facts->role = ROLE_SYSTEM_BUTTONMENU;
        facts->state = STATE_SYSTEM_HASPOPUP;
        break;
    default:
        facts->role = ROLE_SYSTEM_PUSHBUTTON;
        break;
    }
}

static LRESULT CALLBACK on_button_message(HWND button, UINT message, WPARAM wparam, LPARAM lparam,
                                          UINT_PTR id, DWORD_PTR data)
{
    LRESULT answer;

    (void)data;
    switch (message) {
    case WM_MOUSEMOVE:
        if (!(control_flags(button) & CONTROL_IS_HOVERED)) {
            TRACKMOUSEEVENT track = {
                .cbSize = sizeof track, .dwFlags = TME_LEAVE, .hwndTrack = button};

            control_set_flags(button, control_flags(button) | CONTROL_IS_HOVERED);
            TrackMouseEvent(&track);
        }
        break;
    case WM_MOUSELEAVE:
        control_set_flags(button, control_flags(button) & ~(UINT_PTR)CONTROL_IS_HOVERED);
        break;
    case WM_GETDLGCODE:
        return dialog_code(button, lparam);
    case ACCESSIBLE_FACTS:
        fill_facts(button, (struct accessible_facts *)lparam);
        return 0;
    case WM_GETOBJECT:
        answer = accessible_answer(button, wparam, lparam);
        if (answer)
            return answer;
        break;
    case WM_KEYDOWN:
        if (wparam == VK_RETURN) {
            if (!(HIWORD(lparam) & KF_REPEAT))
                SendMessageW(button, BM_CLICK, 0, 0);
            return 0;
        }
        break;
    case BM_SETSTYLE:
        /* Ignore this message: IsDialogMessage() sends it to change the style. With another style,
         * the button would no longer be owner-drawn. */
        return 0;
    case WM_ERASEBKGND:
        return 1; /* button_draw fills the background */
    case WM_NCDESTROY:
        control_forget(button);
        comctl.remove_subclass(button, on_button_message, id);
        break;
    }
    return comctl.call_next(button, message, wparam, lparam);
}

HWND button_make(HWND page, int id, const wchar_t *text, enum role role)
{
    HWND button = control_make(page, id, L"BUTTON", text, BS_OWNERDRAW | WS_TABSTOP, role);

    comctl.set_subclass(button, on_button_message, 0, 0);
    return button;
}

void button_choose(HWND button, bool is_chosen)
{
    UINT_PTR flags = control_flags(button);

    if (is_chosen == ((flags & CONTROL_IS_CHOSEN) != 0))
        return;
    control_set_flags(button, flags ^ CONTROL_IS_CHOSEN);
    NotifyWinEvent(EVENT_OBJECT_STATECHANGE, button, OBJID_CLIENT, CHILDID_SELF);
}

int button_width(HWND button, const struct scale *scale)
{
    wchar_t text[NAME_COUNT];
    enum role role = control_role(button);
    int padding = scale_px(scale->dpi, role == ROLE_TAB ? 16 : 14);
    int extra = 0;

    InternalGetWindowText(button, text, NAME_COUNT);
    control_strip_mnemonic(text);
    if (role == ROLE_SHIELD)
        extra = scale_metric(SM_CXSMICON, scale->dpi) + scale_px(scale->dpi, 6);
    if (role == ROLE_MENU)
        extra = scale_px(scale->dpi, 18);
    return control_measure(scale, text, role, 0).cx + 2 * padding + extra;
}

int buttons_width(const HWND *buttons, int count, const struct scale *scale)
{
    int gap = scale_px(scale->dpi, BUTTONS_GAP), width = 0;

    for (int i = 0; i < count; i++)
        width += button_width(buttons[i], scale) + gap;
    return width - gap;
}

int buttons_place(const HWND *buttons, int count, const struct scale *scale, int x, int y,
                  int height)
{
    for (int i = 0; i < count; i++) {
        int width = button_width(buttons[i], scale);

        MoveWindow(buttons[i], x, y, width, height, TRUE);
        x += width + scale_px(scale->dpi, BUTTONS_GAP);
    }
    return x;
}

/* ---- drawing ---------------------------------------------------------- */

/* The background of the button is mixed with this share of the text colour, in 255ths. */
enum { HOVER_SHARE = 18, PRESSED_SHARE = 36 };

static int draw_shield(HDC dc, const RECT *rect, const struct scale *scale)
{
    /* The value of IDI_SHIELD, which older headers do not define. Windows XP lacks the icon. */
    const wchar_t *shield = MAKEINTRESOURCEW(32518);
    int size = scale_metric(SM_CXSMICON, scale->dpi), gap = scale_px(scale->dpi, 6);
    HICON icon;

    if (!comctl.load_icon || FAILED(comctl.load_icon(NULL, shield, size, size, &icon)))
        return 0;
    DrawIconEx(dc, rect->left, rect->top + (rect->bottom - rect->top - size) / 2, icon, size, size,
               0, NULL, DI_NORMAL);
    DestroyIcon(icon);
    return size + gap;
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

    control_fill(dc, &rect,
                 is_hovered && !is_chosen ? color_blend(theme->window, theme->text, HOVER_SHARE)
                                          : theme->window);
    if (is_chosen)
        control_fill(dc, &line, theme->accent);
}

static void draw_focus(HDC dc, RECT rect, COLORREF text, COLORREF inside, const struct scale *scale)
{
    InflateRect(&rect, -scale_px(scale->dpi, 3), -scale_px(scale->dpi, 3));
    SetTextColor(dc, text);
    SetBkColor(dc, inside);
    DrawFocusRect(dc, &rect);
}

void button_draw(const DRAWITEMSTRUCT *item, const struct theme *theme, const struct scale *scale)
{
    UINT_PTR flags = control_flags(item->hwndItem);
    enum role role = (enum role)(flags & CONTROL_ROLE_MASK);
    bool is_chosen = flags & CONTROL_IS_CHOSEN, is_disabled = item->itemState & ODS_DISABLED;
    bool is_hovered = (flags & CONTROL_IS_HOVERED) && !is_disabled;
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
    wchar_t name[NAME_COUNT];
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
        /* The page's background is visible outside of the round corners. */
        FillRect(item->hDC, &rect,
                 (HBRUSH)SendMessageW(GetParent(item->hwndItem), WM_CTLCOLORBTN, (WPARAM)item->hDC,
                                      (LPARAM)item->hwndItem));
        control_fill_round(item->hDC, &rect, inside, line, radius);
    }
    InternalGetWindowText(item->hwndItem, name, NAME_COUNT);
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
    if ((item->itemState & ODS_FOCUS) && !(item->itemState & ODS_NOFOCUSRECT))
        draw_focus(item->hDC, rect, text, inside, scale);
    SelectObject(item->hDC, font);
}
