#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static void make_console(struct fake *fake, const char *answer)
{
    fake_init(fake);
    fake->can_ask = fake->is_console[SCREEN_OUT] = true;
    fake->answers[0] = answer;
}

/* ---- changes ------------------------------------------------------------ */

START_TEST(set_prints_how_to_undo_the_change)
{
    struct fake fake;

    fake_init(&fake);
    fake_add_sockets(&fake, 1000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.9", 443,
                     0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    expect_screen(&fake, "set/set_prints_how_to_undo_the_change");
    ck_assert_ptr_nonnull(fake_folder_find(&fake.store, "changes\\1.reg"));
    ck_assert_ptr_nonnull(fake_folder_find(&fake.store, "changes\\1-undo.reg"));
    fake_release(&fake);
}
END_TEST

static const char *const same_words[] = {
    "set 65534 --yes",
    "set MaxUserPort=65534 --yes",
    "set maxuserport=0xfffe --yes",
    "set 0XFFFE --yes",
    "set --yes 65534",
    "set --yes -- 65534",
    "SET 65534 --yes",
};

START_TEST(set_accepts_all_spellings_of_a_value)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, same_words[_i]), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    ck_assert_uint_eq(fake.registry_writes, 1);
    fake_release(&fake);
}
END_TEST

START_TEST(several_settings_form_one_change)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set MaxUserPort=60000 TcpTimedWaitDelay=30 --yes --json"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 30));
    document = out_json(&fake);
    ck_assert_uint_eq(json_array_size(json_at(document, "plan.steps")), 2);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_uint_eq(json_array_size(json_at(document, "changes")), 1);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    ck_assert(fake_is_absent(&fake, "TcpTimedWaitDelay"));
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_the_whole_change)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    fake_add_sockets(&fake, 7, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443,
                     4711);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --json --reason CHG0815"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.set/1");
    ck_assert(json_is_true(json_at(document, "changed")));
    ck_assert(json_is_false(json_at(document, "dry_run")));
    ck_assert_int_eq(json_number_at(document, "id"), 1);
    ck_assert_str_eq(json_text_at(document, "plan.steps.0.place.kind"), "registry");
    ck_assert_str_eq(json_text_at(document, "plan.steps.0.place.key"), TCPIP_PARAMETERS);
    ck_assert_str_eq(json_text_at(document, "plan.steps.0.place.name"), "MaxUserPort");
    ck_assert(json_is_null(json_at(document, "plan.steps.0.before")));
    ck_assert_int_eq(json_number_at(document, "plan.steps.0.after"), 65534);
    ck_assert_int_eq(json_number_at(document, "plan.already"), 0);
    ck_assert_int_eq(json_number_at(document, "plan.predicted.tcp.ipv4.count"), 64511);
    ck_assert_str_eq(json_text_at(document, "plan.predicted.tcp.ipv4.confidence"), "inferred");
    ck_assert_str_eq(json_text_at(document, "plan.notes.0.kind"), "warning");
    ck_assert(json_is_true(json_at(document, "needs_restart")));
    ck_assert_str_eq(json_text_at(document, "backup"),
                     "C:\\ProgramData\\maxport\\public\\changes\\1.reg");
    ck_assert_str_eq(json_text_at(document, "undo_file"),
                     "C:\\ProgramData\\maxport\\public\\changes\\1-undo.reg");
    ck_assert_str_eq(json_text_at(document, "undo_command"), "maxport undo 1");
    ck_assert_int_eq(json_number_at(document, "use_before.tcp.in_use"), 7);
    ck_assert_int_eq(json_number_at(document, "use_after.tcp.ipv4.in_use"), 7);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(the_reason_is_recorded_in_the_journal)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --reason ports~ran~out,~CHG0815"), 0);
    ck_assert_int_eq(run_line(&fake, "history --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "changes.0.reason"), "ports ran out, CHG0815");
    json_decref(document);
    expect_in(fake_stored(&fake, "journal.jsonl"), "\"reason\":\"ports ran out, CHG0815\"");
    fake_release(&fake);
}
END_TEST

START_TEST(a_value_already_set_is_not_written)
{
    struct fake fake;
    struct text before;
    json_t *document;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 65534);
    dump_machine(&fake, &before);
    /* This command needs no confirmation, because nothing changes. */
    ck_assert_int_eq(run_line(&fake, "set 65534"), 0);
    expect_screen(&fake, "set/a_value_already_set_is_not_written");
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --exit-3010"), 0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_false(json_at(document, "changed")));
    ck_assert_uint_eq(json_array_size(json_at(document, "plan.steps")), 0);
    ck_assert_int_eq(json_number_at(document, "plan.already"), 1);
    json_decref(document);
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

START_TEST(a_change_omits_values_already_set)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    ck_assert_int_eq(run_line(&fake, "set MaxUserPort=60000 TcpTimedWaitDelay=30 --yes --json"), 0);
    document = out_json(&fake);
    ck_assert_uint_eq(json_array_size(json_at(document, "plan.steps")), 1);
    ck_assert_int_eq(json_number_at(document, "plan.already"), 1);
    json_decref(document);
    ck_assert_uint_eq(fake.registry_writes, 1);
    fake_release(&fake);
}
END_TEST

