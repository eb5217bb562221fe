#include "core/use/usage_groups.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake/machine.h"
#include "suites.h"

static const struct port_range high[FAMILY_COUNT] = {{49152, 16384}, {49152, 16384}};
static const struct port_range all_high[PROTOCOL_COUNT][FAMILY_COUNT] = {
    {{49152, 16384}, {49152, 16384}}, {{49152, 16384}, {49152, 16384}}};

/* A fake serves as the way to write rows down; its sockets are what is counted. */
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

START_TEST(states_have_names_and_keys)
{
    ck_assert_str_eq(port_state_name(PORT_LISTEN), "LISTEN");
    ck_assert_str_eq(port_state_key(PORT_LISTEN), "listen");
    ck_assert_str_eq(port_state_name(PORT_FIN_WAIT_2), "FIN_WAIT_2");
    ck_assert_str_eq(port_state_key(PORT_UNKNOWN), "unknown");
    for (int i = 0; i < PORT_STATE_COUNT; i++)
        ck_assert_int_eq(ascii_compare(port_state_name(i), port_state_key(i)), 0);
    /* TCP's states are called as socket_state_name calls them. */
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

START_TEST(nothing_is_in_use_without_rows)
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

START_TEST(a_port_counts_once)
{
    struct fake fake;
    fake_init(&fake);
    /* A server within the range and a thousand connections that it accepted. */
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

START_TEST(the_most_telling_state_wins)
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

START_TEST(only_the_range_counts)
{
    struct fake fake;
    fake_init(&fake);
    struct port_range ranges[FAMILY_COUNT] = {{1025, 3976}, {0, 0}};
    tcp(&fake, 1, STATE_LISTEN, 1024);
    tcp(&fake, 1, STATE_LISTEN, 1025);
    tcp(&fake, 1, STATE_LISTEN, 5000);
    tcp(&fake, 1, STATE_LISTEN, 5001);
    tcp6(&fake, 2, STATE_ESTABLISHED, 1025); /* its range is not known */
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 1030, NULL, 0, 4);
    struct usage usage = count_with(&fake, PROTOCOL_TCP, ranges);
    ck_assert_uint_eq(usage.family[FAMILY_IPV4].in_use, 2);
    ck_assert_uint_eq(usage.family[FAMILY_IPV6].in_use, 0);
    ck_assert_uint_eq(usage.united.in_use, 2);
    ck_assert_uint_eq(usage_available(&usage, FAMILY_IPV6), 0);

    /* The first and the last port that there is, and ranges that no port has. */
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

START_TEST(families_are_united)
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

    /* Each family within its own range. */
    struct port_range apart[FAMILY_COUNT] = {{50000, 5}, {50005, 5}};
    usage = count_with(&fake, PROTOCOL_TCP, apart);
    ck_assert_uint_eq(usage.united.in_use, 10);
    ck_assert_uint_eq(usage.united.by_state[PORT_TIME_WAIT], 5);
    fake_release(&fake);
}
END_TEST

START_TEST(udp_ports_are_open)
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

START_TEST(tables_are_reported)
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
        {163, 16384, 0},
        {164, 16384, 1},
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

START_TEST(the_fuller_family)
{
    struct usage usage = {.range = {{49152, 16384}, {1024, 64511}}, .is_available = {true, true}};
    usage.family[FAMILY_IPV4].in_use = 100;
    usage.family[FAMILY_IPV6].in_use = 200;
    ck_assert_int_eq(usage_fuller(&usage), FAMILY_IPV4);
    usage.is_available[FAMILY_IPV4] = false; /* what was not read is not the fuller one */
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

/* ---------------------------------------------------------------- against brute force */

/* xorshift64: the same rows in every run. */
static uint64_t random_state;

static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % bound;
}

/* Rows with much in common, and some that no Windows should hand out. */
static void random_rows(struct sockets *sockets, size_t count)
{
    struct fault fault;
    sockets_init(sockets);
    ck_assert(sockets_reserve(sockets, count + 1, &fault));
    memset(sockets->rows, 0, count * sizeof *sockets->rows);
    for (size_t i = 0; i < count; i++) {
        struct socket_row *row = &sockets->rows[i];
        row->protocol = (uint8_t)(random_below(50) == 0 ? 7 : random_below(PROTOCOL_COUNT));
        row->family = (uint8_t)(random_below(50) == 0 ? 9 : random_below(FAMILY_COUNT));
        row->state = (uint8_t)(random_below(9) == 0 ? random_below(256) : 1 + random_below(12));
        row->has_remote = random_below(4) != 0;
        row->local_port = (uint16_t)(49000 + random_below(700));
        row->remote_port = (uint16_t)random_below(3);
        row->owner = random_below(9) == 0 ? OWNER_UNKNOWN : random_below(5);
        row->local[random_below(16)] = (uint8_t)random_below(3);
        row->remote[random_below(16)] = (uint8_t)random_below(3);
    }
    sockets->count = count;
}

static bool is_counted(const struct socket_row *row, const struct port_range *range)
{
    return row->local_port >= range->start && row->local_port < range->start + range->count;
}

START_TEST(counting_agrees_with_brute_force)
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

static bool same_group(enum usage_group kind, const struct socket_row *row,
                       const struct usage_bucket *bucket)
{
    if (row->protocol != bucket->protocol)
        return false;
    switch (kind) {
    case GROUP_PROCESS:
        return row->owner == bucket->owner;
    case GROUP_REMOTE:
        return row->family == bucket->family && row->remote_port == bucket->port &&
               memcmp(row->remote, bucket->address, 16) == 0;
    case GROUP_STATE:
        return port_state_of(row) == bucket->state;
    default:
        return row->family == bucket->family && memcmp(row->local, bucket->address, 16) == 0;
    }
}

START_TEST(grouping_agrees_with_brute_force)
{
    static const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT] = {
        {{49152, 400}, {49100, 300}}, {{49000, 600}, {0, 0}}};
    random_state = 815 + (uint64_t)_i;
    struct sockets sockets;
    random_rows(&sockets, 2000 * (size_t)_i);
    for (enum usage_group kind = 0; kind < GROUP_KIND_COUNT; kind++) {
        struct usage_groups groups;
        struct fault fault;
        ck_assert(usage_group(&sockets, kind, ranges, SIZE_MAX, &groups, &fault));
        size_t seen = 0;
        for (size_t g = 0; g < groups.count; g++) {
            const struct usage_bucket *bucket = &groups.rows[g];
            static bool has_port[65536];
            memset(has_port, 0, sizeof has_port);
            uint32_t ports = 0, rows = 0, time_wait = 0;
            for (size_t i = 0; i < sockets.count; i++) {
                const struct socket_row *row = &sockets.rows[i];
                if (row->protocol >= PROTOCOL_COUNT || row->family >= FAMILY_COUNT ||
                    !is_counted(row, &ranges[row->protocol][row->family]) ||
                    (kind == GROUP_REMOTE && !row->has_remote) || !same_group(kind, row, bucket))
                    continue;
                ports += !has_port[row->local_port];
                has_port[row->local_port] = true;
                time_wait += row->protocol == PROTOCOL_TCP && row->state == STATE_TIME_WAIT;
                rows++;
            }
            ck_assert_uint_gt(rows, 0);
            ck_assert_uint_eq(bucket->ports, ports);
            ck_assert_uint_eq(bucket->sockets, rows);
            ck_assert_uint_eq(bucket->time_wait, time_wait);
            ck_assert(g == 0 || groups.rows[g - 1].ports >= bucket->ports);
            seen += rows;
        }
        /* Each row is in one group, so no group stands there twice. */
        size_t wanted = 0;
        for (size_t i = 0; i < sockets.count; i++) {
            const struct socket_row *row = &sockets.rows[i];
            wanted += row->protocol < PROTOCOL_COUNT && row->family < FAMILY_COUNT &&
                      is_counted(row, &ranges[row->protocol][row->family]) &&
                      (kind != GROUP_REMOTE || row->has_remote);
        }
        ck_assert_uint_eq(seen, wanted);

        /* The order does not hang on the order of the rows. */
        struct usage_groups again;
        for (size_t i = 0; i < sockets.count / 2; i++) {
            struct socket_row row = sockets.rows[i];
            sockets.rows[i] = sockets.rows[sockets.count - 1 - i];
            sockets.rows[sockets.count - 1 - i] = row;
        }
        ck_assert(usage_group(&sockets, kind, ranges, SIZE_MAX, &again, &fault));
        ck_assert_uint_eq(again.count, groups.count);
        for (size_t g = 0; g < groups.count; g++)
            ck_assert_mem_eq(&again.rows[g], &groups.rows[g], sizeof again.rows[g]);
        usage_groups_release(&again);

        /* Of many the first few of each protocol are those that all would begin with. */
        for (size_t most = 0; most < 40; most += 13) {
            size_t shown[PROTOCOL_COUNT] = {0}, next = 0;
            ck_assert(usage_group(&sockets, kind, ranges, most, &again, &fault));
            for (size_t g = 0; g < groups.count; g++)
                if (shown[groups.rows[g].protocol]++ < most) {
                    ck_assert_uint_lt(next, again.count);
                    ck_assert_mem_eq(&again.rows[next++], &groups.rows[g], sizeof *groups.rows);
                }
            ck_assert_uint_eq(next, again.count);
            for (int p = 0; p < PROTOCOL_COUNT; p++) {
                ck_assert_uint_eq(again.total[p], shown[p]);
                ck_assert_uint_eq(groups.total[p], shown[p]);
            }
            usage_groups_release(&again);
        }
        usage_groups_release(&groups);
    }
    sockets_release(&sockets);
}
END_TEST

