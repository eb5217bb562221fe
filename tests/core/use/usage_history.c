#include "core/use/usage_history.h"
#include "suites.h"

#include <check.h>
#include <stdlib.h>

static struct usage_history history;
static struct usage_history_point points[USAGE_HISTORY_SLOTS];

static struct sample_use use_of(uint32_t in_use)
{
    return (struct sample_use){.is_known = true,
                               .in_use = in_use,
                               .time_wait = in_use / 2,
                               .bound = in_use / 4,
                               .available = 16384};
}

static void add(int64_t ms, uint32_t valid_ms, uint32_t in_use)
{
    struct sample_use use = use_of(in_use);

    usage_history_add(&history, ms, valid_ms, &use);
}

static size_t read_all(enum usage_history_span span, int64_t now_ms)
{
    return usage_history_read(&history, span, now_ms, points, USAGE_HISTORY_SLOTS);
}

START_TEST(spans_have_names_and_lengths)
{
    static const uint32_t seconds[] = {60, 600, 3600, 86400};
    static const char *const names[] = {"60 s", "10 min", "1 h", "24 h"};

    for (int span = 0; span < SPAN_COUNT; span++) {
        ck_assert_uint_eq(usage_history_span_seconds(span), seconds[span]);
        ck_assert_str_eq(usage_history_span_name(span), names[span]);
    }
}
END_TEST

START_TEST(an_empty_history_has_no_points)
{
    usage_history_init(&history);
    for (int span = 0; span < SPAN_COUNT; span++)
        ck_assert_uint_eq(read_all(span, 5000), 0);
    ck_assert_uint_eq(read_all(SPAN_60_S, -1), 0);
}
END_TEST

START_TEST(each_second_has_a_point)
{
    usage_history_init(&history);
    for (int i = 0; i < 300; i++)
        add(i * 1000, 2500, (uint32_t)i);
    size_t count = read_all(SPAN_60_S, 299000);
    /* The samples 239 to 299 are within the span. Sample 238 may be added so that the line reaches
     * the left edge. */
    ck_assert_uint_ge(count, 61);
    ck_assert_uint_le(count, 62);
    ck_assert(!points[0].is_joined);
    for (size_t i = 1; i < count; i++) {
        ck_assert(points[i].is_joined);
        ck_assert_int_eq(points[i].monotonic_ms, points[i - 1].monotonic_ms + 1000);
        ck_assert_uint_eq(points[i].last.in_use, points[i].monotonic_ms / 1000);
        ck_assert_uint_eq(points[i].highest.in_use, points[i].last.in_use);
        ck_assert_uint_eq(points[i].last.time_wait, points[i].last.in_use / 2);
        ck_assert_uint_eq(points[i].last.available, 16384);
    }
    ck_assert_int_eq(points[count - 1].monotonic_ms, 299000);
}
END_TEST

/* The line must reach the left edge, so the last point before the edge is needed, too. */
START_TEST(the_first_point_is_before_the_left_edge)
{
    usage_history_init(&history);
    for (int i = 0; i < 100; i++)
        add(i * 5000, 11000, 7);
    size_t count = read_all(SPAN_60_S, 493000);
    ck_assert_int_eq(points[0].monotonic_ms, 430000);
    ck_assert_uint_eq(count, 13);
    for (size_t i = 1; i < count; i++)
        ck_assert(points[i].is_joined);
}
END_TEST

START_TEST(missing_samples_leave_a_gap)
{
    usage_history_init(&history);
    for (int i = 0; i < 60; i++)
        if (i < 20 || i >= 30)
            add(i * 1000, 2500, 5);
    size_t count = read_all(SPAN_60_S, 59000), gaps = 0;
    ck_assert_uint_eq(count, 50);
    for (size_t i = 1; i < count; i++)
        if (!points[i].is_joined) {
            gaps++;
            ck_assert_int_eq(points[i].monotonic_ms, 30000);
            ck_assert_int_eq(points[i - 1].monotonic_ms, 19000);
        }
    ck_assert_uint_eq(gaps, 1);
}
END_TEST

