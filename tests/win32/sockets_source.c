/* The port `sockets`: against real loopback sockets, and against tables that no
 * system would show on demand. For the latter this program exports functions
 * named like iphlpapi's, and the adapter is given this program as its DLL. */
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

/* sockaddr_in6 of ws2tcpip.h, as far as it is needed here. */
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
    /* Wine knows the owner of a socket only once something was sent. */
    char byte = 0;
    ck_assert_int_eq(send(pair.client, &byte, 1, 0), 1);
    ck_assert_int_eq(send(pair.server, &byte, 1, 0), 1);
    return pair;
}

static void close_pair(struct pair *pair)
{
    struct linger hard = {.l_onoff = 1, .l_linger = 0}; /* no TIME_WAIT left behind */
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
    /* Wine tells an owner only of IPv4 sockets that connected, else 0. */
    ck_assert(client->owner == owner || (family == FAMILY_IPV6 && client->owner == 0));
    ck_assert(server->owner == owner || (owner != OWNER_UNKNOWN && server->owner == 0));
}

START_TEST(connections_are_seen_and_are_gone_when_closed)
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

START_TEST(owners_are_told_when_asked_for)
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

START_TEST(listeners_come_without_connections)
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

START_TEST(udp_sockets_are_seen)
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

START_TEST(buffers_that_are_too_small_grow)
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

/* ------------------------------------------------------------ made-up tables */

static struct {
    DWORD code;        /* what the calls return */
    DWORD tcp6_code;   /* GetExtendedTcpTable's for IPv6 */
    DWORD count;       /* rows in each table */
    DWORD false_count; /* what the table says instead, if not 0 */
    bool always_grows;
    bool has_no_remotes;
    bool plain_grows, all_grows, six_grows; /* only these: without owners, class ALL, IPv6 */
    DWORD most_bytes;                       /* of any buffer */
    int refusals;                           /* so many STATUS_UNSUCCESSFUL first */
    int bound_refusals;
    bool has_no_bound; /* success, and no table at all */
    unsigned calls;
    DWORD states[4]; /* of TCP rows, in turn */
} made;

enum { TCP4 = 24, TCP6 = 56, UDP4 = 12, UDP6 = 28, PLAIN_TCP4 = 20, PLAIN_UDP4 = 8 };

