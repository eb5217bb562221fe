#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/document.h"
#include "cli/port_groups.h"

void port_groups_release(struct port_groups *view)
{
    usage_groups_release(&view->groups);
    services_release(&view->services);
    processes_release(&view->processes);
    sockets_release(&view->sockets);
    survey_release(&view->survey);
}

bool port_groups_fetch(const struct machine *machine, struct port_groups *view,
                       struct sockets *sockets, struct fault *fault)
{
    unsigned mask = SOCKETS_ROWS | SOCKETS_BOUND;
    bool has_owners = view->has_groups && usage_group_has_owners(view->by);
    bool has_services = view->has_groups && view->by == GROUP_PROCESS && view->wants_services &&
                        machine->services.read;
    bool is_fetched;

    if (has_owners)
        mask |= SOCKETS_OWNERS;
    if (has_services && machine->services.begin)
        machine->services.begin(machine->services.context);
    is_fetched = machine->sockets.fetch(machine->sockets.context, mask, sockets, fault);
    /* Read the result of the started query, even if the sockets could not be read. */
    if (has_services) {
        services_release(&view->services);
        machine->services.read(machine->services.context, &view->services);
    }
    view->detail = machine->services.detail ? &machine->services : NULL;
    return is_fetched;
}

/* Lists the processes after the sockets, so that a process that was started meanwhile has a name
 * too. */
static void list_processes(const struct machine *machine, struct port_groups *view,
                           const struct sockets *sockets)
{
    processes_release(&view->processes);
    view->has_names =
        view->has_groups && usage_group_has_owners(view->by) && sockets->has_owners &&
        machine->processes.list(machine->processes.context, &view->processes, &view->names_fault);
}

static bool make_groups(const struct port_groups *view, const struct sockets *sockets,
                        struct usage_groups *groups, struct fault *fault)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];

    survey_ranges(&view->survey, ranges);
    if (view->by == GROUP_NAME)
        return usage_group_names(sockets, &view->processes, ranges, view->top, groups, fault);
    return usage_group(sockets, view->by, ranges, view->top, groups, fault);
}

bool port_groups_count(const struct machine *machine, struct port_groups *view,
                       struct sockets *sockets, struct fault *fault)
{
    struct usage_groups groups = {0};

    list_processes(machine, view, sockets);
    if (view->has_groups && !make_groups(view, sockets, &groups, fault)) {
        sockets_release(sockets);
        return false;
    }
    survey_set_usage(&view->survey, sockets);
    view->survey.has_usage = true;
    usage_groups_release(&view->groups);
    view->groups = groups;
    free(sockets->rows); /* the rows are counted and can be megabytes, so free them now */
    sockets->rows = NULL;
    sockets->count = 0;
    sockets_release(&view->sockets);
    view->sockets = *sockets;
    sockets_init(sockets);
    return true;
}

/* ---- names of groups -------------------------------------------------- */

static bool has_owner(const struct usage_bucket *bucket)
{
    return bucket->owner != 0 && bucket->owner != OWNER_UNKNOWN;
}

const char *port_groups_process_name(const struct port_groups *view,
                                     const struct usage_bucket *bucket)
{
    const struct process *process =
        has_owner(bucket) ? processes_find(&view->processes, bucket->owner) : NULL;

    return process ? process->name : "";
}

