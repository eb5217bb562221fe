/* list.h - a list of any length: its rows are asked for when they are shown.
 *
 * A list view of Windows' own with LVS_OWNERDATA. One that marks rows shows the mark in a
 * column of words, too: colour alone is not enough.
 */
#ifndef GUI_LIST_H
#define GUI_LIST_H

#include "gui/control.h"

struct column {
    const wchar_t *title;
    int width_dip;
    bool is_right; /* figures */
};

enum row_mark { ROW_PLAIN, ROW_NEW, ROW_CHANGED, ROW_GONE };

struct list_calls {
    void *context;
    /* UTF-8 into buffer; well-formed, safe for a screen. */
    void (*cell)(void *context, size_t row, int column, char *buffer, size_t size);
    enum row_mark (*mark)(void *context, size_t row);      /* may be NULL */
    void (*sort)(void *context, int column);               /* a heading was clicked; may be NULL */
    void (*select)(void *context, int row);                /* -1: none; may be NULL */
    void (*open)(void *context, size_t row);               /* Enter, double click; may be NULL */
    void (*menu)(void *context, size_t row, POINT screen); /* may be NULL */
};

/* *calls and columns stay where they are. */
HWND list_make(HWND page, int id, const wchar_t *name, const struct column *columns,
               size_t column_count, const struct list_calls *calls, const struct theme *theme,
               const struct scale *scale);
void list_set_columns(HWND list, const struct column *columns, size_t count);
/* The theme or scale changed: colours, widths. */
void list_restyle(HWND list);
/* The rows are others now; the selection stays at its number where that still exists. */
void list_refresh(HWND list, size_t row_count);
int list_selected(HWND list);         /* -1: none */
void list_select(HWND list, int row); /* where it is shown or not */
void list_reveal(HWND list, int row); /* scrolls there */
/* That column gets what the others leave, but no less than its own width. */
void list_fill(HWND list, int column);
void list_show_sort(HWND list, int column, bool is_descending); /* -1: none */
/* How high it is with so many rows, and one more for breath. */
int list_height(HWND list, size_t row_count);
/* WM_CONTEXTMENU's lParam: opens the selected row's menu there. */
void list_context_menu(HWND list, LPARAM where);
/* WM_NOTIFY of the list; true: *result is the answer. */
bool list_notify(const NMHDR *header, LRESULT *result);

#endif
