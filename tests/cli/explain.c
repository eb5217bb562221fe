#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "core/rules/error_code.h"
#include "suites.h"

/* Simulates a client that opens and closes connections too fast. */
static void churning(struct fake *fake)
{
    fake_init(fake);
    fake_add_sockets(fake, 12840, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 1500, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 62000, "10.0.0.9",
                     1433, 4711);
    fake_add_sockets(fake, 40, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 1234);
    fake_add_event(fake, 4231, fake->now_ms - 50 * 60 * 1000);
    fake_add_event(fake, 4227, fake->now_ms - 40 * 60 * 1000);
    fake_add_event(fake, 4227, fake->now_ms - 30 * 60 * 1000);
}

START_TEST(an_error_is_compared_with_this_machine)
{
    struct fake fake;

    churning(&fake);
    ck_assert_int_eq(run_line(&fake, "explain 10048"), 0);
    expect_screen(&fake, "explain/an_error_is_compared_with_this_machine");
    ck_assert_uint_eq(fake.registry_writes + fake.store_writes + fake.range_writes, 0);
    fake_release(&fake);
}
END_TEST

START_TEST(an_event_is_looked_up_in_the_log)
{
    struct fake fake;

    churning(&fake);
    ck_assert_int_eq(run_line(&fake, "explain 4231"), 0);
    expect_screen(&fake, "explain/an_event_is_looked_up_in_the_log");
    expect_not_in(fake_out(&fake), "  UDP  ");
    ck_assert_int_eq(run_line(&fake, "explain 4266"), 0);
    expect_screen(&fake, "explain/an_event_is_looked_up_in_the_log_2");
    fake_release(&fake);
}
END_TEST

/* Most timeouts have other causes. So even if almost no port is free, maxport says only that this
 * is probably the cause. */
START_TEST(an_indirect_code_is_judged_with_care)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "explain -2"), 0);
    expect_screen(&fake, "explain/an_indirect_code_is_judged_with_care");
    fake_add_sockets(&fake, 16300, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 49152, "10.0.0.9",
                     1433, 8);
    ck_assert_int_eq(run_line(&fake, "explain 258"), 0);
    expect_in(fake_out(&fake), "Probably the cause now: almost no port is free.");
    ck_assert_int_eq(run_line(&fake, "explain 12058"), 0);
    expect_screen(&fake, "explain/an_indirect_code_is_judged_with_care_2");
    fake_release(&fake);
}
END_TEST

/* All ports are in use and none is in TIME_WAIT: `why` calls that a lack of ports, so `explain`
 * does not call it a peak that is over. */
START_TEST(explain_concludes_from_the_diagnosis)
{
    static const char *const codes[] = {"explain 10048", "explain 4227", "explain 10055",
                                        "explain 4231"};
    struct fake fake;

    fake_init(&fake);
    for (unsigned i = 0; i < 16384; i += 512)
        fake_add_sockets(&fake, 512, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5",
                         (uint16_t)(49152 + i), "10.0.0.9", (uint16_t)(400 + i), 1000 + i);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        ck_assert_int_eq(run_line(&fake, codes[i]), 0);
        expect_printed(fake_out(&fake), "TCP has run out of ports: 16,384 of 16,384 ports are in "
                                        "use");
        expect_printed(fake_out(&fake), i < 2 ? "Possibly the cause now: few TCP ports are free."
                                              : "The cause now: almost no port is free.");
        expect_not_in(fake_out(&fake), "peak");
    }
    fake_release(&fake);
}
END_TEST

/* `why` and `explain` count the events of the same time, and name it. */
START_TEST(events_are_counted_over_the_same_time_as_by_why)
{
    struct fake fake;

    fake_init(&fake);
    fake.boot.start_ms = fake.boot.session_ms = fake.now_ms - INT64_C(72) * 3600 * 1000;
    fake_add_event(&fake, 4231, fake.now_ms - INT64_C(30) * 3600 * 1000);
    ck_assert_int_eq(run_line(&fake, "explain 4231"), 0);
    expect_printed(fake_out(&fake), "4231: none in the System log in the last 24 hours");
    ck_assert_int_eq(run_line(&fake, "why"), 0);
    expect_not_in(fake_out(&fake), "Event 4231");
    fake_add_event(&fake, 4231, fake.now_ms - INT64_C(20) * 3600 * 1000);
    ck_assert_int_eq(run_line(&fake, "explain 4231"), 0);
    expect_printed(fake_out(&fake), "4231: 1 in the System log in the last 24 hours, most recently "
                                    "at 2026-11-21 14:00:00");
    ck_assert_int_eq(run_line(&fake, "why"), 0);
    expect_printed(fake_out(&fake), "was logged 1 time in the last 24 hours, most recently at "
                                    "2026-11-21 14:00:00");
    fake_release(&fake);
}
END_TEST

START_TEST(exclusions_are_listed_for_10013)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "explain WSAEACCES"), 0);
    expect_screen(&fake, "explain/exclusions_are_listed_for_10013");
    expect_not_in(fake_out(&fake), "  Events ");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_NETSH);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 50000, 60, true);
    for (unsigned i = 0; i < 9; i++)
        fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 51000 + i * 200, 100, false);
    ck_assert_int_eq(run_line(&fake, "explain 10013"), 0);
    expect_screen(&fake, "explain/exclusions_are_listed_for_10013_2");
    fake_release(&fake);
}
END_TEST

