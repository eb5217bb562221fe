/* Tests of the interface `sockets`, with real loopback sockets and with simulated tables that no
 * system provides on demand. To simulate tables, this program exports functions with the names of
 * those in iphlpapi.dll, and the adapter uses this program in the place of that DLL. */
#include "core/system/os_version.h"
#include "suites.h"
#include "win32/sockets.h"

#include <check.h>
#include <string.h>

#include <winsock2.h>

#include <windows.h>

static struct sockets_adapter adapter;
static struct socket_source functions;
static struct sockets sockets;
static struct fault fault;

static void set_up(void)
{
    WSADATA data;
    ck_assert_int_eq(WSAStartup(MAKEWORD(2, 2), &data), 0);
    sockets_open(&adapter, &functions);
    sockets_init(&sockets);
    fault = (struct fault){.kind = FAULT_NONE};
}

static void tear_down(void)
{
    sockets_release(&sockets);
    WSACleanup();
}

static void fetch(unsigned mask)
{
    sockets_release(&sockets);
    ck_assert_msg(functions.fetch(functions.context, mask, &sockets, &fault), "%s", fault.text);
}

/* ------------------------------------------------------------ real sockets */

/* The members of sockaddr_in6 (ws2tcpip.h) that the tests need. */
struct address6 {
    short family;
    u_short port;
    u_long flow;
    uint8_t bytes[16];
    u_long scope;
};

struct pair {
    SOCKET listener, client, server;
    uint16_t listener_port, client_port;
};

static uint16_t bind_loopback(SOCKET s, bool is_v6)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct address6 v6 = {.family = AF_INET6, .bytes = {[15] = 1}};
    int size = is_v6 ? (int)sizeof v6 : (int)sizeof v4;
    struct sockaddr *address = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    ck_assert_int_eq(bind(s, address, size), 0);
    ck_assert_int_eq(getsockname(s, address, &size), 0);
    return ntohs(is_v6 ? v6.port : v4.sin_port);
}

static struct pair connect_pair(bool is_v6)
{
    struct pair pair;
    pair.listener = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    pair.client = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    pair.listener_port = bind_loopback(pair.listener, is_v6);
    ck_assert_int_eq(listen(pair.listener, 1), 0);
    pair.client_port = bind_loopback(pair.client, is_v6);
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons(pair.listener_port)};
    struct address6 v6 = {
        .family = AF_INET6, .bytes = {[15] = 1}, .port = htons(pair.listener_port)};
    ck_assert_int_eq(connect(pair.client, is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4,
                             is_v6 ? (int)sizeof v6 : (int)sizeof v4),
                     0);
    pair.server = accept(pair.listener, NULL, NULL);
    ck_assert(pair.server != INVALID_SOCKET);
    /* Wine reports the owner of a socket only after data was sent. */
    char byte = 0;
    ck_assert_int_eq(send(pair.client, &byte, 1, 0), 1);
    ck_assert_int_eq(send(pair.server, &byte, 1, 0), 1);
    return pair;
}

static void close_pair(struct pair *pair)
{
    struct linger hard = {.l_onoff = 1, .l_linger = 0}; /* a reset, which leaves no TIME_WAIT */
    setsockopt(pair->client, SOL_SOCKET, SO_LINGER, (const char *)&hard, sizeof hard);
    setsockopt(pair->server, SOL_SOCKET, SO_LINGER, (const char *)&hard, sizeof hard);
    closesocket(pair->client);
    closesocket(pair->server);
    closesocket(pair->listener);
}

static const struct socket_row *find(enum protocol protocol, enum family family,
                                     uint16_t local_port, uint16_t remote_port)
{
    for (size_t i = 0; i < sockets.count; i++) {
        const struct socket_row *row = &sockets.rows[i];
        if (row->protocol == protocol && row->family == family && row->local_port == local_port &&
            row->remote_port == remote_port) {
            return row;
        }
    }
    return NULL;
}

