#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ports.h"

#include "cli/frame/document.h"
#include "cli/watch.h"
#include "core/use/csv.h"

enum { OPTION_BY, OPTION_TOP, OPTION_WATCH };
enum { DEFAULT_TOP = 20 };

static const char *const group_names[GROUP_KIND_COUNT] = {
    [GROUP_PROCESS] = "process",
    [GROUP_REMOTE] = "remote",
    [GROUP_STATE] = "state",
    [GROUP_ADDRESS] = "address",
};

/* ---- collecting ------------------------------------------------------- */

static bool parse_by(const char *word, enum usage_group *by, struct fault *fault)
{
    struct text shown;

    for (int i = 0; i < GROUP_KIND_COUNT; i++)
        if (ascii_compare(word, group_names[i]) == 0) {
            *by = (enum usage_group)i;
            return true;
        }
    text_init(&shown);
    text_safe(&shown, word, strlen(word));
    fault_set(fault, FAULT_USAGE, 0, "--by must be process, remote, state or address, not \"%s\".",
              text_string(&shown));
    text_release(&shown);
    return false;
}

static bool parse_top(const char *word, size_t *top, struct fault *fault)
{
    size_t number = 0, digits = strspn(word, "0123456789");
    struct text shown;

    if (digits > 0 && digits <= 7 && word[digits] == '\0') {
        for (const char *c = word; *c; c++)
            number = number * 10 + (size_t)(*c - '0');
        if (number > 0) {
            *top = number;
            return true;
        }
    }
    text_init(&shown);
    text_safe(&shown, word, strlen(word));
    fault_set(fault, FAULT_USAGE, 0, "--top must be a whole number from 1 to 9999999, not \"%s\".",
              text_string(&shown));
    text_release(&shown);
    return false;
}

static bool parse_seconds(const char *word, uint32_t *seconds, struct fault *fault)
{
    size_t digits = strspn(word, "0123456789");
    unsigned long number = digits > 0 && digits <= 4 ? strtoul(word, NULL, 10) : 0;
    struct text shown;

    if (!*word) {
        *seconds = WATCH_SECONDS_DEFAULT;
        return true;
    }
    if (word[digits] == '\0' && number >= 1 && number <= WATCH_SECONDS_MAXIMUM) {
        *seconds = (uint32_t)number;
        return true;
    }
    text_init(&shown);
    text_safe(&shown, word, strlen(word));
    fault_set(fault, FAULT_USAGE, 0,
              "--watch must be a whole number of seconds from 1 to %d, "
              "not \"%s\".",
              WATCH_SECONDS_MAXIMUM, text_string(&shown));
    text_release(&shown);
    return false;
}

static bool parse_options(const struct invocation *invocation, struct ports_view *view,
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
    if ((by && !parse_by(by, &view->by, fault)) || (top && !parse_top(top, &view->top, fault)) ||
        (watch && !parse_seconds(watch, seconds, fault)))
        return false;
    if (watch && (by || top) && !view->has_groups)
        return fault_set(fault, FAULT_USAGE, 0,
                         "With --watch, --by and --top need a console or --json: one line per "
                         "sample has no space for groups.");
    return true;
}

void ports_release(struct ports_view *view)
{
    usage_groups_release(&view->groups);
    services_release(&view->services);
    processes_release(&view->processes);
    sockets_release(&view->sockets);
    survey_release(&view->survey);
}

bool ports_fetch(const struct machine *machine, struct ports_view *view, struct sockets *sockets,
                 struct fault *fault)
{
    unsigned mask = SOCKETS_ROWS | SOCKETS_BOUND;
    bool has_owners = view->has_groups && view->by == GROUP_PROCESS;
    bool has_services = has_owners && view->wants_services && machine->services.read;
    bool is_fetched;

    if (has_owners)
        mask |= SOCKETS_OWNERS;
    if (has_services && machine->services.begin)
        machine->services.begin(machine->services.context);
    is_fetched = machine->sockets.fetch(machine->sockets.context, mask, sockets, fault);
    /* Also where that failed: what was begun is fetched. */
    if (has_services) {
        services_release(&view->services);
        machine->services.read(machine->services.context, &view->services);
    }
    view->detail = machine->services.detail ? &machine->services : NULL;
    return is_fetched;
}

