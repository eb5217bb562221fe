#include <check.h>
#include <string.h>

#include "core/use/usage_groups.h"
#include "core/use/usage_scene.h"
#include "fake/machine.h"
#include "suites.h"

static bool same_group(enum usage_group kind, const struct socket_row *row,
                       const struct usage_bucket *bucket)
{
    if (row->protocol != bucket->protocol)
        return false;
    switch (kind) {
    case GROUP_PROCESS:
    case GROUP_NAME:
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

static const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT] = {{{49152, 400}, {49100, 300}},
                                                                       {{49000, 600}, {0, 0}}};

static bool is_in_a_group(enum usage_group kind, const struct socket_row *row)
{
    return row->protocol < PROTOCOL_COUNT && row->family < FAMILY_COUNT &&
           is_counted(row, &ranges[row->protocol][row->family]) &&
           (kind != GROUP_REMOTE || row->has_remote);
}

/* Counts the rows and ports of the bucket a second time, without the code under test. Returns the
 * number of rows. */
static uint32_t recount(const struct sockets *sockets, enum usage_group kind,
                        const struct usage_bucket *bucket)
{
    static bool has_port[65536];
    uint32_t ports = 0, rows = 0, time_wait = 0;
    memset(has_port, 0, sizeof has_port);
    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];
        if (!is_in_a_group(kind, row) || !same_group(kind, row, bucket))
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
    return rows;
}

/* Checks that each row belongs to exactly one group. So no group can be listed twice. */
static void expect_each_row_once(const struct sockets *sockets, enum usage_group kind,
                                 const struct usage_groups *groups)
{
    size_t seen = 0, wanted = 0;
    for (size_t g = 0; g < groups->count; g++) {
        seen += recount(sockets, kind, &groups->rows[g]);
        ck_assert(g == 0 || groups->rows[g - 1].ports >= groups->rows[g].ports);
    }
    for (size_t i = 0; i < sockets->count; i++)
        wanted += is_in_a_group(kind, &sockets->rows[i]);
    ck_assert_uint_eq(seen, wanted);
}

/* Reverses the order of the rows and checks that the groups stay in the same order. */
static void expect_same_groups_of_reversed_rows(struct sockets *sockets, enum usage_group kind,
                                                const struct usage_groups *groups)
{
    struct usage_groups again;
    struct fault fault;
    for (size_t i = 0; i < sockets->count / 2; i++) {
        struct socket_row row = sockets->rows[i];
        sockets->rows[i] = sockets->rows[sockets->count - 1 - i];
        sockets->rows[sockets->count - 1 - i] = row;
    }
    ck_assert(usage_group(sockets, kind, ranges, SIZE_MAX, &again, &fault));
    ck_assert_uint_eq(again.count, groups->count);
    for (size_t g = 0; g < groups->count; g++)
        ck_assert_mem_eq(&again.rows[g], &groups->rows[g], sizeof again.rows[g]);
    usage_groups_release(&again);
}

/* Checks that a shortened list contains, for each protocol, the first groups of the whole list. */
static void expect_first_groups(const struct sockets *sockets, enum usage_group kind, size_t most,
                                const struct usage_groups *groups)
{
    size_t shown[PROTOCOL_COUNT] = {0}, next = 0;
    struct usage_groups first;
    struct fault fault;
    ck_assert(usage_group(sockets, kind, ranges, most, &first, &fault));
    for (size_t g = 0; g < groups->count; g++)
        if (shown[groups->rows[g].protocol]++ < most) {
            ck_assert_uint_lt(next, first.count);
            ck_assert_mem_eq(&first.rows[next++], &groups->rows[g], sizeof *groups->rows);
        }
    ck_assert_uint_eq(next, first.count);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        ck_assert_uint_eq(first.total[p], shown[p]);
        ck_assert_uint_eq(groups->total[p], shown[p]);
    }
    usage_groups_release(&first);
}

START_TEST(grouping_matches_brute_force)
{
    struct sockets sockets;
    random_state = 815 + (uint64_t)_i;
    random_rows(&sockets, 2000 * (size_t)_i);
    for (enum usage_group kind = 0; kind < GROUP_KIND_COUNT; kind++) {
        struct usage_groups groups;
        struct fault fault;
        ck_assert(usage_group(&sockets, kind, ranges, SIZE_MAX, &groups, &fault));
        expect_each_row_once(&sockets, kind, &groups);
        expect_same_groups_of_reversed_rows(&sockets, kind, &groups);
        for (size_t most = 0; most < 40; most += 13)
            expect_first_groups(&sockets, kind, most, &groups);
        usage_groups_release(&groups);
    }
    sockets_release(&sockets);
}
END_TEST