START_TEST(unknown_and_partial_samples_leave_a_gap)
{
    for (int is_partial = 0; is_partial < 2; is_partial++) {
        struct sample_use bad = use_of(9999);

        bad.is_known = is_partial;
        bad.is_partial = is_partial;
        usage_history_init(&history);
        add(1000, 60000, 5);
        usage_history_add(&history, 2000, 60000, &bad);
        add(3000, 60000, 6);
        add(4000, 60000, 6);
        ck_assert_uint_eq(read_all(SPAN_60_S, 4000), 3);
        ck_assert(!points[1].is_joined);
        ck_assert(points[2].is_joined);
        for (int i = 0; i < 3; i++)
            ck_assert_uint_lt(points[i].highest.in_use, 9999);
    }
}
END_TEST

/* Each sample states how long it is valid. So samples are joined even if they are taken slowly. */
START_TEST(slow_samples_are_joined)
{
    usage_history_init(&history);
    add(10000, 20000, 1);
    add(30000, 20000, 2); /* the first sample is still valid */
    add(50001, 20000, 3); /* the second sample expired 1 ms earlier */
    ck_assert_uint_eq(read_all(SPAN_60_S, 60000), 3);
    ck_assert(points[1].is_joined);
    ck_assert(!points[2].is_joined);
}
END_TEST

START_TEST(the_span_of_a_day_keeps_peaks)
{
    usage_history_init(&history);
    for (int64_t s = 0; s <= 86400; s++)
        add(s * 1000, 2500, s == 40000 ? 16000 : 100);
    size_t count = read_all(SPAN_24_H, 86400000), peaks = 0;
    ck_assert_uint_ge(count, 599);
    ck_assert_uint_le(count, USAGE_HISTORY_SLOTS);
    ck_assert_int_lt(points[0].monotonic_ms, 144000); /* the points cover the whole day */
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(points[i].last.in_use, 100);
        if (points[i].highest.in_use != 100) {
            ck_assert_uint_eq(points[i].highest.in_use, 16000);
            ck_assert_uint_eq(points[i].highest.time_wait, 8000);
            ck_assert_int_le(llabs(points[i].monotonic_ms - 40000000), 144000);
            peaks++;
        }
        ck_assert(i == 0 || points[i].is_joined);
    }
    ck_assert_uint_eq(peaks, 1);
    /* The peak is not within the last hour. */
    count = read_all(SPAN_1_H, 86400000);
    ck_assert_uint_ge(count, 599);
    ck_assert_int_le(points[0].monotonic_ms, 86400000 - 3600000); /* reaches the left edge */
    for (size_t i = 0; i < count; i++)
        ck_assert_uint_eq(points[i].highest.in_use, 100);
}
END_TEST

/* After some days, the history contains only the newest samples. */
START_TEST(new_samples_replace_old_samples)
{
    usage_history_init(&history);
    for (int64_t s = 0; s < 3 * 86400; s += 7)
        add(s * 1000, 16000, s < 86400 ? 16000 : (uint32_t)(s / 864));
    for (int span = 0; span < SPAN_COUNT; span++) {
        int64_t now_ms = 3 * 86400000LL - 1000;
        size_t count = read_all(span, now_ms);

        ck_assert_uint_ge(count, 8);
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_lt(points[i].highest.in_use, 301);
            ck_assert_int_ge(points[i].monotonic_ms,
                             now_ms - 1000LL * usage_history_span_seconds(span) - 145000);
            ck_assert(i == 0 || points[i].monotonic_ms > points[i - 1].monotonic_ms);
        }
    }
}
END_TEST

/* If no samples are added for a long time, the old samples in reused slots must not count as new
 * samples. */
