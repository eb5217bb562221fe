/* System Restore in the complete program, with fakes of srclient.dll and WMI in the Wine prefix. */
#include <stdlib.h>

#include "program/fakes.h"
#include "program/suites.h"
#include "program/witness.h"

#define POINT_41                                                                                   \
    "row|root\\default|SystemRestore|SequenceNumber=number:41|Description=text:before|"            \
    "CreationTime=text:20261122090000.000000-000|RestorePointType=number:7\n"

/* Under Wine, the first program that needs a desktop starts explorer.exe, which inherits the pipes
 * of that program and keeps them open. So this process starts explorer.exe before maxport does. */
static void set_up(void)
{
    GetDesktopWindow();
    fakes_install_wmi();
    fakes_install_srclient();
    fakes_set_wmi(POINT_41 "method|SystemRestore|Restore|0|0\n");
}

static void tear_down(void)
{
    fakes_uninstall_srclient();
    fakes_uninstall_wmi();
}

START_TEST(set_creates_and_records_a_restore_point)
{
    json_t *history, *lines;
    const struct run *run;

    fakes_set_srclient("point|42\n");
    run = maxport("set 65534 --yes --json");
    ASSERT_EXIT(run, 0);
    ck_assert_str_eq(json_text_at(run_json(run), "restore_point.outcome"), "made");
    ck_assert_int_eq(json_number_at(run_json(run), "restore_point.sequence"), 42);
    ck_assert_uint_eq(run->err_length, 0);
    assert_number(L"MaxUserPort", 65534);
    ASSERT_SAYS(fakes_srclient_log(), "event 100 type 12 sequence 0");
    ASSERT_SAYS(fakes_srclient_log(), "description maxport set");
    history = run_json(maxport("history --json"));
    ck_assert_int_eq(json_number_at(history, "changes.0.restore_point"), 42);
    lines = journal_lines();
    ck_assert_int_eq(json_number_at(lines, "0.restore_point.sequence"), 42);
    ck_assert(json_is_true_at(lines, "0.restore_point.is_new"));
    json_decref(lines);
}
END_TEST

START_TEST(set_continues_without_a_new_point_and_reports_that)
{
    const struct run *run;

    fakes_set_srclient("sequence|41\n"); /* Windows reuses a point for 24 hours */
    run = maxport("set 65534 --yes");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "No restore point was created: Windows kept restore point 41");
    /* If standard error is redirected, maxport prints no progress. */
    ck_assert_str_eq(run->err, "");
    assert_number(L"MaxUserPort", 65534);
    fakes_set_srclient("status|1058\n");
    run = maxport("set 60000 --yes");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "System Restore is off on this computer (error 1058).");
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(require_refuses_the_change_without_a_new_point)
{
    static const char *const states[] = {"sequence|41\n", "status|1058\n", "answer|0\n", ""};
    char *before = key_snapshot();

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        const struct run *run;

        fakes_set_srclient(states[i]);
        run = maxport("set 65534 --yes --restore-point require");
        ASSERT_EXIT(run, 1);
        ASSERT_SAYS(run->err, "No new restore point was created,");
        ASSERT_SAYS(run->err, "Nothing was changed.");
        ASSERT_KEY_IS(before);
        ck_assert(!is_there(store_path(L"journal.jsonl")));
    }
    free(before);
    fakes_set_srclient("point|42\n");
    ASSERT_EXIT(maxport("set 65534 --yes --restore-point require"), 0);
    assert_number(L"MaxUserPort", 65534);
}
END_TEST

START_TEST(skip_undo_and_dry_run_create_no_point)
{
    fakes_set_srclient("point|42\n");
    ASSERT_EXIT(maxport("set 65534 --yes --restore-point skip"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ASSERT_EXIT(maxport("set 65534 --dry-run"), 0);
    ck_assert_str_eq(fakes_srclient_log(), "");
}
END_TEST

/* After a crash in System Restore, memory may be damaged. maxport must continue to run, but must
 * not write to the registry. */
START_TEST(a_crash_of_system_restore_prevents_the_change)
{
    static const char *const states[] = {"crash\n", "stub\n"};
    char *before = key_snapshot();

    for (size_t i = 0; i < 2; i++) {
        const struct run *run;

        fakes_set_srclient(states[i]);
        run = maxport("set 65534 --yes");
        ASSERT_EXIT(run, 1);
        ASSERT_SAYS(run->err, "The System Restore code of Windows crashed");
        ASSERT_SAYS(run->err, "Nothing was changed.");
        ASSERT_KEY_IS(before);
        ck_assert(!is_there(store_path(L"journal.jsonl")));
    }
    free(before);
    ASSERT_EXIT(maxport("set 65534 --yes --restore-point skip"), 0);
}
END_TEST

START_TEST(restore_points_are_listed_created_and_restored)
{
    const struct run *run = maxport("restore-point list --json");

    ASSERT_EXIT(run, 0);
    ck_assert_int_eq(json_number_at(run_json(run), "points.0.sequence"), 41);
    ck_assert_str_eq(json_text_at(run_json(run), "points.0.created"), "2026-11-22T09:00:00Z");
    fakes_set_srclient("point|42\n");
    run = maxport("restore-point create --description \"gr\xc3\xbcn & more\"");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "Restore point 42 was created.");
    run = maxport("restore-point list");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "gr\xc3\xbcn & more");
    ASSERT_EXIT(maxport("restore-point return 42 --yes"), 2);
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "call "), 0);
    run = maxport("restore-point return 42 --yes --confirm 42");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "shutdown /r /t 0");
    ck_assert_uint_eq(fakes_count(fakes_wmi_log(), "call SystemRestore.Restore SequenceNumber=42"),
                      1);
    fakes_set_srclient("sequence|42\n");
    ASSERT_EXIT(maxport("restore-point create"), 1);
}
END_TEST

/* ---- without the DLL: src/cmake/wine disables Wine's own ----------------- */

START_TEST(without_the_dll_set_creates_no_point)
{
    const struct run *run = maxport("set 65534 --yes");

    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "This Windows has no System Restore: srclient.dll could not be loaded");
    ASSERT_EXIT(maxport("set 60000 --yes --restore-point require"), 1);
    assert_number(L"MaxUserPort", 65534);
}
END_TEST

Suite *restore_point_suite(void)
{
    Suite *suite = suite_create("restore_point");
    TCase *plain, *fake;

    if (!fakes_can_run()) /* outside Wine, the tests would create real restore points */
        return suite;
    plain = bare_case(suite, "without the DLL");
    tcase_add_test(plain, without_the_dll_set_creates_no_point);
    fake = bare_case(suite, "fakes");
    tcase_add_checked_fixture(fake, set_up, tear_down);
    tcase_add_test(fake, set_creates_and_records_a_restore_point);
    tcase_add_test(fake, set_continues_without_a_new_point_and_reports_that);
    tcase_add_test(fake, require_refuses_the_change_without_a_new_point);
    tcase_add_test(fake, skip_undo_and_dry_run_create_no_point);
    tcase_add_test(fake, a_crash_of_system_restore_prevents_the_change);
    tcase_add_test(fake, restore_points_are_listed_created_and_restored);
    return suite;
}
