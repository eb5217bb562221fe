#include "gui/model/headline.h"

#include <check.h>
#include <string.h>

#include "../../suites.h"
#include "cli/run.h"
#include "core/diagnosis/diagnosis_scene.h"

/* Makes an assessment when `then` ports have leaked, then leaks `more` ports, takes a sample and
 * makes the headline from both. */
static void make(unsigned then, unsigned more, struct headline *headline, struct text *text)
{
    struct usage usage[PROTOCOL_COUNT];
    struct fault fault;
    struct sockets sockets;

    tcp(then, STATE_CLOSE_WAIT, 49152, "10.0.0.9", 443, 4711);
    diagnose(1, false);
    tcp(more, STATE_CLOSE_WAIT, (uint16_t)(49152 + then), "10.0.0.9", 443, 4711);
    sockets_init(&sockets);
    ck_assert(
        fake.machine.sockets.fetch(fake.machine.sockets.context, SOCKETS_ROWS, &sockets, &fault));
    survey_count(&snapshot.survey, &sockets, usage);
    sockets_release(&sockets);
    text_init(text);
    headline_make(&diagnosis, &snapshot.survey, usage, headline, text);
}

START_TEST(the_headline_has_the_figures_of_the_newest_sample)
{
    struct headline headline;
    struct text text;

    make(14000, 1000, &headline, &text);
    expect_in(text_string(&text), "(IPv4: 92 %)");
    expect_not_in(text_string(&text), "14,000");
    ck_assert_int_eq(headline.level, VERDICT_NEARLY_FULL);
    ck_assert(!headline.is_healthy && !headline.is_outdated);
    text_release(&text);
}
END_TEST

START_TEST(without_a_change_the_headline_is_the_diagnosis)
{
    struct headline headline;
    struct text text;

    make(14000, 0, &headline, &text);
    ck_assert_str_eq(text_string(&text), text_string(&diagnosis.verdict));
    text_release(&text);
}
END_TEST

/* While enough ports are free, only the assessment can find a leak, not the sample. So the headline
 * states the time of the assessment. */
START_TEST(an_older_diagnosis_states_its_time)
{
    struct headline headline;
    struct text text;

    make(6000, 10, &headline, &text);
    expect_in(text_string(&text), "uses 6,000 of 16,384 ports (37 %). (Checked at 10:00:00.)");
    text_release(&text);
}
END_TEST

START_TEST(a_new_shortage_replaces_the_older_diagnosis)
{
    struct headline headline;
    struct text text;

    make(10, 16300, &headline, &text);
    expect_in(text_string(&text), "TCP is full (IPv4: 74 of 16,384 ports are free)");
    ck_assert(!headline.is_healthy && headline.is_outdated);
    ck_assert_int_eq(headline.level, VERDICT_FULL);
    text_release(&text);
}
END_TEST

START_TEST(a_healthy_headline_has_the_figures_of_the_newest_sample)
{
    struct headline headline;
    struct text text;

    make(100, 1600, &headline, &text);
    ck_assert_str_eq(text_string(&text), "No port problem now: TCP uses 10 %, UDP uses 0 %.");
    ck_assert(headline.is_healthy);
    text_release(&text);
}
END_TEST

Suite *headline_suite(void)
{
    Suite *suite = suite_create("headline");
    TCase *tests = tcase_create("headline");

    tcase_add_checked_fixture(tests, outage_set_up, outage_tear_down);
    tcase_add_test(tests, the_headline_has_the_figures_of_the_newest_sample);
    tcase_add_test(tests, without_a_change_the_headline_is_the_diagnosis);
    tcase_add_test(tests, an_older_diagnosis_states_its_time);
    tcase_add_test(tests, a_new_shortage_replaces_the_older_diagnosis);
    tcase_add_test(tests, a_healthy_headline_has_the_figures_of_the_newest_sample);
    suite_add_tcase(suite, tests);
    return suite;
}
