#include "core/change/plan_notes.h"

#include <stdio.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/journal/place_access.h"

/* A note names at most this many listeners and only counts the others, to stay readable. */
enum { LISTENERS_NAMED_MAX = 10 };

static bool note_foreign(struct plan *plan, const struct step *step, struct fault *fault)
{
    struct text shown;
    bool is_noted;

    if (step->before.kind != VALUE_RAW)
        return true;
    text_init(&shown);
    value_print(&step->before, &shown);
    is_noted = plan_note(plan, NOTE_INFO, fault,
                         "%s does not contain a number now (%s). maxport undo will restore these "
                         "bytes exactly.",
                         step->place.name, text_string(&shown));
    text_release(&shown);
    return is_noted;
}

static bool note_undocumented(struct plan *plan, const struct survey *survey,
                              const struct setting *setting, const struct value *wanted,
                              struct fault *fault)
{
    uint32_t minimum, maximum;
    struct text slip;
    bool is_noted;

    if (setting_accepts(setting, &survey->os, wanted))
        return true;
    setting_bounds(setting, &survey->os, &minimum, &maximum);
    text_init(&slip);
    setting_print_slip(setting, &survey->os, wanted, &slip);
    is_noted = plan_note(plan, NOTE_WARNING, fault,
                         "The effect of this %s is not documented. Documented numbers: %u to %u.%s",
                         setting->name, (unsigned)minimum, (unsigned)maximum, text_string(&slip));
    text_release(&slip);
    return is_noted;
}

struct port_range plan_range_now(const struct survey *survey, enum protocol p, enum family f)
{
    struct port_range none = {0, 0};

    if (survey->running[p][f].is_known)
        return survey->running[p][f].range;
    return survey->predicted[p][f].is_known ? survey->predicted[p][f].range : none;
}

static bool note_unknown_effect(struct plan *plan, const struct survey *survey,
                                const struct prediction *after, struct fault *fault)
{
    char count[NUMBER_SIZE];

    if (after->neighbour.count)
        return plan_note(plan, NOTE_WARNING, fault,
                         "The effect of this value on %s is unknown: %s If it behaves as on %s, "
                         "the TCP range becomes %u-%u (%s ports). Run maxport verify after the "
                         "restart.",
                         os_name(&survey->os), after->source, after->neighbour_name,
                         (unsigned)after->neighbour.start, (unsigned)range_end(after->neighbour),
                         number_string(count, after->neighbour.count));
    return plan_note(plan, NOTE_WARNING, fault,
                     "The effect of this value on %s is unknown: %s Run maxport verify after the "
                     "restart.",
                     os_name(&survey->os), after->source);
}

/* is_likely: no source covers this Windows, and `after` is the range of the most similar Windows.
 */
static bool note_gain_or_loss(struct plan *plan, const struct survey *survey,
                              struct port_range after, bool is_likely, struct fault *fault)
{
    struct port_range now = plan_range_now(survey, PROTOCOL_TCP, FAMILY_IPV4);
    char fewer[NUMBER_SIZE], was[NUMBER_SIZE], will[NUMBER_SIZE];
    struct text even;
    bool is_noted;

    if (!now.count || after.count >= now.count)
        return true;
    text_init(&even);
    /* Every range from MaxUserPort starts at the same port (1024 or 1025, depending on the version
     * of Windows), so a smaller MaxUserPort gives fewer ports. */
    if (after.start < now.start)
        text_printf(&even, " Every value below %u %s fewer than %s ports.",
                    (unsigned)(after.start + now.count - 1),
                    is_likely ? "would provide" : "provides", number_string(was, now.count));
    is_noted = plan_note(plan, NOTE_WARNING, fault,
                         "%s FEWER TCP ports: %s instead of %s, a loss of %s.%s",
                         is_likely ? "The range would then have" : "The range then has",
                         number_string(will, after.count), number_string(was, now.count),
                         number_string(fewer, now.count - after.count), text_string(&even));
    text_release(&even);
    return is_noted;
}

