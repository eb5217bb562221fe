#include <check.h>
#include <string.h>

#include "core/use/usage_scene.h"
#include "fake/machine.h"
#include "suites.h"

/* Counts the sockets of `fake`. These tests use the simulated machine only to create sockets. */
static struct usage count_with(struct fake *fake, enum protocol protocol,
                               const struct port_range ranges[FAMILY_COUNT])
{
    struct usage usage;
    memcpy(fake->sockets.tables, fake->tables, sizeof fake->tables);
    usage_count(&fake->sockets, protocol, ranges, &usage);
    return usage;
}

static void tcp(struct fake *fake, unsigned count, unsigned state, uint16_t port)
{
    fake_add_sockets(fake, count, PROTOCOL_TCP, state, "10.0.0.5", port,
                     state == STATE_LISTEN ? NULL : "10.0.0.9", 443, 4711);
}

static void tcp6(struct fake *fake, unsigned count, unsigned state, uint16_t port)
{
    fake_add_sockets(fake, count, PROTOCOL_TCP, state, "fe80::5", port,
                     state == STATE_LISTEN ? NULL : "fe80::9", 443, 4711);
}

START_TEST(port_states_have_names_and_keys)
{
    ck_assert_str_eq(port_state_name(PORT_LISTEN), "LISTEN");
    ck_assert_str_eq(port_state_key(PORT_LISTEN), "listen");
    ck_assert_str_eq(port_state_name(PORT_FIN_WAIT_2), "FIN_WAIT_2");
    ck_assert_str_eq(port_state_key(PORT_UNKNOWN), "unknown");
    for (int i = 0; i < PORT_STATE_COUNT; i++)
        ck_assert_int_eq(ascii_compare(port_state_name(i), port_state_key(i)), 0);
    /* For TCP states, port_state_name() and socket_state_name() must return the same names. */
    for (unsigned state = 1; state <= 12; state++) {
        struct socket_row row = {.protocol = PROTOCOL_TCP, .state = (uint8_t)state};
        ck_assert_str_eq(port_state_name(port_state_of(&row)), socket_state_name(state));
    }
    static const uint8_t odd[] = {0, 13, 57, 99, 101, 255};
    for (size_t i = 0; i < sizeof odd; i++) {
        struct socket_row row = {.protocol = PROTOCOL_TCP, .state = odd[i]};
        ck_assert_int_eq(port_state_of(&row), PORT_UNKNOWN);
        row.protocol = PROTOCOL_UDP;
        ck_assert_int_eq(port_state_of(&row), PORT_OPEN);
    }
}
END_TEST

START_TEST(without_rows_no_port_is_in_use)
{
    struct fake fake;
    fake_init(&fake);
    struct usage usage = count_with(&fake, PROTOCOL_TCP, high);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].in_use, 0);
    ck_assert_uint_eq(usage.united.in_use, 0);
    ck_assert(range_equal(usage.range[FAMILY_IPV6], high[FAMILY_IPV6]));
    ck_assert_uint_eq(usage_available(&usage, FAMILY_IPV4), 16384);
    ck_assert(usage.is_available[FAMILY_IPV4] && !usage.is_partial);
    fake_release(&fake);
}
END_TEST

START_TEST(a_port_is_counted_once)
{
    struct fake fake;
    fake_init(&fake);
    /* A listener within the range, and the thousand connections that it has accepted on its
     * port. */
    tcp(&fake, 1, STATE_LISTEN, 50000);
    for (int i = 0; i < 1000; i++)
        tcp(&fake, 1, i % 2 == 0 ? STATE_ESTABLISHED : STATE_TIME_WAIT, 50000);
    struct usage usage = count_with(&fake, PROTOCOL_TCP, high);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].in_use, 1);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].by_state[PORT_LISTEN], 1);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].by_state[PORT_ESTABLISHED], 0);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].by_state[PORT_TIME_WAIT], 0);
    fake_release(&fake);
}
END_TEST

START_TEST(the_most_significant_state_of_a_port_counts)
{
    static const unsigned states[] = {
        STATE_LISTEN,       STATE_ESTABLISHED,
        STATE_CLOSE_WAIT,   STATE_SYN_SENT,
        STATE_SYN_RECEIVED, STATE_FIN_WAIT_1,
        STATE_FIN_WAIT_2,   STATE_LAST_ACK,
        STATE_CLOSING,      STATE_BOUND,
        STATE_TIME_WAIT,    STATE_DELETE_TCB,
        STATE_CLOSED,       57,
    };
    enum { COUNT = sizeof states / sizeof states[0] };
    for (int i = 0; i < COUNT; i++)
        for (int j = 0; j < COUNT; j++) {
            struct fake fake;
            fake_init(&fake);
            tcp(&fake, 1, states[i], 50000);
            tcp(&fake, 1, states[j], 50000);
            struct usage usage = count_with(&fake, PROTOCOL_TCP, high);
            enum port_state wins = port_state_of(&fake.sockets.rows[i < j ? 0 : 1]);
            ck_assert_uint_eq(usage.family[FAMILY_IPV4].in_use, 1);
            ck_assert_uint_eq(usage.family[FAMILY_IPV4].by_state[wins], 1);
            fake_release(&fake);
        }
}
END_TEST

