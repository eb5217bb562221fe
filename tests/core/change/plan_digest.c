#include <check.h>
#include <string.h>

#include "core/change/plan_digest.h"
#include "suites.h"

/* A plan with one step, and an interrupted change that must be resolved first with one write. Each
 * function in `differences` changes one property of them. */
struct sample {
    struct step steps[2];
    struct step write;
    struct resolution row;
    struct plan plan;
    struct resolving resolving;
};

static void make(struct sample *sample)
{
    struct fault fault;

    memset(sample, 0, sizeof *sample);
    for (int i = 0; i < 2; i++) {
        ck_assert(place_registry(&sample->steps[i].place, TCPIP_PARAMETERS, i ? "B" : "A", &fault));
        sample->steps[i].before = value_number(1);
        sample->steps[i].after = value_number(2);
    }
    sample->write = sample->steps[1];
    sample->row = (struct resolution){
        .id = 3, .state = ENTRY_ROLLED_BACK, .writes = &sample->write, .write_count = 1};
    sample->plan.steps = sample->steps;
    sample->plan.step_count = 1;
    sample->resolving.rows = &sample->row;
    sample->resolving.count = 1;
}

static void before_differs(struct sample *sample)
{
    sample->steps[0].before = value_absent();
}

static void after_differs(struct sample *sample)
{
    sample->steps[0].after = value_absent();
}

static void name_differs(struct sample *sample)
{
    sample->steps[0].place.name[0] = 'C';
}

static void key_differs(struct sample *sample)
{
    sample->steps[0].place.key[0] = 'X';
}

static void place_is_a_range(struct sample *sample)
{
    sample->steps[0].place = place_range(PROTOCOL_TCP, FAMILY_IPV4);
}

static void one_step_more(struct sample *sample)
{
    sample->plan.step_count = 2;
}

static void no_step(struct sample *sample)
{
    sample->plan.step_count = 0;
}

static void another_change_is_resolved(struct sample *sample)
{
    sample->row.id = 4;
}

static void change_counts_as_done(struct sample *sample)
{
    sample->row.state = ENTRY_DONE;
}

static void resolving_writes_another_value(struct sample *sample)
{
    sample->write.after = value_number(7);
}

static void no_change_is_resolved(struct sample *sample)
{
    sample->resolving.count = 0;
}

/* Writes the same two values as the original sample, but both are steps of the plan; resolving the
 * interrupted change writes nothing. */
static void both_writes_are_steps(struct sample *sample)
{
    sample->plan.step_count = 2;
    sample->plan.steps = sample->steps;
    sample->row.write_count = 0;
}

static void (*const differences[])(struct sample *) = {
    before_differs,
    after_differs,
    name_differs,
    key_differs,
    place_is_a_range,
    one_step_more,
    no_step,
    another_change_is_resolved,
    change_counts_as_done,
    resolving_writes_another_value,
    no_change_is_resolved,
    both_writes_are_steps,
};

START_TEST(each_difference_changes_the_digest)
{
    enum { COUNT = sizeof differences / sizeof *differences + 1 };
    char digests[COUNT][SHA256_HEX_SIZE];
    struct fault fault;

    for (size_t i = 0; i < COUNT; i++) {
        struct sample sample;

        make(&sample);
        if (i > 0)
            differences[i - 1](&sample);
        ck_assert(plan_digest(&sample.plan, &sample.resolving, digests[i], &fault));
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(strcmp(digests[i], digests[j]) != 0, "%zu and %zu are the same", i, j);
    }
}
END_TEST

START_TEST(equal_writes_have_equal_digests)
{
    char a[SHA256_HEX_SIZE], b[SHA256_HEX_SIZE];
    struct sample sample;
    struct fault fault;

    make(&sample);
    ck_assert(plan_digest(&sample.plan, &sample.resolving, a, &fault));
    sample.plan.needs_restart = true; /* the digest does not depend on this field or the next one */
    sample.plan.already_count = 1;
    ck_assert(plan_digest(&sample.plan, &sample.resolving, b, &fault));
    ck_assert_str_eq(a, b);
}
END_TEST

START_TEST(a_long_summary_is_shortened)
{
    struct step steps[5];
    struct sample sample;
    struct text text;

    make(&sample);
    for (int i = 0; i < 5; i++)
        steps[i] = sample.steps[0];
    sample.plan.steps = steps;
    sample.plan.step_count = 5;
    text_init(&text);
    plan_summary(&sample.plan, &sample.resolving, &text);
    ck_assert_str_eq(text_string(&text), "change 3 is resolved first; A 1 (0x1) -> 2 (0x2); "
                                         "A 1 (0x1) -> 2 (0x2); and 3 more");
    text_release(&text);
}
END_TEST

Suite *plan_digest_suite(void)
{
    Suite *suite = suite_create("plan_digest");
    TCase *tcase = tcase_create("plan_digest");

    tcase_add_test(tcase, each_difference_changes_the_digest);
    tcase_add_test(tcase, equal_writes_have_equal_digests);
    tcase_add_test(tcase, a_long_summary_is_shortened);
    suite_add_tcase(suite, tcase);
    return suite;
}
