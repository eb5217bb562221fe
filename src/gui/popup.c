#include "gui/popup.h"

#include <stdlib.h>

#include <oleacc.h>

#include "gui/control.h"
#include "gui/paint/canvas.h"

enum {
    ITEMS_MOST = 64, /* including the items of submenus */
    TEXT_COUNT = 80,
    PADDING = 6,
    MARK_WIDTH = 24,  /* the mark of a chosen item, at the left */
    ARROW_WIDTH = 20, /* the arrow to a submenu, at the right */
    KEY_GAP = 24,     /* between the text and its key */
    SEPARATOR_HEIGHT = 7,
};

struct item {
    MSAAMENUINFO accessible; /* must be first: screen readers find it at the item's data */
    const struct window *window;
    wchar_t text[TEXT_COUNT]; /* "&Copy\tCtrl+C"; empty: a separator */
    wchar_t name[TEXT_COUNT]; /* "Copy\tCtrl+C" */
    bool has_submenu;
};

struct popup {
    HBRUSH background;
    size_t count;
    struct item items[ITEMS_MOST];
};

/* ---- dressing --------------------------------------------------------- */

static wchar_t letter_of(const wchar_t *text)
{
    for (; *text; text++)
        if (*text == L'&' && *++text != L'&')
            return *text;
    return L'\0';
}

/* The popup that is dressed now; NULL: none. is_own compares each item with this popup, because
 * other programs can add owner-drawn items of their own to the system menu of the window. */
static const struct popup *dressed;

static bool is_own(const struct item *item)
{
    return dressed && item >= dressed->items && item < dressed->items + dressed->count;
}

static bool is_drawn(HMENU menu, UINT position, struct item **item)
{
    MENUITEMINFOW info = {.cbSize = sizeof info, .fMask = MIIM_FTYPE | MIIM_DATA};

    if (!GetMenuItemInfoW(menu, position, TRUE, &info) || !(info.fType & MFT_OWNERDRAW))
        return false;
    *item = (struct item *)info.dwItemData;
    return is_own(*item);
}

static void dress_item(struct popup *popup, const struct window *window, HMENU menu, UINT position)
{
    struct item *item = &popup->items[popup->count];
    MENUITEMINFOW info = {.cbSize = sizeof info,
                          .fMask = MIIM_FTYPE | MIIM_STRING | MIIM_SUBMENU,
                          .dwTypeData = item->text,
                          .cch = TEXT_COUNT};

    if (popup->count == ITEMS_MOST || !GetMenuItemInfoW(menu, position, TRUE, &info))
        return; /* Windows paints this item */
    popup->count++;
    if (info.fType & MFT_SEPARATOR)
        item->text[0] = L'\0';
    lstrcpynW(item->name, item->text, TEXT_COUNT);
    control_strip_mnemonic(item->name);
    item->window = window;
    item->has_submenu = info.hSubMenu != NULL;
    item->accessible =
        (MSAAMENUINFO){(DWORD)MSAA_MENU_SIG, (DWORD)lstrlenW(item->name), item->name};
    info.fMask = MIIM_FTYPE | MIIM_DATA; /* the menu keeps its text */
    info.fType |= MFT_OWNERDRAW;
    info.dwItemData = (ULONG_PTR)item;
    SetMenuItemInfoW(menu, position, TRUE, &info);
}

static void dress_menu(struct popup *popup, const struct window *window, HMENU menu)
{
    MENUINFO info = {.cbSize = sizeof info, .fMask = MIM_BACKGROUND, .hbrBack = popup->background};
    int count = GetMenuItemCount(menu);

    SetMenuInfo(menu, &info);
    for (int i = 0; i < count; i++) {
        HMENU submenu = GetSubMenu(menu, i);

        dress_item(popup, window, menu, (UINT)i);
        if (submenu)
            dress_menu(popup, window, submenu);
    }
}

struct popup *popup_dress(const struct window *window, HMENU menu)
{
    struct popup *popup = calloc(1, sizeof *popup);