START_TEST(groups_have_their_keys)
{
    struct fake fake;
    struct fault fault;
    struct usage_groups groups;
    fake_init(&fake);
    fake_add_sockets(&fake, 30, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443,
                     4711);
    fake_add_sockets(&fake, 20, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50100, "10.0.0.9", 80,
                     0);
    fake_add_sockets(&fake, 10, PROTOCOL_TCP, STATE_BOUND, "::", 50200, NULL, 0, 4711);
    fake_add_sockets(&fake, 50, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 53);

    ck_assert(usage_group(&fake.sockets, GROUP_PROCESS, all_high, SIZE_MAX, &groups, &fault));
    ck_assert_uint_eq(groups.count, 3);
    ck_assert_int_eq(groups.rows[0].protocol, PROTOCOL_UDP);
    ck_assert_uint_eq(groups.rows[0].owner, 53);
    ck_assert_uint_eq(groups.rows[0].ports, 50);
    ck_assert_uint_eq(groups.rows[1].owner, 4711);
    ck_assert_uint_eq(groups.rows[1].ports, 40);
    ck_assert_uint_eq(groups.rows[2].owner, 0);
    ck_assert_uint_eq(groups.rows[2].time_wait, 20);
    usage_groups_release(&groups);
    ck_assert_ptr_null(groups.rows);

    ck_assert(usage_group(&fake.sockets, GROUP_REMOTE, all_high, SIZE_MAX, &groups, &fault));
    ck_assert_uint_eq(groups.count, 2); /* what is bound or UDP has no remote end */
    char buffer[ENDPOINT_SIZE];
    ck_assert_str_eq(
        endpoint_string(buffer, groups.rows[0].family, groups.rows[0].address, groups.rows[0].port),
        "10.0.0.9:443");
    usage_groups_release(&groups);

    ck_assert(usage_group(&fake.sockets, GROUP_STATE, all_high, SIZE_MAX, &groups, &fault));
    ck_assert_uint_eq(groups.count, 4);
    ck_assert_uint_eq(groups.rows[0].state, PORT_OPEN);
    ck_assert_uint_eq(groups.rows[3].state, PORT_BOUND);
    usage_groups_release(&groups);

    ck_assert(usage_group(&fake.sockets, GROUP_ADDRESS, all_high, SIZE_MAX, &groups, &fault));
    ck_assert_uint_eq(groups.count, 3);
    ck_assert_uint_eq(groups.rows[0].ports, groups.rows[1].ports); /* so TCP comes first */
    ck_assert_str_eq(address_string(buffer, groups.rows[0].family, groups.rows[0].address),
                     "10.0.0.5");
    usage_groups_release(&groups);
    fake_release(&fake);
}
END_TEST

Suite *usage_suite(void)
{
    Suite *suite = suite_create("usage");
    TCase *counting = tcase_create("counting");
    tcase_add_test(counting, states_have_names_and_keys);
    tcase_add_test(counting, nothing_is_in_use_without_rows);
    tcase_add_test(counting, a_port_counts_once);
    tcase_add_test(counting, the_most_telling_state_wins);
    tcase_add_test(counting, only_the_range_counts);
    tcase_add_test(counting, families_are_united);
    tcase_add_test(counting, udp_ports_are_open);
    tcase_add_test(counting, tables_are_reported);
    tcase_add_test(counting, percent_is_rounded_down);
    tcase_add_test(counting, the_fuller_family);
    tcase_add_loop_test(counting, counting_agrees_with_brute_force, 0, 4);
    suite_add_tcase(suite, counting);
    TCase *grouping = tcase_create("grouping");
    tcase_add_test(grouping, groups_have_their_keys);
    tcase_add_loop_test(grouping, grouping_agrees_with_brute_force, 0, 3);
    tcase_set_timeout(grouping, 60);
    suite_add_tcase(suite, grouping);
    return suite;
}
