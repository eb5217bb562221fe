#include "gui/sample.h"

#include <stdlib.h>

enum {
    /* Maximum number of samples that are not released: the one that the window shows, and one that
     * waits for the window. At this number no sample is taken, because the window is too slow. */
    BACKLOG = 2,
    /* An assessment is outdated if use has changed by more than this share of the usable ports. */
    OUTDATED_PERCENT = 3,
    /* The history has a gap after a sample if the next sample comes later than this many intervals
     * plus half an interval. */
    VALID_INTERVALS = 2,
};

/* The number of samples in the whole program that are not released yet. */
static volatile LONG samples_out;

void sample_release(struct sample *sample)
{
    for (size_t i = 0; sample->group_names && i < sample->groups.count; i++)
        free(sample->group_names[i]);
    free(sample->group_names);
    usage_groups_release(&sample->groups);
    processes_release(&sample->processes);
    sockets_release(&sample->sockets);
    free(sample);
    InterlockedDecrement(&samples_out);
}

static void count_use(const struct assessment *assessment, struct sample *sample)
{
    const struct survey *survey = &assessment->snapshot.survey;

    survey_count(survey, &sample->sockets, sample->usage);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        port_classes_make(&sample->sockets, (enum protocol)p, &survey->exclusions,
                          &sample->port_classes[p]);
}

static void name_groups(const struct machine *machine, const struct assessment *assessment,
                        struct sample *sample)
{
    const struct service_source *detail = machine->services.detail ? &machine->services : NULL;

    sample->group_names = calloc(sample->groups.count + 1, sizeof *sample->group_names);
    for (size_t i = 0; sample->group_names && i < sample->groups.count; i++) {
        const struct usage_bucket *bucket = &sample->groups.rows[i];
        struct text name, safe;

        text_init(&name);
        text_init(&safe);
        if (sample->grouping == GROUP_NAME)
            usage_name_print(bucket, &sample->processes, &safe);
        else
            process_describe(&sample->processes, &assessment->snapshot.services, detail,
                             bucket->owner, &name);
        text_safe(&safe, text_string(&name), name.length);
        sample->group_names[i] = _strdup(text_string(&safe));
        text_release(&safe);
        text_release(&name);
    }
}

static void group(const struct machine *machine, const struct assessment *assessment,
                  enum usage_group grouping, struct sample *sample)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct fault ignored;

    survey_ranges(&assessment->snapshot.survey, ranges);
    sample->grouping = grouping;
    sample->has_groups =
        grouping == GROUP_NAME
            ? usage_group_names(&sample->sockets, &sample->processes, ranges, SIZE_MAX,
                                &sample->groups, &ignored)
            : usage_group(&sample->sockets, grouping, ranges, SIZE_MAX, &sample->groups, &ignored);
    if (sample->has_groups && sample->has_names && usage_group_has_owners(grouping))
        name_groups(machine, assessment, sample);
}

static void note_rates(struct series *series, struct sample *sample)
{
    series_add(series, sample->monotonic_ms, sample->usage);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        enum family fuller = usage_fuller(&sample->usage[p]);

        series_rate(series, (enum protocol)p, fuller, &sample->rate[p]);
        sample->is_running_out[p] =
            series_full_in(series, (enum protocol)p, fuller, &sample->full_in_seconds[p]);
    }
    forecast_make(series, sample->usage, &sample->forecast);
}

struct sample *sample_take(const struct machine *machine, const struct assessment *assessment,
                           const struct sample_request *request, struct series *series)
{
    unsigned mask = SOCKETS_ROWS | SOCKETS_BOUND | (request->wants_owners ? SOCKETS_OWNERS : 0);
    struct sample *sample;

    if (samples_out >= BACKLOG)
        return NULL;
    sample = calloc(1, sizeof *sample);
    if (!sample)
        return NULL;
    InterlockedIncrement(&samples_out);
    sockets_init(&sample->sockets);
    processes_init(&sample->processes);
    sample->wants_owners = request->wants_owners;
    sample->monotonic_ms = machine->clock.monotonic_ms(machine->clock.context);
    if (!machine->sockets.fetch(machine->sockets.context, mask, &sample->sockets, &sample->fault)) {
        sample->is_missed = true;
    } else {
        struct fault ignored;

        if (sample->sockets.has_owners)
            sample->has_names =
                machine->processes.list(machine->processes.context, &sample->processes, &ignored);
        count_use(assessment, sample);
        if (request->wants_groups)
            group(machine, assessment, request->grouping, sample);
        note_rates(series, sample);
    }
    /* Measure elapsed time, because CPU time would not include the work that Windows does outside
     * this process. */
    sample->cost_ms =
        (uint32_t)(machine->clock.monotonic_ms(machine->clock.context) - sample->monotonic_ms);
    return sample;
}

bool sample_outdates(const struct sample *sample, const struct assessment *assessment)
{
    for (int p = 0; p < PROTOCOL_COUNT && !sample->is_missed; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            uint32_t now = sample->usage[p].family[f].in_use;
            uint32_t then = assessment->snapshot.survey.usage[p].family[f].in_use;
            uint32_t available = usage_available(&sample->usage[p], (enum family)f);
            uint64_t moved = now > then ? now - then : then - now;

            if (moved * 100 > (uint64_t)available * OUTDATED_PERCENT)
                return true;
        }
    return false;
}

void sample_add_to_history(const struct sample *sample,
                           struct usage_history history[PROTOCOL_COUNT])
{
    uint32_t valid_ms = sample->pause_ms * VALID_INTERVALS + sample->pause_ms / 2;

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        const struct usage *usage = &sample->usage[p];
        enum family fuller = usage_fuller(usage);
        const struct usage_count *count = &usage->family[fuller];
        struct sample_use use = {
            .is_known =
                !sample->is_missed && usage->is_available[fuller] && usage->range[fuller].count,
            .is_partial = usage->is_partial,
            .in_use = count->in_use,
            .time_wait = count->by_state[PORT_TIME_WAIT],
            .bound = count->by_state[PORT_BOUND],
            .available = usage_available(usage, fuller),
        };

        usage_history_add(&history[p], sample->monotonic_ms, valid_ms, &use);
    }
}