static const struct {
    const char *line;
    int code;
} restarts[] = {
    {"set 65534 --yes --exit-3010", 3010},  {"set 65534 --yes", 0},
    {"set 65534 --dry-run --exit-3010", 0}, {"set 65534 --yes --exit-3010 --json", 3010},
    {"set 4999 --yes --exit-3010", 2},
};

START_TEST(code_3010_requires_a_change_and_the_option)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, restarts[_i].line), restarts[_i].code);
    fake_release(&fake);
}
END_TEST

/* A deployment that runs again before the restart must not get exit code 0, which would mean that
 * no restart is needed. */
START_TEST(code_3010_remains_until_the_restart)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --exit-3010"), 3010);
    fake_restart(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --exit-3010"), 3010);
    expect_in(fake_out(&fake), "A restart is pending");
    ck_assert_int_eq(run_line(&fake, "set 65534 --dry-run --exit-3010"), 0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_true(json_at(document, "needs_restart")));
    json_decref(document);
    fake_reboot(&fake, 60 * 1000);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes --exit-3010"), 0);
    expect_not_in(fake_out(&fake), "A restart is pending");
    fake_release(&fake);
}
END_TEST

START_TEST(a_value_without_effect_is_named_before_the_change)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_reboot(&fake, 60 * 1000);
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, (enum family)f, 49152, 16384, RANGE_SOURCE_WMI);
    ck_assert_int_eq(run_line(&fake, "set 60000 --dry-run"), 0);
    expect_printed(fake_out(&fake), "MaxUserPort has no effect on this machine: Windows started "
                                    "with MaxUserPort = 65534");
    ck_assert_int_eq(run_line(&fake, "reset --dry-run"), 0);
    expect_not_in(fake_out(&fake), "has no effect");
    fake_release(&fake);
}
END_TEST

/* ---- dry runs ----------------------------------------------------------- */

START_TEST(a_dry_run_prints_the_plan_and_writes_nothing)
{
    struct fake fake;
    struct text before;
    json_t *document;

    fake_init(&fake);
    fake.identity.is_elevated = false; /* a dry run requires no administrator rights */
    fake_put_number(&fake, "MaxUserPort", 30000);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "set 65534 --dry-run"), 0);
    expect_screen(&fake, "set/a_dry_run_prints_the_plan_and_writes_nothing");
    ck_assert_int_eq(run_line(&fake, "set 65534 --dry-run --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_false(json_at(document, "changed")));
    ck_assert(json_is_true(json_at(document, "dry_run")));
    ck_assert_int_eq(json_number_at(document, "plan.steps.0.before"), 30000);
    json_decref(document);
    expect_machine(&fake, &before);
    ck_assert_uint_eq(fake.calls_of[CALL_STORE_PREPARE], 0);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

static void set_and_die(void *context)
{
    run_line(context, "set 65534 --yes");
}

START_TEST(a_dry_run_reports_but_keeps_an_interrupted_change)
{
    struct fake fake;
    struct text before;

    fake_init(&fake);
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(&fake, set_and_die, &fake));
    fake_publish(&fake);
    fake_restart(&fake);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "set 60000 --dry-run"), 0);
    expect_screen(&fake, "set/a_dry_run_reports_but_keeps_an_interrupted_change");
    expect_machine(&fake, &before);
    text_release(&before);

    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    expect_screen(&fake, "set/a_dry_run_reports_but_keeps_an_interrupted_change_2");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    fake_release(&fake);
}
END_TEST

/* ---- the question ------------------------------------------------------- */

static const struct {
    const char *answer; /* NULL: end of input, or Ctrl-C */
    int code;
} answers[] = {
    {"y", 0},  {"Y", 0},  {"yes", 0}, {"YES", 0},  {"n", 5},  {"no", 5},   {"", 5},
    {NULL, 5}, {"yy", 5}, {"j", 5},   {"yes!", 5}, {" y", 5}, {"true", 5},
};