static void check_connection(enum family family, const struct pair *pair, uint32_t owner)
{
    char address[ADDRESS_SIZE];
    const char *loopback = family == FAMILY_IPV6 ? "::1" : "127.0.0.1";
    const struct socket_row *client =
        find(PROTOCOL_TCP, family, pair->client_port, pair->listener_port);
    const struct socket_row *server =
        find(PROTOCOL_TCP, family, pair->listener_port, pair->client_port);
    const struct socket_row *listener = find(PROTOCOL_TCP, family, pair->listener_port, 0);
    ck_assert_ptr_nonnull(client);
    ck_assert_ptr_nonnull(server);
    ck_assert_ptr_nonnull(listener);
    ck_assert_uint_eq(client->state, STATE_ESTABLISHED);
    ck_assert_uint_eq(server->state, STATE_ESTABLISHED);
    ck_assert_uint_eq(listener->state, STATE_LISTEN);
    ck_assert(client->has_remote && server->has_remote && !listener->has_remote);
    ck_assert_str_eq(address_string(address, family, client->local), loopback);
    ck_assert_str_eq(address_string(address, family, client->remote), loopback);
    ck_assert_str_eq(address_string(address, family, listener->local), loopback);
    /* Wine reports an owner only for the connecting socket of IPv4. For all other sockets, Wine
     * reports 0. */
    ck_assert(client->owner == owner || (family == FAMILY_IPV6 && client->owner == 0));
    ck_assert(server->owner == owner || (owner != OWNER_UNKNOWN && server->owner == 0));
}

START_TEST(connections_are_listed_until_they_are_closed)
{
    for (int is_v6 = 0; is_v6 < 2; is_v6++) {
        enum family family = is_v6 ? FAMILY_IPV6 : FAMILY_IPV4;
        struct pair pair = connect_pair(is_v6);
        fetch(SOCKETS_ROWS);
        ck_assert(sockets.tables[PROTOCOL_TCP][family].is_available);
        ck_assert(!sockets.tables[PROTOCOL_TCP][family].is_partial);
        ck_assert(!sockets.has_owners && !sockets.has_bound);
        check_connection(family, &pair, OWNER_UNKNOWN);
        close_pair(&pair);
        fetch(SOCKETS_ROWS);
        ck_assert_ptr_null(find(PROTOCOL_TCP, family, pair.client_port, pair.listener_port));
        ck_assert_ptr_null(find(PROTOCOL_TCP, family, pair.listener_port, 0));
    }
}
END_TEST

START_TEST(owners_are_listed_on_request)
{
    for (int is_v6 = 0; is_v6 < 2; is_v6++) {
        struct pair pair = connect_pair(is_v6);
        fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
        ck_assert(sockets.has_owners);
        check_connection(is_v6 ? FAMILY_IPV6 : FAMILY_IPV4, &pair, GetCurrentProcessId());
        close_pair(&pair);
    }
}
END_TEST

START_TEST(listeners_can_be_listed_without_connections)
{
    struct pair pair = connect_pair(false);
    SOCKET udp = socket(AF_INET, SOCK_DGRAM, 0);
    uint16_t udp_port = bind_loopback(udp, false);
    fetch(SOCKETS_ROWS | SOCKETS_LISTENERS);
    ck_assert_ptr_nonnull(find(PROTOCOL_TCP, FAMILY_IPV4, pair.listener_port, 0));
    ck_assert_ptr_nonnull(find(PROTOCOL_UDP, FAMILY_IPV4, udp_port, 0));
    ck_assert(sockets.has_owners);
    for (size_t i = 0; i < sockets.count; i++) {
        const struct socket_row *row = &sockets.rows[i];
        ck_assert(row->protocol == PROTOCOL_UDP ? row->state == STATE_NONE
                                                : row->state == STATE_LISTEN);
    }
    closesocket(udp);
    close_pair(&pair);
}
END_TEST

START_TEST(udp_sockets_are_listed)
{
    static const unsigned masks[] = {SOCKETS_ROWS, SOCKETS_ROWS | SOCKETS_OWNERS};
    for (size_t i = 0; i < 2; i++) {
        for (int is_v6 = 0; is_v6 < 2; is_v6++) {
            enum family family = is_v6 ? FAMILY_IPV6 : FAMILY_IPV4;
            SOCKET udp = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
            uint16_t udp_port = bind_loopback(udp, is_v6);
            fetch(masks[i]);
            const struct socket_row *row = find(PROTOCOL_UDP, family, udp_port, 0);
            ck_assert_ptr_nonnull(row);
            ck_assert_uint_eq(row->state, STATE_NONE);
            ck_assert(!row->has_remote);
            ck_assert_int_eq(row->owner == OWNER_UNKNOWN, !sockets.has_owners);
            closesocket(udp);
        }
    }
}
END_TEST

