#include "win32/guard.h"

#include "suites.h"
#include "win32/lib/background.h"

#include <check.h>
#include <string.h>

static struct fault fault;

struct work {
    struct guard *guard;
    DWORD exception; /* code of the exception to raise; 0: none */
    DWORD pause_ms;
};

static void run(void *data)
{
    struct work *work = data;
    guard_enter(work->guard);
    Sleep(work->pause_ms);
    if (work->exception)
        RaiseException(work->exception, EXCEPTION_NONCONTINUABLE, 0, NULL);
    guard_leave(work->guard);
}

static void release(void *data)
{
    guard_release(((struct work *)data)->guard);
}

static enum guard_end end_of(DWORD exception, DWORD pause_ms, DWORD limit_ms, uint32_t *code)
{
    struct work work = {.guard = guard_make(&fault), .exception = exception, .pause_ms = pause_ms};
    ck_assert_ptr_nonnull(work.guard);
    struct background *job = background_start(run, release, &work, sizeof work, 5000, &fault);
    ck_assert_ptr_nonnull(job);
    enum guard_end end = guard_wait(work.guard, limit_ms, code);
    if (end == GUARD_LEFT)
        ck_assert_ptr_nonnull(background_wait(job));
    background_close(job);
    return end;
}

START_TEST(the_guard_distinguishes_success_crash_and_timeout)
{
    uint32_t code = 7;
    ck_assert_int_eq(end_of(0, 0, 5000, &code), GUARD_LEFT);
    ck_assert_uint_eq(code, 0);
    ck_assert_int_eq(end_of(0, 600, 100, &code), GUARD_LATE);
    ck_assert_int_eq(end_of(0xc0000094, 0, 5000, &code), GUARD_CRASHED);
    ck_assert_uint_eq(code, 0xc0000094);
    ck_assert(background_has_abandoned());
    ck_assert_int_eq(end_of(0, 0, 5000, &code), GUARD_LEFT);
}
END_TEST

Suite *guard_suite(void)
{
    Suite *suite = suite_create("guard");
    TCase *tests = tcase_create("guard");
    tcase_add_test(tests, the_guard_distinguishes_success_crash_and_timeout);
    suite_add_tcase(suite, tests);
    return suite;
}
