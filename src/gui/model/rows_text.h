/* rows_text.h - the rows of page Who as text: a cell, a row for the clipboard, CSV. */
#ifndef GUI_MODEL_ROWS_TEXT_H
#define GUI_MODEL_ROWS_TEXT_H

#include "gui/model/rows.h"

/* The row in that column; returns buffer. */
const char *rows_text_cell(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                           enum usage_rows_column column, char *buffer, size_t size);

/* What is shown, but for what is gone: as `maxport ports --csv` prints it. */
void rows_text_print_csv(const struct usage_rows *usage_rows, struct text *text);
/* A row with these columns between tabs, and \r\n. */
void rows_text_print_row(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                         const enum usage_rows_column *columns, size_t count, struct text *text);

#endif
