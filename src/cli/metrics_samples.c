#include "cli/metrics_samples.h"

#include <stdio.h>
#include <string.h>

struct metric {
    const char *name, *help;
    /* Determines the value for one protocol and family; returns false if it is unknown. */
    bool (*figure)(const struct reading *, enum protocol, enum family, int64_t *value);
    /* If `figure` is NULL: lists the samples. */
    void (*list)(const struct metric *, const struct reading *, const struct metrics_sink *);
};

static void add_sample(const struct metric *metric, const struct metrics_sink *sink,
                       const struct metric_sample *sample, int64_t value)
{
    struct metric_sample whole = *sample;

    whole.value = value;
    sink->sample(sink->context, metric->name, &whole);
}

static void add_label(struct metric_sample *sample, const char *name, const char *value)
{
    sample->labels[sample->label_count++] = (struct metric_label){name, value};
}

static struct metric_sample sample_of(enum protocol protocol)
{
    struct metric_sample sample = {.label_count = 0};

    add_label(&sample, "protocol", protocol_key(protocol));
    return sample;
}

static struct metric_sample sample_of_pair(enum protocol protocol, enum family family)
{
    struct metric_sample sample = sample_of(protocol);

    add_label(&sample, "family", family_key(family));
    return sample;
}

/* ---- figures of one protocol and family ------------------------------- */

static struct port_range range_of(const struct reading *reading, enum protocol p, enum family f)
{
    return reading->survey.usage[p].range[f];
}

static bool range_ports(const struct reading *reading, enum protocol p, enum family f,
                        int64_t *value)
{
    *value = range_of(reading, p, f).count;
    return *value > 0;
}

static bool first_port(const struct reading *reading, enum protocol p, enum family f,
                       int64_t *value)
{
    *value = range_of(reading, p, f).start;
    return range_of(reading, p, f).count > 0;
}

static bool excluded_ports(const struct reading *reading, enum protocol p, enum family f,
                           int64_t *value)
{
    *value = reading->survey.usage[p].excluded[f];
    return range_of(reading, p, f).count > 0 && reading->survey.exclusions.is_known[p][f];
}

static bool usable_ports(const struct reading *reading, enum protocol p, enum family f,
                         int64_t *value)
{
    *value = usage_available(&reading->survey.usage[p], f);
    return range_of(reading, p, f).count > 0;
}

static bool used_ports(const struct reading *reading, enum protocol p, enum family f,
                       int64_t *value)
{
    *value = reading->survey.usage[p].family[f].in_use;
    return reading_is_known(reading, p, f);
}

static bool largest_block(const struct reading *reading, enum protocol p, enum family f,
                          int64_t *value)
{
    *value = reading->blocks[p][f].largest.count;
    return reading_is_known(reading, p, f);
}

static bool full_in(const struct reading *reading, enum protocol p, enum family f, int64_t *value)
{
    *value = reading->full_in_seconds[p][f];
    return reading->is_filling[p][f];
}

static bool is_partial(const struct reading *reading, enum protocol p, enum family f,
                       int64_t *value)
{
    *value = reading->is_partial[p][f];
    return reading_is_known(reading, p, f);
}

/* ---- other metrics ---------------------------------------------------- */

static void list_states(const struct metric *metric, const struct reading *reading,
                        const struct metrics_sink *sink)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            for (int s = 0; s < PORT_STATE_COUNT; s++) {
                /* UDP has only the state "open", and TCP has every other state. */
                bool exists = (p == PROTOCOL_UDP) == (s == PORT_OPEN);
                struct metric_sample sample = sample_of_pair((enum protocol)p, (enum family)f);

                if (!exists || !reading_is_known(reading, (enum protocol)p, (enum family)f) ||
                    (s == PORT_BOUND && !reading->survey.has_bound))
                    continue;
                add_label(&sample, "state", port_state_key((enum port_state)s));
                add_sample(metric, sink, &sample, reading->survey.usage[p].family[f].by_state[s]);
            }
}

static void list_blocks(const struct metric *metric, const struct reading *reading,
                        const struct metrics_sink *sink)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct free_blocks *blocks = &reading->blocks[p][f];
            const struct {
                const char *size;
                uint32_t count;
            } sizes[] = {{"64", blocks->of_64}, {"4096", blocks->of_4096}};

            if (!reading_is_known(reading, (enum protocol)p, (enum family)f))
                continue;
            for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
                struct metric_sample sample = sample_of_pair((enum protocol)p, (enum family)f);

                add_label(&sample, "size", sizes[i].size);
                add_sample(metric, sink, &sample, sizes[i].count);
            }
        }
}

static void list_programs(const struct metric *metric, const struct reading *reading,
                          const struct metrics_sink *sink)
{
    for (int p = 0; reading->has_programs && p < PROTOCOL_COUNT; p++) {
        const struct reading_programs *programs = &reading->programs[p];
        struct metric_sample rest = sample_of((enum protocol)p);

        for (size_t i = 0; i < programs->count; i++) {
            struct metric_sample sample = sample_of((enum protocol)p);

            add_label(&sample, "process", programs->rows[i].name);
            add_sample(metric, sink, &sample, programs->rows[i].ports);
        }
        add_label(&rest, "process", "other");
        add_sample(metric, sink, &rest, programs->other_ports);
    }
}

