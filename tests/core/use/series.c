#include "core/use/series.h"
#include "suites.h"

#include <check.h>
#include <string.h>

enum { RANGE = 16384 };

/* Fills a sample in which `in_use` ports are in use for TCP over IPv4. */
static struct usage *use(struct usage usage[PROTOCOL_COUNT], uint32_t in_use)
{
    memset(usage, 0, PROTOCOL_COUNT * sizeof *usage);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            usage[p].is_available[f] = true;
            usage[p].range[f] = (struct port_range){49152, RANGE};
        }
    usage[PROTOCOL_TCP].family[FAMILY_IPV4].in_use = in_use;
    return usage;
}

static void add(struct series *series, int64_t ms, uint32_t in_use)
{
    struct usage usage[PROTOCOL_COUNT];
    series_add(series, ms, use(usage, in_use));
}

static struct rate rate_of(const struct series *series)
{
    struct rate rate;
    series_rate(series, PROTOCOL_TCP, FAMILY_IPV4, &rate);
    return rate;
}

static bool full_in(const struct series *series, uint32_t *seconds)
{
    return series_full_in(series, PROTOCOL_TCP, FAMILY_IPV4, seconds);
}

START_TEST(the_series_keeps_the_latest_samples)
{
    struct series series;
    struct usage usage[PROTOCOL_COUNT];
    series_init(&series);
    ck_assert_uint_eq(series_count(&series), 0);
    for (int i = 0; i < 3 * SERIES_MAXIMUM + 7; i++) {
        use(usage, (uint32_t)i);
        usage[PROTOCOL_TCP].family[FAMILY_IPV4].by_state[PORT_TIME_WAIT] = 3;
        usage[PROTOCOL_TCP].family[FAMILY_IPV4].by_state[PORT_BOUND] = 4;
        usage[PROTOCOL_TCP].excluded[FAMILY_IPV4] = 84;
        series_add(&series, i * 2000, usage);
        ck_assert_uint_eq(series_count(&series),
                          (size_t)(i < SERIES_MAXIMUM ? i + 1 : SERIES_MAXIMUM));
    }
    ck_assert_int_eq(series_at(&series, 0)->monotonic_ms, (2 * SERIES_MAXIMUM + 7) * 2000);
    const struct series_sample *last = series_at(&series, SERIES_MAXIMUM - 1);
    ck_assert_int_eq(last->monotonic_ms, (3 * SERIES_MAXIMUM + 6) * 2000);
    const struct sample_use *seen = &last->by[PROTOCOL_TCP][FAMILY_IPV4];
    ck_assert(seen->is_known);
    ck_assert(!seen->is_partial);
    ck_assert_uint_eq(seen->in_use, 3 * SERIES_MAXIMUM + 6);
    ck_assert_uint_eq(seen->time_wait, 3);
    ck_assert_uint_eq(seen->bound, 4);
    ck_assert_uint_eq(seen->available, 16300);
    ck_assert_int_eq(rate_of(&series).trend, TREND_RISING);
    ck_assert_double_eq_tol(rate_of(&series).ports_per_second, 0.5, 1e-9);
}
END_TEST

START_TEST(a_steady_rise_predicts_the_time_of_exhaustion)
{
    struct series series;
    uint32_t seconds = 77;
    series_init(&series);
    for (int i = 0; i < 10; i++) {
        bool is_enough = i >= SERIES_ENOUGH;
        ck_assert_int_eq(rate_of(&series).trend, is_enough ? TREND_RISING : TREND_UNKNOWN);
        ck_assert_double_eq_tol(rate_of(&series).ports_per_second, is_enough ? 10 : 0, 1e-9);
        ck_assert(full_in(&series, &seconds) == is_enough);
        add(&series, 5000 + i * 2000, 1000 + 20 * (uint32_t)i);
    }
    ck_assert(full_in(&series, &seconds));
    ck_assert_uint_eq(seconds, (RANGE - 1180) / 10);
    /* UDP and IPv6 must be steady. */
    struct rate rate;
    series_rate(&series, PROTOCOL_UDP, FAMILY_IPV4, &rate);
    ck_assert_int_eq(rate.trend, TREND_STEADY);
    ck_assert(!series_full_in(&series, PROTOCOL_TCP, FAMILY_IPV6, &seconds));
}
END_TEST

START_TEST(falling_or_varying_use_predicts_no_exhaustion)
{
    static const uint32_t swaying[] = {500, 540, 498, 530, 505, 541, 500, 536, 502, 533, 499, 540};
    struct series series;
    uint32_t seconds = 77;
    series_init(&series);
    for (int i = 0; i < 10; i++)
        add(&series, i * 1000, 5000 - 7 * (uint32_t)i);
    ck_assert_int_eq(rate_of(&series).trend, TREND_FALLING);
    ck_assert_double_eq_tol(rate_of(&series).ports_per_second, -7, 1e-9);
    ck_assert(!full_in(&series, &seconds));

    series_init(&series);
    for (int i = 0; i < 12; i++)
        add(&series, i * 1000, swaying[i]);
    ck_assert_int_eq(rate_of(&series).trend, TREND_STEADY);
    ck_assert_double_eq(rate_of(&series).ports_per_second, 0);
    ck_assert(!full_in(&series, &seconds));

    series_init(&series);
    for (int i = 0; i < SERIES_MAXIMUM; i++)
        add(&series, i * 1000, 4000);
    ck_assert_int_eq(rate_of(&series).trend, TREND_STEADY);
    ck_assert_uint_eq(seconds, 77);
}
END_TEST

