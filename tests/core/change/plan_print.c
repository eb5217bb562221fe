#include <check.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/change/plan_make.h"
#include "core/change/plan_print.h"
#include "core/change/plan_scene.h"
#include "core/state/survey.h"
#include "fake/machine.h"
#include "golden.h"
#include "suites.h"

START_TEST(a_plan_is_printed_completely)
{
    struct fake fake;
    struct made made;
    struct text text;
    struct request requests[] = {
        ask("MaxUserPort", value_number(65534)),
        ask("TcpTimedWaitDelay", value_number(30)),
    };

    fake_init(&fake);
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    make_plan(&fake, requests, 2, &made);
    text_init(&text);
    plan_print(&made.plan, &made.survey, 80, &text);
    golden_check("core/plan/a_plan_is_printed_completely.txt", text_string(&text));
    text_release(&text);
    text_init(&text);
    plan_print(&made.plan, &made.survey, 40, &text);
    for (const char *line = text_string(&text); *line;) {
        size_t length = strcspn(line, "\n");

        ck_assert_msg(length <= 40, "%.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
    text_release(&text);
    made_release(&made);
    fake_release(&fake);
}
END_TEST

Suite *plan_print_suite(void)
{
    Suite *suite = suite_create("plan_print");
    TCase *tcase = tcase_create("plan");
    tcase_add_test(tcase, a_plan_is_printed_completely);
    suite_add_tcase(suite, tcase);
    return suite;
}
