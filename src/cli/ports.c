
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/document.h"
#include "cli/frame/title.h"
#include "cli/port_sockets.h"
#include "cli/watch.h"
#include "core/state/blind_spots.h"
#include "core/use/csv.h"

enum {
    OPTION_BY = OPTION_OWN,
    OPTION_TOP,
    OPTION_SOCKETS,
    OPTION_PID,
    OPTION_NAME,
    OPTION_TCP,
    OPTION_UDP,
    OPTION_WATCH,
};
enum { DEFAULT_TOP = 20 };

static const char *const group_names[GROUP_KIND_COUNT] = {
    [GROUP_PROCESS] = "process", [GROUP_NAME] = "name",       [GROUP_REMOTE] = "remote",
    [GROUP_STATE] = "state",     [GROUP_ADDRESS] = "address",
};

/* ---- collecting ------------------------------------------------------- */

static bool parse_by(const char *word, enum usage_group *by, struct fault *fault)
{
    for (int i = 0; i < GROUP_KIND_COUNT; i++)
        if (ascii_compare(word, group_names[i]) == 0) {
            *by = (enum usage_group)i;
            return true;
        }
    return fault_set(
        fault, FAULT_USAGE, 0,
        "--by must be process, name, remote, state or address, not \"%s\". Nothing was changed.",
        word);
}

static bool parse_seconds(const char *word, uint32_t *seconds, struct fault *fault)
{
    size_t digits = strspn(word, "0123456789");
    unsigned long number = digits > 0 && digits <= 4 ? strtoul(word, NULL, 10) : 0;

    if (!*word) {
        *seconds = WATCH_SECONDS_DEFAULT;
        return true;
    }
    if (word[digits] == '\0' && number >= 1 && number <= WATCH_SECONDS_MAXIMUM) {
        *seconds = (uint32_t)number;
        return true;
    }
    return fault_set(
        fault, FAULT_USAGE, 0,
        "--watch must be a whole number of seconds from 1 to %d, not \"%s\". Nothing was changed.",
        WATCH_SECONDS_MAXIMUM, word);
}

static bool parse_options(const struct invocation *invocation, struct port_groups *view,
                          uint32_t *seconds, struct fault *fault)
{
    const char *by = invocation->option[OPTION_BY], *top = invocation->option[OPTION_TOP];
    const char *watch = invocation->option[OPTION_WATCH];
    const struct output *output = &invocation->output;
    bool is_for_people = !output->is_json && !output->is_csv;
    bool is_page = is_for_people && output->screen->is_console(output->screen->context, SCREEN_OUT);

    view->by = GROUP_PROCESS;
    view->top = is_for_people || watch ? DEFAULT_TOP : SIZE_MAX;
    view->has_groups = !watch || is_page || (output->is_json && (by || top));
    view->wants_services = view->has_groups && !output->is_csv;
    *seconds = 0;
    if ((by && !parse_by(by, &view->by, fault)) ||
        (top && !command_parse_top(top, &view->top, fault)) ||
        (watch && !parse_seconds(watch, seconds, fault)))
        return false;
    if (watch && (by || top) && !view->has_groups)
        return fault_set(fault, FAULT_USAGE, 0,
                         "With --watch, --by and --top need a console or --json, because one line "
                         "per sample has no space for groups.");
    return true;
}

/* ---- the screen ------------------------------------------------------- */

static void print_title(struct output *output, const struct port_groups *view)
{
    char what[64];

    snprintf(what, sizeof what, "ports in use by %s",
             view->by == GROUP_NAME ? "program" : group_names[view->by]);
    output_title(output, &view->survey, what, "");
}

/* Prints, for example, "IPv4 15,012 of 16,384 (91 %) - IPv6 unknown". */
static void print_use(struct text *text, const struct usage *usage)
{
    char in_use[NUMBER_SIZE], of[NUMBER_SIZE], share[SHARE_SIZE];

    for (int f = 0; f < FAMILY_COUNT; f++) {
        uint32_t available = usage_available(usage, (enum family)f);
        uint32_t ports = usage->family[f].in_use;

        text_printf(text, "%s%s ", f ? " - " : "", family_name((enum family)f));
        if (usage->is_available[f] && available)
            text_printf(text, "%s of %s (%s)", number_string(in_use, ports),
                        number_string(of, available), share_string(share, ports, available));
        else
            text_puts(text, "unknown");
    }
    if (usage->family[FAMILY_IPV4].in_use && usage->family[FAMILY_IPV6].in_use)
        text_printf(text, " - combined %s", number_string(in_use, usage->united.in_use));
}

