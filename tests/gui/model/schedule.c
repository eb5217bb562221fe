/* Tests of the schedule of the window: while the window is paused, its figures stay. */
#include <check.h>

#include "../../suites.h"
#include "gui/model/schedule.h"

enum { HOUR_MS = 3600 * 1000 };

/* An assessment of 100 ms at the time 0, and then a sample of 10 ms. */
static struct schedule start(uint32_t interval_ms)
{
    struct schedule schedule;

    schedule_init(&schedule, interval_ms);
    ck_assert(schedule_assessment_is_due(&schedule, 0));
    ck_assert(schedule_sample_is_due(&schedule, 0));
    schedule_note_assessment(&schedule, true, 0, 100);
    schedule_note_sample(&schedule, 100, 10, false);
    return schedule;
}

START_TEST(a_paused_window_samples_only_on_request)
{
    struct schedule schedule = start(0);

    ck_assert(!schedule_sample_is_due(&schedule, HOUR_MS));
    ck_assert(!schedule_assessment_is_due(&schedule, HOUR_MS));
    ck_assert_uint_eq(schedule_wait_ms(&schedule, HOUR_MS), SCHEDULE_NEVER);
    schedule_request_sample(&schedule);
    ck_assert(schedule_sample_is_due(&schedule, HOUR_MS));
    ck_assert_uint_eq(schedule_wait_ms(&schedule, HOUR_MS), 0);
    /* A sample that outdates the assessment does not cause another assessment. */
    schedule_note_sample(&schedule, HOUR_MS, 10, true);
    ck_assert(!schedule_assessment_is_due(&schedule, 2 * HOUR_MS));
    ck_assert_uint_eq(schedule_wait_ms(&schedule, HOUR_MS), SCHEDULE_NEVER);
}
END_TEST

START_TEST(a_window_that_is_no_longer_paused_samples_again)
{
    struct schedule schedule = start(0);

    schedule.interval_ms = 2000;
    schedule_request_sample(&schedule);
    ck_assert(schedule_sample_is_due(&schedule, HOUR_MS));
    ck_assert(schedule_assessment_is_due(&schedule, HOUR_MS));
}
END_TEST

/* Without an assessment the window is empty, so it tries again even if it is paused. */
START_TEST(a_paused_window_still_gets_its_first_figures)
{
    struct schedule schedule;

    schedule_init(&schedule, 0);
    schedule_note_assessment(&schedule, false, 0, 100);
    schedule_note_failed_sample(&schedule, 100);
    ck_assert(!schedule_assessment_is_due(&schedule, 200));
    ck_assert(schedule_assessment_is_due(&schedule, SCHEDULE_ASSESSMENT_MS));
    schedule_note_assessment(&schedule, true, SCHEDULE_ASSESSMENT_MS, SCHEDULE_ASSESSMENT_MS + 100);
    ck_assert(schedule_sample_is_due(&schedule, SCHEDULE_ASSESSMENT_MS + 100));
}
END_TEST

START_TEST(samples_and_assessments_follow_the_interval)
{
    struct schedule schedule = start(2000);

    ck_assert_uint_eq(schedule_wait_ms(&schedule, 100), 2000);
    ck_assert(!schedule_sample_is_due(&schedule, 2099));
    ck_assert(schedule_sample_is_due(&schedule, 2100));
    ck_assert(!schedule_assessment_is_due(&schedule, SCHEDULE_ASSESSMENT_MS - 1));
    ck_assert(schedule_assessment_is_due(&schedule, SCHEDULE_ASSESSMENT_MS));
    /* A slow sample takes at most 5 % of the time. */
    ck_assert_uint_eq(schedule_note_sample(&schedule, 3000, 500, false), 10000);
    ck_assert(!schedule_sample_is_due(&schedule, 12999));
    ck_assert(schedule_sample_is_due(&schedule, 13000));
    schedule_note_failed_sample(&schedule, 13000);
    ck_assert(schedule_sample_is_due(&schedule, 15000));
}
END_TEST

START_TEST(an_outdated_assessment_is_made_again_soon)
{
    struct schedule schedule = start(2000);

    schedule_note_sample(&schedule, 2100, 10, true);
    ck_assert(!schedule_assessment_is_due(&schedule, SCHEDULE_SOON_MS - 1));
    ck_assert(schedule_assessment_is_due(&schedule, SCHEDULE_SOON_MS));
    /* An assessment of 1 second is made at most every 20 seconds. */
    schedule_note_assessment(&schedule, true, 6000, 7000);
    schedule_note_sample(&schedule, 7000, 10, true);
    ck_assert(!schedule_assessment_is_due(&schedule, 25999));
    ck_assert(schedule_assessment_is_due(&schedule, 26000));
}
END_TEST

Suite *schedule_suite(void)
{
    Suite *suite = suite_create("schedule");
    TCase *tcase = tcase_create("schedule");

    tcase_add_test(tcase, a_paused_window_samples_only_on_request);
    tcase_add_test(tcase, a_window_that_is_no_longer_paused_samples_again);
    tcase_add_test(tcase, a_paused_window_still_gets_its_first_figures);
    tcase_add_test(tcase, samples_and_assessments_follow_the_interval);
    tcase_add_test(tcase, an_outdated_assessment_is_made_again_soon);
    suite_add_tcase(suite, tcase);
    return suite;
}
