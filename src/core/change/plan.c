#include "core/change/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/journal/place_access.h"

/* More listeners than this are counted, not named: a screen has an end. */
enum { LISTENERS_NAMED_MAX = 10 };

void plan_init(struct plan *plan)
{
    memset(plan, 0, sizeof *plan);
}

void plan_release(struct plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++)
        step_release(&plan->steps[i]);
    free(plan->steps);
    for (size_t i = 0; i < plan->note_count; i++)
        free(plan->notes[i].text);
    free(plan->notes);
    plan_init(plan);
}

bool plan_note(struct plan *plan, enum note_kind kind, struct fault *fault, const char *format, ...)
{
    struct note *notes = realloc(plan->notes, (plan->note_count + 1) * sizeof *notes);
    va_list arguments;
    char *copy = NULL;
    int length;

    if (!notes)
        return fault_no_memory(fault);
    plan->notes = notes;
    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0)
        copy = malloc((size_t)length + 1);
    if (!copy)
        return fault_no_memory(fault);
    va_start(arguments, format);
    vsnprintf(copy, (size_t)length + 1, format, arguments);
    va_end(arguments);
    notes[plan->note_count++] = (struct note){kind, copy};
    return true;
}

/* ---- notes ------------------------------------------------------------ */

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

    if (setting_accepts(setting, &survey->os, wanted))
        return true;
    setting_bounds(setting, &survey->os, &minimum, &maximum);
    return plan_note(plan, NOTE_WARNING, fault,
                     "The effect of this %s is not documented; only numbers from %u to %u are.",
                     setting->name, (unsigned)minimum, (unsigned)maximum);
}

/* The range that programs are served from now, as far as anybody can say. */
static struct port_range present_range(const struct survey *survey, enum protocol p, enum family f)
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

/* is_likely: nobody knows, but the nearest Windows with a source does this. */
static bool note_gain_or_loss(struct plan *plan, const struct survey *survey,
                              struct port_range after, bool is_likely, struct fault *fault)
{
    struct port_range now = present_range(survey, PROTOCOL_TCP, FAMILY_IPV4);
    char fewer[NUMBER_SIZE], was[NUMBER_SIZE], will[NUMBER_SIZE];
    struct text even;
    bool is_noted;

    if (!now.count || after.count >= now.count)
        return true;
    text_init(&even);
    /* Counted from where this range starts: 1024, and 1025 on Vista and Server 2008. */
    if (after.start < now.start)
        text_printf(&even, " So does every value below %u, the break-even value with %s ports.",
                    (unsigned)(after.start + now.count - 1), number_string(was, now.count));
    is_noted = plan_note(plan, NOTE_WARNING, fault,
                         "%s FEWER TCP ports: %s instead of %s, a loss of %s.%s",
                         is_likely ? "It would then give" : "This gives",
                         number_string(will, after.count), number_string(was, now.count),
                         number_string(fewer, now.count - after.count), text_string(&even));
    text_release(&even);
    return is_noted;
}

/* Vista and later start their default range at 49152; a MaxUserPort pulls the
 * start down among the ports that services are registered on. */
static bool note_low_start(struct plan *plan, const struct survey *survey, struct port_range after,
                           struct fault *fault)
{
    struct port_range now = present_range(survey, PROTOCOL_TCP, FAMILY_IPV4);

    if (!os_at_least(&survey->os, 6, 0, 0) || !now.count || after.start >= now.start)
        return true;
    if (os_at_least(&survey->os, 10, 0, 0) &&
        !plan_note(plan, NOTE_WARNING, fault,
                   "The range would start at %u. Hyper-V, WSL and containers reserve blocks of "
                   "ports inside the range, and would then reserve low ports too. On Windows 11, "
                   "WSL mirrored networking was reported to fail for this reason (nmap PR #3499).",
                   (unsigned)after.start))
        return false;
    return plan_note(plan, NOTE_INFO, fault,
                     "On this Windows, Microsoft documents netsh int ipv4 set dynamicport tcp "
                     "instead, which takes effect immediately. Whether MaxUserPort or netsh "
                     "takes precedence after a restart is not documented.");
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
        processes_name(processes, row->owner, name);
        text_safe(named, name, strlen(name));
        text_printf(named, ", PID %u", (unsigned)row->owner);
    }
    text_puts(named, ")");
}

