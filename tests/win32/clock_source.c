#include "suites.h"
#include "win32/clock.h"
#include "win32/os_version.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <windows.h>

static struct clock_adapter adapter;
static struct clock_source functions;
static struct fault fault;

static void set_up(void)
{
    clock_open(&adapter, &functions);
}

START_TEST(now_equals_the_time_of_the_c_library)
{
    int64_t before = time(NULL);
    int64_t now = functions.now_ms(functions.context);
    ck_assert_int_ge(now / 1000, before);
    ck_assert_int_le(now / 1000, time(NULL));
}
END_TEST

START_TEST(monotonic_time_measures_a_sleep)
{
    int64_t before = functions.monotonic_ms(functions.context);
    functions.sleep_ms(functions.context, 60);
    int64_t slept = functions.monotonic_ms(functions.context) - before;
    ck_assert_int_ge(slept, 40);
    ck_assert_int_lt(slept, 20000);
}
END_TEST

START_TEST(the_offset_depends_on_the_date)
{
    /* A day in January 2025 and a day in July 2025. */
    static const int64_t moments[] = {1736899200, 1752537600};
    for (size_t i = 0; i < 2; i++) {
        FILETIME local, utc = {0};
        SYSTEMTIME utc_parts, local_parts;
        uint64_t ticks = (uint64_t)moments[i] * 10000000 + 116444736000000000u;
        utc.dwLowDateTime = (DWORD)ticks;
        utc.dwHighDateTime = (DWORD)(ticks >> 32);
        ck_assert(FileTimeToSystemTime(&utc, &utc_parts));
        ck_assert(SystemTimeToTzSpecificLocalTime(NULL, &utc_parts, &local_parts));
        ck_assert(SystemTimeToFileTime(&local_parts, &local));
        uint64_t local_ticks = (uint64_t)local.dwHighDateTime << 32 | local.dwLowDateTime;
        int64_t expected = ((int64_t)local_ticks - (int64_t)ticks) / 10000000;
        ck_assert_int_eq(functions.offset_seconds(functions.context, moments[i] * 1000 + 999),
                         expected);
    }
    ck_assert_int_eq(functions.offset_seconds(functions.context, INT64_MAX), 0);
    ck_assert_int_eq(functions.offset_seconds(functions.context, INT64_MIN), 0);
}
END_TEST

START_TEST(the_start_time_is_in_the_past_and_constant)
{
    struct boot first, second;
    struct clock_adapter other;
    struct clock_source other_port;
    ck_assert(functions.boot(functions.context, &first, &fault));
    clock_open(&other, &other_port);
    ck_assert(other_port.boot(other_port.context, &second, &fault));
    ck_assert_int_gt(first.start_ms, 1000000000000);
    ck_assert_int_le(first.start_ms, functions.now_ms(functions.context));
    ck_assert_int_ne(first.session_ms, 0);
    ck_assert_int_eq(first.session_ms, second.session_ms);
    ck_assert(boot_equal(&first, &second));
}
END_TEST

START_TEST(since_windows_8_resume_is_unknown_without_an_event)
{
    struct boot boot;
    struct os_version os;
    ck_assert(functions.boot(functions.context, &boot, &fault));
    ck_assert(os_version_number(&os, &fault));
    ck_assert(!boot.was_resumed && !boot.is_resume_known); /* resume() was not called yet */
    ck_assert_int_eq(functions.resume(functions.context, &boot), boot.is_resume_known);
    ck_assert(!boot.was_resumed);
    /* Wine's event log is empty, so the answer stays unknown. Before Windows 8, Windows never
     * resumes at a start, because there is no Fast Startup. */
    ck_assert_int_eq(boot.is_resume_known, !os_at_least(&os, 6, 2, 0));
}
END_TEST

Suite *clock_source_suite(void)
{
    Suite *suite = suite_create("clock_source");
    TCase *tests = tcase_create("clock_source");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, now_equals_the_time_of_the_c_library);
    tcase_add_test(tests, monotonic_time_measures_a_sleep);
    tcase_add_test(tests, the_offset_depends_on_the_date);
    tcase_add_test(tests, the_start_time_is_in_the_past_and_constant);
    tcase_add_test(tests, since_windows_8_resume_is_unknown_without_an_event);
    suite_add_tcase(suite, tests);
    return suite;
}