/* Prints, for example, "TIME_WAIT 12,840 - ESTABLISHED 1,500". where: "" or e.g. "IPv4: ". */
static void print_states(struct text *text, const char *where, const struct usage_count *count)
{
    char number[NUMBER_SIZE];
    bool is_first = true;

    text_puts(text, where);

    for (int s = 0; s < PORT_STATE_COUNT; s++) {
        if (!count->by_state[s])
            continue;
        text_printf(text, "%s%s %s", is_first ? "" : " - ", port_state_name((enum port_state)s),
                    number_string(number, count->by_state[s]));
        is_first = false;
    }
}

/* Prints the states of each family separately, if both have ports in use. */
static void wrap_states(struct text *wrapped, const struct usage *usage, unsigned width)
{
    bool is_mixed = usage->family[FAMILY_IPV4].in_use && usage->family[FAMILY_IPV6].in_use;

    for (int f = 0; f < FAMILY_COUNT; f++) {
        struct text states;

        if (!usage->family[f].in_use)
            continue;
        text_init(&states);
        print_states(&states, is_mixed ? f == FAMILY_IPV4 ? "IPv4: " : "IPv6: " : "",
                     &usage->family[f]);
        text_wrap(wrapped, text_string(&states), width, 5);
        text_release(&states);
    }
}

static void print_summary(struct output *output, const struct usage *usage)
{
    struct text use, wrapped;

    text_init(&use);
    text_init(&wrapped);
    print_use(&use, usage);
    text_wrap_labelled(&wrapped, protocol_name(usage->protocol), text_string(&use), output->width,
                       5);
    if (usage->protocol == PROTOCOL_TCP)
        wrap_states(&wrapped, usage, output->width);
    output_text(output, &wrapped);
    text_release(&wrapped);
    text_release(&use);
}

static void print_protocol(struct output *output, const struct port_groups *view,
                           enum protocol protocol)
{
    const struct usage *usage = &view->survey.usage[protocol];

    output_puts(output, "\n");
    print_summary(output, usage);
    if (protocol == PROTOCOL_UDP && view->by == GROUP_REMOTE) {
        output_puts(output, "     UDP sockets have no remote endpoint.\n");
    } else if (port_groups_number(view, protocol)) {
        size_t all = port_groups_number(view, protocol), shown;
        char more[NUMBER_SIZE];

        output_puts(output, "\n");
        shown = port_groups_print(output, view, protocol, view->top);
        if (all > shown)
            output_printf(output, "  and %s more; to show all, use --top %zu\n",
                          number_string(more, all - shown), all);
    }
}

/* ---- missing data ----------------------------------------------------- */

/* Prints a remark about missing data below the tables. With CSV, prints the remark to standard
 * error, so that standard output contains only rows. */
static void note(struct output *output, bool *is_first, const char *sentence)
{
    if (output->is_csv) {
        output_remark(output, "%s", sentence);
        return;
    }
    if (*is_first)
        output_puts(output, "\n");
    *is_first = false;
    output_paragraph(output, 2, "%s", sentence);
}

struct notes {
    struct output *output;
    bool is_first;
};

static void note_blind_spot(void *context, const struct text *sentence)
{
    struct notes *notes = context;

    note(notes->output, &notes->is_first, text_string(sentence));
    notes->output->has_failed |= sentence->is_broken;
}

static bool waits_mostly(const struct port_groups *view)
{
    const struct usage_count *count = &view->survey.usage[PROTOCOL_TCP].united;

    return count->in_use && count->by_state[PORT_TIME_WAIT] >= count->in_use / 2;
}

/* Returns whether the list contains svchost.exe, whose name alone does not identify a service. */
static bool shows_service_host(const struct port_groups *view)
{
    const struct usage_bucket *bucket;

    if (view->by != GROUP_PROCESS)
        return false;
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        size_t at = 0, shown = 0;

        while ((bucket = port_groups_next(view, (enum protocol)p, view->top, &at, &shown)))
            if (ascii_compare(port_groups_process_name(view, bucket), "svchost.exe") == 0)
                return true;
    }
    return false;
}

static void print_notes(struct output *output, const struct port_groups *view)
{
    struct notes notes = {output, true};
    bool has_services = !output->is_csv && shows_service_host(view);
    struct blind_view blind = {.sockets = &view->sockets,
                               .shows = {true, true},
                               .survey = &view->survey,
                               .shows_owners = usage_group_has_owners(view->by),
                               .has_names = view->has_names,
                               .names_why = view->names_fault.text,
                               .services = has_services ? &view->services : NULL};

    blind_spots_list(&blind, note_blind_spot, &notes);
    if (usage_group_has_owners(view->by) && !output->is_csv && waits_mostly(view))
        note(output, &notes.is_first,
             "Connections in TIME_WAIT belong to no process. To see their remote endpoints, run "
             "maxport ports --by remote.");
    if (view->by == GROUP_REMOTE && !output->is_csv)
        note(output, &notes.is_first,
             "Listening and bound sockets have no remote endpoint and are not "
             "listed.");
}

