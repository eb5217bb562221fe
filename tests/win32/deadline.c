/* A deadline that passes ends the process, so program/check.c tests it. */
#include "win32/deadline.h"

#include "suites.h"

#include <string.h>

static struct deadline_adapter adapter;
static struct deadline_source source;
static struct fault fault;

START_TEST(a_cleared_deadline_does_not_end_the_process)
{
    deadline_open(&adapter, &source);
    for (int i = 0; i < 50; i++) {
        ck_assert_msg(source.set(source.context, 200, "too late\n", 3, &fault), "%s", fault.text);
        source.clear(source.context);
        ck_assert_ptr_null(adapter.thread);
        ck_assert_ptr_null(adapter.words);
    }
    Sleep(400);
}
END_TEST

START_TEST(clear_without_a_deadline_does_nothing)
{
    deadline_open(&adapter, &source);
    source.clear(source.context);
    ck_assert(source.set(source.context, 60000, "too late\n", 3, &fault));
    source.clear(source.context);
    source.clear(source.context);
}
END_TEST

START_TEST(the_words_are_copied)
{
    char words[] = "too late\n";

    deadline_open(&adapter, &source);
    ck_assert(source.set(source.context, 60000, words, 3, &fault));
    memset(words, 'x', sizeof words - 1);
    ck_assert_str_eq(adapter.words, "too late\n");
    source.clear(source.context);
}
END_TEST

Suite *deadline_suite(void)
{
    Suite *suite = suite_create("deadline");
    TCase *tests = tcase_create("deadline");

    suite_add_tcase(suite, tests);
    tcase_add_test(tests, a_cleared_deadline_does_not_end_the_process);
    tcase_add_test(tests, clear_without_a_deadline_does_nothing);
    tcase_add_test(tests, the_words_are_copied);
    return suite;
}
