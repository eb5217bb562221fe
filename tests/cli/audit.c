#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static struct fake fake;

static void set_up(void)
{
    fake_init(&fake);
}

static void tear_down(void)
{
    fake_release(&fake);
}

START_TEST(a_change_and_its_undo_are_audited)
{
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --reason CHG~0815"), 0);
    expect_in(text_string(&fake.audited),
              "100 maxport set by LAB\\ada: change 1: MaxUserPort not set -> 65534 (0xfffe); "
              "reason: CHG 0815\n");
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    expect_in(text_string(&fake.audited), "101 maxport undo by LAB\\ada: change 2, undoing change "
                                          "1: MaxUserPort 65534 (0xfffe) -> not set\n");
}
END_TEST

START_TEST(runs_that_write_nothing_are_not_audited)
{
    ck_assert_int_eq(run_line(&fake, "set 65534 --dry-run"), 0);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    /* This command writes nothing, because MaxUserPort is not set. */
    ck_assert_int_eq(run_line(&fake, "reset --yes"), 0);
    fake.identity.is_elevated = false;
    /* maxport refuses this command, because the user is not an administrator. */
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 3);
    ck_assert_str_eq(text_string(&fake.audited), "");
}
END_TEST

START_TEST(a_refusal_is_audited)
{
    ck_assert_int_eq(run_line(&fake, "set 4999 --yes"), 2);
    expect_in(text_string(&fake.audited),
              "200 maxport set by LAB\\ada - MaxUserPort must be a whole number");
}
END_TEST

START_TEST(a_rollback_is_audited_as_a_rollback)
{
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, FAIL_AFTER);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 1);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    expect_in(text_string(&fake.audited), "201 maxport set by LAB\\ada: change 1: MaxUserPort");
    expect_in(text_string(&fake.audited), "Everything is as it was before.\n");
}
END_TEST

START_TEST(an_incomplete_journal_entry_is_audited_as_an_error)
{
    fake_upset(&fake, FAKE_CALL(CALL_STORE_APPEND), 2, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 6);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    expect_in(text_string(&fake.audited), "301 maxport set by LAB\\ada: change 1: MaxUserPort");
}
END_TEST

/* ---- expect and --restore-point ------------------------------------------ */

START_TEST(expect_refuses_another_value)
{
    fake_put_number(&fake, "MaxUserPort", 60000);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --expect absent"), 1);
    expect_screen(&fake, "audit/expect_refuses_another_value");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --expect nonsense"), 2);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --expect 60000"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
}
END_TEST

START_TEST(expect_accepts_raw_bytes)
{
    fake_put(&fake, TCPIP_PARAMETERS, "MaxUserPort", TYPE_SZ, "5\0\0", 4);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --expect 1:35000001"), 1);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --expect 1:35000000"), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes --expect 1"), 1);
    ck_assert_int_eq(run_line(&fake, "undo --yes --expect 65534"), 0);
}
END_TEST

START_TEST(a_missing_required_restore_point_stops_the_change)
{
    static const struct {
        enum restore_point_outcome outcome;
        int code;
    } rows[] = {{RESTORE_POINT_MADE, 0},
                {RESTORE_POINT_REUSED, 1},
                {RESTORE_POINT_UNAVAILABLE, 1},
                {RESTORE_POINT_FAILED, 1}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tear_down();
        set_up();
        fake_set_windows(&fake, 10, 0, 22631, OS_WORKSTATION);
        fake_add_restore_point(&fake, 41, "before", fake.now_ms - 1000);
        fake.point_result.outcome = rows[i].outcome;
        fake.point_result.sequence = 42;
        strcpy(fake.point_result.why, "So it ended.");
        ck_assert_int_eq(run_line(&fake, "set 65534 --yes --restore-point require"), rows[i].code);
        ck_assert_int_eq(fake_is_absent(&fake, "MaxUserPort"), rows[i].code != 0);
        /* With --restore-point auto, which is the default, maxport makes the change after each of
         * these outcomes and prints the outcome. */
        ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
        expect_in(fake_out(&fake), "So it ended.");
    }
}
END_TEST

START_TEST(set_creates_a_restore_point_and_undo_does_not)
{
    fake_set_windows(&fake, 10, 0, 22631, OS_WORKSTATION);
    fake_add_restore_point(&fake, 41, "before", fake.now_ms - 1000);
    fake.point_result.outcome = RESTORE_POINT_MADE;
    fake.point_result.sequence = 42;
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --restore-point skip"), 0);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_MAKE], 0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --restore-point perhaps"), 2);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_MAKE], 1);
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    expect_in(fake_out(&fake), "\"restore_point\":42");
}
END_TEST

START_TEST(a_changed_backup_is_refused_without_force)
{
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_folder_put(&fake.store, "changes\\1.reg", "rotten", 6);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 1);
    expect_in(fake_error(&fake), "SHA-256");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    ck_assert_int_eq(run_line(&fake, "restore 1 --yes"), 1);
    expect_in(fake_error(&fake), "SHA-256");
    ck_assert_int_eq(run_line(&fake, "undo --yes --force"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
}
END_TEST

START_TEST(a_value_deleted_after_the_change_is_reported)
{
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_remove(&fake, TCPIP_PARAMETERS, "MaxUserPort");
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_screen(&fake, "audit/a_value_deleted_after_the_change_is_reported");
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_screen(&fake, "audit/a_value_deleted_after_the_change_is_reported_2");
    ck_assert_int_eq(run_line(&fake, "verify"), 1);
    expect_screen(&fake, "audit/a_value_deleted_after_the_change_is_reported_3");
}
END_TEST

Suite *cli_audit_suite(void)
{
    Suite *suite = suite_create("cli_audit");
    TCase *tcase = tcase_create("audit");
    TCase *guards = tcase_create("guards");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_change_and_its_undo_are_audited);
    tcase_add_test(tcase, runs_that_write_nothing_are_not_audited);
    tcase_add_test(tcase, a_refusal_is_audited);
    tcase_add_test(tcase, a_rollback_is_audited_as_a_rollback);
    tcase_add_test(tcase, an_incomplete_journal_entry_is_audited_as_an_error);
    suite_add_tcase(suite, tcase);
    tcase_add_checked_fixture(guards, set_up, tear_down);
    tcase_add_test(guards, expect_refuses_another_value);
    tcase_add_test(guards, expect_accepts_raw_bytes);
    tcase_add_test(guards, a_missing_required_restore_point_stops_the_change);
    tcase_add_test(guards, set_creates_a_restore_point_and_undo_does_not);
    tcase_add_test(guards, a_changed_backup_is_refused_without_force);
    tcase_add_test(guards, a_value_deleted_after_the_change_is_reported);
    suite_add_tcase(suite, guards);
    return suite;
}
