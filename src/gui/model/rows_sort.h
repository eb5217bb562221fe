/* rows_sort.h - puts the rows of page Who in the order of their column. */
#ifndef GUI_MODEL_ROWS_SORT_H
#define GUI_MODEL_ROWS_SORT_H

#include "gui/model/rows.h"

/* Sorts usage_rows->order by usage_rows->column. Equal rows keep their order; without memory
 * all do. */
void rows_sort(struct usage_rows *usage_rows);

#endif
