/* usage_rows.h - fills and filters the rows of page Who: groups, or single sockets.
 *
 * Each row has a key (a process, an endpoint, a socket). usage_rows_fill finds the previous rows by
 * their keys, so that it can mark rows as new, changed or gone, keep the order of equal rows, and
 * keep the selection. The functions are fast even for 60,000 rows: they do not allocate rows one by
 * one, and the sort makes no comparisons.
 */
#ifndef GUI_MODEL_USAGE_ROWS_H
#define GUI_MODEL_USAGE_ROWS_H

#include "gui/model/rows.h"

void usage_rows_init(struct usage_rows *usage_rows);
void usage_rows_release(struct usage_rows *usage_rows);
/* After this, the next usage_rows_fill marks no rows. */
void usage_rows_clear(struct usage_rows *usage_rows);

/* Replaces the rows by those of a sample. Returns false if memory runs out; usage_rows is then
 * empty. */
bool usage_rows_fill(struct usage_rows *usage_rows, const struct usage_rows_input *input,
                     struct fault *fault) MUST_CHECK;

void usage_rows_sort(struct usage_rows *usage_rows, enum usage_rows_column column,
                     bool is_descending);
/* Shows only rows that contain the text in any column, ignoring ASCII case; "" shows all. */
void usage_rows_filter(struct usage_rows *usage_rows, const char *utf8);
void usage_rows_hide(struct usage_rows *usage_rows, enum protocol protocol, bool is_hidden);

int usage_rows_find(const struct usage_rows *usage_rows,
                    const struct usage_rows_key *key); /* -1: not shown */
/* Finds the port of the row or, for a group, the lowest port in the range. Returns false if there
 * is none. */
bool usage_rows_first_port(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                           const struct usage_rows_input *input, uint16_t *port);

#endif
