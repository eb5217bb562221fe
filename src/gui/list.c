#include "gui/list.h"

#include <stdlib.h>

#include <commctrl.h>

#include "gui/comctl.h"
#include "gui/encoding.h"
#include "gui/paint/canvas.h"

static const wchar_t list_property[] = L"maxport.list";

enum { CELL_SIZE = 512, ROW_HEIGHT = 22 };

struct list {
    const struct list_calls *calls;
    const struct column *columns;
    size_t column_count, row_count;
    const struct theme *theme;
    const struct scale *scale;
    HIMAGELIST height; /* an empty image that sets the height of the rows */
    unsigned dpi;      /* the DPI for which the columns' widths are set */
    int sorted;        /* column; -1: none */
    bool is_descending;
    bool is_sized_by_user; /* the user dragged the edge of a heading */
};

static struct list *state_of(HWND window)
{
    return (struct list *)GetPropW(window, list_property);
}

/* ---- headings --------------------------------------------------------- */

static LRESULT draw_heading(const struct list *list, const NMCUSTOMDRAW *draw)
{
    const struct theme *theme = list->theme;
    int padding = scale_px(list->scale->dpi, 6);
    RECT rect = draw->rc,
         line = {rect.right - 1, rect.top + padding, rect.right, rect.bottom - padding};
    HBRUSH brush, pen;
    wchar_t title[96];
    HDITEMW item = {.mask = HDI_TEXT | HDI_FORMAT, .pszText = title, .cchTextMax = 96};
    HGDIOBJ font;

    if (draw->dwDrawStage == CDDS_PREPAINT) {
        /* Fill the whole row of headings, because no heading covers the area to the right of the
         * last column. */
        RECT all;

        GetClientRect(draw->hdr.hwndFrom, &all);
        brush = CreateSolidBrush(theme->panel);
        FillRect(draw->hdc, &all, brush);
        DeleteObject(brush);
        return CDRF_NOTIFYITEMDRAW;
    }
    if (draw->dwDrawStage != CDDS_ITEMPREPAINT)
        return CDRF_DODEFAULT;
    title[0] = L'\0';
    SendMessageW(draw->hdr.hwndFrom, HDM_GETITEMW, draw->dwItemSpec, (LPARAM)&item);
    brush = CreateSolidBrush(theme->panel);
    FillRect(draw->hdc, &rect, brush);
    DeleteObject(brush);
    pen = CreateSolidBrush(theme->line);
    FillRect(draw->hdc, &line, pen);
    line = (RECT){rect.left, rect.bottom - 1, rect.right, rect.bottom};
    FillRect(draw->hdc, &line, pen);
    DeleteObject(pen);
    rect.left += padding;
    rect.right -= padding;
    font = SelectObject(draw->hdc, role_font(list->scale, ROLE_STRONG));
    SetBkMode(draw->hdc, TRANSPARENT);
    SetTextColor(draw->hdc, theme->text);
    DrawTextW(draw->hdc, title, -1, &rect,
              DT_SINGLELINE | DT_VCENTER | DT_END_ELLIPSIS | DT_NOPREFIX |
                  ((item.fmt & HDF_JUSTIFYMASK) == HDF_RIGHT ? DT_RIGHT : DT_LEFT));
    SelectObject(draw->hdc, font);
    return CDRF_SKIPDEFAULT;
}

/* Handles the messages that only the list receives: the notices of its headings and the key Enter,
 * which IsDialogMessage would otherwise use for the default button. The tooltip of a cell also
 * sends a draw notice, so the code checks that the headings sent the notice. */
static LRESULT CALLBACK on_list_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam,
                                        UINT_PTR id, DWORD_PTR data)
{
    struct list *list = (struct list *)data;

    if (message == WM_NOTIFY && ((const NMHDR *)lparam)->code == (UINT)NM_CUSTOMDRAW &&
        ((const NMHDR *)lparam)->hwndFrom == (HWND)SendMessageW(window, LVM_GETHEADER, 0, 0))
        return draw_heading(list, (const NMCUSTOMDRAW *)lparam);
    if (message == WM_NOTIFY && ((const NMHDR *)lparam)->code == HDN_ENDTRACKW)
        list->is_sized_by_user = true;
    if (message == WM_GETDLGCODE && control_is_enter(lparam))
        return comctl.call_next(window, message, wparam, lparam) | DLGC_WANTMESSAGE;
    if (message == WM_NCDESTROY) {
        RemovePropW(window, list_property);
        comctl.remove_subclass(window, on_list_message, id);
        comctl.destroy_images(list->height);
        free(list);
    }
    return comctl.call_next(window, message, wparam, lparam);
}

