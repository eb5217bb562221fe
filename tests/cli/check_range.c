#include "cli/check_range.h"

#include <check.h>
#include <string.h>

#include "suites.h"

/* The examples of the guideline, and the ends of each range. */
static const struct {
    const char *range, *inside, *outside; /* numbers separated by spaces */
} rows[] = {
    {"10", "0 0.000001 5 10", "-1 -0.000001 10.000001 11"},
    {"10:", "10 10.5 999999999999", "-5 0 9 9.999999"},
    {"~:10", "-999999999999 -1 0 10", "10.1 11"},
    {"10:20", "10 15 20", "9 21 9.9 20.1"},
    {"@10:20", "9 21 9.9 20.1", "10 15 20"},
    {"@10", "-1 11", "0 5 10"},
    {"@~:0", "1", "-1 0"},
    {"~:", "-5 0 5", ""},
    {"-5:5", "-5 0 5", "-6 6"},
    {"-20:-10", "-20 -15 -10", "-21 0 20"},
    {"0", "0", "-1 1"},
    {"0:0", "0", "-1 1"},
    {"0:", "0 1", "-1"},
    {"80.5", "0 80.5", "80.6"},
    {"0.000001", "0.000001", "0.000002"},
    {"123456789012.654321", "123456789012.654321", "123456789012.654322"},
};

/* Parses a number by means of a range that begins with it. */
static int64_t number(const char *text, size_t length)
{
    struct check_range range;
    struct fault fault;
    char expression[64];

    memcpy(expression, text, length);
    strcpy(expression + length, ":");
    ck_assert_msg(check_range_parse(expression, "-w", &range, &fault), "%s", fault.text);
    return range.start;
}

static void expect_alerts(const struct check_range *range, const char *numbers, bool alerts)
{
    for (const char *at = numbers; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");

        ck_assert_msg(check_range_alerts(range, number(at, length)) == alerts, "%s: %.*s",
                      range->text, (int)length, at);
        at += length;
    }
}

START_TEST(a_range_alerts_outside_its_ends)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct check_range range;
        struct fault fault;

        ck_assert_msg(check_range_parse(rows[i].range, "-w", &range, &fault), "%s", fault.text);
        ck_assert(range.is_given);
        ck_assert_str_eq(range.text, rows[i].range);
        expect_alerts(&range, rows[i].inside, false);
        expect_alerts(&range, rows[i].outside, true);
    }
}
END_TEST

/* A value without an end is above every number. */
START_TEST(a_value_without_an_end_is_above_every_number)
{
    struct check_range range;
    struct fault fault;

    ck_assert(check_range_parse("900:", "-w", &range, &fault));
    ck_assert(!check_range_alerts(&range, CHECK_HIGHEST));
    ck_assert(check_range_parse("999999999999", "-w", &range, &fault));
    ck_assert(check_range_alerts(&range, CHECK_HIGHEST));
}
END_TEST

START_TEST(an_absent_range_never_alerts)
{
    struct check_range range = {.is_given = false};

    ck_assert(!check_range_alerts(&range, 0));
    ck_assert(!check_range_alerts(&range, CHECK_HIGHEST));
}
END_TEST

START_TEST(an_invalid_range_is_named)
{
    static const char *const texts[] = {
        "",
        "@",
        ":",
        "~",
        "@~",
        ":10",
        "20:10",
        "10:20:30",
        "-1",
        "@-1",
        "abc",
        "0x10",
        "1e3",
        "1,5",
        "1.",
        ".5",
        "+5",
        "--5",
        " 10",
        "10 ",
        "10%",
        "10:~",
        "~10",
        "~:~",
        "@@10",
        "10:@20",
        "1234567890123",
        "0.1234567",
        "inf",
        "nan",
        "\xff",
        "99999999999999999999999999999999999999999999999999999999999999999999999999999999999999",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct check_range range = {.is_given = false};
        struct fault fault;

        ck_assert_msg(!check_range_parse(texts[i], "--warning", &range, &fault), "%s", texts[i]);
        ck_assert_int_eq(fault.kind, FAULT_USAGE);
        ck_assert_ptr_nonnull(strstr(fault.text, "\" is not a range."));
        ck_assert(!range.is_given);
    }
}
END_TEST

Suite *check_range_suite(void)
{
    Suite *suite = suite_create("check_range");
    TCase *tcase = tcase_create("check_range");

    tcase_add_test(tcase, a_range_alerts_outside_its_ends);
    tcase_add_test(tcase, a_value_without_an_end_is_above_every_number);
    tcase_add_test(tcase, an_absent_range_never_alerts);
    tcase_add_test(tcase, an_invalid_range_is_named);
    suite_add_tcase(suite, tcase);
    return suite;
}
