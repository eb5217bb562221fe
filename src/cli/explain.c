#include <string.h>

#include "cli/frame/commands.h"
#include "cli/frame/document.h"
#include "core/diagnosis/diagnosis.h"
#include "core/rules/capacity.h"
#include "core/rules/error_code.h"

/* The explanation and the related data of this machine. The snapshot and the diagnosis are those of
 * the command `why`, so that both commands state the same. */
struct view {
    const struct error_code *error_code;
    struct snapshot snapshot;
    struct diagnosis diagnosis;
    bool has_events;      /* the explanation needs events */
    struct events events; /* only events related to the code */
    struct memory memory;
};

/* ---- collecting ------------------------------------------------------- */

static bool is_wanted(const struct error_code *error_code, uint32_t id)
{
    for (size_t i = 0; i < ERROR_CODE_EVENTS_MAX && error_code->events[i]; i++)
        if (error_code->events[i] == id)
            return true;
    return false;
}

static void select_events(struct view *view)
{
    struct events *events = &view->events;
    size_t kept = 0;

    *events = view->snapshot.events;
    for (size_t i = 0; i < events->count; i++)
        if (is_wanted(view->error_code, events->rows[i].id))
            events->rows[kept++] = events->rows[i];
    events->count = kept;
}

static bool collect(const struct machine *machine, struct view *view, struct fault *fault)
{
    struct fault own;

    view->has_events = view->error_code->events[0] != 0;
    if (!snapshot_take(machine, SNAPSHOT_EVENTS, &view->snapshot, fault))
        return false;
    if (!diagnosis_make(&view->snapshot, NULL, &view->diagnosis, fault)) {
        snapshot_release(&view->snapshot);
        return false;
    }
    select_events(view);
    if (!machine->memory.read ||
        !machine->memory.read(machine->memory.context, &view->memory, &own))
        memset(&view->memory, 0, sizeof view->memory);
    return true;
}

/* Returns the rate that one destination sustains now, calculated as in the command `capacity`. */
static struct destination_rate take_destination_rate(const struct survey *survey,
                                                     enum family family)
{
    const struct running_range *running = &survey->running[PROTOCOL_TCP][family];
    struct port_range none = {0, 0};
    struct figure wait = survey->is_stored_known[SETTING_TCP_TIMED_WAIT_DELAY]
                             ? capacity_stored_wait(&survey->os, family,
                                                    &survey->stored[SETTING_TCP_TIMED_WAIT_DELAY])
                             : capacity_default_wait(&survey->os, family);

    return destination_rate_of_range(running->is_known ? running->range : none,
                                     survey->usage[PROTOCOL_TCP].excluded[family],
                                     survey->running_confidence[PROTOCOL_TCP][family], "", wait);
}

static const char *conclude_exclusions(const struct exclusions *exclusions)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (!exclusions->is_known[p][f] && !exclusions->count)
                return "The excluded ports of this machine are unknown.";
    return exclusions->count ? "If the refused port is in one of these ranges and the range is "
                               "not marked as administered, the exclusion is probably the cause."
                             : "No port is excluded here. Either another socket uses the port "
                               "exclusively, or the program sent a broadcast.";
}

/* Returns the more urgent finding of the protocols that are related to the code. */
static const struct finding *related_finding(const struct view *view)
{
    const struct finding *tcp = &view->diagnosis.of[PROTOCOL_TCP];
    const struct finding *udp = &view->diagnosis.of[PROTOCOL_UDP];
    unsigned ties = view->error_code->ties;

    if (!(ties & TIE_UDP))
        return tcp;
    return !(ties & TIE_TCP) || finding_is_worse(udp, tcp) ? udp : tcp;
}

static const char *conclude_time_wait(const struct finding *finding, bool has_logged)
{
    if (finding->kind == DIAGNOSIS_CHURN)
        return "Probably the cause now: many ports are in TIME_WAIT.";
    if (finding->kind == DIAGNOSIS_DESTINATION_FULL)
        return "Probably the cause now: one destination uses nearly all local ports.";
    if (finding_is_tight(finding))
        return "Possibly the cause now: few TCP ports are free.";
    return has_logged ? "Enough ports are free now, but the event log shows that connections "
                        "failed because of ports in TIME_WAIT."
                      : "Enough ports are free now. Either there was a short peak, or another "
                        "program uses the port.";
}

