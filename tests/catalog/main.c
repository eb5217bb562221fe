/* catalog-tests: tests that a setting needs only a row in the catalog. The commands run with a
 * third setting, for which maxport has no other code. */
#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "core/rules/setting.h"
#include "runner.h"

enum { MS = 300000 };

START_TEST(set_prints_only_the_notes_of_the_third_row)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set KeepAliveTime=300000 --dry-run"), 0);
    expect_printed(fake_out(&fake), "KeepAliveTime not set -> 300000 (0x493e0)");
    expect_printed(fake_out(&fake), "Programs may set their own time.");
    expect_printed(fake_out(&fake), "Takes effect immediately");
    expect_not_in(fake_out(&fake), "waiting");
    expect_not_in(fake_out(&fake), "Not yet");
    expect_not_in(fake_out(&fake), "Dynamic range");
    ck_assert_int_eq(run_line(&fake, "set keepalivetime=300000 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "KeepAliveTime", MS));
    fake_release(&fake);
}
END_TEST

START_TEST(bounds_of_the_third_row_depend_on_windows)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set KeepAliveTime=7200001 --yes"), 2);
    expect_printed(fake_error(&fake), "from 1 to 7200000");
    ck_assert_int_eq(run_line(&fake, "set KeepAliveTimes=5 --yes"), 2);
    expect_printed(fake_error(&fake), "Did you mean KeepAliveTime?");
    ck_assert_int_eq(run_line(&fake, "set x=5 --yes"), 2);
    expect_printed(fake_error(&fake), "maxport supports MaxUserPort, TcpTimedWaitDelay and "
                                      "KeepAliveTime.");
    fake.os = (struct os_version){.major = 5, .minor = 2, .role = OS_SERVER};
    ck_assert_int_eq(run_line(&fake, "set KeepAliveTime=300000 --yes"), 2);
    expect_printed(fake_error(&fake), "from 1 to 5000");
    fake_release(&fake);
}
END_TEST

START_TEST(undo_reset_and_restore_write_the_third_row)
{
    struct fake fake;

    fake_init(&fake);
    fake_put_number(&fake, "KeepAliveTime", 4000);
    ck_assert_int_eq(run_line(&fake, "set KeepAliveTime=300000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_holds_number(&fake, "KeepAliveTime", 4000));
    ck_assert_int_eq(run_line(&fake, "reset KeepAliveTime --yes"), 0);
    ck_assert(!fake_holds_number(&fake, "KeepAliveTime", 4000));
    ck_assert_int_eq(run_line(&fake, "restore 1 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "KeepAliveTime", 4000));
    fake_release(&fake);
}
END_TEST

START_TEST(status_history_and_verify_show_the_third_row)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), "Keep-alive stored KeepAliveTime is not set (default 7200000)");
    ck_assert_int_eq(run_line(&fake, "set KeepAliveTime=300000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), "Keep-alive stored KeepAliveTime = 300000 (0x493e0)");
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "settings.KeepAliveTime.stored"), MS);
    ck_assert_int_eq(json_number_at(document, "settings.KeepAliveTime.maximum"), 7200000);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_printed(fake_out(&fake), "KeepAliveTime not set -> 300000 (0x493e0)");
    fake_put_number(&fake, "KeepAliveTime", 7);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), "KeepAliveTime has changed since");
    ck_assert_int_eq(run_line(&fake, "verify"), 1);
    expect_printed(fake_out(&fake), "The change is no longer in effect");
    fake_release(&fake);
}
END_TEST

START_TEST(help_and_report_name_the_third_row)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set --help"), 0);
    expect_printed(fake_out(&fake), "KeepAliveTime accepts 1 to 7,200,000 milliseconds.");
    ck_assert_int_eq(run_line(&fake, "report --json"), 0);
    expect_in(fake_out(&fake), "the third row");
    fake_release(&fake);
}
END_TEST

static Suite *catalog_suite(void)
{
    Suite *suite = suite_create("catalog");
    TCase *tcase = tcase_create("catalog");

    tcase_add_test(tcase, set_prints_only_the_notes_of_the_third_row);
    tcase_add_test(tcase, bounds_of_the_third_row_depend_on_windows);
    tcase_add_test(tcase, undo_reset_and_restore_write_the_third_row);
    tcase_add_test(tcase, status_history_and_verify_show_the_third_row);
    tcase_add_test(tcase, help_and_report_name_the_third_row);
    suite_add_tcase(suite, tcase);
    return suite;
}

static const struct suite_row suites[] = {{"catalog", catalog_suite}};

int main(int argc, char **argv)
{
    return runner_run("catalog-tests", suites, sizeof suites / sizeof *suites,
                      argc > 1 ? argv[1] : NULL);
}
