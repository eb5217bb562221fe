/* Tests of the interface `binder` with real sockets of this machine. */
#include "win32/winsock_calls.h"

#include "suites.h"
#include "win32/binder.h"

#include <check.h>

#include <winsock2.h>

#include <windows.h>

static struct binder_adapter adapter;
static struct binder functions;
static struct fault fault;

struct address6 {
    short family;
    u_short port;
    u_long flow;
    uint8_t bytes[16];
    u_long scope;
};

static void set_up(void)
{
    WSADATA data;
    ck_assert_int_eq(WSAStartup(MAKEWORD(2, 2), &data), 0);
    binder_open(&adapter, &functions);
}

static void tear_down(void)
{
    binder_close(&adapter);
    ck_assert_ptr_null(adapter.winsock);
    WSACleanup();
}

/* Returns a socket that is bound to the port `*number`. If `*number` is 0, Windows selects a free
 * port, and the function stores its number in `*number`. */
static SOCKET bind_socket(enum protocol protocol, enum family family, uint16_t *number,
                          bool is_loopback)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(*number)};
    struct address6 v6 = {.family = AF_INET6, .port = htons(*number)};
    bool is_v6 = family == FAMILY_IPV6;
    int size = is_v6 ? (int)sizeof v6 : (int)sizeof v4;
    struct sockaddr *address = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    BOOL yes = TRUE;
    if (is_loopback) {
        v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        v6.bytes[15] = 1;
    }
    SOCKET s =
        socket(is_v6 ? AF_INET6 : AF_INET, protocol == PROTOCOL_UDP ? SOCK_DGRAM : SOCK_STREAM, 0);
    ck_assert(s != INVALID_SOCKET);
    if (is_v6)
        setsockopt(s, IPPROTO_IPV6, 27, (const char *)&yes, sizeof yes); /* 27 is IPV6_V6ONLY */
    ck_assert_int_eq(bind(s, address, size), 0);
    ck_assert_int_eq(getsockname(s, address, &size), 0);
    *number = ntohs(is_v6 ? v6.port : v4.sin_port);
    return s;
}

static enum bind_answer try(enum protocol protocol, enum family family, uint16_t number,
                            uint32_t *code)
{
    enum bind_answer answer = BIND_OTHER;
    ck_assert_msg(
        functions.try_bind(functions.context, protocol, family, number, &answer, code, &fault),
        "%s", fault.text);
    return answer;
}

START_TEST(a_bound_port_is_in_use_until_it_is_closed)
{
    for (int is_loopback = 0; is_loopback < 2; is_loopback++) {
        for (int p = 0; p < PROTOCOL_COUNT; p++) {
            for (int f = 0; f < FAMILY_COUNT; f++) {
                uint16_t number = 0;
                uint32_t code = 77;
                SOCKET s = bind_socket((enum protocol)p, (enum family)f, &number, is_loopback);
                enum bind_answer held = try((enum protocol)p, (enum family)f, number, &code);
                ck_assert_msg(held == BIND_IN_USE, "%s %s: %d", protocol_name((enum protocol)p),
                              family_name((enum family)f), (int)held);
                ck_assert_uint_eq(code, WSAEADDRINUSE);
                closesocket(s);
                /* A successful attempt must not leave a socket open, so the next attempt must also
                 * succeed. */
                for (int i = 0; i < 3; i++) {
                    ck_assert_int_eq(try((enum protocol)p, (enum family)f, number, &code),
                                     BIND_FREE);
                    ck_assert_uint_eq(code, 0);
                }
                closesocket(bind_socket((enum protocol)p, (enum family)f, &number, is_loopback));
            }
        }
    }
}
END_TEST