bool ports_count(const struct machine *machine, struct ports_view *view, struct sockets *sockets,
                 struct fault *fault)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT] = {{{0, 0}}};
    struct usage_groups groups = {0};

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (view->survey.running[p][f].is_known)
                ranges[p][f] = view->survey.running[p][f].range;
    if (view->has_groups && !usage_group(sockets, view->by, ranges, view->top, &groups, fault)) {
        sockets_release(sockets);
        return false;
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        usage_count(sockets, (enum protocol)p, ranges[p], &view->survey.usage[p]);
        for (int f = 0; f < FAMILY_COUNT; f++)
            view->survey.usage[p].excluded[f] = exclusions_within(
                &view->survey.exclusions, (enum protocol)p, (enum family)f, ranges[p][f]);
    }
    view->survey.has_usage = true;
    view->survey.has_bound = sockets->has_bound;
    usage_groups_release(&view->groups);
    view->groups = groups;
    free(sockets->rows); /* they are counted; megabytes, when there are many */
    sockets->rows = NULL;
    sockets->count = 0;
    sockets_release(&view->sockets);
    view->sockets = *sockets;
    sockets_init(sockets);
    processes_release(&view->processes);
    /* After the sockets: a process that started in between is named, too. */
    view->has_names =
        view->has_groups && view->by == GROUP_PROCESS && view->sockets.has_owners &&
        machine->processes.list(machine->processes.context, &view->processes, &view->names_fault);
    return true;
}

/* ---- what a group is called ------------------------------------------- */

static bool has_owner(const struct usage_bucket *bucket)
{
    return bucket->owner != 0 && bucket->owner != OWNER_UNKNOWN;
}

/* The name of the process, from outside and as it came; "" without one. For data:
 * people are told why there is none. */
static const char *process_name(const struct ports_view *view, const struct usage_bucket *bucket)
{
    const struct process *process =
        has_owner(bucket) ? processes_find(&view->processes, bucket->owner) : NULL;

    return process ? process->name : "";
}

static void print_process(struct text *text, const struct ports_view *view,
                          const struct usage_bucket *bucket)
{
    const char *words = usage_owner_words(bucket->owner, bucket->time_wait == bucket->sockets);
    struct text name;

    if (words) {
        text_puts(text, words);
    } else if (!view->has_names) {
        text_puts(text, "(name unknown)");
    } else {
        text_init(&name);
        process_describe(&view->processes, &view->services, view->detail, bucket->owner, &name);
        text_safe(text, text_string(&name), name.length);
        text_release(&name);
    }
}

/* For the screen. */
static void print_group(struct text *text, const struct ports_view *view,
                        const struct usage_bucket *bucket)
{
    char buffer[(int)ENDPOINT_SIZE + ADDRESS_SIZE]; /* enough for either */
    enum family family = (enum family)bucket->family;

    switch (view->by) {
    case GROUP_PROCESS:
        print_process(text, view, bucket);
        break;
    case GROUP_REMOTE:
        text_puts(text, endpoint_string(buffer, family, bucket->address, bucket->port));
        break;
    case GROUP_STATE:
        text_puts(text, port_state_name((enum port_state)bucket->state));
        break;
    case GROUP_ADDRESS:
        text_puts(text, address_string(buffer, family, bucket->address));
        break;
    case GROUP_KIND_COUNT:
        break;
    }
}

/* ---- the table -------------------------------------------------------- */

enum column {
    COLUMN_PORTS,
    COLUMN_OF_USE,
    COLUMN_SOCKETS,
    COLUMN_TIME_WAIT,
    COLUMN_PID,
    COLUMN_COUNT
};

/* The figures of a table, right-aligned; what they belong to stands behind them
 * and takes what is left of the line. */
struct columns {
    bool is_shown[COLUMN_COUNT];
    size_t width[COLUMN_COUNT];
    size_t name_width; /* of the longest name */
    size_t room;       /* for names */
};

static const char *const headings[COLUMN_COUNT] = {
    [COLUMN_PORTS] = "PORTS",         [COLUMN_OF_USE] = "% OF USE", [COLUMN_SOCKETS] = "SOCKETS",
    [COLUMN_TIME_WAIT] = "TIME_WAIT", [COLUMN_PID] = "PID",
};

