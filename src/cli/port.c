#include <stdio.h>
#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "cli/frame/sentence_list.h"
#include "cli/frame/title.h"
#include "core/diagnosis/port_check.h"

enum { OPTION_UDP = OPTION_OWN, OPTION_TCP, OPTION_PROBE };

/* ---- the screen ------------------------------------------------------- */

static void print_screen(struct output *output, const struct snapshot *snapshot,
                         const struct port_check *check, bool was_asked)
{
    bool is_udp = check->protocol == PROTOCOL_UDP;
    bool is_bindable = check->kind == PORT_IS_FREE;
    char title[32];

    snprintf(title, sizeof title, "port %u", (unsigned)check->port);
    output_title(output, &snapshot->survey, title, "");
    output_puts(output, "\n");
    output_style(output, is_bindable ? STYLE_STRONG : STYLE_WARNING);
    output_paragraph(output, 2, "%s", text_string(&check->verdict));
    output_style(output, STYLE_NORMAL);
    if (is_udp && !was_asked)
        output_paragraph(output, 2,
                         "TCP port %u is neither in use nor excluded, so this result is about UDP. "
                         "To check TCP, add --tcp.",
                         (unsigned)check->port);
    sentences_print(output, is_udp ? "UDP" : "TCP", &check->facts, MARK_DASH);
    sentences_print(output, is_udp ? "TCP" : "UDP", &check->other, MARK_DASH);
    sentences_print(output, "Remedies", &check->helps, MARK_NUMBER);
    sentences_print(output, "What could not be checked", &check->unseen, MARK_DASH);
}

/* ---- JSON ------------------------------------------------------------- */

static json_t *make_bind(const struct port_binds *binds, int f)
{
    static const char *const answers[] = {
        [BIND_FREE] = "free",
        [BIND_IN_USE] = "in_use",
        [BIND_EXCLUDED] = "excluded",
        [BIND_OTHER] = "other",
    };

    if (!binds->was_tried[f])
        return json_null();
    if (!binds->has_answer[f])
        return json_pack("{s:n, s:I, s:o}", "answer", "code", (json_int_t)binds->why[f].code, "why",
                         document_text(binds->why[f].text));
    return json_pack("{s:s, s:I, s:n}", "answer", answers[binds->answer[f]], "code",
                     (json_int_t)binds->code[f], "why");
}

static json_t *make_exclusion(const struct snapshot *snapshot, const struct port_check *check,
                              enum family family)
{
    const struct exclusions *exclusions = &snapshot->survey.exclusions;
    const struct exclusion *row = exclusions_find(exclusions, check->protocol, family, check->port);

    if (!row)
        return exclusions->is_known[check->protocol][family] ? json_false() : json_null();
    return json_pack("{s:I, s:I, s:b}", "start", (json_int_t)row->range.start, "count",
                     (json_int_t)row->range.count, "is_administered", row->is_administered);
}

/* Lists at most this many sockets, because a server may have 60,000 on one port. */
enum { ROWS_MAX = 100 };

static json_t *make_sockets(const struct snapshot *snapshot, const struct port_check *check)
{
    json_t *rows = json_array();
    char buffer[ADDRESS_SIZE];

    for (size_t i = 0; i < snapshot->sockets.count && json_array_size(rows) < ROWS_MAX; i++) {
        const struct socket_row *row = &snapshot->sockets.rows[i];
        enum family family = (enum family)row->family;
        json_t *object;

        if (row->local_port != check->port || row->protocol != (uint8_t)check->protocol ||
            row->family >= FAMILY_COUNT)
            continue;
        object = json_pack("{s:s, s:s, s:s}", "state", port_state_key(port_state_of(row)), "family",
                           family_key(family), "local_address",
                           address_string(buffer, family, row->local));
        json_object_set_new(object, "remote_address",
                            row->has_remote
                                ? json_string(address_string(buffer, family, row->remote))
                                : json_null());
        json_object_set_new(object, "remote_port",
                            row->has_remote ? json_integer(row->remote_port) : json_null());
        json_object_set_new(object, "process", process_document(snapshot, row->owner));
        json_array_append_new(rows, object);
    }
    return rows;
}

