#include "win32/lib/background.h"

#include "win32/lib/system_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct background {
    LONG users; /* the caller and the thread; the last one frees the job */
    HANDLE thread;
    DWORD start;
    LONG limit_ms; /* background_extend changes it while the caller waits */
    background_run run;
    background_release release;
    _Alignas(8) unsigned char data[];
};

/* Number of abandoned threads that still run. */
static LONG abandoned;

/* TLS index plus 1; 0: not allocated yet. The TLS value of a job's thread is not NULL. */
static LONG slot;

static void take_slot(void)
{
    DWORD taken = InterlockedCompareExchange(&slot, 0, 0) ? TLS_OUT_OF_INDEXES : TlsAlloc();
    if (taken != TLS_OUT_OF_INDEXES && InterlockedCompareExchange(&slot, (LONG)taken + 1, 0) != 0)
        TlsFree(taken);
}

static struct background *current_job(void)
{
    LONG taken = InterlockedCompareExchange(&slot, 0, 0);
    return taken ? TlsGetValue((DWORD)taken - 1) : NULL;
}

bool background_is_job(void)
{
    return current_job() != NULL;
}

void background_extend(DWORD more_ms)
{
    struct background *job = current_job();
    if (job)
        InterlockedExchangeAdd(&job->limit_ms, (LONG)more_ms);
}

static void destroy(struct background *job)
{
    if (job->release)
        job->release(job->data);
    free(job);
}

static DWORD WINAPI run(void *parameter)
{
    struct background *job = parameter;
    if (slot)
        TlsSetValue((DWORD)slot - 1, job);
    job->run(job->data);
    if (InterlockedDecrement(&job->users) == 0) {
        destroy(job);
        InterlockedDecrement(&abandoned);
    }
    return 0;
}

struct background *background_start(background_run function, background_release release,
                                    const void *data, size_t bytes, DWORD limit_ms,
                                    struct fault *fault)
{
    if (InterlockedCompareExchange(&abandoned, 0, 0) >= BACKGROUND_FOREVER_MAX) {
        fault_set(fault, FAULT_UNAVAILABLE, 0, "Too many earlier requests are still unanswered.");
        return NULL;
    }
    struct background *job = malloc(sizeof *job + bytes);
    if (!job) {
        fault_no_memory(fault);
        return NULL;
    }
    *job = (struct background){
        .users = 2,
        .start = GetTickCount(),
        .limit_ms = (LONG)limit_ms,
        .run = function,
        .release = release,
    };
    memcpy(job->data, data, bytes);
    take_slot();
    job->thread = CreateThread(NULL, 0, run, job, 0, NULL);
    if (!job->thread) {
        DWORD code = GetLastError();
        free(job);
        system_fault(fault, FAULT_UNAVAILABLE, code, "A thread could not be started");
        return NULL;
    }
    return job;
}

void *background_wait(struct background *job)
{
    for (;;) {
        DWORD limit_ms = (DWORD)InterlockedExchangeAdd(&job->limit_ms, 0);
        DWORD elapsed = GetTickCount() - job->start; /* correct even if GetTickCount has wrapped */
        DWORD left = elapsed < limit_ms ? limit_ms - elapsed : 0;
        if (WaitForSingleObject(job->thread, left) == WAIT_OBJECT_0)
            return job->data;
        if ((DWORD)InterlockedExchangeAdd(&job->limit_ms, 0) == limit_ms)
            return NULL;
    }
}

void background_close(struct background *job)
{
    if (!job)
        return;
    CloseHandle(job->thread);
    /* Increment `abandoned` before decrementing `users`, because the thread may end in between and
     * decrement `abandoned`. */
    InterlockedIncrement(&abandoned);
    if (InterlockedDecrement(&job->users) == 0) {
        InterlockedDecrement(&abandoned);
        destroy(job);
    }
}

bool background_has_abandoned(void)
{
    return InterlockedCompareExchange(&abandoned, 0, 0) > 0;
}

void background_end_process(int exit_code)
{
    if (background_has_abandoned()) {
        fflush(NULL);
        TerminateProcess(GetCurrentProcess(), (UINT)exit_code);
    }
    exit(exit_code);
}
