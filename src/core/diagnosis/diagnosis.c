#include "core/diagnosis/diagnosis.h"

#include <stdio.h>
#include <string.h>

#include "core/diagnosis/advice.h"

enum { EVENT_COLLISION = 4227, EVENT_TCP_LACK = 4231, EVENT_UDP_LACK = 4266 };

const char *diagnosis_key(enum diagnosis_kind kind)
{
    switch (kind) {
    case DIAGNOSIS_HEALTHY:
        return "healthy";
    case DIAGNOSIS_FILLING:
        return "filling";
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

/* ---- the rules --------------------------------------------------------- */

static bool is_half(uint32_t part, uint32_t whole)
{
    return part > 0 && (uint64_t)part * 2 >= whole;
}

static bool is_percent(uint32_t part, uint32_t whole, unsigned percent)
{
    return part > 0 && whole > 0 && (uint64_t)part * 100 >= (uint64_t)whole * percent;
}

static bool is_tight(enum verdict_kind level)
{
    return level == VERDICT_FILLING || level == VERDICT_NEARLY_FULL || level == VERDICT_FULL;
}

static uint32_t count_events(const struct events *events, uint32_t id, int64_t since_ms)
{
    uint32_t count = 0;

    for (size_t i = 0; i < events->count; i++)
        count += events->rows[i].id == id && events->rows[i].time_ms >= since_ms;
    return count;
}

static bool is_recent(const struct snapshot *snapshot, uint32_t id)
{
    int64_t since_ms = snapshot->survey.taken_ms - (int64_t)EVENT_RECENT_MINUTES * 60 * 1000;

    return count_events(&snapshot->events, id, since_ms) > 0;
}

/* How full one protocol is, by verdict.h's own judgement: the other one is shown to it
 * empty. */
static void measure(const struct snapshot *snapshot, struct finding *finding)
{
    const struct usage *usage = &snapshot->survey.usage[finding->protocol];
    int other = finding->protocol == PROTOCOL_TCP ? PROTOCOL_UDP : PROTOCOL_TCP;
    struct usage usages[PROTOCOL_COUNT];
    struct verdict verdict;

    memset(usages, 0, sizeof usages);
    usages[finding->protocol] = *usage;
    usages[other].protocol = (enum protocol)other;
    for (int f = 0; f < FAMILY_COUNT; f++) {
        usages[other].range[f] = (struct port_range){49152, 16384};
        usages[other].is_available[f] = true;
    }
    verdict_make(usages, &verdict);
    finding->level = verdict.kind;
    finding->family = usage_fuller(usage);
    if (!usage->is_available[finding->family])
        finding->family = finding->family == FAMILY_IPV4 ? FAMILY_IPV6 : FAMILY_IPV4;
    finding->use = usage->family[finding->family];
    finding->available = usage_available(usage, finding->family);
    if (verdict.is_union_only && verdict.protocol == finding->protocol) {
        uint32_t most = usage_available(usage, FAMILY_IPV4);
        uint32_t of_6 = usage_available(usage, FAMILY_IPV6);

        finding->is_united = true;
        finding->use = usage->united;
        finding->available = most > of_6 ? most : of_6;
    }
}

static bool look_for_suspects(const struct snapshot *snapshot, struct finding *finding,
                              struct fault *fault)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct port_range shared[FAMILY_COUNT];
    struct remote_end remote;
    uint32_t available = snapshot->survey.auto_reuse.count;

    snapshot_ranges(snapshot, ranges);
    if (!top_user_process(snapshot, finding->protocol, &finding->process, fault))
        return false;
    if (finding->protocol != PROTOCOL_TCP)
        return true;
    if (!top_user_remote(snapshot, ranges[PROTOCOL_TCP], &finding->remote, fault))
        return false;
    finding->destination_available = finding->available;
    if (!snapshot->survey.is_auto_reuse_known || !available)
        return true;
    /* connect() takes its ports from there, and shares them between destinations. */
    shared[FAMILY_IPV4] = shared[FAMILY_IPV6] = snapshot->survey.auto_reuse;
    if (!top_user_remote(snapshot, shared, &remote, fault))
        return false;
    available -= exclusions_within(&snapshot->survey.exclusions, PROTOCOL_TCP, remote.family,
                                   snapshot->survey.auto_reuse);
    if (is_percent(remote.ports, available, PERCENT_DESTINATION)) {
        finding->remote = remote;
        finding->is_auto_reuse = true;
        finding->destination_available = available;
    }
    return true;
}

static bool is_hidden(const struct probe *probe, enum protocol protocol)
{
    const struct probe_part *part = probe ? &probe->parts[protocol] : NULL;

    return part && part->was_done && probe_unbindable(part) >= HIDDEN_MINIMUM &&
           is_percent(probe_unbindable(part), part->tried, PERCENT_HIDDEN);
}

static bool is_early_leak(const struct finding *finding)
{
    const struct usage_count *use = &finding->process.use;

    return finding->protocol == PROTOCOL_TCP && finding->process.is_known &&
           is_percent(use->in_use, finding->available, PERCENT_EARLY_LEAK) &&
           is_half(use->by_state[PORT_CLOSE_WAIT] + use->by_state[PORT_BOUND], use->in_use);
}

static enum diagnosis_kind judge(const struct snapshot *snapshot, const struct probe *probe,
                                 struct finding *finding)
{
    bool is_tcp = finding->protocol == PROTOCOL_TCP, tight = is_tight(finding->level);
    const struct remote_end *remote = &finding->remote;
    bool is_process =
        finding->process.is_known && is_half(finding->process.use.in_use, finding->use.in_use);
    /* A leak that reaches one server only is a leak: reconnecting would not cure it. */
    bool is_unclosed = is_half(finding->use.by_state[PORT_CLOSE_WAIT], finding->use.in_use);

    if (finding->level == VERDICT_UNKNOWN)
        return DIAGNOSIS_UNKNOWN;
    if (is_tcp && remote->is_known && !is_unclosed &&
        is_percent(remote->ports, finding->destination_available, PERCENT_DESTINATION))
        return (uint64_t)remote->waiting * 2 > remote->ports ? DIAGNOSIS_CHURN
                                                             : DIAGNOSIS_DESTINATION_FULL;
    if (tight && is_tcp && is_half(finding->use.by_state[PORT_TIME_WAIT], finding->use.in_use))
        return DIAGNOSIS_CHURN;
    if (tight && is_process)
        return is_tcp ? DIAGNOSIS_LEAK : DIAGNOSIS_UDP_LEAK;
    if (!tight && is_early_leak(finding))
        return DIAGNOSIS_LEAK;
    if (finding->level == VERDICT_FULL)
        return DIAGNOSIS_POOL_FULL;
    if (is_hidden(probe, finding->protocol))
        return DIAGNOSIS_HIDDEN;
    if (tight)
        return DIAGNOSIS_FILLING;
    finding->is_by_events = true;
    if (is_recent(snapshot, is_tcp ? EVENT_TCP_LACK : EVENT_UDP_LACK))
        return DIAGNOSIS_HIDDEN;
    if (is_tcp && is_recent(snapshot, EVENT_COLLISION))
        return DIAGNOSIS_CHURN;
    finding->is_by_events = false;
    return DIAGNOSIS_HEALTHY;
}

/* The greater, the sooner somebody has to act. */
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

static bool is_worse(const struct finding *a, const struct finding *b)
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
           is_half(finding->process.use.in_use, finding->use.in_use);
}