static void print_screen(struct output *output, const struct port_groups *view)
{
    print_title(output, view);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        print_protocol(output, view, (enum protocol)p);
    print_notes(output, view);
}

/* ---- CSV -------------------------------------------------------------- */

static void print_csv_row(struct output *output, const struct port_groups *view,
                          const struct usage_bucket *bucket)
{
    struct text row;

    text_init(&row);
    csv_group(&row, view->by, bucket, port_groups_process_name(view, bucket));
    output_text(output, &row);
    text_release(&row);
}

static void print_csv(struct output *output, const struct port_groups *view)
{
    const struct usage_bucket *bucket;
    struct text heading;

    text_init(&heading);
    csv_group_heading(&heading, view->by);
    output_text(output, &heading);
    text_release(&heading);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        size_t at = 0, shown = 0;

        while (output_continues(output) &&
               (bucket = port_groups_next(view, (enum protocol)p, view->top, &at, &shown)))
            print_csv_row(output, view, bucket);
    }
    print_notes(output, view);
}

static json_t *document_tables(const struct sockets *sockets)
{
    json_t *result = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *families = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct socket_table *table = &sockets->tables[p][f];

            json_object_set_new(families, family_key((enum family)f),
                                json_pack("{s:b, s:b, s:I}", "is_available", table->is_available,
                                          "is_partial", table->is_partial, "code",
                                          (json_int_t)table->code));
        }
        json_object_set_new(result, protocol_key((enum protocol)p), families);
    }
    return result;
}

static json_t *document_ranges(const struct survey *survey)
{
    json_t *result = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *families = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++)
            json_object_set_new(families, family_key((enum family)f),
                                survey->running[p][f].is_known
                                    ? document_range(survey->running[p][f].range)
                                    : json_null());
        json_object_set_new(result, protocol_key((enum protocol)p), families);
    }
    return result;
}

/* Prints the groups row by row, because there can be as many groups as connections. */
static bool print_json(struct output *output, const struct invocation *invocation,
                       const struct port_groups *view, struct fault *fault)
{
    json_t *document = command_document(invocation);
    const struct usage_bucket *bucket;
    bool is_first = true;

    json_object_set_new(document, "time", document_time(view->survey.taken_ms));
    json_object_set_new(document, "computer", document_text(view->survey.identity.computer));
    json_object_set_new(document, "by", json_string(group_names[view->by]));
    json_object_set_new(document, "ranges", document_ranges(&view->survey));
    json_object_set_new(document, "usage", document_usage(&view->survey));
    json_object_set_new(document, "tables", document_tables(&view->sockets));
    json_object_set_new(document, "shows_bound", json_boolean(view->sockets.has_bound));
    json_object_set_new(document, "shows_owners", json_boolean(view->sockets.has_owners));
    json_object_set_new(document, "shows_names", json_boolean(view->has_names));
    json_object_set_new(document, "group_count",
                        json_integer((json_int_t)(view->groups.total[PROTOCOL_TCP] +
                                                  view->groups.total[PROTOCOL_UDP])));
    output_puts(output, "{\n");
    if (!output_json_members(output, document, fault))
        return false;
    output_puts(output, "  \"groups\": [");
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        size_t at = 0, shown = 0;

        while (output_continues(output) &&
               (bucket = port_groups_next(view, (enum protocol)p, view->top, &at, &shown))) {
            if (!output_json_row(output, port_groups_document(view, bucket), is_first, fault))
                return false;
            is_first = false;
        }
    }
    output_puts(output, is_first ? "]\n}\n" : "\n  ]\n}\n");
    return true;
}

/* ---- the command ------------------------------------------------------ */

static bool print_once(struct invocation *invocation, struct port_groups *view, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct sockets sockets;
    bool is_done = true;

    sockets_init(&sockets);
    if (!port_groups_fetch(invocation->machine, view, &sockets, fault) ||
        !port_groups_count(invocation->machine, view, &sockets, fault))
        return false;
    if (output->is_json)
        is_done = print_json(output, invocation, view, fault);
    else if (output->is_csv)
        print_csv(output, view);
    else
        print_screen(output, view);
    if (is_done && output->screen->stop_requested(output->screen->context))
        is_done = fault_set(fault, FAULT_DECLINED, 0, "Interrupted: the list is incomplete.");
    return is_done;
}

/* Returns whether the user wants sockets one by one. Each filter selects sockets, so it implies
 * --sockets. */
static bool wants_sockets(const struct invocation *invocation)
{
    return invocation->option[OPTION_SOCKETS] || invocation->option[OPTION_PID] ||
           invocation->option[OPTION_NAME] || invocation->option[OPTION_TCP] ||
           invocation->option[OPTION_UDP];
}

