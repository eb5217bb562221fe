#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static struct fake fake;

enum { DAY_MS = 24 * 3600 * 1000 };

/* A client with two points. */
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

START_TEST(the_list_has_the_newest_first_and_is_safe_to_show)
{
    fake.offset_seconds = 3600;
    ck_assert_int_eq(run_line(&fake, "restore-point list"), 0);
    expect_screen(&fake, "restore_point/the_list_has_the_newest_first_and_is_safe_to_show");
    ck_assert_int_eq(run_line(&fake, "restore-point"), 0);
    expect_in(fake_out(&fake), "     41  2026-11-22 10:00:00  newest\n");
}
END_TEST

START_TEST(the_list_in_json)
{
    ck_assert_int_eq(run_line(&fake, "restore-point list --json"), 0);
    expect_out(&fake, "{\n"
                      "  \"schema\": \"maxport.restore-point-list/1\",\n"
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

START_TEST(what_is_not_known_of_a_point_is_not_made_up)
{
    json_t *document;

    fake.points.rows[1].type = 99;
    fake.points.rows[1].created_ms = 0;
    strcpy(fake.points.rows[1].description, "");
    ck_assert_int_eq(run_line(&fake, "restore-point list"), 0);
    expect_screen(&fake, "restore_point/what_is_not_known_of_a_point_is_not_made_up");
    ck_assert_int_eq(run_line(&fake, "restore-point list --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "points.0.created")));
    ck_assert(json_is_null(json_at(document, "points.0.type_name")));
    ck_assert_int_eq(json_number_at(document, "points.0.type"), 99);
    json_decref(document);
}
END_TEST

START_TEST(an_empty_list_says_so)
{
    fake.points.count = 0;
    ck_assert_int_eq(run_line(&fake, "restore-point list"), 0);
    expect_screen(&fake, "restore_point/an_empty_list_says_so");
    ck_assert_int_eq(run_line(&fake, "restore-point list --json"), 0);
    expect_in(fake_out(&fake), "\"points\": []");
}
END_TEST

START_TEST(a_list_that_cannot_be_had_is_a_fault)
{
    fake_upset(&fake, FAKE_CALL(CALL_RESTORE_POINT_LIST), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "restore-point list"), 1);
    ck_assert_str_eq(fake_out(&fake), "");
    expect_in(fake_error(&fake), "maxport: ");
}
END_TEST

START_TEST(all_of_it_fits_a_narrow_screen)
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

/* ---- where there are none ------------------------------------------------- */

START_TEST(a_server_has_none_and_says_so_in_a_sentence)
{
    static const char *const lines[] = {"restore-point list", "restore-point create",
                                        "restore-point return 41 --yes --confirm 41"};

    fake_set_windows(&fake, 10, 0, 20348, OS_SERVER);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(run_line(&fake, lines[i]), 1);
        ck_assert_str_eq(fake_out(&fake), "");
        expect_told(fake_error(&fake), "Windows Server has no System Restore. To back up the "
                                       "registry key, use maxport backup");
    }
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_LIST] +
                          fake.calls_of[CALL_RESTORE_POINT_MAKE] +
                          fake.calls_of[CALL_RESTORE_POINT_ARM],
                      0);
}
END_TEST

START_TEST(a_windows_without_them_says_so)
{
    fake.machine.restore_points = (struct restore_point_source){0};
    ck_assert_int_eq(run_line(&fake, "restore-point list --json"), 1);
    expect_in(fake_out(&fake), "\"kind\": \"unavailable\"");
    ck_assert_int_eq(run_line(&fake, "restore-point create"), 1);
    expect_screen(&fake, "restore_point/a_windows_without_them_says_so");
}
END_TEST

/* ---- create --------------------------------------------------------------- */

static void say(enum restore_point_outcome outcome, uint32_t sequence, uint32_t code,
                const char *why)
{
    memset(&fake.point_result, 0, sizeof fake.point_result);
    fake.point_result.outcome = outcome;
    fake.point_result.sequence = sequence;
    fake.point_result.code = code;
    strcpy(fake.point_result.why, why);
}

