/* Tests which files of the store maxport reads with and without elevation. Even an administrator's
 * programs usually run unelevated: in their token, UAC has set the Administrators group to deny
 * only. */
#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "core/state/survey.h"
#include "gui/model/entry_details.h"
#include "suites.h"

static struct fake fake;

/* Creates two entries: 1 is a backup, and 2 is a change in effect. */
static void set_up(void)
{
    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 60000);
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake.identity.is_elevated = false;
    fake.private_reads = fake.store_writes = 0;
}

static void tear_down(void)
{
    fake_release(&fake);
}

/* Every command that only reads, and a dry run of every command that changes something. */
static const struct {
    const char *line, *expected;
} lines[] = {
    {"status", "MaxUserPort"},
    {"status --json", "\"store_trouble\": null"},
    {"why", ""},
    {"why --json", ""},
    {"port 8080", ""},
    {"ports", ""},
    {"history", "    2  2026-11-22 10:00:00  set      done\n"},
    {"history 2", "C:\\ProgramData\\maxport\\public\\changes\\2-undo.reg"},
    {"history --json", "\"is_behind\": false"},
    {"verify", ""},
    {"range show", ""},
    {"capacity", ""},
    {"explain 10048", ""},
    {"metrics --top 3", "maxport_used_ports"},
    {"check -c 0", "PORTS OK"},
    {"report report.html --overwrite", ""},
    {"store show", "  To undo  change 2\n"},
    {"store show --json", "\"undoable\": [\n    2\n  ]"},
    {"set 61000 --dry-run", "Dry run"},
    {"reset --dry-run", "Dry run"},
    {"undo --dry-run", "Dry run"},
    {"undo 2 --dry-run", "Dry run"},
    {"restore 1 --dry-run", "Dry run"},
};

START_TEST(reads_and_dry_runs_never_read_private_files)
{
    for (int elevated = 0; elevated < 2; elevated++) {
        struct text before;
        int code;

        fake.identity.is_elevated = elevated;
        dump_machine(&fake, &before);
        code = run_line(&fake, lines[_i].line);
        /* The exit code of verify is not checked, because it depends on the result. */
        ck_assert_msg(code == 0 || strcmp(lines[_i].line, "verify") == 0, "%s: exit %d\n%s%s",
                      lines[_i].line, code, fake_out(&fake), fake_error(&fake));
        expect_in(fake_out(&fake), lines[_i].expected);
        expect_not_in(fake_out(&fake), "denied");
        expect_not_in(fake_error(&fake), "denied");
        ck_assert_uint_eq(fake.private_reads, 0);
        ck_assert_uint_eq(fake.store_writes, 0);
        if (strncmp(lines[_i].line, "report", 6) != 0)
            expect_machine(&fake, &before);
        text_release(&before);
    }
}
END_TEST

START_TEST(a_writing_run_reads_only_private_files)
{
    static const char *const writing[] = {"undo --yes", "restore 1 --yes --force",
                                          "store remove --force --yes"};
    static const char forged[] = "{\"v\":1,\"event\":\"started\",\"id\":9}\n";

    fake.identity.is_elevated = true;
    fake_upset(&fake, FAKE_CALL(CALL_STORE_PUBLISH), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 61000 --yes"), 0);
    ck_assert(fake.is_public_behind);
    /* A command that writes must not use the public copies: they may be behind the store, and any
     * user can block them. In this test, the copies are forged, and reading them fails. */
    fake_folder_put(&fake.published, "journal.jsonl", forged, sizeof forged - 1);
    fake_folder_put(&fake.published, "changes\\1.reg", "forged", 6);
    fake.unreadable = "";
    ck_assert_msg(run_line(&fake, writing[_i]) == 0, "%s", fake_error(&fake));
    ck_assert_uint_gt(fake.private_reads, 0);
}
END_TEST

START_TEST(an_unreadable_copy_is_reported_and_undo_works)
{
    fake.unreadable = "changes";
    ck_assert_int_eq(run_line(&fake, "undo --dry-run"), 0);
    expect_printed(fake_error(&fake), "Only the public copy was checked.");
    expect_in(fake_out(&fake), "Dry run: nothing was written.");
    ck_assert_int_eq(run_line(&fake, "restore 1 --dry-run"), 3);
    expect_printed(fake_error(&fake),
                   "When run as administrator, the command reads and checks the backup itself.");
    fake.unreadable = "journal";
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), "The store was not read:");
    ck_assert_int_eq(run_line(&fake, "history"), 1);
    ck_assert_int_eq(run_line(&fake, "undo --dry-run"), 1);
    expect_printed(fake_error(&fake), "The journal could not be read");
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_printed(fake_out(&fake), "The journal could not be read");
    /* An elevated command that writes reads the private files and needs no public copies. */
    fake.identity.is_elevated = true;
    fake.unreadable = "";
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
}
END_TEST

