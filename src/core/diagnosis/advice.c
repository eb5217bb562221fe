#include "core/diagnosis/advice.h"

#include <string.h>

#include "core/base/quote.h"
#include "core/diagnosis/kernel_advice.h"
#include "core/rules/capacity.h"
#include "core/rules/setting.h"
#include "core/system/process_details.h"

enum { SHORT_WAIT_SECONDS = 30 };

/* ---- processes -------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (ascii_compare(name, *names) == 0)
            return true;
    return false;
}

enum origin { ORIGIN_WINDOWS, ORIGIN_ELSEWHERE, ORIGIN_UNKNOWN };

/* Returns whether a program is of Windows, because any user can give a program such a name. */
static enum origin origin_of(const struct snapshot *snapshot, uint32_t process)
{
    struct process_details details;
    struct fault ignored;
    enum origin result = ORIGIN_UNKNOWN;

    if (!process_details_read(snapshot->process_source, &snapshot->processes, process,
                              snapshot->sockets.taken_unix_ms, false, &details, &ignored))
        return result;
    if (details.state[DETAIL_PATH] == DETAIL_KNOWN)
        result = details.is_in_system_folder ? ORIGIN_WINDOWS : ORIGIN_ELSEWHERE;
    process_details_release(&details);
    return result;
}

/* The programs and services below cannot be ended without a restart of Windows (docs/windows.md,
 * "Processes and services"). For lsm.exe this is inferred; for the others it is documented. */
bool advice_is_vital(const struct snapshot *snapshot, uint32_t process)
{
    const struct process *row = processes_find(&snapshot->processes, process);
    static const char *const programs[] = {"smss.exe",     "csrss.exe",   "wininit.exe",
                                           "winlogon.exe", "logonui.exe", "services.exe",
                                           "lsass.exe",    "lsm.exe",     NULL};
    static const char *const services[] = {"RpcSs", "DcomLaunch", "PlugPlay", NULL};

    for (size_t i = 0; i < snapshot->services.count; i++)
        if (snapshot->services.rows[i].process == process &&
            is_one_of(snapshot->services.rows[i].name, services))
            return true;
    return process == SYSTEM_PROCESS || (row && is_one_of(row->name, programs) &&
                                         origin_of(snapshot, process) != ORIGIN_ELSEWHERE);
}

static size_t count_services(const struct snapshot *snapshot, uint32_t process)
{
    size_t count = 0;

    for (size_t i = 0; i < snapshot->services.count; i++)
        count += snapshot->services.rows[i].process == process;
    return count;
}

static void advise_services(const struct snapshot *snapshot, uint32_t process, size_t count,
                            struct sentences *sentences)
{
    struct text *text = sentences_add(sentences);
    const char *between = "";

    text_puts(text, count == 1 ? "Restart the service " : "Restart the services ");
    for (size_t i = 0; i < snapshot->services.count; i++) {
        const struct service *service = &snapshot->services.rows[i];

        if (service->process != process)
            continue;
        text_puts(text, between);
        text_name(text, service->name);
        between = ", ";
    }
    text_printf(text,
                " (services.msc): its process ends and releases its ports.%s If Windows does "
                "not allow you to restart the service, restart Windows.",
                count == 1 ? ""
                           : " The services share one process, and the tables do not show which "
                             "of them uses the ports.");
}

void advice_on_process(const struct snapshot *snapshot, uint32_t process,
                       struct sentences *sentences)
{
    const struct process *row = processes_find(&snapshot->processes, process);
    const char *name = row ? row->name : "";
    size_t count = count_services(snapshot, process);
    char pool[300];
    struct text *text;

