/* ports.h - what `ports` shows: once (ports.c), or again and again (watch.c). */
#ifndef CLI_PORTS_H
#define CLI_PORTS_H

#include "cli/frame/command.h"
#include "core/state/survey.h"

/* Everything that is shown, collected before the first word is written. */
struct ports_view {
    enum usage_group by;
    size_t top;             /* so many groups of each protocol; SIZE_MAX: all */
    bool has_groups;        /* otherwise only the use is counted */
    struct survey survey;   /* the ranges; the use is the sample's */
    struct sockets sockets; /* how well each table was had; no rows any more */
    struct processes processes;
    bool has_names;
    struct fault names_fault; /* where not */
    bool wants_services;      /* with the next sample, where processes are shown */
    struct services services; /* the latest that were read */
    const struct service_source *detail;
    struct usage_groups groups;
};

/* A sample in two steps, so that one can look at what was had before it replaces
 * the sample before. *sockets is empty at first; ports_count takes it over. */
bool ports_fetch(const struct machine *machine, struct ports_view *view, struct sockets *sockets,
                 struct fault *fault) MUST_CHECK;
bool ports_count(const struct machine *machine, struct ports_view *view, struct sockets *sockets,
                 struct fault *fault) MUST_CHECK;
void ports_release(struct ports_view *view);

size_t ports_group_count(const struct ports_view *view, enum protocol protocol);
/* A heading and the largest groups, at most `top`; returns how many. */
size_t ports_print_table(struct output *output, const struct ports_view *view,
                         enum protocol protocol, size_t top);
json_t *ports_document_group(const struct ports_view *view, const struct usage_bucket *bucket);

#endif
