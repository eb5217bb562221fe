#include "core/diagnosis/evidence.h"

#include <stdio.h>
#include <string.h>

#include "core/diagnosis/advice.h"

/* ---- words that recur ------------------------------------------------- */

/* Appends up to SHOWN_MAX states with their ports, most ports first, e.g. "TIME_WAIT 12,840,
 * ESTABLISHED 1,500". */
static void append_states(struct text *text, const struct usage_count *count)
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
        text_number(text, left.by_state[most]);
        left.by_state[most] = 0;
    }
}

enum { PLURAL_SIZE = 40 };

static const char *plural(uint64_t count, const char *word, char buffer[PLURAL_SIZE])
{
    snprintf(buffer, PLURAL_SIZE, "%s%s", word, count == 1 ? "" : "s");
    return buffer;
}

/* ---- one protocol ----------------------------------------------------- */

static void show_pool(const struct finding *finding, struct sentences *evidence)
{
    struct text *text;
    uint32_t left =
        finding->available > finding->use.in_use ? finding->available - finding->use.in_use : 0;

    if (finding->level == VERDICT_UNKNOWN)
        return;
    text = sentences_add(evidence);
    text_printf(text, "%s over %s: ", protocol_name(finding->protocol),
                family_name(finding->family));
    text_number_of(text, finding->use.in_use, finding->available);
    text_puts(text, " ports in use (");
    text_share(text, finding->use.in_use, finding->available);
    text_puts(text, "), ");
    text_number(text, left);
    text_puts(text, " free");
    if (finding->protocol == PROTOCOL_TCP && finding->use.in_use) {
        text_puts(text, "; by state: ");
        append_states(text, &finding->use);
    }
    text_puts(text, ".");
}

/* Adds the use of the other family if its ports are scarce too. If only both families together
 * reach the level, adds the use of the other family and of both together. */
static void show_beside(const struct snapshot *snapshot, const struct finding *main,
                        const struct finding *beside, struct sentences *evidence)
{
    const struct usage *usage = &snapshot->survey.usage[main->protocol];
    uint32_t available = usage_united_available(usage);
    struct text *text;

    if (finding_is_tight(beside) || main->is_united)
        show_pool(beside, evidence);
    if (!main->is_united)
        return;
    text = sentences_add(evidence);
    text_printf(text, "%s over IPv4 and IPv6 combined: ", protocol_name(main->protocol));
    text_number_of(text, usage->united.in_use, available);
    text_puts(text, " ports in use (");
    text_share(text, usage->united.in_use, available);
    text_puts(text, "); a port that both use counts once.");
}

/* Returns whether the process has a UDP socket on the DNS port. */
static bool is_dns_server(const struct snapshot *snapshot, uint32_t process)
{
    enum { DNS_PORT = 53 };

    for (size_t i = 0; i < snapshot->sockets.count; i++) {
        const struct socket_row *row = &snapshot->sockets.rows[i];

        if (row->protocol == PROTOCOL_UDP && row->local_port == DNS_PORT && row->owner == process)
            return true;
    }
    return false;
}

static void show_process(const struct snapshot *snapshot, const struct finding *finding,
                         struct sentences *evidence)
{
    const struct top_user *process = &finding->process;
    struct text *text;

    if (!process->is_known)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Process with the most %s ports%s: ", protocol_name(finding->protocol),
                finding_where(finding));
    snapshot_name_and(snapshot, process->process, "with ", text);
    text_number(text, process->use.in_use);
    text_puts(text, " (");
    text_share(text, process->use.in_use, finding->use.in_use);
    text_puts(text, " of those in use)");
    if (finding->protocol == PROTOCOL_TCP) {
        text_puts(text, ": ");
        append_states(text, &process->use);
    }
    text_puts(text, ".");
    if (finding->protocol == PROTOCOL_UDP && is_dns_server(snapshot, process->process))
        text_puts(text, " It serves DNS (UDP port 53): a DNS server keeps a pool of sockets with "
                        "random ports open on purpose, Windows' own 2,500 by default.");
}

static void show_program(const struct finding *finding, struct sentences *evidence)
{
    const struct top_program *program = &finding->program;
    struct text *text;

    if (!program->is_known || program->use.in_use <= finding->process.use.in_use)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Program with the most %s ports%s: ", protocol_name(finding->protocol),
                finding_where(finding));
    top_program_print(program, text);
    text_puts(text, " with ");
    text_number(text, program->use.in_use);
    if (finding->protocol == PROTOCOL_TCP) {
        text_puts(text, ": ");
        append_states(text, &program->use);
    }
    text_puts(text, ".");
}

