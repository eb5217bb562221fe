/* Tests of the details of an entry on page History: they must agree with the commands. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../suites.h"
#include "cli/run.h"
#include "core/state/survey.h"
#include "gui/model/entry_details.h"

static struct fake fake;
static struct survey survey;
static struct entry_details *entry_details;

static void close_entry_details(void)
{
    if (entry_details)
        survey_release(&survey);
    entry_details_release(entry_details);
    entry_details = NULL;
}

static struct entry_details *open_entry_details(uint64_t entry)
{
    struct fault fault;

    close_entry_details();
    ck_assert(survey_take(&fake.machine, SURVEY_USAGE, &survey, &fault));
    entry_details = entry_details_make(&fake.machine, &survey, entry);
    ck_assert_ptr_nonnull(entry_details);
    ck_assert_uint_eq(entry_details->entry, entry);
    return entry_details;
}

static void setup(void)
{
    fake_init(&fake);
}

static void teardown(void)
{
    close_entry_details();
    fake_release(&fake);
}

static void run(const char *line)
{
    ck_assert_msg(run_line(&fake, line) == 0, "%s: %s%s", line, fake_out(&fake), fake_error(&fake));
}

/* Runs the command with the arguments that the window passes. Returns the exit code. */
static int start(bool is_undo)
{
    const char *arguments[ACTION_ARGUMENTS_MAX];
    size_t count = entry_details_arguments(entry_details, is_undo, arguments);
    struct text line;
    int code;

    text_init(&line);
    for (size_t i = 0; i < count; i++)
        text_printf(&line, "%s%s", i ? " " : "", arguments[i]);
    expect_printed(text_string(&line), " --expect-plan ");
    code = run_line(&fake, text_string(&line));
    text_release(&line);
    return code;
}

static const char *description(void)
{
    return text_string(&entry_details->description);
}

/* The plan in the window must equal the plan that the command prints. */
static void expect_plan(const struct possible_action *possible_action, const char *dry_run)
{
    ck_assert(possible_action->is_possible);
    ck_assert(!possible_action->is_already);
    ck_assert_uint_gt(possible_action->text.length, 0);
    fake.width = 76;
    run(dry_run);
    fake.width = 80;
    expect_in(fake_out(&fake), text_string(&possible_action->text));
}

static void expect_impossible(const struct possible_action *possible_action, const char *why)
{
    ck_assert(!possible_action->is_possible);
    expect_printed(possible_action->fault.text, why);
    ck_assert_uint_eq(possible_action->text.length, 0);
    ck_assert_str_eq(possible_action->plan_sha256, "");
}

START_TEST(a_change_shows_its_values_and_the_plan_of_undo)
{
    run("set 65534 --yes --reason CHG0815");
    fake_add_sockets(&fake, 1000, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 49152, "10.0.0.9",
                     443, 4711);
    open_entry_details(1);
    golden_check("gui/entry_details/a_change_shows_its_values_and_the_plan_of_undo.txt",
                 description());
    expect_fits(description(), 96);
    expect_plan(&entry_details->undo, "undo 1 --dry-run");
    /* No value was stored before the change, so there is nothing to restore. */
    expect_impossible(&entry_details->restore,
                      "The backup contains none of the settings that maxport supports,");
}
END_TEST

START_TEST(a_backup_shows_the_plan_of_restore)
{
    fake_put_number(&fake, "MaxUserPort", 60000);
    run("backup");
    fake_put_number(&fake, "MaxUserPort", 5000);
    open_entry_details(1);
    golden_check("gui/entry_details/a_backup_shows_the_plan_of_restore.txt", description());
    expect_impossible(&entry_details->undo, "Entry 1");
    expect_printed(text_string(&entry_details->restore.text), "60000 (0xea60)");
    expect_plan(&entry_details->restore, "restore 1 --dry-run");
    ck_assert_int_eq(start(false), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    open_entry_details(1);
    ck_assert(entry_details->restore.is_possible && entry_details->restore.is_already);
}
END_TEST

START_TEST(two_settings_are_restored_together)
{
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake_put_number(&fake, "TcpTimedWaitDelay", 60);
    run("backup");
    fake_remove(&fake, TCPIP_PARAMETERS, "MaxUserPort");
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    open_entry_details(1);
    expect_plan(&entry_details->restore, "restore 1 --dry-run");
    expect_printed(text_string(&entry_details->restore.text), "MaxUserPort");
    expect_printed(text_string(&entry_details->restore.text), "TcpTimedWaitDelay");
    ck_assert_int_eq(start(false), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 60));
}
END_TEST

/* A run must write exactly the plan that was shown, or nothing. Tested for Undo and Restore, with
 * one and with two steps. */