bool finding_blames_remote(const struct finding *finding)
{
    return finding->remote.is_known &&
           (finding->kind == DIAGNOSIS_CHURN || finding->kind == DIAGNOSIS_DESTINATION_FULL);
}

bool diagnosis_gains_by_looking(const struct diagnosis *diagnosis)
{
    switch (diagnosis->main.kind) {
    case DIAGNOSIS_CHURN:
    case DIAGNOSIS_LEAK:
    case DIAGNOSIS_UDP_LEAK:
    case DIAGNOSIS_DESTINATION_FULL:
    case DIAGNOSIS_POOL_FULL:
    case DIAGNOSIS_FILLING:
        return true;
    case DIAGNOSIS_UNKNOWN:
    case DIAGNOSIS_HEALTHY:
    case DIAGNOSIS_HIDDEN:
        break;
    }
    return false;
}

/* ---- words that recur -------------------------------------------------- */

static void put_number(struct text *text, uint64_t number)
{
    text_number(text, number);
}

/* "14,340 of 16,384" */
static void put_of(struct text *text, uint32_t part, uint32_t whole)
{
    put_number(text, part);
    text_puts(text, " of ");
    put_number(text, whole);
}

static void put_remote(struct text *text, const struct remote_end *remote)
{
    char buffer[ENDPOINT_SIZE];

    text_puts(text, endpoint_string(buffer, remote->family, remote->address, remote->port));
}

/* "TIME_WAIT 12,840, ESTABLISHED 1,500 and 2 more states": the largest first. */
static void put_states(struct text *text, const struct usage_count *count)
{
    enum { SHOWN_MAX = 4 };
    struct usage_count left = *count;

    for (size_t shown = 0; shown < SHOWN_MAX; shown++) {
        int most = 0;

        for (int s = 1; s < PORT_STATE_COUNT; s++)
            if (left.by_state[s] > left.by_state[most])
                most = s;
        if (!left.by_state[most])
            return;
        text_printf(text, "%s%s ", shown ? ", " : "", port_state_name((enum port_state)most));
        put_number(text, left.by_state[most]);
        left.by_state[most] = 0;
    }
}

