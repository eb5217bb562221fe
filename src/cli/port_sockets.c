#include "cli/port_sockets.h"

#include <stdlib.h>
#include <string.h>

#include "cli/frame/document.h"
#include "cli/frame/title.h"
#include "core/journal/journal.h"
#include "core/state/survey.h"
#include "core/use/csv.h"
#include "core/use/usage_groups.h"

/* All data is collected before anything is printed. */
struct list {
    struct survey survey; /* only the computer and the time */
    struct sockets sockets;
    struct processes processes;
    struct services services;
    const struct service_source *detail;
    bool has_names;
    size_t shown_count; /* number of rows to print */
    bool has_details;   /* the details of the process that --pid selects */
    struct process_details details;
    struct fault details_fault; /* FAULT_NONE: no details were requested, or they are known */
};

/* ---- collecting ------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct socket_row *x = a, *y = b;

    if (x->protocol != y->protocol)
        return x->protocol < y->protocol ? -1 : 1;
    if (x->local_port != y->local_port)
        return x->local_port < y->local_port ? -1 : 1;
    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    return memcmp(x->remote, y->remote, sizeof x->remote);
}

static bool parse_process(const char *text, uint32_t *process, struct fault *fault)
{
    uint64_t number;

    if (journal_parse_id(text, &number) && number < OWNER_UNKNOWN) {
        *process = (uint32_t)number;
        return true;
    }
    return fault_set(fault, FAULT_USAGE, 0,
                     "--pid must be the number of a process, not \"%.80s\". Nothing was changed.",
                     text);
}

/* Compares with and without the extension, because Task Manager shows both forms. */
static bool has_name(const struct process *process, const char *wanted)
{
    char whole[sizeof process->name];
    size_t length = strlen(wanted);

    if (!process || length + sizeof ".exe" > sizeof whole)
        return false;
    memcpy(whole, wanted, length);
    memcpy(whole + length, ".exe", sizeof ".exe");
    return ascii_compare(process->name, wanted) == 0 || ascii_compare(process->name, whole) == 0;
}

static void keep_matching(const struct socket_filter *filter, uint32_t process, struct list *list)
{
    struct sockets *sockets = &list->sockets;
    size_t count = 0;

    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];

        if (filter->is_wanted[row->protocol] && (!filter->process || row->owner == process) &&
            (!filter->name || has_name(processes_find(&list->processes, row->owner), filter->name)))
            sockets->rows[count++] = *row;
    }
    sockets->count = count;
    if (count > 1)
        qsort(sockets->rows, count, sizeof *sockets->rows, compare);
    list->shown_count = count < filter->top ? count : filter->top;
}

static bool collect(const struct machine *machine, const struct socket_filter *filter,
                    uint32_t process, struct list *list, struct fault *fault)
{
    const struct service_source *services = &machine->services;

    if (services->begin)
        services->begin(services->context);
    if (!survey_fetch(machine, SOCKETS_ROWS | SOCKETS_OWNERS | SOCKETS_BOUND, &list->sockets,
                      fault))
        return false;
    /* Listed after the sockets, so that a process that was started meanwhile has a name too. */
    list->has_names = list->sockets.has_owners &&
                      machine->processes.list(machine->processes.context, &list->processes, fault);
    if (services->read)
        services->read(services->context, &list->services);
    list->detail = services->detail ? services : NULL;
    if ((filter->process && !list->sockets.has_owners) || (filter->name && !list->has_names))
        return fault_set(
            fault, FAULT_UNAVAILABLE, 0, "%s, so %s cannot be used. Nothing was changed.",
            list->sockets.has_owners ? "The list of processes could not be read"
                                     : "This Windows does not report the processes of sockets",
            filter->process ? "--pid" : "--name");
    keep_matching(filter, process, list);
    return true;
}

/* Reads the details only of the process that the user asked for, because a command line can contain
 * passwords. */
static void read_details(const struct machine *machine, uint32_t process, struct list *list)
{
    if (process_has_details(process) && list->has_names)
        list->has_details = process_details_read(&machine->processes, &list->processes, process,
                                                 list->sockets.taken_unix_ms, true, &list->details,
                                                 &list->details_fault);
}

