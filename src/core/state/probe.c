#include "core/state/probe.h"

#include <string.h>

#include "core/use/free_blocks.h"

struct refusal {
    uint16_t port;
    enum bind_answer answer;
};

uint32_t probe_unbindable(const struct probe_part *part)
{
    return part->in_use + part->excluded + part->other;
}

/* Selects a family whose free ports can be identified. Returns false if there is none. */
static bool choose_family(const struct snapshot *snapshot, enum protocol protocol,
                          struct probe_part *part)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (snapshot->survey.running[protocol][f].is_known &&
            snapshot->survey.usage[protocol].is_available[f]) {
            part->family = (enum family)f;
            return true;
        }
    return fault_set(&part->why, FAULT_UNAVAILABLE, 0,
                     "The free ports of %s cannot be identified: its range or table is unknown.",
                     protocol_name(protocol));
}

static void note(struct probe_part *part, const struct refusal *refusal)
{
    uint32_t *sum = refusal->answer == BIND_IN_USE     ? &part->in_use
                    : refusal->answer == BIND_EXCLUDED ? &part->excluded
                                                       : &part->other;

    (*sum)++;
    if (part->example_count < PROBE_EXAMPLES)
        part->examples[part->example_count++] = refusal->port;
}

/* Counts the failed binds. Does not count a port that a program has opened since the sample,
 * because the bind failed for that reason. */
static void evaluate_refusals(const struct machine *machine, const struct snapshot *snapshot,
                              enum protocol protocol, struct probe_part *part,
                              const struct refusal *refusals, size_t count)
{
    struct sockets now;
    struct port_map map;
    struct fault fault;
    bool has_now;

    sockets_init(&now);
    has_now = machine->sockets.fetch(machine->sockets.context, SOCKETS_ROWS | SOCKETS_BOUND, &now,
                                     &fault);
    port_map_fill(&map, has_now ? &now : &snapshot->sockets, &snapshot->survey.exclusions,
                  protocol);
    for (size_t i = 0; i < count; i++)
        if (map.is_taken[refusals[i].port])
            part->tried--;
        else
            note(part, &refusals[i]);
    sockets_release(&now);
}

static bool try_ports(const struct machine *machine, const struct snapshot *snapshot,
                      enum protocol protocol, uint32_t most, struct probe_part *part,
                      struct fault *fault)
{
    struct port_range range = snapshot->survey.running[protocol][part->family].range;
    struct refusal refusals[PROBE_MAX];
    struct port_map map;
    uint16_t looks_free[ALL_PORTS];
    uint32_t count = 0;
    size_t refused = 0;

    port_map_fill(&map, &snapshot->sockets, &snapshot->survey.exclusions, protocol);
    for (uint32_t n = 0; n < range.count && range.start + n < ALL_PORTS; n++)
        if (range.start + n > 0 && !map.is_taken[range.start + n])
            looks_free[count++] = (uint16_t)(range.start + n);
    part->looked_free = count;
    if (most > count)
        most = count;
    for (uint32_t i = 0; i < most; i++) {
        /* Divide the ports into `most` equal parts, and try the port in the middle of each part. */
        uint16_t port = looks_free[(uint64_t)(2 * i + 1) * count / (2 * most)];
        enum bind_answer answer;
        uint32_t code;

        if (machine->screen.stop_requested(machine->screen.context))
            return fault_set(fault, FAULT_DECLINED, 0, "Interrupted: no diagnosis was made.");
        if (!machine->binder.try_bind(machine->binder.context, protocol, part->family, port,
                                      &answer, &code, &part->why))
            return true; /* if one bind cannot be tried, no bind can be tried */
        part->tried++;
        if (answer == BIND_FREE)
            part->bound++;
        else
            refusals[refused++] = (struct refusal){port, answer};
    }
    part->was_done = true;
    if (refused)
        evaluate_refusals(machine, snapshot, protocol, part, refusals, refused);
    return true;
}

bool probe_run(const struct machine *machine, const struct snapshot *snapshot, struct probe *probe,
               struct fault *fault)
{
    bool can_try[PROTOCOL_COUNT] = {false};
    uint32_t protocols = 0;

    memset(probe, 0, sizeof *probe);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        struct probe_part *part = &probe->parts[p];

        if (!machine->binder.try_bind)
            fault_set(&part->why, FAULT_UNAVAILABLE, 0,
                      "maxport cannot test a bind on this machine.");
        else if (snapshot->survey.has_usage)
            can_try[p] = choose_family(snapshot, (enum protocol)p, part);
        else
            part->why = snapshot->survey.usage_fault;
        protocols += can_try[p];
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        if (can_try[p] && !try_ports(machine, snapshot, (enum protocol)p, PROBE_MAX / protocols,
                                     &probe->parts[p], fault))
            return false;
    return true;
}
