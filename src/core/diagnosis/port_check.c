#include "core/diagnosis/port_check.h"

#include <string.h>

#include "core/diagnosis/advice.h"
#include "core/diagnosis/kernel_advice.h"
#include "core/diagnosis/port_facts.h"
#include "core/diagnosis/port_rows.h"
#include "core/state/blind_spots.h"

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
    fault_set(fault, FAULT_USAGE, 0,
              "A port must be a whole number from 1 to 65535, not \"%s\". Nothing was changed.",
              text_string(&shown));
    text_release(&shown);
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

bool port_check_wants_bind(const struct snapshot *snapshot, enum protocol protocol, uint16_t port)
{
    struct port_rows rows = port_rows_find(snapshot, protocol, port);

    /* An exclusion alone does not show whether the port can be bound: users report that a port in
     * an exclusion of an administrator can be bound by number (docs/windows.md, "Excluded ports").
     */
    return !port_rows_has_any(&rows);
}

static bool is_taken(const struct snapshot *snapshot, enum protocol protocol, uint16_t port)
{
    struct port_rows rows = port_rows_find(snapshot, protocol, port);

    return port_rows_deciding(&rows) || exclusion_of(snapshot, protocol, port);
}

enum protocol port_check_protocol(const struct snapshot *snapshot, uint16_t port)
{
    return is_taken(snapshot, PROTOCOL_UDP, port) && !is_taken(snapshot, PROTOCOL_TCP, port)
               ? PROTOCOL_UDP
               : PROTOCOL_TCP;
}

/* ---- the verdict ------------------------------------------------------ */

/* Returns whether the port is in an excluded range that netsh shows without "*". Users report that
 * a bind by number fails only in such a range (docs/windows.md, "Excluded ports"). */
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

static enum port_kind evaluate(const struct snapshot *snapshot, const struct port_rows *rows,
                               const struct port_binds *binds, const struct port_check *check)
{
    const struct socket_table *tables = snapshot->sockets.tables[check->protocol];

    if (rows->count[ROLE_LISTENER])
        return PORT_IS_LISTENING;
    if (rows->count[ROLE_HELD])
        return PORT_IS_HELD;
    if (rows->count[ROLE_CONNECTION])
        return PORT_IS_CONNECTED;
    if ((check->is_excluded[FAMILY_IPV4] || check->is_excluded[FAMILY_IPV6]) && !check->was_bound &&
        (!port_binds_failed(binds) || port_binds_hit_exclusion(binds)))
        return PORT_IS_EXCLUDED;
    if (rows->count[ROLE_WAITING])
        return PORT_IS_WAITING;
    if (port_binds_failed(binds))
        return PORT_IS_HIDDEN;
    if (port_binds_succeeded(binds) ||
        (tables[FAMILY_IPV4].is_available && !tables[FAMILY_IPV4].is_partial))
        return PORT_IS_FREE;
    return PORT_IS_UNKNOWN;
}

static bool is_wildcard(const struct socket_row *row)
{
    static const uint8_t zeros[16];

    return memcmp(row->local, zeros, sizeof zeros) == 0;
}

/* Describes the use of a listening, bound or connected port. */
static void print_use(const struct snapshot *snapshot, const struct port_rows *rows,
                      const struct port_check *check, struct text *text)
{
    const struct socket_row *row = port_rows_deciding(rows);

    if (check->kind == PORT_IS_CONNECTED) {
        text_puts(text, "is in use by a connection of ");
        snapshot_name_and(snapshot, row->owner, "to ", text);
        port_row_print_remote(text, row);
        text_puts(text, ".");
        return;
    }
    text_puts(text, "is in use: ");
    if (check->kind == PORT_IS_HELD) {
        snapshot_name_and(snapshot, row->owner, "has bound it but does not use it yet.", text);
        return;
    }
    snapshot_name_and(snapshot, row->owner,
                      check->protocol == PROTOCOL_UDP ? "has a socket on it" : "listens on it",
                      text);
    if (rows->count[ROLE_LISTENER] == 1 && !is_wildcard(row)) {
        text_puts(text, ", on ");
        port_row_print_local(text, row);
        text_puts(text, " only");
    }
    text_puts(text, ".");
}

