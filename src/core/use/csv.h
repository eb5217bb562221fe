/* csv.h - rows for a spreadsheet: RFC 4180, lines end with \r\n. */
#ifndef CORE_USE_CSV_H
#define CORE_USE_CSV_H

#include "core/use/usage_groups.h"

/* Writes a cell, safe for a screen (text_safe) and quoted if needed. Names come from outside
 * maxport, so text that a spreadsheet would run as a formula gets a leading apostrophe: text that
 * begins, after blanks, tabs and line ends, with = + - @ or a full-width form of these. */
void csv_cell(struct text *text, const char *string);

/* "protocol,ports,sockets,time_wait,pid,process\r\n", and a row of that table. image: the
 * program name for GROUP_PROCESS; "" if there is none or it is unknown. */
void csv_group_heading(struct text *text, enum usage_group by);
void csv_group(struct text *text, enum usage_group by, const struct usage_bucket *bucket,
               const char *image);

/* Heading and row of the table of sockets. */
void csv_socket_heading(struct text *text);
void csv_socket(struct text *text, const struct socket_row *row, const char *image);

#endif
