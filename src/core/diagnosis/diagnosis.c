#include "core/diagnosis/diagnosis.h"

#include <string.h>

#include "core/base/quote.h"
#include "core/diagnosis/advice.h"
#include "core/diagnosis/evidence.h"
#include "core/state/blind_spots.h"
#include "core/system/process_details.h"

bool diagnosis_gains_by_sampling(const struct diagnosis *diagnosis)
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
    case DIAGNOSIS_RESERVED:
    case DIAGNOSIS_HIDDEN:
        break;
    }
    return false;
}

/* ---- the verdict ------------------------------------------------------ */

static const char *level_words(enum verdict_kind level)
{
    return level == VERDICT_FULL          ? "has run out of ports"
           : level == VERDICT_NEARLY_FULL ? "is nearly out of ports"
                                          : "is filling up";
}

/* Prints e.g. "TCP has run out of ports". */
static void print_level(struct text *text, const struct finding *finding)
{
    text_printf(text, "%s %s", protocol_name(finding->protocol), level_words(finding->level));
    if (finding->is_united)
        text_puts(text, ", if IPv4 and IPv6 share their ports, which is not documented");
}

static void print_leak(struct text *text, const struct snapshot *snapshot,
                       const struct finding *finding)
{
    uint32_t ports =
        finding->is_program ? finding->program.use.in_use : finding->process.use.in_use;

    if (finding_is_tight(finding)) {
        print_level(text, finding);
        if (finding->kind == DIAGNOSIS_UDP_LEAK && finding->level == VERDICT_FULL)
            text_puts(text,
                      finding->is_united ? "; DNS queries then fail" : ", so DNS queries fail");
        text_puts(text, ": ");
    } else
        text_printf(text, "%s still has free ports, but one program does not release its ports: ",
                    protocol_name(finding->protocol));
    if (finding->is_program) {
        top_program_print(&finding->program, text);
        text_puts(text, " uses ");
    } else {
        snapshot_name_and(snapshot, finding->process.process, "uses ", text);
    }
    text_number_of(text, ports, finding->available);
    text_printf(text, " ports%s (", finding_where(finding));
    text_share(text, ports, finding->available);
    text_puts(text, ").");
    if (finding->kind == DIAGNOSIS_UDP_LEAK && finding->level != VERDICT_FULL)
        text_puts(text, " When no port is free, DNS queries fail.");
}

static void print_churn(struct text *text, const struct finding *finding)
{
    uint32_t waiting = finding->use.by_state[PORT_TIME_WAIT];

    if (finding->is_by_events) {
        text_printf(text,
                    "Connections follow each other too quickly: within the last %d minutes "
                    "Windows logged that a connection failed because its port was still in "
                    "TIME_WAIT for the same destination (event %d).",
                    EVENT_RECENT_MINUTES, EVENT_COLLISION);
        return;
    }
    if (finding_is_tight(finding)) {
        print_level(text, finding);
        text_printf(text,
                    "%s because connections are opened and closed faster than their ports "
                    "become free: ",
                    finding->is_united ? "," : "");
        text_number_of(text, waiting, finding->use.in_use);
        text_printf(text, " ports in use%s are in TIME_WAIT.", finding_where(finding));
    } else if (finding->level == VERDICT_STRAINED) {
        text_puts(text, "Many connections are opened and closed: ");
        text_number_of(text, waiting, finding->available);
        text_printf(text, " TCP ports%s (", finding_where(finding));
        text_share(text, waiting, finding->available);
        text_puts(text, ") are in TIME_WAIT.");
    } else {
        text_puts(text, "Connections to one destination are opened and closed faster than their "
                        "ports become free.");
    }
    if (!finding->remote.is_known ||
        (!finding_has_second(finding) && !finding_is_half(finding->remote.waiting, waiting)))
        return;
    text_puts(text, " ");
    text_number(text, finding->remote.waiting);
    text_puts(text, " ports in TIME_WAIT are for ");
    remote_end_print(&finding->remote, text);
    if (finding_has_second(finding)) {
        text_puts(text, ", and ");
        text_number(text, finding->second.waiting);
        text_puts(text, " for ");
        remote_end_print(&finding->second, text);
    }
    text_puts(text, ".");
}