/* Returns the family, if the port is excluded over only one. */
static const char *excluded_where(const struct port_check *check)
{
    if (check->is_excluded[FAMILY_IPV4] && check->is_excluded[FAMILY_IPV6])
        return "";
    return family_over(check->is_excluded[FAMILY_IPV4] ? FAMILY_IPV4 : FAMILY_IPV6);
}

static void print_excluded(const struct snapshot *snapshot, bool is_refused,
                           const struct port_check *check, struct text *text)
{
    const char *where = excluded_where(check);

    if (is_refused) {
        text_printf(text,
                    "cannot be bound: error 10013 (access denied), probably because it is "
                    "excluded%s.",
                    where);
        return;
    }
    text_printf(text, "is excluded%s: %sWindows never assigns it automatically", where,
                *where ? "there, " : "");
    text_puts(text, is_reserved(snapshot, check)
                        ? ", and a program that asks for it by number probably gets error 10013 "
                          "(access denied)."
                        : "; a program that asks for it by number probably gets it.");
}

static void print_verdict(const struct snapshot *snapshot, const struct port_rows *rows,
                          bool is_refused, struct port_check *check)
{
    bool is_excluded = check->is_excluded[FAMILY_IPV4] || check->is_excluded[FAMILY_IPV6];
    const char *protocol = protocol_name(check->protocol);
    struct text *text = &check->verdict;
    uint32_t seconds;

    text_printf(text, "%s port %u ", protocol, (unsigned)check->port);
    switch (check->kind) {
    case PORT_IS_LISTENING:
    case PORT_IS_HELD:
    case PORT_IS_CONNECTED:
        print_use(snapshot, rows, check, text);
        break;
    case PORT_IS_EXCLUDED:
        print_excluded(snapshot, is_refused, check, text);
        break;
    case PORT_IS_WAITING:
        text_puts(text, check->was_bound
                            ? "can be bound, although closed connections still occupy it."
                            : "is still occupied by closed connections; it becomes free without "
                              "further action");
        seconds = advice_wait_seconds(snapshot, (enum family)rows->first[ROLE_WAITING]->family);
        if (!check->was_bound && seconds)
            text_printf(text, ", within %u seconds", (unsigned)seconds);
        text_puts(text, check->was_bound ? "" : ".");
        break;
    case PORT_IS_HIDDEN:
        text_puts(text, "cannot be bound, and no table of Windows shows why.");
        break;
    case PORT_IS_FREE:
        if (check->was_bound && is_excluded)
            text_printf(text,
                        "can be bound although it is excluded%s: the exclusion only means that "
                        "Windows never assigns it automatically.",
                        excluded_where(check));
        else
            text_puts(text, check->was_bound
                                ? "can be bound: a test bind just succeeded and was closed "
                                  "immediately."
                                : "looks free: no table of Windows shows it.");
        break;
    case PORT_IS_UNKNOWN:
        text_puts(text, "cannot be checked: the socket tables could not be read.");
        break;
    }
}

/* ---- remedies --------------------------------------------------------- */

static bool has_netsh(const struct snapshot *snapshot)
{
    return os_at_least(&snapshot->survey.os, 6, 0, 0);
}

static void add_exclusion_remedy(const struct snapshot *snapshot, const struct port_check *check,
                                 struct sentences *helps)
{
    const struct exclusion *exclusion = exclusion_of(snapshot, check->protocol, check->port);
    const char *family = exclusion->family == FAMILY_IPV6 ? "ipv6" : "ipv4";

    if (exclusion->is_administered) {
        text_puts(sentences_add(helps), "If a program cannot bind the port and the exclusion is no "
                                        "longer needed, delete the exclusion (elevated prompt):");
        sentences_command(helps,
                          "netsh interface %s delete excludedportrange protocol=%s startport=%u "
                          "numberofports=%u",
                          family, protocol_key(check->protocol), (unsigned)exclusion->range.start,
                          (unsigned)exclusion->range.count);
        return;
    }
    text_puts(
        sentences_infer(helps),
        "If WinNAT reserved the block, stop WinNAT to free it (net stop winnat). Users report "
        "this remedy; Microsoft does not document it. While WinNAT is stopped, exclude the "
        "port for your own server, then start WinNAT again (net start winnat).");
}