START_TEST(a_buffer_that_is_too_small_is_enlarged)
{
    struct pair pair = connect_pair(false);
    memset(&adapter.last_bytes, 0, sizeof adapter.last_bytes);
    for (int family = 0; family < FAMILY_COUNT; family++)
        adapter.last_bytes[PROTOCOL_TCP][family] = 4;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(!sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial);
    check_connection(FAMILY_IPV4, &pair, GetCurrentProcessId());
    close_pair(&pair);
}
END_TEST

/* ------------------------------------------------------------ simulated tables */

static struct {
    DWORD code;        /* result of all calls */
    DWORD tcp6_code;   /* result of GetExtendedTcpTable() for IPv6 */
    DWORD count;       /* number of rows in each table */
    DWORD false_count; /* if not 0: the wrong count that each table contains */
    bool always_grows;
    bool has_no_remotes;
    /* Which TCP tables grow during every call: the IPv4 table without owners, both tables with
     * owners, or only the IPv6 table with owners. The tables of listeners do not grow. */
    bool plain_grows, all_grows, six_grows;
    DWORD most_bytes; /* size of the largest buffer of a call */
    int refusals;     /* number of STATUS_UNSUCCESSFUL before a success */
    int bound_refusals;
    bool has_no_bound; /* the call succeeds, but returns no table */
    unsigned calls;
    DWORD states[4]; /* states of the TCP rows, repeated every four rows */
} simulated;

enum { TCP4 = 24, TCP6 = 56, UDP4 = 12, UDP6 = 28, PLAIN_TCP4 = 20, PLAIN_UDP4 = 8 };

