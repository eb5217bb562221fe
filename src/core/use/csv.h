/* csv.h - rows for a spreadsheet: RFC 4180, lines end with \r\n. */
#ifndef CORE_USE_CSV_H
#define CORE_USE_CSV_H

#include "core/use/usage_groups.h"

/* Safe for a screen (text_safe), and quoted where needed. Text that a spreadsheet would run
 * as a formula (it begins with = + - @ or a full-width form of them, also behind blanks,
 * tabs and ends of lines) gets an apostrophe before it: names come from outside. */
void csv_cell(struct text *text, const char *string);

/* "protocol,ports,sockets,time_wait,pid,process\r\n", and a row of it. image: of
 * GROUP_PROCESS, the name of its program, "" where there is none or nobody knows it. */
void csv_group_heading(struct text *text, enum usage_group by);
void csv_group(struct text *text, enum usage_group by, const struct usage_bucket *bucket,
               const char *image);

/* The same for each socket. */
void csv_socket_heading(struct text *text);
void csv_socket(struct text *text, const struct socket_row *row, const char *image);

#endif
