#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

START_TEST(capacity_of_this_machine_is_printed)
{
    struct fake fake;

    fake_init(&fake);
    fake.memory.is_pool_known = true;
    fake.memory.nonpaged_pool_bytes = 152 * 1024 * 1024;
    ck_assert_int_eq(run_line(&fake, "capacity"), 0);
    expect_screen(&fake, "capacity/capacity_of_this_machine_is_printed");
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 2);
    fake_release(&fake);
}
END_TEST

static struct socket_source quiet;

/* From the second sample on, further connections are in TIME_WAIT. */
static bool fetch_busy(void *context, unsigned mask, struct sockets *sockets, struct fault *fault)
{
    struct fake *fake = context;

    if (fake->calls_of[CALL_SOCKETS_FETCH] == 1) {
        fake_add_sockets(fake, 321, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 55000, "10.0.0.9",
                         443, 0);
        fake_add_sockets(fake, 6, PROTOCOL_TCP, STATE_TIME_WAIT, "fe80::1", 55000, "fe80::9", 80,
                         0);
    }
    return quiet.fetch(context, mask, sockets, fault);
}

static void busy(struct fake *fake)
{
    fake_init(fake);
    fake_add_sockets(fake, 500, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.8", 443,
                     0);
    quiet = fake->machine.sockets;
    fake->machine.sockets.fetch = fetch_busy;
}

START_TEST(the_present_rate_is_compared_with_the_possible_rate)
{
    struct fake fake;
    json_t *document;

    busy(&fake);
    fake.is_console[SCREEN_ERROR] = true;
    ck_assert_int_eq(run_line(&fake, "capacity"), 0);
    expect_in(fake_error(&fake), "Measuring closed connections for 3 seconds...");
    expect_printed(fake_out(&fake), "present this machine closes 107.0 of 136.5 possible "
                                    "connections per second to 10.0.0.9:443, the busiest "
                                    "destination, and 109.0 to all destinations (measured for 3 "
                                    "seconds).");
    fake_release(&fake);
    busy(&fake);
    ck_assert_int_eq(run_line(&fake, "capacity --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "outbound.present.watched_ms"), 3000);
    ck_assert_str_eq(json_text_at(document, "outbound.present.busiest.address"), "10.0.0.9");
    ck_assert(json_real_value(json_at(document, "outbound.present.closed_per_second")) == 109);
    ck_assert(json_real_value(json_at(document, "outbound.present.busiest.closed_per_second")) ==
              107);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "capacity --windows 2022 --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "outbound.present")));
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(capacity_works_without_socket_tables)
{
    struct fake fake;

    fake_init(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "capacity"), 0);
    expect_in(fake_out(&fake), "  present  unknown: the socket tables");
    fake_release(&fake);
    fake_init(&fake);
    fake.is_stop_requested = true;
    ck_assert_int_eq(run_line(&fake, "capacity"), 5);
    ck_assert_str_eq(fake_out(&fake), "");
    fake_release(&fake);
}
END_TEST

START_TEST(capacity_follows_the_rules_of_server_2003)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "capacity --windows 2003 --max-user-port 5000 --timed-wait "
                                     "240 --ram 2G --rate 20 --threads-per-session 2 --stack 256K"),
                     0);
    expect_screen(&fake, "capacity/capacity_follows_the_rules_of_server_2003");
    fake_release(&fake);
}
END_TEST

START_TEST(a_rate_lists_required_settings_and_commands)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "capacity --rate 500"), 0);
    expect_screen(&fake, "capacity/a_rate_lists_required_settings_and_commands");
    run_line(&fake, "capacity --rate 100.5");
    expect_screen(&fake, "capacity/a_rate_lists_required_settings_and_commands_2");
    run_line(&fake, "capacity --rate 50000");
    expect_screen(&fake, "capacity/a_rate_lists_required_settings_and_commands_3");
    fake_release(&fake);
}
END_TEST

