#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/change/plan_scene.h"
#include "fake/machine.h"
#include "suites.h"

START_TEST(a_note_can_have_any_length)
{
    struct plan plan;
    struct fault fault;
    char *long_text = malloc(100001);

    memset(long_text, 'x', 100000);
    long_text[100000] = '\0';
    plan_init(&plan);
    ck_assert(plan_note(&plan, NOTE_INFO, &fault, "%s!", long_text));
    ck_assert(plan_note(&plan, NOTE_WARNING, &fault, "%s", ""));
    ck_assert_uint_eq(plan.note_count, 2);
    ck_assert_uint_eq(strlen(plan.notes[0].text), 100001);
    ck_assert_str_eq(plan.notes[1].text, "");
    plan_release(&plan);
    free(long_text);
}
END_TEST

/* ---- fresh and stale ---------------------------------------------------- */

START_TEST(a_plan_is_fresh_until_another_program_writes)
{
    struct fake fake;
    struct made made;
    struct fault fault;

    fake_init(&fake);
    make_number(&fake, 65534, &made);
    ck_assert(plan_is_fresh(&fake.machine, &made.plan, &fault));
    fake_put_number(&fake, "TcpTimedWaitDelay", 30); /* the plan does not contain this value */
    ck_assert(plan_is_fresh(&fake.machine, &made.plan, &fault));
    fake_put_number(&fake, "MaxUserPort", 12345);
    ck_assert(!plan_is_fresh(&fake.machine, &made.plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STALE);
    ck_assert_ptr_nonnull(
        strstr(fault.text, "Another program changed MaxUserPort in the meantime; the value is now "
                           "12345 (0x3039), no longer not set."));
    fake_remove(&fake, TCPIP_PARAMETERS, "MaxUserPort");
    ck_assert(plan_is_fresh(&fake.machine, &made.plan, &fault));
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), 1, FAIL_BEFORE);
    ck_assert(!plan_is_fresh(&fake.machine, &made.plan, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

Suite *plan_suite(void)
{
    Suite *suite = suite_create("plan");
    TCase *tcase = tcase_create("plan");
    tcase_add_test(tcase, a_note_can_have_any_length);
    tcase_add_test(tcase, a_plan_is_fresh_until_another_program_writes);
    suite_add_tcase(suite, tcase);
    return suite;
}