START_TEST(a_value_changed_after_the_plan_was_shown_stops_the_run)
{
    bool is_undo = _i % 2, are_two = _i / 2;
    unsigned writes;
    struct text before, after;

    fake_put_number(&fake, "MaxUserPort", 60000);
    if (are_two)
        fake_put_number(&fake, "TcpTimedWaitDelay", 60);
    run(are_two ? "set 65534 TcpTimedWaitDelay=30 --yes" : "set 65534 --yes");
    open_entry_details(1);
    /* A user sets one of the values by hand meanwhile, so the plan would now have one step less. */
    fake_put_number(&fake, are_two ? "TcpTimedWaitDelay" : "MaxUserPort", are_two ? 60 : 60000);
    text_init(&before);
    text_init(&after);
    fake_dump_registry(&fake, &before);
    writes = fake.store_writes;
    ck_assert_int_eq(start(is_undo), 1);
    expect_printed(fake_error(&fake), "The plan has changed since it was shown");
    fake_dump_registry(&fake, &after);
    ck_assert_uint_eq(fake.store_writes, writes);
    ck_assert_str_eq(text_string(&after), text_string(&before));
    text_release(&before);
    text_release(&after);
    open_entry_details(1);
    ck_assert_int_eq(start(is_undo), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
}
END_TEST

START_TEST(an_undone_change_cannot_be_undone_again)
{
    run("set 65534 --yes");
    run("undo --yes");
    open_entry_details(1);
    golden_check("gui/entry_details/an_undone_change_cannot_be_undone_again.txt", description());
    ck_assert_int_ne(run_line(&fake, "undo 1 --yes"), 0);
    ck_assert(!entry_details->undo.is_possible || entry_details->undo.is_already);
    open_entry_details(2);
    golden_check("gui/entry_details/an_undone_change_cannot_be_undone_again_2.txt", description());
    expect_plan(&entry_details->undo, "undo 2 --dry-run");
}
END_TEST

START_TEST(a_modified_backup_is_refused)
{
    const struct fake_file *file;
    char *data;

    fake_put_number(&fake, "MaxUserPort", 60000);
    run("set 65534 --yes");
    file = fake_folder_find(&fake.store, "changes\\1.reg");
    ck_assert_ptr_nonnull(file);
    data = malloc(file->length);
    memcpy(data, file->data, file->length);
    data[file->length - 1] ^= 1;
    fake_folder_put(&fake.store, "changes\\1.reg", data, file->length);
    free(data);
    open_entry_details(1);
    expect_impossible(&entry_details->restore,
                      "was modified: its SHA-256 differs from the one in the journal.");
    expect_impossible(&entry_details->undo, "SHA-256");
    ck_assert_int_ne(run_line(&fake, "restore 1 --yes"), 0);
    ck_assert_int_ne(run_line(&fake, "undo 1 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
}
END_TEST

/* Undo needs only the journal. Restore needs the backup, because the plan that the window shows is
 * made from the backup. */
START_TEST(undo_works_without_the_backup)
{
    fake_put_number(&fake, "MaxUserPort", 60000);
    run("set 65534 --yes");
    for (size_t i = 0; i < fake.store.count; i++)
        if (strcmp(fake.store.files[i].name, "changes\\1.reg") == 0)
            fake.store.files[i].name[0] = 'x'; /* renamed, so the backup is missing */
    open_entry_details(1);
    /* The window reads only the public copies, so the private file may still exist. */
    expect_impossible(&entry_details->restore, "run maxport restore 1 in an elevated prompt.");
    ck_assert(entry_details->undo.is_possible);
    expect_printed(text_string(&entry_details->undo.text), "60000 (0xea60)");
}
END_TEST

START_TEST(a_missing_entry_has_no_details)
{
    struct fault fault;

    run("set 65534 --yes");
    ck_assert(survey_take(&fake.machine, 0, &survey, &fault));
    ck_assert_ptr_null(entry_details_make(&fake.machine, &survey, 2));
    ck_assert_ptr_null(entry_details_make(&fake.machine, &survey, 0));
    survey_release(&survey);
    entry_details_release(NULL);
}
END_TEST

/* Makes each call fail once. The details must state the failure, and nothing may be written. */
START_TEST(each_failing_call_is_reported_without_any_write)
{
    unsigned struck = 0;

    fake_put_number(&fake, "MaxUserPort", 60000);
    run("set 65534 --yes");
    for (unsigned nth = 1;; nth++) {
        unsigned writes = fake.registry_writes + fake.store_writes;
        struct fault fault;
        bool has_struck;

        close_entry_details();
        ck_assert(survey_take(&fake.machine, SURVEY_USAGE, &survey, &fault));
        fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_BEFORE);
        entry_details = entry_details_make(&fake.machine, &survey, 1);
        has_struck = fake.has_struck;
        fake_calm(&fake);
        ck_assert_ptr_nonnull(entry_details);
        ck_assert_uint_eq(fake.registry_writes + fake.store_writes, writes);
        expect_printed(description(), "Changed MaxUserPort 60000 (0xea60) -> 65534 (0xfffe)");
        for (int i = 0; i < 2; i++) {
            const struct possible_action *possible_action =
                i ? &entry_details->undo : &entry_details->restore;

            ck_assert(possible_action->is_possible ? possible_action->text.length > 0
                                                   : *possible_action->fault.text != '\0');
        }
        ck_assert(has_struck ||
                  (entry_details->undo.is_possible && entry_details->restore.is_possible));
        if (!has_struck)
            break;
        struck += !entry_details->undo.is_possible || !entry_details->restore.is_possible;
    }
    ck_assert_uint_gt(struck, 0);
}
END_TEST

Suite *entry_details_suite(void)
{
    Suite *suite = suite_create("entry_details");
    TCase *tests = tcase_create("sheet");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_change_shows_its_values_and_the_plan_of_undo);
    tcase_add_test(tests, a_backup_shows_the_plan_of_restore);
    tcase_add_test(tests, two_settings_are_restored_together);
    tcase_add_loop_test(tests, a_value_changed_after_the_plan_was_shown_stops_the_run, 0, 4);
    tcase_add_test(tests, an_undone_change_cannot_be_undone_again);
    tcase_add_test(tests, a_modified_backup_is_refused);
    tcase_add_test(tests, undo_works_without_the_backup);
    tcase_add_test(tests, a_missing_entry_has_no_details);
    tcase_add_test(tests, each_failing_call_is_reported_without_any_write);
    suite_add_tcase(suite, tests);
    return suite;
}