START_TEST(reported_ranges_and_stored_values_are_used)
{
    struct fake fake;

    fake_init(&fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 20000, 10000,
                              RANGE_SOURCE_WMI);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 25000, 100, false);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV6, 25000, 100, false);
    fake.auto_reuse = (struct port_range){0, 0};
    fake.is_auto_reuse_known = true;
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    ck_assert_int_eq(run_line(&fake, "capacity"), 0);
    expect_screen(&fake, "capacity/reported_ranges_and_stored_values_are_used");
    expect_not_in(fake_out(&fake), "  or  ");
    fake_release(&fake);
}
END_TEST

START_TEST(unknown_figures_are_printed_as_unknown)
{
    struct fake fake;

    fake_init(&fake);
    fake_set_windows(&fake, 6, 1, 7601, OS_SERVER);
    /* The effect of MaxUserPort on this version of Windows is unknown. */
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake_upset(&fake, FAKE_CALL(CALL_MEMORY_READ), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "capacity --rate 5 --threads-per-session 1"), 0);
    expect_screen(&fake, "capacity/unknown_figures_are_printed_as_unknown");
    ck_assert_int_eq(run_line(&fake, "capacity --windows 8 --max-user-port 20000"), 0);
    expect_screen(&fake, "capacity/unknown_figures_are_printed_as_unknown_2");
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_each_figure_with_its_source)
{
    struct fake fake;
    json_t *document;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "capacity --windows 2003 --max-user-port 5000 --timed-wait "
                                     "240 --rate 20 --memory-per-session 1M --json"),
                     0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.capacity/1");
    ck_assert_str_eq(json_text_at(document, "windows.name"), "Windows Server 2003");
    ck_assert(json_is_true(json_at(document, "is_chosen")));
    ck_assert_int_eq(json_number_at(document, "outbound.ipv4.proposed.ports.value"), 3976);
    ck_assert_str_eq(json_text_at(document, "outbound.ipv4.proposed.ports.confidence"),
                     "documented");
    ck_assert_str_eq(json_text_at(document, "outbound.ipv4.proposed.time_wait_seconds.confidence"),
                     "given");
    ck_assert_double_eq_tol(
        json_real_value(json_at(document, "outbound.ipv4.proposed.per_second.value")), 16.5667,
        0.0001);
    ck_assert(json_is_null(json_at(document, "outbound.ipv4.disputed")));
    ck_assert(json_is_null(json_at(document, "outbound.ipv6.proposed.per_second")));
    ck_assert_int_eq(json_number_at(document, "outbound.needed.ports.value"), 4800);
    ck_assert_int_eq(json_number_at(document, "outbound.needed.max_user_port.value"), 5824);
    ck_assert(json_is_null(json_at(document, "outbound.needed.netsh")));
    ck_assert_int_eq(json_number_at(document, "inbound.rule_of_thumb.handles_in_practice"), 16000);
    ck_assert_str_eq(json_text_at(document, "inbound.rule_of_thumb.confidence"), "rule_of_thumb");
    ck_assert_int_eq(json_number_at(document, "inbound.sessions.count.value"), 1024);
    ck_assert_int_eq(json_number_at(document, "inbound.sessions.stack_bytes.value"), 1048576);
    ck_assert(json_is_null(json_at(document, "inbound.pool_in_use_bytes")));
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "capacity --json"), 0);
    document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "outbound.ipv4.disputed.time_wait_seconds.value"),
                     240);
    ck_assert(json_is_null(json_at(document, "outbound.ipv4.proposed")));
    ck_assert(json_is_null(json_at(document, "inbound.sessions")));
    ck_assert(json_is_null(json_at(document, "inbound.pool_in_use_bytes.value")));
    json_decref(document);
    fake_release(&fake);
}
END_TEST