/* Listeners inside the part of a range that is new: while such a program is
 * stopped, Windows may give its port to another. tcp: the range to come, or the
 * likely one; UDP is only looked at where its own is known. */
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
        now[p] = present_range(survey, (enum protocol)p, FAMILY_IPV4);
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

static bool note_timed_wait(const struct survey *survey, struct plan *plan, struct fault *fault)
{
    if (!os_at_least(&survey->os, 6, 0, 0))
        return true;
    return plan_note(plan, NOTE_INFO, fault,
                     "TcpTimedWaitDelay is documented up to this Windows, but no measurement of "
                     "its effect was found. Some reports state that it also needs "
                     "StrictTimeWaitSeqCheck=1, which maxport does not write.");
}

/* Undo can only give netsh numbers, and netsh refuses a start below 1025 (KB929851). */
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
            "MaxUserPort, but undo can only set a range with netsh, and that range then takes "
            "its place.",
            (unsigned)before.start, (unsigned)range_end(before));
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
        !plan_note(plan, NOTE_WARNING, fault, "This gives FEWER ports: %s instead of %s.",
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

/* Taking a change back before the restart that it waited for needs none. */
static bool is_in_force(const struct survey *survey, const struct step *step,
                        const struct setting *setting)
{
    return setting == setting_at(SETTING_MAX_USER_PORT) && !survey->is_at_boot_doubtful &&
           value_equal(&step->after, &survey->at_boot);
}

static bool add_notes(const struct machine *machine, const struct survey *survey, struct plan *plan,
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
        plan->needs_restart |= setting->needs_restart && !is_in_force(survey, step, setting);
        if (!note_undocumented(plan, survey, setting, &step->after, fault))
            return false;
        if (setting == setting_at(SETTING_MAX_USER_PORT)) {
            if (!note_max_user_port(machine, survey, step, plan, fault))
                return false;
        } else if (!note_timed_wait(survey, plan, fault)) {
            return false;
        }
    }
    return true;
}

/* ---- making ----------------------------------------------------------- */

bool requests_are_distinct(const struct request *requests, size_t count, struct fault *fault)
{
    char label[PLACE_NAME_SIZE + 32];

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (place_equal(&requests[i].place, &requests[j].place))
                return fault_set(fault, FAULT_USAGE, 0,
                                 "%s was given more than once. Nothing "
                                 "was changed.",
                                 place_label(&requests[i].place, label));
    return true;
}

/* What the place holds once what is open is settled: that comes first. */
static bool read_settled(const struct machine *machine, const struct survey *survey,
                         const struct place *place, struct value *value, struct fault *fault)
{
    const struct value *settled = settling_value(&survey->settling, place);

    return settled ? value_copy(value, settled, fault)
                   : place_access_read(machine, place, value, fault);
}

static bool add_step(const struct machine *machine, const struct survey *survey,
                     const struct request *request, struct plan *plan, struct fault *fault)
{
    struct step *step = &plan->steps[plan->step_count];

    *step = (struct step){.place = request->place};
    if (!read_settled(machine, survey, &request->place, &step->before, fault))
        return false;
    if (value_equal(&step->before, &request->wanted)) {
        value_release(&step->before);
        plan->already_count++;
        plan->already = request->place;
        return true;
    }
    plan->step_count++; /* from here plan_release looks after it */
    return value_copy(&step->after, &request->wanted, fault);
}

bool plan_make(const struct machine *machine, const struct survey *survey,
               const struct request *requests, size_t request_count, struct plan *plan,
               struct fault *fault)
{
    bool is_made = requests_are_distinct(requests, request_count, fault);

    plan_init(plan);
    if (is_made && survey->settling_fault.kind != FAULT_NONE) {
        *fault = survey->settling_fault;
        is_made = false;
    }
    if (is_made) {
        plan->steps = calloc(request_count ? request_count : 1, sizeof *plan->steps);
        if (!plan->steps)
            is_made = fault_no_memory(fault);
    }
    for (size_t i = 0; is_made && i < request_count; i++)
        is_made = add_step(machine, survey, &requests[i], plan, fault);
    is_made = is_made && add_notes(machine, survey, plan, fault);
    if (!is_made)
        plan_release(plan);
    return is_made;
}

