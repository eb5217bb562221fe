/* report.h - the data of a report, which is collected once. report_page.c writes the data as an
 * HTML page, report.c as JSON. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/frame/html.h"
#include "core/diagnosis/diagnosis.h"
#include "core/rules/capacity.h"
#include "core/use/usage_groups.h"

enum {
    REPORT_GROUPS_MAX = 50, /* largest groups of each protocol */
    REPORT_EVENTS_MAX = 50, /* newest events */
    REPORT_CHANGES_MAX = 100,
};

struct report {
    struct snapshot snapshot;
    struct diagnosis diagnosis;
    struct usage_groups processes, remotes;
    struct memory memory;
    bool has_memory;
    struct destination_rate rate; /* sustainable rate of TCP connections to one IPv4 destination */
    struct sentences gaps; /* sentences about missing data, in addition to diagnosis.unseen */
};

/* Appends the name of the process of this bucket, which must come from a grouping by process. The
 * name is safe for a screen, but not escaped for HTML. */
void report_name_process(const struct report *report, const struct usage_bucket *bucket,
                         struct text *text);

/* Writes the complete page. The page loads no other files. */
void report_page(const struct report *report, struct html *html);

#endif
