#include "core/diagnosis/finding.h"

#include <string.h>

const char *diagnosis_key(enum diagnosis_kind kind)
{
    switch (kind) {
    case DIAGNOSIS_HEALTHY:
        return "healthy";
    case DIAGNOSIS_FILLING:
        return "filling";
    case DIAGNOSIS_RESERVED:
        return "range_reserved";
    case DIAGNOSIS_HIDDEN:
        return "hidden_use";
    case DIAGNOSIS_LEAK:
        return "process_leak";
    case DIAGNOSIS_UDP_LEAK:
        return "udp_leak";
    case DIAGNOSIS_CHURN:
        return "time_wait_churn";
    case DIAGNOSIS_DESTINATION_FULL:
        return "destination_full";
    case DIAGNOSIS_POOL_FULL:
        return "pool_full";
    case DIAGNOSIS_UNKNOWN:
        break;
    }
    return "unknown";
}

/* ---- the rules -------------------------------------------------------- */

bool finding_is_half(uint32_t part, uint32_t whole)
{
    return part > 0 && (uint64_t)part * 2 >= whole;
}

static bool is_percent(uint32_t part, uint32_t whole, unsigned percent)
{
    return part > 0 && whole > 0 && (uint64_t)part * 100 >= (uint64_t)whole * percent;
}

bool finding_is_tight(const struct finding *finding)
{
    return verdict_is_tight(finding->level);
}

const char *finding_where(const struct finding *finding)
{
    return finding->is_one_of_two ? family_over(finding->family) : "";
}

uint32_t finding_count_events(const struct events *events, uint32_t id, int64_t since_ms)
{
    uint32_t count = 0;

    for (size_t i = 0; i < events->count; i++)
        count += events->rows[i].id == id && events->rows[i].time_ms >= since_ms;
    return count;
}

static bool is_recent(const struct snapshot *snapshot, uint32_t id)
{
    int64_t since_ms = snapshot->survey.taken_ms - (int64_t)EVENT_RECENT_MINUTES * 60 * 1000;

    return finding_count_events(&snapshot->events, id, since_ms) > 0;
}

static void measure(const struct snapshot *snapshot, struct finding *finding)
{
    const struct usage *usage = &snapshot->survey.usage[finding->protocol];
    enum family family = finding->family;
    enum family other = family == FAMILY_IPV4 ? FAMILY_IPV6 : FAMILY_IPV4;
    enum verdict_kind united = verdict_of_united(usage);

    finding->level = verdict_of_family(usage, family);
    finding->is_united = finding->level != VERDICT_UNKNOWN && united != VERDICT_UNKNOWN &&
                         united > finding->level && united > verdict_of_family(usage, other);
    if (finding->is_united)
        finding->level = united;
    finding->is_one_of_two = usage->family[other].in_use > 0;
    finding->use = usage->family[family];
    finding->available = usage_available(usage, family);
    finding->is_reserved = verdict_is_reserved(usage, family);
}

static bool look_for_suspects(const struct snapshot *snapshot, struct finding *finding,
                              struct fault *fault)
{
    struct pool pool = {finding->protocol, finding->family};
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct port_range shared = snapshot->survey.auto_reuse;
    struct remote_end remotes[2];
    uint32_t available = shared.count;

    survey_ranges(&snapshot->survey, ranges);
    if (!top_user_process(snapshot, pool, &finding->process, fault) ||
        !top_user_program(snapshot, pool, &finding->program, fault))
        return false;
    if (finding->protocol != PROTOCOL_TCP)
        return true;
    if (!top_user_remotes(snapshot, finding->family, ranges[PROTOCOL_TCP][finding->family], remotes,
                          fault))
        return false;
    finding->remote = remotes[0];
    finding->second = remotes[1];
    finding->destination_available = finding->available;
    if (!snapshot->survey.is_auto_reuse_known || !available)
        return true;
    /* connect() assigns ports from the auto-reuse range. Connections to different destinations can
     * share a port of this range. */
    if (!top_user_remotes(snapshot, finding->family, shared, remotes, fault))
        return false;
    available -=
        exclusions_within(&snapshot->survey.exclusions, PROTOCOL_TCP, finding->family, shared);
    if (is_percent(remotes[0].ports, available, PERCENT_DESTINATION)) {
        finding->remote = remotes[0];
        finding->second = remotes[1];
        finding->is_auto_reuse = true;
        finding->destination_available = available;
    }
    return true;
}