static const char *const name_headings[GROUP_KIND_COUNT] = {
    [GROUP_PROCESS] = "PROCESS",
    [GROUP_REMOTE] = "REMOTE ENDPOINT",
    [GROUP_STATE] = "STATE",
    [GROUP_ADDRESS] = "LOCAL ADDRESS",
};

enum { CELL_SIZE = NUMBER_SIZE + 4 };

static void print_cell(char cell[CELL_SIZE], const struct ports_view *view,
                       const struct usage_bucket *bucket, enum column column)
{
    uint32_t in_use = view->survey.usage[bucket->protocol].united.in_use;
    char number[NUMBER_SIZE];
    unsigned percent;

    switch (column) {
    case COLUMN_PORTS:
        number_string(cell, bucket->ports);
        break;
    case COLUMN_OF_USE:
        percent = usage_percent(bucket->ports, in_use);
        snprintf(cell, CELL_SIZE, "%s%s %%", percent == 0 ? "<" : "",
                 number_string(number, percent == 0 ? 1 : percent));
        break;
    case COLUMN_SOCKETS:
        number_string(cell, bucket->sockets);
        break;
    case COLUMN_TIME_WAIT:
        number_string(cell, bucket->time_wait);
        break;
    case COLUMN_PID:
    case COLUMN_COUNT:
        strcpy(cell, "-");
        if (has_owner(bucket)) {
            struct text text;

            text_init(&text);
            text_printf(&text, "%lu", (unsigned long)bucket->owner);
            strncpy(cell, text_string(&text), CELL_SIZE - 1);
            text_release(&text);
        }
        break;
    }
}

/* The next group of that protocol from *at on, or NULL; at most `top` in all. */
static const struct usage_bucket *next_group(const struct ports_view *view, enum protocol protocol,
                                             size_t top, size_t *at, size_t *shown)
{
    while (*at < view->groups.count && *shown < top) {
        const struct usage_bucket *bucket = &view->groups.rows[(*at)++];

        if (bucket->protocol == protocol) {
            (*shown)++;
            return bucket;
        }
    }
    return NULL;
}

/* A long list ends where its output does, or at Ctrl-C. */
static bool goes_on(const struct output *output)
{
    return !output->has_failed && !output->screen->stop_requested(output->screen->context);
}

size_t ports_group_count(const struct ports_view *view, enum protocol protocol)
{
    return view->groups.total[protocol];
}

static void measure(const struct ports_view *view, enum protocol protocol, size_t top,
                    struct columns *columns)
{
    const struct usage_bucket *bucket;
    size_t at = 0, shown = 0;

    memset(columns, 0, sizeof *columns);
    for (int c = 0; c < COLUMN_COUNT; c++) {
        columns->is_shown[c] = true;
        columns->width[c] = strlen(headings[c]);
    }
    columns->is_shown[COLUMN_PID] = view->by == GROUP_PROCESS;
    columns->is_shown[COLUMN_TIME_WAIT] = protocol == PROTOCOL_TCP && view->by != GROUP_STATE;
    while ((bucket = next_group(view, protocol, top, &at, &shown))) {
        struct text name;

        for (int c = 0; c < COLUMN_COUNT; c++) {
            char cell[CELL_SIZE];

            print_cell(cell, view, bucket, (enum column)c);
            if (strlen(cell) > columns->width[c])
                columns->width[c] = strlen(cell);
        }
        text_init(&name);
        print_group(&name, view, bucket);
        if (utf8_columns(text_string(&name)) > columns->name_width)
            columns->name_width = utf8_columns(text_string(&name));
        text_release(&name);
    }
}

/* Gives up figures, the least telling first, where names would be cut: an
 * address that was cut is none, and of a program's name the beginning is enough. */
static void fit(struct columns *columns, enum usage_group by, unsigned width)
{
    static const enum column given_up[] = {COLUMN_TIME_WAIT, COLUMN_SOCKETS, COLUMN_OF_USE};
    size_t wanted = columns->name_width;

    if (by == GROUP_PROCESS && wanted > 24)
        wanted = 24;
    for (size_t i = 0;; i++) {
        size_t taken = 0;

        for (int c = 0; c < COLUMN_COUNT; c++)
            taken += columns->is_shown[c] ? columns->width[c] + 2 : 0;
        columns->room = width > taken + 2 ? width - taken - 2 : 1;
        if (columns->room >= wanted || i == sizeof given_up / sizeof *given_up)
            return;
        columns->is_shown[given_up[i]] = false;
    }
}