/* ---- making ----------------------------------------------------------- */

/* Sets the title, with an arrow for the sort order. Screen readers can read the arrow, and it does
 * not depend on colours. */
static void set_heading(HWND window, const struct list *list, int index)
{
    wchar_t title[96];
    LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_FMT,
                        .fmt = list->columns[index].is_right ? LVCFMT_RIGHT : LVCFMT_LEFT,
                        .pszText = title};

    lstrcpynW(title, list->columns[index].title, 90);
    if (index == list->sorted)
        lstrcpynW(title + lstrlenW(title), list->is_descending ? L" \x25be" : L" \x25b4", 6);
    SendMessageW(window, LVM_SETCOLUMNW, (WPARAM)index, (LPARAM)&column);
}

static void insert_columns(HWND window, const struct list *list)
{
    for (size_t i = 0; i < list->column_count; i++) {
        LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_FMT | LVCF_SUBITEM,
                            .fmt = list->columns[i].is_right ? LVCFMT_RIGHT : LVCFMT_LEFT,
                            .cx = scale_px(list->scale->dpi, list->columns[i].width_dip),
                            .pszText = (wchar_t *)list->columns[i].title,
                            .iSubItem = (int)i};

        SendMessageW(window, LVM_INSERTCOLUMNW, i, (LPARAM)&column);
    }
}

HWND list_make(HWND page, int id, const wchar_t *name, const struct column *columns,
               size_t column_count, const struct list_calls *calls, const struct theme *theme,
               const struct scale *scale)
{
    struct list *list = calloc(1, sizeof *list);
    HWND window;

    if (!list)
        return NULL;
    window = CreateWindowExW(0, WC_LISTVIEWW, name,
                             WS_CHILD | WS_VISIBLE | WS_TABSTOP | LVS_REPORT | LVS_OWNERDATA |
                                 LVS_SHOWSELALWAYS | LVS_SINGLESEL | LVS_SHAREIMAGELISTS,
                             0, 0, 0, 0, page, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);
    if (!window) {
        free(list);
        return NULL;
    }
    *list = (struct list){.calls = calls,
                          .columns = columns,
                          .column_count = column_count,
                          .theme = theme,
                          .scale = scale,
                          .dpi = scale->dpi,
                          .sorted = -1};
    SetPropW(window, list_property, list);
    comctl.set_subclass(window, on_list_message, 0, (DWORD_PTR)list);
    SendMessageW(window, LVM_SETEXTENDEDLISTVIEWSTYLE, 0,
                 LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER | LVS_EX_HEADERDRAGDROP |
                     LVS_EX_LABELTIP);
    insert_columns(window, list);
    list_restyle(window);
    return window;
}

void list_set_columns(HWND window, const struct column *columns, size_t count)
{
    struct list *list = state_of(window);

    SendMessageW(window, WM_SETREDRAW, FALSE, 0);
    for (size_t i = list->column_count; i > 0; i--)
        SendMessageW(window, LVM_DELETECOLUMN, i - 1, 0);
    list->columns = columns;
    list->column_count = count;
    list->sorted = -1;
    list->is_sized_by_user = false;
    insert_columns(window, list);
    SendMessageW(window, WM_SETREDRAW, TRUE, 0);
    InvalidateRect(window, NULL, TRUE);
}