/* The button Restore runs exactly the plan that the window shows, so it requires a readable copy of
 * the backup. The button Undo requires only the journal. */
static void expect_buttons(bool is_backup_readable)
{
    struct survey survey;
    struct entry_details *details;
    struct fault fault;

    ck_assert(survey_take(&fake.machine, SURVEY_USAGE, &survey, &fault));
    ck_assert_str_eq(survey.store_trouble, "");
    for (uint64_t id = 1; id <= 2; id++) {
        details = entry_details_make(&fake.machine, &survey, id);
        ck_assert_ptr_nonnull(details);
        ck_assert_msg(details->restore.is_possible == is_backup_readable, "%s",
                      details->restore.fault.text);
        if (!is_backup_readable)
            expect_printed(details->restore.fault.text, "in an elevated prompt.");
        ck_assert_msg(details->undo.is_possible == (id == 2), "%s", details->undo.fault.text);
        expect_in(text_string(&details->description),
                  "C:\\ProgramData\\maxport\\public\\changes\\");
        if (id == 2) {
            expect_printed(text_string(&details->undo.text),
                           is_backup_readable ? "" : "reads and checks the backup");
            expect_printed(text_string(&details->undo.text), "60000 (0xea60)");
        }
        entry_details_release(details);
    }
    survey_release(&survey);
}

START_TEST(the_window_offers_undo_and_restore_with_a_plan)
{
    expect_buttons(true);
    fake.unreadable = "changes";
    expect_buttons(false);
    ck_assert_uint_eq(fake.private_reads, 0);
}
END_TEST

static void set_and_die(void *context)
{
    run_line(context, "set 50000 --yes");
}

START_TEST(outdated_copies_are_reported)
{
    struct survey survey;
    struct fault fault;

    fake.identity.is_elevated = true;
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(&fake, set_and_die, &fake));
    fake_restart(&fake);
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), survey_behind_words);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_printed(fake_error(&fake), survey_behind_words);
    ck_assert_int_eq(run_line(&fake, "store show"), 0);
    expect_printed(fake_error(&fake), survey_behind_words);
    ck_assert_int_eq(run_line(&fake, "undo --dry-run"), 1);
    expect_printed(fake_error(&fake), survey_behind_words);
    ck_assert(survey_take(&fake.machine, 0, &survey, &fault));
    ck_assert(survey.is_journal_behind);
    survey_release(&survey);
    fake.identity.is_elevated = true;
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    expect_not_in(fake_error(&fake), "may be missing");
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    ck_assert_str_eq(fake_error(&fake), "");
}
END_TEST

START_TEST(a_refused_elevated_run_updates_the_copies)
{
    fake.identity.is_elevated = true;
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(&fake, set_and_die, &fake));
    fake_restart(&fake);
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "set 61000 --yes"), 3);
    ck_assert(fake.is_public_behind);
    /* Simulates a command that the window starts although the window has not read the interrupted
     * change. */
    fake.identity.is_elevated = true;
    ck_assert_int_ne(run_line(&fake, "set 61000 --yes --expect 65534"), 0);
    ck_assert(!fake.is_public_behind);
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), "Change 3 (set) was interrupted");
}
END_TEST

START_TEST(history_reports_an_unpublished_first_change)
{
    struct fake other;

    fake_init(&other);
    fake_upset(&other, FAKE_CALL(CALL_STORE_PUBLISH), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&other, "set 61000 --yes"), 0);
    ck_assert_int_eq(run_line(&other, "history"), 0);
    ck_assert_ptr_null(strstr(fake_out(&other), "has not changed anything"));
    expect_printed(fake_error(&other), "The newest change may be missing");
    fake_release(&other);
}
END_TEST