START_TEST(a_point_is_made_with_a_description)
{
    say(RESTORE_POINT_MADE, 42, 0, "Restore point 42 was created.");
    ck_assert_int_eq(run_line(&fake, "restore-point create --description before~CHG0815"), 0);
    expect_screen(&fake, "restore_point/a_point_is_made_with_a_description");
    ck_assert_str_eq(fake.points.rows[2].description, "before CHG0815");
    ck_assert_int_eq(run_line(&fake, "restore-point create --json"), 0);
    expect_out(&fake, "{\n"
                      "  \"schema\": \"maxport.restore-point-create/1\",\n"
                      "  \"outcome\": \"made\",\n"
                      "  \"sequence\": 42,\n"
                      "  \"description\": \"maxport restore-point create\",\n"
                      "  \"code\": 0,\n"
                      "  \"text\": \"Restore point 42 was created.\"\n"
                      "}\n");
    ck_assert_str_eq(fake.points.rows[3].description, "maxport restore-point create");
    ck_assert_str_eq(text_string(&fake.audited), ""); /* no setting was changed */
}
END_TEST

START_TEST(without_a_new_point_the_exit_code_is_1)
{
    static const struct {
        enum restore_point_outcome outcome;
        const char *name;
    } rows[] = {{RESTORE_POINT_REUSED, "reused"},
                {RESTORE_POINT_UNAVAILABLE, "unavailable"},
                {RESTORE_POINT_FAILED, "failed"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *document;

        say(rows[i].outcome, 41, 1058, "So it \x1b ended.");
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

START_TEST(a_description_is_a_line_that_windows_has_room_for)
{
    static const char *const bad[] = {"\x1b[31m", "two\nlines", "\xff", ""};
    static const char start[] = "restore-point create --description=";
    enum { START = sizeof start - 1, LONGEST = 255 };
    char line[START + LONGEST + 2];

    say(RESTORE_POINT_MADE, 42, 0, "Restore point 42 was created.");
    strcpy(line, start);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        strcpy(line + START, bad[i]);
        ck_assert_int_eq(run_line(&fake, line), 2);
        expect_told(fake_error(&fake), "Nothing was created.");
    }
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_MAKE], 0);
    memset(line + START, 'x', LONGEST);
    line[START + LONGEST] = '\0';
    ck_assert_int_eq(run_line(&fake, line), 0);
    strcpy(line + START + LONGEST, "x");
    ck_assert_int_eq(run_line(&fake, line), 2);
    expect_told(fake_error(&fake), "--description must have 1 to 255 characters.");
}
END_TEST

START_TEST(creating_and_returning_need_an_administrator)
{
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "restore-point create"), 3);
    expect_screen(&fake, "restore_point/creating_and_returning_need_an_administrator");
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 3);
    ck_assert_uint_eq(
        fake.calls_of[CALL_RESTORE_POINT_MAKE] + fake.calls_of[CALL_RESTORE_POINT_ARM], 0);
    ck_assert_str_eq(text_string(&fake.audited), "");
}
END_TEST

/* ---- return --------------------------------------------------------------- */

START_TEST(a_return_explains_offers_undo_asks_twice_and_arms)
{
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --restore-point skip"), 0);
    set_console("y", "41");
    ck_assert_int_eq(run_line(&fake, "restore-point return 41"), 0);
    expect_screen(&fake, "restore_point/a_return_explains_offers_undo_asks_twice_and_arms");
    ck_assert_uint_eq(fake.armed_point, 41);
    ck_assert_uint_eq(fake.answered, 2);
    expect_in(text_string(&fake.audited),
              "102 maxport restore-point return by LAB\\ada: restore point 41 (before)\n");
}
END_TEST

START_TEST(either_question_declines)
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

START_TEST(yes_answers_the_first_question_only)
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

START_TEST(without_a_console_both_answers_must_be_given)
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
    expect_screen(&fake, "restore_point/without_a_console_both_answers_must_be_given");
    ck_assert_uint_eq(fake.armed_point, 0);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    ck_assert_uint_eq(fake.armed_point, 41);
}
END_TEST