static const char *level_words(enum verdict_kind level)
{
    return level == VERDICT_FULL          ? "has run out of ports"
           : level == VERDICT_NEARLY_FULL ? "is nearly out of ports"
                                          : "is filling up";
}

enum { PLURAL_SIZE = 40 };

static const char *plural(uint64_t count, const char *word, char buffer[PLURAL_SIZE])
{
    snprintf(buffer, PLURAL_SIZE, "%s%s", word, count == 1 ? "" : "s");
    return buffer;
}

/* ---- the verdict ------------------------------------------------------- */

static void say_leak(struct text *text, const struct snapshot *snapshot,
                     const struct finding *finding)
{
    const struct top_user *process = &finding->process;

    if (is_tight(finding->level))
        text_printf(text, "%s %s%s: ", protocol_name(finding->protocol),
                    level_words(finding->level),
                    finding->kind == DIAGNOSIS_UDP_LEAK && finding->level == VERDICT_FULL
                        ? ", so that new DNS names no longer resolve"
                        : "");
    else
        text_printf(text, "%s still has ports, but one program does not give its own back: ",
                    protocol_name(finding->protocol));
    snapshot_name_and(snapshot, process->process, "holds ", text);
    put_of(text, process->use.in_use, finding->available);
    text_printf(text, " ports (%u %%).", usage_percent(process->use.in_use, finding->available));
    if (finding->kind == DIAGNOSIS_UDP_LEAK && finding->level != VERDICT_FULL)
        text_puts(text, " When none is left, new DNS names no longer resolve.");
}

static void say_churn(struct text *text, const struct finding *finding)
{
    uint32_t waiting = finding->use.by_state[PORT_TIME_WAIT];

    if (finding->is_by_events) {
        text_printf(text,
                    "Connections follow each other too fast: within the last %d minutes Windows "
                    "logged that a connection failed because its port still waited for the same "
                    "destination (event %d).",
                    EVENT_RECENT_MINUTES, EVENT_COLLISION);
        return;
    }
    if (is_tight(finding->level)) {
        text_printf(text,
                    "TCP %s because connections are opened and closed faster than their ports "
                    "come back: ",
                    level_words(finding->level));
        put_of(text, waiting, finding->use.in_use);
        text_puts(text, " ports in use only wait in TIME_WAIT.");
    } else {
        text_puts(text, "Connections to one destination are opened and closed faster than their "
                        "ports come back.");
    }
    if (finding->remote.is_known && is_half(finding->remote.waiting, waiting)) {
        text_puts(text, " ");
        put_number(text, finding->remote.waiting);
        text_puts(text, " of them waited for ");
        put_remote(text, &finding->remote);
        text_puts(text, ".");
    }
}

static void say_destination(struct text *text, const struct finding *finding)
{
    text_puts(text, "One destination has taken nearly all local ports: ");
    put_of(text, finding->remote.ports, finding->destination_available);
    text_printf(text, " %s lead to ",
                finding->is_auto_reuse ? "ports of the auto-reuse range" : "ports");
    put_remote(text, &finding->remote);
    text_puts(text, finding->is_auto_reuse
                        ? ". New connections there fail; others still find a port."
                        : ". New connections there fail first.");
}

static void say_hidden(struct text *text, const struct finding *finding, const struct probe *probe)
{
    const char *protocol = protocol_name(finding->protocol);

    if (finding->is_by_events) {
        text_printf(text,
                    "Windows logged a lack of %s ports within the last %d minutes, but its tables "
                    "show only %u %% in use: either something holds ports that no table shows, or "
                    "the rush is over.",
                    protocol, EVENT_RECENT_MINUTES,
                    usage_percent(finding->use.in_use, finding->available));
        return;
    }
    text_printf(text, "Something holds %s ports that no table of Windows shows: ", protocol);
    put_of(text, probe_unbindable(&probe->parts[finding->protocol]),
           probe->parts[finding->protocol].tried);
    text_puts(text, " ports that look free could not be bound.");
}

static void say_full(struct text *text, const struct snapshot *snapshot,
                     const struct finding *finding)
{
    text_printf(text, "%s %s: ", protocol_name(finding->protocol), level_words(finding->level));
    put_of(text, finding->use.in_use, finding->available);
    text_puts(text, " ports are in use");
    if (snapshot->sockets.has_owners)
        text_printf(text, ", and no one process%s holds half of them.",
                    finding->protocol == PROTOCOL_TCP ? " or state" : "");
    else
        text_puts(text, "; this Windows does not tell by whom.");
    if (finding->protocol == PROTOCOL_UDP && finding->level == VERDICT_FULL)
        text_puts(text, " New DNS names no longer resolve.");
}

