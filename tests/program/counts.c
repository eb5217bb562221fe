/* Compares the numbers of ports that status prints with two sources: the socket tables, which this
 * file reads itself, and the sockets that this file has opened.
 *
 * Other programs may open and close ports at the same time (Wine also lists all ports of the Linux
 * host). So this file reads the tables before and after status. It compares the output of status
 * only if both readings of the tables are equal.
 */
#include <winsock2.h>

#include <ws2tcpip.h>

#include <stdlib.h>
#include <string.h>

#include "program/stage.h"
#include "program/suites.h"
#include "program/witness.h"

enum {
    PORTS = 65536,
    ATTEMPTS = 20,
    CONNECTIONS = 3000,
    TIME_WAITS = 200,
    CLOSE_WAITS = 200,
    LISTENERS = 100,
    UDP_SOCKETS = 500,
    IPV6_CONNECTIONS = 300
};
enum { TCP, UDP, PROTOCOLS };
enum { IPV4, IPV6, FAMILIES };

/* States of TCP sockets, with the numbers of MIB_TCP_STATE, which begin at 1. UDP sockets have the
 * state 0. */
enum { CLOSED = 1, LISTENING = 2, ESTABLISHED = 5, CLOSE_WAIT = 8, TIME_WAIT = 11, STATES = 14 };
static const char *const state_keys[STATES] = {
    "open",       "closed",     "listen",  "syn_sent", "syn_received", "established", "fin_wait_1",
    "fin_wait_2", "close_wait", "closing", "last_ack", "time_wait",    "delete_tcb",  "bound"};

/* The states by precedence, most important first, as in usage.h. */
static const unsigned char precedence[] = {2, 5, 8, 3, 4, 6, 7, 10, 9, 0, 11, 12, 1};

static const char *const protocol_keys[PROTOCOLS] = {"tcp", "udp"};
static const char *const family_keys[FAMILIES] = {"ipv4", "ipv6"};

/* One bit for each state in which the port was listed. */
struct seen {
    unsigned short states[PROTOCOLS][FAMILIES][PORTS];
};

static struct seen before, after, *const readings[] = {&before, &after};

/* ---- reading the tables -------------------------------------------------- */

typedef DWORD(WINAPI *get_table)(void *, DWORD *, BOOL, ULONG, int, ULONG);

static get_table table_function(const char *name)
{
    static HMODULE library;
    wchar_t path[MAX_PATH];

    if (!library) {
        GetSystemDirectoryW(path, MAX_PATH - 16);
        wcscat(path, L"\\iphlpapi.dll");
        library = LoadLibraryW(path);
    }
    ck_assert_ptr_nonnull(library);
    return (get_table)(void *)GetProcAddress(library, name);
}

/* Reads a table that consists of a count and rows. The size of a row and the offsets of its local
 * port and state depend on the table. For IPv6, Windows provides only tables with owners, which
 * Wine reads slowly. */
static void read_table(int protocol, int family, struct seen *seen)
{
    bool has_owner = family == IPV6 && !is_wine();
    DWORD size, port_at, state_at = 0;
    ULONG class_wanted;
    DWORD length = 1 << 20, error;
    unsigned char *table = NULL;
    get_table get = table_function(protocol == TCP ? "GetExtendedTcpTable" : "GetExtendedUdpTable");

    if (protocol == TCP) {
        class_wanted = has_owner ? 5 : 2; /* TCP_TABLE_OWNER_PID_ALL or TCP_TABLE_BASIC_ALL */
        size = family == IPV4 ? 20 : has_owner ? 56 : 52;
        port_at = family == IPV4 ? 8 : has_owner ? 20 : 24;
        state_at = has_owner ? 48 : 0;
    } else {
        class_wanted = has_owner ? 1 : 0; /* UDP_TABLE_OWNER_PID or UDP_TABLE_BASIC */
        size = family == IPV4 ? 8 : has_owner ? 28 : 24;
        port_at = family == IPV4 ? 4 : 20;
    }
    do {
        length += length / 2;
        free(table);
        table = malloc(length);
        ck_assert_ptr_nonnull(table);
        error =
            get(table, &length, FALSE, family == IPV4 ? AF_INET : AF_INET6, (int)class_wanted, 0);
    } while (error == ERROR_INSUFFICIENT_BUFFER);
    ck_assert_msg(error == 0, "the table cannot be read: error %lu", error);
    for (DWORD i = 0; i < *(DWORD *)(void *)table; i++) {
        const unsigned char *row = table + sizeof(DWORD) + i * size;
        unsigned port = (unsigned)row[port_at] << 8 | row[port_at + 1]; /* in network byte order */
        DWORD state = 0;

        if (protocol == TCP)
            memcpy(&state, row + state_at, sizeof state);
        ck_assert_uint_lt(state, STATES);
        seen->states[protocol][family][port] |= (unsigned short)(1 << state);
    }
    free(table);
}

