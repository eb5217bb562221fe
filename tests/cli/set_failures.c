#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static const struct {
    const char *name;
    const char *prepare; /* a command line that runs first, or NULL */
    const char *line;
} writers[] = {
    {"set", NULL, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"},
    {"set in JSON", NULL, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes --json"},
    {"reset", "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes",
     "reset MaxUserPort TcpTimedWaitDelay --yes"},
    {"undo", "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes", "undo --yes"},
    {"undo of an undo", NULL, "undo 2 --yes"},
    {"restore", NULL, "restore 1 --yes"},
};

enum { WRITER_COUNT = sizeof writers / sizeof *writers };

static void prepare_writer(struct fake *fake, size_t which)
{
    static const uint8_t odd[] = {1, 2, 3};

    fake_init(fake);
    fake_put(fake, TCPIP_PARAMETERS, "TcpTimedWaitDelay", TYPE_SZ, odd, sizeof odd);
    if (writers[which].prepare)
        ck_assert_int_eq(run_line(fake, writers[which].prepare), 0);
    if (strcmp(writers[which].name, "undo of an undo") == 0) {
        ck_assert_int_eq(run_line(fake, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"), 0);
        ck_assert_int_eq(run_line(fake, "undo --yes"), 0);
    }
    if (strcmp(writers[which].name, "restore") == 0) {
        ck_assert_int_eq(run_line(fake, "backup"), 0);
        ck_assert_int_eq(run_line(fake, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"), 0);
    }
    fake_restart(fake);
}

static void registry_text(const struct fake *fake, struct text *text)
{
    text_init(text);
    fake_dump_registry(fake, text);
}

static const enum fake_mishap mishaps[] = {FAIL_BEFORE, FAIL_DURING, FAIL_AFTER};
enum { MISHAP_COUNT = sizeof mishaps / sizeof *mishaps };

static bool is_failure(int code)
{
    return code == 1 || code == 3 || code == 4 || code == 5 || code == 6;
}

static void check_code(const struct fake *fake, size_t which, unsigned nth, int code,
                       bool is_before, bool is_after)
{
    const char *call = fake_call_name(fake->struck);

    ck_assert_msg(is_before || is_after,
                  "%s, call %u (%s): the registry is neither as before nor as planned",
                  writers[which].name, nth, call);
    ck_assert_msg(code == 0 || is_failure(code), "%s, call %u (%s): exit %d", writers[which].name,
                  nth, call, code);
    ck_assert_msg(code != 0 || is_after, "%s, call %u (%s): exit 0, but not written",
                  writers[which].name, nth, call);
    if (fake->struck == CALL_SCREEN_WRITE)
        ck_assert_msg(is_after && code == 0, "%s, call %u: a failed write to the screen, exit %d",
                      writers[which].name, nth, code);
    else if (code != 0 && code != 6)
        ck_assert_msg(is_before, "%s, call %u (%s): exit %d, but written", writers[which].name, nth,
                      call, code);
    ck_assert_msg(!fake->is_locked, "%s, call %u (%s): still locked", writers[which].name, nth,
                  call);
}

START_TEST(the_exit_code_is_right_whichever_call_fails)
{
    size_t which = (size_t)_i / MISHAP_COUNT;
    enum fake_mishap mishap = mishaps[(size_t)_i % MISHAP_COUNT];
    struct text before, after;
    struct fake fake;
    unsigned struck = 0;

    prepare_writer(&fake, which);
    registry_text(&fake, &before);
    ck_assert_int_eq(run_line(&fake, writers[which].line), 0);
    registry_text(&fake, &after);
    ck_assert_str_ne(text_string(&before), text_string(&after));
    fake_release(&fake);
    for (unsigned nth = 1;; nth++) {
        struct text now;
        bool has_struck;
        int code;

        prepare_writer(&fake, which);
        fake_upset(&fake, FAKE_FAILABLE, nth, mishap);
        code = run_line(&fake, writers[which].line);
        has_struck = fake.has_struck;
        if (has_struck) {
            struck++;
            registry_text(&fake, &now);
            check_code(&fake, which, nth, code,
                       strcmp(text_string(&now), text_string(&before)) == 0,
                       strcmp(text_string(&now), text_string(&after)) == 0);
            if (strstr(writers[which].line, "--json") && fake.struck != CALL_SCREEN_WRITE)
                json_decref(out_json(&fake));
            text_release(&now);
        }
        fake_release(&fake);
        if (!has_struck)
            break;
    }
    ck_assert_uint_ge(struck, 25);
    text_release(&before);
    text_release(&after);
}
END_TEST

START_TEST(a_failed_screen_write_does_not_harm_the_change)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    fake_calm(&fake);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_in(fake_out(&fake), "  set      done\n");
    fake_release(&fake);
}
END_TEST

/* For a command that writes, the result of the write determines the exit code, even if the output
 * is lost. */
START_TEST(the_exit_code_is_true_although_the_output_is_lost)
{
    static const struct {
        const char *line;
        int code;
    } rows[] = {
        {"set 65534 --yes", 0},
        {"set 65534 --yes --json", 0},
        {"set 65534 --yes --exit-3010", 3010},
        {"set 5000 --yes", 0}, /* already set */
        {"set 65534 --dry-run", 1},
        {"set 70000 --yes", 2},
        {"set 65534", 2}, /* no console for the question */
        {"backup", 0},
        {"backup new.reg", 0},
        {"report new.html", 0},
        {"report --json", 1},
        {"status", 1},
        {"history", 1},
        {"--help", 1},
        {"set --help", 1},
    };
    struct fake fake;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_init(&fake);
        ck_assert_int_eq(run_line(&fake, "set 5000 --yes"), 0);
        fake_restart(&fake);
        fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 1, FAIL_BEFORE);
        ck_assert_msg(run_line(&fake, rows[i].line) == rows[i].code, "%s", rows[i].line);
        if (i == 0)
            expect_screen(&fake, "set/done_but_the_output_is_lost");
        if (rows[i].code == 0)
            expect_in(fake_error(&fake), "only its output is lost");
        fake_release(&fake);

        fake_init(&fake);
        ck_assert_int_eq(run_line(&fake, "set 5000 --yes"), 0);
        fake_restart(&fake);
        fake.has_reader_closed = true;
        int code = rows[i].code == 1 ? 0 : rows[i].code;
        ck_assert_msg(run_line(&fake, rows[i].line) == code, "%s", rows[i].line);
        if (rows[i].code != 2)
            ck_assert_str_eq(fake_error(&fake), "");
        fake_release(&fake);
    }
}
END_TEST

START_TEST(an_unwritable_store_stops_the_change)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_STORE_WRITES, 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 6);
    ck_assert_uint_eq(fake.calls_of[CALL_REGISTRY_WRITE], 0);
    fake_release(&fake);

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_STORE_PREPARE), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 6);
    ck_assert_uint_eq(fake.calls_of[CALL_REGISTRY_WRITE], 0);
    fake_release(&fake);
}
END_TEST

