/* report_parts.h - parts of the report's page that are in separate files. */
#ifndef CLI_REPORT_PARTS_H
#define CLI_REPORT_PARTS_H

#include "cli/report.h"

extern const char report_style[]; /* CSS */

/* Bar, figures and states of one protocol (p) and family (f). */
void report_card(struct html *html, const struct report *report, int p, int f);

/* Range, exclusions and use over all ports of protocol p, as an SVG strip. */
void report_map(struct html *html, const struct report *report, int p);

void report_ranges(struct html *html, const struct report *report);
void report_exclusions(struct html *html, const struct report *report);

#endif