static void say_verdict(const struct snapshot *snapshot, const struct probe *probe,
                        struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    struct text *text = &diagnosis->verdict;

    switch (main->kind) {
    case DIAGNOSIS_LEAK:
    case DIAGNOSIS_UDP_LEAK:
        say_leak(text, snapshot, main);
        break;
    case DIAGNOSIS_CHURN:
        say_churn(text, main);
        break;
    case DIAGNOSIS_DESTINATION_FULL:
        say_destination(text, main);
        break;
    case DIAGNOSIS_HIDDEN:
        say_hidden(text, main, probe);
        break;
    case DIAGNOSIS_POOL_FULL:
    case DIAGNOSIS_FILLING:
        say_full(text, snapshot, main);
        break;
    case DIAGNOSIS_HEALTHY:
        verdict_print_healthy(snapshot->survey.usage, text);
        break;
    case DIAGNOSIS_UNKNOWN:
        text_puts(text, snapshot->survey.has_usage ? snapshot->survey.verdict.sentence
                                                   : "How many ports are in use is not known.");
        break;
    }
    if (main->is_united)
        text_puts(text, " (IPv4 and IPv6 together; that they share their ports is not "
                        "documented.)");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        if (diagnosis->of[p].protocol != main->protocol && is_tight(diagnosis->of[p].level))
            text_printf(text, " %s %s, too.", protocol_name((enum protocol)p),
                        level_words(diagnosis->of[p].level));
}

/* ---- doubt ------------------------------------------------------------- */

/* Sentences, one after another. */
static void doubt(struct diagnosis *diagnosis, const char *sentence)
{
    if (diagnosis->doubt.length)
        text_puts(&diagnosis->doubt, " ");
    text_puts(&diagnosis->doubt, sentence);
    diagnosis->is_weak = true;
}

static void doubt_process(struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    const struct usage_count *use = &main->process.use;
    uint32_t held = use->by_state[PORT_CLOSE_WAIT] + use->by_state[PORT_BOUND];

    if (main->kind == DIAGNOSIS_LEAK && !is_half(held, use->in_use))
        doubt(diagnosis, "Most of these are open connections: this may be the program's honest "
                         "load rather than a leak.");
}

static void doubt_hidden(const struct snapshot *snapshot, struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;

    if (main->kind != DIAGNOSIS_HIDDEN)
        return;
    if (main->is_by_events) {
        doubt(diagnosis, "Only an event says so; maxport why --probe, while it lasts, tells more.");
        return;
    }
    if (main->protocol == PROTOCOL_TCP && !snapshot->sockets.has_bound)
        doubt(diagnosis, "This Windows does not list sockets that are bound but idle, so it may "
                         "be an ordinary program.");
    if (!snapshot->survey.exclusions.is_known[main->protocol][FAMILY_IPV4])
        doubt(diagnosis, "The excluded ranges could not be read, so these ports may lie in one.");
}

static void say_doubt(const struct snapshot *snapshot, struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    enum confidence confidence = snapshot->survey.running_confidence[main->protocol][main->family];

    if (main->kind == DIAGNOSIS_HEALTHY || main->kind == DIAGNOSIS_UNKNOWN)
        return;
    doubt_process(diagnosis);
    doubt_hidden(snapshot, diagnosis);
    if (main->kind == DIAGNOSIS_CHURN && main->is_by_events)
        doubt(diagnosis, "Only that event says so: there are ports enough at this moment.");
    if (snapshot->survey.usage[main->protocol].is_partial)
        doubt(diagnosis, "The table kept growing while it was read, so that more is in use.");
    if (confidence == CONFIDENCE_INFERRED || confidence == CONFIDENCE_UNKNOWN)
        doubt(diagnosis, "Windows did not say which range is running; it was taken from a rule "
                         "that is not documented.");
}

/* ---- evidence ---------------------------------------------------------- */

static void show_pool(const struct finding *finding, struct sentences *evidence)
{
    struct text *text;
    uint32_t left =
        finding->available > finding->use.in_use ? finding->available - finding->use.in_use : 0;

    if (finding->level == VERDICT_UNKNOWN)
        return;
    text = sentences_add(evidence);
    text_printf(text, "%s over %s: ", protocol_name(finding->protocol),
                finding->is_united ? "IPv4 and IPv6 together" : family_name(finding->family));
    put_of(text, finding->use.in_use, finding->available);
    text_printf(text, " ports in use (%u %%), ",
                usage_percent(finding->use.in_use, finding->available));
    put_number(text, left);
    text_puts(text, " left");
    if (finding->protocol == PROTOCOL_TCP && finding->use.in_use) {
        text_puts(text, "; by state: ");
        put_states(text, &finding->use);
    }
    text_puts(text, ".");
}

static bool is_dns_server(const struct snapshot *snapshot, uint32_t process)
{
    const struct process *row = processes_find(&snapshot->processes, process);

    return row && ascii_compare(row->name, "dns.exe") == 0;
}

static void show_process(const struct snapshot *snapshot, const struct finding *finding,
                         struct sentences *evidence)
{
    const struct top_user *process = &finding->process;
    struct text *text;

