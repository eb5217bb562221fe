#include "core/system/clock.h"
#include "suites.h"

#include <check.h>

START_TEST(kernel_sessions_are_distinguished)
{
    enum { MINUTE = 60 * 1000 };
    const int64_t start = 1700000000000;
    const struct {
        struct boot a, b;
        bool is_equal;
    } rows[] = {
        /* If both sessions have time stamps, only these decide. Start time and boot count may
         * differ. */
        {{.start_ms = start, .session_ms = start, .boot_count = 7},
         {.start_ms = start + 90 * MINUTE, .session_ms = start, .boot_count = 8},
         true},
        {{.start_ms = start, .session_ms = start},
         {.start_ms = start, .session_ms = start + 1000},
         true},
        {{.start_ms = start, .session_ms = start, .boot_count = 7},
         {.start_ms = start, .session_ms = start + 20000, .boot_count = 7},
         false},
        /* If a time stamp is missing, the boot counts decide, provided that both are known. */
        {{.start_ms = start, .session_ms = start, .boot_count = 7},
         {.start_ms = start + 90 * MINUTE, .boot_count = 7},
         true},
        {{.start_ms = start, .boot_count = 7}, {.start_ms = start, .boot_count = 8}, false},
        /* If a boot count is missing, too, the start times may differ by up to five minutes. */
        {{.start_ms = start, .boot_count = 7}, {.start_ms = start + 5 * MINUTE}, true},
        {{.start_ms = start}, {.start_ms = start - 5 * MINUTE}, true},
        {{.start_ms = start}, {.start_ms = start + 5 * MINUTE + 1}, false},
        {{.start_ms = start}, {.start_ms = start - 5 * MINUTE - 1}, false},
        {{.start_ms = INT64_MIN}, {.start_ms = INT64_MAX}, false},
        {{.start_ms = INT64_MAX}, {.start_ms = INT64_MIN}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(boot_equal(&rows[i].a, &rows[i].b) == rows[i].is_equal, "row %u",
                      (unsigned)i);
        ck_assert_msg(boot_equal(&rows[i].b, &rows[i].a) == rows[i].is_equal, "row %u, swapped",
                      (unsigned)i);
    }
}
END_TEST

Suite *clock_suite(void)
{
    Suite *suite = suite_create("clock");
    TCase *tests = tcase_create("clock");
    tcase_add_test(tests, kernel_sessions_are_distinguished);
    suite_add_tcase(suite, tests);
    return suite;
}