const struct place *plan_place(const struct plan *plan)
{
    return plan->step_count ? &plan->steps[0].place : &plan->already;
}

const struct value *plan_found(const struct plan *plan, const struct settling *settling)
{
    const struct value *found = settling_found(settling, plan_place(plan));

    if (found || !plan->step_count)
        return found;
    return &plan->steps[0].before;
}

/* Adds "MaxUserPort holds 5000, but change 3 left 65534" to the differences. */
static void add_difference(const struct step *step, const struct value *found, struct text *text)
{
    char label[PLACE_NAME_SIZE + 32];
    struct text safe;

    text_init(&safe);
    place_label(&step->place, label);
    text_safe(&safe, label, strlen(label));
    text_printf(text, " %s is now ", text_string(&safe));
    value_print(found, text);
    text_puts(text, "; after the change it was ");
    value_print(&step->after, text);
    text_puts(text, ", before the change ");
    value_print(&step->before, text);
    text_puts(text, ".");
    text_release(&safe);
}

static bool refuse_moved_on(const struct machine *machine, const struct survey *survey,
                            const struct step *steps, size_t step_count, struct fault *fault)
{
    struct text differences;
    bool is_same = true;

    text_init(&differences);
    for (size_t i = 0; i < step_count; i++) {
        struct value found = value_absent();

        if (!read_settled(machine, survey, &steps[i].place, &found, fault)) {
            text_release(&differences);
            return false;
        }
        /* Already back where it was: there is nothing to take back, and no harm. */
        if (!value_equal(&found, &steps[i].after) && !value_equal(&found, &steps[i].before)) {
            add_difference(&steps[i], &found, &differences);
            is_same = false;
        }
        value_release(&found);
    }
    if (!is_same)
        fault_set(fault, FAULT_STALE, 0,
                  "The registry has changed since that change.%s Nothing was changed. To restore "
                  "the values from before that change anyway, use --force.",
                  text_string(&differences));
    text_release(&differences);
    return is_same;
}

bool plan_make_reverse(const struct machine *machine, const struct survey *survey,
                       const struct step *steps, size_t step_count, bool is_forced,
                       struct plan *plan, struct fault *fault)
{
    struct request *requests;
    bool is_made;

    plan_init(plan);
    if (!is_forced && !refuse_moved_on(machine, survey, steps, step_count, fault))
        return false;
    requests = calloc(step_count ? step_count : 1, sizeof *requests);
    if (!requests)
        return fault_no_memory(fault);
    /* Newest first. The bytes stay the caller's: a request only borrows them. */
    for (size_t i = 0; i < step_count; i++) {
        requests[i].place = steps[step_count - 1 - i].place;
        requests[i].wanted = steps[step_count - 1 - i].before;
    }
    is_made = plan_make(machine, survey, requests, step_count, plan, fault);
    free(requests);
    return is_made;
}

bool step_is_fresh(const struct machine *machine, const struct step *step, struct fault *fault)
{
    struct value found = value_absent();
    bool is_same;

    if (!place_access_read(machine, &step->place, &found, fault))
        return false;
    is_same = value_equal(&found, &step->before);
    if (!is_same) {
        struct text shown;
        char label[PLACE_NAME_SIZE + 32];

        text_init(&shown);
        value_print(&found, &shown);
        text_puts(&shown, ", no longer ");
        value_print(&step->before, &shown);
        fault_set(fault, FAULT_STALE, 0,
                  "Another program changed %s in the meantime; the value is now %s. Nothing was "
                  "changed. Run the command again.",
                  place_label(&step->place, label), text_string(&shown));
        text_release(&shown);
    }
    value_release(&found);
    return is_same;
}

bool plan_is_fresh(const struct machine *machine, const struct plan *plan, struct fault *fault)
{
    for (size_t i = 0; i < plan->step_count; i++)
        if (!step_is_fresh(machine, &plan->steps[i], fault))
            return false;
    return true;
}

/* ---- printing --------------------------------------------------------- */