    if (process == SYSTEM_PROCESS) {
        kernel_advice_add(snapshot, sentences);
        return;
    }
    if (advice_is_vital(snapshot, process)) {
        text = sentences_add(sentences);
        text_puts(text, "Do not end or restart ");
        snapshot_name(snapshot, process, text);
        text_puts(text, ": Windows would probably stop. To free these ports, restart Windows.");
        if (!count && origin_of(snapshot, process) == ORIGIN_UNKNOWN)
            text_puts(text, " The path of the program is not readable: first check whether it is "
                            "the program of Windows, because any user can give a program this "
                            "name.");
        return;
    }
    if (row && snapshot->detail &&
        snapshot->detail->detail(snapshot->detail->context, process, name, pool, sizeof pool)) {
        text = sentences_add(sentences);
        text_puts(text, "In IIS Manager, recycle application pool ");
        text_name(text, pool);
        text_puts(text, ". Its process ends and releases its ports.");
        return;
    }
    if (count) {
        advise_services(snapshot, process, count, sentences);
        return;
    }
    text = sentences_add(sentences);
    if (ascii_compare(name, "svchost.exe") == 0 &&
        origin_of(snapshot, process) != ORIGIN_ELSEWHERE) {
        text_puts(text, "The services in ");
        snapshot_name(snapshot, process, text);
        text_puts(text, " are unknown. List them and restart one of them, but never RpcSs, "
                        "DcomLaunch or PlugPlay:");
        sentences_command(sentences, "tasklist /svc /fi \"PID eq %lu\"", (unsigned long)process);
        return;
    }
    text_puts(text, "Close or restart ");
    snapshot_name(snapshot, process, text);
    text_puts(text,
              ": when it ends, Windows frees its ports, except those of connections in TIME_WAIT.");
}

/* ---- a wider range, now ----------------------------------------------- */

/* Returns the smallest range of the table below that has at least 25 % more ports than `running`;
 * if there is none, the count of the result is 0. A larger range starts lower and contains more
 * registered ports of servers (IANA registers ports up to 49151). */
static struct port_range wider_than(struct port_range running)
{
    static const struct port_range wider[] = {
        {32768, 32768}, {10000, 55536}, {RANGE_START_MINIMUM, 64511}};

    for (size_t i = 0; i < sizeof wider / sizeof *wider; i++)
        if ((uint64_t)wider[i].count * 4 >= (uint64_t)running.count * 5)
            return wider[i];
    return (struct port_range){0, 0};
}

struct port_range advice_wider_range(const struct survey *survey, enum protocol protocol,
                                     enum family family)
{
    const struct running_range *running = &survey->running[protocol][family];

    if (!running->is_known || !os_at_least(&survey->os, 6, 0, 0))
        return (struct port_range){0, 0};
    return survey_lost_ports(survey, protocol, family)
               ? range_default(&survey->os, protocol, family)
               : wider_than(running->range);
}

static void advise_range(const struct snapshot *snapshot, const struct finding *main,
                         struct sentences *now)
{
    const struct survey *survey = &snapshot->survey;
    const struct running_range *running = &survey->running[main->protocol][main->family];
    struct port_range wider = advice_wider_range(survey, main->protocol, main->family);
    char more[NUMBER_SIZE], command[RANGE_COMMAND_SIZE];

    if (!wider.count)
        return;
    text_printf(sentences_add(now),
                "Widen the running %s range over %s: %s more ports, immediately and without a "
                "restart. Microsoft calls this a stopgap%s. To preview the change, add --dry-run.",
                protocol_name(main->protocol), family_name(main->family),
                number_string(more, wider.count - running->range.count),
                main->kind == DIAGNOSIS_RESERVED ? ""
                                                 : "; also fix the program that uses up the ports");
    sentences_command(now, "%s", range_command(command, wider, main->protocol, main->family));
}

/* ---- remedies now ----------------------------------------------------- */

static void advise_on_owners(const struct snapshot *snapshot, const struct finding *main,
                             struct sentences *now)
{
    uint32_t seconds = advice_wait_seconds(snapshot, main->family);
    struct text *text = sentences_add(now);

    if (main->owner_count) {
        uint32_t owner = main->owners[0].process;

        text_puts(text, advice_is_vital(snapshot, owner) ? "Slow down, but never end, "
                                                         : "Slow down or stop ");
        snapshot_name(snapshot, owner, text);
        text_puts(text, " (the probable owner, inferred); its ports in TIME_WAIT then become "
                        "free without further action");
    } else {
        text_printf(text,
                    "Slow down or stop the program that %s; its ports in TIME_WAIT then become "
                    "free without further action",
                    finding_blames_remote(main) ? "connects to this destination so often"
                                                : "opens and closes so many connections");
    }
    if (seconds && !finding_measured_longer_wait(main, seconds) &&
        !finding_has_unlikely_wait(main, seconds))
        text_printf(text, " within %u seconds", (unsigned)seconds);
    text_puts(text, ". To fix the cause, make the program keep connections open and reuse them "
                    "(keep-alive, connection pool).");
}