START_TEST(a_change_with_an_incomplete_entry_exits_6)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_STORE_APPEND), 2, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 6);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    expect_screen(&fake, "set/a_change_with_an_incomplete_entry_exits_6");
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_in(fake_out(&fake), "INTERRUPTED");
    ck_assert_int_eq(run_line(&fake, "set TcpTimedWaitDelay=30 --yes"), 0);
    expect_screen(&fake, "set/a_change_with_an_incomplete_entry_exits_6_2");
    ck_assert_int_eq(run_line(&fake, "history 1"), 0);
    expect_in(fake_out(&fake), "  set      done\n");
    fake_release(&fake);
}
END_TEST

START_TEST(a_failed_rollback_exits_4_and_names_the_undo_file)
{
    struct fake fake;

    fake_init(&fake);
    for (unsigned nth = 2; nth < 6; nth++)
        fake_upset(&fake, FAKE_REGISTRY_WRITES, nth, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"), 4);
    expect_printed(fake_error(&fake), "maxport history 1");
    /* The message names the private file, because the public copy does not exist yet. */
    expect_printed(fake_error(&fake), "use C:\\ProgramData\\maxport\\changes\\1-undo.reg");
    fake_calm(&fake);
    ck_assert_int_eq(run_line(&fake, "history"), 0);
    expect_in(fake_out(&fake), "ROLLBACK FAILED");
    fake_release(&fake);
}
END_TEST

START_TEST(an_untrusted_store_is_renamed_and_reported)
{
    struct fake fake;

    fake_init(&fake);
    fake.store_state = STORE_UNTRUSTED;
    fake_folder_put(&fake.store, "journal.jsonl", "forged\n", 7);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    expect_printed(fake_error(&fake), "C:\\ProgramData\\maxport-untrusted-1");
    expect_not_in(fake_stored(&fake, "journal.jsonl"), "forged");
    fake_release(&fake);
}
END_TEST

Suite *cli_set_failures_suite(void)
{
    Suite *suite = suite_create("cli_set_failures");
    TCase *tcase = tcase_create("cli_set");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, the_exit_code_is_right_whichever_call_fails, 0,
                        WRITER_COUNT * MISHAP_COUNT);
    tcase_add_test(tcase, a_failed_screen_write_does_not_harm_the_change);
    tcase_add_test(tcase, the_exit_code_is_true_although_the_output_is_lost);
    tcase_add_test(tcase, an_unwritable_store_stops_the_change);
    tcase_add_test(tcase, a_change_with_an_incomplete_entry_exits_6);
    tcase_add_test(tcase, a_failed_rollback_exits_4_and_names_the_undo_file);
    tcase_add_test(tcase, an_untrusted_store_is_renamed_and_reported);
    suite_add_tcase(suite, tcase);
    return suite;
}
