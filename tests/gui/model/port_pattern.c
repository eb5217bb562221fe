#include "gui/model/port_pattern.h"

#include "suites.h"

enum { REPEAT = 12 };

START_TEST(each_pattern_differs_from_every_other)
{
    for (int a = 0; a < PORT_CLASS_COUNT; a++)
        for (int b = 0; b < a; b++) {
            unsigned different = 0;

            for (unsigned y = 0; y < REPEAT; y++)
                for (unsigned x = 0; x < REPEAT; x++)
                    different += port_pattern_is_inked((enum port_class)a, x, y) !=
                                 port_pattern_is_inked((enum port_class)b, x, y);
            ck_assert_msg(different * 10 >= REPEAT * REPEAT, "%s and %s differ in %u dots",
                          port_class_name((enum port_class)a), port_class_name((enum port_class)b),
                          different);
        }
}
END_TEST

static bool is_moved_copy(enum port_class a, enum port_class b, unsigned across, unsigned down)
{
    for (unsigned y = 0; y < REPEAT; y++)
        for (unsigned x = 0; x < REPEAT; x++)
            if (port_pattern_is_inked(a, x, y) != port_pattern_is_inked(b, x + across, y + down))
                return false;
    return true;
}

START_TEST(no_pattern_is_a_moved_copy_of_another)
{
    for (int a = 0; a < PORT_CLASS_COUNT; a++)
        for (int b = 0; b < a; b++)
            for (unsigned move = 0; move < REPEAT * REPEAT; move++)
                ck_assert(!is_moved_copy((enum port_class)a, (enum port_class)b, move % REPEAT,
                                         move / REPEAT));
}
END_TEST

START_TEST(a_free_port_has_no_dot)
{
    for (unsigned y = 0; y < REPEAT; y++)
        for (unsigned x = 0; x < REPEAT; x++) {
            ck_assert(!port_pattern_is_inked(PORT_CLASS_FREE, x, y));
            ck_assert(port_pattern_is_inked(PORT_CLASS_LISTENING, x, y));
        }
}
END_TEST

Suite *port_pattern_suite(void)
{
    Suite *suite = suite_create("port_pattern");
    TCase *tests = tcase_create("port_pattern");

    tcase_add_test(tests, each_pattern_differs_from_every_other);
    tcase_add_test(tests, no_pattern_is_a_moved_copy_of_another);
    tcase_add_test(tests, a_free_port_has_no_dot);
    suite_add_tcase(suite, tests);
    return suite;
}
