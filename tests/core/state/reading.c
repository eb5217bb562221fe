#include "core/state/reading.h"

#include <check.h>
#include <string.h>

#include "fake/machine.h"
#include "suites.h"

static struct fake fake;
static struct reading reading;

static void setup(void)
{
    fake_init(&fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 50000, 1000,
                              RANGE_SOURCE_NETSH);
}

static void teardown(void)
{
    reading_release(&reading);
    fake_release(&fake);
}

static void add_program(uint32_t id, const char *name, unsigned ports, uint16_t first)
{
    fake_add_process(&fake, id, name);
    fake_add_sockets(&fake, ports, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", first, "10.0.0.9",
                     443, id);
}

static void take(size_t top)
{
    struct fault fault;

    ck_assert_msg(reading_take(&fake.machine, top, &reading, &fault), "%s", fault.text);
}

static void expect_program(size_t row, const char *name, uint32_t ports)
{
    const struct reading_programs *programs = &reading.programs[PROTOCOL_TCP];

    ck_assert_uint_lt(row, programs->count);
    ck_assert_str_eq(programs->rows[row].name, name);
    ck_assert_uint_eq(programs->rows[row].ports, ports);
}

START_TEST(the_rest_is_what_the_listed_programs_do_not_have)
{
    add_program(10, "shop.exe", 100, 50000);
    add_program(11, "Shop.exe", 50, 50100); /* a second process of the same program */
    add_program(12, "dns.exe", 20, 50200);
    add_program(13, "tail.exe", 5, 50300);
    fake_add_sockets(&fake, 7, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50400, "10.0.0.9", 443,
                     0);
    take(2);
    expect_program(0, "shop.exe", 150);
    expect_program(1, "dns.exe", 20);
    ck_assert_uint_eq(reading.programs[PROTOCOL_TCP].count, 2);
    ck_assert_uint_eq(reading.programs[PROTOCOL_TCP].other_ports, 12);
}
END_TEST

START_TEST(no_two_programs_have_the_same_name)
{
    add_program(10, "a\x01", 9, 50000);
    add_program(11, "a\\x01", 6, 50100); /* what the first name becomes on a screen */
    add_program(12, "Other", 3, 50200);
    take(10);
    expect_program(0, "a\\x01", 15);
    ck_assert_uint_eq(reading.programs[PROTOCOL_TCP].count, 1);
    ck_assert_uint_eq(reading.programs[PROTOCOL_TCP].other_ports, 3);
}
END_TEST

/* A listener that a child process inherited has two owners. */
START_TEST(the_rest_is_never_negative)
{
    fake_add_process(&fake, 10, "a.exe");
    fake_add_process(&fake, 11, "b.exe");
    for (uint32_t id = 10; id <= 11; id++)
        fake_add_sockets(&fake, 5, PROTOCOL_TCP, STATE_LISTEN, id == 10 ? "10.0.0.5" : "10.0.0.6",
                         50000, NULL, 0, id);
    take(5);
    ck_assert_uint_eq(reading.survey.usage[PROTOCOL_TCP].united.in_use, 5);
    expect_program(0, "a.exe", 5);
    expect_program(1, "b.exe", 5);
    ck_assert_uint_eq(reading.programs[PROTOCOL_TCP].other_ports, 0);
}
END_TEST

START_TEST(the_busiest_remote_endpoint_is_found)
{
    add_program(10, "a.exe", 5, 50000);
    fake_add_sockets(&fake, 6, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50100, "10.0.0.7", 80, 0);
    take(0);
    ck_assert(reading.has_remote);
    ck_assert_uint_eq(reading.remote.port, 80);
    ck_assert_uint_eq(reading.remote.ports, 6);
    ck_assert(!reading.has_programs);
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_BOUND);
}
END_TEST

START_TEST(missing_parts_are_named)
{
    char names[READING_UNSEEN_MAX][READING_UNSEEN_SIZE];

    /* Here, all data that can be missing are missing, so this also tests READING_UNSEEN_MAX. */
    fake_release(&fake);
    fake_init(&fake);
    fake.can_show_bound = false;
    fake_upset(&fake, FAKE_CALL(CALL_CLOCK_BOOT) | FAKE_CALL(CALL_SOCKETS_FETCH), 0, FAIL_BEFORE);
    take(1);
    ck_assert_uint_le(reading_unseen(&reading, true, names), READING_UNSEEN_MAX);
    ck_assert_str_eq(names[0], "tcp_ipv4_table");
}
END_TEST

Suite *reading_suite(void)
{
    Suite *suite = suite_create("reading");
    TCase *tcase = tcase_create("reading");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, the_rest_is_what_the_listed_programs_do_not_have);
    tcase_add_test(tcase, no_two_programs_have_the_same_name);
    tcase_add_test(tcase, the_rest_is_never_negative);
    tcase_add_test(tcase, the_busiest_remote_endpoint_is_found);
    tcase_add_test(tcase, missing_parts_are_named);
    suite_add_tcase(suite, tcase);
    return suite;
}