static void print_process(struct text *text, const struct port_groups *view,
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

static void print_group(struct text *text, const struct port_groups *view,
                        const struct usage_bucket *bucket)
{
    char buffer[(int)ENDPOINT_SIZE + ADDRESS_SIZE]; /* room for an endpoint or an address */
    enum family family = (enum family)bucket->family;

    switch (view->by) {
    case GROUP_PROCESS:
        print_process(text, view, bucket);
        break;
    case GROUP_NAME:
        usage_name_print(bucket, view->has_names ? &view->processes : NULL, text);
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

/* The right-aligned columns of numbers, followed by the name of the group. */
struct columns {
    bool is_shown[COLUMN_COUNT];
    size_t width[COLUMN_COUNT];
    size_t name_width; /* width of the widest name */
    size_t room;       /* columns available for names */
};

static const char *const headings[COLUMN_COUNT] = {
    [COLUMN_PORTS] = "PORTS",         [COLUMN_OF_USE] = "% OF USE", [COLUMN_SOCKETS] = "SOCKETS",
    [COLUMN_TIME_WAIT] = "TIME_WAIT", [COLUMN_PID] = "PID",
};

static const char *const name_headings[GROUP_KIND_COUNT] = {
    [GROUP_PROCESS] = "PROCESS",        [GROUP_NAME] = "PROGRAM",
    [GROUP_REMOTE] = "REMOTE ENDPOINT", [GROUP_STATE] = "STATE",
    [GROUP_ADDRESS] = "LOCAL ADDRESS",
};

enum { CELL_SIZE = NUMBER_SIZE + 4 };

static void print_cell(char cell[CELL_SIZE], const struct port_groups *view,
                       const struct usage_bucket *bucket, enum column column)
{
    uint32_t in_use = view->survey.usage[bucket->protocol].united.in_use;

    switch (column) {
    case COLUMN_PORTS:
        number_string(cell, bucket->ports);
        break;
    case COLUMN_OF_USE:
        share_string(cell, bucket->ports, in_use);
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

const struct usage_bucket *port_groups_next(const struct port_groups *view, enum protocol protocol,
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

size_t port_groups_number(const struct port_groups *view, enum protocol protocol)
{
    return view->groups.total[protocol];
}

static void measure(const struct port_groups *view, enum protocol protocol, size_t top,
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
    while ((bucket = port_groups_next(view, protocol, top, &at, &shown))) {
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

/* Hides columns, the least important first, until the names fit. An address must fit completely,
 * because a truncated address is useless. For a program name, 24 columns are enough. */
static void fit(struct columns *columns, enum usage_group by, unsigned width)
{
    static const enum column given_up[] = {COLUMN_TIME_WAIT, COLUMN_SOCKETS, COLUMN_OF_USE};
    size_t wanted = columns->name_width;

    if (usage_group_has_owners(by) && wanted > 24)
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

/* Prints the name, cut with an ellipsis if it is too long. */
static void print_cut(struct output *output, const struct text *name, size_t room)
{
    const char *string = text_string(name);
    const char *mark = output->uses_unicode ? "\u2026" : "...";
    size_t kept = room > utf8_columns(mark) ? room - utf8_columns(mark) : 1;

    if (utf8_columns(string) <= room)
        output_puts(output, string);
    else
        output_printf(output, "%.*s%s", (int)utf8_fit(string, kept), string, mark);
}

static void print_row(struct output *output, const struct port_groups *view,
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

size_t port_groups_print(struct output *output, const struct port_groups *view,
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
    while (output_continues(output) &&
           (bucket = port_groups_next(view, protocol, top, &at, &shown)))
        print_row(output, view, bucket, &columns);
    return shown;
}

/* ---- JSON ------------------------------------------------------------- */

/* The result is null if the services are unknown or the group is not a process. */
static json_t *document_services(const struct port_groups *view, const struct usage_bucket *bucket)
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

static json_t *document_pid(const struct usage_bucket *bucket)
{
    return bucket->owner == OWNER_UNKNOWN ? json_null() : json_integer(bucket->owner);
}

static json_t *document_process_name(const struct port_groups *view,
                                     const struct usage_bucket *bucket)
{
    const char *name = port_groups_process_name(view, bucket);

    return *name ? document_text(name) : json_null();
}

json_t *port_groups_document(const struct port_groups *view, const struct usage_bucket *bucket)
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
        json_object_set_new(row, "pid", document_pid(bucket));
        json_object_set_new(row, "process", document_process_name(view, bucket));
        json_object_set_new(row, "services", document_services(view, bucket));
        break;
    case GROUP_NAME:
        json_object_set_new(row, "process", document_process_name(view, bucket));
        json_object_set_new(row, "processes",
                            has_owner(bucket) ? json_integer(bucket->processes) : json_null());
        json_object_set_new(row, "lowest_pid", document_pid(bucket));
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
