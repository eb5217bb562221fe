/* report.h - what a report tells, collected once; as a page (report_page.c) and as JSON
 * (report.c). */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/frame/html.h"
#include "core/diagnosis/diagnosis.h"
#include "core/rules/capacity.h"
#include "core/use/usage_groups.h"

enum {
    REPORT_GROUPS_MAX = 50, /* of each protocol, the largest */
    REPORT_EVENTS_MAX = 50, /* the newest */
    REPORT_CHANGES_MAX = 100,
};

struct report {
    struct snapshot snapshot;
    struct diagnosis diagnosis;
    struct usage_groups processes, remotes;
    struct memory memory;
    bool has_memory;
    struct destination_rate stream; /* what one destination sustains over TCP and IPv4 */
    struct sentences gaps;          /* what could not be seen, beside diagnosis.unseen */
};

/* Looks a few times, a second apart, where that tells more. FAULT_DECLINED when that was
 * interrupted. To be released when it succeeded. */
bool report_take(const struct machine *machine, struct report *report,
                 struct fault *fault) MUST_CHECK;
void report_release(struct report *report);

/* Who holds the ports of a group by process: for people, not escaped. */
void report_name_process(const struct report *report, const struct usage_bucket *bucket,
                         struct text *text);

/* The whole page: one file, nothing fetched from anywhere. */
void report_page(const struct report *report, struct html *html);

#endif