    if (!process->is_known)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Most %s ports of one process: ", protocol_name(finding->protocol));
    snapshot_name_and(snapshot, process->process, "with ", text);
    put_number(text, process->use.in_use);
    text_printf(text, " (%u %% of those in use)",
                usage_percent(process->use.in_use,
                              snapshot->survey.usage[finding->protocol].united.in_use));
    if (finding->protocol == PROTOCOL_TCP) {
        text_puts(text, ": ");
        put_states(text, &process->use);
    }
    text_puts(text, ".");
    if (finding->protocol == PROTOCOL_UDP && is_dns_server(snapshot, process->process))
        text_puts(text, " A DNS server holds 2,500 of them on purpose, unless told otherwise.");
}

/* The change over so short a time proves little; it is told as what it is. */
static void show_growth(const struct finding *finding, struct sentences *evidence)
{
    const struct top_user *process = &finding->process;
    uint32_t now = process->use.in_use, then = process->ports_then;
    uint32_t left;
    struct text *text;

    if (!process->is_known || process->watched_ms <= 0 ||
        (now == then && !finding_blames_process(finding)))
        return;
    text = now == then ? sentences_add(evidence) : sentences_infer(evidence);
    text_printf(
        text, "Within %lld.%lld s that process %s ", (long long)(process->watched_ms / 1000),
        (long long)(process->watched_ms % 1000 / 100), now == then ? "stayed at" : "went from");
    put_number(text, then);
    if (now == then) {
        text_puts(text, " ports.");
        return;
    }
    text_puts(text, " to ");
    put_number(text, now);
    text_puts(text, " ports");
    left = finding->available > finding->use.in_use ? finding->available - finding->use.in_use : 0;
    if (now > then && left) {
        text_puts(text, "; at that rate the ports left last ");
        put_number(text, (uint64_t)left * (uint64_t)process->watched_ms / 1000 / (now - then));
        text_puts(text, " s more, as far as so short a look can tell");
    }
    text_puts(text, ".");
}

static void show_remote(const struct finding *finding, struct sentences *evidence)
{
    const struct remote_end *remote = &finding->remote;
    struct text *text;

    if (!remote->is_known || remote->ports < 2)
        return;
    text = sentences_add(evidence);
    text_puts(text, "Most local ports to one destination: ");
    put_number(text, remote->ports);
    text_puts(text, " to ");
    put_remote(text, remote);
    if (remote->waiting) {
        text_puts(text, ", ");
        put_number(text, remote->waiting);
        text_puts(text, " of them only waiting (TIME_WAIT)");
    }
    text_puts(text, ".");
}

static void show_pool_against_tuple(const struct snapshot *snapshot, const struct finding *finding,
                                    struct sentences *evidence)
{
    struct text *text;

    if (finding->kind != DIAGNOSIS_DESTINATION_FULL)
        return;
    text = sentences_add(evidence);
    text_puts(text, "Two limits: the pool is how many local ports there are at all; a connection "
                    "is told apart by local address, local port, remote address and remote port, "
                    "so that each local port serves one destination only once");
    if (snapshot->survey.is_auto_reuse_known && snapshot->survey.auto_reuse.count)
        text_puts(text, ". Ports of the auto-reuse range can probably serve others at the same "
                        "time.");
    else
        text_puts(text, ". Without an auto-reuse range Windows probably does not assign it to "
                        "another destination at the same time either.");
}

static void show_owners(const struct snapshot *snapshot, const struct diagnosis *diagnosis,
                        struct sentences *evidence)
{
    char word[40];

    for (size_t i = 0; i < diagnosis->owner_count; i++) {
        const struct probable_owner *owner = &diagnosis->owners[i];
        struct text *text = sentences_infer(evidence);
        const char *between = ": ";

        text_puts(text, i ? "Or they were those of "
                          : "Connections that wait have no owner any more; probably they were "
                            "those of ");
        snapshot_name(snapshot, owner->process, text);
        if (owner->caught) {
            text_puts(text, between);
            put_number(text, owner->caught);
            text_puts(text, " of the ports that wait now it held a moment ago");
            between = ", ";
        }
        if (owner->now) {
            text_puts(text, between);
            put_number(text, owner->now);
            text_printf(text, " open %s there now", plural(owner->now, "connection", word));
            between = ", ";
        }
        if (owner->before && !owner->caught && !owner->now) {
            text_puts(text, between);
            text_puts(text, "it was connected there a moment ago");
        }
        text_puts(text, ".");
    }
}

static void show_wait(const struct snapshot *snapshot, const struct finding *finding,
                      struct sentences *evidence)
{
    uint32_t seconds = advice_wait_seconds(snapshot, finding->family);
    uint32_t waiting = finding->use.by_state[PORT_TIME_WAIT];
    struct text *text;

