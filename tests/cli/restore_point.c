#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static struct fake fake;

enum { DAY_MS = 24 * 3600 * 1000 };

/* Simulates a workstation that has two restore points. */
static void set_up(void)
{
    fake_init(&fake);
    fake_set_windows(&fake, 10, 0, 22631, OS_WORKSTATION);
    fake_add_restore_point(&fake, 40, "Installed \x1b[31mred\x1b[0m", fake.now_ms - 3 * DAY_MS);
    fake.points.rows[0].type = 0;
    fake_add_restore_point(&fake, 41, "before", fake.now_ms - 3600 * 1000);
}

static void tear_down(void)
{
    fake_release(&fake);
}

static void set_console(const char *first, const char *second)
{
    fake.can_ask = fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = first;
    fake.answers[1] = second;
}

/* ---- list ---------------------------------------------------------------- */

START_TEST(the_list_starts_with_the_newest_and_is_escaped)
{
    fake.offset_seconds = 3600;
    ck_assert_int_eq(run_line(&fake, "restore-point list"), 0);
    expect_screen(&fake, "restore_point/the_list_starts_with_the_newest_and_is_escaped");
    ck_assert_int_eq(run_line(&fake, "restore-point"), 0);
    expect_in(fake_out(&fake), "     41  2026-11-22 10:00:00  newest\n");
}
END_TEST

START_TEST(json_contains_the_list)
{
    ck_assert_int_eq(run_line(&fake, "restore-point list --json"), 0);
    expect_out(&fake, "{\n"
                      "  \"schema\": \"maxport.restore-point-list/1\",\n"
                      "  \"version\": \"" MAXPORT_VERSION "\",\n"
                      "  \"points\": [\n"
                      "    {\n"
                      "      \"sequence\": 41,\n"
                      "      \"created\": \"2026-11-22T09:00:00Z\",\n"
                      "      \"type\": 12,\n"
                      "      \"type_name\": \"modify_settings\",\n"
                      "      \"description\": \"before\",\n"
                      "      \"is_newest\": true\n"
                      "    },\n"
                      "    {\n"
                      "      \"sequence\": 40,\n"
                      "      \"created\": \"2026-11-19T10:00:00Z\",\n"
                      "      \"type\": 0,\n"
                      "      \"type_name\": \"application_install\",\n"
                      "      \"description\": \"Installed \\u001B[31mred\\u001B[0m\",\n"
                      "      \"is_newest\": false\n"
                      "    }\n"
                      "  ]\n"
                      "}\n");
}
END_TEST

START_TEST(unknown_details_are_listed_as_unknown)
{
    json_t *document;

    fake.points.rows[1].type = 99;
    fake.points.rows[1].created_ms = 0;
    strcpy(fake.points.rows[1].description, "");
    ck_assert_int_eq(run_line(&fake, "restore-point list"), 0);
    expect_screen(&fake, "restore_point/unknown_details_are_listed_as_unknown");
    ck_assert_int_eq(run_line(&fake, "restore-point list --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "points.0.created")));
    ck_assert(json_is_null(json_at(document, "points.0.type_name")));
    ck_assert_int_eq(json_number_at(document, "points.0.type"), 99);
    json_decref(document);
}
END_TEST

START_TEST(an_empty_list_is_reported)
{
    fake.points.count = 0;
    ck_assert_int_eq(run_line(&fake, "restore-point list"), 0);
    expect_screen(&fake, "restore_point/an_empty_list_is_reported");
    ck_assert_int_eq(run_line(&fake, "restore-point list --json"), 0);
    expect_in(fake_out(&fake), "\"points\": []");
}
END_TEST

START_TEST(an_unavailable_list_is_a_fault)
{
    fake_upset(&fake, FAKE_CALL(CALL_RESTORE_POINT_LIST), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "restore-point list"), 1);
    ck_assert_str_eq(fake_out(&fake), "");
    expect_in(fake_error(&fake), "maxport: ");
}
END_TEST

START_TEST(list_and_return_fit_a_narrow_screen)
{
    strcpy(fake.points.rows[1].description,
           "a description of many words that goes on and on and on and on and on and on");
    for (fake.width = 40; fake.width <= 120; fake.width += 20) {
        ck_assert_int_eq(run_line(&fake, "restore-point list"), 0);
        expect_fits(fake_out(&fake), fake.width);
        expect_ascii(fake_out(&fake));
        ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
        expect_fits(fake_out(&fake), fake.width);
        expect_ascii(fake_out(&fake));
    }
}
END_TEST

/* ---- without System Restore ----------------------------------------------- */

START_TEST(windows_server_refuses_all_subcommands)
{
    static const char *const lines[] = {"restore-point list", "restore-point create",
                                        "restore-point return 41 --yes --confirm 41"};

    fake_set_windows(&fake, 10, 0, 20348, OS_SERVER);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(run_line(&fake, lines[i]), 1);
        ck_assert_str_eq(fake_out(&fake), "");
        expect_printed(fake_error(&fake), "Windows Server has no System Restore. To back up the "
                                          "registry key, use maxport backup");
    }
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_LIST] +
                          fake.calls_of[CALL_RESTORE_POINT_MAKE] +
                          fake.calls_of[CALL_RESTORE_POINT_ARM],
                      0);
}
END_TEST

