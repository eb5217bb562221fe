#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static void set_and_restart(struct fake *fake)
{
    fake_init(fake);
    ck_assert_int_eq(run_line(fake, "set 65534 --yes"), 0);
    fake_reboot(fake, 60 * 1000);
}

static void answer_tcp(struct fake *fake, uint32_t start, uint32_t count)
{
    fake_answer_range(fake, PROTOCOL_TCP, FAMILY_IPV4, start, count, RANGE_SOURCE_WMI);
    fake_answer_range(fake, PROTOCOL_TCP, FAMILY_IPV6, start, count, RANGE_SOURCE_WMI);
    fake_answer_range(fake, PROTOCOL_UDP, FAMILY_IPV4, 49152, 16384, RANGE_SOURCE_WMI);
    fake_answer_range(fake, PROTOCOL_UDP, FAMILY_IPV6, 49152, 16384, RANGE_SOURCE_WMI);
}

static void make_nothing(struct fake *fake)
{
    fake_init(fake);
}

static void make_backup_only(struct fake *fake)
{
    fake_init(fake);
    ck_assert_int_eq(run_line(fake, "backup"), 0);
}

static void make_pending(struct fake *fake)
{
    fake_init(fake);
    ck_assert_int_eq(run_line(fake, "set 65534 --yes"), 0);
}

static void make_pending_after_a_clock_change(struct fake *fake)
{
    make_pending(fake);
    fake->now_ms += 90 * 24 * 3600 * INT64_C(1000);
    /* Only the clock changes; Windows is not restarted. */
    fake->boot.start_ms += 90 * 24 * 3600 * INT64_C(1000);
}

static void make_resumed(struct fake *fake)
{
    make_pending(fake);
    fake->boot.was_resumed = true;
}

static void make_undone(struct fake *fake)
{
    make_pending(fake);
    ck_assert_int_eq(run_line(fake, "undo --yes"), 0);
}

static void make_honoured(struct fake *fake)
{
    set_and_restart(fake);
    answer_tcp(fake, 1024, 64511);
}

static void make_no_effect(struct fake *fake)
{
    set_and_restart(fake);
    answer_tcp(fake, 49152, 16384);
}

/* After the restart, the prediction takes into account that MaxUserPort has no effect. So the
 * running range equals the prediction, but this does not mean that the value was applied. */
static void make_no_effect_again(struct fake *fake)
{
    make_no_effect(fake);
    ck_assert_int_eq(run_line(fake, "set 60000 --yes"), 0);
    fake_reboot(fake, 60 * 1000);
    answer_tcp(fake, 49152, 16384);
}

static void make_not_honoured(struct fake *fake)
{
    set_and_restart(fake);
    answer_tcp(fake, 20000, 30000);
}

/* MaxUserPort moves no UDP range, so the exit code does not depend on these ranges. */
static void make_other_udp(struct fake *fake)
{
    make_honoured(fake);
    fake_answer_range(fake, PROTOCOL_UDP, FAMILY_IPV4, 10000, 55536, RANGE_SOURCE_WMI);
}

/* The IPv4 range is the predicted range; the IPv6 range is not. */
static void make_half_honoured(struct fake *fake)
{
    make_honoured(fake);
    fake_answer_range(fake, PROTOCOL_TCP, FAMILY_IPV6, 49152, 16384, RANGE_SOURCE_WMI);
}

static void make_rule_only(struct fake *fake)
{
    set_and_restart(fake);
}

static void make_unpredicted(struct fake *fake)
{
    fake_init(fake);
    fake_set_windows(fake, 6, 1, 7601, OS_SERVER);
    ck_assert_int_eq(run_line(fake, "set 65534 --yes"), 0);
    fake_reboot(fake, 60 * 1000);
    answer_tcp(fake, 1024, 64511);
}

static void make_session_unknown(struct fake *fake)
{
    make_honoured(fake);
    fake->is_boot_known = false;
}

static void make_overwritten(struct fake *fake)
{
    make_honoured(fake);
    fake_put_number(fake, "MaxUserPort", 12345);
}

static void make_deleted(struct fake *fake)
{
    make_honoured(fake);
    fake_remove(fake, TCPIP_PARAMETERS, "MaxUserPort");
}