START_TEST(only_y_and_yes_confirm_a_change)
{
    struct fake fake;
    struct text before;

    make_console(&fake, answers[_i].answer);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "set 65534"), answers[_i].code);
    expect_in(fake_out(&fake), "\n"
                               "Apply this change? [y/N] ");
    if (answers[_i].code == 0) {
        ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    } else {
        expect_printed(fake_error(&fake), "Not confirmed. Nothing was changed.");
        expect_machine(&fake, &before);
    }
    text_release(&before);
    fake_release(&fake);
}
END_TEST

START_TEST(the_plan_is_shown_before_the_question)
{
    struct fake fake;
    const char *plan, *question;

    make_console(&fake, "n");
    ck_assert_int_eq(run_line(&fake, "set 65534"), 5);
    plan = strstr(fake_out(&fake), "MaxUserPort  not set -> 65534");
    question = strstr(fake_out(&fake), "[y/N]");
    ck_assert(plan && question && plan < question);
    fake_release(&fake);
}
END_TEST

static void press_stop(struct fake *fake, void *context)
{
    (void)context;
    fake->is_stop_requested = true;
}

START_TEST(ctrl_c_before_the_first_write_exits_5)
{
    struct fake fake;

    fake_init(&fake);
    fake_when(&fake, FAKE_CALL(CALL_STORE_LOCK), 1, press_stop, NULL);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 5);
    expect_screen(&fake, "set/ctrl_c_before_the_first_write_exits_5");
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert(!fake.is_locked);
    fake_release(&fake);
}
END_TEST

static const struct {
    bool can_ask, is_console;
    const char *line;
} unaskable[] = {
    {false, false, "set 65534"},
    {false, true, "set 65534"},
    {true, false, "set 65534"},       /* a user would not see a question in a redirected file */
    {true, true, "set 65534 --json"}, /* a question would make the JSON invalid */
};

START_TEST(set_without_a_console_needs_yes)
{
    struct fake fake;
    struct text before;

    fake_init(&fake);
    fake.can_ask = unaskable[_i].can_ask;
    fake.is_console[SCREEN_OUT] = unaskable[_i].is_console;
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, unaskable[_i].line), 2);
    ck_assert_uint_eq(fake.calls_of[CALL_SCREEN_ASK], 0);
    if (!strstr(unaskable[_i].line, "--json"))
        expect_printed(fake_error(&fake), "--yes");
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

START_TEST(set_does_not_ask_if_the_plan_cannot_be_printed)
{
    struct fake fake;

    make_console(&fake, "y");
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "set 65534"), 1);
    ck_assert_uint_eq(fake.calls_of[CALL_SCREEN_ASK], 0);
    ck_assert_uint_eq(fake.registry_writes, 0);
    fake_release(&fake);
}
END_TEST

START_TEST(changes_without_administrator_rights_print_advice)
{
    static const char *const lines[] = {"set 65534 --yes", "reset --yes", "undo --yes",
                                        "restore 1 --yes"};
    struct text before;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct fake fake;

        fake_init(&fake);
        fake.identity.is_elevated = false;
        dump_machine(&fake, &before);
        ck_assert_int_eq(run_line(&fake, lines[i]), 3);
        expect_printed(fake_error(&fake), "needs an administrator");
        expect_printed(fake_error(&fake), "Ctrl+Shift+Enter");
        expect_printed(fake_error(&fake), "Nothing was changed.");
        expect_machine(&fake, &before);
        text_release(&before);
        fake_release(&fake);
    }
}
END_TEST

/* ---- notes of a plan ---------------------------------------------------- */

static const struct {
    const char *line;
} gains[] = {
    {"set 5000 --dry-run"},  {"set 17406 --dry-run"}, {"set 17407 --dry-run"},
    {"set 17408 --dry-run"}, {"set 65534 --dry-run"},
};

START_TEST(the_plan_prints_gain_or_loss_in_ports)
{
    struct fake fake;

    fake_init(&fake);
    fake.width = 120;
    ck_assert_int_eq(run_line(&fake, gains[_i].line), 0);
    expect_screen_row(&fake, "set/gain", _i);
    fake_release(&fake);
}
END_TEST

START_TEST(the_plan_names_listeners_on_the_added_ports)
{
    struct fake fake;

    fake_init(&fake);
    fake.width = 120;
    fake_add_process(&fake, 1200, "svchost.exe");
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 3389, NULL, 0, 1200);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "::", 3389, NULL, 0, 1200);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 8080, NULL, 0, 4711);
    /* The port is below the new range. */
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 445, NULL, 0, 4);
    /* The port is already in the old range. */
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 49664, NULL, 0, 700);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 5900, "10.0.0.9", 99, 900);
    /* The UDP range does not change. */
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 5353, NULL, 0, 900);
    ck_assert_int_eq(run_line(&fake, "set 65534 --dry-run"), 0);
    expect_screen(&fake, "set/the_plan_names_listeners_on_the_added_ports");
    expect_not_in(fake_out(&fake), "445 (");
    expect_not_in(fake_out(&fake), "49664");
    expect_not_in(fake_out(&fake), "5900");
    expect_not_in(fake_out(&fake), "5353");
    ck_assert_uint_eq(fake.socket_mask, SOCKETS_LISTENERS);
    fake_release(&fake);
}
END_TEST

