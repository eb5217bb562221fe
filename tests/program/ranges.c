/* Tests the complete program with the running ranges. netsh prints in several languages, or never
 * exits. A range is set and undone, and maxport describes how to undo the change without
 * maxport. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/fakes.h"
#include "program/suites.h"
#include "program/witness.h"

#define RANGES                                                                                     \
    "range|tcp|ipv4|20000|5000\nrange|tcp|ipv6|49152|16384\n"                                      \
    "range|udp|ipv4|49152|16384\nrange|udp|ipv6|49152|16384\n"

static void set_up(void)
{
    bare_setup();
    if (fakes_can_run())
        fakes_install_netsh();
}

static void tear_down(void)
{
    if (fakes_can_run())
        fakes_uninstall_netsh();
    bare_teardown();
}

static json_t *show(void)
{
    const struct run *run = maxport("range show --json");

    ASSERT_EXIT(run, 0);
    return run_json(run);
}

static const char *const languages[] = {"english", "german", "japanese", "portuguese"};

START_TEST(netsh_output_is_read_in_every_language)
{
    char state[512];

    if (!fakes_can_run())
        return;
    snprintf(state, sizeof state, "language|%s\n" RANGES "exclusion|tcp|ipv4|21000|21099\n",
             languages[_i]);
    fakes_set_netsh(state);
    json_t *ranges = show();
    ck_assert_int_eq(json_number_at(ranges, "ranges.tcp.ipv4.running.start"), 20000);
    ck_assert_int_eq(json_number_at(ranges, "ranges.tcp.ipv4.running.count"), 5000);
    ck_assert_str_eq(json_text_at(ranges, "ranges.tcp.ipv4.source"), "netsh");
    ASSERT_SAYS(maxport("status")->out, "of 4,900 ports");
}
END_TEST

START_TEST(a_netsh_that_never_answers_is_ended)
{
    if (!fakes_can_run())
        return;
    fakes_set_netsh("language|english\n" RANGES "mode|hang\n");
    DWORD started = GetTickCount();
    const struct run *run = maxport("status");
    ASSERT_EXIT(run, 0);
    /* maxport waits for at most 6 s. The rest of the limit allows for a busy machine. */
    ck_assert_uint_lt(GetTickCount() - started, 15000);
    ASSERT_SAYS(run->out, "49152-65535 (16,384 ports), Windows default (calculated)");
    ASSERT_SAYS(maxport("range show")->out, "within 6 s");
    for (int i = 0; i < 100 && fakes_netsh_hangs(); i++)
        Sleep(100);
    ck_assert(!fakes_netsh_hangs());
}
END_TEST

START_TEST(a_range_is_set_and_undone)
{
    char *note;
    size_t length;

    if (!fakes_can_run())
        return;
    fakes_set_netsh("language|german\n" RANGES);
    ASSERT_EXIT(maxport("range set --start 30000 --count 20000 --yes"), 0);
    ck_assert_ptr_nonnull(strstr(fakes_netsh_state(), "range|tcp|ipv4|30000|20000"));
    ck_assert_ptr_nonnull(strstr(fakes_netsh_log(), "interface ipv4 set dynamicport tcp "
                                                    "start=30000 num=20000 store=persistent"));
    note = file_read(store_path(L"changes\\1-undo.txt"), &length);
    ASSERT_SAYS(note, "netsh");
    ASSERT_SAYS(note, "start=20000 num=5000");
    free(note);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ck_assert_ptr_nonnull(strstr(fakes_netsh_state(), "range|tcp|ipv4|20000|5000"));
    json_t *history = run_json(maxport("history --json"));
    ck_assert_str_eq(json_text_at(history, "changes.0.state"), "done");
    ck_assert_str_eq(json_text_at(history, "changes.0.steps.0.place.kind"), "range");
}
END_TEST

START_TEST(side_effects_and_an_inexact_undo_are_reported)
{
    const struct run *run;

    if (!fakes_can_run())
        return;
    fakes_set_netsh("language|english\nrange|tcp|ipv4|1024|13977\nrange|tcp|ipv6|49152|16384\n"
                    "range|udp|ipv4|49152|16384\nrange|udp|ipv6|49152|16384\ncoupled|yes\n");
    run = maxport("range set --start 30000 --count 20000 --dry-run");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "This step cannot be undone exactly");
    ck_assert_ptr_null(strstr(fakes_netsh_log(), " set "));
    run = maxport("range set --start 30000 --count 20000 --yes");
    ASSERT_EXIT(run, 0);
    ck_assert_msg(says(run->out, "IPv6") || says(run->err, "IPv6"), "%s%s", run->out, run->err);
}
END_TEST

START_TEST(a_netsh_that_ignores_set_is_reported_as_a_failure)
{
    const struct run *run;

    if (!fakes_can_run())
        return;
    fakes_set_netsh("language|english\n" RANGES "mode|ignore|set\n");
    run = maxport("range set --start 30000 --count 20000 --yes");
    ASSERT_EXIT(run, 1);
    json_t *history = run_json(maxport("history --json"));
    ck_assert_str_eq(json_text_at(history, "changes.0.state"), "rolled_back");
}
END_TEST

Suite *ranges_suite(void)
{
    Suite *suite = suite_create("ranges");
    TCase *tests = tcase_create("ranges");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, netsh_output_is_read_in_every_language, 0,
                        sizeof languages / sizeof *languages);
    tcase_add_test(tests, a_netsh_that_never_answers_is_ended);
    tcase_add_test(tests, a_range_is_set_and_undone);
    tcase_add_test(tests, side_effects_and_an_inexact_undo_are_reported);
    tcase_add_test(tests, a_netsh_that_ignores_set_is_reported_as_a_failure);
    suite_add_tcase(suite, tests);
    return suite;
}
