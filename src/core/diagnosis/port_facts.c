#include "core/diagnosis/port_facts.h"

#include <string.h>

#include "core/diagnosis/top_users.h"

static void print_range(struct text *text, struct port_range range)
{
    char number[NUMBER_SIZE];

    if (range.count == 1) {
        text_puts(text, "only this port");
        return;
    }
    text_printf(text, "%u-%u, %s ports", (unsigned)range.start, (unsigned)range_end(range),
                number_string(number, range.count));
}

static void add_more(struct sentences *sentences, uint32_t more, const char *what)
{
    char number[NUMBER_SIZE];

    if (more)
        text_printf(sentences_add(sentences), "%s not shown: %s.", what,
                    number_string(number, more));
}

/* For each role, at most this many rows get their own sentence. */
enum { ROWS_SHOWN = 4 };

static void add_rows(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                     const struct port_rows *rows, enum port_role role, struct sentences *facts)
{
    static const char *const more[ROLE_COUNT] = {"Sockets", "Bound sockets", "Connections", ""};
    const struct socket_row *row;
    uint32_t shown = 0;
    size_t at = 0;

    while (shown < ROWS_SHOWN && (row = port_rows_next(snapshot, protocol, port, &at))) {
        struct text *text;

        if (port_row_role(row) != role)
            continue;
        shown++;
        text = sentences_add(facts);
        if (role == ROLE_LISTENER)
            text_puts(text, protocol == PROTOCOL_UDP ? "UDP socket on " : "Listening on ");
        else
            text_puts(text, role == ROLE_HELD ? "Bound, but neither listening nor connected: "
                                              : "Connection from ");
        port_row_print_local(text, row);
        if (row->has_remote && role == ROLE_CONNECTION) {
            text_puts(text, " to ");
            port_row_print_remote(text, row);
            text_printf(text, " (%s)", socket_state_name(row->state));
        }
        text_puts(text, ": ");
        snapshot_name(snapshot, row->owner, text);
        text_puts(text, ".");
    }
    add_more(facts, rows->count[role] - shown, more[role]);
}

static void add_waiting(const struct snapshot *snapshot, const struct port_rows *rows,
                        struct sentences *facts)
{
    const struct socket_row *first = rows->first[ROLE_WAITING];
    struct probable_owner owners[PROBABLE_OWNERS_MAX];
    struct remote_end remote = {.is_known = true};
    char number[NUMBER_SIZE];
    struct text *text;

    if (!first)
        return;
    text = sentences_add(facts);
    text_printf(text, "%s closed connection%s remain%s (%s)",
                number_string(number, rows->count[ROLE_WAITING]),
                rows->count[ROLE_WAITING] == 1 ? "" : "s",
                rows->count[ROLE_WAITING] == 1 ? "s" : "", socket_state_name(first->state));
    if (first->has_remote) {
        text_puts(text, rows->count[ROLE_WAITING] == 1 ? ", to " : ", the first to ");
        port_row_print_remote(text, first);
    }
    text_puts(text, "; such a connection belongs to no process.");
    if (rows->first[ROLE_LISTENER]) {
        text = sentences_infer(facts);
        text_puts(text, "Probably accepted by ");
        snapshot_name(snapshot, rows->first[ROLE_LISTENER]->owner, text);
        text_puts(text, ", which listens on the port.");
        return;
    }
    if (!first->has_remote)
        return;
    remote.family = (enum family)first->family;
    memcpy(remote.address, first->remote, sizeof remote.address);
    remote.port = first->remote_port;
    if (!top_user_owners(snapshot, &remote, owners))
        return;
    text = sentences_infer(facts);
    text_puts(text, "Probably a connection of ");
    snapshot_name(snapshot, owners[0].process, text);
    text_puts(text, ", which is now connected to the same remote endpoint.");
}

/* Describes the exclusions of IPv4 and IPv6 together if the two exclusions are equal, otherwise one
 * after the other. */
static void add_exclusions(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                           struct sentences *facts)
{
    const struct exclusion *of[FAMILY_COUNT];

    for (int f = 0; f < FAMILY_COUNT; f++)
        of[f] = exclusions_find(&snapshot->survey.exclusions, protocol, (enum family)f, port);
    for (int f = 0; f < FAMILY_COUNT; f++) {
        bool is_shared = of[FAMILY_IPV4] && of[FAMILY_IPV6] &&
                         range_equal(of[FAMILY_IPV4]->range, of[FAMILY_IPV6]->range) &&
                         of[FAMILY_IPV4]->is_administered == of[FAMILY_IPV6]->is_administered;
        struct text *text;

        if (!of[f] || (f == FAMILY_IPV6 && is_shared))
            continue;
        text = sentences_add(facts);
        text_printf(text, "Excluded for %s (",
                    is_shared ? "IPv4 and IPv6" : family_name((enum family)f));
        print_range(text, of[f]->range);
        text_printf(text, "): %s",
                    of[f]->is_administered
                        ? exclusion_administered_words
                        : "probably reserved by Windows, or by a running program until the "
                          "program ends (inferred).");
        text_puts(sentences_infer(facts),
                  of[f]->is_administered
                      ? "Windows does not report who marked the exclusion. On Server 2019, HNS "
                        "(Kubernetes) left such an exclusion after its service was deleted, "
                        "according to a report."
                      : "Windows does not report who reserved the port; Hyper-V, WinNAT and HNS "
                        "(Docker, WSL) reserve such blocks inside the dynamic port range.");
    }
}