/* States how long the process was watched, because a short time proves little. */
static void show_growth(const struct snapshot *snapshot, const struct finding *finding,
                        struct sentences *evidence)
{
    const struct top_user *process = &finding->process;
    uint32_t now = process->use.in_use, then = process->ports_then;
    uint32_t left;
    struct text *text;

    if (!process->is_known || process->watched_ms <= 0)
        return;
    if (now == then && !(finding_blames_process(finding) && !finding->is_program) &&
        !(finding->protocol == PROTOCOL_UDP && is_dns_server(snapshot, process->process)))
        return;
    text = now == then ? sentences_add(evidence) : sentences_infer(evidence);
    text_printf(
        text, "Within %lld.%lld seconds, this process %s ", (long long)(process->watched_ms / 1000),
        (long long)(process->watched_ms % 1000 / 100), now == then ? "stayed at" : "went from");
    text_number(text, then);
    if (now == then) {
        text_puts(text, " ports.");
        return;
    }
    text_puts(text, " to ");
    text_number(text, now);
    text_puts(text, " ports");
    left = finding->available > finding->use.in_use ? finding->available - finding->use.in_use : 0;
    if (now > then && left) {
        text_puts(text, "; at that rate the free ports last ");
        text_number(text, (uint64_t)left * (uint64_t)process->watched_ms / 1000 / (now - then));
        text_puts(text, " seconds more; after such a short time, this is only a rough estimate");
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
    text_puts(text, "Most local ports in use for one destination: ");
    text_number(text, remote->ports);
    text_puts(text, " for ");
    remote_end_print(remote, text);
    if (remote->waiting) {
        text_puts(text, ", ");
        text_number(text, remote->waiting);
        text_puts(text, " of them in TIME_WAIT");
    }
    text_puts(text, ".");
}

static void show_second(const struct snapshot *snapshot, const struct finding *finding,
                        struct sentences *evidence)
{
    const struct remote_end *ends[] = {&finding->remote, &finding->second};
    struct text *text;

    if (!finding_has_second(finding))
        return;
    text = sentences_add(evidence);
    text_number(text, finding->second.ports);
    text_puts(text, " local ports are in use for ");
    remote_end_print(&finding->second, text);
    text_puts(text, ".");
    if (!remote_end_is_here(ends[0], snapshot) || !remote_end_is_here(ends[1], snapshot))
        return;
    text_puts(text, " Both destinations are on this machine. A request that passes through both "
                    "uses two ports.");
    for (size_t i = 0; i < 2; i++) {
        uint32_t listener = remote_end_listener(ends[i], snapshot);

        if (!listener)
            continue;
        text = sentences_add(evidence);
        snapshot_name_and(snapshot, listener, "listens on ", text);
        remote_end_print(ends[i], text);
        text_puts(text, ".");
    }
}

static void show_pool_against_tuple(const struct snapshot *snapshot, const struct finding *finding,
                                    struct sentences *evidence)
{
    struct text *text;

    if (finding->kind != DIAGNOSIS_DESTINATION_FULL)
        return;
    text = sentences_add(evidence);
    text_puts(text, "Two limits apply. The pool is the total number of local ports. Windows "
                    "identifies a connection by local address, local port, remote address and "
                    "remote port, so each local port serves one destination only once");
    if (snapshot->survey.is_auto_reuse_known && snapshot->survey.auto_reuse.count)
        text_puts(text, ". Ports of the auto-reuse range can probably serve other destinations "
                        "at the same time.");
    else
        text_puts(text, ". Without an auto-reuse range, Windows probably does not assign the "
                        "port to another destination at the same time either.");
}

static void show_owners(const struct snapshot *snapshot, const struct finding *finding,
                        struct sentences *evidence)
{
    char word[40];

    for (size_t i = 0; i < finding->owner_count; i++) {
        const struct probable_owner *owner = &finding->owners[i];
        struct text *text = sentences_infer(evidence);
        const char *between = ": ";

        text_puts(text, i ? "Or they belonged to "
                          : "Connections in TIME_WAIT belong to no process. Before, they probably "
                            "belonged to ");
        snapshot_name(snapshot, owner->process, text);
        if (owner->caught) {
            text_printf(text, "%sa moment ago, it used ", between);
            text_number(text, owner->caught);
            text_puts(text, " of the ports now in TIME_WAIT");
            between = "; ";
        }
        if (owner->now) {
            text_printf(text, "%sit now has ", between);
            text_number(text, owner->now);
            text_printf(text, " open %s to the same destination",
                        plural(owner->now, "connection", word));
            between = "; ";
        }
        if (owner->before && !owner->caught && !owner->now) {
            text_puts(text, between);
            text_puts(text, "a moment ago, it was connected to the same destination");
        }
        text_puts(text, ".");
    }
}

/* Adds the measured time that a connection stays in TIME_WAIT, if the samples are sufficient. */
static void show_measured_wait(const struct finding *finding, uint32_t seconds,
                               struct sentences *evidence)
{
    const struct wait_measure *wait = &finding->wait;
    struct text *text;

