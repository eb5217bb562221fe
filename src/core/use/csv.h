/* csv.h - writes rows for a spreadsheet (RFC 4180, lines end with \r\n). */
#ifndef CORE_USE_CSV_H
#define CORE_USE_CSV_H

#include "core/use/usage_groups.h"

/* Writes a cell, safe for a screen (text_safe) and quoted if needed. Names come from outside
 * maxport, and a spreadsheet could run them as formulas. Therefore a cell gets a leading apostrophe
 * if the first character after blanks, tabs, line ends and quotes is = + - @ or a full-width form
 * of these. A semicolon before such text becomes \x3b, because a spreadsheet could start a new cell
 * after it. */
void csv_cell(struct text *text, const char *string);

/* Write the heading of the table of groups, e.g.
 * "protocol,ports,sockets,time_wait,pid,process\r\n", and a row of this table. image: the program
 * name for GROUP_PROCESS and GROUP_NAME; "" if no program is known. */
void csv_group_heading(struct text *text, enum usage_group by);
void csv_group(struct text *text, enum usage_group by, const struct usage_bucket *bucket,
               const char *image);

/* Write the heading and a row of the table of sockets. */
void csv_socket_heading(struct text *text);
void csv_socket(struct text *text, const struct socket_row *row, const char *image);

#endif
