/* report_table.h - writes tables, headings, times and ranges for all parts of the report's page. */
#ifndef CLI_REPORT_TABLE_H
#define CLI_REPORT_TABLE_H

#include "cli/report.h"

/* A table of words scrolls sideways on a narrow screen instead of being squeezed. */
enum table_width { TABLE_OF_FIGURES, TABLE_OF_WORDS };

/* Opens a table in a box that scrolls separately. `caption` must not be text from outside maxport.
 * `columns`: titles separated by '|'; '#' before a title marks a column of numbers. */
void table_open(struct html *html, enum table_width width, const char *caption,
                const char *columns);
void table_cell(struct html *html, const char *string);
void table_number(struct html *html, uint64_t number);
void table_close(struct html *html);

/* Writes a second-level heading with an anchor. */
void report_heading(struct html *html, const char *id, const char *words);

/* Formats a time in the machine's time zone. Returns buffer. */
const char *report_time(const struct report *report, int64_t ms, char buffer[TIME_SIZE]);

/* Writes a range, e.g. "49152-65535 (16,384 ports)". */
void report_range(struct html *html, struct port_range range);

#endif