    if (!wait->seconds)
        return;
    text = sentences_infer(evidence);
    text_printf(text, "Within %lld.%lld seconds, ", (long long)(wait->watched_ms / 1000),
                (long long)(wait->watched_ms % 1000 / 100));
    text_number_of(text, wait->left, wait->of);
    text_printf(text,
                " connections left TIME_WAIT. At that rate, a connection stays there about "
                "%u seconds",
                (unsigned)wait->seconds);
    if (finding_measured_longer_wait(finding, seconds))
        text_printf(text, ", so the %u seconds are probably not in effect", (unsigned)seconds);
    text_puts(text, ".");
}

enum { WAIT_USUAL = 120 };

static void doubt_wait(const struct finding *finding, uint32_t seconds, struct sentences *evidence)
{
    uint32_t waiting = finding->use.by_state[PORT_TIME_WAIT];
    struct text *text;

    if (!finding_has_unlikely_wait(finding, seconds))
        return;
    text = sentences_infer(evidence);
    text_puts(text, "Such a rate is unlikely. More likely, the stored TcpTimedWaitDelay is not in "
                    "effect: with 30 to 120 seconds, it would be ");
    text_number(text, waiting / WAIT_USUAL);
    text_puts(text, " to ");
    text_number(text, waiting / WAIT_LEAST);
    text_puts(text, " closed connections per second.");
}

/* Prints connections per second with one decimal, so that two rates that differ by less than 1 are
 * not printed alike. */
static void print_rate(struct text *text, uint32_t connections, uint32_t seconds)
{
    char buffer[TENTHS_SIZE];

    text_puts(text, tenths_string(buffer, ((uint64_t)connections * 10 + seconds / 2) / seconds));
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
    text_printf(text,
                "With %u seconds in TIME_WAIT (%s), the number of ports in TIME_WAIT means about ",
                (unsigned)seconds,
                snapshot->survey.stored[SETTING_TCP_TIMED_WAIT_DELAY].kind == VALUE_NUMBER
                    ? "TcpTimedWaitDelay"
                    : "the documented default");
    print_rate(text, waiting, seconds);
    text_puts(text, " closed connections per second; ");
    print_rate(text, finding->available, seconds);
    text_puts(text, " per second can be sustained.");
    doubt_wait(finding, seconds, evidence);
    show_measured_wait(finding, seconds, evidence);
}

void evidence_print_blocks(const struct exclusions *exclusions, const struct finding *finding,
                           struct text *text)
{
    uint32_t size;
    uint32_t count = exclusions_blocks(exclusions, finding->protocol, finding->family,
                                       finding->block_range, &size);

    if (count > 1)
        text_printf(text, " in %u blocks", (unsigned)count);
    if (count > 1 && size)
        text_printf(text, " of %u", (unsigned)size);
}

static void show_exclusions(const struct snapshot *snapshot, const struct finding *finding,
                            struct sentences *evidence)
{
    const struct usage *usage = &snapshot->survey.usage[finding->protocol];
    uint32_t excluded = usage->excluded[finding->family];
    uint32_t count = usage->range[finding->family].count;
    uint32_t in_use = usage->excluded_in_use[finding->family];
    struct text *text;

    if (!excluded)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Excluded from the %s range%s: ", protocol_name(finding->protocol),
                finding_where(finding));
    text_number_of(text, excluded, count);
    text_puts(text, " ports (");
    text_share(text, excluded, count);
    text_puts(text, ")");
    evidence_print_blocks(&snapshot->survey.exclusions, finding, text);
    text_puts(text, ", which Windows never assigns automatically");
    if (in_use) {
        text_puts(text, "; ");
        text_number(text, in_use);
        text_puts(text, " of them are in use nevertheless");
    }
    text_puts(text, ".");
}

static void show_blocks(const struct finding *finding, struct sentences *evidence)
{
    const struct free_blocks *blocks = &finding->blocks;
    struct text *text;
    char word[40];

    if (!finding->block_range.count)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Largest block of free %s ports: ", protocol_name(finding->protocol));
    text_number(text, blocks->largest.count);
    text_printf(text, " %s", plural(blocks->largest.count, "port", word));
    if (blocks->largest.count > 1)
        text_printf(text, " (%u-%u)", (unsigned)blocks->largest.start,
                    (unsigned)range_end(blocks->largest));
    text_puts(text, "; room for ");
    text_number(text, blocks->of_64);
    text_printf(text, " %s of 64 and ", plural(blocks->of_64, "block", word));
    text_number(text, blocks->of_4096);
    text_printf(text, " %s of 4,096 consecutive ports.", plural(blocks->of_4096, "block", word));
}