void list_restyle(HWND window)
{
    struct list *list = state_of(window);
    HIMAGELIST before = list->height;
    HWND tip = (HWND)SendMessageW(window, LVM_GETTOOLTIPS, 0, 0);

    /* before the colours are set, because this call may reset them */
    theme_dress_control(window, list->theme);
    if (tip)
        theme_dress_control(tip, list->theme);
    list->height = comctl.create_images(1, scale_px(list->scale->dpi, ROW_HEIGHT), ILC_COLOR, 1, 1);
    SendMessageW(window, LVM_SETIMAGELIST, LVSIL_SMALL, (LPARAM)list->height);
    comctl.destroy_images(before);
    SendMessageW(window, WM_SETFONT, (WPARAM)role_font(list->scale, ROLE_TEXT), TRUE);
    SendMessageW(window, LVM_SETBKCOLOR, 0, (LPARAM)list->theme->panel);
    SendMessageW(window, LVM_SETTEXTBKCOLOR, 0, (LPARAM)list->theme->panel);
    SendMessageW(window, LVM_SETTEXTCOLOR, 0, (LPARAM)list->theme->text);
    /* Convert the present widths, because the user may have changed them. */
    for (size_t i = 0; i < list->column_count && list->dpi != list->scale->dpi; i++)
        SendMessageW(window, LVM_SETCOLUMNWIDTH, i,
                     MulDiv((int)SendMessageW(window, LVM_GETCOLUMNWIDTH, i, 0),
                            (int)list->scale->dpi, (int)list->dpi));
    list->dpi = list->scale->dpi;
    InvalidateRect(window, NULL, TRUE);
}

/* ---- rows ------------------------------------------------------------- */

void list_refresh(HWND window, size_t row_count)
{
    struct list *list = state_of(window);
    bool is_same = list->row_count == row_count;

    list->row_count = row_count;
    if (!is_same)
        SendMessageW(window, LVM_SETITEMCOUNT, row_count, LVSICF_NOSCROLL | LVSICF_NOINVALIDATEALL);
    InvalidateRect(window, NULL, FALSE);
}

int list_height(HWND window, size_t row_count)
{
    enum { ROWS_MOST = 1000 };
    const struct list *list = state_of(window);
    HWND heading = (HWND)SendMessageW(window, LVM_GETHEADER, 0, 0);
    int row = scale_px(list->scale->dpi, ROW_HEIGHT) + 1;
    RECT rect = {0};

    GetWindowRect(heading, &rect);
    return rect.bottom - rect.top + row * (int)(row_count < ROWS_MOST ? row_count + 1 : ROWS_MOST);
}

int list_selected(HWND window)
{
    return (int)SendMessageW(window, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_SELECTED);
}

void list_select(HWND window, int row)
{
    LVITEMW item = {.state = LVIS_SELECTED | LVIS_FOCUSED,
                    .stateMask = LVIS_SELECTED | LVIS_FOCUSED};
    int before = list_selected(window);

    if (before == row)
        return;
    if (row < 0) {
        item.state = 0;
        row = before;
    }
    SendMessageW(window, LVM_SETITEMSTATE, (WPARAM)row, (LPARAM)&item);
}

void list_reveal(HWND window, int row)
{
    SendMessageW(window, LVM_ENSUREVISIBLE, (WPARAM)row, FALSE);
}

void list_fill(HWND window, int column)
{
    const struct list *list = state_of(window);
    int least = scale_px(list->scale->dpi, list->columns[column].width_dip), left;
    RECT rect;

    if (list->is_sized_by_user)
        return;
    GetWindowRect(window, &rect);
    left = rect.right - rect.left;
    if (list->row_count > (size_t)SendMessageW(window, LVM_GETCOUNTPERPAGE, 0, 0))
        left -= scale_metric(SM_CXVSCROLL, list->scale->dpi);
    for (int i = 0; i < (int)list->column_count; i++)
        if (i != column)
            left -= (int)SendMessageW(window, LVM_GETCOLUMNWIDTH, (WPARAM)i, 0);
    SendMessageW(window, LVM_SETCOLUMNWIDTH, (WPARAM)column, left > least ? left : least);
}

void list_show_sort(HWND window, int column, bool is_descending)
{
    struct list *list = state_of(window);
    int before = list->sorted;

    list->sorted = column;
    list->is_descending = is_descending;
    if (before >= 0)
        set_heading(window, list, before);
    if (column >= 0)
        set_heading(window, list, column);
}

/* ---- notices ---------------------------------------------------------- */