static DWORD make_table(uint8_t *table, DWORD *bytes, DWORD row_bytes, int state_at, int owner_at)
{
    made.calls++;
    made.most_bytes = *bytes > made.most_bytes ? *bytes : made.most_bytes;
    DWORD needed = sizeof(DWORD) + made.count * row_bytes;
    if (made.code != NO_ERROR)
        return made.code;
    if (made.refusals > 0) {
        made.refusals--;
        return 0xC0000001;
    }
    if (made.always_grows || *bytes < needed) {
        *bytes = made.always_grows ? *bytes + *bytes / 2 : needed;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    memset(table, 0, needed);
    *(DWORD *)table = made.false_count ? made.false_count : made.count;
    for (DWORD i = 0; i < made.count; i++) {
        uint8_t *row = table + sizeof(DWORD) + i * row_bytes;
        if (state_at >= 0) {
            memcpy(row + state_at, &made.states[i % 4], sizeof(DWORD));
            row[state_at ? state_at - 4 : 16] = made.has_no_remotes ? 0 : 1; /* port */
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
    if (made.plain_grows) {
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
    if (class == 5 && (made.all_grows || (made.six_grows && family == AF_INET6)))
        return 0xC0000001;
    if (family == AF_INET6 && made.tcp6_code != NO_ERROR)
        return made.tcp6_code;
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
    if (made.bound_refusals > 0) {
        made.bound_refusals--;
        return 0xC0000001;
    }
    if (made.has_no_bound) {
        *table = NULL;
        return NO_ERROR;
    }
    /* count, then MIB_TCPROW2: state, address, port, address, port, pid, offload */
    DWORD rows[] = {2, 1, 0, htons(50000), 77, 77, 4711, 0, 100, 0, htons(50001), 0, 0, 4712, 0};
    *table = HeapAlloc(heap, flags, sizeof rows);
    ck_assert_ptr_nonnull(*table);
    memcpy(*table, rows, sizeof rows);
    return NO_ERROR;
}

static void set_up_made(void)
{
    set_up();
    memset(&made, 0, sizeof made);
    made.count = 8;
    made.states[0] = STATE_ESTABLISHED;
    made.states[1] = STATE_LISTEN;
    made.states[2] = STATE_TIME_WAIT;
    made.states[3] = 57;
    adapter.iphlpapi.module = GetModuleHandleW(NULL);
}

START_TEST(states_and_owners_come_through)
{
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(made.calls, 4); /* each table once */
    ck_assert_uint_eq(sockets.count, 4 * 8);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_uint_eq(sockets.rows[i].state, made.states[i % 4]);
        ck_assert_uint_eq(sockets.rows[i].owner, 1000 + i);
        ck_assert_int_eq(sockets.rows[i].has_remote, made.states[i % 4] != STATE_LISTEN);
    }
}
END_TEST

/* Wine 10 lists sockets that are bound and idle as closed, to port 0. */
START_TEST(a_row_to_port_0_has_no_remote_end)
{
    made.has_no_remotes = true;
    made.states[0] = STATE_CLOSED;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(sockets.count, 4 * 8);
    for (size_t i = 0; i < sockets.count; i++)
        ck_assert(!sockets.rows[i].has_remote);
}
END_TEST

START_TEST(missing_plain_calls_are_made_up_for)
{
    fetch(SOCKETS_ROWS); /* this program has no GetTcp6Table: the call with owners answers */
    ck_assert_uint_eq(sockets.count, 4 * 8);
    ck_assert(!sockets.has_owners);
    for (size_t i = 0; i < sockets.count; i++)
        ck_assert_uint_eq(sockets.rows[i].owner, OWNER_UNKNOWN);
}
END_TEST

START_TEST(tables_that_change_are_asked_for_again)
{
    made.refusals = 7;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(sockets.count, 4 * 8);
    ck_assert_uint_eq(made.calls, 4 + 7);
}
END_TEST

START_TEST(one_missing_table_is_marked)
{
    made.tcp6_code = ERROR_NOT_SUPPORTED;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(!sockets.tables[PROTOCOL_TCP][FAMILY_IPV6].is_available);
    ck_assert_uint_eq(sockets.tables[PROTOCOL_TCP][FAMILY_IPV6].code, ERROR_NOT_SUPPORTED);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_available);
    ck_assert_uint_eq(sockets.count, 3 * 8);
}
END_TEST

START_TEST(no_table_at_all_is_a_failure)
{
    made.code = ERROR_ACCESS_DENIED;
    ck_assert(!functions.fetch(functions.context, SOCKETS_ROWS, &sockets, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_uint_eq(fault.code, ERROR_ACCESS_DENIED);
    ck_assert_ptr_null(sockets.rows);
}
END_TEST

START_TEST(empty_tables_are_no_failure)
{
    made.code = ERROR_NO_DATA;
    fetch(SOCKETS_ROWS);
    ck_assert_uint_eq(sockets.count, 0);
    ck_assert(sockets.tables[PROTOCOL_UDP][FAMILY_IPV4].is_available);
}
END_TEST

START_TEST(endless_growth_ends)
{
    made.always_grows = true;
    memset(&adapter.last_bytes, 0, sizeof adapter.last_bytes);
    for (int i = 0; i < PROTOCOL_COUNT * FAMILY_COUNT; i++)
        adapter.last_bytes[i / 2][i % 2] = 64;
    ck_assert(!functions.fetch(functions.context, SOCKETS_ROWS, &sockets, &fault));
    /* With and without owners, and listeners: as far as this program has the calls. */
    ck_assert_uint_eq(made.calls, (3 + 2 + 2 + 1) * 8);
    ck_assert_uint_le(made.most_bytes, 256u << 20);
    ck_assert_uint_eq(fault.code, ERROR_INSUFFICIENT_BUFFER);

    made.calls = 0;
    made.always_grows = false; /* the next sample is none the worse for it */
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(made.calls, 4);
    ck_assert_uint_eq(sockets.count, 4 * 8);
}
END_TEST

START_TEST(of_what_keeps_growing_the_other_call_may_tell_all)
{
    made.all_grows = true; /* owners take too long to find */
    made.tcp6_code = ERROR_NOT_SUPPORTED;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_available);
    ck_assert(!sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial);
    ck_assert_uint_eq(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].code, 0);
    ck_assert_uint_eq(sockets.count, 3 * 8);
    ck_assert_uint_eq(sockets.rows[0].owner, OWNER_UNKNOWN);
    ck_assert(!sockets.has_owners);
}
END_TEST

START_TEST(of_what_keeps_growing_the_listeners_are_had)
{
    static const unsigned masks[] = {SOCKETS_ROWS, SOCKETS_ROWS | SOCKETS_OWNERS};
    for (size_t i = 0; i < 2; i++) {
        made.all_grows = made.plain_grows = true;
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
    made.all_grows = made.plain_grows = false;
    made.six_grows = true; /* one growing table does not spoil the others */
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV6].is_partial);
    ck_assert(!sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial);
}
END_TEST

START_TEST(tables_that_say_more_than_they_hold_are_partial)
{
    adapter.last_bytes[PROTOCOL_TCP][FAMILY_IPV4] = 4 + 8 * TCP4;
    made.false_count = 0xffffffff;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_available);
    ck_assert(sockets.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial);
    ck_assert_uint_eq(sockets.rows[7].owner, 1007);
    ck_assert_uint_le(adapter.last_bytes[PROTOCOL_TCP][FAMILY_IPV4], 8 * 1024 * 1024);
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS); /* nor is the next buffer as large as it says */
    ck_assert_uint_le(made.most_bytes, 8 * 1024 * 1024);
}
END_TEST

