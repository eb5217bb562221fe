#include "core/diagnosis/port_check.h"

#include <string.h>

#include "core/diagnosis/advice.h"

const char *port_kind_key(enum port_kind kind)
{
    switch (kind) {
    case PORT_IS_FREE:
        return "free";
    case PORT_IS_LISTENING:
        return "listening";
    case PORT_IS_HELD:
        return "held";
    case PORT_IS_CONNECTED:
        return "connected";
    case PORT_IS_EXCLUDED:
        return "excluded";
    case PORT_IS_WAITING:
        return "waiting";
    case PORT_IS_HIDDEN:
        return "hidden";
    case PORT_IS_UNKNOWN:
        break;
    }
    return "unknown";
}

bool port_parse(const char *text, uint16_t *port, struct fault *fault)
{
    enum { SHOWN_MAX = 40 };
    size_t digits = strspn(text, "0123456789"), length = strlen(text);
    uint32_t number = 0;
    struct text shown;

    for (size_t i = 0; i < digits && number <= UINT16_MAX; i++)
        number = number * 10 + (uint32_t)(text[i] - '0');
    if (digits && digits == length && number >= 1 && number <= UINT16_MAX) {
        *port = (uint16_t)number;
        return true;
    }
    text_init(&shown);
    text_safe(&shown, text, length < SHOWN_MAX ? length : SHOWN_MAX);
    if (digits && digits == length)
        fault_set(fault, FAULT_USAGE, 0,
                  "Port %s does not exist: ports are numbered from 1 to "
                  "65535.",
                  text_string(&shown));
    else
        fault_set(fault, FAULT_USAGE, 0,
                  "\"%s\" is not a port; use a whole number from 1 to 65535, digits only.",
                  text_string(&shown));
    text_release(&shown);
    return false;
}

/* ---- the rows that have the port --------------------------------------- */

enum role { ROLE_LISTENER, ROLE_HELD, ROLE_CONNECTION, ROLE_WAITING, ROLE_COUNT };

static enum role role_of(const struct socket_row *row)
{
    switch (port_state_of(row)) {
    case PORT_LISTEN:
    case PORT_OPEN:
        return ROLE_LISTENER;
    case PORT_BOUND:
        return ROLE_HELD;
    case PORT_TIME_WAIT:
    case PORT_DELETE_TCB:
    case PORT_CLOSED:
        return ROLE_WAITING;
    default:
        return ROLE_CONNECTION;
    }
}

static const struct socket_row *next_row(const struct snapshot *snapshot, enum protocol protocol,
                                         uint16_t port, size_t *at)
{
    while (*at < snapshot->sockets.count) {
        const struct socket_row *row = &snapshot->sockets.rows[(*at)++];

        if (row->protocol == (uint8_t)protocol && row->local_port == port &&
            row->family < FAMILY_COUNT)
            return row;
    }
    return NULL;
}

struct holders {
    uint32_t count[ROLE_COUNT];
    const struct socket_row *first[ROLE_COUNT];
};

static struct holders find_holders(const struct snapshot *snapshot, enum protocol protocol,
                                   uint16_t port)
{
    struct holders holders = {{0}, {NULL}};
    const struct socket_row *row;
    size_t at = 0;

    while ((row = next_row(snapshot, protocol, port, &at))) {
        enum role role = role_of(row);

        if (!holders.count[role]++)
            holders.first[role] = row;
    }
    return holders;
}

static bool is_listed(const struct holders *holders)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        if (holders->count[role])
            return true;
    return false;
}

static const struct exclusion *exclusion_of(const struct snapshot *snapshot, enum protocol protocol,
                                            uint16_t port)
{
    const struct exclusion *found =
        exclusions_find(&snapshot->survey.exclusions, protocol, FAMILY_IPV4, port);

    return found ? found
                 : exclusions_find(&snapshot->survey.exclusions, protocol, FAMILY_IPV6, port);
}

void port_binds_try(const struct binder *binder, enum protocol protocol, uint16_t port,
                    struct port_binds *binds)
{
    for (int f = 0; f < FAMILY_COUNT; f++) {
        binds->was_tried[f] = true;
        if (!binder->try_bind)
            fault_set(&binds->why[f], FAULT_UNAVAILABLE, 0, "Binding is not available here.");
        else
            binds->has_answer[f] =
                binder->try_bind(binder->context, protocol, (enum family)f, port, &binds->answer[f],
                                 &binds->code[f], &binds->why[f]);
    }
}