START_TEST(only_ports_within_the_range_are_counted)
{
    struct fake fake;
    fake_init(&fake);
    struct port_range ranges[FAMILY_COUNT] = {{1025, 3976}, {0, 0}};
    tcp(&fake, 1, STATE_LISTEN, 1024);
    tcp(&fake, 1, STATE_LISTEN, 1025);
    tcp(&fake, 1, STATE_LISTEN, 5000);
    tcp(&fake, 1, STATE_LISTEN, 5001);
    tcp6(&fake, 2, STATE_ESTABLISHED, 1025); /* the IPv6 range is unknown */
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 1030, NULL, 0, 4);
    struct usage usage = count_with(&fake, PROTOCOL_TCP, ranges);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].in_use, 2);
    ck_assert_uint_eq(usage.family[FAMILY_IPV6].in_use, 0);
    ck_assert_uint_eq(usage.united.in_use, 2);
    ck_assert_uint_eq(usage_available(&usage, FAMILY_IPV6), 0);

    /* Test the first and the last port, and ranges that contain no port. */
    struct port_range whole[FAMILY_COUNT] = {{0, 65536}, {60000, 65536}};
    tcp(&fake, 1, STATE_LISTEN, 0);
    tcp(&fake, 1, STATE_LISTEN, 65535);
    tcp6(&fake, 1, STATE_LISTEN, 65535);
    usage = count_with(&fake, PROTOCOL_TCP, whole);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].in_use, 6);
    ck_assert_uint_eq(usage.family[FAMILY_IPV6].in_use, 1);
    ck_assert_uint_eq(usage.united.in_use, 6);
    struct port_range beyond[FAMILY_COUNT] = {{70000, 5}, {0xffffffff, 0xffffffff}};
    usage = count_with(&fake, PROTOCOL_TCP, beyond);
    ck_assert_uint_eq(usage.united.in_use, 0);
    fake_release(&fake);
}
END_TEST

START_TEST(a_port_used_by_both_families_is_counted_once)
{
    struct fake fake;
    fake_init(&fake);
    tcp(&fake, 10, STATE_TIME_WAIT, 50000);
    tcp6(&fake, 10, STATE_ESTABLISHED, 50005);
    struct usage usage = count_with(&fake, PROTOCOL_TCP, high);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].in_use, 10);
    ck_assert_uint_eq(usage.family[FAMILY_IPV6].in_use, 10);
    ck_assert_uint_eq(usage.united.in_use, 15);
    ck_assert_uint_eq(usage.united.by_state[PORT_ESTABLISHED], 10);
    ck_assert_uint_eq(usage.united.by_state[PORT_TIME_WAIT], 5);

    /* The two families have different ranges, and each family is counted within its own range. */
    struct port_range apart[FAMILY_COUNT] = {{50000, 5}, {50005, 5}};
    usage = count_with(&fake, PROTOCOL_TCP, apart);
    ck_assert_uint_eq(usage.united.in_use, 10);
    ck_assert_uint_eq(usage.united.by_state[PORT_TIME_WAIT], 5);
    fake_release(&fake);
}
END_TEST

START_TEST(udp_ports_count_as_open)
{
    struct fake fake;
    fake_init(&fake);
    fake_add_sockets(&fake, 3, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 4711);
    fake_add_sockets(&fake, 3, PROTOCOL_UDP, STATE_NONE, "10.0.0.5", 50000, NULL, 0, 4711);
    struct usage usage = count_with(&fake, PROTOCOL_UDP, high);
    ck_assert_int_eq(usage.protocol, PROTOCOL_UDP);
    ck_assert_uint_eq(usage.united.in_use, 3);
    ck_assert_uint_eq(usage.united.by_state[PORT_OPEN], 3);
    fake_release(&fake);
}
END_TEST

START_TEST(missing_and_partial_tables_are_reported)
{
    struct fake fake;
    fake_init(&fake);
    fake.tables[PROTOCOL_TCP][FAMILY_IPV6].is_available = false;
    fake.tables[PROTOCOL_UDP][FAMILY_IPV4].is_partial = true;
    struct usage usage = count_with(&fake, PROTOCOL_TCP, high);
    ck_assert(usage.is_available[FAMILY_IPV4] && !usage.is_available[FAMILY_IPV6]);
    ck_assert(!usage.is_partial);
    usage = count_with(&fake, PROTOCOL_UDP, high);
    ck_assert(usage.is_partial);
    fake_release(&fake);
}
END_TEST