static void fill_cell(const struct list *list, LVITEMW *item)
{
    char cell[CELL_SIZE];

    if (!(item->mask & LVIF_TEXT) || item->iItem < 0 || (size_t)item->iItem >= list->row_count)
        return;
    cell[0] = '\0';
    list->calls->cell(list->calls->context, (size_t)item->iItem, item->iSubItem, cell, sizeof cell);
    encoding_fit(item->pszText, (size_t)item->cchTextMax, cell);
}

/* Mixes only a quarter of the colour into the panel's colour, so that text remains readable. */
static COLORREF tint(COLORREF panel, COLORREF color)
{
    return color_blend(panel, color, 64);
}

static LRESULT draw_row(const struct list *list, NMLVCUSTOMDRAW *draw)
{
    const struct theme *theme = list->theme;

    if (draw->nmcd.dwDrawStage == CDDS_PREPAINT)
        return CDRF_NOTIFYITEMDRAW;
    if (draw->nmcd.dwDrawStage != CDDS_ITEMPREPAINT)
        return CDRF_DODEFAULT;
    draw->clrText = theme->text;
    draw->clrTextBk = theme->panel;
    if (theme->kind != THEME_HIGH_CONTRAST &&
        (SendMessageW(draw->nmcd.hdr.hwndFrom, LVM_GETITEMSTATE, draw->nmcd.dwItemSpec,
                      LVIS_SELECTED) &
         LVIS_SELECTED)) {
        /* The default selection colour of a list is unreadable in a dark window. */
        draw->nmcd.uItemState &= ~(UINT)(CDIS_SELECTED | CDIS_FOCUS);
        draw->clrTextBk = tint(theme->panel, theme->accent);
        return CDRF_NEWFONT;
    }
    if (list->calls->mark && theme->kind != THEME_HIGH_CONTRAST) {
        switch (list->calls->mark(list->calls->context, draw->nmcd.dwItemSpec)) {
        case ROW_NEW:
            draw->clrTextBk = tint(theme->panel, theme->good);
            break;
        case ROW_CHANGED:
            draw->clrTextBk = tint(theme->panel, theme->warn);
            break;
        case ROW_GONE:
            draw->clrTextBk = tint(theme->panel, theme->bad);
            break;
        case ROW_PLAIN:
            break;
        }
    }
    return CDRF_NEWFONT;
}

void list_context_menu(HWND window, LPARAM where)
{
    struct list *list = state_of(window);
    int row = list ? list_selected(window) : -1;
    POINT at = {(short)LOWORD(where), (short)HIWORD(where)};
    RECT rect = {.left = LVIR_LABEL};

    if (row < 0 || !list->calls->menu)
        return;
    if (where == -1) { /* the menu was opened with a key */
        SendMessageW(window, LVM_GETITEMRECT, (WPARAM)row, (LPARAM)&rect);
        at = (POINT){rect.left, rect.bottom};
        ClientToScreen(window, &at);
    }
    list->calls->menu(list->calls->context, (size_t)row, at);
}

bool list_notify(const NMHDR *header, LRESULT *result)
{
    struct list *list = state_of(header->hwndFrom);
    const NMLISTVIEW *what = (const NMLISTVIEW *)header;
    const struct list_calls *calls;

    if (!list)
        return false;
    calls = list->calls;
    *result = 0;
    switch (header->code) {
    case LVN_GETDISPINFOW:
        fill_cell(list, &((NMLVDISPINFOW *)header)->item);
        return true;
    case (UINT)NM_CUSTOMDRAW:
        *result = draw_row(list, (NMLVCUSTOMDRAW *)header);
        return true;
    case LVN_COLUMNCLICK:
        if (calls->sort)
            calls->sort(calls->context, what->iSubItem);
        return true;
    case LVN_ITEMCHANGED:
        if (calls->select && ((what->uNewState ^ what->uOldState) & LVIS_SELECTED))
            calls->select(calls->context, list_selected(header->hwndFrom));
        return true;
    case LVN_ITEMACTIVATE: {
        int row = list_selected(header->hwndFrom);

        if (calls->open && row >= 0)
            calls->open(calls->context, (size_t)row);
        return true;
    }
    }
    return false;
}