static void read_tables(struct seen *seen)
{
    memset(seen, 0, sizeof *seen);
    for (int p = 0; p < PROTOCOLS; p++)
        for (int f = 0; f < FAMILIES; f++)
            read_table(p, f, seen);
}

/* Returns the state that takes precedence among those in `states`. */
static unsigned main_state(unsigned short states)
{
    for (size_t i = 0; i < sizeof precedence; i++)
        if (states & 1 << precedence[i])
            return precedence[i];
    ck_abort_msg("no state at all in %x", states);
    return 0;
}

/* ---- sockets of this test ------------------------------------------------- */

static SOCKET opened[4 * CONNECTIONS];
static size_t opened_count;
/* The expected state of each port that this test has opened: 0 if not opened, else 1 + state. */
static unsigned char ours[PROTOCOLS][FAMILIES][PORTS];
static unsigned next_port;

static SOCKET keep(SOCKET s)
{
    ck_assert_uint_lt(opened_count, sizeof opened / sizeof *opened);
    opened[opened_count++] = s;
    return s;
}

static struct sockaddr_storage address_of(int family, unsigned port, int *length)
{
    struct sockaddr_storage address = {0};

    if (family == IPV4) {
        struct sockaddr_in *four = (void *)&address;

        four->sin_family = AF_INET;
        four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        four->sin_port = htons((unsigned short)port);
        *length = sizeof *four;
    } else {
        struct sockaddr_in6 *six = (void *)&address;

        six->sin6_family = AF_INET6;
        six->sin6_addr.s6_addr[15] = 1;
        six->sin6_port = htons((unsigned short)port);
        *length = sizeof *six;
    }
    return address;
}

/* Returns a socket that is bound to the next free port of the range. If this machine does not
 * support the family, sets *port to 0 and returns INVALID_SOCKET. */