/* Prints "shop.exe, PID 812 and svchost.exe (Dnscache), PID 900", the processes whose sockets
 * use the port. Returns whether one of them cannot be stopped. */
static bool print_holders(const struct snapshot *snapshot, const struct port_check *check,
                          struct text *text)
{
    enum { HOLDERS_MAX = 4 };
    uint32_t holders[HOLDERS_MAX];
    const struct socket_row *row;
    size_t count = 0, at = 0;
    bool has_vital = false;

    while (count < HOLDERS_MAX &&
           (row = port_rows_next(snapshot, check->protocol, check->port, &at))) {
        size_t i = 0;

        while (i < count && holders[i] != row->owner)
            i++;
        if (i < count || port_row_role(row) == ROLE_WAITING || !row->owner ||
            row->owner == (uint32_t)OWNER_UNKNOWN)
            continue;
        text_puts(text, count ? " and " : "");
        snapshot_name(snapshot, row->owner, text);
        has_vital |= advice_is_vital(snapshot, row->owner);
        holders[count++] = row->owner;
    }
    return has_vital;
}

/* netsh cannot exclude a port that is in use (docs/windows.md, "Excluded ports"). */
static void add_holders(const struct snapshot *snapshot, const struct port_check *check,
                        struct sentences *helps)
{
    struct text *text = sentences_add(helps), holders;
    bool has_vital;

    text_init(&holders);
    has_vital = print_holders(snapshot, check, &holders);
    text_puts(text, "To keep the port for your own server, exclude it while it is free. ");
    if (!holders.length)
        text_puts(text, check->protocol == PROTOCOL_TCP
                            ? "Wait until its connections have ended, or find the program that "
                              "uses it."
                            : "Find the program that uses it, and stop the program.");
    else if (has_vital)
        text_printf(text,
                    "Now %s uses it and cannot be stopped safely: wait until it releases the port, "
                    "or use another port.",
                    text_string(&holders));
    else
        text_printf(text, "First stop %s, even if that is your server; start it again afterwards.",
                    text_string(&holders));
    text_puts(text, " While the port is in use, netsh fails with \"The process cannot access the "
                    "file because it is being used by another process.\"");
    text->is_broken |= holders.is_broken;
    text_release(&holders);
}

static bool is_in_use(const struct port_check *check)
{
    return check->kind == PORT_IS_LISTENING || check->kind == PORT_IS_HELD ||
           check->kind == PORT_IS_CONNECTED;
}

static void add_protection(const struct snapshot *snapshot, const struct port_check *check,
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
    if (is_in_use(check))
        add_holders(snapshot, check, helps);
    text_printf(sentences_add(helps),
                "%s (elevated prompt). Users report that a program can still bind an excluded port "
                "by number; test this with your server:",
                is_in_use(check)
                    ? "Then exclude the port"
                    : "To keep the port for your own server, exclude it while it is free");
    sentences_command(helps,
                      "netsh interface %s add excludedportrange protocol=%s startport=%u "
                      "numberofports=1",
                      is_only_6 ? "ipv6" : "ipv4", protocol_key(check->protocol),
                      (unsigned)check->port);
}

static void add_another_port(struct sentences *helps)
{
    bool is_first = helps->count == 0;

    text_printf(sentences_add(helps),
                "%s the program that uses this port, or your own program, to use another port.",
                is_first ? "Configure" : "Or configure");
}

static void add_remedies(const struct snapshot *snapshot, const struct port_rows *rows,
                         struct port_check *check)
{
    const struct socket_row *row = port_rows_deciding(rows);
    struct sentences *helps = &check->helps;