/* ---- printing --------------------------------------------------------- */

static void print_owner(struct text *text, const struct list *list, const struct socket_row *row)
{
    const char *words = usage_owner_words(row->owner, row->state == STATE_TIME_WAIT);
    struct text name;

    if (words) {
        text_puts(text, words);
        return;
    }
    text_printf(text, "%lu ", (unsigned long)row->owner);
    if (!list->has_names)
        return;
    text_init(&name);
    process_describe(&list->processes, &list->services, list->detail, row->owner, &name);
    text_safe(text, text_string(&name), name.length);
    text->is_broken |= name.is_broken;
    text_release(&name);
}

/* Each socket has two lines, because two IPv6 endpoints would not fit beside a process. */
static void print_row(struct output *output, const struct list *list, const struct socket_row *row)
{
    char local[ENDPOINT_SIZE], remote[ENDPOINT_SIZE];
    enum family family = (enum family)row->family;
    struct text label, owner, ends;

    text_init(&label);
    text_init(&owner);
    text_init(&ends);
    text_printf(&label, "  %s  %-12s", protocol_name((enum protocol)row->protocol),
                socket_state_name(row->state));
    print_owner(&owner, list, row);
    output_labelled(output, text_string(&label), text_string(&owner), 20);
    text_puts(&ends, endpoint_string(local, family, row->local, row->local_port));
    if (row->has_remote)
        text_printf(&ends, " -> %s",
                    endpoint_string(remote, family, row->remote, row->remote_port));
    output_paragraph(output, 7, "%s", text_string(&ends));
    text_release(&ends);
    text_release(&owner);
    text_release(&label);
}

/* Prints the details on one line each, unwrapped, so that a path can be copied. */
static void print_details(struct output *output, const struct list *list)
{
    static const char *const labels[DETAIL_COUNT] = {
        [DETAIL_PATH] = "Path",
        [DETAIL_ACCOUNT] = "Account",
        [DETAIL_STARTED] = "Started",
        [DETAIL_COMMAND_LINE] = "Command line",
    };

    if (list->has_details || list->details_fault.kind != FAULT_NONE)
        output_puts(output, "\n");
    if (list->details_fault.kind != FAULT_NONE)
        output_paragraph(output, 2, "%s", list->details_fault.text);
    for (int i = 0; list->has_details && i < DETAIL_COUNT; i++) {
        struct text text;

        text_init(&text);
        text_printf(&text, "  %-12s  ", labels[i]);
        process_detail_print(&list->details, (enum process_detail)i, list->survey.offset_seconds,
                             &text);
        text_puts(&text, "\n");
        output_text(output, &text);
        text_release(&text);
    }
}

static void print_screen(struct output *output, const struct list *list)
{
    char number[NUMBER_SIZE];
    struct text what;

    text_init(&what);
    text_printf(&what, "%s socket%s", number_string(number, list->sockets.count),
                list->sockets.count == 1 ? "" : "s");
    output_title(output, &list->survey, text_string(&what), "");
    text_release(&what);
    print_details(output, list);
    if (list->shown_count)
        output_puts(output, "\n");
    for (size_t i = 0; i < list->shown_count && output_continues(output); i++)
        print_row(output, list, &list->sockets.rows[i]);
    if (list->sockets.count > list->shown_count)
        output_printf(output, "  and %s more; to show all, use --top %zu\n",
                      number_string(number, list->sockets.count - list->shown_count),
                      list->sockets.count);
}

static const char *image_of(const struct list *list, uint32_t owner)
{
    const struct process *process =
        owner && owner != OWNER_UNKNOWN ? processes_find(&list->processes, owner) : NULL;

    return process ? process->name : "";
}

static void print_csv(struct output *output, const struct list *list)
{
    struct text text;

    text_init(&text);
    csv_socket_heading(&text);
    for (size_t i = 0; i < list->shown_count && output_continues(output); i++) {
        const struct socket_row *row = &list->sockets.rows[i];

        csv_socket(&text, row, image_of(list, row->owner));
        output_text(output, &text);
        text_release(&text);
    }
    output_text(output, &text);
    text_release(&text);
}