/* Adds notes if the range will start lower. On Vista and later the default range starts at 49152;
 * MaxUserPort moves the start down, to ports that services use. */
static bool note_low_start(struct plan *plan, const struct survey *survey, struct port_range after,
                           struct fault *fault)
{
    struct port_range now = plan_range_now(survey, PROTOCOL_TCP, FAMILY_IPV4);

    if (!os_at_least(&survey->os, 6, 0, 0) || !now.count || after.start >= now.start)
        return true;
    if (os_at_least(&survey->os, 10, 0, 0) &&
        !plan_note(
            plan, NOTE_WARNING, fault,
            "The TCP range would start at %u. Hyper-V, WSL and containers reserve blocks of ports "
            "inside this range, and would then reserve low ports too. On Windows 11 with "
            "MaxUserPort 65534, WSL mirrored networking was reported to fail (nmap PR #3499).",
            (unsigned)after.start))
        return false;
    return plan_note(
        plan, NOTE_INFO, fault,
        "For this Windows, Microsoft documents the command netsh int ipv4 set dynamicport tcp, not "
        "MaxUserPort. The command takes effect immediately. Whether MaxUserPort or a range set by "
        "netsh takes precedence after a restart is not documented.");
}

static bool note_other_ranges(struct plan *plan, const struct survey *survey, struct fault *fault)
{
    const struct prediction *udp = &plan->predicted_after[PROTOCOL_UDP][FAMILY_IPV4];

    if (survey->os.major == 5 && survey->os.role != OS_WORKSTATION &&
        !plan_note(
            plan, NOTE_WARNING, fault,
            "A DNS server with update MS08-037 then uses 2,500 random UDP ports from 1024 up to "
            "this value; to protect service ports, use ReservedPorts (KB812873)."))
        return false;
    if (!udp->is_known)
        return plan_note(plan, NOTE_INFO, fault, "The effect on the UDP range is unknown: %s",
                         udp->source);
    if (range_equal(udp->range, plan->predicted_before[PROTOCOL_UDP][FAMILY_IPV4].range))
        return plan_note(plan, NOTE_INFO, fault,
                         "The UDP range is expected to stay %u-%u (%s), so this change does not "
                         "help if UDP ports run out.",
                         (unsigned)udp->range.start, (unsigned)range_end(udp->range),
                         confidence_name(udp->confidence));
    return true;
}

static void append_listener(struct text *named, const struct processes *processes,
                            const struct socket_row *row)
{
    char name[300];

    text_printf(named, "%s%s%u (", named->length ? ", " : "",
                row->protocol == PROTOCOL_UDP ? "UDP " : "", (unsigned)row->local_port);
    if (row->owner == OWNER_UNKNOWN || row->owner == 0) {
        text_puts(named, "unknown process");
    } else {
        const struct process *process = processes_find(processes, row->owner);

        if (process) {
            processes_name(processes, row->owner, name);
            text_safe(named, name, strlen(name));
            text_puts(named, ", ");
        }
        text_printf(named, "PID %u", (unsigned)row->owner);
    }
    text_puts(named, ")");
}

/* Warns about programs that listen inside the new part of a range: while such a program is stopped,
 * Windows may assign its port to another program. tcp: the new TCP range, known or likely. UDP
 * is checked only if its prediction is known. */