/* Advises to close or restart all processes of the program. */
static void advise_on_program(const struct finding *main, struct sentences *now)
{
    struct text *text = sentences_add(now);

    text_puts(text, "Close or restart the processes of ");
    text_name(text, main->program.name);
    text_puts(text, ": when they end, Windows frees their ports, except those of connections in "
                    "TIME_WAIT. To see them one by one:");
    sentences_command(now, "maxport ports --by process");
}

/* Adds the remedies for ports that are excluded in blocks. The recommended update is for build
 * 17763 only (docs/windows.md, "Excluded ports"). */
static void advise_on_reserved(const struct snapshot *snapshot, struct sentences *now)
{
    const struct os_version *os = &snapshot->survey.os;

    text_puts(sentences_infer(now),
              "Run fewer services or containers on this machine: each can reserve a block. To list "
              "the excluded ports:");
    sentences_command(now, "maxport range show");
    if (os_at_least(os, 10, 0, 17763) && !os_at_least(os, 10, 0, 17764))
        text_puts(sentences_infer(now),
                  "On a Kubernetes node, install the updates of April 2020 or later: KB4550969 is "
                  "reported to reserve fewer ports for load balancers.");
}

static void advise_on_hidden(const struct finding *main, struct sentences *now)
{
    struct text *text;

    if (main->is_by_events) {
        text = sentences_add(now);
        text_puts(text, "Run the diagnosis again while programs fail; --probe also tries ports "
                        "that look free:");
        sentences_command(now, "maxport why --probe");
        return;
    }
    text = sentences_infer(now);
    text_puts(text, "Stop these programs one at a time, and probe again: WSL (wsl --shutdown), "
                    "Docker Desktop, Hyper-V networking (the services winnat and hns). Users "
                    "report that these programs use ports that no table shows.");
    sentences_command(now, "maxport why --probe");
}

void advice_now(const struct snapshot *snapshot, const struct finding *main, struct sentences *now)
{
    switch (main->kind) {
    case DIAGNOSIS_HEALTHY:
        text_puts(sentences_add(now), "No action is needed. If programs fail anyway, run the "
                                      "diagnosis while they fail, and look for ports in use that "
                                      "no table shows:");
        sentences_command(now, "maxport why --probe");
        return;
    case DIAGNOSIS_UNKNOWN:
        text_puts(sentences_add(now), "Without the number of ports in use, no diagnosis is "
                                      "possible. To see what is missing:");
        sentences_command(now, "maxport status");
        return;
    case DIAGNOSIS_HIDDEN:
        advise_on_hidden(main, now);
        if (main->is_by_events)
            return;
        break;
    case DIAGNOSIS_RESERVED:
        advise_on_reserved(snapshot, now);
        break;
    case DIAGNOSIS_CHURN:
        advise_on_owners(snapshot, main, now);
        break;
    case DIAGNOSIS_LEAK:
    case DIAGNOSIS_UDP_LEAK:
    case DIAGNOSIS_DESTINATION_FULL:
    case DIAGNOSIS_POOL_FULL:
    case DIAGNOSIS_FILLING:
        if (main->is_program) {
            advise_on_program(main, now);
        } else if (finding_blames_process(main)) {
            advice_on_process(snapshot, main->process.process, now);
        } else {
            text_puts(sentences_add(now), "Close the program that uses the most ports, if it is "
                                          "not needed:");
            sentences_command(now, "maxport ports");
        }
        if (main->kind == DIAGNOSIS_DESTINATION_FULL)
            text_puts(sentences_infer(now),
                      "If the server offers a second address or port, direct some of the "
                      "connections to it: with an auto-reuse range, each destination has its own "
                      "ports.");
        break;
    }
    if (main->is_reserved && main->kind != DIAGNOSIS_RESERVED)
        advise_on_reserved(snapshot, now);
    if (!main->is_auto_reuse && !main->is_by_events)
        advise_range(snapshot, main, now);
}

/* ---- remedies with a restart ------------------------------------------ */