    if (!popup)
        return NULL;
    popup->background = CreateSolidBrush(window->theme.panel);
    dress_menu(popup, window, menu);
    dressed = popup;
    return popup;
}

static void undress_menu(HMENU menu)
{
    MENUINFO background = {.cbSize = sizeof background, .fMask = MIM_BACKGROUND};
    int count = GetMenuItemCount(menu);

    SetMenuInfo(menu, &background);
    for (int i = 0; i < count; i++) {
        MENUITEMINFOW info = {.cbSize = sizeof info, .fMask = MIIM_FTYPE | MIIM_DATA};

        if (GetMenuItemInfoW(menu, (UINT)i, TRUE, &info)) {
            info.fType &= ~(UINT)MFT_OWNERDRAW;
            info.dwItemData = 0;
            SetMenuItemInfoW(menu, (UINT)i, TRUE, &info);
        }
        if (GetSubMenu(menu, i))
            undress_menu(GetSubMenu(menu, i));
    }
}

void popup_undress(struct popup *popup, HMENU menu)
{
    if (!popup)
        return;
    dressed = NULL;
    undress_menu(menu);
    DeleteObject(popup->background);
    free(popup);
}

UINT popup_track(const struct window *window, HMENU menu, UINT flags, POINT screen)
{
    struct popup *popup = popup_dress(window, menu); /* NULL: Windows paints the menu */
    int chosen =
        TrackPopupMenu(menu, flags | TPM_RETURNCMD, screen.x, screen.y, 0, window->frame, NULL);

    popup_undress(popup, menu);
    return (UINT)chosen;
}

/* ---- painting --------------------------------------------------------- */

/* Returns the key of a text such as "Copy\tCtrl+C", or "" if there is no key. *length: length of
 * the text before the tab. */
static const wchar_t *key_of(const wchar_t *text, int *length)
{
    const wchar_t *tab = wcschr(text, L'\t');

    *length = tab ? (int)(tab - text) : lstrlenW(text);
    return tab ? tab + 1 : L"";
}

void popup_measure(MEASUREITEMSTRUCT *measure)
{
    const struct item *item = (const struct item *)measure->itemData;
    const struct scale *scale;
    const wchar_t *key;
    wchar_t text[TEXT_COUNT];
    int length, width;
    SIZE size;

    if (!is_own(item))
        return;
    scale = &item->window->scale;
    width = scale_px(scale->dpi, MARK_WIDTH + ARROW_WIDTH);
    key = key_of(item->name, &length);

    if (!*item->text) {
        measure->itemHeight = (UINT)scale_px(scale->dpi, SEPARATOR_HEIGHT);
        return;
    }
    lstrcpynW(text, item->name, length + 1);
    size = control_measure(scale, text, ROLE_STRONG, 0); /* the default item is bold */
    width += size.cx;
    if (*key)
        width += scale_px(scale->dpi, KEY_GAP) + control_measure(scale, key, ROLE_TEXT, 0).cx;
    measure->itemWidth = (UINT)width;
    measure->itemHeight = (UINT)(size.cy + 2 * scale_px(scale->dpi, PADDING));
}

static void draw_mark(HDC dc, const RECT *rect, const struct scale *scale, COLORREF color)
{
    int size = scale_px(scale->dpi, 6),
        x = rect->left + (scale_px(scale->dpi, MARK_WIDTH) - size) / 2;
    int y = (rect->top + rect->bottom - size) / 2;
    RECT dot = {x, y, x + size, y + size};

    control_fill_round(dc, &dot, color, color, size);
}

static void draw_arrow(HDC dc, const RECT *rect, const struct scale *scale, COLORREF color)
{
    int half = scale_px(scale->dpi, 4), y = (rect->top + rect->bottom) / 2;
    int x = rect->right - scale_px(scale->dpi, 8) - half;
    POINT points[] = {{x, y - half}, {x + half, y}, {x - 1, y + half + 1}};
    HPEN pen = CreatePen(PS_SOLID, scale_px(scale->dpi, 1), color);
    HGDIOBJ before = SelectObject(dc, pen);

    Polyline(dc, points, 3);
    SelectObject(dc, before);
    DeleteObject(pen);
}