/* As much of the name as there is room for, with a mark where it was cut. */
static void print_cut(struct output *output, const struct text *name, size_t room)
{
    const char *string = text_string(name);
    const char *mark = output->uses_unicode ? "\u2026" : "...";
    size_t kept = room > utf8_columns(mark) ? room - utf8_columns(mark) : 1;
    size_t length = 0;

    if (utf8_columns(string) <= room) {
        output_puts(output, string);
        return;
    }
    for (; kept > 0; kept--) {
        length++;
        while (((unsigned char)string[length] & 0xc0) == 0x80)
            length++;
    }
    output_printf(output, "%.*s%s", (int)length, string, mark);
}

static void print_row(struct output *output, const struct ports_view *view,
                      const struct usage_bucket *bucket, const struct columns *columns)
{
    struct text name;

    for (int c = 0; c < COLUMN_COUNT; c++) {
        char cell[CELL_SIZE];

        if (!columns->is_shown[c])
            continue;
        print_cell(cell, view, bucket, (enum column)c);
        output_printf(output, "  %*s", (int)columns->width[c], cell);
    }
    text_init(&name);
    print_group(&name, view, bucket);
    output_puts(output, "  ");
    print_cut(output, &name, columns->room);
    output_puts(output, "\n");
    text_release(&name);
}

size_t ports_print_table(struct output *output, const struct ports_view *view,
                         enum protocol protocol, size_t top)
{
    const struct usage_bucket *bucket;
    size_t at = 0, shown = 0;
    struct columns columns;

    measure(view, protocol, top, &columns);
    fit(&columns, view->by, output->width);
    output_style(output, STYLE_STRONG);
    for (int c = 0; c < COLUMN_COUNT; c++)
        if (columns.is_shown[c])
            output_printf(output, "  %*s", (int)columns.width[c], headings[c]);
    output_printf(output, "  %s\n", name_headings[view->by]);
    output_style(output, STYLE_NORMAL);
    while (goes_on(output) && (bucket = next_group(view, protocol, top, &at, &shown)))
        print_row(output, view, bucket, &columns);
    return shown;
}

/* ---- the screen ------------------------------------------------------- */

static void print_title(struct output *output, const struct ports_view *view)
{
    const struct survey *survey = &view->survey;
    char time[TIME_SIZE];
    struct text title;

    text_init(&title);
    text_puts(&title, "maxport");
    if (*survey->identity.computer) {
        text_puts(&title, " - ");
        text_safe(&title, survey->identity.computer, strlen(survey->identity.computer));
    }
    text_printf(&title, " - ports in use by %s - %s", group_names[view->by],
                time_local_string(time, survey->taken_ms, survey->offset_seconds));
    output_style(output, STYLE_STRONG);
    output_text(output, &title);
    output_style(output, STYLE_NORMAL);
    output_puts(output, "\n");
    text_release(&title);
}

/* "IPv4 15,012 of 16,384 (91 %) - IPv6 unknown" */
static void print_use(struct text *text, const struct usage *usage)
{
    char in_use[NUMBER_SIZE], of[NUMBER_SIZE];

    for (int f = 0; f < FAMILY_COUNT; f++) {
        uint32_t available = usage_available(usage, (enum family)f);
        uint32_t ports = usage->family[f].in_use;

        text_printf(text, "%s%s ", f ? " - " : "", family_name((enum family)f));
        if (usage->is_available[f] && available)
            text_printf(text, "%s of %s (%u %%)", number_string(in_use, ports),
                        number_string(of, available), usage_percent(ports, available));
        else
            text_puts(text, "unknown");
    }
    if (usage->family[FAMILY_IPV4].in_use && usage->family[FAMILY_IPV6].in_use)
        text_printf(text, " - combined %s", number_string(in_use, usage->united.in_use));
}

