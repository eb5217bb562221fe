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
    /* No socket table could be read; `fault` contains the reason, and there are no figures. */
    bool is_missed;
    struct fault fault;
    struct usage usage[PROTOCOL_COUNT];
    struct rate rate[PROTOCOL_COUNT]; /* rate of the fuller family */
    bool is_running_out[PROTOCOL_COUNT];
    uint32_t full_in_seconds[PROTOCOL_COUNT];
    struct forecast forecast;
    struct port_classes port_classes[PROTOCOL_COUNT];
    struct sockets sockets;
    bool wants_owners; /* owners were requested; sockets.has_owners: whether they are available */
    bool has_names;
    struct processes processes;
    bool has_groups; /* groups were requested and could be made */
    enum usage_group grouping;
    struct usage_groups groups;
    /* Names of the groups, safe for a screen; NULL if `grouping` is not GROUP_PROCESS or
     * GROUP_NAME, if process names are unknown, or if memory runs out. */
    char **group_names;
    uint32_t cost_ms; /* duration of the sampling */
    /* time from the start of this sample to the start of the next; longer than requested if
     * sampling is slow */
    uint32_t pause_ms;
};

/* Data to read in addition to the sockets. Reading it makes sampling slower. */
struct sample_request {
    bool wants_owners, wants_groups;
    enum usage_group grouping;
};

/* Takes a sample and adds it to the series. Ranges and services come from the assessment. The
 * caller sets pause_ms. Returns NULL if memory runs out or if the window has not released the two
 * previous samples yet. */
struct sample *sample_take(const struct machine *machine, const struct assessment *assessment,
                           const struct sample_request *request, struct series *series);
void sample_release(struct sample *sample);

/* Returns whether port use has changed so much that the assessment is outdated. */
bool sample_outdates(const struct sample *sample, const struct assessment *assessment);

/* Adds the figures of the sample to the history: for each protocol, those of its fuller family. */
void sample_add_to_history(const struct sample *sample,
                           struct usage_history history[PROTOCOL_COUNT]);

#endif
