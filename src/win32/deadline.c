#include "win32/deadline.h"

#include "win32/lib/system_message.h"

#include <stdlib.h>
#include <string.h>

enum { SET, CLEARED, PASSED };

static DWORD WINAPI wait_for_deadline(void *parameter)
{
    struct deadline_adapter *deadline = parameter;
    DWORD written;
    if (WaitForSingleObject(deadline->cleared, deadline->ms) != WAIT_TIMEOUT ||
        InterlockedCompareExchange(&deadline->state, PASSED, SET) != SET)
        return 0;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), deadline->words, (DWORD)strlen(deadline->words),
              &written, NULL);
    TerminateProcess(GetCurrentProcess(), (UINT)deadline->exit_code);
    return 0;
}

static void release(struct deadline_adapter *deadline)
{
    if (deadline->thread)
        CloseHandle(deadline->thread);
    if (deadline->cleared)
        CloseHandle(deadline->cleared);
    free(deadline->words);
    memset(deadline, 0, sizeof *deadline);
}

static bool set(void *context, uint32_t ms, const char *words, int exit_code, struct fault *fault)
{
    struct deadline_adapter *deadline = context;
    size_t length = strlen(words) + 1;
    *deadline = (struct deadline_adapter){
        .state = SET,
        .cleared = CreateEventW(NULL, TRUE, FALSE, NULL),
        .ms = ms,
        .words = malloc(length),
        .exit_code = exit_code,
    };
    if (!deadline->cleared || !deadline->words) {
        release(deadline);
        return fault_no_memory(fault);
    }
    memcpy(deadline->words, words, length);
    deadline->thread = CreateThread(NULL, 0, wait_for_deadline, deadline, 0, NULL);
    if (deadline->thread)
        return true;
    DWORD code = GetLastError();
    release(deadline);
    return system_fault(fault, FAULT_UNAVAILABLE, code, "A thread could not be started");
}

static void clear(void *context)
{
    struct deadline_adapter *deadline = context;
    if (!deadline->thread)
        return;
    if (InterlockedCompareExchange(&deadline->state, CLEARED, SET) != SET)
        Sleep(INFINITE); /* the thread is ending the process */
    SetEvent(deadline->cleared);
    WaitForSingleObject(deadline->thread, INFINITE);
    release(deadline);
}

void deadline_open(struct deadline_adapter *deadline, struct deadline_source *functions)
{
    memset(deadline, 0, sizeof *deadline);
    *functions = (struct deadline_source){deadline, set, clear};
}
