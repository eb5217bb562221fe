#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

/* maxport reports an invalid value before missing rights, so that users correct the value before
 * they ask an administrator. */
START_TEST(invalid_input_is_reported_before_missing_rights)
{
    static const char *const lines[] = {"set 70000 --yes",
                                        "set 6553x",
                                        "set MaxUserPorts=5000",
                                        "set 60000 61000",
                                        "range set --start 80 --count 500",
                                        "undo 3x",
                                        "undo -1 --yes",
                                        "restore-point return 3x"};

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct fake fake;
        struct text before;

        fake_init(&fake);
        fake.identity.is_elevated = false;
        dump_machine(&fake, &before);
        ck_assert_msg(run_line(&fake, lines[i]) == 2, "%s: %s", lines[i], fake_error(&fake));
        ck_assert_ptr_null(strstr(fake_error(&fake), "administrator"));
        expect_machine(&fake, &before);
        text_release(&before);
        fake_release(&fake);
    }
}
END_TEST

static const struct {
    const char *line;
} refusals[] = {
    {"set 4999 --yes"},
    {"set 65535 --yes"},
    {"set -1 --yes"},
    {"set --yes -1"},
    {"set +5000 --yes"},
    {"set 5000abc --yes"},
    {"set 0x --yes"},
    {"set  --yes"},
    {"set ~5000 --yes"},
    {"set 5000~ --yes"},
    {"set 1e4 --yes"},
    {"set \xd9\xa5\xd9\xa0\xd9\xa0\xd9\xa0 --yes"},
    {"set 4294972296 --yes"},
    {"set 0x100001388 --yes"},
    {"set 5000\x1b[31m --yes"},
    {"set MaxUserPort= --yes"},
    {"set MaxUserPort=65535 --yes"},
    {"set TcpTimedWaitDelay=1 --yes"},
    {"set TcpTimedWaitDelay=301 --yes"},
    {"set --yes"},
    {"set"},
    {"set 65534 60000 --yes"},
    {"set 65534 MaxUserPort=65534 --yes"},
    {"set TcpTimedWaitDelay=30 tcptimedwaitdelay=40 --yes"},
    {"set MaxUserPorts=65534 --yes"},
    {"set TcpTimedWait=30 --yes"},
    {"set Hostname=5000 --yes"},
    {"set =5000 --yes"},
    {"set MaxUserPort --yes"},
    {"set 65534 --yess"},
    {"set 65534 --force"},
    {"set 65534 --dryrun"},
    {"set 65534 --ye"},
    {"set 65534 --dry"},
    {"set 65534 --reas=x --yes"},
    {"set 65534 -y"},
    {"set 65534 --YEAH"},
    {"set 65534 --csv"},
    {"set 65534 --yes=1"},
    {"set 65534 --yes --reason"},
    {"set 65534 --yes --reason a --reason b"},
    {"set 65534 --yes --\x1b[31m"},
};

START_TEST(invalid_input_is_refused_and_changes_nothing)
{
    struct fake fake;
    struct text before;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 30000);
    dump_machine(&fake, &before);
    ck_assert_msg(run_line(&fake, refusals[_i].line) == 2, "maxport %s: %s%s", refusals[_i].line,
                  fake_out(&fake), fake_error(&fake));
    expect_screen_row(&fake, "set/refused", _i);
    expect_fits(fake_error(&fake), 80);
    expect_machine(&fake, &before);
    ck_assert_int_eq(fake.store_state, STORE_ABSENT);
    ck_assert_uint_eq(fake.calls_of[CALL_STORE_PREPARE] + fake.calls_of[CALL_STORE_LOCK] +
                          fake.calls_of[CALL_REGISTRY_WRITE],
                      0);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

/* Digits that were probably meant as a decimal number. A decimal argument is never questioned. */
static const struct {
    const char *line;
    int code;
    const char *printed; /* NULL: no question is printed */
} hexadecimal[] = {
    {"set 0x65534 --yes", 2, "0x65534 looks like 65534 typed as hexadecimal; 65534 is 0xfffe."},
    {"set 0x10000 --yes", 2, "Was 10000 typed as hexadecimal? 65536 is 0x10000; 10000 is 0x2710."},
    {"set 65536 --yes", 2, NULL},
    {"set TcpTimedWaitDelay=0x30 --yes", 0, "Was 30 typed as hexadecimal? 48 is 0x30; 30 is 0x1e."},
    {"set TcpTimedWaitDelay=48 --yes", 0, NULL},
    {"set TcpTimedWaitDelay=0x1e --yes", 0, NULL},
};

START_TEST(digits_typed_as_hexadecimal_are_questioned)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, hexadecimal[_i].line), hexadecimal[_i].code);
    if (hexadecimal[_i].printed)
        expect_printed(fake_error(&fake), hexadecimal[_i].printed);
    else
        expect_not_in(fake_error(&fake), "typed as hexadecimal");
    expect_not_in(fake_out(&fake), "typed as hexadecimal");
    fake_release(&fake);
}
END_TEST

START_TEST(json_reports_invalid_input)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "set 4999 --yes --json"), 2);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.set/1");
    ck_assert_str_eq(json_text_at(document, "error.kind"), "usage");
    ck_assert_int_eq(json_number_at(document, "error.exit"), 2);
    expect_in(json_text_at(document, "error.text"), "\"4999\"");
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "set 65534 --jsn --json"), 2);
    document = out_json(&fake);
    expect_in(json_text_at(document, "error.text"), "Did you mean --json?");
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(a_short_timed_wait_delay_needs_2012_r2)
{
    static const struct {
        uint32_t major, minor, build;
        int code;
    } rows[] = {{5, 2, 3790, 2}, {6, 0, 6002, 2}, {6, 1, 7601, 2},
                {6, 2, 9200, 2}, {6, 3, 9600, 0}, {10, 0, 20348, 0}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake fake;

        fake_init(&fake);
        fake_set_windows(&fake, rows[i].major, rows[i].minor, rows[i].build, OS_SERVER);
        ck_assert_int_eq(run_line(&fake, "set TcpTimedWaitDelay=2 --yes"), rows[i].code);
        if (rows[i].code == 0)
            ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 2));
        else
            expect_printed(fake_error(&fake), "30 to 300");
        fake_release(&fake);
    }
}
END_TEST

Suite *cli_set_input_suite(void)
{
    Suite *suite = suite_create("cli_set_input");
    TCase *tcase = tcase_create("cli_set");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, invalid_input_is_reported_before_missing_rights);
    tcase_add_loop_test(tcase, invalid_input_is_refused_and_changes_nothing, 0,
                        sizeof refusals / sizeof *refusals);
    tcase_add_loop_test(tcase, digits_typed_as_hexadecimal_are_questioned, 0,
                        sizeof hexadecimal / sizeof *hexadecimal);
    tcase_add_test(tcase, json_reports_invalid_input);
    tcase_add_test(tcase, a_short_timed_wait_delay_needs_2012_r2);
    suite_add_tcase(suite, tcase);
    return suite;
}