bool port_check_wants_bind(const struct snapshot *snapshot, enum protocol protocol, uint16_t port)
{
    struct holders holders = find_holders(snapshot, protocol, port);

    /* An exclusion alone does not answer it: users report that ports which an administrator
     * excluded can be bound by number (docs/windows.md, "Excluded ports"). */
    return !is_listed(&holders);
}

/* ---- words ------------------------------------------------------------- */

static void put_local(struct text *text, const struct socket_row *row)
{
    char buffer[ENDPOINT_SIZE];

    text_puts(text, endpoint_string(buffer, (enum family)row->family, row->local, row->local_port));
}

static void put_remote(struct text *text, const struct socket_row *row)
{
    char buffer[ENDPOINT_SIZE];

    text_puts(text,
              endpoint_string(buffer, (enum family)row->family, row->remote, row->remote_port));
}

static void put_range(struct text *text, struct port_range range)
{
    char number[NUMBER_SIZE];

    if (range.count == 1) {
        text_puts(text, "only this port");
        return;
    }
    text_printf(text, "%u-%u, %s ports", (unsigned)range.start, (unsigned)range_end(range),
                number_string(number, range.count));
}

static void put_more(struct sentences *sentences, uint32_t more, const char *what)
{
    char number[NUMBER_SIZE];

    if (more)
        text_printf(sentences_add(sentences), "%s not shown: %s.", what,
                    number_string(number, more));
}

/* Each role's rows, the first so many by themselves. */
enum { ROWS_SHOWN = 4 };

static void tell_rows(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                      const struct holders *holders, enum role role, struct sentences *facts)
{
    static const char *const more[ROLE_COUNT] = {"Sockets", "Bound sockets", "Connections", ""};
    const struct socket_row *row;
    uint32_t shown = 0;
    size_t at = 0;

    while (shown < ROWS_SHOWN && (row = next_row(snapshot, protocol, port, &at))) {
        struct text *text;

        if (role_of(row) != role)
            continue;
        shown++;
        text = sentences_add(facts);
        if (role == ROLE_LISTENER)
            text_puts(text, protocol == PROTOCOL_UDP ? "UDP socket on " : "Listening on ");
        else
            text_puts(text, role == ROLE_HELD ? "Bound, but neither listening nor connected: "
                                              : "Connection from ");
        put_local(text, row);
        if (row->has_remote && role == ROLE_CONNECTION) {
            text_puts(text, " to ");
            put_remote(text, row);
            text_printf(text, " (%s)", socket_state_name(row->state));
        }
        text_puts(text, ": ");
        snapshot_name(snapshot, row->owner, text);
        text_puts(text, ".");
    }
    put_more(facts, holders->count[role] - shown, more[role]);
}

static void tell_waiting(const struct snapshot *snapshot, const struct holders *holders,
                         struct sentences *facts)
{
    const struct socket_row *first = holders->first[ROLE_WAITING];
    struct probable_owner owners[PROBABLE_OWNERS_MAX];
    struct remote_end remote = {.is_known = true};
    char number[NUMBER_SIZE];
    struct text *text;

