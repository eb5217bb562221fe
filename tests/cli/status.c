#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "cli/status_scene.h"
#include "suites.h"

static void make_restarted(struct fake *fake)
{
    make_pending(fake);
    fake_reboot(fake, 60 * 1000);
}

static void make_xp(struct fake *fake)
{
    fake_init(fake);
    fake_set_windows(fake, 5, 1, 2600, OS_WORKSTATION);
    fake->can_show_bound = false;
    fake->now_ms -= 24 * 3600 * 1000;
    fake_put_number(fake, "MaxUserPort", 5000);
    fake->now_ms += 24 * 3600 * 1000;
    fake_add_sockets(fake, 3500, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.7", 1100, "10.0.0.9", 443,
                     4711);
}

static void make_2003(struct fake *fake)
{
    make_xp(fake);
    fake_set_windows(fake, 5, 2, 3790, OS_SERVER);
}

static void make_windows_7(struct fake *fake)
{
    fake_init(fake);
    fake_set_windows(fake, 6, 1, 7601, OS_WORKSTATION);
    fake->can_show_bound = false;
    fake->now_ms -= 24 * 3600 * 1000;
    fake_put_number(fake, "MaxUserPort", 65534);
    fake->now_ms += 24 * 3600 * 1000;
    fake_add_sockets(fake, 10, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.7", 50000, "10.0.0.9", 443,
                     4711);
}

static void make_both_families(struct fake *fake)
{
    fake_init(fake);
    strcpy(fake->identity.computer, "A-COMPUTER-WITH");
    fake_add_sockets(fake, 9000, PROTOCOL_TCP, STATE_CLOSE_WAIT, "10.0.0.7", 49152, "10.0.0.9", 443,
                     4711);
    fake_add_sockets(fake, 1500, PROTOCOL_TCP, STATE_BOUND, "10.0.0.7", 59000, NULL, 0, 4711);
    fake_add_sockets(fake, 2000, PROTOCOL_TCP, STATE_ESTABLISHED, "fe80::7", 60000, "fe80::9", 443,
                     4711);
    fake_add_sockets(fake, 1200, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 62000, NULL, 0, 4711);
}

/* Simulates another program that wrote to the registry key after Windows started. */
static void make_doubtful(struct fake *fake)
{
    fake_init(fake);
    fake_put_number(fake, "MaxUserPort", 60000);
}

/* Another program wrote to the key after Windows started and before the first change by maxport. So
 * the value at the start of Windows is unknown. */
static void make_doubtful_change(struct fake *fake)
{
    make_doubtful(fake);
    ck_assert_int_eq(run_line(fake, "set 65534 --yes"), 0);
}

/* After a change, the registry key of the changed value becomes unreadable. */
static void make_unreadable_change(struct fake *fake)
{
    make_pending(fake);
    fake_key(fake, TCPIP_PARAMETERS)->is_unreadable = true;
}

/* Sets a value that shrinks the range, a number typed in the wrong base, and a value under the
 * wrong key. */
static void make_noted(struct fake *fake)
{
    static const uint8_t number[] = {0xfe, 0xff, 0, 0};

    fake_init(fake);
    fake->now_ms -= 24 * 3600 * 1000;
    fake_put_number(fake, "MaxUserPort", 7000);
    fake_put_number(fake, "TcpTimedWaitDelay", 0x30);
    fake->now_ms += 24 * 3600 * 1000;
    fake_put(fake, TCPIP_PARAMETERS "\\Interfaces\\{6f2c1a90-0000-0000-0000-0123456789ab}",
             "MaxUserPort", TYPE_DWORD, number, sizeof number);
}

/* Simulates a user who typed 65534 as hexadecimal. */
static void make_slip(struct fake *fake)
{
    fake_init(fake);
    fake->now_ms -= 24 * 3600 * 1000;
    fake_put_number(fake, "MaxUserPort", 0x65534);
    fake->now_ms += 24 * 3600 * 1000;
}

static const struct screen_row {
    const char *name; /* name of the golden file */
    void (*make)(struct fake *);
    unsigned width;
} screens[] = {
    {"the_example", make_example, 80},
    {"a_fresh_machine", make_fresh, 80},
    {"a_change_pending_restart", make_pending, 80},
    {"a_change_after_the_restart", make_restarted, 80},
    {"a_value_of_another_type", make_foreign, 80},
    {"an_interrupted_change", make_interrupted, 80},
    {"an_untrusted_store", make_untrusted, 80},
    {"XP_with_5000", make_xp, 80},
    {"Server_2003_with_5000", make_2003, 80},
    {"Windows_7_with_MaxUserPort", make_windows_7, 80},
    {"both_families", make_both_families, 80},
    {"unreadable_tables", make_blind, 80},
    {"incomplete_tables", make_partial, 80},
    {"an_unreadable_key", make_unreadable, 80},
    {"ranges_reported_by_Windows", make_answered, 80},
    {"a_key_written_since_the_start", make_doubtful, 80},
    {"notes_on_settings", make_noted, 80},
    {"notes_at_40_columns", make_noted, 40},
    {"a_number_typed_as_hexadecimal", make_slip, 80},
    {"the_example_at_40_columns", make_example, 40},
    {"XP_at_40_columns", make_xp, 40},
    {"the_example_at_120_columns", make_example, 120},
};