static json_t *make_document(const struct invocation *invocation, const struct snapshot *snapshot,
                             const struct port_binds *binds, const struct port_check *check)
{
    json_t *document = command_document(invocation);
    json_t *families = json_object();

    for (int f = 0; f < FAMILY_COUNT; f++) {
        const struct running_range *running = &snapshot->survey.running[check->protocol][f];

        json_object_set_new(
            families, family_key((enum family)f),
            json_pack("{s:o, s:o, s:o}", "is_in_dynamic_range",
                      running->is_known ? json_boolean(check->is_in_range[f]) : json_null(),
                      "exclusion", make_exclusion(snapshot, check, (enum family)f), "bind",
                      make_bind(binds, f)));
    }
    json_object_set_new(document, "time", document_time(snapshot->survey.taken_ms));
    json_object_set_new(document, "computer", document_text(snapshot->survey.identity.computer));
    json_object_set_new(document, "port", json_integer(check->port));
    json_object_set_new(document, "protocol", json_string(protocol_key(check->protocol)));
    json_object_set_new(document, "kind", json_string(port_kind_key(check->kind)));
    json_object_set_new(document, "text", document_text(text_string(&check->verdict)));
    json_object_set_new(document, "owner", process_document_detailed(snapshot, check->owner));
    json_object_set_new(document, "counts",
                        json_pack("{s:I, s:I, s:I, s:I}", "listeners", (json_int_t)check->listeners,
                                  "bound", (json_int_t)check->held, "connections",
                                  (json_int_t)check->connections, "waiting",
                                  (json_int_t)check->waiting));
    json_object_set_new(document, "families", families);
    json_object_set_new(document, "sockets", make_sockets(snapshot, check));
    json_object_set_new(document, "facts", sentences_document(&check->facts));
    json_object_set_new(document, "other_protocol", sentences_document(&check->other));
    json_object_set_new(document, "helps", sentences_document(&check->helps));
    json_object_set_new(document, "not_seen", sentences_document(&check->unseen));
    return document;
}

/* ---- the command ------------------------------------------------------ */

static bool report_port(struct invocation *invocation, const struct snapshot *snapshot,
                        uint16_t port, struct fault *fault)
{
    const char *udp = invocation->option[OPTION_UDP], *tcp = invocation->option[OPTION_TCP];
    enum protocol protocol = udp   ? PROTOCOL_UDP
                             : tcp ? PROTOCOL_TCP
                                   : port_check_protocol(snapshot, port);
    struct output *output = &invocation->output;
    struct port_binds binds;
    struct port_check check;
    bool is_done = true;

    memset(&binds, 0, sizeof binds);
    if (invocation->option[OPTION_PROBE] || port_check_wants_bind(snapshot, protocol, port))
        port_binds_try(&invocation->machine->binder, protocol, port, &binds);
    if (!port_check_make(snapshot, protocol, port, &binds, &check, fault))
        return false;
    if (output->is_json)
        is_done = output_json(output, make_document(invocation, snapshot, &binds, &check), fault);
    else
        print_screen(output, snapshot, &check, udp || tcp);
    port_check_release(&check);
    return is_done;
}

static bool run_port(struct invocation *invocation, struct fault *fault)
{
    struct snapshot snapshot;
    uint16_t port;
    bool is_done;

    if (invocation->option[OPTION_UDP] && invocation->option[OPTION_TCP])
        return fault_set(fault, FAULT_USAGE, 0,
                         "--tcp and --udp cannot be combined. Nothing was changed.");
    if (!port_parse(invocation->arguments[0], &port, fault) ||
        !snapshot_take(invocation->machine, 0, &snapshot, fault))
        return false;
    is_done = report_port(invocation, &snapshot, port, fault);
    snapshot_release(&snapshot);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_UDP] = {"udp", NULL, "check the UDP port", false},
    [OPTION_TCP] = {"tcp", NULL, "check the TCP port", false},
    [OPTION_PROBE] = {"probe", NULL,
                      "try to bind the port even if the tables already show the "
                      "cause",
                      false},
    {NULL, NULL, NULL, false},
};

const struct command command_port = {
    .name = "port",
    .summary = "explain why a port cannot be bound",
    .arguments = "N",
    .examples = "maxport port 5432|explain why TCP port 5432 cannot be bound\n"
                "maxport port 53 --udp|check the UDP port, also if the TCP port is in use\n"
                "maxport port 8080 --probe|try to bind the port, whatever the tables show\n",
    .details =
        "Shows listeners, open connections, closed connections that still use the port, bound "
        "sockets and exclusions, for TCP and UDP over IPv4 and IPv6, and whether the port is in "
        "the dynamic port range.\n"
        "Without --tcp or --udp, maxport checks the TCP port; if only the UDP port is in use or "
        "excluded, it checks the UDP port.\n"
        "If no table shows the port, maxport binds it exclusively and closes it immediately. It "
        "never listens and sends nothing.\n",
    .argument_minimum = 1,
    .argument_maximum = 1,
    .argument_missing = "port needs a port number, for example maxport port 5432.",
    .options = options,
    .run = run_port,
};