/* Prints, for example, "Only 1,024 of 16,384 TCP ports are usable: 15,360 (93 %) are excluded in
 * 240 blocks of 64." */
static void print_reserved(struct text *text, const struct snapshot *snapshot,
                           const struct finding *finding)
{
    const struct usage *usage = &snapshot->survey.usage[finding->protocol];
    uint32_t excluded = usage->excluded[finding->family];
    uint32_t count = usage->range[finding->family].count;

    text_puts(text, "Only ");
    text_number_of(text, finding->available, count);
    text_printf(text, " %s ports%s are usable: ", protocol_name(finding->protocol),
                finding_where(finding));
    text_number(text, excluded);
    text_puts(text, " (");
    text_share(text, excluded, count);
    text_puts(text, ") are excluded");
    evidence_print_blocks(&snapshot->survey.exclusions, finding, text);
    verdict_print_excluded_in_use(usage, finding->family, text);
    text_puts(text, ". ");
    text_number(text, finding->available - finding->use.in_use);
    text_puts(text, " ports are free.");
}

/* Names MaxUserPort as the cause if it has made the running range smaller than the default. */
static void blame_max_user_port(struct text *text, const struct survey *survey,
                                const struct finding *finding)
{
    uint32_t fewer = survey_lost_ports(survey, finding->protocol, finding->family);

    if (!fewer)
        return;
    text_printf(text, " MaxUserPort = %u is the cause: it leaves ",
                (unsigned)survey->at_boot.number);
    text_number(text, survey->running[finding->protocol][finding->family].range.count);
    text_printf(text, " %s ports%s, ", protocol_name(finding->protocol), finding_where(finding));
    text_number(text, fewer);
    text_puts(text, " fewer than Windows' default.");
}

static void print_destination(struct text *text, const struct finding *finding)
{
    text_puts(text, "One destination uses nearly all local ports: ");
    text_number_of(text, finding->remote.ports, finding->destination_available);
    text_printf(text, " %s are in use for ",
                finding->is_auto_reuse ? "ports of the auto-reuse range" : "ports");
    remote_end_print(&finding->remote, text);
    text_puts(text, finding->is_auto_reuse
                        ? ". New connections to it fail; other destinations can still be reached."
                        : ". New connections to it fail first.");
}

static void print_hidden(struct text *text, const struct finding *finding,
                         const struct probe *probe)
{
    char share[SHARE_SIZE];
    const char *protocol = protocol_name(finding->protocol);

    if (finding->is_by_events) {
        text_printf(text,
                    "Windows logged a lack of %s ports within the last %d minutes, but its "
                    "tables show only %s in use. Either ports are in use that no table shows, "
                    "or the peak is over.",
                    protocol, EVENT_RECENT_MINUTES,
                    share_string(share, finding->use.in_use, finding->available));
        return;
    }
    text_printf(text, "Some %s ports are in use that no table of Windows shows: ", protocol);
    text_number_of(text, probe_unbindable(&probe->parts[finding->protocol]),
                   probe->parts[finding->protocol].tried);
    text_puts(text, " ports that look free could not be bound.");
}

static void print_full(struct text *text, const struct snapshot *snapshot,
                       const struct finding *finding)
{
    print_level(text, finding);
    text_puts(text, ": ");
    text_number_of(text, finding->use.in_use, finding->available);
    text_printf(text, " ports%s are in use", finding_where(finding));
    if (snapshot->sockets.has_owners)
        text_printf(text, ", and no single process%s accounts for half of them.",
                    finding->protocol == PROTOCOL_TCP ? " or state" : "");
    else
        text_puts(text, "; this Windows does not report which processes use them.");
    if (finding->protocol == PROTOCOL_UDP && finding->level == VERDICT_FULL)
        text_puts(text, " DNS queries fail.");
}