START_TEST(families_and_protocols_are_tried_separately)
{
    uint16_t number = 0;
    uint32_t code;
    SOCKET s = bind_socket(PROTOCOL_TCP, FAMILY_IPV4, &number, false);
    ck_assert_int_eq(try(PROTOCOL_TCP, FAMILY_IPV4, number, &code), BIND_IN_USE);
    ck_assert_int_eq(try(PROTOCOL_TCP, FAMILY_IPV6, number, &code), BIND_FREE);
    ck_assert_int_eq(try(PROTOCOL_UDP, FAMILY_IPV4, number, &code), BIND_FREE);
    ck_assert_int_eq(try(PROTOCOL_UDP, FAMILY_IPV6, number, &code), BIND_FREE);
    closesocket(s);
}
END_TEST

START_TEST(the_port_of_a_listener_is_in_use)
{
    uint16_t number = 0;
    uint32_t code;
    SOCKET s = bind_socket(PROTOCOL_TCP, FAMILY_IPV4, &number, true);
    ck_assert_int_eq(listen(s, 1), 0);
    ck_assert_int_eq(try(PROTOCOL_TCP, FAMILY_IPV4, number, &code), BIND_IN_USE);
    closesocket(s);
}
END_TEST

START_TEST(closing_the_binder_leaves_other_sockets_open)
{
    uint16_t number = 0;
    uint32_t code;
    SOCKET s = bind_socket(PROTOCOL_UDP, FAMILY_IPV4, &number, true);
    try(PROTOCOL_UDP, FAMILY_IPV4, number, &code);
    binder_close(&adapter);
    binder_close(&adapter);
    struct sockaddr_in name;
    int size = sizeof name;
    ck_assert_int_eq(getsockname(s, (struct sockaddr *)&name, &size), 0);
    /* After binder_close(), the next call opens the binder again. */
    ck_assert_int_eq(try(PROTOCOL_UDP, FAMILY_IPV4, number, &code), BIND_IN_USE);
    closesocket(s);
}
END_TEST

static int WINAPI allow_no_exclusive_bind(SOCKET s, int level, int name, const char *value,
                                          int length)
{
    if (level == SOL_SOCKET && name == ~SO_REUSEADDR) {
        WSASetLastError(WSAEACCES);
        return SOCKET_ERROR;
    }
    return setsockopt(s, level, name, value, length);
}

/* In Windows XP and earlier, only administrators may set SO_EXCLUSIVEADDRUSE. */
START_TEST(without_the_right_to_exclusive_use_the_answer_is_unknown)
{
    uint16_t number = 0;
    uint32_t code = 77;
    enum bind_answer answer = BIND_FREE;
    closesocket(bind_socket(PROTOCOL_TCP, FAMILY_IPV4, &number, false));
    ck_assert_int_eq(try(PROTOCOL_TCP, FAMILY_IPV4, number, &code), BIND_FREE);
    adapter.winsock->set_option = allow_no_exclusive_bind;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fault = (struct fault){0};
            ck_assert(!functions.try_bind(functions.context, (enum protocol)p, (enum family)f,
                                          number, &answer, &code, &fault));
            ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
            ck_assert_uint_eq(fault.code, WSAEACCES);
            ck_assert_ptr_nonnull(strstr(fault.text, "SO_EXCLUSIVEADDRUSE"));
        }
    ck_assert_int_eq(answer, BIND_FREE); /* the answer is unchanged */
    ck_assert_uint_eq(code, 0);
    /* No failed attempt has left a socket open, so the port can be bound. */
    closesocket(bind_socket(PROTOCOL_TCP, FAMILY_IPV4, &number, false));
}
END_TEST

Suite *binder_suite(void)
{
    Suite *suite = suite_create("binder");
    TCase *tests = tcase_create("binder");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, a_bound_port_is_in_use_until_it_is_closed);
    tcase_add_test(tests, families_and_protocols_are_tried_separately);
    tcase_add_test(tests, the_port_of_a_listener_is_in_use);
    tcase_add_test(tests, closing_the_binder_leaves_other_sockets_open);
    tcase_add_test(tests, without_the_right_to_exclusive_use_the_answer_is_unknown);
    suite_add_tcase(suite, tests);
    return suite;
}