static SOCKET bind_next(int protocol, int family, unsigned *port)
{
    SOCKET s =
        socket(family == IPV4 ? AF_INET : AF_INET6, protocol == TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
    int error = WSAEADDRINUSE;

    *port = 0;
    if (s == INVALID_SOCKET && family == IPV6)
        return s;
    ck_assert_uint_ne(s, INVALID_SOCKET);
    /* If a port is in use or excluded, try the next port. */
    while (error == WSAEADDRINUSE || error == WSAEACCES) {
        int length;
        struct sockaddr_storage address = address_of(family, next_port, &length);

        ck_assert_uint_lt(next_port, PORTS - 1);
        error = bind(s, (void *)&address, length) ? WSAGetLastError() : 0;
        *port = next_port++;
    }
    if (error && family == IPV6) {
        closesocket(s);
        *port = 0;
        return INVALID_SOCKET;
    }
    ck_assert_int_eq(error, 0);
    return keep(s);
}

static SOCKET listen_next(int family, unsigned *port)
{
    SOCKET s = bind_next(TCP, family, port);

    if (s != INVALID_SOCKET) {
        ck_assert_int_eq(listen(s, 200), 0);
        ours[TCP][family][*port] = 1 + LISTENING;
    }
    return s;
}

struct pair {
    SOCKET client, server;
    unsigned port;
};

static struct pair connect_next(int family, SOCKET listener, unsigned listener_port)
{
    struct pair pair;
    int length;
    struct sockaddr_storage address = address_of(family, listener_port, &length);

    pair.client = bind_next(TCP, family, &pair.port);
    ck_assert_msg(connect(pair.client, (void *)&address, length) == 0, "connect: error %d",
                  WSAGetLastError());
    pair.server = keep(accept(listener, NULL, NULL));
    ck_assert_uint_ne(pair.server, INVALID_SOCKET);
    ours[TCP][family][pair.port] = 1 + ESTABLISHED;
    return pair;
}

/* Closes a socket normally, so that close_all() does not reset it. */
static void close_now(SOCKET s)
{
    for (size_t i = 0; i < opened_count; i++)
        if (opened[i] == s)
            opened[i] = INVALID_SOCKET;
    closesocket(s);
}

static void start_without_sockets(void)
{
    static WSADATA data;

    opened_count = 0;
    memset(ours, 0, sizeof ours);
    ck_assert_int_eq(WSAStartup(MAKEWORD(2, 2), &data), 0);
}

/* Closes all sockets by a reset, because thousands of connections would otherwise stay in
 * TIME_WAIT. */
static void close_all(void)
{
    struct linger at_once = {1, 0};

    for (size_t i = 0; i < opened_count; i++)
        if (opened[i] != INVALID_SOCKET) {
            setsockopt(opened[i], SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once);
            closesocket(opened[i]);
        }
    opened_count = 0;
    WSACleanup();
}

static void sockets_setup(void)
{
    bare_setup();
    start_without_sockets();
}

static void sockets_teardown(void)
{
    close_all();
    bare_teardown();
}

/* ---- comparing ------------------------------------------------------------- */

static unsigned in_range_of(json_t *status, int p, int f, const char *what)
{
    char path[64];

    sprintf(path, "ranges.%s.%s.%s", protocol_keys[p], family_keys[f], what);
    return (unsigned)json_number_at(status, path);
}

static unsigned rounded_percent(unsigned part, unsigned whole)
{
    unsigned percent = (unsigned)(100.0 * part / whole + 0.5);

    return percent == 100 && part < whole ? 99 : percent;
}

/* Compares the numbers that status prints for one family with the tables in `seen`. */
static void compare_family(json_t *status, int p, int f, const struct seen *seen)
{
    unsigned start = in_range_of(status, p, f, "start"), count = in_range_of(status, p, f, "count");
    unsigned wanted[STATES] = {0}, in_use = 0;
    char path[64];
    json_t *figures, *states;

    for (unsigned port = start; port < start + count; port++)
        if (seen->states[p][f][port]) {
            wanted[main_state(seen->states[p][f][port])]++;
            in_use++;
        }
    sprintf(path, "usage.%s.%s", protocol_keys[p], family_keys[f]);
    figures = json_at(status, path);
    states = json_at(figures, "by_state");
    /* Windows lists bound and idle sockets only through a call that this file does not use. If
     * status counts these sockets, this file adds the number that status prints to the number from
     * the tables. The states then cannot be compared, because a bound socket takes precedence over
     * a connection in TIME_WAIT on the same port. */
    if (json_is_true_at(status, "shows_bound"))
        in_use += (unsigned)json_integer_value(json_object_get(states, "bound"));
    else
        for (int state = 0; state < STATES; state++) {
            unsigned found =
                (unsigned)json_integer_value(json_object_get(states, state_keys[state]));

            ck_assert_msg(found == wanted[state], "%s %s: %u where there are %u", path,
                          state_keys[state], found, wanted[state]);
        }
    ck_assert_msg(json_number_at(figures, "in_use") == in_use, "%s: %lld in use where there are %u",
                  path, json_number_at(figures, "in_use"), in_use);
    ck_assert_int_eq(json_number_at(figures, "available"), count);
    ck_assert_int_eq(json_number_at(figures, "percent"), rounded_percent(in_use, count));
}

static void compare_united(json_t *status, int p, const struct seen *seen)
{
    unsigned in_use = 0;
    char path[64];

    for (int f = 0; f < FAMILIES; f++)
        ck_assert_uint_eq(in_range_of(status, p, f, "start"),
                          in_range_of(status, p, IPV4, "start"));
    for (unsigned port = in_range_of(status, p, IPV4, "start"),
                  end = port + in_range_of(status, p, IPV4, "count");
         port < end; port++)
        in_use += seen->states[p][IPV4][port] || seen->states[p][IPV6][port];
    sprintf(path, "usage.%s.both_families_in_use", protocol_keys[p]);
    if (!json_is_true_at(status, "shows_bound"))
        ck_assert_int_eq(json_number_at(status, path), in_use);
}

/* Returns whether every port of this test is listed in its expected state. */
static bool own_ports_are_listed(const struct seen *seen)
{
    for (int p = 0; p < PROTOCOLS; p++)
        for (int f = 0; f < FAMILIES; f++)
            for (unsigned port = 0; port < PORTS; port++)
                if (ours[p][f][port] &&
                    (!seen->states[p][f][port] ||
                     main_state(seen->states[p][f][port]) + 1 != ours[p][f][port]))
                    return false;
    return true;
}

static bool in_range_equal(json_t *status)
{
    for (int p = 0; p < PROTOCOLS; p++)
        for (int f = 0; f < FAMILIES; f++)
            if (memcmp(&before.states[p][f][in_range_of(status, p, f, "start")],
                       &after.states[p][f][in_range_of(status, p, f, "start")],
                       in_range_of(status, p, f, "count") * sizeof before.states[p][f][0]) != 0)
                return false;
    return true;
}

/* Returns the output of a run of status between two equal readings of the tables. `before` contains
 * the first reading. */
static json_t *stable_status(void)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        read_tables(readings[0]);
        const struct run *run = maxport("status --json");
        read_tables(readings[1]);
        ASSERT_EXIT(run, 0);
        if (in_range_equal(run_json(run)) && own_ports_are_listed(&before))
            return run_json(run);
        Sleep(100);
    }
    ck_assert_msg(own_ports_are_listed(&before), "our own sockets are not in the tables");
    ck_abort_msg("the ports of this machine never stood still");
    return NULL;
}