static void print_step(const struct step *step, size_t name_width, unsigned width,
                       struct text *text)
{
    char name[PLACE_NAME_SIZE + 32];
    struct text label, values;
    size_t columns;

    text_init(&label);
    text_init(&values);
    place_label(&step->place, name);
    text_puts(&label, "    ");
    text_safe(&label, name, strlen(name));
    columns = utf8_columns(text_string(&label)) - 4;
    text_printf(&label, "%*s  ", (int)(columns < name_width ? name_width - columns : 0), "");
    value_print(&step->before, &values);
    text_puts(&values, " -> ");
    value_print(&step->after, &values);
    text_wrap_labelled(text, text_string(&label), text_string(&values), width, 8);
    text->is_broken |= label.is_broken | values.is_broken;
    text_release(&label);
    text_release(&values);
}

static void print_range(struct port_range range, struct text *text)
{
    char count[NUMBER_SIZE];

    text_printf(text, "%u-%u (%s ports)", (unsigned)range.start, (unsigned)range_end(range),
                number_string(count, range.count));
}

static void print_gain(struct port_range now, struct port_range after, struct text *text)
{
    char count[NUMBER_SIZE];

    uint32_t difference =
        after.count > now.count ? after.count - now.count : now.count - after.count;

    if (difference)
        text_printf(text, "%s %s port%s", number_string(count, difference),
                    after.count > now.count ? "more" : "FEWER", difference == 1 ? "" : "s");
    else
        text_puts(text, range_equal(now, after) ? "no change" : "same number of ports");
}

static void print_effect(const struct plan *plan, const struct survey *survey, enum protocol p,
                         enum family f, unsigned width, struct text *text)
{
    const struct prediction *after = &plan->predicted_after[p][f];
    struct port_range now = present_range(survey, p, f);
    struct text label, line;

    text_init(&label);
    text_init(&line);
    text_printf(&label, "    %s %s", protocol_name(p), family_name(f));
    if (now.count)
        print_range(now, &line);
    else
        text_puts(&line, "unknown");
    text_puts(&line, " -> ");
    if (after->is_known)
        print_range(after->range, &line);
    else
        text_puts(&line, "unknown");
    text_wrap_labelled(text, text_string(&label), text_string(&line), width, 14);
    text->is_broken |= label.is_broken | line.is_broken;
    text_release(&label);
    text_release(&line);
    if (!after->is_known)
        return;
    if (now.count) {
        print_gain(now, after->range, &line);
        text_puts(&line, "; ");
    }
    text_puts(&line, confidence_name(after->confidence));
    text_wrap(text, text_string(&line), width, 16);
    text->is_broken |= line.is_broken;
    text_release(&line);
}

void plan_print(const struct plan *plan, const struct survey *survey, unsigned width,
                struct text *text)
{
    size_t name_width = 0;

    for (size_t i = 0; i < plan->step_count; i++) {
        char label[PLACE_NAME_SIZE + 32];
        size_t columns = utf8_columns(place_label(&plan->steps[i].place, label));

        if (columns > name_width && columns < 40)
            name_width = columns;
    }
    settling_print(&survey->settling, width, text);
    text_puts(text, "  Plan\n");
    for (size_t i = 0; i < plan->step_count; i++)
        print_step(&plan->steps[i], name_width, width, text);
    if (plan->moves_range) {
        text_puts(text, "\n  Dynamic range, now -> after a restart\n");
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++)
                print_effect(plan, survey, (enum protocol)p, (enum family)f, width, text);
    }
    if (plan->note_count)
        text_puts(text, "\n"
                        "  Before you apply\n");
    for (size_t i = 0; i < plan->note_count; i++) {
        const struct note *note = &plan->notes[i];

        text_wrap_labelled(text, note->kind == NOTE_WARNING ? "    ! " : "    - ", note->text,
                           width, 6);
    }
    if (plan->step_count) {
        text_puts(text, "\n");
        text_wrap_labelled(text, "  Takes effect",
                           plan->needs_restart ? setting_restart_words(&survey->os)
                           : plan->moves_range ? "immediately: Windows was started with this "
                                                 "value"
                                               : "immediately",
                           width, 16);
    }
}