START_TEST(bound_sockets_are_added_where_they_can_be_trusted)
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

    made.bound_refusals = 2;
    fetch(SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert(sockets.has_bound);
    made.bound_refusals = 100;
    fetch(SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert(!sockets.has_bound);
    ck_assert_uint_eq(sockets.count, 4 * 8);
}
END_TEST

START_TEST(no_bound_table_and_no_error_is_known_and_empty)
{
    adapter.is_bound_allowed = true;
    made.has_no_bound = true;
    fetch(SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert(sockets.has_bound);
    ck_assert_uint_eq(sockets.count, 4 * 8);
}
END_TEST

START_TEST(fifty_thousand_rows_are_asked_for_twice_at_most)
{
    made.count = 50000;
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(sockets.count, 4 * 50000);
    ck_assert_uint_le(made.calls, 2 * 4);
    made.calls = 0;
    made.count = 60000; /* within the slack */
    fetch(SOCKETS_ROWS | SOCKETS_OWNERS);
    ck_assert_uint_eq(made.calls, 4);
}
END_TEST

Suite *sockets_source_suite(void)
{
    Suite *suite = suite_create("sockets_source");
    TCase *real = tcase_create("real");
    tcase_add_checked_fixture(real, set_up, tear_down);
    tcase_set_timeout(real, 30);
    tcase_add_test(real, connections_are_seen_and_are_gone_when_closed);
    tcase_add_test(real, owners_are_told_when_asked_for);
    tcase_add_test(real, listeners_come_without_connections);
    tcase_add_test(real, udp_sockets_are_seen);
    tcase_add_test(real, buffers_that_are_too_small_grow);
    suite_add_tcase(suite, real);

    TCase *made_up = tcase_create("made up");
    tcase_add_checked_fixture(made_up, set_up_made, tear_down);
    tcase_add_test(made_up, states_and_owners_come_through);
    tcase_add_test(made_up, a_row_to_port_0_has_no_remote_end);
    tcase_add_test(made_up, missing_plain_calls_are_made_up_for);
    tcase_add_test(made_up, tables_that_change_are_asked_for_again);
    tcase_add_test(made_up, one_missing_table_is_marked);
    tcase_add_test(made_up, no_table_at_all_is_a_failure);
    tcase_add_test(made_up, empty_tables_are_no_failure);
    tcase_add_test(made_up, endless_growth_ends);
    tcase_add_test(made_up, of_what_keeps_growing_the_other_call_may_tell_all);
    tcase_add_test(made_up, of_what_keeps_growing_the_listeners_are_had);
    tcase_add_test(made_up, tables_that_say_more_than_they_hold_are_partial);
    tcase_add_test(made_up, no_bound_table_and_no_error_is_known_and_empty);
    tcase_add_test(made_up, bound_sockets_are_added_where_they_can_be_trusted);
    tcase_add_test(made_up, fifty_thousand_rows_are_asked_for_twice_at_most);
    suite_add_tcase(suite, made_up);
    return suite;
}