static void print_states(struct text *text, const struct usage_count *count)
{
    char number[NUMBER_SIZE];
    bool is_first = true;

    for (int s = 0; s < PORT_STATE_COUNT; s++) {
        if (!count->by_state[s])
            continue;
        text_printf(text, "%s%s %s", is_first ? "" : " - ", port_state_name((enum port_state)s),
                    number_string(number, count->by_state[s]));
        is_first = false;
    }
}

static void print_summary(struct output *output, const struct usage *usage)
{
    struct text use, states, wrapped;

    text_init(&use);
    text_init(&states);
    text_init(&wrapped);
    print_use(&use, usage);
    text_wrap_labelled(&wrapped, protocol_name(usage->protocol), text_string(&use), output->width,
                       5);
    if (usage->protocol == PROTOCOL_TCP) {
        print_states(&states, &usage->united);
        text_wrap(&wrapped, text_string(&states), output->width, 5);
    }
    output_text(output, &wrapped);
    text_release(&wrapped);
    text_release(&states);
    text_release(&use);
}

static void print_protocol(struct output *output, const struct ports_view *view,
                           enum protocol protocol)
{
    const struct usage *usage = &view->survey.usage[protocol];

    output_puts(output, "\n");
    print_summary(output, usage);
    if (protocol == PROTOCOL_UDP && view->by == GROUP_REMOTE) {
        output_puts(output, "     UDP sockets have no remote endpoint.\n");
    } else if (ports_group_count(view, protocol)) {
        size_t all = ports_group_count(view, protocol), shown;
        char more[NUMBER_SIZE];

        output_puts(output, "\n");
        shown = ports_print_table(output, view, protocol, view->top);
        if (all > shown)
            output_printf(output, "  and %s more; to show all, use --top %zu\n",
                          number_string(more, all - shown), all);
    }
}

/* ---- what could not be shown ------------------------------------------ */

/* To the screen as paragraphs behind the tables; beside CSV as remarks, so that
 * the rows stay clean. */
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

static void note_table(struct output *output, bool *is_first, const struct ports_view *view, int p,
                       int f)
{
    const struct socket_table *table = &view->sockets.tables[p][f];
    const struct running_range *running = &view->survey.running[p][f];
    struct text text;

    text_init(&text);
    text_printf(&text, "%s over %s ", protocol_name((enum protocol)p), family_name((enum family)f));
    if (!table->is_available && table->code)
        text_printf(&text, "was not counted: its table could not be read (error %lu).",
                    (unsigned long)table->code);
    else if (!table->is_available)
        text_puts(&text, "was not counted: this Windows does not show its table.");
    else if (!running->is_known)
        text_printf(&text, "was not counted: its running range is unknown. %s", running->why);
    else if (table->is_partial)
        text_puts(&text, "was counted only partly, because its table kept growing during reading.");
    else
        text.length = 0;
    if (text.length)
        note(output, is_first, text_string(&text));
    text_release(&text);
}

static bool waits_mostly(const struct ports_view *view)
{
    const struct usage_count *count = &view->survey.usage[PROTOCOL_TCP].united;

    return count->in_use && count->by_state[PORT_TIME_WAIT] >= count->in_use / 2;
}

/* Of which the name alone says nothing. */
static bool shows_service_host(const struct ports_view *view)
{
    const struct usage_bucket *bucket;

    if (view->by != GROUP_PROCESS)
        return false;
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        size_t at = 0, shown = 0;

        while ((bucket = next_group(view, (enum protocol)p, view->top, &at, &shown)))
            if (ascii_compare(process_name(view, bucket), "svchost.exe") == 0)
                return true;
    }
    return false;
}

