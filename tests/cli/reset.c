#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

START_TEST(reset_deletes_only_max_user_port)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    ck_assert_int_eq(run_line(&fake, "reset --yes --json --reason back~to~default"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 30));
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.reset/1");
    ck_assert(json_is_true(json_at(document, "changed")));
    ck_assert_int_eq(json_number_at(document, "plan.steps.0.before"), 60000);
    ck_assert(json_is_null(json_at(document, "plan.steps.0.after")));
    ck_assert_int_eq(json_number_at(document, "plan.predicted.tcp.ipv4.start"), 49152);
    ck_assert_str_eq(json_text_at(document, "undo_command"), "maxport undo 1");
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    fake_release(&fake);
}
END_TEST

START_TEST(reset_accepts_names_in_any_case)
{
    struct fake fake;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    ck_assert_int_eq(run_line(&fake, "reset tcptimedwaitdelay MAXUSERPORT --yes"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    ck_assert(fake_is_absent(&fake, "TcpTimedWaitDelay"));
    fake_release(&fake);
}
END_TEST

START_TEST(reset_of_an_absent_value_writes_nothing)
{
    struct fake fake;
    struct text before;
    json_t *document;

    fake_init(&fake);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "reset"), 0);
    expect_screen(&fake, "reset/reset_of_an_absent_value_writes_nothing");
    ck_assert_int_eq(run_line(&fake, "reset --yes --exit-3010 --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_false(json_at(document, "changed")));
    json_decref(document);
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

START_TEST(reset_asks_for_confirmation)
{
    struct fake fake;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 60000);
    ck_assert_int_eq(run_line(&fake, "reset"), 2);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    ck_assert_int_eq(run_line(&fake, "reset --dry-run"), 0);
    expect_in(fake_out(&fake), "    MaxUserPort  60000 (0xea60) -> not set\n");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    fake.can_ask = fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    ck_assert_int_eq(run_line(&fake, "reset"), 5);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    fake_release(&fake);
}
END_TEST

START_TEST(reset_exits_3010_only_if_a_restart_is_needed)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes --exit-3010"), 3010);
    /* Windows was started without MaxUserPort, and reset deletes it, so no restart is pending. */
    ck_assert_int_eq(run_line(&fake, "reset --yes --exit-3010"), 0);
    expect_screen(&fake, "reset/reset_exits_3010_only_if_a_restart_is_needed");
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    fake_reboot(&fake, 60 * 1000);
    ck_assert_int_eq(run_line(&fake, "reset --yes --exit-3010"), 3010);
    fake_release(&fake);
}
END_TEST

START_TEST(reset_warns_of_a_loss_of_ports)
{
    struct fake fake;

    fake_init(&fake);
    fake.width = 120;
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_reboot(&fake, 60 * 1000);
    ck_assert_int_eq(run_line(&fake, "reset --dry-run"), 0);
    expect_screen(&fake, "reset/reset_warns_of_a_loss_of_ports");
    fake_release(&fake);
}
END_TEST

static const struct {
    const char *line;
} refusals[] = {
    {"reset MaxUserPrt --yes"},
    {"reset Hostname --yes"},
    {"reset MaxUserPort maxuserport --yes"},
    {"reset MaxUserPort TcpTimedWaitDelay x --yes"},
    {"reset MaxUserPort=5000 --yes"},
    {"reset  --yes"},
    {"reset \x1b[2J --yes"},
};

START_TEST(reset_refuses_an_unknown_setting)
{
    struct fake fake;
    struct text before;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 60000);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, refusals[_i].line), 2);
    expect_screen_row(&fake, "reset/refused", _i);
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

Suite *cli_reset_suite(void)
{
    Suite *suite = suite_create("cli_reset");
    TCase *tcase = tcase_create("cli_reset");

    tcase_add_test(tcase, reset_deletes_only_max_user_port);
    tcase_add_test(tcase, reset_accepts_names_in_any_case);
    tcase_add_test(tcase, reset_of_an_absent_value_writes_nothing);
    tcase_add_test(tcase, reset_asks_for_confirmation);
    tcase_add_test(tcase, reset_exits_3010_only_if_a_restart_is_needed);
    tcase_add_test(tcase, reset_warns_of_a_loss_of_ports);
    tcase_add_loop_test(tcase, reset_refuses_an_unknown_setting, 0,
                        sizeof refusals / sizeof *refusals);
    suite_add_tcase(suite, tcase);
    return suite;
}
