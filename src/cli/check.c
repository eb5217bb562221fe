#include <stdlib.h>
#include <string.h>

#include "cli/check_formats.h"
#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "cli/frame/options.h"
#include "cli/frame/run.h"

/* The first three have letters. */
enum {
    OPTION_WARNING = OPTION_OWN,
    OPTION_CRITICAL,
    OPTION_TIMEOUT,
    OPTION_FOR,
    OPTION_PROTOCOL,
    OPTION_FORMAT,
};

/* The guideline asks for a default of about 30 seconds. */
enum { TIMEOUT_SECONDS = 30, TIMEOUT_SECONDS_MAX = 86400 };
/* Programs of each protocol in the details. */
enum { TOP_PROGRAMS = 3 };

struct request {
    struct check_result result; /* what is checked */
    const struct check_format *format;
    uint32_t timeout_seconds;
    bool wants_details; /* the output names programs in an alert */
};

/* ---- options ---------------------------------------------------------- */

static const struct check_format *find_format(const char *name)
{
    for (size_t i = 0; i < CHECK_FORMAT_COUNT; i++)
        if (!name || ascii_compare(name, check_formats[i].name) == 0)
            return &check_formats[i];
    return NULL;
}

static bool find_figure(const char *name, enum check_figure *figure)
{
    for (int i = 0; i < CHECK_FIGURE_COUNT; i++)
        if (!name || ascii_compare(name, check_figures[i].name) == 0) {
            *figure = (enum check_figure)i;
            return true;
        }
    return false;
}

static bool find_protocol(const char *name, enum protocol *protocol)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        if (ascii_compare(name, protocol_key((enum protocol)p)) == 0) {
            *protocol = (enum protocol)p;
            return true;
        }
    return false;
}

/* Finds the figure and the protocol that the output names if the check fails. An invalid --for or
 * --protocol counts as not given. */
static void find_scope(const struct invocation *invocation, struct check_result *result)
{
    const char *protocol = options_find(invocation, "protocol");

    *result = (struct check_result){.figure = CHECK_USED};
    find_figure(options_find(invocation, "for"), &result->figure);
    result->has_protocol = protocol && find_protocol(protocol, &result->protocol);
}

static const struct check_format *format_of(const struct invocation *invocation)
{
    const struct check_format *format = find_format(options_find(invocation, "format"));

    return format && !invocation->output.is_json ? format : &check_formats[0];
}

static bool parse_protocol(const char *name, struct check_result *result, struct fault *fault)
{
    const struct check_figure_row *row = &check_figures[result->figure];

    result->has_protocol = name != NULL;
    if (!name)
        return true;
    if (!find_protocol(name, &result->protocol))
        return fault_set(fault, FAULT_USAGE, 0, "--protocol must be tcp or udp, not \"%.80s\".",
                         name);
    if (!row->has_protocol)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--protocol cannot be combined with --for %s, which is about the machine.",
                         row->name);
    if (row->is_tcp_only && result->protocol != PROTOCOL_TCP)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--for %s is about TCP only, so --protocol cannot be udp.", row->name);
    return true;
}

static bool parse_timeout(const char *text, uint32_t *seconds, struct fault *fault)
{
    size_t digits = text ? strspn(text, "0123456789") : 0;

    *seconds = TIMEOUT_SECONDS;
    if (!text)
        return true;
    if (digits > 0 && digits <= 5 && !text[digits]) {
        *seconds = (uint32_t)strtoul(text, NULL, 10);
        if (*seconds >= 1 && *seconds <= TIMEOUT_SECONDS_MAX)
            return true;
    }
    return fault_set(fault, FAULT_USAGE, 0,
                     "--timeout must be a whole number of seconds from 1 to %d, not \"%.80s\".",
                     TIMEOUT_SECONDS_MAX, text);
}

/* own: the default, which is not used if only one of the two ranges was given. */
static bool parse_range(const char *text, const char *own, const char *option,
                        struct check_range *range, struct fault *fault)
{
    *range = (struct check_range){.is_given = false};
    text = text ? text : own;
    return !text || check_range_parse(text, option, range, fault);
}

static bool parse(const struct invocation *invocation, struct request *request, struct fault *fault)
{
    const char *const *option = invocation->option;
    struct check_result *result = &request->result;
    const struct check_figure_row *row;

    *request = (struct request){.format = find_format(option[OPTION_FORMAT])};
    if (!request->format)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--format must be nagios, checkmk, npd or prtg, not \"%.80s\".",
                         option[OPTION_FORMAT]);
    if (invocation->output.is_json && option[OPTION_FORMAT])
        return fault_set(fault, FAULT_USAGE, 0,
                         "--json is a format of its own, so it cannot be combined with --format.");
    if (!find_figure(option[OPTION_FOR], &result->figure))
        return fault_set(fault, FAULT_USAGE, 0,
                         "--for must be used, timewait, bound, full-in, blocks64, destination or "
                         "restart-pending, not \"%.80s\".",
                         option[OPTION_FOR]);
    request->wants_details = request->format->has_details && !invocation->output.is_json &&
                             result->figure != CHECK_RESTART;
    row = &check_figures[result->figure];
    return parse_protocol(option[OPTION_PROTOCOL], result, fault) &&
           parse_timeout(option[OPTION_TIMEOUT], &request->timeout_seconds, fault) &&
           parse_range(option[OPTION_WARNING], row->warning, "--warning", &result->warning,
                       fault) &&
           parse_range(option[OPTION_CRITICAL], row->critical, "--critical", &result->critical,
                       fault);
}

