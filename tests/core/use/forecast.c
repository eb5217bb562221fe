#include "core/use/forecast.h"
#include "suites.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { RANGE = 10000, INTERVAL_MS = 2000 };

static struct series series;
static struct usage usage[PROTOCOL_COUNT];
static struct forecast forecast;
static char said[1024];

/* Adds `samples` samples. From one sample to the next, `each` more ports are in use. Of these new
 * ports, `waiting` are in TIME_WAIT. */
static void grow(enum protocol protocol, int samples, uint32_t from, uint32_t each,
                 uint32_t waiting)
{
    series_init(&series);
    for (int i = 0; i < samples; i++) {
        memset(usage, 0, sizeof usage);
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++) {
                usage[p].protocol = (enum protocol)p;
                usage[p].is_available[f] = true;
                usage[p].range[f] = (struct port_range){20000, RANGE};
            }
        usage[protocol].family[FAMILY_IPV4].in_use = from + (uint32_t)i * each;
        usage[protocol].family[FAMILY_IPV4].by_state[PORT_TIME_WAIT] = (uint32_t)i * waiting;
        series_add(&series, i * INTERVAL_MS, usage);
    }
    forecast_make(&series, usage, &forecast);
}

static enum forecast_kind kind(void)
{
    return forecast.of[PROTOCOL_TCP].kind;
}

static const char *sentence(void)
{
    struct text text;

    text_init(&text);
    forecast_print(&forecast, &text);
    snprintf(said, sizeof said, "%s", text_string(&text));
    text_release(&text);
    return said;
}

static const char *verdict(const char *words, bool is_healthy)
{
    struct text text;

    text_init(&text);
    forecast_print_verdict(&forecast, words, is_healthy, &text);
    snprintf(said, sizeof said, "%s", text_string(&text));
    text_release(&text);
    return said;
}

static const char fine[] = "No port problem now: TCP uses 37 %, UDP uses 0 %.";
static const char tight[] = "TCP is filling up.";

START_TEST(constant_use_has_no_forecast)
{
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, 3000, 0, 0);
    ck_assert_int_eq(kind(), FORECAST_QUIET);
    ck_assert_str_eq(sentence(), "");
    ck_assert_str_eq(verdict(fine, true), fine);
    ck_assert_int_eq(forecast_level(&forecast, VERDICT_HEALTHY), VERDICT_HEALTHY);
    ck_assert_int_eq(forecast_level(&forecast, VERDICT_FULL), VERDICT_FULL);
}
END_TEST

/* The number of ports in use grows by 20 per second. After 118 seconds, 6,300 ports are free. */
START_TEST(a_long_rise_is_a_warning)
{
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, 1340, 40, 0);
    ck_assert_int_eq(kind(), FORECAST_WARNING);
    ck_assert_uint_eq(forecast.of[PROTOCOL_TCP].full_in_seconds, 315);
    ck_assert_uint_eq(forecast.of[PROTOCOL_TCP].watched_seconds, 118);
    ck_assert_str_eq(sentence(), "TCP runs out of ports in 5 minutes at the rate of the last 118 "
                                 "seconds; 37 % are in use now.");
    /* The warning replaces a healthy verdict. Any other verdict is printed first, followed by the
     * warning. */
    ck_assert_str_eq(verdict(fine, true), sentence());
    ck_assert_str_eq(verdict(tight, false),
                     "TCP is filling up. TCP runs out of ports in 5 minutes at "
                     "the rate of the last 118 seconds; 37 % are in use now.");
    ck_assert_int_eq(forecast_level(&forecast, VERDICT_HEALTHY), VERDICT_FILLING);
    ck_assert_int_eq(forecast_level(&forecast, VERDICT_UNKNOWN), VERDICT_FILLING);
    ck_assert_int_eq(forecast_level(&forecast, VERDICT_NEARLY_FULL), VERDICT_NEARLY_FULL);
}
END_TEST

START_TEST(a_long_rise_of_udp_is_a_warning)
{
    grow(PROTOCOL_UDP, SERIES_MAXIMUM, 1340, 40, 0);
    ck_assert_int_eq(kind(), FORECAST_QUIET);
    ck_assert_int_eq(forecast.of[PROTOCOL_UDP].kind, FORECAST_WARNING);
    ck_assert_str_eq(sentence(), "UDP runs out of ports in 5 minutes at the rate of the last 118 "
                                 "seconds; 37 % are in use now.");
}
END_TEST

/* An increase of 150 ports per second causes no warning after 18 seconds, and a warning after 20
 * seconds. */
START_TEST(a_short_burst_is_not_a_warning)
{
    grow(PROTOCOL_TCP, 1 + (FORECAST_WATCHED_SECONDS - 2) * 1000 / INTERVAL_MS, 3000, 300, 0);
    ck_assert_int_eq(kind(), FORECAST_RISING);
    ck_assert_str_eq(
        verdict(fine, true),
        "No port problem now: TCP uses 37 %, UDP uses 0 %. At the rate of the last 18 seconds, TCP "
        "would be full in 28 seconds, but such a short increase may stop earlier.");
    ck_assert_int_eq(forecast_level(&forecast, VERDICT_HEALTHY), VERDICT_HEALTHY);
    grow(PROTOCOL_TCP, 1 + FORECAST_WATCHED_SECONDS * 1000 / INTERVAL_MS, 3000, 300, 0);
    ck_assert_int_eq(kind(), FORECAST_WARNING);
}
END_TEST