/* Names a MaxUserPort that was typed in the wrong base or as text. */
static void show_slip(const struct survey *survey, struct sentences *evidence)
{
    const struct setting *setting = setting_at(SETTING_MAX_USER_PORT);
    const struct value *stored = &survey->stored[SETTING_MAX_USER_PORT];
    struct setting_slip slip;
    struct text *text;

    if (!survey->is_stored_known[SETTING_MAX_USER_PORT] ||
        !setting_find_slip(setting, &survey->os, stored, &slip) || !slip.is_certain)
        return;
    text = sentences_add(evidence);
    text_printf(text, "%s is ", setting->name);
    value_print(stored, text);
    text_puts(text, ".");
    setting_print_slip(setting, &survey->os, stored, text);
    text_printf(text, " To correct it, run maxport set %s=%lu.", setting->name,
                (unsigned long)slip.meant);
}

static void show_events(const struct snapshot *snapshot, struct sentences *evidence)
{
    static const struct {
        uint32_t id;
        const char *meaning;
    } rows[] = {
        {EVENT_TCP_LACK, "no TCP port was free"},
        {EVENT_UDP_LACK, "no UDP port was free"},
        {EVENT_COLLISION, "a port was still in TIME_WAIT for the same destination"},
    };
    const struct events *events = &snapshot->events;
    char time[TIME_SIZE], word[40];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t count = finding_count_events(events, rows[i].id, INT64_MIN);
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
        text_number(text, count);
        text_printf(text, " %s%s in the last %d hours, most recently at %s.",
                    plural(count, "time", word), events->is_cut ? " or more" : "",
                    SNAPSHOT_EVENTS_HOURS,
                    time_local_string(time, latest->time_ms, snapshot->survey.offset_seconds));
    }
}

static void show_probe_part(const struct probe_part *part, enum protocol protocol,
                            struct sentences *evidence)
{
    uint32_t refused = probe_unbindable(part);
    struct text *text;

    if (!part->was_done)
        return;
    text = sentences_add(evidence);
    text_printf(text, "Probe of %s over %s: ", protocol_name(protocol), family_name(part->family));
    text_number_of(text, part->bound, part->tried);
    text_puts(text, " tested ports that look free could be bound");
    if (!refused) {
        text_puts(text, ".");
        return;
    }
    text_puts(text, "; refused: ");
    text_number(text, refused);
    text_puts(text, " (");
    if (part->in_use)
        text_printf(text, "%u in use, error 10048", (unsigned)part->in_use);
    if (part->excluded)
        text_printf(text, "%s%u probably excluded, error 10013", part->in_use ? "; " : "",
                    (unsigned)part->excluded);
    if (part->other)
        text_printf(text, "%s%u for other reasons", part->in_use || part->excluded ? "; " : "",
                    (unsigned)part->other);
    text_puts(text, "), for example ");
    for (size_t i = 0; i < part->example_count; i++)
        text_printf(text, "%s%u", i ? ", " : "", (unsigned)part->examples[i]);
    text_puts(text, ".");
}

void evidence_show(const struct snapshot *snapshot, const struct probe *probe,
                   const struct finding *main, const struct finding *beside,
                   const struct finding *other, struct sentences *evidence)
{
    show_pool(main, evidence);
    show_beside(snapshot, main, beside, evidence);
    show_process(snapshot, main, evidence);
    show_program(main, evidence);
    show_growth(snapshot, main, evidence);
    show_remote(main, evidence);
    show_second(snapshot, main, evidence);
    show_pool_against_tuple(snapshot, main, evidence);
    show_owners(snapshot, main, evidence);
    show_wait(snapshot, main, evidence);
    show_exclusions(snapshot, main, evidence);
    show_blocks(main, evidence);
    if (finding_is_tight(beside)) {
        show_process(snapshot, beside, evidence);
        show_remote(beside, evidence);
    }
    show_pool(other, evidence);
    if (finding_is_tight(other))
        show_process(snapshot, other, evidence);
    show_exclusions(snapshot, other, evidence);
    show_blocks(other, evidence);
    show_events(snapshot, evidence);
    show_slip(&snapshot->survey, evidence);
    for (int p = 0; probe && p < PROTOCOL_COUNT; p++)
        show_probe_part(&probe->parts[p], (enum protocol)p, evidence);
}