START_TEST(a_failed_publish_does_not_fail_the_change)
{
    json_t *document;

    fake.identity.is_elevated = true;
    fake_upset(&fake, FAKE_CALL(CALL_STORE_PUBLISH), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 61000 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 61000));
    expect_printed(fake_error(&fake), "The public copies of the journal and the backups are not up "
                                      "to date:");
    expect_printed(fake_out(&fake), "C:\\ProgramData\\maxport\\changes\\3.reg");
    expect_printed(fake_out(&fake), "C:\\ProgramData\\maxport\\changes\\3-undo.reg");
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "history 2"), 0);
    expect_printed(fake_out(&fake), "C:\\ProgramData\\maxport\\changes\\2-undo.reg");
    fake.identity.is_elevated = true;
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    expect_printed(fake_error(&fake), "are not up to date:");
    expect_printed(fake_out(&fake), "C:\\ProgramData\\maxport\\changes\\4.reg");
    ck_assert_int_eq(run_line(&fake, "set 62000 --yes --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_false(json_at(document, "is_published")));
    json_decref(document);
    fake_calm(&fake);
    ck_assert_int_eq(run_line(&fake, "set 63000 --yes --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_true(json_at(document, "is_published")));
    json_decref(document);
    ck_assert(!fake.is_public_behind);
    /* After a failed change, too, maxport releases the lock and then updates the public copies. */
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_FLUSH), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 64000 --yes"), 1);
    ck_assert(!fake.is_public_behind);
    ck_assert_uint_gt(fake_last(&fake, FAKE_CALL(CALL_STORE_PUBLISH)),
                      fake_last(&fake, FAKE_CALL(CALL_STORE_UNLOCK)));
}
END_TEST

START_TEST(an_untrusted_folder_is_reported_and_audited)
{
    fake.identity.is_elevated = true;
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "set 61000 --yes"), 0);
    expect_printed(fake_error(&fake),
                   "LAB\\mallory, not to SYSTEM or Administrators. The folder was not "
                   "read; it was renamed to C:\\ProgramData\\maxport-untrusted-1.");
    expect_printed(fake_error(&fake),
                   "maxport store adopt \"C:\\ProgramData\\maxport-untrusted-1\"");
    expect_in(text_string(&fake.audited), "100 maxport set by ");
    expect_in(text_string(&fake.audited), "renamed to C:\\ProgramData\\maxport-untrusted-1");
    /* maxport renames the untrusted folder even if the change then fails. */
    fake.store_state = STORE_UNTRUSTED;
    fake_upset(&fake, FAKE_CALL(CALL_STORE_LOCK), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 62000 --yes"), 6);
    expect_printed(fake_error(&fake), "renamed to");
    /* maxport does not audit a backup, but it audits the renaming of the folder. */
    fake_calm(&fake);
    text_release(&fake.audited);
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    expect_in(text_string(&fake.audited), "202 maxport backup by LAB\\ada - "
                                          "C:\\ProgramData\\maxport belongs to LAB\\mallory");
}
END_TEST

Suite *cli_unelevated_suite(void)
{
    Suite *suite = suite_create("cli_unelevated");
    TCase *tcase = tcase_create("cli_unelevated");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, reads_and_dry_runs_never_read_private_files, 0,
                        sizeof lines / sizeof *lines);
    tcase_add_loop_test(tcase, a_writing_run_reads_only_private_files, 0, 3);
    tcase_add_test(tcase, an_unreadable_copy_is_reported_and_undo_works);
    tcase_add_test(tcase, the_window_offers_undo_and_restore_with_a_plan);
    tcase_add_test(tcase, outdated_copies_are_reported);
    tcase_add_test(tcase, a_refused_elevated_run_updates_the_copies);
    tcase_add_test(tcase, history_reports_an_unpublished_first_change);
    tcase_add_test(tcase, a_failed_publish_does_not_fail_the_change);
    tcase_add_test(tcase, an_untrusted_folder_is_reported_and_audited);
    suite_add_tcase(suite, tcase);
    return suite;
}
