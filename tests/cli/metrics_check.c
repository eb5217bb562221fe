#include "cli/metrics_check.h"

#include <check.h>
#include <string.h>

#include "suites.h"

#define HEAD "# HELP maxport_x A figure.\n# TYPE maxport_x gauge\n"

static bool check(const char *words, struct fault *fault)
{
    struct text text;
    bool is_valid;

    text_init(&text);
    text_puts(&text, words);
    is_valid = metrics_check(&text, fault);
    text_release(&text);
    return is_valid;
}

START_TEST(valid_text_is_accepted)
{
    static const char *const texts[] = {
        "",
        HEAD "maxport_x 7\n",
        HEAD "maxport_x{a=\"\"} 7\nmaxport_x{a=\"b\"} 7\n",
        HEAD "maxport_x{a=\"\\\\\",b=\"\\\"\",c=\"\\n\"} -7\n",
        HEAD "maxport_x 7 1764352800.123\n# EOF\n",
        "# TYPE maxport_x info\n# HELP maxport_x A figure.\nmaxport_x_info{v=\"1\"} 1\n",
    };
    struct fault fault;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(check(texts[i], &fault), "%s: %s", texts[i], fault.text);
}
END_TEST

START_TEST(invalid_text_is_refused)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"maxport_x 7\n", "Line 1 of the metrics is not valid: HELP and TYPE"},
        {HEAD "maxport_y 7\n", "Line 3 of the metrics is not valid: HELP and TYPE"},
        {HEAD "maxport_x_count 7\n", "HELP and TYPE"},
        {HEAD "maxport_x 7", "it does not end"},
        {HEAD "maxport_x\n", "not a number"},
        {HEAD "maxport_x seven\n", "not a number"},
        {HEAD "maxport_x 7 8 9\n", "not a number"},
        {HEAD "maxport_x{a=\"b} 7\n", "labels"},
        {HEAD "maxport_x{a=\"b\"c} 7\n", "labels"},
        {HEAD "maxport_x{a=\"\\b\"} 7\n", "labels"},
        {HEAD "maxport_x{a=\"b\nc\"} 7\n", "labels"},
        {HEAD "maxport_x{1a=\"b\"} 7\n", "labels"},
        {HEAD "maxport_x{} 7\n", "labels"},
        {HEAD "7\n", "HELP and TYPE"},
        {HEAD "\n", "HELP and TYPE"},
        {"# HELP 1x y\n", "no valid name"},
        {"# a comment\n", "neither HELP nor TYPE"},
        {HEAD "maxport_x 7\nmaxport_x 8\n", "contain a sample twice"},
        {HEAD "maxport_x{a=\"b\"} 7\nmaxport_x{a=\"c\"} 7\nmaxport_x{a=\"b\"} 8\n",
         "contain a sample twice"},
    };
    struct fault fault;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(!check(rows[i].text, &fault), "%s", rows[i].text);
        ck_assert_msg(strstr(fault.text, rows[i].why), "%s: %s", rows[i].text, fault.text);
    }
}
END_TEST

Suite *metrics_check_suite(void)
{
    Suite *suite = suite_create("metrics_check");
    TCase *tcase = tcase_create("metrics_check");

    tcase_add_test(tcase, valid_text_is_accepted);
    tcase_add_test(tcase, invalid_text_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