/* ---- reading ---------------------------------------------------------- */

/* Takes samples for a trend, within a third of the time limit. */
static bool watch(const struct machine *machine, const struct request *request,
                  struct reading *reading, struct series *series, struct fault *fault)
{
    uint32_t limit_ms = request->timeout_seconds * 1000 / 3;

    series_init(series);
    return reading_watch(machine, limit_ms < READING_WATCH_MS ? limit_ms : READING_WATCH_MS,
                         reading, series, fault);
}

/* Returns whether a value is unknown now that was known before. */
static bool has_lost_value(const struct check_result *before, const struct check_result *now)
{
    for (size_t i = 0; i < now->count; i++)
        if (before->values[i].is_known && !now->values[i].is_known)
            return true;
    return false;
}

/* Only an alert names programs, because Windows needs longer to list the owners of ports. All
 * figures are then taken from the second reading, so that they agree. If this reading fails or
 * lacks a value, the first one stays. */
static void add_programs(const struct machine *machine, const struct series *series,
                         struct reading *reading, struct check_result *result)
{
    struct check_result first = *result;
    struct reading second;
    struct fault ignored;

    if (!reading_take(machine, TOP_PROGRAMS, &second, &ignored))
        return;
    check_take(&second, series, result);
    if (result->state == STATE_IS_UNKNOWN || has_lost_value(&first, result)) {
        *result = first;
        reading_release(&second);
        return;
    }
    reading_release(reading);
    *reading = second;
}

/* Returns whether at least half of the time limit is left, so that a second reading does not turn
 * an alert into a time-out. */
static bool has_time(const struct machine *machine, const struct request *request, int64_t begun_ms)
{
    int64_t passed_ms = machine->clock.monotonic_ms(machine->clock.context) - begun_ms;

    return passed_ms * 2 <= (int64_t)request->timeout_seconds * 1000;
}

/* Takes the reading and the values. On success the caller releases *reading. */
static bool take(const struct machine *machine, struct request *request, struct reading *reading,
                 struct fault *fault)
{
    struct check_result *result = &request->result;
    struct series *series = NULL;
    int64_t begun_ms = machine->clock.monotonic_ms(machine->clock.context);
    bool is_taken;

    if (!reading_take(machine, 0, reading, fault))
        return false;
    if (result->figure == CHECK_FULL_IN) {
        series = malloc(sizeof *series);
        is_taken =
            series ? watch(machine, request, reading, series, fault) : fault_no_memory(fault);
        if (!is_taken) {
            free(series);
            reading_release(reading);
            return false;
        }
    }
    check_take(reading, series, result);
    if ((result->state == STATE_IS_WARNING || result->state == STATE_IS_CRITICAL) &&
        request->wants_details && has_time(machine, request, begun_ms))
        add_programs(machine, series, reading, result);
    free(series);
    return true;
}

/* ---- printing --------------------------------------------------------- */

static json_t *make_document(const struct invocation *invocation, const struct request *request,
                             const struct reading *reading)
{
    const struct check_result *result = &request->result;
    json_t *document = command_document(invocation);
    struct text summary;

    text_init(&summary);
    check_print_summary(result, &summary);
    json_object_set_new(document, "time", document_time(reading->survey.taken_ms));
    json_object_set_new(document, "computer", document_text(reading->survey.identity.computer));
    json_object_set_new(document, "for", json_string(check_figures[result->figure].name));
    json_object_set_new(document, "state", json_string(check_state_key(result->state)));
    json_object_set_new(document, "text",
                        summary.is_broken ? NULL : document_text(text_string(&summary)));
    json_object_set_new(document, "warning",
                        result->warning.is_given ? json_string(result->warning.text) : json_null());
    json_object_set_new(document, "critical",
                        result->critical.is_given ? json_string(result->critical.text)
                                                  : json_null());
    json_object_set_new(document, "are_exclusions_known",
                        json_boolean(!result->are_exclusions_unknown));
    json_object_set_new(document, "values", check_values_document(result));
    text_release(&summary);
    return document;
}

static bool print(struct invocation *invocation, const struct request *request,
                  const struct reading *reading, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct text text;
    bool is_printed;

    invocation->exit_code = request->format->exit_codes[request->result.state];
    if (output->is_json)
        return output_json(output, make_document(invocation, request, reading), fault);
    text_init(&text);
    request->format->print(&request->result, reading, &text);
    is_printed = !text.is_broken || fault_no_memory(fault);
    if (is_printed)
        output_text(output, &text);
    text_release(&text);
    return is_printed;
}

