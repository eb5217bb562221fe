/* usage_rows.h - who uses the ports, as rows of a list: groups, or each socket.
 *
 * Plain data, no windows. Rows are found again from one filling to the next by what they
 * stand for (a process, an endpoint, a socket), so that they can be marked as new,
 * changed or gone, keep their order among equals, and a selection can stay on its row.
 * Made for 60,000 rows: no memory is taken for single rows, sorting compares nothing.
 */
#ifndef GUI_MODEL_USAGE_ROWS_H
#define GUI_MODEL_USAGE_ROWS_H

#include "gui/model/rows.h"

void usage_rows_init(struct usage_rows *usage_rows);
void usage_rows_release(struct usage_rows *usage_rows);
void usage_rows_clear(struct usage_rows *usage_rows); /* the next filling marks nothing */

/* FAULT: no memory; usage_rows is empty then. */
bool usage_rows_fill(struct usage_rows *usage_rows, const struct usage_rows_input *input,
                     struct fault *fault) MUST_CHECK;

void usage_rows_sort(struct usage_rows *usage_rows, enum usage_rows_column column,
                     bool is_descending);
/* Rows with that text in any column, ASCII letters alike; "" shows all. */
void usage_rows_filter(struct usage_rows *usage_rows, const char *utf8);
void usage_rows_hide(struct usage_rows *usage_rows, enum protocol protocol, bool is_hidden);

int usage_rows_find(const struct usage_rows *usage_rows,
                    const struct usage_rows_key *key); /* -1: not shown */
/* The row's own port, or the first one of its group. */
bool usage_rows_first_port(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                           const struct usage_rows_input *input, uint16_t *port);

#endif