    if (finding->kind != DIAGNOSIS_CHURN || !seconds || !waiting)
        return;
    text = sentences_infer(evidence);
    text_printf(text, "At %u s in TIME_WAIT each (%s), that is about ", (unsigned)seconds,
                snapshot->survey.stored[SETTING_TCP_TIMED_WAIT_DELAY].kind == VALUE_NUMBER
                    ? "TcpTimedWaitDelay"
                    : "the documented default");
    put_number(text, (waiting + seconds / 2) / seconds);
    text_puts(text, " connections closed a second; ");
    put_number(text, finding->available / seconds);
    text_puts(text, " a second can go on for ever.");
}

static void show_exclusions(const struct snapshot *snapshot, const struct finding *finding,
                            struct sentences *evidence)
{
    const struct usage *usage = &snapshot->survey.usage[finding->protocol];
    uint32_t excluded = usage->excluded[finding->family];
    uint32_t count = usage->range[finding->family].count;
    struct text *text;

    if (!excluded)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Excluded from the %s range: ", protocol_name(finding->protocol));
    put_of(text, excluded, count);
    text_printf(text, " ports (%u %%), which nobody is given.", usage_percent(excluded, count));
}

static void show_blocks(const struct diagnosis *diagnosis, enum protocol protocol,
                        struct sentences *evidence)
{
    const struct free_blocks *blocks = &diagnosis->blocks[protocol];
    struct text *text;
    char word[40];

    if (!diagnosis->block_range[protocol].count)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Largest free block of %s: ", protocol_name(protocol));
    put_number(text, blocks->largest.count);
    text_printf(text, " %s", plural(blocks->largest.count, "port", word));
    if (blocks->largest.count > 1)
        text_printf(text, " (%u-%u)", (unsigned)blocks->largest.start,
                    (unsigned)range_end(blocks->largest));
    text_puts(text, "; side by side fit ");
    put_number(text, blocks->of_64);
    text_puts(text, " of 64 and ");
    put_number(text, blocks->of_4096);
    text_puts(text, " of 4,096 consecutive ports.");
}

static void show_events(const struct snapshot *snapshot, struct sentences *evidence)
{
    static const struct {
        uint32_t id;
        const char *meaning;
    } rows[] = {
        {EVENT_TCP_LACK, "no TCP port was left"},
        {EVENT_UDP_LACK, "no UDP port was left"},
        {EVENT_COLLISION, "a port still waited for the same destination"},
    };
    const struct events *events = &snapshot->events;
    char time[TIME_SIZE], word[40];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t count = count_events(events, rows[i].id, INT64_MIN);
        const struct event *latest = NULL;
        struct text *text;

        for (size_t e = 0; e < events->count; e++)
            if (events->rows[e].id == rows[i].id &&
                (!latest || events->rows[e].time_ms > latest->time_ms))
                latest = &events->rows[e];
        if (!latest)
            continue;
        text = sentences_add(evidence);
        text_printf(text, "Event %u (%s) was logged ", (unsigned)rows[i].id, rows[i].meaning);
        put_number(text, count);
        text_printf(text, " %s%s within %d hours, the last one at %s.", plural(count, "time", word),
                    events->is_cut ? " or more" : "", SNAPSHOT_EVENTS_HOURS,
                    time_local_string(time, latest->time_ms, snapshot->survey.offset_seconds));
    }
}

/* Two significant digits: it is no more than a guess. */
static uint32_t rounded(uint32_t number)
{
    uint32_t unit = 1;

    while (number / unit >= 100)
        unit *= 10;
    return number / unit * unit;
}

static void show_probe_part(const struct probe_part *part, enum protocol protocol,
                            struct sentences *evidence)
{
    uint32_t low, high, refused = probe_unbindable(part);
    struct text *text;

    if (!part->was_done)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Probe of %s over %s: ", protocol_name(protocol), family_name(part->family));
    put_of(text, part->bound, part->tried);
    text_puts(text, " ports tried, which look free, could be bound");
    if (!refused) {
        text_puts(text, ".");
        return;
    }
    text_puts(text, "; refused were ");
    put_number(text, refused);
    text_puts(text, " (");
    if (part->in_use)
        text_printf(text, "%u as in use, 10048", (unsigned)part->in_use);
    if (part->excluded)
        text_printf(text, "%s%u as probably excluded, 10013", part->in_use ? "; " : "",
                    (unsigned)part->excluded);
    if (part->other)
        text_printf(text, "%s%u for other reasons", part->in_use || part->excluded ? "; " : "",
                    (unsigned)part->other);
    text_puts(text, "), such as ");
    for (size_t i = 0; i < part->example_count; i++)
        text_printf(text, "%s%u", i ? ", " : "", (unsigned)part->examples[i]);
    text_puts(text, ".");
    probe_estimate(part, &low, &high);
    text = sentences_infer(evidence);
    text_puts(text, "By that, ");
    if (low == high) {
        put_number(text, low);
    } else {
        text_puts(text, "somewhere between ");
        put_number(text, rounded(low));
        text_puts(text, " and ");
        put_number(text, rounded(high));
    }
    text_puts(text, " of the ");
    put_number(text, part->looked_free);
    text_printf(text, " %s ports that look free are held%s.", protocol_name(protocol),
                low == high ? "" : "; so few tries allow no closer guess");
}