static DWORD make_table(uint8_t *table, DWORD *bytes, DWORD row_bytes, int state_at, int owner_at)
{
    simulated.calls++;
    simulated.most_bytes = *bytes > simulated.most_bytes ? *bytes : simulated.most_bytes;
    DWORD needed = sizeof(DWORD) + simulated.count * row_bytes;
    if (simulated.code != NO_ERROR)
        return simulated.code;
    if (simulated.refusals > 0) {
        simulated.refusals--;
        return 0xC0000001;
    }
    if (simulated.always_grows || *bytes < needed) {
        *bytes = simulated.always_grows ? *bytes + *bytes / 2 : needed;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    memset(table, 0, needed);
    *(DWORD *)table = simulated.false_count ? simulated.false_count : simulated.count;
    for (DWORD i = 0; i < simulated.count; i++) {
        uint8_t *row = table + sizeof(DWORD) + i * row_bytes;
        if (state_at >= 0) {
            memcpy(row + state_at, &simulated.states[i % 4], sizeof(DWORD));
            /* The row has a remote port, unless has_no_remotes. */
            row[state_at ? state_at - 4 : 16] = simulated.has_no_remotes ? 0 : 1;
        }
        if (owner_at >= 0) {
            DWORD owner = 1000 + i;
            memcpy(row + owner_at, &owner, sizeof owner);
        }
    }
    return NO_ERROR;
}

#define EXPORTED __declspec(dllexport)
EXPORTED DWORD WINAPI GetTcpTable(void *table, DWORD *bytes, BOOL is_sorted);
EXPORTED DWORD WINAPI GetUdpTable(void *table, DWORD *bytes, BOOL is_sorted);
EXPORTED DWORD WINAPI GetExtendedTcpTable(void *table, DWORD *bytes, BOOL is_sorted, ULONG family,
                                          int class, ULONG reserved);
EXPORTED DWORD WINAPI GetExtendedUdpTable(void *table, DWORD *bytes, BOOL is_sorted, ULONG family,
                                          int class, ULONG reserved);
EXPORTED ULONG WINAPI InternalGetBoundTcpEndpointTable(void **table, HANDLE heap, ULONG flags);

DWORD WINAPI GetTcpTable(void *table, DWORD *bytes, BOOL is_sorted)
{
    ck_assert(!is_sorted);
    if (simulated.plain_grows) {
        *bytes += *bytes / 2;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    return make_table(table, bytes, PLAIN_TCP4, 0, -1);
}

DWORD WINAPI GetUdpTable(void *table, DWORD *bytes, BOOL is_sorted)
{
    ck_assert(!is_sorted);
    return make_table(table, bytes, PLAIN_UDP4, -1, -1);
}

DWORD WINAPI GetExtendedTcpTable(void *table, DWORD *bytes, BOOL is_sorted, ULONG family, int class,
                                 ULONG reserved)
{
    ck_assert(!is_sorted && reserved == 0);
    ck_assert(class == 3 || class == 5);
    if (class == 5 && (simulated.all_grows || (simulated.six_grows && family == AF_INET6)))
        return 0xC0000001;
    if (family == AF_INET6 && simulated.tcp6_code != NO_ERROR)
        return simulated.tcp6_code;
    return family == AF_INET6 ? make_table(table, bytes, TCP6, 48, 52)
                              : make_table(table, bytes, TCP4, 0, 20);
}

DWORD WINAPI GetExtendedUdpTable(void *table, DWORD *bytes, BOOL is_sorted, ULONG family, int class,
                                 ULONG reserved)
{
    ck_assert(!is_sorted && reserved == 0 && class == 1);
    return make_table(table, bytes, family == AF_INET6 ? UDP6 : UDP4, -1,
                      family == AF_INET6 ? 24 : 8);
}

ULONG WINAPI InternalGetBoundTcpEndpointTable(void **table, HANDLE heap, ULONG flags)
{
    if (simulated.bound_refusals > 0) {
        simulated.bound_refusals--;
        return 0xC0000001;
    }
    if (simulated.has_no_bound) {
        *table = NULL;
        return NO_ERROR;
    }
    /* The count of rows, and then each row as a MIB_TCPROW2: state, local address and port, remote
     * address and port, process ID, offload state. */
    DWORD rows[] = {2, 1, 0, htons(50000), 77, 77, 4711, 0, 100, 0, htons(50001), 0, 0, 4712, 0};
    *table = HeapAlloc(heap, flags, sizeof rows);
    ck_assert_ptr_nonnull(*table);
    memcpy(*table, rows, sizeof rows);
    return NO_ERROR;
}

static void set_up_simulated(void)
{
    set_up();
    memset(&simulated, 0, sizeof simulated);
    simulated.count = 8;
    simulated.states[0] = STATE_ESTABLISHED;
    simulated.states[1] = STATE_LISTEN;
    simulated.states[2] = STATE_TIME_WAIT;
    simulated.states[3] = 57;
    adapter.iphlpapi.module = GetModuleHandleW(NULL);
}

START_TEST(states_and_owners_are_read)
{
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(simulated.calls, 4); /* one call for each of the four tables */
    ck_assert_uint_eq(sockets.count, 4 * 8);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_uint_eq(sockets.rows[i].state, simulated.states[i % 4]);
        ck_assert_uint_eq(sockets.rows[i].owner, 1000 + i);
        ck_assert_int_eq(sockets.rows[i].has_remote, simulated.states[i % 4] != STATE_LISTEN);
    }
}
END_TEST

/* Wine 10 lists bound and idle sockets in the state CLOSED, with the remote port 0. */
START_TEST(a_row_with_remote_port_0_has_no_remote_endpoint)
{
    simulated.has_no_remotes = true;
    simulated.states[0] = STATE_CLOSED;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(sockets.count, 4 * 8);
    for (size_t i = 0; i < sockets.count; i++)
        ck_assert(!sockets.rows[i].has_remote);
}
END_TEST

START_TEST(calls_with_owners_replace_missing_plain_calls)
{
    /* This program exports neither GetTcp6Table() nor GetUdp6Table(), so for IPv6 the adapter calls
     * the functions with owners. */
    fetch(SOCKETS_ROWS);
    ck_assert_uint_eq(sockets.count, 4 * 8);
    ck_assert(!sockets.has_owners);
    for (size_t i = 0; i < sockets.count; i++)
        ck_assert_uint_eq(sockets.rows[i].owner, OWNER_UNKNOWN);
}
END_TEST

START_TEST(tables_that_change_are_read_again)
{
    simulated.refusals = 7;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(sockets.count, 4 * 8);
    ck_assert_uint_eq(simulated.calls, 4 + 7);
}
END_TEST

START_TEST(a_missing_table_is_marked_as_unavailable)
{
    simulated.tcp6_code = ERROR_NOT_SUPPORTED;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(!sockets.tables[PROTOCOL_TCP][FAMILY_IPV6].is_available);
    ck_assert_uint_eq(sockets.tables[PROTOCOL_TCP][FAMILY_IPV6].code, ERROR_NOT_SUPPORTED);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_available);
    ck_assert_uint_eq(sockets.count, 3 * 8);
}
END_TEST

