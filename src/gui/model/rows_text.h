/* rows_text.h - prints the rows of page Who: cells, rows for the clipboard, CSV. */
#ifndef GUI_MODEL_ROWS_TEXT_H
#define GUI_MODEL_ROWS_TEXT_H

#include "gui/model/rows.h"

/* Writes the text of a cell to buffer, and returns buffer. */
const char *rows_text_cell(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                           enum usage_rows_column column, char *buffer, size_t size);

/* Prints the shown rows like `maxport ports --csv`, without the rows that are marked as gone. A
 * UTF-8 byte order mark comes first; without it, Excel would read the file in an 8-bit code
 * page. */
void rows_text_print_csv(const struct usage_rows *usage_rows, struct text *text);
/* Prints these columns of a row, separated by tabs, and then \r\n. */
void rows_text_print_row(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                         const enum usage_rows_column *columns, size_t count, struct text *text);

#endif