/* Adds the other family and the other protocol if their ports are scarce too. */
static void print_others(struct text *text, const struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main, *beside = &diagnosis->beside[main->protocol];

    if (finding_is_tight(beside) && !beside->is_united) {
        text_printf(text, " Over %s, %s %s too: ", family_name(beside->family),
                    protocol_name(main->protocol), level_words(beside->level));
        text_number_of(text, beside->use.in_use, beside->available);
        text_puts(text, " ports are in use.");
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        if (diagnosis->of[p].protocol != main->protocol && finding_is_tight(&diagnosis->of[p]))
            text_printf(text, " %s %s too.", protocol_name((enum protocol)p),
                        level_words(diagnosis->of[p].level));
}

static void print_verdict(const struct snapshot *snapshot, const struct probe *probe,
                          struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    struct text *text = &diagnosis->verdict;

    switch (main->kind) {
    case DIAGNOSIS_LEAK:
    case DIAGNOSIS_UDP_LEAK:
        print_leak(text, snapshot, main);
        break;
    case DIAGNOSIS_CHURN:
        print_churn(text, main);
        break;
    case DIAGNOSIS_DESTINATION_FULL:
        print_destination(text, main);
        break;
    case DIAGNOSIS_HIDDEN:
        print_hidden(text, main, probe);
        break;
    case DIAGNOSIS_RESERVED:
        print_reserved(text, snapshot, main);
        break;
    case DIAGNOSIS_POOL_FULL:
    case DIAGNOSIS_FILLING:
        print_full(text, snapshot, main);
        break;
    case DIAGNOSIS_HEALTHY:
        verdict_print_healthy(snapshot->survey.usage, text);
        break;
    case DIAGNOSIS_UNKNOWN:
        text_puts(text, snapshot->survey.has_usage ? snapshot->survey.verdict.sentence
                                                   : "The number of ports in use is unknown.");
        break;
    }
    if (finding_is_tight(main))
        blame_max_user_port(text, &snapshot->survey, main);
    print_others(text, diagnosis);
}

/* ---- doubt ------------------------------------------------------------ */

/* Appends a reason why the evidence is weak. */
static void add_doubt(struct diagnosis *diagnosis, const char *sentence)
{
    if (diagnosis->doubt.length)
        text_puts(&diagnosis->doubt, " ");
    text_puts(&diagnosis->doubt, sentence);
    diagnosis->is_weak = true;
}

static void add_process_doubt(struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    const struct usage_count *use = main->is_program ? &main->program.use : &main->process.use;
    uint32_t held = use->by_state[PORT_CLOSE_WAIT] + use->by_state[PORT_BOUND];

    if (main->kind == DIAGNOSIS_LEAK && !finding_is_half(held, use->in_use))
        add_doubt(diagnosis,
                  "Most of these are open connections, so this may be normal load and not "
                  "a leak.");
}

static void add_hidden_doubt(const struct snapshot *snapshot, struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;

    if (main->kind != DIAGNOSIS_HIDDEN)
        return;
    if (main->is_by_events) {
        add_doubt(diagnosis,
                  "The only evidence is an event. For more, run maxport why --probe while "
                  "the problem lasts.");
        return;
    }
    if (main->protocol == PROTOCOL_TCP && !snapshot->sockets.has_bound)
        add_doubt(diagnosis,
                  "This Windows does not list bound, idle sockets, so an ordinary program "
                  "may use these ports.");
    if (!snapshot->survey.exclusions.is_known[main->protocol][FAMILY_IPV4])
        add_doubt(diagnosis,
                  "The excluded ports could not be read, so these ports may be excluded.");
}

static void print_doubt(const struct snapshot *snapshot, struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    enum confidence confidence = snapshot->survey.running_confidence[main->protocol][main->family];

    if (main->kind == DIAGNOSIS_HEALTHY || main->kind == DIAGNOSIS_UNKNOWN)
        return;
    add_process_doubt(diagnosis);
    add_hidden_doubt(snapshot, diagnosis);
    if (main->kind == DIAGNOSIS_CHURN && main->is_by_events)
        add_doubt(diagnosis,
                  "The only evidence is that event; enough ports are free at this moment.");
    if (snapshot->survey.usage[main->protocol].is_partial)
        add_doubt(diagnosis, "The table kept growing while it was read, so more ports are in use "
                             "than counted.");
    if (confidence == CONFIDENCE_INFERRED || confidence == CONFIDENCE_UNKNOWN)
        add_doubt(diagnosis, "Windows did not report the running range; it was calculated and may "
                             "be wrong.");
}

/* ---- the culprit ------------------------------------------------------ */

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
            text_puts(text, "Display names of its services: ");
        } else {
            text_puts(text, "; ");
        }
        text_name(text, service->display);
    }
    if (text)
        text_puts(text, ".");
}

