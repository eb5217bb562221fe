/* With --expect-plan, a command writes only if its plan is still the plan that was shown. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static struct fake fake;
static char digest[65];

static void set_up(void)
{
    fake_init(&fake);
    *digest = '\0';
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_NETSH);
}

static void tear_down(void)
{
    fake_release(&fake);
}

static void run(const char *line)
{
    ck_assert_msg(run_line(&fake, line) == 0, "%s: %s%s", line, fake_out(&fake), fake_error(&fake));
}

/* ---- plans --------------------------------------------------------------- */

static void set_one(void)
{
    fake_put_number(&fake, "MaxUserPort", 60000);
}

static void back_up_two(void)
{
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake_put_number(&fake, "TcpTimedWaitDelay", 60);
    run("backup");
    fake_put_number(&fake, "MaxUserPort", 5000);
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
}

static void back_up_three(void)
{
    fake_put_number(&fake, "KeepAliveTime", 7);
    back_up_two();
    fake_put_number(&fake, "KeepAliveTime", 8);
}

static void change_two(void)
{
    fake_put_number(&fake, "MaxUserPort", 60000);
    run("set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes");
}

static void set_two(void *context)
{
    run_line(context, "set MaxUserPort=65534 TcpTimedWaitDelay=30 --yes");
}

static void interrupt(void)
{
    fake_upset(&fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(&fake, set_two, &fake));
    fake_restart(&fake);
    fake_publish(&fake);
}

static void move_range(void)
{
    run("range set --start 10000 --count 50000 --yes");
}

/* Each row is a command, and a value that another program writes after the plan was shown. */
static const struct {
    void (*prepare)(void);
    const char *line;
    const char *name; /* NULL: the other program changes the running range instead */
    uint32_t other;
} plans[] = {
    {set_one, "set 65534", "MaxUserPort", 50000},
    {set_one, "set 65534 TcpTimedWaitDelay=30", "TcpTimedWaitDelay", 60},
    /* The other program has already written the wanted value. */
    {set_one, "set 65534", "MaxUserPort", 65534},
    /* When the plan was shown, the value was already set. */
    {set_one, "set 60000", "MaxUserPort", 50000},
    {set_one, "reset", "MaxUserPort", 50000},
    {back_up_two, "restore 1", "MaxUserPort", 50000},
    {back_up_two, "restore 1", "TcpTimedWaitDelay", 31},
    /* The other program has already written one of the two values. */
    {back_up_two, "restore 1", "MaxUserPort", 60000},
    {back_up_three, "restore 1 --value KeepAliveTime", "KeepAliveTime", 9},
    {change_two, "undo 1 --force", "MaxUserPort", 50000},
    {change_two, "undo", "MaxUserPort", 60000},
    /* The interrupted change wrote only the first of its two values, and the other program writes
     * the second. Then the registry contains both values, so the change counts as done. */
    {interrupt, "set 60000", "TcpTimedWaitDelay", 30},
    {move_range, "range set --start 20000 --count 30000", NULL, 0},
};

static void write_as_other(int row)
{
    if (plans[row].name)
        fake_put_number(&fake, plans[row].name, plans[row].other);
    else
        fake_answer_range(&fake, PROTOCOL_TCP, FAMILY_IPV4, 15000, 40000, RANGE_SOURCE_NETSH);
}

/* Runs the line with --dry-run and stores the digest of the printed plan. */
static void store_digest(const char *line)
{
    struct text whole;
    json_t *document;

    text_init(&whole);
    text_printf(&whole, "%s --dry-run --json", line);
    run(text_string(&whole));
    text_release(&whole);
    document = out_json(&fake);
    strcpy(digest, json_text_at(document, "plan_sha256"));
    json_decref(document);
    ck_assert_uint_eq(strspn(digest, "0123456789abcdef"), 64);
}

static int apply_shown(const char *line)
{
    struct text whole;
    int code;

    text_init(&whole);
    text_printf(&whole, "%s --yes --expect-plan %s", line, digest);
    code = run_line(&fake, text_string(&whole));
    text_release(&whole);
    return code;
}

static void dump(struct text *text)
{
    text_init(text);
    fake_dump_registry(&fake, text);
    text_printf(text, "%u writes to the store, %u of ranges\n", fake.store_writes,
                fake.range_writes);
}

START_TEST(an_unchanged_plan_is_applied)
{
    plans[_i].prepare();
    store_digest(plans[_i].line);
    ck_assert_msg(apply_shown(plans[_i].line) == 0, "%s", fake_error(&fake));
}
END_TEST

START_TEST(a_changed_plan_writes_nothing)
{
    struct text before, after;

    plans[_i].prepare();
    store_digest(plans[_i].line);
    write_as_other(_i);
    dump(&before);
    ck_assert_int_eq(apply_shown(plans[_i].line), 1);
    expect_in(fake_error(&fake), "The plan has changed since it was shown. Nothing was changed.");
    dump(&after);
    ck_assert_str_eq(text_string(&after), text_string(&before));
    text_release(&before);
    text_release(&after);
}
END_TEST

static const char unknown_digest[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

START_TEST(a_refusal_lists_the_planned_writes)
{
    back_up_two();
    strcpy(digest, unknown_digest);
    ck_assert_int_eq(apply_shown("restore 1"), 1);
    expect_screen(&fake, "apply_flow/a_refusal_lists_the_planned_writes");
    tear_down();
    set_up();
    interrupt();
    strcpy(digest, unknown_digest);
    ck_assert_int_eq(apply_shown("set MaxUserPort=5000 TcpTimedWaitDelay=60"), 1);
    expect_screen(&fake, "apply_flow/a_refusal_lists_the_resolved_change");
}
END_TEST

START_TEST(expect_plan_works_in_capitals_and_with_expect)
{
    set_one();
    store_digest("set 65534");
    for (char *at = digest; *at; at++)
        if (*at >= 'a')
            *at = (char)(*at - 'a' + 'A');
    ck_assert_int_eq(apply_shown("set 65534 --expect 5000"), 1);
    ck_assert_msg(apply_shown("set 65534 --expect 60000") == 0, "%s", fake_error(&fake));
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
}
END_TEST

START_TEST(an_invalid_digest_is_refused_first)
{
    static const char *const bad[] = {
        "", "65534", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
        "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};

    set_one();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char line[200];

        snprintf(line, sizeof line, "set 65534 --yes --expect-plan=%s", bad[i]);
        ck_assert_int_eq(run_line(&fake, line), 2);
        expect_in(fake_error(&fake), "--expect-plan");
    }
    ck_assert_uint_eq(fake.registry_writes + fake.store_writes, 0);
}
END_TEST

Suite *cli_apply_flow_suite(void)
{
    Suite *suite = suite_create("cli_apply_flow");
    TCase *tcase = tcase_create("apply_flow");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, an_unchanged_plan_is_applied, 0, sizeof plans / sizeof *plans);
    tcase_add_loop_test(tcase, a_changed_plan_writes_nothing, 0, sizeof plans / sizeof *plans);
    tcase_add_test(tcase, a_refusal_lists_the_planned_writes);
    tcase_add_test(tcase, expect_plan_works_in_capitals_and_with_expect);
    tcase_add_test(tcase, an_invalid_digest_is_refused_first);
    suite_add_tcase(suite, tcase);
    return suite;
}