static bool note_listeners(const struct machine *machine, const struct survey *survey,
                           struct port_range tcp, struct plan *plan, struct fault *fault)
{
    const struct prediction *udp = &plan->predicted_after[PROTOCOL_UDP][FAMILY_IPV4];
    struct port_range now[PROTOCOL_COUNT], after[PROTOCOL_COUNT] = {tcp, {0, 0}};
    struct sockets sockets;
    struct processes processes;
    struct text named;
    uint8_t seen[PROTOCOL_COUNT][ALL_PORTS / 8] = {{0}};
    size_t count = 0;
    struct fault own;
    bool is_done = true;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        now[p] = plan_range_now(survey, (enum protocol)p, FAMILY_IPV4);
    if (udp->is_known && now[PROTOCOL_UDP].count)
        after[PROTOCOL_UDP] = udp->range;
    sockets_init(&sockets);
    processes_init(&processes);
    text_init(&named);
    if (!machine->sockets.fetch(machine->sockets.context, SOCKETS_LISTENERS, &sockets, &own)) {
        is_done = plan_note(plan, NOTE_WARNING, fault,
                            "The programs that listen inside the new range could not be listed: %s",
                            own.text);
    } else if (!machine->processes.list(machine->processes.context, &processes, &own)) {
        processes_release(&processes);
        processes_init(&processes);
    }
    for (size_t i = 0; i < sockets.count; i++) {
        const struct socket_row *row = &sockets.rows[i];
        uint8_t *byte = &seen[row->protocol][row->local_port / 8];
        uint8_t bit = (uint8_t)(1u << row->local_port % 8);

        if ((row->protocol == PROTOCOL_TCP && row->state != STATE_LISTEN) ||
            !range_contains(after[row->protocol], row->local_port) ||
            range_contains(now[row->protocol], row->local_port) || (*byte & bit))
            continue;
        *byte |= bit;
        if (count++ < LISTENERS_NAMED_MAX)
            append_listener(&named, &processes, row);
    }
    if (is_done && count > LISTENERS_NAMED_MAX)
        text_printf(&named, " and %zu more", count - LISTENERS_NAMED_MAX);
    if (is_done && count)
        is_done =
            plan_note(plan, NOTE_WARNING, fault,
                      "%s inside the new range: port %s. While such a program is stopped, "
                      "Windows may assign its port to another program.",
                      count == 1 ? "A program listens" : "Programs listen", text_string(&named));
    text_release(&named);
    processes_release(&processes);
    sockets_release(&sockets);
    return is_done;
}

/* Warns if a MaxUserPort had no effect on this machine, now or according to the journal. */
static bool note_no_effect(const struct survey *survey, struct plan *plan, struct fault *fault)
{
    const struct journal_entry *recorded = survey_recorded_no_effect(survey);
    char time[TIME_SIZE];

    if (survey_ignores_max_user_port(survey, PROTOCOL_TCP, FAMILY_IPV4))
        return plan_note(
            plan, NOTE_WARNING, fault,
            "MaxUserPort has no effect on this machine: Windows started with MaxUserPort = %lu and "
            "uses its default range. Another number will probably have no effect either. To "
            "change the range, use maxport range set.",
            (unsigned long)survey->at_boot.number);
    return !recorded ||
           plan_note(plan, NOTE_WARNING, fault,
                     "MaxUserPort = %lu had no effect on this machine (recorded with change %llu, "
                     "%s). Another number will probably have no effect either. To change the "
                     "range, use maxport range set.",
                     (unsigned long)recorded->no_effect, (unsigned long long)recorded->id,
                     time_local_string(time, recorded->started_ms, survey->offset_seconds));
}

static bool note_max_user_port(const struct machine *machine, const struct survey *survey,
                               const struct step *step, struct plan *plan, struct fault *fault)
{
    const struct prediction *after = &plan->predicted_after[PROTOCOL_TCP][FAMILY_IPV4];
    struct port_range likely;

    plan->moves_range = true;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            plan->predicted_before[p][f] = survey->predicted[p][f];
            survey_predict(survey, (enum protocol)p, (enum family)f, &step->after,
                           &plan->predicted_after[p][f]);
        }
    likely = after->is_known ? after->range : after->neighbour;
    if (step->after.kind != VALUE_ABSENT && !note_no_effect(survey, plan, fault))
        return false;
    if (!after->is_known && !note_unknown_effect(plan, survey, after, fault))
        return false;
    if (likely.count && (!note_gain_or_loss(plan, survey, likely, !after->is_known, fault) ||
                         !note_low_start(plan, survey, likely, fault) ||
                         !note_listeners(machine, survey, likely, plan, fault)))
        return false;
    if (step->after.kind == VALUE_ABSENT)
        return true;
    return note_other_ranges(plan, survey, fault) &&
           plan_note(plan, NOTE_INFO, fault,
                     "A Group Policy preference or a configuration tool that sets this value may "
                     "overwrite it.");
}