/* Adds path, account and start of the process, and the command that shows the rest. */
static void show_details(const struct snapshot *snapshot, uint32_t process,
                         struct sentences *culprit)
{
    struct process_details details;
    struct fault fault = {.kind = FAULT_NONE};
    struct text *text;

    if (process_has_details(process) &&
        process_details_read(snapshot->process_source, &snapshot->processes, process,
                             snapshot->sockets.taken_unix_ms, false, &details, &fault)) {
        process_details_print(&details, snapshot->survey.offset_seconds, sentences_add(culprit));
        process_details_release(&details);
    } else if (fault.kind != FAULT_NONE && fault.kind != FAULT_UNAVAILABLE) {
        text = sentences_add(culprit);
        text_safe(text, fault.text, strlen(fault.text));
    }
    if (fault.kind == FAULT_MISSING)
        return;
    text_puts(sentences_add(culprit), process_has_details(process)
                                          ? "To list its sockets and show its command line:"
                                          : "To list its sockets:");
    sentences_command(culprit, "maxport ports --pid %lu", (unsigned long)process);
}

static const char reserved_words[] =
    "Windows does not report who excluded these ports. Blocks of 64 were seen on Kubernetes nodes, "
    "where the Host Network Service (HNS) reserves them, and blocks of 100 with Hyper-V, WSL and "
    "Docker Desktop.";

/* Names the program that probably connects to the endpoint. process 0: the program is unknown. */
static void name_connecting(const struct snapshot *snapshot, uint32_t process,
                            const struct remote_end *remote, struct sentences *culprit)
{
    struct text *text = sentences_add(culprit);

    if (process) {
        text_puts(text, "Probably ");
        snapshot_name(snapshot, process, text);
        text_puts(text, " (inferred), which connects to ");
    } else {
        text_puts(text, snapshot->sockets.has_owners
                            ? "Unknown: no program was seen connected to "
                            : "Unknown: this Windows does not report which program connects to ");
    }
    remote_end_print(remote, text);
    text_puts(text, ".");
}

static void name_destination(const struct snapshot *snapshot, const struct finding *main,
                             struct sentences *culprit)
{
    uint32_t first = main->owner_count ? main->owners[0].process : 0;
    uint32_t second = main->second_owner.process;
    struct text *text;

    if (main->kind == DIAGNOSIS_CHURN) {
        name_connecting(snapshot, first, &main->remote, culprit);
        if (first)
            show_details(snapshot, first, culprit);
        if (!finding_has_second(main))
            return;
        name_connecting(snapshot, second, &main->second, culprit);
        if (second && second != first)
            show_details(snapshot, second, culprit);
        return;
    }
    text = sentences_add(culprit);
    text_puts(text, "The destination ");
    remote_end_print(&main->remote, text);
    text_puts(text, ".");
}

static void name_culprit(const struct snapshot *snapshot, struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    struct sentences *culprit = &diagnosis->culprit;

    if (main->kind == DIAGNOSIS_HEALTHY || main->kind == DIAGNOSIS_UNKNOWN)
        return;
    if (main->kind == DIAGNOSIS_RESERVED) {
        text_puts(sentences_infer(culprit), reserved_words);
        return;
    }
    if (main->is_program) {
        top_program_print(&main->program, sentences_add(culprit));
    } else if (finding_blames_process(main)) {
        snapshot_name(snapshot, main->process.process, sentences_add(culprit));
        name_display(snapshot, main->process.process, culprit);
        show_details(snapshot, main->process.process, culprit);
    }
    if (finding_blames_remote(main))
        name_destination(snapshot, main, culprit);
    if (!culprit->count)
        text_puts(sentences_add(culprit), "Unknown.");
}

/* ---- missing data ----------------------------------------------------- */

static void note_unseen_exclusions(const struct snapshot *snapshot, struct sentences *unseen)
{
    const struct exclusions *exclusions = &snapshot->survey.exclusions;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const char *why = exclusions->why[p][f];

            if (exclusions->is_known[p][f])
                continue;
            sentences_note_unseen(
                unseen,
                "At least one list of excluded ports (netsh interface ipv4|ipv6 show "
                "excludedportrange protocol=tcp|udp) could not be read.",
                why);
            return; /* one sentence is enough: other lists usually fail for the same reason */
        }
}