    if (!first)
        return;
    text = sentences_add(facts);
    text_printf(text, "%s closed connection%s remain%s (%s)",
                number_string(number, holders->count[ROLE_WAITING]),
                holders->count[ROLE_WAITING] == 1 ? "" : "s",
                holders->count[ROLE_WAITING] == 1 ? "s" : "", socket_state_name(first->state));
    if (first->has_remote) {
        text_puts(text, holders->count[ROLE_WAITING] == 1 ? ", to " : ", the first to ");
        put_remote(text, first);
    }
    text_puts(text, "; such a connection belongs to no process.");
    if (holders->first[ROLE_LISTENER]) {
        text = sentences_infer(facts);
        text_puts(text, "Probably accepted by ");
        snapshot_name(snapshot, holders->first[ROLE_LISTENER]->owner, text);
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

/* Both families in one sentence where they agree. */
static void tell_exclusions(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
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
        put_range(text, of[f]->range);
        text_puts(text,
                  of[f]->is_administered
                      ? "): probably set with netsh, and kept after a restart unless it was set "
                        "with store=active (inferred)."
                      : "): probably reserved by a running program or by Windows, until it "
                        "ends (inferred).");
        if (!of[f]->is_administered)
            text_puts(
                sentences_infer(facts),
                "Windows does not report who reserved it; Hyper-V, WinNAT and HNS (Docker, WSL) "
                "reserve such blocks inside the dynamic port range.");
    }
}

static void tell_bind(const struct port_binds *binds, enum protocol protocol,
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

/* Inside or outside of the dynamic range, and after a restart. */
static void tell_range(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                       struct sentences *facts)
{
    const struct survey *survey = &snapshot->survey;
    bool is_same = survey->running[protocol][FAMILY_IPV4].is_known ==
                       survey->running[protocol][FAMILY_IPV6].is_known &&
                   range_equal(survey->running[protocol][FAMILY_IPV4].range,
                               survey->running[protocol][FAMILY_IPV6].range);

    for (int f = 0; f < FAMILY_COUNT; f++) {
        const struct running_range *running = &survey->running[protocol][f];
        const struct prediction *later = &survey->predicted[protocol][f];
        const char *family = is_same ? "" : f == FAMILY_IPV4 ? " over IPv4" : " over IPv6";
        struct text *text;

        if ((f == FAMILY_IPV6 && is_same) || !running->is_known)
            continue;
        text = sentences_add(facts);
        if (range_contains(running->range, port)) {
            text_printf(text,
                        "Inside the running dynamic port range%s (%u-%u): Windows may assign it "
                        "to any program at any time.",
                        family, (unsigned)running->range.start,
                        (unsigned)range_end(running->range));
        } else {
            text_printf(text,
                        "Outside the running dynamic port range%s (%u-%u): Windows never assigns "
                        "it automatically.",
                        family, (unsigned)running->range.start,
                        (unsigned)range_end(running->range));
            if (later->is_known && range_contains(later->range, port)) {
                text = sentences_infer(facts);
                text_printf(text,
                            "After the next restart it will be inside (%u-%u), because of the "
                            "stored MaxUserPort.",
                            (unsigned)later->range.start, (unsigned)range_end(later->range));
            }
        }
    }
}

static void tell_facts(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                       struct sentences *facts)
{
    struct holders holders = find_holders(snapshot, protocol, port);

    tell_rows(snapshot, protocol, port, &holders, ROLE_LISTENER, facts);
    tell_rows(snapshot, protocol, port, &holders, ROLE_HELD, facts);
    tell_rows(snapshot, protocol, port, &holders, ROLE_CONNECTION, facts);
    tell_waiting(snapshot, &holders, facts);
    tell_exclusions(snapshot, protocol, port, facts);
}

/* ---- the verdict ------------------------------------------------------- */

static bool was_bound(const struct port_binds *binds)
{
    for (int f = 0; binds && f < FAMILY_COUNT; f++)
        if (binds->has_answer[f] && binds->answer[f] == BIND_FREE)
            return true;
    return false;
}

static bool was_refused(const struct port_binds *binds)
{
    for (int f = 0; binds && f < FAMILY_COUNT; f++)
        if (binds->has_answer[f] && binds->answer[f] != BIND_FREE)
            return true;
    return false;
}

/* Refused with the code of excluded ports. 10048 alone comes from a socket, not from the
 * exclusion (docs/windows.md, "Binding a port"). */
static bool was_refused_as_excluded(const struct port_binds *binds)
{
    for (int f = 0; binds && f < FAMILY_COUNT; f++)
        if (binds->has_answer[f] && binds->answer[f] == BIND_EXCLUDED)
            return true;
    return false;
}

/* Excluded by a row without netsh's "*": users report that only such a row refuses a bind
 * by number (docs/windows.md, "Excluded ports"). */
static bool is_reserved(const struct snapshot *snapshot, const struct port_check *check)
{
    for (int f = 0; f < FAMILY_COUNT; f++) {
        const struct exclusion *row = exclusions_find(&snapshot->survey.exclusions, check->protocol,
                                                      (enum family)f, check->port);

        if (row && !row->is_administered)
            return true;
    }
    return false;
}

static enum port_kind judge(const struct snapshot *snapshot, const struct holders *holders,
                            const struct port_binds *binds, const struct port_check *check)
{
    const struct socket_table *tables = snapshot->sockets.tables[check->protocol];

    if (holders->count[ROLE_LISTENER])
        return PORT_IS_LISTENING;
    if (holders->count[ROLE_HELD])
        return PORT_IS_HELD;
    if (holders->count[ROLE_CONNECTION])
        return PORT_IS_CONNECTED;
    if ((check->is_excluded[FAMILY_IPV4] || check->is_excluded[FAMILY_IPV6]) && !check->was_bound &&
        (!was_refused(binds) || was_refused_as_excluded(binds)))
        return PORT_IS_EXCLUDED;
    if (holders->count[ROLE_WAITING])
        return PORT_IS_WAITING;
    if (was_refused(binds))
        return PORT_IS_HIDDEN;
    if (was_bound(binds) || (tables[FAMILY_IPV4].is_available && !tables[FAMILY_IPV4].is_partial))
        return PORT_IS_FREE;
    return PORT_IS_UNKNOWN;
}

static const struct socket_row *telling_row(const struct holders *holders)
{
    for (int role = 0; role < ROLE_WAITING; role++)
        if (holders->first[role])
            return holders->first[role];
    return NULL;
}

static bool is_wildcard(const struct socket_row *row)
{
    static const uint8_t zeros[16];

    return memcmp(row->local, zeros, sizeof zeros) == 0;
}

static void say_verdict(const struct snapshot *snapshot, const struct holders *holders,
                        bool is_refused, struct port_check *check)
{
    bool is_excluded = check->is_excluded[FAMILY_IPV4] || check->is_excluded[FAMILY_IPV6];
    const char *protocol = protocol_name(check->protocol);
    const struct socket_row *row = telling_row(holders);
    struct text *text = &check->verdict;
    uint32_t seconds;

    text_printf(text, "%s port %u ", protocol, (unsigned)check->port);
    switch (check->kind) {
    case PORT_IS_LISTENING:
        text_puts(text, "is in use: ");
        snapshot_name_and(snapshot, row->owner,
                          check->protocol == PROTOCOL_UDP ? "has a socket on it" : "listens on it",
                          text);
        if (holders->count[ROLE_LISTENER] == 1 && !is_wildcard(row)) {
            text_puts(text, ", on ");
            put_local(text, row);
            text_puts(text, " only");
        }
        text_puts(text, ".");
        break;
    case PORT_IS_HELD:
        text_puts(text, "is in use: ");
        snapshot_name_and(snapshot, row->owner, "has bound it but does not use it yet.", text);
        break;
    case PORT_IS_CONNECTED:
        text_puts(text, "is in use by a connection of ");
        snapshot_name_and(snapshot, row->owner, "to ", text);
        put_remote(text, row);
        text_puts(text, ".");
        break;
    case PORT_IS_EXCLUDED:
        text_puts(text, is_refused
                            ? "cannot be bound: error 10013 (access denied), probably because it "
                              "is excluded."
                        : is_reserved(snapshot, check)
                            ? "is excluded: Windows never assigns it automatically, and a program "
                              "that asks for it by number probably gets error 10013 (access "
                              "denied)."
                            : "is excluded: Windows never assigns it automatically; a program "
                              "that asks for it by number probably gets it.");
        break;
    case PORT_IS_WAITING:
        text_puts(text, check->was_bound
                            ? "can be bound, although closed connections still occupy it."
                            : "is still occupied by closed connections; it becomes free without "
                              "further action");
        seconds = advice_wait_seconds(snapshot, (enum family)holders->first[ROLE_WAITING]->family);
        if (!check->was_bound && seconds)
            text_printf(text, ", within %u s", (unsigned)seconds);
        text_puts(text, check->was_bound ? "" : ".");
        break;
    case PORT_IS_HIDDEN:
        text_puts(text, "cannot be bound, and no table of Windows shows why.");
        break;
    case PORT_IS_FREE:
        text_puts(text, check->was_bound && is_excluded
                            ? "can be bound although it is excluded; Windows only never assigns "
                              "it automatically."
                        : check->was_bound
                            ? "can be bound: a test bind just succeeded and was closed "
                              "immediately."
                            : "looks free: no table of Windows shows it.");
        break;
    case PORT_IS_UNKNOWN:
        text_puts(text, "cannot be checked: the socket tables could not be read.");
        break;
    }
}

/* ---- what helps -------------------------------------------------------- */

static bool has_netsh(const struct snapshot *snapshot)
{
    return os_at_least(&snapshot->survey.os, 6, 0, 0);
}

static void help_excluded(const struct snapshot *snapshot, const struct port_check *check,
                          struct sentences *helps)
{
    const struct exclusion *exclusion = exclusion_of(snapshot, check->protocol, check->port);
    const char *family = exclusion->family == FAMILY_IPV6 ? "ipv6" : "ipv4";

    if (exclusion->is_administered) {
        text_puts(sentences_add(helps), "If a program cannot bind the port, delete the "
                                        "exclusion, unless it is still needed (elevated prompt):");
        sentences_command(helps,
                          "netsh interface %s delete excludedportrange protocol=%s startport=%u "
                          "numberofports=%u",
                          family, protocol_key(check->protocol), (unsigned)exclusion->range.start,
                          (unsigned)exclusion->range.count);
        return;
    }
    text_puts(sentences_infer(helps),
              "If WinNAT reserved the block, stop WinNAT to free it (net stop winnat; later net "
              "start winnat). Meanwhile, exclude the port for your own server, as below. Users "
              "report this; Microsoft does not document it.");
}

static void help_protect(const struct snapshot *snapshot, const struct port_check *check,
                         struct sentences *helps)
{
    const struct exclusion *exclusion = exclusion_of(snapshot, check->protocol, check->port);
    bool is_in_range = check->is_in_range[FAMILY_IPV4] || check->is_in_range[FAMILY_IPV6];
    bool is_only_6 = !check->is_in_range[FAMILY_IPV4] && check->is_in_range[FAMILY_IPV6];

    if (!is_in_range || (exclusion && exclusion->is_administered) ||
        (exclusion && check->kind == PORT_IS_FREE))
        return;
    if (!has_netsh(snapshot)) {
        text_printf(sentences_add(helps),
                    "To keep the port for your own server, add %u-%u to the registry value "
                    "ReservedPorts (REG_MULTI_SZ) of Tcpip\\Parameters and restart Windows.",
                    (unsigned)check->port, (unsigned)check->port);
        return;
    }
    text_puts(sentences_add(helps),
              "To keep the port for your own server, exclude it while it is free (elevated "
              "prompt). Users report that a program can still bind such a port by number; test "
              "it with your server:");
    sentences_command(helps,
                      "netsh interface %s add excludedportrange protocol=%s startport=%u "
                      "numberofports=1",
                      is_only_6 ? "ipv6" : "ipv4", protocol_key(check->protocol),
                      (unsigned)check->port);
}

static void put_another_port(struct sentences *helps)
{
    bool is_first = helps->count == 0;

    text_printf(sentences_add(helps), "%s one of the two programs to use another port.",
                is_first ? "Configure" : "Or configure");
}

static void help(const struct snapshot *snapshot, const struct holders *holders,
                 struct port_check *check)
{
    const struct socket_row *row = telling_row(holders);
    struct sentences *helps = &check->helps;

    switch (check->kind) {
    case PORT_IS_LISTENING:
    case PORT_IS_HELD:
    case PORT_IS_CONNECTED:
        if (row->owner && row->owner != (uint32_t)OWNER_UNKNOWN)
            advice_on_process(snapshot, row->owner, helps);
        if (check->kind == PORT_IS_LISTENING)
            put_another_port(helps);
        break;
    case PORT_IS_EXCLUDED:
        help_excluded(snapshot, check, helps);
        break;
    case PORT_IS_WAITING:
        if (!check->was_bound)
            text_puts(sentences_add(helps), "Wait. A program may be able to bind the port "
                                            "earlier, depending on how it binds; to test that, "
                                            "use --probe.");
        break;
    case PORT_IS_HIDDEN:
        text_puts(sentences_infer(helps),
                  "Stop, one after another, the programs that users report to use ports that no "
                  "table shows, and try again: WSL (wsl --shutdown), Docker Desktop, Hyper-V "
                  "networking (the services winnat and hns).");
        sentences_command(helps, "maxport port %u%s --probe", (unsigned)check->port,
                          check->protocol == PROTOCOL_UDP ? " --udp" : "");
        break;
    case PORT_IS_FREE:
    case PORT_IS_UNKNOWN:
        break;
    }
    help_protect(snapshot, check, helps);
}

/* ---- what could not be seen -------------------------------------------- */

static void miss(struct sentences *unseen, const char *what, const char *why)
{
    struct text *text = sentences_add(unseen);

    text_puts(text, what);
    text_puts(text, *why ? " " : "");
    text_safe(text, why, strlen(why));
}

static void tell_unseen(const struct snapshot *snapshot, struct port_check *check)
{
    const struct survey *survey = &snapshot->survey;
    struct sentences *unseen = &check->unseen;

    if (!survey->has_usage) {
        miss(unseen, "The socket tables could not be read.", survey->usage_fault.text);
        return;
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct socket_table *table = &snapshot->sockets.tables[p][f];

            if (!table->is_available || table->is_partial)
                text_printf(sentences_add(unseen), "%s over %s%s.", protocol_name((enum protocol)p),
                            family_name((enum family)f),
                            table->is_available ? ": its table could be read only partly"
                                                : ": its table could not be read");
        }
    if (!snapshot->sockets.has_bound && check->protocol == PROTOCOL_TCP)
        miss(unseen, "This Windows does not list bound, idle TCP sockets.", "");
    if (!snapshot->sockets.has_owners)
        miss(unseen, "This Windows does not report which process owns a socket.", "");
    else if (!snapshot->has_names)
        miss(unseen, "The process names could not be read.", snapshot->names_fault.text);
    if (has_netsh(snapshot) && !survey->exclusions.is_known[check->protocol][FAMILY_IPV4])
        miss(unseen, "Cannot determine whether the port is excluded.",
             survey->exclusions.why[check->protocol][FAMILY_IPV4]);
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (!survey->running[check->protocol][f].is_known) {
            struct text *text = sentences_add(unseen);

            text_printf(text,
                        "Cannot determine whether the port is in the dynamic port range "
                        "over %s. ",
                        family_name((enum family)f));
            text_safe(text, survey->running[check->protocol][f].why,
                      strlen(survey->running[check->protocol][f].why));
        }
}

/* ---- all of it --------------------------------------------------------- */

static bool is_whole(const struct port_check *check)
{
    return !check->verdict.is_broken && sentences_are_whole(&check->facts) &&
           sentences_are_whole(&check->other) && sentences_are_whole(&check->helps) &&
           sentences_are_whole(&check->unseen);
}

bool port_check_make(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                     const struct port_binds *binds, struct port_check *check, struct fault *fault)
{
    struct holders holders = find_holders(snapshot, protocol, port);
    const struct socket_row *row = telling_row(&holders);
    enum protocol other = protocol == PROTOCOL_TCP ? PROTOCOL_UDP : PROTOCOL_TCP;

    memset(check, 0, sizeof *check);
    check->port = port;
    check->protocol = protocol;
    check->owner = row && row->owner ? row->owner : (uint32_t)OWNER_UNKNOWN;
    check->was_bound = was_bound(binds) && !was_refused(binds);
    check->listeners = holders.count[ROLE_LISTENER];
    check->held = holders.count[ROLE_HELD];
    check->connections = holders.count[ROLE_CONNECTION];
    check->waiting = holders.count[ROLE_WAITING];
    for (int f = 0; f < FAMILY_COUNT; f++) {
        const struct running_range *running = &snapshot->survey.running[protocol][f];

        check->is_excluded[f] =
            exclusions_find(&snapshot->survey.exclusions, protocol, (enum family)f, port) != NULL;
        check->is_in_range[f] = running->is_known && range_contains(running->range, port);
    }
    check->kind = judge(snapshot, &holders, binds, check);
    say_verdict(snapshot, &holders, was_refused(binds), check);
    tell_facts(snapshot, protocol, port, &check->facts);
    tell_range(snapshot, protocol, port, &check->facts);
    tell_bind(binds, protocol, &check->facts);
    tell_facts(snapshot, other, port, &check->other);
    if (!check->other.count && snapshot->sockets.tables[other][FAMILY_IPV4].is_available)
        text_printf(sentences_add(&check->other), "Nothing uses %s port %u.", protocol_name(other),
                    (unsigned)port);
    help(snapshot, &holders, check);
    tell_unseen(snapshot, check);
    if (is_whole(check))
        return true;
    port_check_release(check);
    return fault_no_memory(fault);
}

void port_check_release(struct port_check *check)
{
    text_release(&check->verdict);
    sentences_release(&check->facts);
    sentences_release(&check->other);
    sentences_release(&check->helps);
    sentences_release(&check->unseen);
}