START_TEST(armed_in_json)
{
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41 --json"), 0);
    expect_out(&fake, "{\n"
                      "  \"schema\": \"maxport.restore-point-return/1\",\n"
                      "  \"sequence\": 41,\n"
                      "  \"armed\": true,\n"
                      "  \"needs_restart\": true,\n"
                      "  \"restart_command\": \"shutdown /r /t 0\"\n"
                      "}\n");
    ck_assert_uint_eq(fake.armed_point, 41);
}
END_TEST

START_TEST(a_point_that_is_none_is_refused)
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
        expect_told(fake_error(&fake), rows[i].words);
    }
    ck_assert_uint_eq(fake.calls_of[CALL_RESTORE_POINT_ARM], 0);
}
END_TEST

START_TEST(what_cannot_be_armed_is_not_said_to_be)
{
    fake_upset(&fake, FAKE_CALL(CALL_RESTORE_POINT_ARM), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 1);
    expect_not_in(fake_out(&fake), "Scheduled");
    expect_not_in(fake_out(&fake), "shutdown");
    ck_assert_uint_eq(fake.armed_point, 0);
}
END_TEST

START_TEST(without_a_change_there_is_nothing_to_undo_instead)
{
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    expect_screen(&fake, "restore_point/without_a_change_there_is_nothing_to_undo_instead");
}
END_TEST

START_TEST(a_journal_that_cannot_be_read_is_told)
{
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    expect_screen(&fake, "restore_point/a_journal_that_cannot_be_read_is_told");
}
END_TEST

START_TEST(from_24h2_on_an_old_point_is_warned_of)
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
    expect_told(fake_out(&fake), "24H2 with the update of June 2025, and later versions");
    ck_assert_int_eq(run_line(&fake, "restore-point return 41 --yes --confirm 41"), 0);
    expect_not_in(fake_out(&fake), words);
}
END_TEST

/* ---- set, after a crash ---------------------------------------------------- */

START_TEST(after_a_crash_inside_windows_code_nothing_is_written)
{
    struct text before;

    dump_machine(&fake, &before);
    say(RESTORE_POINT_FAILED, 0, 0xc0000005, "The System Restore code of Windows crashed.");
    fake.point_result.has_crashed = true;
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 1);
    expect_screen(&fake, "restore_point/after_a_crash_inside_windows_code_nothing_is_written");
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
    tcase_add_test(tcase, the_list_has_the_newest_first_and_is_safe_to_show);
    tcase_add_test(tcase, the_list_in_json);
    tcase_add_test(tcase, what_is_not_known_of_a_point_is_not_made_up);
    tcase_add_test(tcase, an_empty_list_says_so);
    tcase_add_test(tcase, a_list_that_cannot_be_had_is_a_fault);
    tcase_add_test(tcase, all_of_it_fits_a_narrow_screen);
    tcase_add_test(tcase, a_server_has_none_and_says_so_in_a_sentence);
    tcase_add_test(tcase, a_windows_without_them_says_so);
    tcase_add_test(tcase, a_point_is_made_with_a_description);
    tcase_add_test(tcase, without_a_new_point_the_exit_code_is_1);
    tcase_add_test(tcase, a_description_is_a_line_that_windows_has_room_for);
    tcase_add_test(tcase, creating_and_returning_need_an_administrator);
    tcase_add_test(tcase, a_return_explains_offers_undo_asks_twice_and_arms);
    tcase_add_test(tcase, either_question_declines);
    tcase_add_test(tcase, yes_answers_the_first_question_only);
    tcase_add_test(tcase, without_a_console_both_answers_must_be_given);
    tcase_add_test(tcase, armed_in_json);
    tcase_add_test(tcase, a_point_that_is_none_is_refused);
    tcase_add_test(tcase, what_cannot_be_armed_is_not_said_to_be);
    tcase_add_test(tcase, without_a_change_there_is_nothing_to_undo_instead);
    tcase_add_test(tcase, a_journal_that_cannot_be_read_is_told);
    tcase_add_test(tcase, from_24h2_on_an_old_point_is_warned_of);
    tcase_add_test(tcase, after_a_crash_inside_windows_code_nothing_is_written);
    suite_add_tcase(suite, tcase);
    return suite;
}