enum { SCREEN_COUNT = sizeof screens / sizeof *screens };

static const struct {
    void (*make)(struct fake *);
    bool is_pending;
} pending[] = {
    {make_fresh, false},    {make_pending, true},          {make_restarted, false},
    {make_doubtful, false}, {make_doubtful_change, false}, {make_unreadable_change, false},
};

START_TEST(all_screens_agree_whether_a_restart_is_pending)
{
    static const char *const lines[] = {"status", "range show", "why", "report page.html"};
    struct fake fake;
    json_t *document;

    pending[_i].make(&fake);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *screen;

        ck_assert_int_eq(run_line(&fake, lines[i]), 0);
        screen = i < 3 ? fake_out(&fake) : fake_folder_find(&fake.files, "page.html")->data;
        ck_assert_msg((strstr(screen, "A restart is pending: MaxUserPort has changed since") !=
                       NULL) == pending[_i].is_pending,
                      "%s: %s", lines[i], screen);
    }
    ck_assert_int_eq(run_line(&fake, "range show --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_true(json_at(document, "ranges.tcp.ipv4.is_restart_pending")) ==
              pending[_i].is_pending);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_true(json_at(document, "is_restart_pending")) == pending[_i].is_pending);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(status_matches_its_golden_screen)
{
    struct fake fake;
    char name[64];

    screens[_i].make(&fake);
    fake.width = screens[_i].width;
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    snprintf(name, sizeof name, "status/%s", screens[_i].name);
    expect_screen(&fake, name);
    fake_release(&fake);
}
END_TEST

/* A step that would provide no port is not suggested. */
START_TEST(the_next_steps_follow_from_the_verdict)
{
    struct fake fake;

    make_fresh(&fake);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_in(fake_out(&fake), "Next: maxport why                  diagnose, if programs fail");
    expect_not_in(fake_out(&fake), "maxport set");
    expect_not_in(fake_out(&fake), "maxport range set");
    fake_release(&fake);

    make_fresh(&fake);
    fake_add_sockets(&fake, 16000, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 49152, NULL, 0, 4711);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_in(fake_out(&fake), "maxport range set --start 32768 --count 32768 --udp --dry-run\n");
    expect_not_in(fake_out(&fake), "maxport set");
    fake_release(&fake);

    make_fresh(&fake);
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, (enum family)f, 1025, 64510, RANGE_SOURCE_WMI);
    fake_add_sockets(&fake, 64000, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 1025, "10.0.0.9",
                     443, 4711);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_in(fake_out(&fake), "Next: maxport why                  find the cause");
    expect_not_in(fake_out(&fake), "maxport set");
    expect_not_in(fake_out(&fake), "maxport range set");
    fake_release(&fake);
}
END_TEST

START_TEST(status_prints_the_screen_in_the_readme)
{
    struct fake fake;
    char *readme = golden_read("README.md");

    ck_assert_ptr_nonnull(readme);
    make_example(&fake);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    ck_assert_msg(strstr(readme, fake_out(&fake)), "README.md does not show this screen:\n%s",
                  fake_out(&fake));
    free(readme);
    fake_release(&fake);
}
END_TEST

/* ---- every screen ------------------------------------------------------ */

static const unsigned widths[] = {0, 40, 57, 80, 100, 120, 500};

START_TEST(every_line_fits_the_screen)
{
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct fake fake;
        unsigned width = widths[i] < 40 ? 40 : widths[i];

        screens[_i].make(&fake);
        fake.width = widths[i];
        ck_assert_int_eq(run_line(&fake, "status"), 0);
        expect_fits(fake_out(&fake), width);
        expect_ascii(fake_out(&fake));
        fake_release(&fake);
    }
}
END_TEST

START_TEST(status_writes_nothing)
{
    struct fake fake;
    struct text before;

    screens[_i].make(&fake);
    fake_restart(&fake);
    dump_machine(&fake, &before);
    ck_assert_int_eq(run_line(&fake, "status --json"), 0);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_machine(&fake, &before);
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert_uint_eq(fake.calls_of[CALL_STORE_PREPARE] + fake.calls_of[CALL_STORE_LOCK], 0);
    text_release(&before);
    fake_release(&fake);
}
END_TEST

START_TEST(status_never_fetches_owners)
{
    struct fake fake;

    make_example(&fake);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 1);
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert_uint_eq(fake.calls_of[CALL_PROCESSES_LIST], 0);
    fake_release(&fake);
}
END_TEST

START_TEST(maxport_without_a_command_prints_status)
{
    struct fake fake;
    struct text status;

    make_example(&fake);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    text_init(&status);
    text_puts(&status, fake_out(&fake));
    ck_assert_int_eq(run_line(&fake, ""), 0);
    expect_out(&fake, text_string(&status));
    text_release(&status);
    ck_assert_int_eq(run_line(&fake, "--json"), 0);
    json_decref(out_json(&fake));
    fake_release(&fake);
}
END_TEST