static void draw_text(const DRAWITEMSTRUCT *draw, const struct item *item, COLORREF text)
{
    const struct scale *scale = &item->window->scale;
    UINT format = DT_SINGLELINE | DT_VCENTER | (draw->itemState & ODS_NOACCEL ? DT_HIDEPREFIX : 0);
    bool is_default = draw->itemState & ODS_DEFAULT;
    RECT rect = draw->rcItem;
    int length;
    const wchar_t *key = key_of(item->text, &length);
    HGDIOBJ font = SelectObject(draw->hDC, role_font(scale, is_default ? ROLE_STRONG : ROLE_TEXT));

    rect.left += scale_px(scale->dpi, MARK_WIDTH);
    rect.right -= scale_px(scale->dpi, ARROW_WIDTH);
    SetBkMode(draw->hDC, TRANSPARENT);
    SetTextColor(draw->hDC, text);
    DrawTextW(draw->hDC, item->text, length, &rect, format | DT_LEFT);
    SelectObject(draw->hDC, role_font(scale, ROLE_TEXT));
    DrawTextW(draw->hDC, key, -1, &rect, format | DT_RIGHT | DT_NOPREFIX);
    SelectObject(draw->hDC, font);
}

static void draw_item(const DRAWITEMSTRUCT *draw, const struct item *item)
{
    const struct theme *theme = &item->window->theme;
    const struct scale *scale = &item->window->scale;
    bool is_disabled = draw->itemState & (ODS_DISABLED | ODS_GRAYED);
    bool is_selected = (draw->itemState & ODS_SELECTED) && *item->text;
    COLORREF text = is_selected ? theme->accent_text : theme->text;

    if (is_disabled)
        text = theme->kind == THEME_HIGH_CONTRAST ? GetSysColor(COLOR_GRAYTEXT)
                                                  : color_blend(theme->panel, theme->text, 110);
    control_fill(draw->hDC, &draw->rcItem,
                 is_selected && !is_disabled ? theme->accent : theme->panel);
    if (!*item->text) {
        RECT line = draw->rcItem;

        line.top = (line.top + line.bottom) / 2;
        line.bottom = line.top + 1;
        control_fill(draw->hDC, &line, theme->line);
    } else {
        draw_text(draw, item, text);
        if (draw->itemState & ODS_CHECKED)
            draw_mark(draw->hDC, &draw->rcItem, scale, text);
        if (item->has_submenu)
            draw_arrow(draw->hDC, &draw->rcItem, scale, text);
        if (is_selected && is_disabled)
            DrawFocusRect(draw->hDC, &draw->rcItem); /* the selection has no other mark */
    }
    /* Prevent Windows from drawing its own dark arrow over the item, which it would otherwise do
     * after this function returns. */
    ExcludeClipRect(draw->hDC, draw->rcItem.left, draw->rcItem.top, draw->rcItem.right,
                    draw->rcItem.bottom);
}

void popup_draw(const DRAWITEMSTRUCT *draw)
{
    const struct item *item = (const struct item *)draw->itemData;

    if (is_own(item))
        draw_item(draw, item);
}

/* ---- letters ---------------------------------------------------------- */

LRESULT popup_find(HMENU menu, wchar_t letter)
{
    wchar_t wanted[2] = {letter, L'\0'};
    int count = GetMenuItemCount(menu);

    for (int i = 0; i < count; i++) {
        wchar_t own[2] = {L'\0', L'\0'};
        struct item *item;

        if (!is_drawn(menu, (UINT)i, &item))
            continue;
        own[0] = letter_of(item->text);
        if (own[0] && lstrcmpiW(own, wanted) == 0)
            return MAKELRESULT(i, MNC_EXECUTE);
    }
    return 0;
}
