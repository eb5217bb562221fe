#include <check.h>
#include <stdio.h>
#include <string.h>

#include "cli/run.h"
#include "core/state/snapshot.h"
#include "suites.h"

static void answered(struct fake *fake)
{
    fake_init(fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(fake, p, f, 49152, 16384, RANGE_SOURCE_WMI);
            fake->exclusions.is_known[p][f] = true;
        }
    fake->services.is_known = fake->log.is_known = true;
}

static void storm(struct fake *fake)
{
    answered(fake);
    fake_add_sockets(fake, 12840, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 1500, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 62000, "10.0.0.9",
                     1433, 4711);
    fake_add_sockets(fake, 3, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 64000, "10.0.0.9", 443,
                     5000);
    fake_add_process(fake, 4711, "sqlagent.exe");
    fake_add_process(fake, 5000, "svchost.exe");
    fake_add_service(fake, 5000, "Shop", "The Shop's Service");
    fake_exclude(fake, PROTOCOL_TCP, FAMILY_IPV4, 65000, 100, false);
    fake_add_event(fake, 4227, fake->now_ms - 60000);
}

START_TEST(why_diagnoses_a_time_wait_storm)
{
    struct fake fake;
    storm(&fake);
    ck_assert_int_eq(run_line(&fake, "why"), 0);
    expect_screen(&fake, "why/why_diagnoses_a_time_wait_storm");
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 3);
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_OWNERS | SOCKETS_BOUND);
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], 0);
    fake_release(&fake);
}
END_TEST