static bool is_hidden(const struct probe *probe, const struct finding *finding)
{
    const struct probe_part *part = probe ? &probe->parts[finding->protocol] : NULL;

    return part && part->was_done && part->family == finding->family &&
           probe_unbindable(part) >= HIDDEN_MINIMUM &&
           is_percent(probe_unbindable(part), part->tried, PERCENT_HIDDEN);
}

static bool is_early_leak(const struct usage_count *use, uint32_t available)
{
    return is_percent(use->in_use, available, PERCENT_EARLY_LEAK) &&
           finding_is_half(use->by_state[PORT_CLOSE_WAIT] + use->by_state[PORT_BOUND], use->in_use);
}

/* Returns whether the ports are a leak of one process or of one program, and sets is_program. */
static bool is_leak(struct finding *finding)
{
    const struct usage_count *process = &finding->process.use, *program = &finding->program.use;
    bool is_tcp = finding->protocol == PROTOCOL_TCP, is_tight = finding_is_tight(finding);
    bool is_of_process, is_of_program;

    if (!finding->process.is_known || (!is_tight && !is_tcp))
        return false;
    is_of_process = is_tight ? finding_is_half(process->in_use, finding->use.in_use)
                             : is_early_leak(process, finding->available);
    is_of_program = finding->program.is_known &&
                    (is_tight ? finding_is_half(program->in_use, finding->use.in_use)
                              : is_early_leak(program, finding->available));
    finding->is_program = is_of_program && !is_of_process;
    return is_of_process || is_of_program;
}

static enum diagnosis_kind evaluate(const struct snapshot *snapshot, const struct probe *probe,
                                    struct finding *finding)
{
    bool is_tcp = finding->protocol == PROTOCOL_TCP, tight = finding_is_tight(finding);
    const struct remote_end *remote = &finding->remote;
    /* Connections that a program does not close are a leak, even if all of them lead to one
     * server. */
    bool is_unclosed = finding_is_half(finding->use.by_state[PORT_CLOSE_WAIT], finding->use.in_use);

    if (finding->level == VERDICT_UNKNOWN)
        return DIAGNOSIS_UNKNOWN;
    if (is_tcp && remote->is_known && !is_unclosed &&
        is_percent(remote->ports, finding->destination_available, PERCENT_DESTINATION))
        return (uint64_t)remote->waiting * 2 > remote->ports ? DIAGNOSIS_CHURN
                                                             : DIAGNOSIS_DESTINATION_FULL;
    if (tight && is_tcp &&
        finding_is_half(finding->use.by_state[PORT_TIME_WAIT], finding->use.in_use))
        return DIAGNOSIS_CHURN;
    if (is_leak(finding))
        return is_tcp ? DIAGNOSIS_LEAK : DIAGNOSIS_UDP_LEAK;
    if (finding->level == VERDICT_FULL)
        return DIAGNOSIS_POOL_FULL;
    if (is_hidden(probe, finding))
        return DIAGNOSIS_HIDDEN;
    if (tight)
        return DIAGNOSIS_FILLING;
    if (finding->level == VERDICT_STRAINED)
        return finding->is_reserved ? DIAGNOSIS_RESERVED : DIAGNOSIS_CHURN;
    finding->is_by_events = true;
    if (is_recent(snapshot, is_tcp ? EVENT_TCP_LACK : EVENT_UDP_LACK))
        return DIAGNOSIS_HIDDEN;
    if (is_tcp && is_recent(snapshot, EVENT_COLLISION))
        return DIAGNOSIS_CHURN;
    finding->is_by_events = false;
    return DIAGNOSIS_HEALTHY;
}

