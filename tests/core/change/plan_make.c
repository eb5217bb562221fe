#include <check.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/change/plan_make.h"
#include "core/change/plan_print.h"
#include "core/change/plan_scene.h"
#include "core/state/survey.h"
#include "fake/machine.h"
#include "suites.h"

START_TEST(a_plan_contains_old_and_new_values)
{
    struct fake fake;
    struct made made;

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 30000);
    make_number(&fake, 65534, &made);
    ck_assert_uint_eq(made.plan.step_count, 1);
    ck_assert_str_eq(made.plan.steps[0].place.name, "MaxUserPort");
    ck_assert_uint_eq(made.plan.steps[0].before.number, 30000);
    ck_assert_uint_eq(made.plan.steps[0].after.number, 65534);
    ck_assert(made.plan.needs_restart);
    ck_assert(made.plan.moves_range);
    ck_assert_uint_eq(made.plan.already_count, 0);
    ck_assert_uint_eq(fake.registry_writes + fake.store_writes, 0);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(values_already_set_are_counted_and_omitted)
{
    struct fake fake;
    struct made made;
    struct request requests[] = {
        ask("MaxUserPort", value_absent()),
        ask("TcpTimedWaitDelay", value_number(30)),
    };

    fake_init(&fake);
    make_plan(&fake, requests, 2, &made);
    ck_assert_uint_eq(made.plan.step_count, 1);
    ck_assert_uint_eq(made.plan.already_count, 1);
    ck_assert_str_eq(made.plan.steps[0].place.name, "TcpTimedWaitDelay");
    ck_assert(!made.plan.moves_range);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(absent_zero_and_raw_values_differ)
{
    static const uint8_t zero[4] = {0};
    struct fake fake;
    struct made made;

    fake_init(&fake);
    fake_put(&fake, TCPIP_PARAMETERS, "MaxUserPort", TYPE_BINARY, zero, sizeof zero);
    make_number(&fake, 5000, &made);
    ck_assert_int_eq(made.plan.steps[0].before.kind, VALUE_RAW);
    made_release(&made);
    fake_put_number(&fake, "MaxUserPort", 0);
    {
        struct request request = ask("MaxUserPort", value_absent());

        make_plan(&fake, &request, 1, &made);
    }
    ck_assert_uint_eq(made.plan.step_count, 1);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(an_empty_request_yields_an_empty_plan)
{
    struct fake fake;
    struct made made;
    struct text text;

    fake_init(&fake);
    make_plan(&fake, NULL, 0, &made);
    ck_assert_uint_eq(made.plan.step_count + made.plan.note_count, 0);
    ck_assert(!made.plan.needs_restart);
    text_init(&text);
    plan_print(&made.plan, &made.survey, 80, &text);
    ck_assert_str_eq(text_string(&text), "  Plan\n");
    text_release(&text);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

START_TEST(a_place_requested_twice_is_refused)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct request requests[] = {
        ask("MaxUserPort", value_number(5000)),
        ask("TcpTimedWaitDelay", value_number(30)),
        ask("MAXUSERPORT", value_number(6000)),
    };

    ck_assert(requests_are_distinct(requests, 0, &fault));
    ck_assert(requests_are_distinct(requests, 2, &fault));
    ck_assert(!requests_are_distinct(requests, 3, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert_str_eq(fault.text, "MAXUSERPORT was given more than once. Nothing was changed.");
    fake_init(&fake);
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(!plan_make(&fake.machine, &survey, requests, 3, &plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(plan_make_fails_for_an_unreadable_place)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct request requests[] = {
        ask("MaxUserPort", value_number(5000)),
        ask("TcpTimedWaitDelay", value_number(30)),
    };

    for (unsigned nth = 1; nth <= 2; nth++) {
        fake_init(&fake);
        ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
        fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), nth, FAIL_BEFORE);
        ck_assert(!plan_make(&fake.machine, &survey, requests, 2, &plan, &fault));
        ck_assert_int_eq(fault.kind, FAULT_FAILED);
        survey_release(&survey);
        fake_release(&fake);
    }
    fake_init(&fake);
    fake_key(&fake, TCPIP_PARAMETERS)->is_unreadable = true;
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(!plan_make(&fake.machine, &survey, requests, 2, &plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

static void make_step(struct step *step, const char *name, struct value before, struct value after)
{
    *step = (struct step){.place = place_of(name), .before = before, .after = after};
}

START_TEST(a_reverse_plan_swaps_old_and_new_in_reverse_order)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct step steps[2];

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 65534);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    make_step(&steps[0], "MaxUserPort", value_absent(), value_number(65534));
    make_step(&steps[1], "TcpTimedWaitDelay", value_number(60), value_number(30));
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(plan_make_reverse(&fake.machine, &survey, steps, 2, false, &plan, &fault));
    ck_assert_uint_eq(plan.step_count, 2);
    ck_assert_str_eq(plan.steps[0].place.name, "TcpTimedWaitDelay");
    ck_assert_uint_eq(plan.steps[0].after.number, 60);
    ck_assert_str_eq(plan.steps[1].place.name, "MaxUserPort");
    ck_assert_uint_eq(plan.steps[1].before.number, 65534);
    ck_assert_int_eq(plan.steps[1].after.kind, VALUE_ABSENT);
    plan_release(&plan);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(a_reverse_plan_lists_values_changed_since)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct step steps[2];

    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 7000);
    make_step(&steps[0], "MaxUserPort", value_absent(), value_number(65534));
    make_step(&steps[1], "TcpTimedWaitDelay", value_number(60), value_number(30));
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(!plan_make_reverse(&fake.machine, &survey, steps, 2, false, &plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STALE);
    ck_assert_ptr_nonnull(strstr(fault.text, "MaxUserPort is now 7000 (0x1b58); after the change "
                                             "it was 65534 (0xfffe), before the change not set."));
    ck_assert_ptr_nonnull(strstr(fault.text, "TcpTimedWaitDelay is now not set;"));
    ck_assert_ptr_nonnull(strstr(fault.text, "--force"));
    ck_assert(plan_make_reverse(&fake.machine, &survey, steps, 2, true, &plan, &fault));
    ck_assert_uint_eq(plan.step_count, 2);
    /* The plan contains the current value, not the value that the change wrote. */
    ck_assert_uint_eq(plan.steps[1].before.number, 7000);
    plan_release(&plan);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

START_TEST(a_reverse_plan_omits_values_already_restored)
{
    struct fake fake;
    struct survey survey;
    struct plan plan;
    struct fault fault;
    struct step steps[2];

    fake_init(&fake);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    make_step(&steps[0], "MaxUserPort", value_absent(), value_number(65534));
    make_step(&steps[1], "TcpTimedWaitDelay", value_number(60), value_number(30));
    ck_assert(survey_take(&fake.machine, SURVEY_RANGES, &survey, &fault));
    ck_assert(plan_make_reverse(&fake.machine, &survey, steps, 2, false, &plan, &fault));
    ck_assert_uint_eq(plan.step_count, 1);
    ck_assert_uint_eq(plan.already_count, 1);
    ck_assert_str_eq(plan.steps[0].place.name, "TcpTimedWaitDelay");
    plan_release(&plan);
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), 2, FAIL_BEFORE);
    ck_assert(!plan_make_reverse(&fake.machine, &survey, steps, 2, false, &plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    survey_release(&survey);
    fake_release(&fake);
}
END_TEST

Suite *plan_make_suite(void)
{
    Suite *suite = suite_create("plan_make");
    TCase *tcase = tcase_create("plan");
    tcase_add_test(tcase, a_plan_contains_old_and_new_values);
    tcase_add_test(tcase, values_already_set_are_counted_and_omitted);
    tcase_add_test(tcase, absent_zero_and_raw_values_differ);
    tcase_add_test(tcase, an_empty_request_yields_an_empty_plan);
    tcase_add_test(tcase, a_place_requested_twice_is_refused);
    tcase_add_test(tcase, plan_make_fails_for_an_unreadable_place);
    tcase_add_test(tcase, a_reverse_plan_swaps_old_and_new_in_reverse_order);
    tcase_add_test(tcase, a_reverse_plan_lists_values_changed_since);
    tcase_add_test(tcase, a_reverse_plan_omits_values_already_restored);
    suite_add_tcase(suite, tcase);
    return suite;
}