START_TEST(windows_without_system_restore_is_reported)
{
    fake.machine.restore_points = (struct restore_point_source){0};
    ck_assert_int_eq(run_line(&fake, "restore-point list --json"), 1);
    expect_in(fake_out(&fake), "\"kind\": \"unavailable\"");
    ck_assert_int_eq(run_line(&fake, "restore-point create"), 1);
    expect_screen(&fake, "restore_point/windows_without_system_restore_is_reported");
}
END_TEST

/* ---- create --------------------------------------------------------------- */

static void set_result(enum restore_point_outcome outcome, uint32_t sequence, uint32_t code,
                       const char *why)
{
    memset(&fake.point_result, 0, sizeof fake.point_result);
    fake.point_result.outcome = outcome;
    fake.point_result.sequence = sequence;
    fake.point_result.code = code;
    strcpy(fake.point_result.why, why);
}

START_TEST(create_records_the_description)
{
    set_result(RESTORE_POINT_MADE, 42, 0, "Restore point 42 was created.");
    ck_assert_int_eq(run_line(&fake, "restore-point create --description before~CHG0815"), 0);
    expect_screen(&fake, "restore_point/create_records_the_description");
    ck_assert_str_eq(fake.points.rows[2].description, "before CHG0815");
    ck_assert_int_eq(run_line(&fake, "restore-point create --json"), 0);
    expect_out(&fake, "{\n"
                      "  \"schema\": \"maxport.restore-point-create/1\",\n"
                      "  \"version\": \"" MAXPORT_VERSION "\",\n"
                      "  \"outcome\": \"made\",\n"
                      "  \"sequence\": 42,\n"
                      "  \"description\": \"maxport restore-point create\",\n"
                      "  \"code\": 0,\n"
                      "  \"text\": \"Restore point 42 was created.\"\n"
                      "}\n");
    ck_assert_str_eq(fake.points.rows[3].description, "maxport restore-point create");
    ck_assert_str_eq(text_string(&fake.audited), ""); /* creating a restore point is not audited */
}
END_TEST

START_TEST(create_without_a_new_point_exits_1)
{
    static const struct {
        enum restore_point_outcome outcome;
        const char *name;
    } rows[] = {{RESTORE_POINT_REUSED, "reused"},
                {RESTORE_POINT_UNAVAILABLE, "unavailable"},
                {RESTORE_POINT_FAILED, "failed"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *document;

        set_result(rows[i].outcome, 41, 1058, "So it \x1b ended.");
        ck_assert_int_eq(run_line(&fake, "restore-point create"), 1);
        expect_out(&fake, "So it \\x1b ended.\n");
        ck_assert_int_eq(run_line(&fake, "restore-point create --json"), 1);
        document = out_json(&fake);
        ck_assert_str_eq(json_text_at(document, "outcome"), rows[i].name);
        ck_assert_int_eq(json_number_at(document, "code"), 1058);
        ck_assert_int_eq(json_is_null(json_at(document, "sequence")),
                         rows[i].outcome != RESTORE_POINT_REUSED);
        json_decref(document);
    }
}
END_TEST

START_TEST(create_refuses_an_invalid_description)
{
    static const char *const bad[] = {"\x1b[31m", "two\nlines", "\xff", ""};
    static const char start[] = "restore-point create --description=";
    enum { START = sizeof start - 1, LONGEST = 255 };
    char line[START + LONGEST + 2];

    set_result(RESTORE_POINT_MADE, 42, 0, "Restore point 42 was created.");
    strcpy(line, start);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        strcpy(line + START, bad[i]);
        ck_assert_int_eq(run_line(&fake, line), 2);
        expect_printed(fake_error(&fake), "Nothing was created.");
    }
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_MAKE], 0);
    memset(line + START, 'x', LONGEST);
    line[START + LONGEST] = '\0';
    ck_assert_int_eq(run_line(&fake, line), 0);
    strcpy(line + START + LONGEST, "x");
    ck_assert_int_eq(run_line(&fake, line), 2);
    expect_printed(fake_error(&fake), "--description must have 1 to 255 characters.");
}
END_TEST