START_TEST(old_samples_do_not_return_after_a_pause)
{
    usage_history_init(&history);
    for (int i = 0; i < 600; i++)
        add(i * 1000, 2500, 5);
    ck_assert_uint_eq(read_all(SPAN_60_S, 600000 + 540000), 0);
    ck_assert_uint_eq(read_all(SPAN_10_MIN, 1200000), 0);
    ck_assert_uint_gt(read_all(SPAN_1_H, 1200000), 90);
    ck_assert_uint_eq(read_all(SPAN_24_H, 3 * 86400000LL), 0);
    add(1200000, 2500, 6);
    ck_assert_uint_eq(read_all(SPAN_10_MIN, 1200000), 1);
    ck_assert(!points[0].is_joined);
    ck_assert_uint_eq(points[0].last.in_use, 6);
}
END_TEST

START_TEST(few_columns_merge_neighbouring_points)
{
    for (int shift = 0; shift < 20; shift += 7)
        for (size_t capacity = 2; capacity < 620; capacity += 13) {
            struct usage_history_point few[700];
            int64_t now_ms = (599 + shift) * 1000LL;
            size_t count;
            bool has_peak = false;

            usage_history_init(&history);
            for (int i = shift; i < 600 + shift; i++)
                add(i * 1000LL, 2500, i == 333 ? 900 : 10);
            count = usage_history_read(&history, SPAN_10_MIN, now_ms, few, capacity);
            ck_assert_uint_le(count, capacity);
            ck_assert_uint_ge(count, capacity >= 600 ? 600 : capacity / 2);
            for (size_t i = 0; i < count; i++)
                has_peak |= few[i].highest.in_use == 900;
            ck_assert(has_peak);
            ck_assert_int_eq(few[count - 1].monotonic_ms, now_ms);
        }
    ck_assert_uint_eq(usage_history_read(&history, SPAN_10_MIN, 599000, points, 1), 0);
}
END_TEST

START_TEST(samples_of_a_clock_set_back_are_ignored)
{
    usage_history_init(&history);
    add(50000, 2500, 5);
    add(49999, 2500, 77);
    add(-5, 2500, 77);
    ck_assert_uint_eq(read_all(SPAN_60_S, 50000), 1);
    ck_assert_uint_eq(points[0].highest.in_use, 5);
    /* Samples with a time after now_ms are not shown. */
    add(60000, 2500, 6);
    ck_assert_uint_eq(read_all(SPAN_60_S, 55000), 1);
    ck_assert_uint_eq(read_all(SPAN_60_S, 59999), 1);
    add(60700, 2500, 7);
    /* One slot contains the last two samples. It is not shown, because its last sample is after
     * now_ms. */
    ck_assert_uint_eq(read_all(SPAN_60_S, 60200), 1);
    usage_history_init(&history);
    add(-1, 2500, 77);
    ck_assert_uint_eq(read_all(SPAN_60_S, 0), 0);
}
END_TEST

Suite *usage_history_suite(void)
{
    Suite *suite = suite_create("usage_history");
    TCase *tests = tcase_create("use_history");

    tcase_add_test(tests, spans_have_names_and_lengths);
    tcase_add_test(tests, an_empty_history_has_no_points);
    tcase_add_test(tests, each_second_has_a_point);
    tcase_add_test(tests, the_first_point_is_before_the_left_edge);
    tcase_add_test(tests, missing_samples_leave_a_gap);
    tcase_add_test(tests, unknown_and_partial_samples_leave_a_gap);
    tcase_add_test(tests, slow_samples_are_joined);
    tcase_add_test(tests, the_span_of_a_day_keeps_peaks);
    tcase_add_test(tests, new_samples_replace_old_samples);
    tcase_add_test(tests, old_samples_do_not_return_after_a_pause);
    tcase_add_test(tests, few_columns_merge_neighbouring_points);
    tcase_add_test(tests, samples_of_a_clock_set_back_are_ignored);
    suite_add_tcase(suite, tests);
    return suite;
}
