#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static const struct {
    const char *line;
    int code;
} rows[] = {
    {"status --fail-above 91", 0},
    {"status --fail-above 90", 7},
    {"status --fail-above 0 --json", 7},
    {"status --fail-above 100", 0},
    {"status", 0},
    {"why --samples 1 --fail-above 90", 7},
    {"why --samples 1 --fail-above 95 --json", 0},
    {"status --fail-above 101", 2},
    {"status --fail-above x", 2},
    {"status --fail-above -1", 2},
    {"why --fail-above 50%", 2},
};

/* 14,820 of 16,384 ports are 90.5 %. */
START_TEST(the_exit_code_says_whether_the_use_is_above_the_limit)
{
    struct fake fake;

    fake_init(&fake);
    fake_add_sockets(&fake, 14820, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 49152, "10.0.0.9",
                     443, 4711);
    ck_assert_msg(run_line(&fake, rows[_i].line) == rows[_i].code, "%s: %s", rows[_i].line,
                  fake_error(&fake));
    if (rows[_i].code == 2)
        expect_in(fake_error(&fake), "--fail-above must be a whole number from 0 to 100, not");
    fake_release(&fake);
}
END_TEST

START_TEST(udp_counts_too)
{
    struct fake fake;

    fake_init(&fake);
    fake_add_sockets(&fake, 15000, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 49152, NULL, 0, 4711);
    ck_assert_int_eq(run_line(&fake, "status --fail-above 80"), 7);
    fake_release(&fake);
}
END_TEST

START_TEST(an_unknown_use_is_no_success)
{
    struct fake fake;

    fake_init(&fake);
    fake.tables[PROTOCOL_UDP][FAMILY_IPV4].is_available = false;
    fake.tables[PROTOCOL_UDP][FAMILY_IPV6].is_available = false;
    ck_assert_int_eq(run_line(&fake, "status --fail-above 80"), 1);
    expect_in(fake_error(&fake), "--fail-above 80: the use of UDP ports is unknown.");
    fake_release(&fake);
}
END_TEST

Suite *fail_above_suite(void)
{
    Suite *suite = suite_create("fail_above");
    TCase *tests = tcase_create("fail_above");

    tcase_add_loop_test(tests, the_exit_code_says_whether_the_use_is_above_the_limit, 0,
                        sizeof rows / sizeof *rows);
    tcase_add_test(tests, udp_counts_too);
    tcase_add_test(tests, an_unknown_use_is_no_success);
    suite_add_tcase(suite, tests);
    return suite;
}