START_TEST(a_plan_reports_unreadable_tables)
{
    struct fake fake;

    fake_init(&fake);
    fake.width = 120;
    memset(fake.tables, 0, sizeof fake.tables);
    ck_assert_int_eq(run_line(&fake, "set 65534 --dry-run"), 0);
    expect_screen(&fake, "set/a_plan_reports_unreadable_tables");
    fake_release(&fake);
}
END_TEST

static void write_other(struct fake *fake, void *context)
{
    (void)context;
    fake_put_number(fake, "MaxUserPort", 12345);
}

START_TEST(set_never_overwrites_a_value_of_another_program)
{
    static const uint64_t moments[] = {FAKE_CALL(CALL_SCREEN_ASK), FAKE_CALL(CALL_STORE_LOCK)};

    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        struct fake fake;

        make_console(&fake, "y");
        fake_when(&fake, moments[i], 1, write_other, NULL);
        ck_assert_int_eq(run_line(&fake, "set 65534"), 1);
        expect_printed(fake_error(&fake), "Another program changed MaxUserPort");
        ck_assert(fake_holds_number(&fake, "MaxUserPort", 12345));
        fake_release(&fake);
    }
}
END_TEST

START_TEST(every_line_of_a_change_fits_the_screen)
{
    static const unsigned widths[] = {40, 60, 80, 120};
    static const uint8_t bytes[40] = {1};

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct fake fake;

        fake_init(&fake);
        fake.width = widths[i];
        fake_put(&fake, TCPIP_PARAMETERS, "MaxUserPort", TYPE_BINARY, bytes, sizeof bytes);
        fake_add_sockets(&fake, 15, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 3000, NULL, 0, 4711);
        ck_assert_int_eq(run_line(&fake, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"), 0);
        expect_fits(fake_out(&fake), widths[i]);
        expect_ascii(fake_out(&fake));
        expect_printed(fake_out(&fake), "and 5 more");
        fake_release(&fake);
    }
}
END_TEST

Suite *cli_set_suite(void)
{
    Suite *suite = suite_create("cli_set");
    TCase *tcase = tcase_create("cli_set");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, set_prints_how_to_undo_the_change);
    tcase_add_loop_test(tcase, set_accepts_all_spellings_of_a_value, 0,
                        sizeof same_words / sizeof *same_words);
    tcase_add_test(tcase, several_settings_form_one_change);
    tcase_add_test(tcase, json_contains_the_whole_change);
    tcase_add_test(tcase, the_reason_is_recorded_in_the_journal);
    tcase_add_test(tcase, a_value_already_set_is_not_written);
    tcase_add_test(tcase, a_change_omits_values_already_set);
    tcase_add_test(tcase, code_3010_remains_until_the_restart);
    tcase_add_test(tcase, a_value_without_effect_is_named_before_the_change);
    tcase_add_loop_test(tcase, code_3010_requires_a_change_and_the_option, 0,
                        sizeof restarts / sizeof *restarts);
    tcase_add_test(tcase, a_dry_run_prints_the_plan_and_writes_nothing);
    tcase_add_test(tcase, a_dry_run_reports_but_keeps_an_interrupted_change);
    tcase_add_loop_test(tcase, only_y_and_yes_confirm_a_change, 0,
                        sizeof answers / sizeof *answers);
    tcase_add_test(tcase, the_plan_is_shown_before_the_question);
    tcase_add_test(tcase, ctrl_c_before_the_first_write_exits_5);
    tcase_add_loop_test(tcase, set_without_a_console_needs_yes, 0,
                        sizeof unaskable / sizeof *unaskable);
    tcase_add_test(tcase, set_does_not_ask_if_the_plan_cannot_be_printed);
    tcase_add_test(tcase, changes_without_administrator_rights_print_advice);
    tcase_add_loop_test(tcase, the_plan_prints_gain_or_loss_in_ports, 0,
                        sizeof gains / sizeof *gains);
    tcase_add_test(tcase, the_plan_names_listeners_on_the_added_ports);
    tcase_add_test(tcase, a_plan_reports_unreadable_tables);
    tcase_add_test(tcase, set_never_overwrites_a_value_of_another_program);
    tcase_add_test(tcase, every_line_of_a_change_fits_the_screen);
    suite_add_tcase(suite, tcase);
    return suite;
}