START_TEST(a_failure_of_all_tables_is_reported)
{
    simulated.code = ERROR_ACCESS_DENIED;
    ck_assert(!functions.fetch(functions.context, SOCKETS_ROWS, &sockets, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_uint_eq(fault.code, ERROR_ACCESS_DENIED);
    ck_assert_ptr_null(sockets.rows);
}
END_TEST

START_TEST(empty_tables_are_not_a_failure)
{
    simulated.code = ERROR_NO_DATA;
    fetch(SOCKETS_ROWS);
    ck_assert_uint_eq(sockets.count, 0);
    ck_assert(sockets.tables[PROTOCOL_UDP][FAMILY_IPV4].is_available);
}
END_TEST

START_TEST(reading_ends_for_a_table_that_always_grows)
{
    simulated.always_grows = true;
    memset(&adapter.last_bytes, 0, sizeof adapter.last_bytes);
    for (int i = 0; i < PROTOCOL_COUNT * FAMILY_COUNT; i++)
        adapter.last_bytes[i / 2][i % 2] = 64;
    ck_assert(!functions.fetch(functions.context, SOCKETS_ROWS, &sockets, &fault));
    /* The adapter makes 8 attempts with each kind of call that this program supports: three kinds
     * for TCP over IPv4 (without owners, with owners, only listeners), two for TCP over IPv6 (with
     * owners, only listeners), two for UDP over IPv4 (without and with owners), and one for UDP
     * over IPv6 (with owners). */
    ck_assert_uint_eq(simulated.calls, (3 + 2 + 2 + 1) * 8);
    ck_assert_uint_le(simulated.most_bytes, 256u << 20);
    ck_assert_uint_eq(fault.code, ERROR_INSUFFICIENT_BUFFER);

    simulated.calls = 0;
    simulated.always_grows = false; /* the next sample must be complete again */
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(simulated.calls, 4);
    ck_assert_uint_eq(sockets.count, 4 * 8);
}
END_TEST

START_TEST(a_growing_table_is_read_without_owners)
{
    simulated.all_grows = true; /* TCP tables with owners grow during every call */
    simulated.tcp6_code = ERROR_NOT_SUPPORTED;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_available);
    ck_assert(!sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial);
    ck_assert_uint_eq(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].code, 0);
    ck_assert_uint_eq(sockets.count, 3 * 8);
    ck_assert_uint_eq(sockets.rows[0].owner, OWNER_UNKNOWN);
    ck_assert(!sockets.has_owners);
}
END_TEST

START_TEST(a_growing_table_is_reduced_to_its_listeners)
{
    static const unsigned masks[] = {SOCKETS_ROWS, SOCKETS_ROWS | SOCKETS_OWNERS};
    for (size_t i = 0; i < 2; i++) {
        simulated.all_grows = simulated.plain_grows = true;
        fetch(masks[i]);
        for (int family = 0; family < FAMILY_COUNT; family++) {
            const struct socket_table *table = &sockets.tables[PROTOCOL_TCP][family];
            ck_assert(table->is_available && table->is_partial);
            ck_assert_uint_eq(table->code, 0);
            ck_assert(!sockets.tables[PROTOCOL_UDP][family].is_partial);
        }
        ck_assert_uint_eq(sockets.count, 4 * 8);
        ck_assert_int_eq(sockets.has_owners, i == 1);
        ck_assert_uint_eq(sockets.rows[0].owner, i == 1 ? 1000 : OWNER_UNKNOWN);
    }
    simulated.all_grows = simulated.plain_grows = false;
    simulated.six_grows = true; /* the growing IPv6 table must not affect the other tables */
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV6].is_partial);
    ck_assert(!sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial);
}
END_TEST

START_TEST(a_table_with_a_too_large_count_is_partial)
{
    adapter.last_bytes[PROTOCOL_TCP][FAMILY_IPV4] = 4 + 8 * TCP4;
    simulated.false_count = 0xffffffff;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_available);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial);
    ck_assert_uint_eq(sockets.rows[7].owner, 1007);
    ck_assert_uint_le(adapter.last_bytes[PROTOCOL_TCP][FAMILY_IPV4], 8 * 1024 * 1024);
    /* The wrong count must not increase the buffer of the next call either. */
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_le(simulated.most_bytes, 8 * 1024 * 1024);
}
END_TEST