static void print_notes(struct output *output, const struct ports_view *view)
{
    const struct socket_table *tcp = view->sockets.tables[PROTOCOL_TCP];
    bool is_first = true;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            note_table(output, &is_first, view, p, f);
    if (!view->sockets.has_bound &&
        (tcp[FAMILY_IPV4].is_available || tcp[FAMILY_IPV6].is_available))
        note(output, &is_first,
             "This Windows does not list TCP ports that are bound but neither listening nor "
             "connected.");
    if (view->by == GROUP_PROCESS && !output->is_csv && waits_mostly(view))
        note(output, &is_first,
             "Connections in TIME_WAIT belong to no process. To see their remote endpoints, run "
             "maxport ports --by remote.");
    if (view->by == GROUP_REMOTE && !output->is_csv)
        note(output, &is_first,
             "Listening and bound sockets have no remote endpoint and are not "
             "listed.");
    if (view->by == GROUP_PROCESS && !view->sockets.has_owners)
        note(output, &is_first, "This Windows does not report which process owns a socket.");
    else if (view->by == GROUP_PROCESS && !view->has_names) {
        struct text text;

        text_init(&text);
        text_printf(&text, "The process names could not be read: %s", view->names_fault.text);
        note(output, &is_first, text_string(&text));
        text_release(&text);
    } else if (!output->is_csv && !view->services.is_known && shows_service_host(view)) {
        struct text text;

        text_init(&text);
        text_puts(&text, "The services in svchost.exe could not be listed; to list them, run "
                         "tasklist /svc. ");
        text_safe(&text, view->services.why, strlen(view->services.why));
        note(output, &is_first, text_string(&text));
        text_release(&text);
    }
}

static void print_screen(struct output *output, const struct ports_view *view)
{
    print_title(output, view);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        print_protocol(output, view, (enum protocol)p);
    print_notes(output, view);
}

/* ---- CSV -------------------------------------------------------------- */

static void print_csv_row(struct output *output, const struct ports_view *view,
                          const struct usage_bucket *bucket)
{
    struct text row;

    text_init(&row);
    csv_group(&row, view->by, bucket, process_name(view, bucket));
    output_text(output, &row);
    text_release(&row);
}

static void print_csv(struct output *output, const struct ports_view *view)
{
    const struct usage_bucket *bucket;
    struct text heading;

    text_init(&heading);
    csv_group_heading(&heading, view->by);
    output_text(output, &heading);
    text_release(&heading);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        size_t at = 0, shown = 0;

        while (goes_on(output) &&
               (bucket = next_group(view, (enum protocol)p, view->top, &at, &shown)))
            print_csv_row(output, view, bucket);
    }
    print_notes(output, view);
}

/* ---- JSON ------------------------------------------------------------- */

/* null where nobody knows, or there is no process. */
static json_t *document_services(const struct ports_view *view, const struct usage_bucket *bucket)
{
    json_t *names;

    if (!view->services.is_known || !has_owner(bucket))
        return json_null();
    names = json_array();
    for (size_t i = 0; i < view->services.count; i++)
        if (view->services.rows[i].process == bucket->owner)
            json_array_append_new(names, document_text(view->services.rows[i].name));
    return names;
}

json_t *ports_document_group(const struct ports_view *view, const struct usage_bucket *bucket)
{
    enum family family = (enum family)bucket->family;
    char buffer[ADDRESS_SIZE];
    json_t *row =
        json_pack("{s:s, s:I, s:I, s:I}", "protocol", protocol_key(bucket->protocol), "ports",
                  (json_int_t)bucket->ports, "sockets", (json_int_t)bucket->sockets, "time_wait",
                  (json_int_t)bucket->time_wait);

    if (!row)
        return NULL;
    switch (view->by) {
    case GROUP_PROCESS:
        json_object_set_new(
            row, "pid", bucket->owner == OWNER_UNKNOWN ? json_null() : json_integer(bucket->owner));
        json_object_set_new(row, "process",
                            *process_name(view, bucket) ? document_text(process_name(view, bucket))
                                                        : json_null());
        json_object_set_new(row, "services", document_services(view, bucket));
        break;
    case GROUP_REMOTE:
        json_object_set_new(row, "family", json_string(family_key(family)));
        json_object_set_new(row, "address",
                            json_string(address_string(buffer, family, bucket->address)));
        json_object_set_new(row, "port", json_integer(bucket->port));
        break;
    case GROUP_STATE:
        json_object_set_new(row, "state",
                            json_string(port_state_key((enum port_state)bucket->state)));
        break;
    case GROUP_ADDRESS:
        json_object_set_new(row, "family", json_string(family_key(family)));
        json_object_set_new(row, "address",
                            json_string(address_string(buffer, family, bucket->address)));
        break;
    case GROUP_KIND_COUNT:
        break;
    }
    return row;
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

/* Writes the members of an object without its brackets, so that more can follow. */
static bool print_members(struct output *output, json_t *object, struct fault *fault)
{
    const char *key;
    json_t *member;
    bool is_whole = object != NULL;

    json_object_foreach(object, key, member)
    {
        char *dump = json_dumps(member, JSON_COMPACT | JSON_ENCODE_ANY);

        is_whole = is_whole && dump;
        if (dump) {
            output_printf(output, "  \"%s\": ", key);
            output_json_dump(output, dump, strlen(dump));
            output_puts(output, ",\n");
        }
        free(dump);
    }
    json_decref(object);
    return is_whole || fault_no_memory(fault);
}

/* The groups go out row by row: there can be as many as there are connections. */
static bool print_json(struct output *output, const struct invocation *invocation,
                       const struct ports_view *view, struct fault *fault)
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
    if (!print_members(output, document, fault))
        return false;
    output_puts(output, "  \"groups\": [");
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        size_t at = 0, shown = 0;

        while (goes_on(output) &&
               (bucket = next_group(view, (enum protocol)p, view->top, &at, &shown))) {
            if (!output_json_row(output, ports_document_group(view, bucket), is_first, fault))
                return false;
            is_first = false;
        }
    }
    output_puts(output, is_first ? "]\n}\n" : "\n  ]\n}\n");
    return true;
}

