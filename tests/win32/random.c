#include "win32/random.h"

#include "win32/suites.h"

#include <check.h>
#include <string.h>

START_TEST(every_byte_is_filled_and_changes)
{
    enum { SIZE = 24, TIMES = 16 };
    unsigned char bytes[SIZE + 1] = {0}, seen[SIZE] = {0};
    struct fault fault;

    for (int i = 0; i < TIMES; i++) {
        unsigned char before[SIZE];

        memcpy(before, bytes, SIZE);
        ck_assert(random_fill(bytes, SIZE, &fault));
        ck_assert_int_ne(memcmp(before, bytes, SIZE), 0);
        for (int j = 0; j < SIZE; j++)
            seen[j] |= bytes[j];
    }
    for (int j = 0; j < SIZE; j++)
        ck_assert_uint_ne(seen[j], 0);
    ck_assert_uint_eq(bytes[SIZE], 0);
}
END_TEST

Suite *random_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *tests = tcase_create("random");

    tcase_add_test(tests, every_byte_is_filled_and_changes);
    suite_add_tcase(suite, tests);
    return suite;
}