static json_t *make_end(enum family family, const uint8_t bytes[16], uint16_t port)
{
    char address[ADDRESS_SIZE];

    return json_pack("{s:s, s:i}", "address", address_string(address, family, bytes), "port",
                     (int)port);
}

static json_t *make_services(const struct list *list, uint32_t owner)
{
    json_t *names = json_array();

    for (size_t i = 0; i < list->services.count; i++)
        if (list->services.rows[i].process == owner)
            json_array_append_new(names, document_text(list->services.rows[i].name));
    return names;
}

static json_t *make_row(const struct list *list, const struct socket_row *row)
{
    bool has_process = row->owner && row->owner != OWNER_UNKNOWN;
    enum family family = (enum family)row->family;
    const char *image = image_of(list, row->owner);
    json_t *result = json_pack("{s:s, s:s}", "protocol", protocol_key((enum protocol)row->protocol),
                               "family", family_key(family));

    json_object_set_new(result, "local", make_end(family, row->local, row->local_port));
    json_object_set_new(result, "remote",
                        row->has_remote ? make_end(family, row->remote, row->remote_port)
                                        : json_null());
    json_object_set_new(result, "state",
                        row->state == STATE_NONE ? json_null()
                                                 : json_string(socket_state_key(row->state)));
    json_object_set_new(result, "pid", has_process ? json_integer(row->owner) : json_null());
    json_object_set_new(result, "process", *image ? document_text(image) : json_null());
    json_object_set_new(result, "services", make_services(list, row->owner));
    return result;
}

/* Prints the sockets row by row, because there can be very many. */
static bool print_json(struct output *output, const struct list *list, struct fault *fault)
{
    json_t *document =
        json_pack("{s:s, s:s}", "schema", "maxport.ports-sockets/1", "version", MAXPORT_VERSION);

    json_object_set_new(document, "time", document_time(list->survey.taken_ms));
    json_object_set_new(document, "computer", document_text(list->survey.identity.computer));
    json_object_set_new(document, "shows_bound", json_boolean(list->sockets.has_bound));
    json_object_set_new(document, "shows_owners", json_boolean(list->sockets.has_owners));
    json_object_set_new(document, "details",
                        list->has_details ? document_details(&list->details, true) : json_null());
    json_object_set_new(document, "socket_count", json_integer((json_int_t)list->sockets.count));
    output_puts(output, "{\n");
    if (!output_json_members(output, document, fault))
        return false;
    output_puts(output, "  \"sockets\": [");
    for (size_t i = 0; i < list->shown_count && output_continues(output); i++)
        if (!output_json_row(output, make_row(list, &list->sockets.rows[i]), i == 0, fault))
            return false;
    output_puts(output, list->shown_count ? "\n  ]\n}\n" : "]\n}\n");
    return true;
}

/* ---- the list --------------------------------------------------------- */

bool port_sockets_run(struct invocation *invocation, const struct socket_filter *filter,
                      struct fault *fault)
{
    struct output *output = &invocation->output;
    uint32_t process = 0;
    struct list list;
    bool is_done;

    if (filter->process && !parse_process(filter->process, &process, fault))
        return false;
    memset(&list, 0, sizeof list);
    sockets_init(&list.sockets);
    processes_init(&list.processes);
    services_init(&list.services);
    if (!survey_take(invocation->machine, 0, &list.survey, fault))
        return false;
    is_done = collect(invocation->machine, filter, process, &list, fault);
    if (is_done && filter->process && !output->is_csv)
        read_details(invocation->machine, process, &list);
    if (is_done && output->is_json)
        is_done = print_json(output, &list, fault);
    else if (is_done && output->is_csv)
        print_csv(output, &list);
    else if (is_done)
        print_screen(output, &list);
    process_details_release(&list.details);
    services_release(&list.services);
    processes_release(&list.processes);
    sockets_release(&list.sockets);
    survey_release(&list.survey);
    return is_done;
}
