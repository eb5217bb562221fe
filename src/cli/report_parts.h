/* report_parts.h - writes parts of the report's page. The parts are in report_charts.c,
 * report_ranges.c and report_style.c. */
#ifndef CLI_REPORT_PARTS_H
#define CLI_REPORT_PARTS_H

#include "cli/report.h"

extern const char report_style[]; /* CSS */

/* Writes bar, figures and states of one protocol (p) and family (f). */
void report_card(struct html *html, const struct report *report, int p, int f);

/* Draws an SVG strip of all ports of protocol p, with range, exclusions and ports in use. */
void report_map(struct html *html, const struct report *report, int p);

void report_ranges(struct html *html, const struct report *report);
void report_exclusions(struct html *html, const struct report *report);

#endif
