#include "win32/guard.h"

#include "win32/lib/system_message.h"

#include <stdlib.h>

struct guard {
    HANDLE is_over; /* event */
    LONG code;      /* exception code; 0: no crash */
};

/* The guard of the current thread. */
static DWORD slot = TLS_OUT_OF_INDEXES;
static LPTOP_LEVEL_EXCEPTION_FILTER previous;

static LONG WINAPI hold(EXCEPTION_POINTERS *exception)
{
    struct guard *guard = TlsGetValue(slot);
    if (!guard)
        return previous ? previous(exception) : EXCEPTION_CONTINUE_SEARCH;
    InterlockedExchange(&guard->code, (LONG)exception->ExceptionRecord->ExceptionCode);
    SetEvent(guard->is_over);
    for (;;)
        Sleep(INFINITE);
}

struct guard *guard_make(struct fault *fault)
{
    struct guard *guard = calloc(1, sizeof *guard);
    if (!guard) {
        fault_no_memory(fault);
        return NULL;
    }
    if (slot == TLS_OUT_OF_INDEXES) {
        slot = TlsAlloc();
        if (slot != TLS_OUT_OF_INDEXES)
            previous = SetUnhandledExceptionFilter(hold);
    }
    guard->is_over = slot == TLS_OUT_OF_INDEXES ? NULL : CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!guard->is_over) {
        DWORD code = GetLastError();
        free(guard);
        system_fault(fault, FAULT_UNAVAILABLE, code,
                     "A thread could not be protected against "
                     "exceptions");
        return NULL;
    }
    return guard;
}

void guard_release(struct guard *guard)
{
    if (guard) {
        CloseHandle(guard->is_over);
        free(guard);
    }
}

void guard_enter(struct guard *guard)
{
    TlsSetValue(slot, guard);
}

void guard_leave(struct guard *guard)
{
    TlsSetValue(slot, NULL);
    SetEvent(guard->is_over);
}

enum guard_end guard_wait(struct guard *guard, DWORD limit_ms, uint32_t *code)
{
    if (WaitForSingleObject(guard->is_over, limit_ms) != WAIT_OBJECT_0)
        return GUARD_LATE;
    *code = (uint32_t)InterlockedCompareExchange(&guard->code, 0, 0);
    return *code ? GUARD_CRASHED : GUARD_LEFT;
}