/* maxport itself, not another program, wrote one of the two values again. */
static void make_partly_changed_again(struct fake *fake)
{
    fake_init(fake);
    ck_assert_int_eq(run_line(fake, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes"), 0);
    ck_assert_int_eq(run_line(fake, "set TcpTimedWaitDelay=60 --yes"), 0);
    fake_reboot(fake, 60 * 1000);
    answer_tcp(fake, 1024, 64511);
}

static void make_other_setting(struct fake *fake)
{
    fake_init(fake);
    ck_assert_int_eq(run_line(fake, "set TcpTimedWaitDelay=30 --yes"), 0);
}

static const struct {
    const char *name;
    void (*make)(struct fake *);
    const char *answer;
    int code;
    long long id; /* ID of the verified change; 0 if there is none */
} answers[] = {
    {"no change", make_nothing, "nothing", 0, 0},
    {"a backup only", make_backup_only, "nothing", 0, 0},
    {"before the restart", make_pending, "pending", 0, 1},
    {"before the restart, with the clock set", make_pending_after_a_clock_change, "pending", 0, 1},
    {"shut down with Fast Startup", make_resumed, "resumed", 0, 1},
    {"undone before the restart", make_undone, "in_force", 0, 2},
    {"honoured", make_honoured, "honoured", 0, 1},
    {"not honoured", make_not_honoured, "not_honoured", 1, 1},
    {"honoured for IPv4 only", make_half_honoured, "no_effect", 1, 1},
    {"no effect", make_no_effect, "no_effect", 1, 1},
    {"no effect of a second change", make_no_effect_again, "no_effect", 1, 2},
    {"another UDP range", make_other_udp, "honoured", 0, 1},
    {"only the rule is available", make_rule_only, "unknown", 0, 1},
    {"without a prediction", make_unpredicted, "unknown", 0, 1},
    {"the session is unknown", make_session_unknown, "unknown", 0, 1},
    {"overwritten", make_overwritten, "overwritten", 1, 1},
    {"deleted", make_deleted, "overwritten", 1, 1},
    {"another place changed again", make_partly_changed_again, "honoured", 0, 1},
    {"only another setting", make_other_setting, "pending", 0, 1},
};

START_TEST(verify_prints_the_correct_answer)
{
    struct fake fake;
    struct text before;
    json_t *document;

    answers[_i].make(&fake);
    dump_machine(&fake, &before);
    ck_assert_msg(run_line(&fake, "verify") == answers[_i].code, "%s:\n%s", answers[_i].name,
                  fake_out(&fake));
    expect_screen_row(&fake, "verify/answer", _i);
    ck_assert_int_eq(run_line(&fake, "verify --json"), answers[_i].code);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.verify/1");
    ck_assert_str_eq(json_text_at(document, "answer"), answers[_i].answer);
    if (answers[_i].id)
        ck_assert_int_eq(json_number_at(document, "change.id"), answers[_i].id);
    else
        ck_assert(json_is_null(json_at(document, "change")));
    json_decref(document);
    expect_machine(&fake, &before);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

/* status, why and verify name the mistake and the command that corrects it. */
START_TEST(a_number_stored_as_text_is_named_everywhere)
{
    static const uint8_t digits[] = "6\0005\0005\0003\0004\0\0"; /* UTF-16 with its NUL */
    static const char *const lines[] = {"verify", "status", "why", "range show"};
    struct fake fake;

    set_and_restart(&fake);
    fake_put(&fake, TCPIP_PARAMETERS, "MaxUserPort", TYPE_SZ, digits, sizeof digits);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ck_assert_int_eq(run_line(&fake, lines[i]), i == 0);
        expect_printed(fake_out(&fake), "REG_SZ \"65534\"");
        expect_printed(fake_out(&fake), "The type must be REG_DWORD. It is unknown whether Windows "
                                        "reads MaxUserPort as text");
        expect_in(fake_out(&fake), "maxport set MaxUserPort=65534");
        if (i == 0)
            expect_screen(&fake, "verify/a_number_stored_as_text_is_named_everywhere");
    }
    fake_release(&fake);
}
END_TEST

/* The change that deletes the value records that the value had no effect. After the restart, only
 * the journal shows this. */
START_TEST(the_journal_keeps_that_max_user_port_had_no_effect)
{
    static const char words[] = "MaxUserPort = 65534 had no effect on this machine (recorded with "
                                "change 2, 2026-11-22 10:01:00).";
    struct fake fake;
    json_t *document;

    make_no_effect(&fake);
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    fake_reboot(&fake, 60 * 1000);
    answer_tcp(&fake, 49152, 16384);
    ck_assert_int_eq(run_line(&fake, "set 60000 --dry-run"), 0);
    expect_printed(fake_out(&fake), words);
    document = (run_line(&fake, "set 60000 --dry-run --json"), out_json(&fake));
    ck_assert_int_eq(json_number_at(document, "plan.predicted.tcp.ipv4.count"), 16384);
    ck_assert_str_eq(json_text_at(document, "plan.predicted.tcp.ipv4.confidence"), "inferred");
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_not_in(fake_out(&fake), "no effect");
    ck_assert_int_eq(run_line(&fake, "history 2"), 0);
    expect_printed(fake_out(&fake), "MaxUserPort 65534 had no effect when the change was made");
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), "MaxUserPort = 60000 will probably have no effect on this "
                                    "machine: MaxUserPort = 65534 had none");
    /* After a value has had an effect, maxport ignores what the journal recorded before. */
    fake_reboot(&fake, 60 * 1000);
    answer_tcp(&fake, 1024, 60000 - 1024 + 1);
    ck_assert_int_eq(run_line(&fake, "set 65534 --dry-run"), 0);
    expect_not_in(fake_out(&fake), "no effect");
    fake_release(&fake);
}
END_TEST

