/* The main use of maxport: raise MaxUserPort, check the result, and undo the change. */
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

START_TEST(set_writes_the_number_that_reg_query_shows)
{
    ASSERT_EXIT(maxport("set 65534 --yes"), 0);
    assert_number(L"MaxUserPort", 65534);
    const struct run *query = reg("query " KEY_FULL " /v MaxUserPort");
    ASSERT_EXIT(query, 0);
    ASSERT_SAYS(query->out, "REG_DWORD    0xfffe");
}
END_TEST

START_TEST(set_writes_a_backup_an_undo_file_and_a_journal)
{
    ASSERT_EXIT(maxport("set 65534 --yes --reason CHG0815"), 0);
    ck_assert(is_there(store_path(L"changes\\1.reg")));
    ck_assert(is_there(store_path(L"changes\\1-undo.reg")));
    json_t *lines = journal_lines();
    ck_assert_uint_eq(json_array_size(lines), 2); /* the lines "started" and "done" */
    json_decref(lines);
    json_t *history = run_json(maxport("history --json"));
    ck_assert_uint_eq(json_array_size(json_at(history, "changes")), 1);
    ck_assert_str_eq(json_text_at(history, "changes.0.state"), "done");
    ck_assert_str_eq(json_text_at(history, "changes.0.reason"), "CHG0815");
    ck_assert(json_is_null_at(history, "changes.0.steps.0.before"));
    ck_assert_int_eq(json_number_at(history, "changes.0.steps.0.after"), 65534);
}
END_TEST

