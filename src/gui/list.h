/* list.h - a list of any length that requests only the visible rows.
 *
 * The list is a standard list view with LVS_OWNERDATA. A list that marks rows with colours must
 * also have a column that states the mark as text.
 */
#ifndef GUI_LIST_H
#define GUI_LIST_H

#include "gui/control.h"

struct column {
    const wchar_t *title;
    int width_dip;
    bool is_right; /* for numbers */
};

enum row_mark { ROW_PLAIN, ROW_NEW, ROW_CHANGED, ROW_GONE };

struct list_calls {
    void *context;
    /* Writes the cell to buffer: well-formed UTF-8, safe for a screen. */
    void (*cell)(void *context, size_t row, int column, char *buffer, size_t size);
    enum row_mark (*mark)(void *context, size_t row);      /* may be NULL */
    void (*sort)(void *context, int column);               /* a heading was clicked; may be NULL */
    void (*select)(void *context, int row);                /* -1: none; may be NULL */
    void (*open)(void *context, size_t row);               /* Enter, double click; may be NULL */
    void (*menu)(void *context, size_t row, POINT screen); /* may be NULL */
};

/* Makes the list. *calls, the columns, *theme and *scale must stay at their addresses as long as
 * the list exists. */
HWND list_make(HWND page, int id, const wchar_t *name, const struct column *columns,
               size_t column_count, const struct list_calls *calls, const struct theme *theme,
               const struct scale *scale);
void list_set_columns(HWND list, const struct column *columns, size_t count);
/* Updates colours and widths after a change of theme or scale. */
void list_restyle(HWND list);
/* Call this function when the rows have changed. The same row number remains selected if there is
 * still a row with this number. */
void list_refresh(HWND list, size_t row_count);
int list_selected(HWND list);         /* -1: none */
void list_select(HWND list, int row); /* does not scroll */
void list_reveal(HWND list, int row); /* scrolls to the row */
/* Sets the width of the column to the space that the other columns leave, but at least to the
 * width_dip of the column. Does nothing if the user has changed a width. */
void list_fill(HWND list, int column);
void list_show_sort(HWND list, int column, bool is_descending); /* -1: none */
/* Returns the height of the heading, row_count rows and one empty row; at most 1,000 rows are
 * counted. */
int list_height(HWND list, size_t row_count);
/* Opens the menu of the selected row. where: the lParam of WM_CONTEXTMENU. */
void list_context_menu(HWND list, LPARAM where);
/* Handles a WM_NOTIFY from the list. If the function returns true, the page must return *result. */
bool list_notify(const NMHDR *header, LRESULT *result);

#endif