START_TEST(groups_have_the_key_of_their_kind)
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
    ck_assert_uint_eq(groups.count, 2); /* bound sockets and UDP have no remote endpoint */
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
    /* If the counts are equal, TCP comes before UDP. */
    ck_assert_uint_eq(groups.rows[0].ports, groups.rows[1].ports);
    ck_assert_str_eq(address_string(buffer, groups.rows[0].family, groups.rows[0].address),
                     "10.0.0.5");
    usage_groups_release(&groups);
    fake_release(&fake);
}
END_TEST

/* A port that two processes of one program share counts once. A process with ports of both families
 * counts once, too. */
START_TEST(processes_of_one_program_are_one_group)
{
    struct fake fake;
    struct fault fault;
    struct usage_groups groups;
    struct text text;
    fake_init(&fake);
    fake_add_sockets(&fake, 30, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 50000, NULL, 0, 40);
    fake_add_sockets(&fake, 20, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 50020, NULL, 0, 12);
    fake_add_sockets(&fake, 5, PROTOCOL_TCP, STATE_BOUND, "::", 50020, NULL, 0, 12);
    fake_add_sockets(&fake, 44, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 51000, NULL, 0, 20);
    fake_add_sockets(&fake, 3, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 52000, NULL, 0, 4711);
    fake_add_sockets(&fake, 2, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 53000, "10.0.0.9", 1, 0);
    fake_add_sockets(&fake, 7, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 40);
    fake_add_sockets(&fake, 9, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 2000, NULL, 0, 50);
    fake_add_process(&fake, 12, "node.exe");
    fake_add_process(&fake, 20, "shop.exe");
    fake_add_process(&fake, 40, "NODE.EXE");
    fake_add_process(&fake, 50, "node.exe"); /* has no port in the range */
    fake_add_process(&fake, 60, "");
    fake_add_process(&fake, 61, "");
    ck_assert(
        usage_group_names(&fake.sockets, &fake.processes, all_high, SIZE_MAX, &groups, &fault));
    ck_assert_uint_eq(groups.count, 5);
    ck_assert_uint_eq(groups.total[PROTOCOL_TCP], 4);
    ck_assert_uint_eq(groups.rows[0].owner, 20);
    ck_assert_uint_eq(groups.rows[0].processes, 1);
    ck_assert_uint_eq(groups.rows[1].owner, 12);
    ck_assert_uint_eq(groups.rows[1].ports, 40);
    ck_assert_uint_eq(groups.rows[1].sockets, 55);
    ck_assert_uint_eq(groups.rows[1].processes, 2);
    ck_assert_int_eq(groups.rows[2].protocol, PROTOCOL_UDP);
    ck_assert_uint_eq(groups.rows[2].owner, 40); /* PID 12 has no UDP socket */
    ck_assert_uint_eq(groups.rows[2].processes, 1);
    ck_assert_uint_eq(groups.rows[3].owner, 4711);
    ck_assert_uint_eq(groups.rows[4].owner, 0);
    text_init(&text);
    for (size_t i = 0; i < groups.count; i++) {
        usage_name_print(&groups.rows[i], &fake.processes, &text);
        text_puts(&text, "|");
    }
    usage_name_print(&groups.rows[1], NULL, &text);
    ck_assert_str_eq(text_string(&text), "shop.exe (PID 20)|node.exe (2 processes)|NODE.EXE (PID "
                                         "40)|process 4711 (ended)|(TIME_WAIT, no process)|process "
                                         "12 (name unknown)");
    text_release(&text);
    usage_groups_release(&groups);
    ck_assert(usage_same_name(&fake.processes, 12, 40));
    ck_assert(!usage_same_name(&fake.processes, 12, 20));
    ck_assert(!usage_same_name(&fake.processes, 60, 61)); /* names are unknown */
    ck_assert(usage_same_name(&fake.processes, 4711, 4711));
    fake_release(&fake);
}
END_TEST

Suite *usage_groups_suite(void)
{
    Suite *suite = suite_create("usage_groups");
    TCase *grouping = tcase_create("grouping");
    tcase_add_test(grouping, groups_have_the_key_of_their_kind);
    tcase_add_test(grouping, processes_of_one_program_are_one_group);
    tcase_add_loop_test(grouping, grouping_matches_brute_force, 0, 3);
    tcase_set_timeout(grouping, 60);
    suite_add_tcase(suite, grouping);
    return suite;
}
