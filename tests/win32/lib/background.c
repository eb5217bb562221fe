#include "win32/lib/background.h"

#include "../suites.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

static struct fault fault;
static LONG released;

struct work {
    HANDLE go_on;   /* waited for; NULL: nothing is */
    unsigned *heap; /* the job's own */
    unsigned number, answer;
};

static void run(void *data)
{
    struct work *work = data;
    if (work->go_on)
        WaitForSingleObject(work->go_on, INFINITE);
    *work->heap += 1; /* would crash if it had been freed */
    work->answer = work->number * 2;
}

static void release(void *data)
{
    free(((struct work *)data)->heap);
    InterlockedIncrement(&released);
}

static struct background *start(HANDLE go_on, unsigned number, DWORD limit_ms)
{
    struct work work = {.go_on = go_on, .number = number};
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

START_TEST(what_is_done_in_time_is_handed_back)
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

START_TEST(what_is_late_is_abandoned_and_cleans_up_after_itself)
{
    released = 0;
    HANDLE go_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    DWORD begin = GetTickCount();
    struct background *job = start(go_on, 1, 300);
    ck_assert_ptr_null(background_wait(job));
    DWORD elapsed = GetTickCount() - begin;
    ck_assert_uint_ge(elapsed, 280);
    ck_assert_uint_le(elapsed, 1500);
    ck_assert(!background_has_abandoned()); /* it may still be asked again */
    background_close(job);
    ck_assert(background_has_abandoned());
    ck_assert_int_eq(released, 0);
    SetEvent(go_on);
    wait_for(&released, 1);
    wait_until_nothing_is_abandoned();
    CloseHandle(go_on);
}
END_TEST

/* Time spent on something else counts: that is what the background is for. */
START_TEST(the_limit_begins_with_the_start)
{
    released = 0;
    HANDLE go_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct background *job = start(go_on, 1, 200);
    Sleep(300);
    DWORD begin = GetTickCount();
    ck_assert_ptr_null(background_wait(job));
    ck_assert_uint_le(GetTickCount() - begin, 100);
    SetEvent(go_on);
    Sleep(100);
    ck_assert_ptr_nonnull(background_wait(job)); /* done meanwhile: welcome all the same */
    background_close(job);
    CloseHandle(go_on);
}
END_TEST

START_TEST(jobs_closed_while_they_end_are_freed_once)
{
    released = 0;
    for (int i = 0; i < 300; i++) {
        struct background *job = start(NULL, 1, 1000);
        if (i % 3 == 0)
            Sleep(0);
        background_close(job);
        wait_until_nothing_is_abandoned(); /* else there would soon be too many */
    }
    wait_for(&released, 300);
}
END_TEST

START_TEST(abandoned_threads_are_bounded)
{
    released = 0;
    HANDLE go_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct work work = {.go_on = go_on};
    for (int i = 0; i < BACKGROUND_FOREVER_MAX; i++)
        background_close(start(go_on, 1, 1));
    ck_assert_ptr_null(background_start(run, release, &work, sizeof work, 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_int_eq(released, 0);
    SetEvent(go_on);
    wait_for(&released, BACKGROUND_FOREVER_MAX);
    wait_until_nothing_is_abandoned();
    CloseHandle(go_on);
}
END_TEST

static void note_whether_it_is_a_job(void *data)
{
    *(bool *)data = background_is_job();
}

START_TEST(a_job_knows_that_it_is_one)
{
    bool is_job = false;
    struct background *job =
        background_start(note_whether_it_is_a_job, NULL, &is_job, sizeof is_job, 10000, &fault);
    ck_assert_ptr_nonnull(job);
    bool *noted = background_wait(job);
    ck_assert_ptr_nonnull(noted);
    is_job = *noted;
    background_close(job);
    ck_assert(is_job);
    ck_assert(!background_is_job());
}
END_TEST

Suite *background_suite(void)
{
    Suite *suite = suite_create("background");
    TCase *tests = tcase_create("background");
    tcase_add_test(tests, a_job_knows_that_it_is_one);
    tcase_add_test(tests, what_is_done_in_time_is_handed_back);
    tcase_add_test(tests, what_is_late_is_abandoned_and_cleans_up_after_itself);
    tcase_add_test(tests, the_limit_begins_with_the_start);
    tcase_add_test(tests, jobs_closed_while_they_end_are_freed_once);
    tcase_add_test(tests, abandoned_threads_are_bounded);
    suite_add_tcase(suite, tests);
    return suite;
}