static void compare(json_t *status)
{
    for (int p = 0; p < PROTOCOLS; p++) {
        for (int f = 0; f < FAMILIES; f++)
            compare_family(status, p, f, &before);
        compare_united(status, p, &before);
    }
}

/* Skips the first ports of the range, because other programs may use them. */
static void begin_in_range(void)
{
    next_port = in_range_of(run_json(maxport("status --json")), TCP, IPV4, "start");
    next_port = next_port < 49152 ? 50000 : next_port + 848;
}

static unsigned count_ours(int p, int f, unsigned state)
{
    unsigned count = 0;

    for (unsigned port = 0; port < PORTS; port++)
        count += ours[p][f][port] == 1 + state;
    return count;
}

START_TEST(status_counts_the_ports_in_the_tables)
{
    compare(stable_status());
}
END_TEST

START_TEST(status_counts_each_of_thousands_of_ports_once)
{
    static struct pair pairs[CONNECTIONS];
    /* Some versions of Wine do not list connections in TIME_WAIT, so status cannot count their
     * ports. */
    size_t waits = stage_shows_time_wait() ? TIME_WAITS : 0;
    unsigned listener_port, port;
    SOCKET listener;

    begin_in_range();
    listener = listen_next(IPV4, &listener_port);
    for (size_t i = 0; i < CONNECTIONS; i++)
        pairs[i] = connect_next(IPV4, listener, listener_port);
    for (size_t i = 0; i < LISTENERS; i++)
        listen_next(IPV4, &port);
    /* If the client closes first, it enters TIME_WAIT. If the server closes first, the client is in
     * CLOSE_WAIT. */
    for (size_t i = 0; i < TIME_WAITS; i++) {
        close_now(pairs[i].client);
        close_now(pairs[i].server);
        ours[TCP][IPV4][pairs[i].port] = waits ? 1 + TIME_WAIT : 0;
    }
    for (size_t i = TIME_WAITS; i < TIME_WAITS + CLOSE_WAITS; i++) {
        close_now(pairs[i].server);
        ours[TCP][IPV4][pairs[i].port] = 1 + CLOSE_WAIT;
    }
    json_t *status = stable_status();
    compare(status);
    /* Compare the same numbers with those of the sockets that this test has opened. */
    ck_assert_int_ge(json_number_at(status, "usage.tcp.ipv4.in_use"),
                     1 + CONNECTIONS - TIME_WAITS + waits + LISTENERS);
    ck_assert_int_ge(json_number_at(status, "usage.tcp.ipv4.by_state.established"),
                     CONNECTIONS - TIME_WAITS - CLOSE_WAITS);
    if (waits)
        ck_assert_int_ge(json_number_at(status, "usage.tcp.ipv4.by_state.time_wait"), waits);
    ck_assert_int_ge(json_number_at(status, "usage.tcp.ipv4.by_state.close_wait"), CLOSE_WAITS);
    ck_assert_int_ge(json_number_at(status, "usage.tcp.ipv4.by_state.listen"), 1 + LISTENERS);
    ck_assert_uint_eq(count_ours(TCP, IPV4, LISTENING), 1 + LISTENERS);
    /* The text output and the groups must also be printed. */
    ASSERT_SAYS(maxport("status")->out, " ports");
    const struct run *groups = maxport("ports --by remote --json");
    ASSERT_EXIT(groups, 0);
    run_json(groups);
}
END_TEST