START_TEST(verify_compares_use_before_and_after)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    fake_add_sockets(&fake, 12000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9",
                     443, 0);
    ck_assert_int_eq(run_line(&fake, "set 65534 --yes"), 0);
    fake_reboot(&fake, 60 * 1000);
    answer_tcp(&fake, 1024, 64511);
    fake_add_sockets(&fake, 8000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 20000, "10.0.0.9", 443,
                     0);
    ck_assert_int_eq(run_line(&fake, "verify"), 0);
    expect_screen(&fake, "verify/verify_compares_use_before_and_after");
    ck_assert_int_eq(run_line(&fake, "verify --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "ranges.tcp.ipv4.predicted.start"), 1024);
    ck_assert_int_eq(json_number_at(document, "ranges.tcp.ipv4.running.count"), 64511);
    ck_assert_str_eq(json_text_at(document, "ranges.tcp.ipv4.source"), "wmi");
    ck_assert_int_eq(json_number_at(document, "change.use_before.tcp.ipv4.in_use"), 12000);
    ck_assert_int_eq(json_number_at(document, "usage.tcp.in_use"), 20000);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(verify_checks_for_a_resume_only_while_pending)
{
    struct fake fake;

    make_honoured(&fake);
    ck_assert_int_eq(run_line(&fake, "verify"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_CLOCK_RESUME], 0);
    fake_release(&fake);
    make_pending(&fake);
    ck_assert_int_eq(run_line(&fake, "verify"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_CLOCK_RESUME], 1);
    fake_release(&fake);
}
END_TEST

START_TEST(failures_are_not_shown_by_colour_alone)
{
    struct fake fake;

    make_not_honoured(&fake);
    fake.wants_color = true;
    ck_assert_int_eq(run_line(&fake, "verify"), 1);
    expect_screen(&fake, "verify/failures_are_not_shown_by_colour_alone");
    fake_release(&fake);
}
END_TEST

START_TEST(verify_fails_for_an_untrusted_store)
{
    struct fake fake;

    make_honoured(&fake);
    fake.store_state = STORE_UNTRUSTED;
    ck_assert_int_eq(run_line(&fake, "verify"), 1);
    expect_screen(&fake, "verify/verify_fails_for_an_untrusted_store");
    fake_release(&fake);
}
END_TEST

START_TEST(every_line_of_verify_fits_the_screen)
{
    static const unsigned widths[] = {40, 60, 80, 120};

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct fake fake;

        answers[_i].make(&fake);
        fake.width = widths[i];
        run_line(&fake, "verify");
        expect_fits(fake_out(&fake), widths[i]);
        expect_ascii(fake_out(&fake));
        fake_release(&fake);
    }
}
END_TEST

Suite *cli_verify_suite(void)
{
    Suite *suite = suite_create("cli_verify");
    TCase *tcase = tcase_create("cli_verify");

    tcase_add_loop_test(tcase, verify_prints_the_correct_answer, 0,
                        sizeof answers / sizeof *answers);
    tcase_add_test(tcase, a_number_stored_as_text_is_named_everywhere);
    tcase_add_test(tcase, the_journal_keeps_that_max_user_port_had_no_effect);
    tcase_add_test(tcase, verify_compares_use_before_and_after);
    tcase_add_test(tcase, verify_checks_for_a_resume_only_while_pending);
    tcase_add_test(tcase, failures_are_not_shown_by_colour_alone);
    tcase_add_test(tcase, verify_fails_for_an_untrusted_store);
    tcase_add_loop_test(tcase, every_line_of_verify_fits_the_screen, 0,
                        sizeof answers / sizeof *answers);
    suite_add_tcase(suite, tcase);
    return suite;
}