START_TEST(bound_sockets_are_added_only_if_allowed)
{
    adapter.is_bound_allowed = false;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS | SOCKETS_BOUND);
    ck_assert(!sockets.has_bound);
    ck_assert_uint_eq(sockets.count, 4 * 8);

    adapter.is_bound_allowed = true;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(!sockets.has_bound);

    fetch(SOCKETS_ROWS | SOCKETS_OWNERS | SOCKETS_BOUND);
    ck_assert(sockets.has_bound);
    ck_assert_uint_eq(sockets.count, 4 * 8 + 2);
    for (size_t i = 0; i < 2; i++) {
        const struct socket_row *row = &sockets.rows[4 * 8 + i];
        ck_assert_uint_eq(row->state, STATE_BOUND);
        ck_assert_uint_eq(row->local_port, 50000 + i);
        ck_assert_uint_eq(row->remote_port, 0);
        ck_assert_uint_eq(row->remote[0], 0);
        ck_assert(!row->has_remote);
        ck_assert_uint_eq(row->owner, 4711 + i);
    }

    fetch(SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert_uint_eq(sockets.rows[sockets.count - 1].owner, OWNER_UNKNOWN);

    simulated.bound_refusals = 2;
    fetch(SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert(sockets.has_bound);
    simulated.bound_refusals = 100;
    fetch(SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert(!sockets.has_bound);
    ck_assert_uint_eq(sockets.count, 4 * 8);
}
END_TEST

START_TEST(a_missing_bound_table_without_an_error_is_empty)
{
    adapter.is_bound_allowed = true;
    simulated.has_no_bound = true;
    fetch(SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert(sockets.has_bound);
    ck_assert_uint_eq(sockets.count, 4 * 8);
}
END_TEST

START_TEST(a_table_of_50000_rows_is_read_at_most_twice)
{
    simulated.count = 50000;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(sockets.count, 4 * 50000);
    ck_assert_uint_le(simulated.calls, 2 * 4);
    simulated.calls = 0;
    simulated.count = 60000; /* the buffer is already large enough for these rows */
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(simulated.calls, 4);
}
END_TEST

Suite *sockets_source_suite(void)
{
    Suite *suite = suite_create("sockets_source");
    TCase *real = tcase_create("real");
    tcase_add_checked_fixture(real, set_up, tear_down);
    tcase_set_timeout(real, 30);
    tcase_add_test(real, connections_are_listed_until_they_are_closed);
    tcase_add_test(real, owners_are_listed_on_request);
    tcase_add_test(real, listeners_can_be_listed_without_connections);
    tcase_add_test(real, udp_sockets_are_listed);
    tcase_add_test(real, a_buffer_that_is_too_small_is_enlarged);
    suite_add_tcase(suite, real);

    TCase *simulated_case = tcase_create("simulated");
    tcase_add_checked_fixture(simulated_case, set_up_simulated, tear_down);
    tcase_add_test(simulated_case, states_and_owners_are_read);
    tcase_add_test(simulated_case, a_row_with_remote_port_0_has_no_remote_endpoint);
    tcase_add_test(simulated_case, calls_with_owners_replace_missing_plain_calls);
    tcase_add_test(simulated_case, tables_that_change_are_read_again);
    tcase_add_test(simulated_case, a_missing_table_is_marked_as_unavailable);
    tcase_add_test(simulated_case, a_failure_of_all_tables_is_reported);
    tcase_add_test(simulated_case, empty_tables_are_not_a_failure);
    tcase_add_test(simulated_case, reading_ends_for_a_table_that_always_grows);
    tcase_add_test(simulated_case, a_growing_table_is_read_without_owners);
    tcase_add_test(simulated_case, a_growing_table_is_reduced_to_its_listeners);
    tcase_add_test(simulated_case, a_table_with_a_too_large_count_is_partial);
    tcase_add_test(simulated_case, a_missing_bound_table_without_an_error_is_empty);
    tcase_add_test(simulated_case, bound_sockets_are_added_only_if_allowed);
    tcase_add_test(simulated_case, a_table_of_50000_rows_is_read_at_most_twice);
    suite_add_tcase(suite, simulated_case);
    return suite;
}