/* ---- the command ------------------------------------------------------ */

static bool print_once(struct invocation *invocation, struct ports_view *view, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct sockets sockets;
    bool is_done = true;

    sockets_init(&sockets);
    if (!ports_fetch(invocation->machine, view, &sockets, fault) ||
        !ports_count(invocation->machine, view, &sockets, fault))
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

static bool run_ports(struct invocation *invocation, struct fault *fault)
{
    struct ports_view view;
    uint32_t seconds;
    bool is_done;

    memset(&view, 0, sizeof view);
    sockets_init(&view.sockets);
    processes_init(&view.processes);
    services_init(&view.services);
    if (!parse_options(invocation, &view, &seconds, fault) ||
        !survey_take(invocation->machine, SURVEY_RANGES, &view.survey, fault))
        return false;
    is_done = seconds ? watch_run(invocation, &view, seconds, fault)
                      : print_once(invocation, &view, fault);
    ports_release(&view);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_BY] = {"by", "WHAT",
                   "group by process (default), remote endpoint, state or local "
                   "address",
                   false},
    [OPTION_TOP] = {"top", "N",
                    "show the N largest groups of TCP and of UDP (default 20; JSON, CSV: all)",
                    false},
    [OPTION_WATCH] = {"watch", "[SECONDS]",
                      "repeat every SECONDS (default 2; 1 to 3600) until Ctrl-C", false},
    {NULL, NULL, NULL, false},
};

const struct command command_ports = {
    .name = "ports",
    .summary = "list ports in use by process, remote endpoint, state or address",
    .arguments = "",
    .examples = "maxport ports|list ports by process\n"
                "maxport ports --by remote|list ports by remote endpoint\n"
                "maxport ports --by state|count open ports and ports in TIME_WAIT\n"
                "maxport ports --csv|list all processes, for a spreadsheet\n"
                "maxport ports --watch 5|show the rate of change every 5 seconds\n"
                "maxport ports --watch --json|print one JSON object per sample\n",
    .details =
        "PORTS counts distinct local ports inside the running range. % OF USE is their share of "
        "all ports in use. SOCKETS counts the rows of the Windows tables that they come from. A "
        "port that two groups share counts in both, so the shares can add up to more than 100 %."
        "\n"
        "Connections in TIME_WAIT belong to no process; --by remote shows their remote endpoints."
        "\n"
        "In CSV, a process name that begins with = + - or @ gets a leading apostrophe, because "
        "spreadsheets would run it as a formula. In JSON, names are unchanged.\n"
        "--watch redraws one screen with the rate of change over the latest 60 samples and the "
        "time until the ports run out at that rate. When redirected, it writes one line per "
        "sample; with --json one object per line (groups only with --by or --top); with --csv "
        "one row for TCP and one for UDP. If a sample takes long, maxport takes fewer of them, "
        "so that watching uses at most 5 % of one core.\n",
    .flags = COMMAND_HAS_CSV,
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .run = run_ports,
};