static int fault_code(const struct invocation *invocation)
{
    return format_of(invocation)->exit_codes[STATE_IS_UNKNOWN];
}

static void print_fault(struct invocation *invocation, const struct fault *fault)
{
    struct check_result scope;
    struct text text;

    find_scope(invocation, &scope);
    text_init(&text);
    format_of(invocation)->print_failure(&scope, fault->text, &text);
    output_text(&invocation->output, &text);
    text_release(&text);
}

/* Prepares what is printed if the time runs out, and sets the deadline. */
static bool set_deadline(struct invocation *invocation, const struct request *request,
                         struct fault *fault)
{
    const struct deadline_source *deadline = &invocation->machine->deadline;
    struct fault late;
    struct text words;
    bool is_set;

    fault_set(&late, FAULT_UNAVAILABLE, 0, "Windows did not answer within %lu seconds.",
              (unsigned long)request->timeout_seconds);
    text_init(&words);
    if (invocation->output.is_json)
        run_describe_fault(invocation->command->name, &late, fault_code(invocation), &words);
    else
        request->format->print_failure(&request->result, late.text, &words);
    is_set = words.is_broken ? fault_no_memory(fault)
                             : deadline->set(deadline->context, request->timeout_seconds * 1000,
                                             text_string(&words), fault_code(invocation), fault);
    text_release(&words);
    return is_set;
}

static bool run_check(struct invocation *invocation, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct request request;
    struct reading reading;
    bool is_done;

    if (!parse(invocation, &request, fault) || !set_deadline(invocation, &request, fault))
        return false;
    is_done = take(machine, &request, &reading, fault);
    machine->deadline.clear(machine->deadline.context);
    if (!is_done)
        return false;
    is_done = print(invocation, &request, &reading, fault);
    reading_release(&reading);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_WARNING] = {"warning", "RANGE", "warn if the figure is outside RANGE", false},
    [OPTION_CRITICAL] = {"critical", "RANGE", "critical if the figure is outside RANGE", false},
    [OPTION_TIMEOUT] = {"timeout", "SECONDS", "give up after SECONDS (default 30)", false},
    [OPTION_FOR] = {"for", "FIGURE",
                    "used (default), timewait, bound, full-in, blocks64, destination or "
                    "restart-pending",
                    false},
    [OPTION_PROTOCOL] = {"protocol", "PROTOCOL", "only tcp or only udp", false},
    [OPTION_FORMAT] = {"format", "FORMAT", "nagios (default), checkmk, npd or prtg", false},
    {NULL, NULL, NULL, false},
};

const struct command command_check = {
    .name = "check",
    .summary = "check port use for Nagios, Icinga, Checkmk or PRTG",
    .arguments = "",
    .examples = "maxport check|warn above 80 % and alert above 90 % of the ports in use\n"
                "maxport check -w 70 -c 85 --protocol tcp|other limits, only TCP\n"
                "maxport check --for blocks64 -c 10:|alert below 10 free blocks of 64 ports\n"
                "maxport check --format checkmk|print the line of a local check\n",
    .details =
        "The figures are those of maxport status and maxport metrics. A figure of a protocol is "
        "that of IPv4 or IPv6, whichever is worse.\n"
        "used, timewait, bound and destination are percentages of the usable ports: all ports in "
        "use, ports in TIME_WAIT, ports bound without a connection, and ports connected to the "
        "busiest remote endpoint. full-in is the number of seconds until the ports run out; it "
        "watches the ports for 10 seconds. blocks64 is the number of free blocks of 64 "
        "consecutive ports. restart-pending is 1 if MaxUserPort has changed since Windows "
        "started, otherwise 0. timewait, bound and destination are about TCP.\n"
        "Default ranges for warning and critical: used 80 and 90, timewait 50 and 80, bound 25 "
        "and 50, full-in 900: and 300:, blocks64 10: and 1:, destination 80 and 90, "
        "restart-pending 0 and none.\n"
        "RANGE is written as [@][start:]end. The state changes if the figure is below start or "
        "above end; with @, if it is not. 80 means 0:80, 10: means 10 or more, ~:80 has no "
        "start.\n"
        "Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, also for help, version and invalid "
        "input. With npd: 0 OK, 1 WARNING or CRITICAL, 2 UNKNOWN. With checkmk and prtg: 0, "
        "because the output contains the state. The state is UNKNOWN if a part that the figure "
        "needs could not be read, or if a table kept growing while it was read.\n"
        "An alert of nagios or checkmk names the programs with the most ports and the address of "
        "the busiest remote endpoint. Only for an alert, Windows is asked for the owners of "
        "ports.\n",
    .flags = COMMAND_PLUGIN,
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .letters = "wct",
    .run = run_check,
    .print_fault = print_fault,
    .fault_code = fault_code,
};
