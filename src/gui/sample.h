/* sample.h - what changes from one moment to the next: sockets, and what is counted of them. */
#ifndef GUI_SAMPLE_H
#define GUI_SAMPLE_H

#include "core/use/forecast.h"
#include "core/use/usage_groups.h"
#include "core/use/usage_history.h"
#include "gui/assessment.h"
#include "gui/model/port_classes.h"

struct sample {
    int64_t monotonic_ms;
    bool is_missed; /* no table could be read; `fault` says why, and the rest is empty */
    struct fault fault;
    struct usage usage[PROTOCOL_COUNT];
    struct rate rate[PROTOCOL_COUNT]; /* of the fuller family */
    bool is_running_out[PROTOCOL_COUNT];
    uint32_t full_in_seconds[PROTOCOL_COUNT];
    struct forecast forecast;
    struct port_classes port_classes[PROTOCOL_COUNT];
    struct sockets sockets;
    bool wants_owners; /* they were asked for; sockets.has_owners: and there are some */
    bool has_names;
    struct processes processes;
    bool has_groups; /* asked for, too */
    enum usage_group grouping;
    struct usage_groups groups;
    char **group_names; /* of GROUP_PROCESS, one a group, safe for a screen; else NULL */
    uint32_t cost_ms;   /* what the sample took */
    uint32_t pause_ms;  /* until the next one: longer than asked for where it costs too much */
};

/* What is asked for beside the sockets: it costs extra. */
struct sample_request {
    bool wants_owners, wants_groups;
    enum usage_group grouping;
};

/* Takes one and adds it to the series. Ranges and services are the assessment's. NULL: no
 * memory, or the window has not released the ones before. pause_ms is not set. */
struct sample *sample_take(const struct machine *machine, const struct assessment *assessment,
                           const struct sample_request *request, struct series *series);
void sample_release(struct sample *sample);

/* Has the use moved so far that the assessment is out of date? */
bool sample_outdates(const struct sample *sample, const struct assessment *assessment);

/* Adds each protocol's fuller family, which is valid until the next sample. */
void sample_add_to_history(const struct sample *sample,
                           struct usage_history history[PROTOCOL_COUNT]);

#endif