static void show_evidence(const struct snapshot *snapshot, const struct probe *probe,
                          struct diagnosis *diagnosis)
{
    struct sentences *evidence = &diagnosis->evidence;
    const struct finding *main = &diagnosis->main;
    enum protocol other = main->protocol == PROTOCOL_TCP ? PROTOCOL_UDP : PROTOCOL_TCP;

    show_pool(main, evidence);
    show_process(snapshot, main, evidence);
    show_growth(main, evidence);
    show_remote(main, evidence);
    show_pool_against_tuple(snapshot, main, evidence);
    show_owners(snapshot, diagnosis, evidence);
    show_wait(snapshot, main, evidence);
    show_exclusions(snapshot, main, evidence);
    show_blocks(diagnosis, main->protocol, evidence);
    show_pool(&diagnosis->of[other], evidence);
    if (is_tight(diagnosis->of[other].level))
        show_process(snapshot, &diagnosis->of[other], evidence);
    show_exclusions(snapshot, &diagnosis->of[other], evidence);
    show_blocks(diagnosis, other, evidence);
    show_events(snapshot, evidence);
    for (int p = 0; probe && p < PROTOCOL_COUNT; p++)
        show_probe_part(&probe->parts[p], (enum protocol)p, evidence);
}

/* ---- the culprit ------------------------------------------------------- */

static void name_display(const struct snapshot *snapshot, uint32_t process,
                         struct sentences *culprit)
{
    const struct services *services = &snapshot->services;
    struct text *text = NULL;

    for (size_t i = 0; i < services->count; i++) {
        const struct service *service = &services->rows[i];

        if (service->process != process || !*service->display)
            continue;
        if (!text) {
            text = sentences_add(culprit);
            text_puts(text, "Its services are called: ");
        } else {
            text_puts(text, "; ");
        }
        text_safe(text, service->display, strlen(service->display));
    }
    if (text)
        text_puts(text, ".");
}

static void name_culprit(const struct snapshot *snapshot, struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    struct sentences *culprit = &diagnosis->culprit;
    struct text *text;

    if (main->kind == DIAGNOSIS_HEALTHY || main->kind == DIAGNOSIS_UNKNOWN)
        return;
    if (finding_blames_process(main)) {
        text = sentences_add(culprit);
        snapshot_name(snapshot, main->process.process, text);
        name_display(snapshot, main->process.process, culprit);
    }
    if (finding_blames_remote(main)) {
        text = sentences_add(culprit);
        text_puts(text, "The destination ");
        put_remote(text, &main->remote);
        text_puts(text, main->kind == DIAGNOSIS_CHURN ? ", or rather who connects to it:" : ".");
        if (main->kind == DIAGNOSIS_CHURN && diagnosis->owner_count) {
            text_puts(text, " probably ");
            snapshot_name(snapshot, diagnosis->owners[0].process, text);
            text_puts(text, " (inferred).");
        } else if (main->kind == DIAGNOSIS_CHURN) {
            text_puts(text, snapshot->sockets.has_owners ? " nobody was seen connected there."
                                                         : " this Windows does not tell.");
        }
    }
    if (!culprit->count)
        text_puts(sentences_add(culprit), "Not known.");
}

/* ---- what could not be seen -------------------------------------------- */

static void miss(struct sentences *unseen, const char *what, const char *why)
{
    struct text *text = sentences_add(unseen);

    text_puts(text, what);
    text_puts(text, *why ? " " : "");
    text_safe(text, why, strlen(why));
}

static void miss_tables(const struct snapshot *snapshot, int p, int f, struct sentences *unseen)
{
    const struct socket_table *table = &snapshot->sockets.tables[p][f];
    const struct running_range *running = &snapshot->survey.running[p][f];
    struct text *text;

    if (table->is_available && running->is_known && !table->is_partial)
        return;
    text = sentences_add(unseen);
    text_printf(text, "%s over %s ", protocol_name((enum protocol)p), family_name((enum family)f));
    if (!table->is_available && table->code)
        text_printf(text, "was not counted: its table could not be read (error %lu).",
                    (unsigned long)table->code);
    else if (!table->is_available)
        text_puts(text, "was not counted: this Windows does not show its table.");
    else if (!running->is_known) {
        text_puts(text, "was not counted: its running range is not known. ");
        text_safe(text, running->why, strlen(running->why));
    } else
        text_puts(text, "was counted in part: its table kept growing while it was read.");
}

