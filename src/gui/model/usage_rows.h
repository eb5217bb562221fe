/* usage_rows.h - fills and filters the rows of page Who: groups, or single sockets.
 *
 * Each row has a key (a process, an endpoint, a socket). usage_rows_fill finds the previous rows by
 * their keys, so that it can mark rows as new, changed or gone, and keep the order of equal rows.
 * With usage_rows_find, the page finds the selected row again. The functions are fast even for
 * 60,000 rows: they do not allocate rows one by one, and the sort compares names, but no rows.
 */
#ifndef GUI_MODEL_USAGE_ROWS_H
#define GUI_MODEL_USAGE_ROWS_H

#include "gui/model/rows.h"

void usage_rows_init(struct usage_rows *usage_rows);
void usage_rows_release(struct usage_rows *usage_rows);
/* Empties the rows. The next usage_rows_fill then marks no rows. */
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
/* Sets *port to the local port of a socket or, for a group, to the lowest port of the group inside
 * the dynamic range. Returns false if there is no such port. */
bool usage_rows_first_port(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                           const struct usage_rows_input *input, uint16_t *port);

#endif
