/* rows_sort.h - sorts the rows of page Who. */
#ifndef GUI_MODEL_ROWS_SORT_H
#define GUI_MODEL_ROWS_SORT_H

#include "gui/model/rows.h"

/* Sorts usage_rows->order by usage_rows->column. The sort is stable. If memory runs out, the order
 * is unchanged. */
void rows_sort(struct usage_rows *usage_rows);

#endif