/* Returns a sentence that compares the diagnosis with the code. */
static const char *conclude(const struct view *view)
{
    const struct finding *finding = related_finding(view);
    unsigned ties = view->error_code->ties;
    bool has_logged = view->events.is_known && view->events.count;
    bool is_indirect = view->error_code->is_indirect;

    if (ties & TIE_EXCLUSIONS)
        return conclude_exclusions(&view->snapshot.survey.exclusions);
    if (finding->kind == DIAGNOSIS_UNKNOWN)
        return "Cannot determine whether a lack of ports is the cause now.";
    if (ties & TIE_TIME_WAIT)
        return conclude_time_wait(finding, has_logged);
    if (finding->level == VERDICT_FULL || finding->level == VERDICT_NEARLY_FULL)
        return is_indirect ? "Probably the cause now: almost no port is free."
                           : "The cause now: almost no port is free.";
    if (finding->kind == DIAGNOSIS_DESTINATION_FULL)
        return "Probably the cause now: one destination uses nearly all local ports.";
    if (finding_is_tight(finding) && !has_logged)
        return "Possibly the cause now: few ports are free.";
    if (is_indirect && !has_logged)
        return "Ports are free now, so a lack of ports is probably not the cause, unless there was "
               "a short peak.";
    return has_logged ? "Ports are free now, but the event log shows that they ran out."
                      : "Ports are free now. Either there was a short peak, or ports are in use "
                        "that no table shows, or the cause is different.";
}