START_TEST(create_and_return_need_an_administrator)
{
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "restore-point create"), 3);
    expect_screen(&fake, "restore_point/create_and_return_need_an_administrator");
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 3);
    ck_assert_uint_eq(
        fake.calls_of[CALL_RESTORE_POINT_MAKE] + fake.calls_of[CALL_RESTORE_POINT_ARM], 0);
    ck_assert_str_eq(text_string(&fake.audited), "");
}
END_TEST

/* ---- return --------------------------------------------------------------- */

START_TEST(return_suggests_undo_asks_twice_and_schedules)
{
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --restore-point skip"), 0);
    set_console("y", "41");
    ck_assert_int_eq(run_line(&fake, "restore-point return 41"), 0);
    expect_screen(&fake, "restore_point/return_suggests_undo_asks_twice_and_schedules");
    ck_assert_uint_eq(fake.armed_point, 41);
    ck_assert_uint_eq(fake.answered, 2);
    expect_in(text_string(&fake.audited),
              "102 maxport restore-point return by LAB\\ada: restore point 41 (before)\n");
}
END_TEST

START_TEST(return_needs_yes_and_the_same_number_again)
{
    static const struct {
        const char *first, *second;
    } rows[] = {{"n", NULL}, {"", NULL}, {NULL, NULL}, {"y", NULL}, {"y", "y"},
                {"y", "40"}, {"y", ""},  {"41", "41"}, {"y", "41x"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tear_down();
        set_up();
        set_console(rows[i].first, rows[i].second);
        ck_assert_int_eq(run_line(&fake, "restore-point return 41"), 5);
        ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_ARM], 0);
        expect_in(fake_error(&fake), "Nothing was changed.");
        expect_in(text_string(&fake.audited), "200 maxport restore-point return by LAB\\ada - ");
    }
}
END_TEST

START_TEST(yes_and_confirm_each_answer_a_question)
{
    set_console("41", NULL);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes"), 0);
    ck_assert_uint_eq(fake.answered, 1);
    ck_assert_uint_eq(fake.armed_point, 41);
    tear_down();
    set_up();
    set_console("y", NULL);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --confirm 41"), 0);
    ck_assert_uint_eq(fake.answered, 1);
    ck_assert_uint_eq(fake.armed_point, 41);
}
END_TEST

START_TEST(return_without_a_console_needs_yes_and_confirm)
{
    static const char *const refused[] = {
        "restore-point return 41",
        "restore-point return 41 --yes",
        "restore-point return 41 --confirm 41",
        "restore-point return 41 --yes --json",
    };

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        ck_assert_int_eq(run_line(&fake, refused[i]), 2);
        ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_LIST], 0);
    }
    expect_in(fake_out(&fake), "--confirm 41");
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 40"), 2);
    expect_screen(&fake, "restore_point/return_without_a_console_needs_yes_and_confirm");
    ck_assert_uint_eq(fake.armed_point, 0);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    ck_assert_uint_eq(fake.armed_point, 41);
}
END_TEST

START_TEST(json_contains_the_scheduled_return)
{
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41 --json"), 0);
    expect_out(&fake, "{\n"
                      "  \"schema\": \"maxport.restore-point-return/1\",\n"
                      "  \"version\": \"" MAXPORT_VERSION "\",\n"
                      "  \"id\": 1,\n"
                      "  \"sequence\": 41,\n"
                      "  \"armed\": true,\n"
                      "  \"needs_restart\": true,\n"
                      "  \"restart_command\": \"shutdown /r /t 0\"\n"
                      "}\n");
    ck_assert_uint_eq(fake.armed_point, 41);
}
END_TEST