    switch (check->kind) {
    case PORT_IS_LISTENING:
    case PORT_IS_HELD:
    case PORT_IS_CONNECTED:
        if (check->kind == PORT_IS_CONNECTED && row->owner == SYSTEM_PROCESS)
            kernel_advice_add_connection(row, helps);
        else if (row->owner && row->owner != (uint32_t)OWNER_UNKNOWN)
            advice_on_process(snapshot, row->owner, helps);
        if (check->kind == PORT_IS_LISTENING)
            add_another_port(helps);
        break;
    case PORT_IS_EXCLUDED:
        add_exclusion_remedy(snapshot, check, helps);
        break;
    case PORT_IS_WAITING:
        if (!check->was_bound)
            text_puts(sentences_add(helps), "Wait. A program may be able to bind the port "
                                            "earlier, depending on how it binds; to test that, "
                                            "use --probe.");
        break;
    case PORT_IS_HIDDEN:
        text_puts(sentences_infer(helps),
                  "Stop these programs one at a time, and try again: WSL (wsl --shutdown), Docker "
                  "Desktop, Hyper-V networking (the services winnat and hns). Users report that "
                  "these programs use ports that no table shows.");
        sentences_command(helps, "maxport port %u%s --probe", (unsigned)check->port,
                          check->protocol == PROTOCOL_UDP ? " --udp" : "");
        break;
    case PORT_IS_FREE:
    case PORT_IS_UNKNOWN:
        break;
    }
    add_protection(snapshot, check, helps);
}

/* ---- missing data ----------------------------------------------------- */

static void add_unseen(const struct snapshot *snapshot, struct port_check *check)
{
    const struct survey *survey = &snapshot->survey;
    struct sentences *unseen = &check->unseen;
    struct blind_view view = blind_view_of(snapshot);

    if (!survey->has_usage) {
        sentences_note_unseen(unseen, "The socket tables could not be read.",
                              survey->usage_fault.text);
        return;
    }
    view.survey = NULL; /* ports are not counted here */
    view.services = NULL;
    blind_spots_list(&view, sentences_copy, unseen);
    if (has_netsh(snapshot) && !survey->exclusions.is_known[check->protocol][FAMILY_IPV4])
        sentences_note_unseen(unseen, "Cannot determine whether the port is excluded.",
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

/* ---- result ----------------------------------------------------------- */

static bool is_whole(const struct port_check *check)
{
    return !check->verdict.is_broken && sentences_are_whole(&check->facts) &&
           sentences_are_whole(&check->other) && sentences_are_whole(&check->helps) &&
           sentences_are_whole(&check->unseen);
}

bool port_check_make(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                     const struct port_binds *binds, struct port_check *check, struct fault *fault)
{
    struct port_rows rows = port_rows_find(snapshot, protocol, port);
    const struct socket_row *row = port_rows_deciding(&rows);
    enum protocol other = protocol == PROTOCOL_TCP ? PROTOCOL_UDP : PROTOCOL_TCP;

    memset(check, 0, sizeof *check);
    check->port = port;
    check->protocol = protocol;
    check->owner = row && row->owner ? row->owner : (uint32_t)OWNER_UNKNOWN;
    check->was_bound = port_binds_succeeded(binds) && !port_binds_failed(binds);
    check->listeners = rows.count[ROLE_LISTENER];
    check->held = rows.count[ROLE_HELD];
    check->connections = rows.count[ROLE_CONNECTION];
    check->waiting = rows.count[ROLE_WAITING];
    for (int f = 0; f < FAMILY_COUNT; f++) {
        const struct running_range *running = &snapshot->survey.running[protocol][f];

        check->is_excluded[f] =
            exclusions_find(&snapshot->survey.exclusions, protocol, (enum family)f, port) != NULL;
        check->is_in_range[f] = running->is_known && range_contains(running->range, port);
    }
    check->kind = evaluate(snapshot, &rows, binds, check);
    print_verdict(snapshot, &rows, port_binds_failed(binds), check);
    port_facts_add(snapshot, protocol, port, &check->facts);
    port_facts_add_ranges(snapshot, protocol, port, &check->facts);
    port_facts_add_binds(binds, protocol, &check->facts);
    port_facts_add(snapshot, other, port, &check->other);
    if (!check->other.count && snapshot->sockets.tables[other][FAMILY_IPV4].is_available)
        text_printf(sentences_add(&check->other), "Nothing uses %s port %u.", protocol_name(other),
                    (unsigned)port);
    add_remedies(snapshot, &rows, check);
    add_unseen(snapshot, check);
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
