/* metrics_samples.h - the figures of a reading as samples with labels.
 *
 * The names and labels of metrics follow the naming rules of Prometheus and never change. If the
 * source of a metric could not be read, the metric has no samples, and maxport_unseen names the
 * missing source.
 */
#ifndef CLI_METRICS_SAMPLES_H
#define CLI_METRICS_SAMPLES_H

#include "core/state/reading.h"

struct metric_label {
    const char *name;
    const char *value; /* UTF-8, safe for a screen, never empty */
};

enum { METRIC_LABELS_MAX = 3 };

struct metric_sample {
    struct metric_label labels[METRIC_LABELS_MAX];
    size_t label_count;
    int64_t value;
};

struct metrics_options {
    bool wants_addresses; /* adds the address of the busiest remote endpoint */
    bool wants_programs;  /* the programs were requested */
};

struct metrics_sink {
    const struct metrics_options *options;
    void *context;
    /* Called before the samples of each metric that has samples. help: one sentence of plain
     * ASCII. */
    void (*metric)(void *context, const char *name, const char *help);
    void (*sample)(void *context, const char *name, const struct metric_sample *sample);
};

void metrics_list(const struct reading *reading, const struct metrics_sink *sink);

#endif