START_TEST(udp_sockets_are_counted_by_port)
{
    unsigned port;
    int length;

    begin_in_range();
    for (size_t i = 0; i < UDP_SOCKETS; i++) {
        bind_next(UDP, IPV4, &port);
        /* If the same port is also bound on another address, it still counts as one port. Wine
         * refuses the second bind. */
        struct sockaddr_storage address = address_of(IPV4, port, &length);

        ours[UDP][IPV4][port] = 1;
        if (i % 5 == 0) {
            SOCKET s = keep(socket(AF_INET, SOCK_DGRAM, 0));
            ((struct sockaddr_in *)(void *)&address)->sin_addr.s_addr = htonl(0x7f000002);
            ck_assert(bind(s, (void *)&address, length) == 0 || is_wine());
        }
    }
    json_t *status = stable_status();
    compare(status);
    ck_assert_int_ge(json_number_at(status, "usage.udp.ipv4.in_use"), UDP_SOCKETS);
}
END_TEST

START_TEST(ipv6_is_counted_separately_and_in_the_total)
{
    unsigned four_port, six_port, port;

    begin_in_range();
    SOCKET six = listen_next(IPV6, &six_port);
    if (six == INVALID_SOCKET)
        return; /* this machine has no address ::1 */
    for (size_t i = 0; i < IPV6_CONNECTIONS; i++)
        connect_next(IPV6, six, six_port);
    for (size_t i = 0; i < UDP_SOCKETS / 5; i++) {
        bind_next(UDP, IPV6, &port);
        ours[UDP][IPV6][port] = 1;
    }
    listen_next(IPV4, &four_port);
    json_t *status = stable_status();
    compare(status);
    ck_assert_int_ge(json_number_at(status, "usage.tcp.ipv6.in_use"), 1 + IPV6_CONNECTIONS);
    ck_assert_str_eq(json_text_at(status, "usage.tcp.family"),
                     json_number_at(status, "usage.tcp.ipv6.in_use") >
                             json_number_at(status, "usage.tcp.ipv4.in_use")
                         ? "ipv6"
                         : "ipv4");
}
END_TEST

START_TEST(set_records_the_current_port_use_in_the_journal)
{
    unsigned listener_port;

    begin_in_range();
    SOCKET listener = listen_next(IPV4, &listener_port);
    for (size_t i = 0; i < 100; i++)
        connect_next(IPV4, listener, listener_port);
    ASSERT_EXIT(maxport("set 65534 --yes"), 0);
    json_t *history = run_json(maxport("history --json"));
    ck_assert_int_ge(json_number_at(history, "changes.0.use_before.tcp.ipv4.in_use"), 101);
    ck_assert_int_ge(json_number_at(history, "changes.0.use_after.tcp.ipv4.in_use"), 101);
}
END_TEST

Suite *counts_suite(void)
{
    Suite *suite = suite_create("counts");
    TCase *tests = tcase_create("counts");

    tcase_add_checked_fixture(tests, sockets_setup, sockets_teardown);
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, status_counts_the_ports_in_the_tables);
    tcase_add_test(tests, status_counts_each_of_thousands_of_ports_once);
    tcase_add_test(tests, udp_sockets_are_counted_by_port);
    tcase_add_test(tests, ipv6_is_counted_separately_and_in_the_total);
    tcase_add_test(tests, set_records_the_current_port_use_in_the_journal);
    return suite;
}
