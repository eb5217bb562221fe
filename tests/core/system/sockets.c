#include "core/system/sockets.h"
#include "suites.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(states_have_the_names_of_netstat)
{
    static const struct {
        unsigned state;
        const char *name, *key;
    } rows[] = {
        {0, "", "none"},
        {1, "CLOSED", "closed"},
        {2, "LISTEN", "listen"},
        {5, "ESTABLISHED", "established"},
        {8, "CLOSE_WAIT", "close_wait"},
        {11, "TIME_WAIT", "time_wait"},
        {12, "DELETE_TCB", "delete_tcb"},
        {100, "BOUND", "bound"},
        {13, "UNKNOWN", "unknown"},
        {57, "UNKNOWN", "unknown"},
        {255, "UNKNOWN", "unknown"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_str_eq(socket_state_name(rows[i].state), rows[i].name);
        ck_assert_str_eq(socket_state_key(rows[i].state), rows[i].key);
    }
}
END_TEST

START_TEST(addresses_are_printed_according_to_rfc_5952)
{
    static const struct {
        enum family family;
        uint8_t bytes[16];
        const char *address, *endpoint;
    } rows[] = {
        {FAMILY_IPV4, {0}, "0.0.0.0", "0.0.0.0:443"},
        {FAMILY_IPV4, {10, 0, 0, 5, 9, 9}, "10.0.0.5", "10.0.0.5:443"},
        {FAMILY_IPV4, {255, 255, 255, 255}, "255.255.255.255", "255.255.255.255:443"},
        {FAMILY_IPV6, {0}, "::", "[::]:443"},
        {FAMILY_IPV6, {[15] = 1}, "::1", "[::1]:443"},
        {FAMILY_IPV6, {[0] = 0xfe, [1] = 0x80, [15] = 1}, "fe80::1", "[fe80::1]:443"},
        {FAMILY_IPV6, {[0] = 0xff, [1] = 0x02}, "ff02::", "[ff02::]:443"},
        /* RFC 5952, 4.2.2: a single group of zeros is not shortened. */
        {FAMILY_IPV6,
         {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
         "2001:db8:0:1:1:1:1:1",
         "[2001:db8:0:1:1:1:1:1]:443"},
        /* RFC 5952, 4.2.3: the longest run of zero groups is shortened; of equal runs, the
         * first. */
        {FAMILY_IPV6,
         {0x20, 0x01, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1},
         "2001:0:0:1::1",
         "[2001:0:0:1::1]:443"},
        {FAMILY_IPV6,
         {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1},
         "2001:db8::1:0:0:1",
         "[2001:db8::1:0:0:1]:443"},
        /* A group of zeros at the beginning, outside the shortened run. */
        {FAMILY_IPV6,
         {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0},
         "0:1::1:1:0",
         "[0:1::1:1:0]:443"},
        {FAMILY_IPV6,
         {[10] = 0xff, [11] = 0xff, [12] = 192, [13] = 0, [14] = 2, [15] = 1},
         "::ffff:192.0.2.1",
         "[::ffff:192.0.2.1]:443"},
        {FAMILY_IPV6,
         {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff},
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:443"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char address[ADDRESS_SIZE], endpoint[ENDPOINT_SIZE];
        ck_assert_str_eq(address_string(address, rows[i].family, rows[i].bytes), rows[i].address);
        ck_assert_str_eq(endpoint_string(endpoint, rows[i].family, rows[i].bytes, 443),
                         rows[i].endpoint);
    }
}
END_TEST

START_TEST(the_longest_endpoint_fits)
{
    uint8_t bytes[16];
    char endpoint[ENDPOINT_SIZE];
    memset(bytes, 0xab, sizeof bytes);
    endpoint_string(endpoint, FAMILY_IPV6, bytes, 65535);
    ck_assert_str_eq(endpoint, "[abab:abab:abab:abab:abab:abab:abab:abab]:65535");
}
END_TEST

START_TEST(sockets_reserve_keeps_existing_rows)
{
    struct sockets sockets;
    struct fault fault = {.kind = FAULT_NONE};
    sockets_init(&sockets);
    ck_assert(sockets_reserve(&sockets, 0, &fault));
    ck_assert_ptr_null(sockets.rows);
    ck_assert(sockets_reserve(&sockets, 1, &fault));
    sockets.rows[sockets.count++] = (struct socket_row){.local_port = 4711};
    ck_assert(sockets_reserve(&sockets, 1000, &fault));
    sockets.rows[1000] = (struct socket_row){.local_port = 1};
    ck_assert_uint_eq(sockets.rows[0].local_port, 4711);
    sockets_release(&sockets);
    ck_assert_ptr_null(sockets.rows);
    ck_assert_uint_eq(sockets.count, 0);
}
END_TEST

START_TEST(sockets_reserve_refuses_too_many_rows)
{
    struct sockets sockets;
    struct fault fault = {.kind = FAULT_NONE};
    sockets_init(&sockets);
    ck_assert(sockets_reserve(&sockets, 1, &fault));
    sockets.rows[sockets.count++] = (struct socket_row){.local_port = 4711};
    ck_assert(!sockets_reserve(&sockets, SIZE_MAX / sizeof(struct socket_row), &fault));
    ck_assert_int_eq(fault.kind, FAULT_NO_MEMORY);
    ck_assert_uint_eq(sockets.count, 1);
    ck_assert_uint_eq(sockets.rows[0].local_port, 4711);
    sockets_release(&sockets);
}
END_TEST

Suite *sockets_suite(void)
{
    Suite *suite = suite_create("sockets");
    TCase *tests = tcase_create("sockets");
    tcase_add_test(tests, states_have_the_names_of_netstat);
    tcase_add_test(tests, addresses_are_printed_according_to_rfc_5952);
    tcase_add_test(tests, the_longest_endpoint_fits);
    tcase_add_test(tests, sockets_reserve_keeps_existing_rows);
    tcase_add_test(tests, sockets_reserve_refuses_too_many_rows);
    suite_add_tcase(suite, tests);
    return suite;
}
