/* who_kinds.h - the lists of page Who: one for each grouping, and one of single sockets. */
#ifndef GUI_PAGES_WHO_KINDS_H
#define GUI_PAGES_WHO_KINDS_H

#include "gui/list.h"
#include "gui/model/rows.h"

enum { WHO_COLUMNS_MAX = 8 };

/* The columns of a list. The column with index `elastic` gets the remaining width. */
struct who_kind {
    const wchar_t *button;
    size_t count, elastic;
    enum usage_rows_column columns[WHO_COLUMNS_MAX];
    struct column headings[WHO_COLUMNS_MAX];
    enum usage_rows_column sorted;
    bool is_descending;
};

/* The index is an enum usage_group or USAGE_ROWS_SOCKETS. */
extern const struct who_kind who_kinds[USAGE_ROWS_KIND_COUNT];

#endif