static void count_blocks(const struct snapshot *snapshot, struct finding *finding)
{
    const struct running_range *running =
        &snapshot->survey.running[finding->protocol][finding->family];
    struct port_map map;

    if (!snapshot->survey.has_usage || finding->level == VERDICT_UNKNOWN || !running->is_known)
        return;
    finding->block_range = running->range;
    port_map_fill(&map, &snapshot->sockets, &snapshot->survey.exclusions, finding->protocol);
    free_blocks_count(&map, finding->block_range, &finding->blocks);
}

static void explain_churn(const struct snapshot *snapshot, struct finding *finding)
{
    struct probable_owner owners[PROBABLE_OWNERS_MAX];

    if (finding->kind != DIAGNOSIS_CHURN)
        return;
    wait_measure_make(snapshot, finding->family, &finding->wait);
    if (!finding_blames_remote(finding))
        return;
    finding->owner_count = top_user_owners(snapshot, &finding->remote, finding->owners);
    if (finding_has_second(finding) && top_user_owners(snapshot, &finding->second, owners))
        finding->second_owner = owners[0];
}

bool finding_make(const struct snapshot *snapshot, const struct probe *probe, struct pool pool,
                  struct finding *finding, struct fault *fault)
{
    memset(finding, 0, sizeof *finding);
    finding->protocol = pool.protocol;
    finding->family = pool.family;
    measure(snapshot, finding);
    if (!look_for_suspects(snapshot, finding, fault))
        return false;
    finding->kind = evaluate(snapshot, probe, finding);
    explain_churn(snapshot, finding);
    count_blocks(snapshot, finding);
    return true;
}

bool finding_measured_longer_wait(const struct finding *finding, uint32_t seconds)
{
    return seconds && finding->wait.seconds / 2 > seconds;
}

bool finding_has_unlikely_wait(const struct finding *finding, uint32_t seconds)
{
    return seconds && seconds < WAIT_LEAST &&
           finding->use.by_state[PORT_TIME_WAIT] / seconds > CLOSES_PLAUSIBLE;
}

/* Returns the urgency; a higher number is more urgent. */
static unsigned urgency(const struct finding *finding)
{
    if (finding->kind == DIAGNOSIS_HEALTHY)
        return 0;
    if (finding->kind == DIAGNOSIS_UNKNOWN)
        return 1;
    if (finding->is_by_events)
        return 2;
    if (finding->level == VERDICT_FULL || finding->is_auto_reuse)
        return 6;
    if (finding->level == VERDICT_NEARLY_FULL || finding->kind == DIAGNOSIS_HIDDEN)
        return 5;
    return finding->level == VERDICT_FILLING ? 4 : 3;
}

bool finding_is_worse(const struct finding *a, const struct finding *b)
{
    if (urgency(a) != urgency(b))
        return urgency(a) > urgency(b);
    return (uint64_t)a->use.in_use * b->available > (uint64_t)b->use.in_use * a->available;
}

bool finding_blames_process(const struct finding *finding)
{
    if (!finding->process.is_known)
        return false;
    if (finding->kind == DIAGNOSIS_LEAK || finding->kind == DIAGNOSIS_UDP_LEAK)
        return true;
    return (finding->kind == DIAGNOSIS_DESTINATION_FULL || finding->kind == DIAGNOSIS_FILLING ||
            finding->kind == DIAGNOSIS_POOL_FULL) &&
           finding_is_half(finding->process.use.in_use, finding->use.in_use);
}

bool finding_blames_remote(const struct finding *finding)
{
    if (!finding->remote.is_known)
        return false;
    return finding->kind == DIAGNOSIS_DESTINATION_FULL ||
           (finding->kind == DIAGNOSIS_CHURN &&
            is_percent(finding->remote.waiting, finding->use.by_state[PORT_TIME_WAIT],
                       PERCENT_DESTINATION_SHARE));
}

bool finding_has_second(const struct finding *finding)
{
    return finding->kind == DIAGNOSIS_CHURN && finding->second.is_known &&
           finding_blames_remote(finding) &&
           is_percent(finding->second.waiting, finding->use.by_state[PORT_TIME_WAIT],
                      PERCENT_SECOND_SHARE);
}