START_TEST(undo_deletes_a_value_that_was_absent_before)
{
    ASSERT_EXIT(maxport("set 65534 --yes"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
    const struct run *query = reg("query " KEY_FULL " /v MaxUserPort");
    ASSERT_EXIT(query, 1);
}
END_TEST

START_TEST(importing_the_undo_file_undoes_the_change)
{
    ASSERT_EXIT(maxport("set 65534 TcpTimedWaitDelay=30 --yes"), 0);
    ASSERT_EXIT(reg("import \"%s\"", utf8(store_path(L"changes\\1-undo.reg"))), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
    ck_assert(value_is_absent(L"TcpTimedWaitDelay"));
}
END_TEST

START_TEST(importing_the_undo_file_restores_the_old_number)
{
    value_write_number(L"MaxUserPort", 32768);
    ASSERT_EXIT(maxport("set 0xfffe --yes"), 0);
    assert_number(L"MaxUserPort", 65534);
    ASSERT_EXIT(reg("import \"%s\"", utf8(store_path(L"changes\\1-undo.reg"))), 0);
    assert_number(L"MaxUserPort", 32768);
}
END_TEST

START_TEST(set_to_the_present_value_writes_nothing)
{
    value_write_number(L"MaxUserPort", 65534);
    const struct run *run = maxport("set 65534 --yes --json");
    ASSERT_EXIT(run, 0);
    ck_assert(!json_is_true_at(run_json(run), "changed"));
    ck_assert(!is_there(store_path(L"")));
}
END_TEST

START_TEST(a_dry_run_shows_the_plan_and_writes_nothing)
{
    char *before = key_snapshot();
    const struct run *run = maxport("set 65534 --dry-run");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "MaxUserPort  not set -> 65534 (0xfffe)");
    ASSERT_SAYS(run->out, "nothing was written");
    ASSERT_KEY_IS(before);
    ck_assert(!is_there(store_path(L"")));
    free(before);
}
END_TEST

START_TEST(reset_deletes_the_value_and_undo_restores_it)
{
    value_write_number(L"MaxUserPort", 60000);
    ASSERT_EXIT(maxport("reset --yes"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
    ASSERT_EXIT(maxport("undo --yes"), 0);
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(two_settings_are_changed_and_undone_together)
{
    ASSERT_EXIT(maxport("set MaxUserPort=60000 TcpTimedWaitDelay=30 --yes"), 0);
    assert_number(L"MaxUserPort", 60000);
    assert_number(L"TcpTimedWaitDelay", 30);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
    ck_assert(value_is_absent(L"TcpTimedWaitDelay"));
}
END_TEST

START_TEST(a_second_undo_undoes_the_previous_change)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ASSERT_EXIT(maxport("set 61000 --yes"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    assert_number(L"MaxUserPort", 60000);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
    ASSERT_EXIT(maxport("undo --yes"), 1); /* no change is left to undo */
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(undo_of_an_undo_by_its_number_redoes_the_change)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ASSERT_EXIT(maxport("undo 2 --yes"), 0);
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(undo_refuses_to_overwrite_another_programs_value)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    value_write_number(L"MaxUserPort", 50123);
    char *journal = store_listing();
    const struct run *run = maxport("undo --yes");
    ASSERT_EXIT(run, 1);
    ASSERT_SAYS(run->err, "50123");
    ASSERT_SAYS(run->err, "--force");
    assert_number(L"MaxUserPort", 50123);
    char *journal_after = store_listing();
    ck_assert_str_eq(journal_after, journal);
    free(journal);
    free(journal_after);
    ASSERT_EXIT(maxport("undo --yes --force"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(the_undo_command_that_set_prints_undoes_the_change)
{
    json_t *said = run_json(maxport("set 60000 --yes --json"));
    const char *undo = json_text_at(said, "undo_command");
    ck_assert_int_eq(strncmp(undo, "maxport ", 8), 0);
    ck_assert_str_eq(json_text_at(said, "backup"), utf8(store_path(L"public\\changes\\1.reg")));
    ck_assert_str_eq(json_text_at(said, "undo_file"),
                     utf8(store_path(L"public\\changes\\1-undo.reg")));
    ASSERT_EXIT(maxport("%s --yes", undo + 8), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(exit_3010_reports_that_a_restart_is_needed)
{
    ASSERT_EXIT(maxport("set 60000 --yes --exit-3010"), 3010);
    ASSERT_EXIT(maxport("set 60000 --yes --exit-3010"), 3010); /* already set, still pending */
    ASSERT_EXIT(maxport("set 61000 --dry-run --exit-3010"), 0);
    ASSERT_EXIT(maxport("set 61000 --yes"), 0);
    ASSERT_EXIT(maxport("set 70000 --yes --exit-3010"), 2);
}
END_TEST

START_TEST(the_reason_is_stored_exactly_and_shown_safely)
{
    ASSERT_EXIT(
        maxport("set 60000 --yes --reason \"a\tb\x1b[31m gr\xc3\xbc\xc3\x9f \xe2\x82\xac\""), 0);
    json_t *history = run_json(maxport("history --json"));
    ck_assert_str_eq(json_text_at(history, "changes.0.reason"),
                     "a\tb\x1b[31m gr\xc3\xbc\xc3\x9f \xe2\x82\xac");
    const struct run *run = maxport("history");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "a\\x09b\\x1b[31m gr\xc3\xbc\xc3\x9f \xe2\x82\xac");
    ASSERT_NEVER_SAYS(run->out, "\x1b");
    ASSERT_NEVER_SAYS(run->out, "\t");
}
END_TEST

START_TEST(history_shows_account_computer_and_missing_restart)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    json_t *history = run_json(maxport("history --json"));
    ck_assert_uint_eq(json_array_size(json_at(history, "changes")), 2);
    /* The list begins with the newest change. */
    ck_assert_int_eq(json_number_at(history, "changes.0.undoes"), 1);
    ck_assert(json_is_true_at(history, "changes.1.is_undone"));
    ck_assert(!json_is_true_at(history, "changes.1.restarted_since"));
    ck_assert_uint_gt(strlen(json_text_at(history, "changes.1.account")), 0);
    ck_assert_uint_gt(strlen(json_text_at(history, "changes.1.computer")), 0);
    const struct run *run = maxport("history 1");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "not set -> 60000 (0xea60)");
    ASSERT_SAYS(run->out, "done, undone");
    ASSERT_SAYS(run->out, utf8(store_path(L"public\\changes\\1.reg")));
    ASSERT_EXIT(maxport("history 9"), 1);
}
END_TEST

START_TEST(verify_reports_a_pending_change_before_the_restart)
{
    ck_assert_str_eq(json_text_at(run_json(maxport("verify --json")), "answer"), "nothing");
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    const struct run *run = maxport("verify --json");
    ASSERT_EXIT(run, 0);
    ck_assert_str_eq(json_text_at(run_json(run), "answer"), "pending");
    ck_assert_int_eq(json_number_at(run_json(run), "change.id"), 1);
}
END_TEST

START_TEST(verify_reports_an_overwritten_value)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    value_write_number(L"MaxUserPort", 50123);
    const struct run *run = maxport("verify --json");
    ASSERT_EXIT(run, 1);
    ck_assert_str_eq(json_text_at(run_json(run), "answer"), "overwritten");
}
END_TEST

START_TEST(status_shows_that_a_restart_is_pending)
{
    ck_assert(!json_is_true_at(run_json(maxport("status --json")), "is_restart_pending"));
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    json_t *status = run_json(maxport("status --json"));
    ck_assert(json_is_true_at(status, "is_restart_pending"));
    ck_assert_int_eq(json_number_at(status, "settings.MaxUserPort.stored"), 60000);
}
END_TEST

START_TEST(commands_that_read_never_create_a_store)
{
    char *before = key_snapshot();
    ASSERT_EXIT(maxport("status"), 0);
    ASSERT_EXIT(maxport("ports"), 0);
    ASSERT_EXIT(maxport("history"), 0);
    ASSERT_EXIT(maxport("verify"), 0);
    ASSERT_EXIT(maxport("backup \"%s\"", utf8(scratch_path(L"own.reg"))), 0);
    ASSERT_EXIT(maxport("undo --dry-run"), 1);
    ck_assert(!is_there(store_path(L"")));
    ASSERT_KEY_IS(before);
    free(before);
}
END_TEST

Suite *set_and_undo_suite(void)
{
    Suite *suite = suite_create("set_and_undo");
    TCase *tests = bare_case(suite, "set_and_undo");

    tcase_add_test(tests, set_writes_the_number_that_reg_query_shows);
    tcase_add_test(tests, set_writes_a_backup_an_undo_file_and_a_journal);
    tcase_add_test(tests, undo_deletes_a_value_that_was_absent_before);
    tcase_add_test(tests, importing_the_undo_file_undoes_the_change);
    tcase_add_test(tests, importing_the_undo_file_restores_the_old_number);
    tcase_add_test(tests, set_to_the_present_value_writes_nothing);
    tcase_add_test(tests, a_dry_run_shows_the_plan_and_writes_nothing);
    tcase_add_test(tests, reset_deletes_the_value_and_undo_restores_it);
    tcase_add_test(tests, two_settings_are_changed_and_undone_together);
    tcase_add_test(tests, a_second_undo_undoes_the_previous_change);
    tcase_add_test(tests, undo_of_an_undo_by_its_number_redoes_the_change);
    tcase_add_test(tests, undo_refuses_to_overwrite_another_programs_value);
    tcase_add_test(tests, the_undo_command_that_set_prints_undoes_the_change);
    tcase_add_test(tests, exit_3010_reports_that_a_restart_is_needed);
    tcase_add_test(tests, the_reason_is_stored_exactly_and_shown_safely);
    tcase_add_test(tests, history_shows_account_computer_and_missing_restart);
    tcase_add_test(tests, verify_reports_a_pending_change_before_the_restart);
    tcase_add_test(tests, verify_reports_an_overwritten_value);
    tcase_add_test(tests, status_shows_that_a_restart_is_pending);
    tcase_add_test(tests, commands_that_read_never_create_a_store);
    return suite;
}