static bool list_sockets(struct invocation *invocation, struct fault *fault)
{
    const struct output *output = &invocation->output;
    const char *top = invocation->option[OPTION_TOP];
    bool wants_tcp = invocation->option[OPTION_TCP], wants_udp = invocation->option[OPTION_UDP];
    struct socket_filter filter = {
        .is_wanted = {wants_tcp || !wants_udp, wants_udp || !wants_tcp},
        .process = invocation->option[OPTION_PID],
        .name = invocation->option[OPTION_NAME],
        .top = output->is_json || output->is_csv ? SIZE_MAX : DEFAULT_TOP,
    };

    if (invocation->option[OPTION_BY] || invocation->option[OPTION_WATCH])
        return fault_set(fault, FAULT_USAGE, 0,
                         "--by and --watch show groups, so they cannot be combined with --sockets, "
                         "--pid, --name, --tcp or --udp. Nothing was changed.");
    return (!top || command_parse_top(top, &filter.top, fault)) &&
           port_sockets_run(invocation, &filter, fault);
}

static bool run_ports(struct invocation *invocation, struct fault *fault)
{
    struct port_groups view;
    uint32_t seconds;
    bool is_done;

    if (wants_sockets(invocation))
        return list_sockets(invocation, fault);
    memset(&view, 0, sizeof view);
    sockets_init(&view.sockets);
    processes_init(&view.processes);
    services_init(&view.services);
    if (!parse_options(invocation, &view, &seconds, fault) ||
        !survey_take(invocation->machine, SURVEY_RANGES, &view.survey, fault))
        return false;
    is_done = seconds ? watch_run(invocation, &view, seconds, fault)
                      : print_once(invocation, &view, fault);
    port_groups_release(&view);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_BY] =
        {"by", "WHAT",
         "group by process (default), name of the program, remote endpoint, state or local address",
         false},
    [OPTION_TOP] =
        {"top", "N",
         "show the N largest groups of TCP and of UDP, or N sockets (default 20; JSON, CSV: "
         "all)",
         false},
    [OPTION_SOCKETS] = {"sockets", NULL, "list each socket, inside and outside of the range",
                        false},
    [OPTION_PID] =
        {"pid", "N",
         "list the sockets of process N, with its path, account, start time and command line",
         false},
    [OPTION_NAME] = {"name", "PROGRAM", "list the sockets of a program, e.g. shop.exe", false},
    [OPTION_TCP] = {"tcp", NULL, "list TCP sockets", false},
    [OPTION_UDP] = {"udp", NULL, "list UDP sockets", false},
    [OPTION_WATCH] = {"watch", "[SECONDS]",
                      "repeat every SECONDS (default 2; 1 to 3600) until q, Esc or Ctrl-C", false},
    {NULL, NULL, NULL, false},
};

const struct command command_ports = {
    .name = "ports",
    .summary = "list ports in use by process, program, remote endpoint, state or address",
    .arguments = "",
    .examples = "maxport ports|list ports by process\n"
                "maxport ports --by name|list ports by program, all its processes together\n"
                "maxport ports --by remote|list ports by remote endpoint\n"
                "maxport ports --by state|count open ports and ports in TIME_WAIT\n"
                "maxport ports --pid 4711|show one process and each of its sockets\n"
                "maxport ports --csv|list all processes, for a spreadsheet\n"
                "maxport ports --watch 5|show the rate of change every 5 seconds\n"
                "maxport ports --watch --json|print one JSON object per sample\n",
    .details =
        "PORTS counts distinct local ports inside the running range. % OF USE is their share of "
        "all ports in use. SOCKETS counts the sockets that use these ports. A port that two groups "
        "share counts in both, so the shares can add up to more than 100 %.\n"
        "Connections in TIME_WAIT belong to no process; --by remote shows their remote endpoints.\n"
        "--pid also shows path, account, start time and command line of the process. For "
        "processes of other accounts, this often needs an elevated prompt; command lines need "
        "Windows 8.1 or later. A command line can contain passwords, so no other command shows it, "
        "and no report contains it.\n"
        "In CSV, a process name that begins with = + - or @ gets a leading apostrophe, because "
        "spreadsheets would run it as a formula. In JSON, names are unchanged.\n"
        "With --watch, maxport redraws one screen with the rate of change over the latest 60 "
        "samples and the time until the ports run out at that rate. If the output is redirected, "
        "maxport prints one line for each sample. With --json, it prints one object for each "
        "sample, which lists groups only if --by or --top is given; with --csv, one row for TCP "
        "and one for UDP. If a sample takes long, maxport takes samples less often, so that it "
        "uses at most 5 % of one core.\n",
    .flags = COMMAND_HAS_CSV,
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .run = run_ports,
};