void port_facts_add_binds(const struct port_binds *binds, enum protocol protocol,
                          struct sentences *facts)
{
    static const char *const answers[] = {
        [BIND_FREE] = "succeeded",
        [BIND_IN_USE] = "failed: in use",
        [BIND_EXCLUDED] = "failed: probably excluded",
        [BIND_OTHER] = "failed",
    };

    for (int f = 0; binds && f < FAMILY_COUNT; f++) {
        struct text *text;

        if (!binds->was_tried[f])
            continue;
        text = sentences_add(facts);
        text_printf(text, "A test bind (%s over %s, exclusive, closed immediately) ",
                    protocol_name(protocol), family_name((enum family)f));
        if (!binds->has_answer[f]) {
            text_puts(text, "could not be tried: ");
            text_safe(text, binds->why[f].text, strlen(binds->why[f].text));
            continue;
        }
        text_puts(text, answers[binds->answer[f]]);
        if (binds->answer[f] != BIND_FREE)
            text_printf(text, " (error %lu)", (unsigned long)binds->code[f]);
        text_puts(text, ".");
    }
}

/* What Windows does with a port of the running range. */
enum assignment { MAY_BE_ASSIGNED, MAY_BE_EXCLUDED, NEVER_ASSIGNED };

static enum assignment assignment_of(const struct survey *survey, enum protocol protocol,
                                     enum family family, uint16_t port)
{
    if (exclusions_find(&survey->exclusions, protocol, family, port))
        return NEVER_ASSIGNED;
    return survey->exclusions.is_known[protocol][family] ? MAY_BE_ASSIGNED : MAY_BE_EXCLUDED;
}

static void add_inside(struct port_range range, const char *family, enum assignment assignment,
                       struct sentences *facts)
{
    static const char *const words[] = {
        [MAY_BE_ASSIGNED] = ": Windows may assign the port to any program at any time.",
        [MAY_BE_EXCLUDED] = (": unless the port is excluded, Windows may assign it to any program "
                             "at any time."),
        [NEVER_ASSIGNED] = ", but excluded: Windows never assigns the port automatically.",
    };

    text_printf(sentences_add(facts), "Inside the running dynamic port range%s (%u-%u)%s", family,
                (unsigned)range.start, (unsigned)range_end(range), words[assignment]);
}

static void add_outside(struct port_range range, const char *family, const struct prediction *later,
                        uint16_t port, struct sentences *facts)
{
    text_printf(sentences_add(facts),
                "Outside the running dynamic port range%s (%u-%u): Windows never assigns the port "
                "automatically.",
                family, (unsigned)range.start, (unsigned)range_end(range));
    if (later->is_known && range_contains(later->range, port))
        text_printf(sentences_infer(facts),
                    "After the next restart it will be inside (%u-%u), because of the stored "
                    "MaxUserPort.",
                    (unsigned)later->range.start, (unsigned)range_end(later->range));
}

void port_facts_add_ranges(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                           struct sentences *facts)
{
    const struct survey *survey = &snapshot->survey;
    const struct running_range *running = survey->running[protocol];
    bool is_same = running[FAMILY_IPV4].is_known == running[FAMILY_IPV6].is_known &&
                   range_equal(running[FAMILY_IPV4].range, running[FAMILY_IPV6].range) &&
                   assignment_of(survey, protocol, FAMILY_IPV4, port) ==
                       assignment_of(survey, protocol, FAMILY_IPV6, port);

    for (int f = 0; f < FAMILY_COUNT; f++) {
        const char *family = is_same ? "" : family_over((enum family)f);

        if ((f == FAMILY_IPV6 && is_same) || !running[f].is_known)
            continue;
        if (range_contains(running[f].range, port))
            add_inside(running[f].range, family,
                       assignment_of(survey, protocol, (enum family)f, port), facts);
        else
            add_outside(running[f].range, family, &survey->predicted[protocol][f], port, facts);
    }
}

void port_facts_add(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                    struct sentences *facts)
{
    struct port_rows rows = port_rows_find(snapshot, protocol, port);

    add_rows(snapshot, protocol, port, &rows, ROLE_LISTENER, facts);
    add_rows(snapshot, protocol, port, &rows, ROLE_HELD, facts);
    add_rows(snapshot, protocol, port, &rows, ROLE_CONNECTION, facts);
    add_waiting(snapshot, &rows, facts);
    add_exclusions(snapshot, protocol, port, facts);
}