static bool note_setting(const struct survey *survey, const struct setting *setting,
                         struct plan *plan, struct fault *fault)
{
    for (size_t i = 0; i < SETTING_NOTES_MAX && setting->notes[i].text; i++)
        if (os_at_least(&survey->os, setting->notes[i].major, setting->notes[i].minor, 0) &&
            !plan_note(plan, NOTE_INFO, fault, "%s", setting->notes[i].text))
            return false;
    return true;
}

/* Undo cannot unset a range. It can only set the previous numbers with netsh, which rejects a start
 * below 1025 (KB929851). */
static bool note_range_undo(const struct survey *survey, const struct step *step, struct plan *plan,
                            struct fault *fault)
{
    struct port_range before = step->before.range;
    const struct value *at_boot = &survey->at_boot;

    if (at_boot->kind == VALUE_NUMBER &&
        range_matches_max_user_port(&survey->os, before, at_boot->number))
        return plan_note(
            plan, NOTE_WARNING, fault,
            "This step cannot be undone exactly: the previous range, %u-%u, comes from "
            "MaxUserPort, but undo sets a range with netsh, not with MaxUserPort.%s",
            (unsigned)before.start, (unsigned)range_end(before),
            before.start < RANGE_START_MINIMUM
                ? " netsh is documented to refuse its start, so the undo may fail."
                : "");
    if (before.start < RANGE_START_MINIMUM)
        return plan_note(
            plan, NOTE_WARNING, fault,
            "This step cannot be undone exactly: the previous range starts at %u, and netsh is "
            "documented to refuse a start below %d.",
            (unsigned)before.start, RANGE_START_MINIMUM);
    return plan_note(plan, NOTE_INFO, fault,
                     "netsh cannot unset a range, so undo writes the previous numbers.");
}

static bool note_range(const struct machine *machine, const struct survey *survey,
                       const struct step *step, struct plan *plan, struct fault *fault)
{
    struct port_range before = step->before.range;
    struct port_range after = step->after.range;
    char was[NUMBER_SIZE], will[NUMBER_SIZE];

    if (after.count < before.count &&
        !plan_note(plan, NOTE_WARNING, fault, "The new range has FEWER ports: %s instead of %s.",
                   number_string(will, after.count), number_string(was, before.count)))
        return false;
    if (!note_range_undo(survey, step, plan, fault))
        return false;
    if (survey->stored[SETTING_MAX_USER_PORT].kind != VALUE_ABSENT &&
        !plan_note(plan, NOTE_WARNING, fault,
                   "MaxUserPort is also set, and no source states which of the two takes "
                   "precedence after a restart. Run maxport verify after the restart."))
        return false;
    return step->place.protocol != PROTOCOL_TCP ||
           note_listeners(machine, survey, after, plan, fault);
}

bool plan_notes_add(const struct machine *machine, const struct survey *survey, struct plan *plan,
                    struct fault *fault)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct step *step = &plan->steps[i];
        const struct setting *setting = setting_of_place(&step->place);

        if (!note_foreign(plan, step, fault) ||
            (step->place.kind == PLACE_RANGE && !note_range(machine, survey, step, plan, fault)))
            return false;
        if (!setting)
            continue;
        plan->needs_restart |= setting->needs_restart && !survey_started_with(survey, step);
        if (!note_undocumented(plan, survey, setting, &step->after, fault) ||
            !note_setting(survey, setting, plan, fault) ||
            (setting == setting_at(SETTING_MAX_USER_PORT) &&
             !note_max_user_port(machine, survey, step, plan, fault)))
            return false;
    }
    return true;
}