uint32_t advice_wait_seconds(const struct snapshot *snapshot, enum family family)
{
    const struct survey *survey = &snapshot->survey;
    struct figure wait;

    if (!survey->is_stored_known[SETTING_TCP_TIMED_WAIT_DELAY])
        return 0;
    wait = capacity_stored_wait(&survey->os, family, &survey->stored[SETTING_TCP_TIMED_WAIT_DELAY]);
    return wait.is_known && wait.value <= UINT16_MAX ? (uint32_t)wait.value : 0;
}

static void advise_max_user_port(const struct snapshot *snapshot, const struct finding *main,
                                 struct sentences *after)
{
    const struct survey *survey = &snapshot->survey;
    const struct running_range *running = &survey->running[main->protocol][main->family];
    const struct value *stored = &survey->stored[SETTING_MAX_USER_PORT];
    struct value highest = value_number(MAX_USER_PORT_MAXIMUM);
    bool is_stored = value_equal(stored, &highest);
    struct prediction prediction;
    char more[NUMBER_SIZE];
    struct text *text;

    if (!running->is_known || !survey->is_stored_known[SETTING_MAX_USER_PORT])
        return;
    survey_predict(survey, main->protocol, main->family, &highest, &prediction);
    if (!prediction.is_known || prediction.range.count <= running->range.count)
        return;
    text = prediction.confidence == CONFIDENCE_INFERRED ? sentences_infer(after)
                                                        : sentences_add(after);
    number_string(more, prediction.range.count - running->range.count);
    if (is_stored) {
        text_printf(text, "MaxUserPort is already %d; a restart provides", MAX_USER_PORT_MAXIMUM);
    } else {
        text_printf(text, "%s MaxUserPort; after a restart this provides",
                    after->count > 1 ? "Or raise" : "Raise");
        sentences_command(after, "maxport set %d", MAX_USER_PORT_MAXIMUM);
    }
    text_printf(text, " %s more %s ports (range %u-%u).", more, protocol_name(main->protocol),
                (unsigned)prediction.range.start, (unsigned)range_end(prediction.range));
}

static void advise_reset(const struct snapshot *snapshot, const struct finding *main,
                         struct sentences *after)
{
    const struct survey *survey = &snapshot->survey;
    uint32_t fewer = survey_lost_ports(survey, main->protocol, main->family);
    char more[NUMBER_SIZE];

    /* If MaxUserPort has changed since Windows started, a restart alone may provide more
     * ports. */
    if (!fewer || !value_equal(&survey->stored[SETTING_MAX_USER_PORT], &survey->at_boot))
        return;
    text_printf(sentences_add(after),
                "Delete MaxUserPort; after a restart, Windows uses its default range, with %s more "
                "%s ports.",
                number_string(more, fewer), protocol_name(main->protocol));
    sentences_command(after, "maxport reset");
}

static void advise_timed_wait(const struct snapshot *snapshot, const struct finding *main,
                              struct sentences *after)
{
    uint32_t seconds = advice_wait_seconds(snapshot, main->family);

    if (main->kind != DIAGNOSIS_CHURN || seconds <= SHORT_WAIT_SECONDS)
        return;
    text_printf(sentences_add(after),
                "Keep closed connections in TIME_WAIT for %d seconds instead of %u seconds: ports "
                "become free %u.%u times as fast. With a shorter time, late packets of a closed "
                "connection may reach a new one on the same ports.",
                SHORT_WAIT_SECONDS, (unsigned)seconds, (unsigned)(seconds / SHORT_WAIT_SECONDS),
                (unsigned)(seconds * 10 / SHORT_WAIT_SECONDS % 10));
    sentences_command(after, "maxport set TcpTimedWaitDelay=%d", SHORT_WAIT_SECONDS);
}

void advice_after_restart(const struct snapshot *snapshot, const struct finding *main,
                          struct sentences *after)
{
    if (main->kind == DIAGNOSIS_HEALTHY || main->kind == DIAGNOSIS_UNKNOWN)
        return;
    if (!main->is_by_events && !main->is_auto_reuse) {
        advise_reset(snapshot, main, after);
        advise_max_user_port(snapshot, main, after);
    }
    advise_timed_wait(snapshot, main, after);
    if (main->is_by_events || main->kind == DIAGNOSIS_CHURN || main->kind == DIAGNOSIS_RESERVED)
        return;
    text_puts(sentences_add(after), "A restart frees the ports only until they fill up again, and "
                                    "hides the evidence. Save the evidence to a file first:");
    sentences_command(after, "maxport report");
}