START_TEST(return_refuses_an_unknown_restore_point)
{
    static const struct {
        const char *line;
        int code;
        const char *words;
    } rows[] = {
        {"restore-point return 7 --yes --confirm 7", 1, "Windows has no restore point 7."},
        {"restore-point return", 2, "restore-point return needs a restore point number."},
        {"restore-point return 0 --yes --confirm 0", 2, "from 1 to 4294967295, not \"0\"."},
        {"restore-point return -1", 2, "not \"-1\"."},
        {"restore-point return 4294967337 --yes --confirm 4294967337", 2, "not \"4294967337\"."},
        {"restore-point return \x1b[0m", 2, "not \"\\x1b[0m\"."},
        {"restore-point return 41 --yes --confirm forty", 2, "not \"forty\"."},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_int_eq(run_line(&fake, rows[i].line), rows[i].code);
        expect_printed(fake_error(&fake), rows[i].words);
    }
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_ARM], 0);
}
END_TEST

START_TEST(a_failed_return_is_not_printed_as_scheduled)
{
    fake_upset(&fake, FAKE_CALL(CALL_RESTORE_POINT_ARM), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 1);
    expect_not_in(fake_out(&fake), "Scheduled");
    expect_not_in(fake_out(&fake), "shutdown");
    ck_assert_uint_eq(fake.armed_point, 0);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_not_in(fake_out(&fake), "restore point");
    ck_assert_int_eq(run_line(&fake, "history 1"), 0);
    expect_in(fake_out(&fake), "return refused");
    expect_printed(fake_out(&fake), "Restore point number 41; Windows refused to return to it");
    ck_assert_int_eq(run_line(&fake, "undo 1 --yes"), 1);
    expect_printed(fake_error(&fake), "Entry 1 is a return to a restore point that Windows "
                                      "refused, so there is nothing to undo.");
}
END_TEST

START_TEST(a_return_without_an_answer_is_in_the_journal)
{
    fake_upset(&fake, FAKE_CALL(CALL_RESTORE_POINT_ARM), 1, FAIL_AFTER);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 4);
    ck_assert_uint_eq(fake.armed_point, 41);
    expect_not_in(fake_error(&fake), "Nothing was changed");
    expect_in(text_string(&fake.audited), "which Windows has not confirmed");
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), "A return to restore point 41 was requested at ");
}
END_TEST

START_TEST(a_return_that_fails_with_its_journal_reports_both)
{
    fake_upset(&fake, FAKE_CALL(CALL_RESTORE_POINT_ARM), 1, FAIL_BEFORE);
    fake_upset(&fake, FAKE_CALL(CALL_STORE_APPEND), 2, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 1);
    expect_printed(fake_error(&fake), "The refusal could not be written to the journal:");
}
END_TEST

START_TEST(a_scheduled_return_is_visible_until_the_restart)
{
    static const char words[] = "A return to restore point 41 was requested at "
                                "2026-11-22 10:00:00 by LAB\\ada: expect Windows to replace "
                                "the whole registry at the next restart.";
    const struct fake_file *page;
    json_t *document;

    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --restore-point skip"), 0);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    fake_restart(&fake);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), words);
    expect_printed(fake_out(&fake), "maxport cannot cancel the return: no source describes how.");
    document = (run_line(&fake, "status --json"), out_json(&fake));
    ck_assert_str_eq(json_text_at(document, "notes.0.kind"), "return_scheduled");
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "report ticket.html"), 0);
    page = fake_folder_find(&fake.files, "ticket.html");
    ck_assert(page && strstr(page->data, words));
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_screen(&fake, "restore_point/a_scheduled_return_is_visible_until_the_restart");
    ck_assert_int_eq(run_line(&fake, "history 2"), 0);
    expect_printed(fake_out(&fake), "Restart Windows has not been restarted since");
    expect_printed(fake_out(&fake),
                   "Restore point number 41; maxport asked Windows to return to it at the "
                   "next restart");
    ck_assert_int_eq(run_line(&fake, "undo 2 --yes"), 1);
    expect_printed(fake_error(&fake), "No source describes how to cancel such a return.");
    /* An undo without a number undoes the change before the return. */
    ck_assert_int_eq(run_line(&fake, "undo --dry-run"), 0);
    expect_in(fake_out(&fake), "Undoing change 1 ");
    fake_reboot(&fake, DAY_MS);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_not_in(fake_out(&fake), "restore point");
    document = (run_line(&fake, "history --json"), out_json(&fake));
    ck_assert_str_eq(json_text_at(document, "changes.0.state"), "return_scheduled");
    ck_assert_int_eq(json_number_at(document, "changes.0.restore_point"), 41);
    json_decref(document);
}
END_TEST

START_TEST(a_return_is_not_scheduled_without_its_journal_entry)
{
    fake_upset(&fake, FAKE_CALL(CALL_STORE_APPEND), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 6);
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_ARM], 0);
    expect_not_in(text_string(&fake.audited), "102 ");
    ck_assert(!fake.is_locked);
}
END_TEST