/* ---- the console -------------------------------------------------------- */

START_TEST(a_console_shows_blocks_and_colour)
{
    struct fake fake;

    make_example(&fake);
    fake.is_console[SCREEN_OUT] = true;
    fake.wants_color = true;
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_screen(&fake, "status/a_console_shows_blocks_and_colour");
    fake_release(&fake);
}
END_TEST

START_TEST(an_east_asian_console_shows_the_bar_in_ascii)
{
    struct fake fake;

    make_example(&fake);
    fake.is_console[SCREEN_OUT] = fake.is_east_asian = true;
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_in(fake_out(&fake), "TCP  [#");
    for (const char *c = fake_out(&fake); *c; c++)
        ck_assert_msg((unsigned char)*c < 0x80, "%s", fake_out(&fake));
    fake_release(&fake);
}
END_TEST

START_TEST(bar_and_verdict_change_style_at_80_and_90_percent)
{
    static const struct {
        unsigned ports;
        const char *bar, *verdict;
    } rows[] = {{13025, "[<good>#", "<strong>  Enough ports"},
                {13026, "[<warning>#", "<warning>  TCP is filling up"},
                {14663, "[<warning>#", "<warning>  TCP is filling up"},
                {14664, "[<bad>#", "<bad>  TCP is nearly full"},
                {16384, "[<bad>#", "<bad>  TCP is full"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake fake;

        fake_init(&fake);
        fake.wants_color = true; /* the bar is ASCII, because the output is not a console */
        fake_add_sockets(&fake, rows[i].ports, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.7", 49152,
                         "10.0.0.9", 443, 4711);
        ck_assert_int_eq(run_line(&fake, "status"), 0);
        expect_in(fake_out(&fake), rows[i].bar);
        expect_in(fake_out(&fake), rows[i].verdict);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(a_console_without_colour_shows_the_same_text)
{
    struct fake fake;

    make_interrupted(&fake);
    fake.is_console[SCREEN_OUT] = true;
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_not_in(fake_out(&fake), "<");
    expect_in(fake_out(&fake), "\u2591");
    expect_in(fake_out(&fake), "  ! Change 1 (set) was interrupted");
    fake_release(&fake);
}
END_TEST

/* ---- failures ----------------------------------------------------------- */

START_TEST(status_survives_every_failing_call)
{
    unsigned struck = 0;

    for (unsigned nth = 1;; nth++) {
        struct fake fake;
        bool has_struck;
        int code;

        make_pending(&fake);
        fake_restart(&fake);
        fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_BEFORE);
        code = run_line(&fake, _i ? "status --json" : "status");
        has_struck = fake.has_struck;
        if (has_struck) {
            struck++;
            if (fake.struck == CALL_OS_VERSION_READ || fake.struck == CALL_SCREEN_WRITE) {
                ck_assert_int_eq(code, 1);
            } else {
                ck_assert_msg(code == 0, "%s: %d", fake_call_name(fake.struck), code);
                if (_i)
                    json_decref(out_json(&fake));
                else
                    expect_in(fake_out(&fake), "Next: maxport");
            }
        }
        fake_release(&fake);
        if (!has_struck)
            break;
    }
    ck_assert_uint_ge(struck, 8);
}
END_TEST

START_TEST(an_unknown_windows_version_is_a_failure)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_OS_VERSION_READ), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "status"), 1);
    expect_screen(&fake, "status/an_unknown_windows_version_is_a_failure");
    ck_assert_int_eq(run_line(&fake, "status --json"), 1);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.status/1");
    ck_assert_str_eq(json_text_at(document, "error.kind"), "failed");
    ck_assert_int_eq(json_number_at(document, "error.exit"), 1);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

Suite *cli_status_suite(void)
{
    Suite *suite = suite_create("cli_status");
    TCase *tcase = tcase_create("cli_status");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, all_screens_agree_whether_a_restart_is_pending, 0,
                        sizeof pending / sizeof *pending);
    tcase_add_loop_test(tcase, status_matches_its_golden_screen, 0, SCREEN_COUNT);
    tcase_add_test(tcase, the_next_steps_follow_from_the_verdict);
    tcase_add_test(tcase, status_prints_the_screen_in_the_readme);
    tcase_add_loop_test(tcase, every_line_fits_the_screen, 0, SCREEN_COUNT);
    tcase_add_loop_test(tcase, status_writes_nothing, 0, SCREEN_COUNT);
    tcase_add_test(tcase, status_never_fetches_owners);
    tcase_add_test(tcase, maxport_without_a_command_prints_status);
    tcase_add_test(tcase, a_console_shows_blocks_and_colour);
    tcase_add_test(tcase, an_east_asian_console_shows_the_bar_in_ascii);
    tcase_add_test(tcase, bar_and_verdict_change_style_at_80_and_90_percent);
    tcase_add_test(tcase, a_console_without_colour_shows_the_same_text);
    tcase_add_loop_test(tcase, status_survives_every_failing_call, 0, 2);
    tcase_add_test(tcase, an_unknown_windows_version_is_a_failure);
    suite_add_tcase(suite, tcase);
    return suite;
}