START_TEST(percent_is_rounded_down)
{
    static const struct {
        uint32_t in_use, available;
        unsigned percent;
    } rows[] = {
        {0, 0, 0},
        {1, 0, 100},
        {0, 16384, 0},
        {81, 16384, 0},
        {82, 16384, 1},
        {8192, 16384, 50},
        {16383, 16384, 99},
        {16384, 16384, 100},
        {16400, 16384, 100},
        {64511, 64511, 100},
        {0xfffffffe, 0xffffffff, 99},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_uint_eq(usage_percent(rows[i].in_use, rows[i].available), rows[i].percent);
}
END_TEST

START_TEST(usage_fuller_returns_the_fuller_family)
{
    struct usage usage = {.range = {{49152, 16384}, {1024, 64511}}, .is_available = {true, true}};
    usage.family[FAMILY_IPV4].in_use = 100;
    usage.family[FAMILY_IPV6].in_use = 200;
    ck_assert_int_eq(usage_fuller(&usage), FAMILY_IPV4);
    /* A family whose table could not be read is never the fuller family. */
    usage.is_available[FAMILY_IPV4] = false;
    ck_assert_int_eq(usage_fuller(&usage), FAMILY_IPV6);
    usage.is_available[FAMILY_IPV4] = true;
    usage.family[FAMILY_IPV6].in_use = 400;
    ck_assert_int_eq(usage_fuller(&usage), FAMILY_IPV6);
    usage.excluded[FAMILY_IPV4] = 16384 - 100;
    ck_assert_uint_eq(usage_available(&usage, FAMILY_IPV4), 100);
    ck_assert_int_eq(usage_fuller(&usage), FAMILY_IPV4);
    usage.excluded[FAMILY_IPV4] = 20000;
    ck_assert_uint_eq(usage_available(&usage, FAMILY_IPV4), 0);
    ck_assert_int_eq(usage_fuller(&usage), FAMILY_IPV6);
    usage = (struct usage){0};
    ck_assert_int_eq(usage_fuller(&usage), FAMILY_IPV4);
}
END_TEST

START_TEST(counting_matches_brute_force)
{
    static const struct port_range ranges[FAMILY_COUNT] = {{49152, 400}, {49100, 300}};
    random_state = 4711 + (uint64_t)_i;
    struct sockets sockets;
    random_rows(&sockets, 1 + 1500 * (size_t)_i);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        struct usage usage;
        usage_count(&sockets, p, ranges, &usage);
        struct usage_count family[FAMILY_COUNT] = {0}, united = {0};
        for (uint32_t port = 0; port < 65536; port++) {
            int best[FAMILY_COUNT] = {PORT_STATE_COUNT, PORT_STATE_COUNT};
            if (port >= 49000 && port < 49700)
                for (size_t i = 0; i < sockets.count; i++) {
                    const struct socket_row *row = &sockets.rows[i];
                    if (row->protocol == p && row->family < FAMILY_COUNT &&
                        row->local_port == port && is_counted(row, &ranges[row->family]) &&
                        (int)port_state_of(row) < best[row->family])
                        best[row->family] = port_state_of(row);
                }
            int least = best[0] < best[1] ? best[0] : best[1];
            for (int f = 0; f < FAMILY_COUNT; f++)
                if (best[f] < PORT_STATE_COUNT) {
                    family[f].in_use++;
                    family[f].by_state[best[f]]++;
                }
            if (least < PORT_STATE_COUNT) {
                united.in_use++;
                united.by_state[least]++;
            }
        }
        ck_assert_mem_eq(&usage.united, &united, sizeof united);
        ck_assert_mem_eq(usage.family, family, sizeof family);
    }
    sockets_release(&sockets);
}
END_TEST

Suite *usage_suite(void)
{
    Suite *suite = suite_create("usage");
    TCase *counting = tcase_create("counting");
    tcase_add_test(counting, port_states_have_names_and_keys);
    tcase_add_test(counting, without_rows_no_port_is_in_use);
    tcase_add_test(counting, a_port_is_counted_once);
    tcase_add_test(counting, the_most_significant_state_of_a_port_counts);
    tcase_add_test(counting, only_ports_within_the_range_are_counted);
    tcase_add_test(counting, a_port_used_by_both_families_is_counted_once);
    tcase_add_test(counting, udp_ports_count_as_open);
    tcase_add_test(counting, missing_and_partial_tables_are_reported);
    tcase_add_test(counting, percent_is_rounded_down);
    tcase_add_test(counting, usage_fuller_returns_the_fuller_family);
    tcase_add_loop_test(counting, counting_matches_brute_force, 0, 4);
    suite_add_tcase(suite, counting);
    return suite;
}