static void show_unseen(const struct snapshot *snapshot, const struct probe *probe,
                        struct diagnosis *diagnosis)
{
    struct sentences *unseen = &diagnosis->unseen;
    struct blind_view view = blind_view_of(snapshot);

    if (!snapshot->survey.has_usage) {
        sentences_note_unseen(unseen, "The socket tables could not be read.",
                              snapshot->survey.usage_fault.text);
        return;
    }
    blind_spots_list(&view, sentences_copy, unseen);
    if (!snapshot->events.is_known)
        sentences_note_unseen(unseen,
                              "Events 4227, 4231 and 4266 of the System log could not be read.",
                              snapshot->events.why);
    if (os_at_least(&snapshot->survey.os, 6, 0, 0))
        note_unseen_exclusions(snapshot, unseen);
    for (int p = 0; probe && p < PROTOCOL_COUNT; p++)
        if (!probe->parts[p].was_done) {
            struct text *text = sentences_add(unseen);

            text_printf(text, "%s ports were not probed: ", protocol_name((enum protocol)p));
            text_safe(text, probe->parts[p].why.text, strlen(probe->parts[p].why.text));
        }
}

/* ---- diagnosis -------------------------------------------------------- */

static bool is_whole(const struct diagnosis *diagnosis)
{
    return !diagnosis->verdict.is_broken && !diagnosis->doubt.is_broken &&
           sentences_are_whole(&diagnosis->evidence) && sentences_are_whole(&diagnosis->culprit) &&
           sentences_are_whole(&diagnosis->now) && sentences_are_whole(&diagnosis->after_restart) &&
           sentences_are_whole(&diagnosis->unseen);
}

/* Makes the findings of both families, the worse one first. A family that could not be read counts
 * only if the other one could not be read either. */
static bool make_findings(const struct snapshot *snapshot, const struct probe *probe,
                          enum protocol protocol, struct diagnosis *diagnosis, struct fault *fault)
{
    struct finding of[FAMILY_COUNT];
    bool is_6;

    for (int f = 0; f < FAMILY_COUNT; f++)
        if (!finding_make(snapshot, probe, (struct pool){protocol, (enum family)f}, &of[f], fault))
            return false;
    is_6 = of[FAMILY_IPV6].kind != DIAGNOSIS_UNKNOWN &&
           (of[FAMILY_IPV4].kind == DIAGNOSIS_UNKNOWN ||
            finding_is_worse(&of[FAMILY_IPV6], &of[FAMILY_IPV4]));
    diagnosis->of[protocol] = of[is_6 ? FAMILY_IPV6 : FAMILY_IPV4];
    diagnosis->beside[protocol] = of[is_6 ? FAMILY_IPV4 : FAMILY_IPV6];
    return true;
}

bool diagnosis_make(const struct snapshot *snapshot, const struct probe *probe,
                    struct diagnosis *diagnosis, struct fault *fault)
{
    struct finding *of = diagnosis->of;
    bool is_udp;

    memset(diagnosis, 0, sizeof *diagnosis);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        if (!make_findings(snapshot, probe, (enum protocol)p, diagnosis, fault))
            return false;
    is_udp = finding_is_worse(&of[PROTOCOL_UDP], &of[PROTOCOL_TCP]);
    diagnosis->main = of[is_udp ? PROTOCOL_UDP : PROTOCOL_TCP];
    print_verdict(snapshot, probe, diagnosis);
    print_doubt(snapshot, diagnosis);
    evidence_show(snapshot, probe, &diagnosis->main,
                  &diagnosis->beside[is_udp ? PROTOCOL_UDP : PROTOCOL_TCP],
                  &of[is_udp ? PROTOCOL_TCP : PROTOCOL_UDP], &diagnosis->evidence);
    name_culprit(snapshot, diagnosis);
    advice_now(snapshot, &diagnosis->main, &diagnosis->now);
    advice_after_restart(snapshot, &diagnosis->main, &diagnosis->after_restart);
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
