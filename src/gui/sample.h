/* sample.h - the sockets at one moment and the figures derived from them. */
#ifndef GUI_SAMPLE_H
#define GUI_SAMPLE_H

#include "core/use/forecast.h"
#include "core/use/usage_groups.h"
#include "core/use/usage_history.h"
#include "gui/assessment.h"
#include "gui/model/port_classes.h"

struct sample {
    int64_t monotonic_ms;
    bool is_missed; /* no table could be read: `fault` is set, the rest is empty */
    struct fault fault;
    struct usage usage[PROTOCOL_COUNT];
    struct rate rate[PROTOCOL_COUNT]; /* of the fuller family */
    bool is_running_out[PROTOCOL_COUNT];
    uint32_t full_in_seconds[PROTOCOL_COUNT];
    struct forecast forecast;
    struct port_classes port_classes[PROTOCOL_COUNT];
    struct sockets sockets;
    bool wants_owners; /* owners were requested; sockets.has_owners: they are available */
    bool has_names;
    struct processes processes;
    bool has_groups; /* groups were requested */
    enum usage_group grouping;
    struct usage_groups groups;
    char **group_names; /* for GROUP_PROCESS, one per group, safe for a screen; else NULL */
    uint32_t cost_ms;   /* duration of the sampling */
    uint32_t pause_ms;  /* until the next sample; longer than requested if sampling is slow */
};

/* Data to read in addition to the sockets; makes sampling slower. */
struct sample_request {
    bool wants_owners, wants_groups;
    enum usage_group grouping;
};

/* Takes a sample and adds it to the series. Uses ranges and services of the assessment. NULL: out
 * of memory, or the window has not released earlier samples. Does not set pause_ms. */
struct sample *sample_take(const struct machine *machine, const struct assessment *assessment,
                           const struct sample_request *request, struct series *series);
void sample_release(struct sample *sample);

/* Returns whether port use has changed so much that the assessment is outdated. */
bool sample_outdates(const struct sample *sample, const struct assessment *assessment);

/* Adds the fuller family of each protocol. */
void sample_add_to_history(const struct sample *sample,
                           struct usage_history history[PROTOCOL_COUNT]);

#endif