START_TEST(unreadable_data_is_printed_as_unknown)
{
    struct fake fake;

    fake_init(&fake);
    fake.is_boot_known = false;
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH) | FAKE_CALL(CALL_MEMORY_READ), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "explain 0x2747"), 0);
    expect_screen(&fake, "explain/unreadable_data_is_printed_as_unknown");
    fake.machine.events.read = NULL;
    ck_assert_int_eq(run_line(&fake, "explain 10055"), 0);
    expect_screen(&fake, "explain/unreadable_data_is_printed_as_unknown_2");
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_the_code_and_the_machine)
{
    struct fake fake;
    json_t *document;

    churning(&fake);
    fake.memory.is_pool_known = true;
    fake.memory.nonpaged_pool_bytes = 1000;
    ck_assert_int_eq(run_line(&fake, "explain 10055 --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.explain/1");
    ck_assert_int_eq(json_number_at(document, "code"), 10055);
    ck_assert_str_eq(json_text_at(document, "name"), "WSAENOBUFS");
    ck_assert_str_eq(json_text_at(document, "kind"), "error");
    ck_assert_str_eq(json_text_at(document, "machine.verdict.kind"), "filling");
    ck_assert_int_eq(json_number_at(document, "machine.usage.tcp.in_use"), 14340);
    ck_assert_int_eq(json_number_at(document, "machine.events.count"), 1);
    ck_assert_str_eq(json_text_at(document, "machine.events.last"), "2026-11-22T09:10:00Z");
    ck_assert_int_eq(json_number_at(document, "machine.pool_in_use_bytes"), 1000);
    ck_assert(json_is_null(json_at(document, "machine.exclusions")));
    ck_assert(json_array_size(json_at(document, "next")) > 0);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "explain 10013 --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "machine.events")));
    ck_assert(json_is_null(json_at(document, "machine.exclusions.tcp.ipv4")));
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "explain 10054 --json"), 2);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "error.kind"), "usage");
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(explain_never_suggests_raising_a_maximum)
{
    struct fake fake;

    fake_init(&fake);
    run_line(&fake, "explain 10055");
    expect_screen(&fake, "explain/explain_never_suggests_raising_a_maximum");
    fake_put_number(&fake, "MaxUserPort", 65534);
    run_line(&fake, "explain 10055");
    expect_not_in(fake_out(&fake), "maxport set");
    expect_screen(&fake, "explain/explain_never_suggests_raising_a_maximum_2");
    fake_release(&fake);
}
END_TEST

START_TEST(an_unknown_code_is_refused_with_a_list)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "explain 10061"), 2);
    expect_screen(&fake, "explain/an_unknown_code_is_refused_with_a_list");
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0);
    ck_assert_int_eq(run_line(&fake, "explain"), 2);
    expect_screen(&fake, "explain/an_unknown_code_is_refused_with_a_list_2");
    fake_release(&fake);
}
END_TEST

START_TEST(every_explanation_fits_every_width)
{
    static const unsigned widths[] = {40, 57, 80, 120};
    const struct error_code *row;

    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t i = 0; (row = error_code_at(i)); i++) {
            struct fake fake;
            struct text line;

            churning(&fake);
            fake.width = widths[w];
            text_init(&line);
            text_printf(&line, "explain %u", (unsigned)row->code);
            ck_assert_int_eq(run_line(&fake, text_string(&line)), 0);
            expect_fits(fake_out(&fake), widths[w]);
            expect_ascii(fake_out(&fake));
            text_release(&line);
            fake_release(&fake);
        }
}
END_TEST

START_TEST(explain_survives_every_failing_call)
{
    for (unsigned nth = 1;; nth++) {
        struct fake fake;
        bool has_struck;

        churning(&fake);
        fake_upset(&fake, FAKE_FAILABLE & ~FAKE_CALL(CALL_SCREEN_WRITE), nth, FAIL_BEFORE);
        int code = run_line(&fake, "explain 10055");
        has_struck = fake.has_struck;
        ck_assert(code == 0 || (has_struck && fake.struck == CALL_OS_VERSION_READ && code == 1));
        fake_release(&fake);
        if (!has_struck)
            break;
    }
}
END_TEST

Suite *explain_suite(void)
{
    Suite *suite = suite_create("explain");
    TCase *tcase = tcase_create("explain");

    tcase_add_test(tcase, an_error_is_compared_with_this_machine);
    tcase_add_test(tcase, an_event_is_looked_up_in_the_log);
    tcase_add_test(tcase, an_indirect_code_is_judged_with_care);
    tcase_add_test(tcase, explain_concludes_from_the_diagnosis);
    tcase_add_test(tcase, events_are_counted_over_the_same_time_as_by_why);
    tcase_add_test(tcase, exclusions_are_listed_for_10013);
    tcase_add_test(tcase, unreadable_data_is_printed_as_unknown);
    tcase_add_test(tcase, json_contains_the_code_and_the_machine);
    tcase_add_test(tcase, explain_never_suggests_raising_a_maximum);
    tcase_add_test(tcase, an_unknown_code_is_refused_with_a_list);
    tcase_add_test(tcase, every_explanation_fits_every_width);
    tcase_add_test(tcase, explain_survives_every_failing_call);
    suite_add_tcase(suite, tcase);
    return suite;
}