START_TEST(outliers_do_not_change_the_rate)
{
    struct series series;
    series_init(&series);
    for (int i = 0; i < 20; i++)
        add(&series, i * 1000, i == 7 || i == 15 ? 16000 : 2000 + 30 * (uint32_t)i);
    ck_assert_int_eq(rate_of(&series).trend, TREND_RISING);
    ck_assert_double_eq_tol(rate_of(&series).ports_per_second, 30, 0.5);
}
END_TEST

START_TEST(partial_and_missing_samples_are_ignored)
{
    struct series series;
    struct usage usage[PROTOCOL_COUNT];
    uint32_t seconds;
    series_init(&series);
    for (int i = 0; i < 12; i++) {
        use(usage, 100 + 10 * (uint32_t)i);
        if (i == 3 || i == 11) {
            use(usage, 3);
            usage[PROTOCOL_TCP].is_partial = true;
        } else if (i == 6) {
            use(usage, 0);
            usage[PROTOCOL_TCP].is_available[FAMILY_IPV4] = false;
        }
        series_add(&series, i * 1000, usage);
    }
    ck_assert_double_eq_tol(rate_of(&series).ports_per_second, 10, 1e-9);
    ck_assert(full_in(&series, &seconds)); /* calculated from the last complete sample */
    ck_assert_uint_eq(seconds, (RANGE - 200) / 10);
}
END_TEST

START_TEST(only_a_range_with_ports_can_be_full)
{
    struct series series;
    struct usage usage[PROTOCOL_COUNT];
    uint32_t seconds = 77;
    series_init(&series);
    ck_assert(!full_in(&series, &seconds));
    add(&series, 0, RANGE);
    ck_assert(full_in(&series, &seconds));
    ck_assert_uint_eq(seconds, 0);

    series_init(&series);
    for (int i = 0; i < 8; i++) {
        use(usage, 10 * (uint32_t)i);
        usage[PROTOCOL_TCP].excluded[FAMILY_IPV4] = RANGE;
        series_add(&series, i * 1000, usage);
    }
    ck_assert(!full_in(&series, &seconds));
    series_init(&series);
    for (int i = 0; i < 8; i++) {
        use(usage, 10 * (uint32_t)i);
        usage[PROTOCOL_TCP].range[FAMILY_IPV4].count = 0;
        series_add(&series, i * 1000, usage);
    }
    ck_assert_int_eq(rate_of(&series).trend, TREND_UNKNOWN);
    ck_assert(!full_in(&series, &seconds));
}
END_TEST

START_TEST(a_stopped_clock_yields_no_rate)
{
    struct series series;
    series_init(&series);
    for (int i = 0; i < 8; i++)
        add(&series, 1000, 10 * (uint32_t)i);
    ck_assert_int_eq(rate_of(&series).trend, TREND_UNKNOWN);
    for (int i = 0; i < 8; i++)
        add(&series, 1000 - i, 10 * (uint32_t)i);
    ck_assert_int_eq(rate_of(&series).trend, TREND_UNKNOWN);
}
END_TEST

START_TEST(durations_are_printed_in_at_most_two_units)
{
    static const struct {
        uint32_t seconds;
        const char *label, *words;
    } rows[] = {
        {0, "0 s", "0 seconds"},
        {1, "1 s", "1 second"},
        {119, "119 s", "119 seconds"},
        {120, "2 min", "2 minutes"},
        {7199, "119 min", "119 minutes"},
        {7200, "2 h 0 min", "2 hours 0 minutes"},
        {7260, "2 h 1 min", "2 hours 1 minute"},
        {86399, "23 h 59 min", "23 hours 59 minutes"},
        {172800, "2 days", "2 days"},
        {UINT32_MAX, "49710 days", "49710 days"},
        {3 * 86400 - 1, "2 days", "2 days"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buffer[DURATION_SIZE];
        ck_assert_str_eq(duration_string(buffer, rows[i].seconds), rows[i].label);
        ck_assert_str_eq(duration_words(buffer, rows[i].seconds), rows[i].words);
    }
}
END_TEST

Suite *series_suite(void)
{
    Suite *suite = suite_create("series");
    TCase *tests = tcase_create("series");
    tcase_add_test(tests, the_series_keeps_the_latest_samples);
    tcase_add_test(tests, a_steady_rise_predicts_the_time_of_exhaustion);
    tcase_add_test(tests, falling_or_varying_use_predicts_no_exhaustion);
    tcase_add_test(tests, outliers_do_not_change_the_rate);
    tcase_add_test(tests, partial_and_missing_samples_are_ignored);
    tcase_add_test(tests, only_a_range_with_ports_can_be_full);
    tcase_add_test(tests, a_stopped_clock_yields_no_rate);
    tcase_add_test(tests, durations_are_printed_in_at_most_two_units);
    suite_add_tcase(suite, tests);
    return suite;
}