/* A short burst causes a warning if another increase of the same size would fill the range. */
START_TEST(a_burst_that_nearly_fills_the_range_is_a_warning)
{
    grow(PROTOCOL_TCP, 6, RANGE - 5 * 800 - 4000, 800, 0);
    ck_assert_uint_eq(forecast.of[PROTOCOL_TCP].full_in_seconds, 10);
    ck_assert_int_eq(kind(), FORECAST_WARNING);
    grow(PROTOCOL_TCP, 6, RANGE - 5 * 800 - 4400, 800, 0);
    ck_assert_uint_eq(forecast.of[PROTOCOL_TCP].full_in_seconds, 11);
    ck_assert_int_eq(kind(), FORECAST_RISING);
}
END_TEST

/* After 20 seconds of samples, maxport warns only if the ports run out within 160 seconds. */
START_TEST(a_forecast_is_limited_by_the_length_of_the_rise)
{
    enum { SAMPLES = 11 };

    grow(PROTOCOL_TCP, SAMPLES, RANGE - 160 * 10 - 10 * 20, 20, 0);
    ck_assert_uint_eq(forecast.of[PROTOCOL_TCP].full_in_seconds, 160);
    ck_assert_int_eq(kind(), FORECAST_WARNING);
    grow(PROTOCOL_TCP, SAMPLES, RANGE - 161 * 10 - 10 * 20, 20, 0);
    ck_assert_uint_eq(forecast.of[PROTOCOL_TCP].full_in_seconds, 161);
    ck_assert_int_eq(kind(), FORECAST_RISING);
}
END_TEST

START_TEST(ports_in_time_wait_weaken_the_forecast)
{
    enum { LAST = SERIES_MAXIMUM - 1 };

    /* The use grows by 10 ports per second. If at least half of the new ports are in TIME_WAIT,
     * maxport warns only if the range would be full within FORECAST_WAIT_SECONDS. No port stays in
     * TIME_WAIT for longer than this time. */
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, RANGE - 300 * 10 - LAST * 20, 20, 10);
    ck_assert_uint_eq(forecast.of[PROTOCOL_TCP].full_in_seconds, FORECAST_WAIT_SECONDS);
    ck_assert_int_eq(kind(), FORECAST_WARNING);
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, RANGE - 301 * 10 - LAST * 20, 20, 10);
    ck_assert_int_eq(kind(), FORECAST_RISING);
    ck_assert_str_eq(sentence(),
                     "At the rate of the last 118 seconds, TCP would be full in 5 minutes, but "
                     "most of the new ports in use are in TIME_WAIT and become free without "
                     "further action, so the increase may stop earlier.");
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, RANGE - 301 * 10 - LAST * 20, 20, 9);
    ck_assert_int_eq(kind(), FORECAST_WARNING);
}
END_TEST

START_TEST(a_distant_exhaustion_is_not_reported)
{
    enum { LAST = SERIES_MAXIMUM - 1 };

    grow(PROTOCOL_TCP, SERIES_MAXIMUM, RANGE - FORECAST_SOON_SECONDS - LAST * 2, 2, 0);
    ck_assert_int_eq(kind(), FORECAST_WARNING);
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, RANGE - FORECAST_SOON_SECONDS - 1 - LAST * 2, 2, 0);
    ck_assert_int_eq(kind(), FORECAST_RISING);
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, RANGE - FORECAST_HORIZON_SECONDS - LAST * 2, 2, 0);
    ck_assert_int_eq(kind(), FORECAST_RISING);
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, RANGE - FORECAST_HORIZON_SECONDS - 1 - LAST * 2, 2, 0);
    ck_assert_int_eq(kind(), FORECAST_QUIET);
}
END_TEST

/* For a full range, the verdict is enough. */
START_TEST(a_full_range_has_no_forecast)
{
    grow(PROTOCOL_TCP, SERIES_MAXIMUM, RANGE - (SERIES_MAXIMUM - 1) * 40, 40, 0);
    ck_assert_int_eq(kind(), FORECAST_QUIET);
}
END_TEST

Suite *forecast_suite(void)
{
    Suite *suite = suite_create("forecast");
    TCase *tests = tcase_create("outlook");
    tcase_add_test(tests, constant_use_has_no_forecast);
    tcase_add_test(tests, a_long_rise_is_a_warning);
    tcase_add_test(tests, a_long_rise_of_udp_is_a_warning);
    tcase_add_test(tests, a_short_burst_is_not_a_warning);
    tcase_add_test(tests, a_burst_that_nearly_fills_the_range_is_a_warning);
    tcase_add_test(tests, a_forecast_is_limited_by_the_length_of_the_rise);
    tcase_add_test(tests, ports_in_time_wait_weaken_the_forecast);
    tcase_add_test(tests, a_distant_exhaustion_is_not_reported);
    tcase_add_test(tests, a_full_range_has_no_forecast);
    suite_add_tcase(suite, tests);
    return suite;
}