static void miss_exclusions(const struct snapshot *snapshot, struct sentences *unseen)
{
    const struct exclusions *exclusions = &snapshot->survey.exclusions;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const char *why = exclusions->why[p][f];

            if (exclusions->is_known[p][f])
                continue;
            miss(unseen,
                 "Ports that are excluded (netsh interface ipv4 show excludedportrange) could not "
                 "be told.",
                 why);
            return; /* once: the others have the same reason, as good as always */
        }
}

static void show_unseen(const struct snapshot *snapshot, const struct probe *probe,
                        struct diagnosis *diagnosis)
{
    struct sentences *unseen = &diagnosis->unseen;

    if (!snapshot->survey.has_usage) {
        miss(unseen, "The tables of sockets could not be read.", snapshot->survey.usage_fault.text);
        return;
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            miss_tables(snapshot, p, f, unseen);
    if (!snapshot->sockets.has_bound)
        miss(unseen,
             "TCP sockets that are bound but idle: this Windows does not show them, so "
             "true use may be higher.",
             "");
    if (!snapshot->sockets.has_owners)
        miss(unseen, "Which process owns a socket: this Windows does not tell.", "");
    else if (!snapshot->has_names)
        miss(unseen, "The names of processes.", snapshot->names_fault.text);
    if (snapshot->sockets.has_owners && !snapshot->services.is_known)
        miss(unseen, "Which services a process runs (tasklist /svc tells).",
             snapshot->services.why);
    if (!snapshot->events.is_known)
        miss(unseen, "Events 4227, 4231 and 4266 of the System log.", snapshot->events.why);
    if (os_at_least(&snapshot->survey.os, 6, 0, 0))
        miss_exclusions(snapshot, unseen);
    for (int p = 0; probe && p < PROTOCOL_COUNT; p++)
        if (!probe->parts[p].was_done) {
            struct text *text = sentences_add(unseen);

            text_printf(text, "%s ports were not probed: ", protocol_name((enum protocol)p));
            text_safe(text, probe->parts[p].why.text, strlen(probe->parts[p].why.text));
        }
}

/* ---- all of it --------------------------------------------------------- */

static void count_blocks(const struct snapshot *snapshot, struct diagnosis *diagnosis)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        enum family family = diagnosis->of[p].family;
        struct port_map map;

        if (!snapshot->survey.has_usage || diagnosis->of[p].level == VERDICT_UNKNOWN ||
            !snapshot->survey.running[p][family].is_known)
            continue;
        diagnosis->block_range[p] = snapshot->survey.running[p][family].range;
        port_map_fill(&map, &snapshot->sockets, &snapshot->survey.exclusions, (enum protocol)p);
        free_blocks_count(&map, diagnosis->block_range[p], &diagnosis->blocks[p]);
    }
}

static bool is_whole(const struct diagnosis *diagnosis)
{
    return !diagnosis->verdict.is_broken && !diagnosis->doubt.is_broken &&
           sentences_are_whole(&diagnosis->evidence) && sentences_are_whole(&diagnosis->culprit) &&
           sentences_are_whole(&diagnosis->now) && sentences_are_whole(&diagnosis->after_restart) &&
           sentences_are_whole(&diagnosis->unseen);
}

bool diagnosis_make(const struct snapshot *snapshot, const struct probe *probe,
                    struct diagnosis *diagnosis, struct fault *fault)
{
    struct finding *of = diagnosis->of;

    memset(diagnosis, 0, sizeof *diagnosis);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        of[p].protocol = (enum protocol)p;
        measure(snapshot, &of[p]);
        if (!look_for_suspects(snapshot, &of[p], fault))
            return false;
        of[p].kind = judge(snapshot, probe, &of[p]);
    }
    diagnosis->main =
        is_worse(&of[PROTOCOL_UDP], &of[PROTOCOL_TCP]) ? of[PROTOCOL_UDP] : of[PROTOCOL_TCP];
    if (diagnosis->main.kind == DIAGNOSIS_CHURN && diagnosis->main.remote.is_known)
        diagnosis->owner_count =
            top_user_owners(snapshot, &diagnosis->main.remote, diagnosis->owners);
    count_blocks(snapshot, diagnosis);
    say_verdict(snapshot, probe, diagnosis);
    say_doubt(snapshot, diagnosis);
    show_evidence(snapshot, probe, diagnosis);
    name_culprit(snapshot, diagnosis);
    advice_give(snapshot, diagnosis);
    show_unseen(snapshot, probe, diagnosis);
    if (is_whole(diagnosis))
        return true;
    diagnosis_release(diagnosis);
    return fault_no_memory(fault);
}

void diagnosis_release(struct diagnosis *diagnosis)
{
    text_release(&diagnosis->verdict);
    text_release(&diagnosis->doubt);
    sentences_release(&diagnosis->evidence);
    sentences_release(&diagnosis->culprit);
    sentences_release(&diagnosis->now);
    sentences_release(&diagnosis->after_restart);
    sentences_release(&diagnosis->unseen);
}
