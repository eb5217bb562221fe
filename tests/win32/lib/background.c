#include "win32/lib/background.h"

#include "../suites.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

static struct fault fault;
static LONG released;

struct work {
    HANDLE may_end; /* the job waits for this event; NULL: the job does not wait */
    unsigned *heap; /* the job owns this memory */
    unsigned number, answer;
};

static void run(void *data)
{
    struct work *work = data;
    if (work->may_end)
        WaitForSingleObject(work->may_end, INFINITE);
    *work->heap += 1; /* may crash if the memory was already freed */
    work->answer = work->number * 2;
}

static void release(void *data)
{
    free(((struct work *)data)->heap);
    InterlockedIncrement(&released);
}

static struct background *start(HANDLE may_end, unsigned number, DWORD limit_ms)
{
    struct work work = {.may_end = may_end, .number = number};
    work.heap = calloc(1, sizeof *work.heap);
    ck_assert_ptr_nonnull(work.heap);
    struct background *job = background_start(run, release, &work, sizeof work, limit_ms, &fault);
    ck_assert_msg(job != NULL, "%s", fault.text);
    return job;
}

static void wait_for(LONG *counter, LONG wanted)
{
    for (int i = 0; i < 500 && InterlockedCompareExchange(counter, 0, 0) != wanted; i++)
        Sleep(10);
    ck_assert_int_eq(InterlockedCompareExchange(counter, 0, 0), wanted);
}

static void wait_until_nothing_is_abandoned(void)
{
    for (int i = 0; i < 500 && background_has_abandoned(); i++)
        Sleep(10);
    ck_assert(!background_has_abandoned());
}

START_TEST(a_job_that_ends_in_time_returns_its_data)
{
    released = 0;
    struct background *job = start(NULL, 21, 5000);
    const struct work *work = background_wait(job);
    ck_assert_ptr_nonnull(work);
    ck_assert_uint_eq(work->answer, 42);
    ck_assert_ptr_eq(background_wait(job), work);
    ck_assert_int_eq(released, 0);
    background_close(job);
    ck_assert_int_eq(released, 1);
    ck_assert(!background_has_abandoned());
    background_close(NULL);
}
END_TEST

START_TEST(a_late_job_is_abandoned_and_frees_its_data)
{
    released = 0;
    HANDLE may_end = CreateEventW(NULL, TRUE, FALSE, NULL);
    DWORD begin = GetTickCount();
    struct background *job = start(may_end, 1, 300);
    ck_assert_ptr_null(background_wait(job));
    DWORD elapsed = GetTickCount() - begin;
    ck_assert_uint_ge(elapsed, 280);
    ck_assert_uint_le(elapsed, 1500);
    ck_assert(!background_has_abandoned()); /* the caller may wait again */
    background_close(job);
    ck_assert(background_has_abandoned());
    ck_assert_int_eq(released, 0);
    SetEvent(may_end);
    wait_for(&released, 1);
    wait_until_nothing_is_abandoned();
    CloseHandle(may_end);
}
END_TEST

/* While the caller does other work, the job already runs. So this time counts towards the limit. */
START_TEST(the_time_limit_begins_with_the_start)
{
    released = 0;
    HANDLE may_end = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct background *job = start(may_end, 1, 200);
    Sleep(300);
    DWORD begin = GetTickCount();
    ck_assert_ptr_null(background_wait(job));
    ck_assert_uint_le(GetTickCount() - begin, 100);
    SetEvent(may_end);
    Sleep(100);
    ck_assert_ptr_nonnull(background_wait(job)); /* a late result is still accepted */
    background_close(job);
    CloseHandle(may_end);
}
END_TEST

START_TEST(jobs_that_end_while_they_are_closed_are_freed_once)
{
    released = 0;
    for (int i = 0; i < 300; i++) {
        struct background *job = start(NULL, 1, 1000);
        if (i % 3 == 0)
            Sleep(0);
        background_close(job);
        /* Only a limited number of jobs may be abandoned at a time. */
        wait_until_nothing_is_abandoned();
    }
    wait_for(&released, 300);
}
END_TEST

START_TEST(the_number_of_abandoned_threads_is_limited)
{
    released = 0;
    HANDLE may_end = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct work work = {.may_end = may_end};
    for (int i = 0; i < BACKGROUND_FOREVER_MAX; i++)
        background_close(start(may_end, 1, 1));
    ck_assert_ptr_null(background_start(run, release, &work, sizeof work, 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_int_eq(released, 0);
    SetEvent(may_end);
    wait_for(&released, BACKGROUND_FOREVER_MAX);
    wait_until_nothing_is_abandoned();
    CloseHandle(may_end);
}
END_TEST

static void store_is_job(void *data)
{
    *(bool *)data = background_is_job();
}

START_TEST(background_is_job_is_true_only_in_a_job)
{
    bool is_job = false;
    struct background *job =
        background_start(store_is_job, NULL, &is_job, sizeof is_job, 10000, &fault);
    ck_assert_ptr_nonnull(job);
    bool *noted = background_wait(job);
    ck_assert_ptr_nonnull(noted);
    is_job = *noted;
    background_close(job);
    ck_assert(is_job);
    ck_assert(!background_is_job());
}
END_TEST

static void work_longer(void *data)
{
    bool *is_done = data;
    background_extend(5000);
    Sleep(600);
    *is_done = true;
}

START_TEST(a_job_can_extend_its_time_limit)
{
    bool is_done = false;
    background_extend(5000); /* not in a job: no effect */
    struct background *job =
        background_start(work_longer, NULL, &is_done, sizeof is_done, 300, &fault);
    ck_assert_ptr_nonnull(job);
    bool *done = background_wait(job);
    ck_assert_ptr_nonnull(done);
    ck_assert(*done);
    background_close(job);
}
END_TEST

Suite *background_suite(void)
{
    Suite *suite = suite_create("background");
    TCase *tests = tcase_create("background");
    tcase_add_test(tests, background_is_job_is_true_only_in_a_job);
    tcase_add_test(tests, a_job_that_ends_in_time_returns_its_data);
    tcase_add_test(tests, a_late_job_is_abandoned_and_frees_its_data);
    tcase_add_test(tests, the_time_limit_begins_with_the_start);
    tcase_add_test(tests, a_job_can_extend_its_time_limit);
    tcase_add_test(tests, jobs_that_end_while_they_are_closed_are_freed_once);
    tcase_add_test(tests, the_number_of_abandoned_threads_is_limited);
    suite_add_tcase(suite, tests);
    return suite;
}