START_TEST(why_diagnoses_a_udp_leak_with_a_probe)
{
    struct fake fake;
    answered(&fake);
    fake_add_sockets(&fake, 15683, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 49200, NULL, 0, 77);
    fake_add_process(&fake, 77, "com.docker.backend.exe");
    memset(fake.bind_answers[PROTOCOL_TCP] + 50000, BIND_EXCLUDED, 2000);
    ck_assert_int_eq(run_line(&fake, "why --probe --samples 1"), 0);
    expect_screen(&fake, "why/why_diagnoses_a_udp_leak_with_a_probe");
    ck_assert_uint_le(fake.calls_of[CALL_BINDER_TRY], 64);
    ck_assert_uint_eq(fake.calls_of[CALL_CLOCK_SLEEP], 0);
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_the_diagnosis)
{
    struct fake fake;
    storm(&fake);
    fake_add_service(&fake, 5000, "bad\xff", "");
    ck_assert_int_eq(run_line(&fake, "why --json --probe"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.why/1");
    ck_assert_str_eq(json_text_at(document, "verdict.kind"), "time_wait_churn");
    ck_assert_str_eq(json_text_at(document, "verdict.level"), "filling");
    ck_assert(json_is_false(json_at(document, "verdict.is_weak")));
    ck_assert_int_eq(json_number_at(document, "looks"), 3);
    ck_assert_str_eq(json_text_at(document, "destination.address"), "10.0.0.9");
    ck_assert_int_eq(json_number_at(document, "destination.waiting"), 12840);
    ck_assert_int_eq(json_number_at(document, "probable_owners.0.pid"), 5000);
    ck_assert(json_is_true(json_at(document, "probable_owners.0.is_inferred")));
    ck_assert_str_eq(json_text_at(document, "probable_owners.0.services.0"), "Shop");
    ck_assert_str_eq(json_text_at(document, "probable_owners.0.services.1"), "bad\xef\xbf\xbd");
    ck_assert(json_is_null(json_at(document, "culprit")));
    ck_assert_str_eq(json_text_at(document, "helps_now.1.command"),
                     "maxport range set --start 32768 --count 32768");
    ck_assert_int_eq(json_number_at(document, "protocols.tcp.free_blocks.largest.start"), 64003);
    ck_assert_int_eq(json_number_at(document, "protocols.tcp.free_blocks.of_64"), 28);
    ck_assert_int_eq(json_number_at(document, "protocols.udp.probe.tried"), 32);
    ck_assert_str_eq(json_text_at(document, "protocols.udp.kind"), "healthy");
    ck_assert_int_eq(json_number_at(document, "events.rows.0.id"), 4227);
    ck_assert_int_eq(json_number_at(document, "usage.tcp.in_use"), 14343);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_null_for_unknown_data)
{
    struct fake fake;
    fake_init(&fake);
    memset(fake.tables, 0, sizeof fake.tables);
    ck_assert_int_eq(run_line(&fake, "why --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "verdict.kind"), "unknown");
    ck_assert(json_is_null(json_at(document, "events")));
    ck_assert(json_is_null(json_at(document, "usage")));
    ck_assert(json_is_null(json_at(document, "destination")));
    ck_assert(json_is_null(json_at(document, "protocols.tcp.free_blocks")));
    ck_assert_int_eq((int)json_array_size(json_at(document, "probable_owners")), 0);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

/* If one sample shows no problem, `why` takes no more samples, so that the user does not wait. */
START_TEST(why_takes_more_samples_only_on_request)
{
    struct fake fake;
    answered(&fake);
    int64_t start_ms = fake.now_ms;
    ck_assert_int_eq(run_line(&fake, "why"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 1);
    ck_assert_int_eq(fake.now_ms, start_ms);
    ck_assert_int_eq(run_line(&fake, "why --samples 4"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 5);
    ck_assert_int_eq(fake.now_ms, start_ms + 3000);
    static const char *const bad[] = {"0", "11", "-1", "abc", "1.5", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char line[64];
        snprintf(line, sizeof line, "why --samples %s", bad[i]);
        ck_assert_int_eq(run_line(&fake, line), 2);
        expect_in(fake_error(&fake), "--samples must be a whole number from 1 to 10");
    }
    ck_assert_int_eq(run_line(&fake, "why now"), 2);
    fake_release(&fake);
}
END_TEST

START_TEST(progress_is_shown_on_a_console)
{
    struct fake fake;
    storm(&fake);
    fake.is_console[SCREEN_ERROR] = true;
    ck_assert_int_eq(run_line(&fake, "why --probe"), 0);
    expect_screen(&fake, "why/progress_is_shown_on_a_console");
    fake_release(&fake);
}
END_TEST

static void press(struct fake *fake, void *context)
{
    (void)context;
    fake->is_stop_requested = true;
}

START_TEST(ctrl_c_ends_why)
{
    struct fake fake;
    storm(&fake);
    fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 3, press, NULL);
    ck_assert_int_eq(run_line(&fake, "why"), 5);
    ck_assert_uint_eq(fake.calls_of[CALL_CLOCK_SLEEP], 3);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 1);
    ck_assert_str_eq(fake_out(&fake), "");
    fake_release(&fake);
    answered(&fake);
    fake_when(&fake, FAKE_CALL(CALL_BINDER_TRY), 10, press, NULL);
    ck_assert_int_eq(run_line(&fake, "why --probe"), 5);
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], 10);
    fake_release(&fake);
}
END_TEST

/* The slow sources must be started before the sockets are read, so that they run while the sockets
 * are read. */
static unsigned order[8], order_count;

static void note_ranges(void *context)
{
    (void)context;
    order[order_count++] = 1;
}

static void note_events(void *context)
{
    (void)context;
    order[order_count++] = 2;
}

static void note_services(void *context)
{
    (void)context;
    order[order_count++] = 3;
}

static void note_fetch(struct fake *fake, void *context)
{
    (void)fake;
    (void)context;
    order[order_count++] = 4;
}

START_TEST(slow_sources_are_started_first)
{
    struct fake fake;
    answered(&fake);
    order_count = 0;
    fake.machine.ranges.begin = note_ranges;
    fake.machine.events.begin = note_events;
    fake.machine.services.begin = note_services;
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 1, note_fetch, NULL);
    ck_assert_int_eq(run_line(&fake, "why"), 0);
    ck_assert_uint_eq(order_count, 4);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(order[i], i + 1);
    ck_assert_uint_eq(fake.calls_of[CALL_RANGES_READ], 1);
    ck_assert_uint_eq(fake.calls_of[CALL_EVENTS_READ], 1);
    ck_assert_uint_eq(fake.calls_of[CALL_SERVICES_READ], 1);
    fake_release(&fake);
}
END_TEST

START_TEST(why_works_without_optional_sources)
{
    struct fake fake;
    storm(&fake);
    fake.machine.events = (struct event_source){0};
    fake.machine.services = (struct service_source){0};
    fake.machine.binder = (struct binder){0};
    ck_assert_int_eq(run_line(&fake, "why --probe"), 0);
    expect_screen(&fake, "why/why_works_without_optional_sources");
    fake_release(&fake);
}
END_TEST

/* No line may be wider than the screen, and control characters in text from outside must be
 * escaped. */
START_TEST(every_verdict_fits_every_width)
{
    for (unsigned width = 40; width <= 120; width += 13)
        for (int stage = 0; stage < 6; stage++) {
            struct fake fake;
            answered(&fake);
            fake.width = width;
            fake_add_process(&fake, 77, "a name\x1b[2J with~spaces that goes on and on.exe");
            fake_add_service(&fake, 77, "Evil\r\nService", "Evil\x07 display name");
            if (stage == 1)
                fake_add_sockets(&fake, 16384, PROTOCOL_TCP, STATE_BOUND, "::", 49152, NULL, 0, 77);
            if (stage == 2)
                fake_add_sockets(&fake, 16384, PROTOCOL_TCP, STATE_TIME_WAIT, "fe80::5", 49152,
                                 "2001:db8:1111:2222:3333:4444:5555:6666", 443, 0);
            if (stage == 3)
                fake_add_sockets(&fake, 16384, PROTOCOL_TCP, STATE_ESTABLISHED, "fe80::5", 49152,
                                 "2001:db8:1111:2222:3333:4444:5555:6666", 443, 77);
            if (stage == 4)
                fake_add_sockets(&fake, 16384, PROTOCOL_UDP, STATE_NONE, "::", 49152, NULL, 0, 77);
            if (stage == 5)
                memset(fake.bind_answers, BIND_IN_USE, sizeof fake.bind_answers);
            ck_assert_int_eq(run_line(&fake, "why --probe --samples 2"), 0);
            expect_fits(fake_out(&fake), width);
            expect_ascii(fake_out(&fake));
            fake_release(&fake);
        }
}
END_TEST

START_TEST(why_survives_every_failing_call)
{
    static const char *const lines[] = {"why", "why --probe --samples 2", "why --json --samples 2"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        for (unsigned nth = 1;; nth++) {
            struct fake fake;
            storm(&fake);
            fake.sockets.count = 200;
            fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_BEFORE);
            int code = run_line(&fake, lines[i]);
            bool has_struck = fake.has_struck;
            ck_assert(code == 0 || code == 1);
            if (has_struck &&
                (fake.struck == CALL_OS_VERSION_READ || fake.struck == CALL_SCREEN_WRITE))
                ck_assert_int_eq(code, 1);
            ck_assert_uint_eq(fake.registry_writes + fake.store_writes + fake.range_writes, 0);
            fake_release(&fake);
            if (!has_struck)
                break;
        }
}
END_TEST

Suite *why_suite(void)
{
    Suite *suite = suite_create("why");
    TCase *tests = tcase_create("why");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, why_diagnoses_a_time_wait_storm);
    tcase_add_test(tests, why_diagnoses_a_udp_leak_with_a_probe);
    tcase_add_test(tests, json_contains_the_diagnosis);
    tcase_add_test(tests, json_contains_null_for_unknown_data);
    tcase_add_test(tests, why_takes_more_samples_only_on_request);
    tcase_add_test(tests, progress_is_shown_on_a_console);
    tcase_add_test(tests, ctrl_c_ends_why);
    tcase_add_test(tests, slow_sources_are_started_first);
    tcase_add_test(tests, why_works_without_optional_sources);
    tcase_add_test(tests, every_verdict_fits_every_width);
    tcase_add_test(tests, why_survives_every_failing_call);
    suite_add_tcase(suite, tests);
    return suite;
}