static const struct {
    const char *line, *words;
} refused[] = {
    {"capacity --windows nt", "--windows must be 2000, xp,"},
    {"capacity --windows 2000 --bits 64", "Windows 2000 exists only in a 32-bit edition"},
    {"capacity --windows 7 --bits 16", "--bits must be 32 or 64, not \"16\"."},
    {"capacity --bits 64", "--bits needs --windows:"},
    {"capacity --max-user-port 4999", "MaxUserPort must be a whole number from 5000 to 65534"},
    {"capacity --timed-wait 1", "from 2 to 300"},
    {"capacity --windows 2003 --timed-wait 29", "from 30 to 300"},
    {"capacity --rate 0", "--rate must be"},
    {"capacity --ram much", "--ram must be a size"},
    {"capacity --stack 1.5M", "--stack must be a size"},
    {"capacity --memory-per-session -1", "--memory-per-session must be a size"},
    {"capacity --threads-per-session 100001", "--threads-per-session must be a whole number"},
    {"capacity --threads-per-session two", "not \"two\""},
    {"capacity --threads-per-session 0", "A session without threads and memory"},
    {"capacity 5000", "does not accept the argument"},
};

START_TEST(invalid_options_are_refused_by_name)
{
    struct fake fake;
    struct text flat;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, refused[_i].line), 2);
    ck_assert_str_eq(fake_out(&fake), "");
    text_init(&flat); /* the error message with its wrapped lines joined */
    for (const char *at = fake_error(&fake); *at; at++)
        text_append(&flat, *at == '\n' ? " " : at, 1);
    expect_in(text_string(&flat), refused[_i].words);
    text_release(&flat);
    fake_release(&fake);
}
END_TEST

START_TEST(every_line_fits_the_screen)
{
    static const unsigned widths[] = {40, 57, 80, 120};
    static const char *const lines[] = {"capacity --rate 500",
                                        "capacity --windows 7 --max-user-port 60000",
                                        "capacity --windows xp --threads-per-session 3"};

    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            struct fake fake;

            fake_init(&fake);
            fake.width = widths[w];
            ck_assert_int_eq(run_line(&fake, lines[i]), 0);
            expect_fits(fake_out(&fake), widths[w]);
            expect_ascii(fake_out(&fake));
            fake_release(&fake);
        }
}
END_TEST

START_TEST(capacity_survives_every_failing_call)
{
    for (unsigned nth = 1;; nth++) {
        struct fake fake;
        bool has_struck;

        fake_init(&fake);
        fake_upset(&fake, FAKE_FAILABLE & ~FAKE_CALL(CALL_SCREEN_WRITE), nth, FAIL_BEFORE);
        int code = run_line(&fake, "capacity --rate 5");
        has_struck = fake.has_struck;
        ck_assert(code == 0 || (has_struck && fake.struck == CALL_OS_VERSION_READ && code == 1));
        ck_assert_uint_eq(fake.registry_writes + fake.store_writes + fake.range_writes, 0);
        fake_release(&fake);
        if (!has_struck)
            break;
    }
}
END_TEST

Suite *cli_capacity_suite(void)
{
    Suite *suite = suite_create("cli_capacity");
    TCase *tcase = tcase_create("capacity");

    tcase_add_test(tcase, capacity_of_this_machine_is_printed);
    tcase_add_test(tcase, the_present_rate_is_compared_with_the_possible_rate);
    tcase_add_test(tcase, capacity_works_without_socket_tables);
    tcase_add_test(tcase, capacity_follows_the_rules_of_server_2003);
    tcase_add_test(tcase, a_rate_lists_required_settings_and_commands);
    tcase_add_test(tcase, reported_ranges_and_stored_values_are_used);
    tcase_add_test(tcase, unknown_figures_are_printed_as_unknown);
    tcase_add_test(tcase, json_contains_each_figure_with_its_source);
    tcase_add_loop_test(tcase, invalid_options_are_refused_by_name, 0,
                        sizeof refused / sizeof *refused);
    tcase_add_test(tcase, every_line_fits_the_screen);
    tcase_add_test(tcase, capacity_survives_every_failing_call);
    suite_add_tcase(suite, tcase);
    return suite;
}