START_TEST(return_without_a_change_suggests_no_undo)
{
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    expect_screen(&fake, "restore_point/return_without_a_change_suggests_no_undo");
}
END_TEST

START_TEST(return_reports_an_unreadable_journal)
{
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    expect_screen(&fake, "restore_point/return_reports_an_unreadable_journal");
}
END_TEST

START_TEST(return_warns_of_an_old_point_since_24h2)
{
    static const char words[] = "This restore point is older than 60 days.";

    fake.points.rows[0].created_ms = fake.now_ms - INT64_C(61) * DAY_MS;
    ck_assert_int_eq(run_line(&fake, "restore-point return 40 --yes --confirm 40"), 0);
    expect_not_in(fake_out(&fake), words);
    static const struct {
        uint32_t build, revision;
        bool has_limit;
    } rows[] = {
        {22631, 5500, false}, {26100, 4061, false}, {26100, 4349, true},
        {26100, 0, true},     {26200, 1, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_set_windows(&fake, 10, 0, rows[i].build, OS_WORKSTATION);
        fake.os.revision = rows[i].revision;
        ck_assert_int_eq(run_line(&fake, "restore-point return 40 --yes --confirm 40"), 0);
        if (rows[i].has_limit)
            expect_in(fake_out(&fake), words);
        else
            expect_not_in(fake_out(&fake), words);
    }
    expect_printed(fake_out(&fake), "24H2 with the update of June 2025, and later versions");
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    expect_not_in(fake_out(&fake), words);
}
END_TEST

/* ---- set after a crash in Windows ------------------------------------------ */

START_TEST(a_crash_in_windows_code_stops_the_change)
{
    struct text before;

    dump_machine(&fake, &before);
    set_result(RESTORE_POINT_FAILED, 0, 0xc0000005, "The System Restore code of Windows crashed.");
    fake.point_result.has_crashed = true;
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 1);
    expect_screen(&fake, "restore_point/a_crash_in_windows_code_stops_the_change");
    expect_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --restore-point skip"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    text_release(&before);
}
END_TEST

Suite *cli_restore_point_suite(void)
{
    Suite *suite = suite_create("cli_restore_point");
    TCase *tcase = tcase_create("restore-point");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_list_starts_with_the_newest_and_is_escaped);
    tcase_add_test(tcase, json_contains_the_list);
    tcase_add_test(tcase, unknown_details_are_listed_as_unknown);
    tcase_add_test(tcase, an_empty_list_is_reported);
    tcase_add_test(tcase, an_unavailable_list_is_a_fault);
    tcase_add_test(tcase, list_and_return_fit_a_narrow_screen);
    tcase_add_test(tcase, windows_server_refuses_all_subcommands);
    tcase_add_test(tcase, windows_without_system_restore_is_reported);
    tcase_add_test(tcase, create_records_the_description);
    tcase_add_test(tcase, create_without_a_new_point_exits_1);
    tcase_add_test(tcase, create_refuses_an_invalid_description);
    tcase_add_test(tcase, create_and_return_need_an_administrator);
    tcase_add_test(tcase, return_suggests_undo_asks_twice_and_schedules);
    tcase_add_test(tcase, return_needs_yes_and_the_same_number_again);
    tcase_add_test(tcase, yes_and_confirm_each_answer_a_question);
    tcase_add_test(tcase, return_without_a_console_needs_yes_and_confirm);
    tcase_add_test(tcase, json_contains_the_scheduled_return);
    tcase_add_test(tcase, return_refuses_an_unknown_restore_point);
    tcase_add_test(tcase, a_failed_return_is_not_printed_as_scheduled);
    tcase_add_test(tcase, a_scheduled_return_is_visible_until_the_restart);
    tcase_add_test(tcase, a_return_is_not_scheduled_without_its_journal_entry);
    tcase_add_test(tcase, a_return_without_an_answer_is_in_the_journal);
    tcase_add_test(tcase, a_return_that_fails_with_its_journal_reports_both);
    tcase_add_test(tcase, return_without_a_change_suggests_no_undo);
    tcase_add_test(tcase, return_reports_an_unreadable_journal);
    tcase_add_test(tcase, return_warns_of_an_old_point_since_24h2);
    tcase_add_test(tcase, a_crash_in_windows_code_stops_the_change);
    suite_add_tcase(suite, tcase);
    return suite;
}