/* Returns whether this build has the command in a line such as "maxport ports". */
static bool is_command(const char *line)
{
    enum { WORDS_MAX = 8 };
    char copy[80];
    char *words[WORDS_MAX];
    int count = 0, taken;

    strncpy(copy, line, sizeof copy - 1);
    copy[sizeof copy - 1] = '\0';
    for (char *word = strtok(copy, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        words[count++] = word;
    return count > 1 && commands_find(count - 1, words + 1, &taken);
}

/* Returns whether to print the advice. Advice to raise MaxUserPort is omitted if MaxUserPort is
 * already at its maximum. */
static bool is_advice(const struct view *view, const struct suggestion *advice)
{
    const struct value *stored = &view->snapshot.survey.stored[SETTING_MAX_USER_PORT];
    bool is_raised = stored->kind == VALUE_NUMBER && stored->number == MAX_USER_PORT_MAXIMUM;

    return is_command(advice->command) &&
           !(is_raised && strncmp(advice->command, "maxport set ", 12) == 0);
}

/* ---- the screen ------------------------------------------------------- */

enum { WORDS_COLUMN = 13 };

static void print_title(struct output *output, const struct error_code *error_code)
{
    struct text title;

    text_init(&title);
    if (error_code->kind == EXPLAINS_EVENT)
        text_printf(&title, "Event %lu of source Tcpip, %s: %s", (unsigned long)error_code->code,
                    error_code->name, error_code->title);
    else
        text_printf(&title, "Error %lu (0x%lx)%s%s: %s", (unsigned long)error_code->code,
                    (unsigned long)error_code->code, *error_code->name ? ", " : "",
                    error_code->name, error_code->title);
    output_style(output, STYLE_STRONG);
    output_paragraph(output, 0, "%s", text_string(&title));
    output_style(output, STYLE_NORMAL);
    output_puts(output, "\n");
    text_release(&title);
}

static void print_use(struct output *output, const struct view *view, enum protocol protocol)
{
    const struct usage *usage = &view->snapshot.survey.usage[protocol];
    enum family family = usage_fuller(usage);
    uint32_t available = usage_available(usage, family);
    const struct usage_count *count = &usage->family[family];
    char in_use[NUMBER_SIZE], of[NUMBER_SIZE], waiting[NUMBER_SIZE], share[SHARE_SIZE];
    struct text text;

    text_init(&text);
    if (!view->snapshot.survey.has_usage || !usage->is_available[family])
        text_puts(&text, "use unknown: the socket tables could not be read");
    else if (!available)
        text_puts(&text, "use unknown: the running range is unknown");
    else
        text_printf(&text, "%s of %s ports in use over %s (%s)",
                    number_string(in_use, count->in_use), number_string(of, available),
                    family_name(family), share_string(share, count->in_use, available));
    if (available && count->by_state[PORT_TIME_WAIT])
        text_printf(&text, ", %s of them in TIME_WAIT",
                    number_string(waiting, count->by_state[PORT_TIME_WAIT]));
    output_labelled(output, protocol == PROTOCOL_TCP ? "  TCP" : "  UDP", text_string(&text),
                    WORDS_COLUMN);
    text_release(&text);
}

static void print_destination_rate(struct output *output, const struct view *view)
{
    struct destination_rate rate = take_destination_rate(&view->snapshot.survey, FAMILY_IPV4);
    struct figure disputed = capacity_disputed_wait(&view->snapshot.survey.os);
    bool is_default =
        view->snapshot.survey.stored[SETTING_TCP_TIMED_WAIT_DELAY].kind == VALUE_ABSENT;
    char per_second[TENTHS_SIZE], ports[NUMBER_SIZE];
    struct text text;

    if (!destination_rate_is_known(&rate))
        return;
    text_init(&text);
    text_printf(&text,
                "%s new connections per second to one destination (%s ports / %u s in "
                "TIME_WAIT, %s)",
                tenths_string(per_second, destination_rate_tenths(&rate)),
                number_string(ports, rate.ports.value), (unsigned)rate.wait_seconds.value,
                confidence_name(rate.confidence));
    if (is_default && disputed.is_known)
        text_printf(&text,
                    "; half of that if TIME_WAIT lasts %u seconds, as other Microsoft pages state",
                    (unsigned)disputed.value);
    output_labelled(output, "  Capacity", text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

enum { EXCLUSIONS_SHOWN = 8 };

/* Prints the first EXCLUSIONS_SHOWN ranges of a list, e.g. "50000-50059*, 50160-50259". */
static void list_exclusions(const struct exclusions *exclusions, int p, int f, struct text *text)
{
    size_t count = 0;

    for (size_t i = 0; i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];

        if ((int)row->protocol != p || (int)row->family != f)
            continue;
        if (count < EXCLUSIONS_SHOWN)
            text_printf(text, "%s%u-%u%s", count ? ", " : "", (unsigned)row->range.start,
                        (unsigned)range_end(row->range), row->is_administered ? "*" : "");
        count++;
    }
    if (count > EXCLUSIONS_SHOWN)
        text_printf(text, " and %u more", (unsigned)(count - EXCLUSIONS_SHOWN));
    if (!count)
        text_puts(text, "none");
}

static void print_exclusions(struct output *output, const struct view *view)
{
    const struct exclusions *exclusions = &view->snapshot.survey.exclusions;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            struct text text;

            text_init(&text);
            text_printf(&text, "%s over %s: ", protocol_name((enum protocol)p),
                        family_name((enum family)f));
            if (exclusions->is_known[p][f])
                list_exclusions(exclusions, p, f, &text);
            else
                text_printf(&text, "unknown%s%s", *exclusions->why[p][f] ? ": " : "",
                            exclusions->why[p][f]);
            output_labelled(output, p || f ? "" : "  Excluded", text_string(&text), WORDS_COLUMN);
            text_release(&text);
        }
    if (exclusions_have_administered(exclusions)) {
        struct text text;

        text_init(&text);
        text_printf(&text, "* %s", exclusion_administered_words);
        output_labelled(output, "", text_string(&text), WORDS_COLUMN);
        text_release(&text);
    }
}

static void print_pool(struct output *output, const struct view *view)
{
    struct figure limit =
        capacity_pool_limit(&view->snapshot.survey.os, view->memory.physical_bytes);
    struct text text;

    text_init(&text);
    if (view->memory.is_pool_known) {
        size_print(view->memory.nonpaged_pool_bytes, &text);
        text_puts(&text, " of non-paged pool in use");
    } else {
        text_puts(&text, "non-paged pool use unknown");
    }
    if (limit.is_known) {
        text_puts(&text, "; limit ");
        size_print(limit.value, &text);
        text_printf(&text, " (%s)", confidence_name(limit.confidence));
    }
    output_labelled(output, "  Pool", text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

static void print_events(struct output *output, const struct view *view)
{
    const struct error_code *error_code = view->error_code;
    const struct events *events = &view->events;
    int32_t offset = view->snapshot.survey.offset_seconds;
    char time[TIME_SIZE], number[NUMBER_SIZE];
    struct text text;

    text_init(&text);
    for (size_t i = 0; i < ERROR_CODE_EVENTS_MAX && error_code->events[i]; i++)
        text_printf(&text, "%s%lu", i ? " and " : "", (unsigned long)error_code->events[i]);
    if (!events->is_known)
        text_printf(&text, ": the System log could not be read%s%s", *events->why ? ": " : "",
                    events->why);
    else if (!events->count)
        text_printf(&text, ": none in the System log in the last %d hours, which proves nothing",
                    SNAPSHOT_EVENTS_HOURS);
    else
        text_printf(&text, ": %s%s in the System log in the last %d hours, most recently at %s",
                    events->is_cut ? "at least " : "", number_string(number, events->count),
                    SNAPSHOT_EVENTS_HOURS,
                    time_local_string(time, events->rows[0].time_ms, offset));
    output_labelled(output, "  Events", text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

static void print_diagnosis(struct output *output, const struct diagnosis *diagnosis)
{
    bool is_fine = diagnosis->main.kind == DIAGNOSIS_HEALTHY;
    struct text text;

    text_init(&text);
    text_puts(&text, text_string(&diagnosis->verdict));
    if (diagnosis->is_weak)
        text_printf(&text, " The evidence is weak: %s", text_string(&diagnosis->doubt));
    output_style(output, is_fine ? STYLE_NORMAL : STYLE_WARNING);
    output_labelled(output, "  Verdict", text_string(&text), WORDS_COLUMN);
    output_style(output, STYLE_NORMAL);
    output->has_failed |= text.is_broken;
    text_release(&text);
}

static void print_machine(struct output *output, const struct view *view)
{
    unsigned ties = view->error_code->ties;

    output_style(output, STYLE_STRONG);
    output_puts(output, "\nThis machine now\n");
    print_diagnosis(output, &view->diagnosis);
    if (ties & TIE_TCP)
        print_use(output, view, PROTOCOL_TCP);
    if (ties & TIE_UDP)
        print_use(output, view, PROTOCOL_UDP);
    if (ties & TIE_TIME_WAIT)
        print_destination_rate(output, view);
    if (ties & TIE_EXCLUSIONS)
        print_exclusions(output, view);
    if (ties & TIE_POOL)
        print_pool(output, view);
    if (view->has_events)
        print_events(output, view);
    output_labelled(output, "  Result", conclude(view), WORDS_COLUMN);
}

static void print_next(struct output *output, const struct view *view)
{
    const struct error_code *error_code = view->error_code;
    size_t count = 0;

    output_puts(output, "\n");
    for (size_t i = 0; i < ERROR_CODE_ADVICE_MAX && error_code->advice[i].command; i++)
        if (is_advice(view, &error_code->advice[i]))
            output_suggestion(output, &count, error_code->advice[i].command,
                              error_code->advice[i].what);
}

static void print_screen(struct output *output, const struct view *view)
{
    const struct error_code *error_code = view->error_code;

    print_title(output, error_code);
    output_labelled(output, "  Meaning", error_code->meaning, WORDS_COLUMN);
    output_labelled(output, "  When", error_code->when, WORDS_COLUMN);
    for (size_t i = 0; i < ERROR_CODE_SOURCES_MAX && error_code->sources[i]; i++)
        output_labelled(output, i ? "" : "  Sources", error_code->sources[i], WORDS_COLUMN);
    print_machine(output, view);
    print_next(output, view);
}

/* ---- JSON ------------------------------------------------------------- */

static json_t *document_exclusions(const struct exclusions *exclusions)
{
    json_t *result = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *families = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++) {
            json_t *rows = exclusions->is_known[p][f] ? json_array() : json_null();

            for (size_t i = 0; i < exclusions->count && json_is_array(rows); i++)
                if ((int)exclusions->rows[i].protocol == p && (int)exclusions->rows[i].family == f)
                    json_array_append_new(
                        rows, json_pack("{s:I, s:I, s:b}", "start",
                                        (json_int_t)exclusions->rows[i].range.start, "count",
                                        (json_int_t)exclusions->rows[i].range.count,
                                        "is_administered", exclusions->rows[i].is_administered));
            json_object_set_new(families, family_key((enum family)f), rows);
        }
        json_object_set_new(result, protocol_key((enum protocol)p), families);
    }
    return result;
}

static json_t *document_events(const struct view *view)
{
    const struct events *events = &view->events;
    json_t *ids;

    if (!view->has_events)
        return json_null();
    ids = json_array();
    for (size_t i = 0; i < ERROR_CODE_EVENTS_MAX && view->error_code->events[i]; i++)
        json_array_append_new(ids, json_integer(view->error_code->events[i]));
    return json_pack("{s:o, s:i, s:o, s:b, s:o, s:b, s:o, s:o}", "ids", ids, "hours",
                     SNAPSHOT_EVENTS_HOURS, "since",
                     document_time(view->snapshot.survey.taken_ms -
                                   (int64_t)SNAPSHOT_EVENTS_HOURS * 3600 * 1000),
                     "is_known", events->is_known, "count",
                     events->is_known ? json_integer((json_int_t)events->count) : json_null(),
                     "is_cut", events->is_cut, "last",
                     events->is_known && events->count ? document_time(events->rows[0].time_ms)
                                                       : json_null(),
                     "why", document_text(events->why));
}

static json_t *document_machine(const struct view *view)
{
    const struct survey *survey = &view->snapshot.survey;
    unsigned ties = view->error_code->ties;
    struct destination_rate rate = take_destination_rate(survey, FAMILY_IPV4);
    json_t *result = json_object();

    json_object_set_new(result, "verdict",
                        json_pack("{s:s, s:s}", "kind", verdict_name(survey->verdict.kind), "text",
                                  survey->verdict.sentence));
    json_object_set_new(
        result, "diagnosis",
        json_pack("{s:s, s:o, s:o}", "kind", diagnosis_key(view->diagnosis.main.kind), "text",
                  document_text(text_string(&view->diagnosis.verdict)), "doubt",
                  view->diagnosis.is_weak ? document_text(text_string(&view->diagnosis.doubt))
                                          : json_null()));
    json_object_set_new(result, "usage", document_usage(survey));
    json_object_set_new(result, "per_second",
                        (ties & TIE_TIME_WAIT) && destination_rate_is_known(&rate)
                            ? json_pack("{s:f, s:I, s:I, s:s}", "value",
                                        (double)rate.ports.value / (double)rate.wait_seconds.value,
                                        "ports", (json_int_t)rate.ports.value, "time_wait_seconds",
                                        (json_int_t)rate.wait_seconds.value, "confidence",
                                        confidence_key(rate.confidence))
                            : json_null());
    json_object_set_new(result, "exclusions",
                        ties & TIE_EXCLUSIONS ? document_exclusions(&survey->exclusions)
                                              : json_null());
    json_object_set_new(result, "pool_in_use_bytes",
                        ties & TIE_POOL && view->memory.is_pool_known
                            ? json_integer((json_int_t)view->memory.nonpaged_pool_bytes)
                            : json_null());
    json_object_set_new(result, "events", document_events(view));
    json_object_set_new(result, "conclusion", json_string(conclude(view)));
    return result;
}

static json_t *make_document(const struct invocation *invocation, const struct view *view)
{
    const struct error_code *error_code = view->error_code;
    json_t *document = command_document(invocation);
    json_t *sources = json_array();
    json_t *next = json_array();

    for (size_t i = 0; i < ERROR_CODE_SOURCES_MAX && error_code->sources[i]; i++)
        json_array_append_new(sources, json_string(error_code->sources[i]));
    for (size_t i = 0; i < ERROR_CODE_ADVICE_MAX && error_code->advice[i].command; i++)
        if (is_advice(view, &error_code->advice[i]))
            json_array_append_new(next,
                                  json_pack("{s:s, s:s}", "command", error_code->advice[i].command,
                                            "what", error_code->advice[i].what));
    json_object_set_new(document, "time", document_time(view->snapshot.survey.taken_ms));
    json_object_set_new(document, "computer",
                        document_text(view->snapshot.survey.identity.computer));
    json_object_set_new(document, "windows", document_os(&view->snapshot.survey.os));
    json_object_set_new(document, "code", json_integer(error_code->code));
    json_object_set_new(document, "kind",
                        json_string(error_code->kind == EXPLAINS_EVENT ? "event" : "error"));
    json_object_set_new(document, "name", json_string(error_code->name));
    json_object_set_new(document, "title", json_string(error_code->title));
    json_object_set_new(document, "meaning", json_string(error_code->meaning));
    json_object_set_new(document, "when", json_string(error_code->when));
    json_object_set_new(document, "sources", sources);
    json_object_set_new(document, "machine", document_machine(view));
    json_object_set_new(document, "next", next);
    return document;
}

/* ---- the command ------------------------------------------------------ */

static bool run_explain(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct view view;
    bool is_done = true;

    memset(&view, 0, sizeof view);
    if (!error_code_find(invocation->arguments[0], &view.error_code, fault) ||
        !collect(invocation->machine, &view, fault))
        return false;
    if (output->is_json)
        is_done = output_json(output, make_document(invocation, &view), fault);
    else
        print_screen(output, &view);
    diagnosis_release(&view.diagnosis);
    snapshot_release(&view.snapshot);
    return is_done;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "explain an error code or event about ports on this machine",
    .arguments = "CODE",
    .examples = "maxport explain 10055|explain WSAENOBUFS\n"
                "maxport explain WSAEADDRINUSE|explain an error by its name\n"
                "maxport explain 4231|explain an event of source Tcpip\n",
    .details =
        "CODE is error 10055, 10048, 10013, 10060, 12002, 12029, 12058 or 258 (-2 of SQL "
        "Server), or event 4227, 4231 or 4266: a decimal number, hexadecimal after 0x, or a name. "
        "maxport explains the code and compares it with the diagnosis of maxport why and with the "
        "events of the last 24 hours.\n",
    .argument_minimum = 1,
    .argument_maximum = 1,
    .argument_missing = "explain needs a code, for example maxport explain 10055.",
    .run = run_explain,
};