static void list_remote(const struct metric *metric, const struct reading *reading,
                        const struct metrics_sink *sink)
{
    const struct usage_bucket *remote = &reading->remote;
    struct metric_sample sample = sample_of(PROTOCOL_TCP);
    char endpoint[ENDPOINT_SIZE];

    if (!reading_is_known(reading, PROTOCOL_TCP, FAMILY_IPV4) &&
        !reading_is_known(reading, PROTOCOL_TCP, FAMILY_IPV6))
        return;
    if (reading->has_remote && sink->options->wants_addresses)
        add_label(
            &sample, "remote",
            endpoint_string(endpoint, (enum family)remote->family, remote->address, remote->port));
    add_sample(metric, sink, &sample, reading->has_remote ? remote->ports : 0);
}

static void list_restart(const struct metric *metric, const struct reading *reading,
                         const struct metrics_sink *sink)
{
    static const struct metric_sample sample;

    if (reading->is_restart_known)
        add_sample(metric, sink, &sample, reading->is_restart_pending);
}

static void list_time(const struct metric *metric, const struct reading *reading,
                      const struct metrics_sink *sink)
{
    static const struct metric_sample sample;

    add_sample(metric, sink, &sample, reading->survey.taken_ms / 1000);
}

static void list_unseen(const struct metric *metric, const struct reading *reading,
                        const struct metrics_sink *sink)
{
    char names[READING_UNSEEN_MAX][READING_UNSEEN_SIZE];
    size_t count = reading_unseen(reading, sink->options->wants_programs, names);

    for (size_t i = 0; i < count; i++) {
        struct metric_sample sample = {.label_count = 0};

        add_label(&sample, "what", names[i]);
        add_sample(metric, sink, &sample, 1);
    }
}

static void list_build(const struct metric *metric, const struct reading *reading,
                       const struct metrics_sink *sink)
{
    struct metric_sample sample = {.label_count = 0};

    (void)reading;
    add_label(&sample, "version", MAXPORT_VERSION);
    add_sample(metric, sink, &sample, 1);
}

static const struct metric metrics[] = {
    {"maxport_range_ports", "Ports of the dynamic port range.", range_ports, NULL},
    {"maxport_range_first_port", "First port of the dynamic port range.", first_port, NULL},
    {"maxport_excluded_ports", "Ports of the range that Windows excludes.", excluded_ports, NULL},
    {"maxport_usable_ports",
     "Ports of the range that are not excluded, or that are in use although excluded.",
     usable_ports, NULL},
    {"maxport_used_ports", "Distinct local ports of the range in use, listeners included.",
     used_ports, NULL},
    {"maxport_state_ports", "Ports in use by state; each port counts once.", NULL, list_states},
    {"maxport_process_ports",
     "Ports in use by program, IPv4 and IPv6 together; other: ports that belong to no program "
     "listed here, such as ports in TIME_WAIT.",
     NULL, list_programs},
    {"maxport_largest_free_block_ports", "Longest run of consecutive free ports.", largest_block,
     NULL},
    {"maxport_free_blocks", "Blocks of consecutive free ports that fit in the range.", NULL,
     list_blocks},
    {"maxport_worst_remote_ports", "Local ports with a connection to the busiest remote endpoint.",
     NULL, list_remote},
    {"maxport_full_in_seconds",
     "Time until no port is free at the current rate; no sample if the ports do not run out.",
     full_in, NULL},
    {"maxport_restart_pending", "1 if MaxUserPort has changed since Windows started, otherwise 0.",
     NULL, list_restart},
    {"maxport_sample_timestamp_seconds", "When the figures were read, in Unix time.", NULL,
     list_time},
    {"maxport_sample_partial",
     "1 if a table kept growing while it was read, so that the number of ports in use is too low.",
     is_partial, NULL},
    {"maxport_unseen",
     "1 for each part that could not be read; the metrics of this part have no samples.", NULL,
     list_unseen},
    {"maxport_build_info", "Version of maxport.", NULL, list_build},
};

/* ---- the list --------------------------------------------------------- */

static void list_figures(const struct metric *metric, const struct reading *reading,
                         const struct metrics_sink *sink)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            struct metric_sample sample = sample_of_pair((enum protocol)p, (enum family)f);
            int64_t value;

            if (metric->figure(reading, (enum protocol)p, (enum family)f, &value))
                add_sample(metric, sink, &sample, value);
        }
}

/* Announces the metric before its first sample. */
struct announcer {
    const struct metrics_sink *sink;
    const struct metric *metric;
    bool is_announced;
};

static void pass_on(void *context, const char *name, const struct metric_sample *sample)
{
    struct announcer *announcer = context;
    const struct metrics_sink *sink = announcer->sink;

    if (!announcer->is_announced)
        sink->metric(sink->context, name, announcer->metric->help);
    announcer->is_announced = true;
    sink->sample(sink->context, name, sample);
}

void metrics_list(const struct reading *reading, const struct metrics_sink *sink)
{
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        struct announcer announcer = {.sink = sink, .metric = &metrics[i]};
        struct metrics_sink own = {
            .options = sink->options, .context = &announcer, .sample = pass_on};

        if (metrics[i].figure)
            list_figures(&metrics[i], reading, &own);
        else
            metrics[i].list(&metrics[i], reading, &own);
    }
}
