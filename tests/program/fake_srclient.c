/* fake_srclient.c - a srclient.dll whose behaviour is defined by a text file.
 *
 * The DLL reads C:\fake\srclient.txt (format: fake_state.h) at each call:
 *
 *   answer|0|1           result of SRSetRestorePointW; default: 1 if the status is 0, else 0
 *   status|N             value of nStatus; default: 0
 *   sequence|N           value of llSequenceNumber; default: the number of the new point
 *   point|N              creates restore point N: adds a row with the current time to the state of
 *                        the fake WMI
 *   point|N|WORDS        creates restore point N with the description WORDS, not with the
 *                        description of the call
 *   delay|MS             waits MS milliseconds first
 *   hang                 never returns
 *   crash                writes to an invalid address
 *   stub                 raises the exception of a function that Wine does not implement
 *   handled              raises an exception and handles it
 *   hang-then-crash|MS   waits MS milliseconds and then crashes
 *
 * For each call, the DLL appends the arguments and the apartment of the thread to
 * C:\fake\srclient.log.
 */
#include "fake_state.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <ole2.h>
#include <srrestoreptapi.h>

__declspec(dllexport) BOOL WINAPI SRSetRestorePointW(RESTOREPOINTINFOW *info,
                                                     STATEMGRSTATUS *status);

static bool find(const char *state, const char *kind, size_t fields_min, struct fake_line *line)
{
    return fake_state_find(&state, kind, fields_min, line);
}

static void crash(void)
{
    /* If the variable were not volatile, the compiler could detect that the address is invalid. */
    volatile uintptr_t nowhere = 8;
    *(volatile int *)nowhere = 1;
}

static LONG WINAPI handle(EXCEPTION_POINTERS *exception)
{
    return exception->ExceptionRecord->ExceptionCode == 0xe0001234 ? EXCEPTION_CONTINUE_EXECUTION
                                                                   : EXCEPTION_CONTINUE_SEARCH;
}

static void raise_and_handle(void)
{
    void *handler = AddVectoredExceptionHandler(0, handle);
    RaiseException(0xe0001234, 0, 0, NULL);
    RemoveVectoredExceptionHandler(handler);
}

static void follow_state(const char *state)
{
    struct fake_line line;
    if (find(state, "delay", 2, &line))
        Sleep(strtoul(line.fields[1], NULL, 10));
    if (find(state, "handled", 1, &line))
        raise_and_handle();
    if (find(state, "hang", 1, &line))
        Sleep(INFINITE);
    if (find(state, "hang-then-crash", 2, &line)) {
        Sleep(strtoul(line.fields[1], NULL, 10));
        crash();
    }
    if (find(state, "crash", 1, &line))
        crash();
    if (find(state, "stub", 1, &line)) {
        static const ULONG_PTR names[] = {(ULONG_PTR) "srclient.dll",
                                          (ULONG_PTR) "SRRemoveRestorePoint"};
        RaiseException(0x80000100, EXCEPTION_NONCONTINUABLE, 2, names);
    }
}

/* Appends a restore point to the state of the fake WMI. */
static void add_point(const char *sequence, const char *description)
{
    char *before = fake_state_read(FAKE_WMI_STATE);
    size_t size = before ? strlen(before) + FAKE_LINE_SIZE : 0;
    char *after = before ? malloc(size) : NULL;
    SYSTEMTIME now;
    GetSystemTime(&now);
    if (after) {
        snprintf(after, size,
                 "%srow|root\\default|SystemRestore|SequenceNumber=number:%s|Description=text:%s|"
                 "CreationTime=text:%04u%02u%02u%02u%02u%02u.000000-000|"
                 "RestorePointType=number:12\n",
                 before, sequence, description, now.wYear, now.wMonth, now.wDay, now.wHour,
                 now.wMinute, now.wSecond);
        fake_state_write(FAKE_WMI_STATE, after);
    }
    free(after);
    free(before);
}

static void log_call(const RESTOREPOINTINFOW *info, const char *description)
{
    char line[FAKE_LINE_SIZE];
    /* S_FALSE means that this thread is already in the multithreaded apartment of COM. */
    HRESULT result = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (SUCCEEDED(result))
        CoUninitialize();
    snprintf(line, sizeof line, "event %lu type %lu sequence %lld apartment %s description %s",
             (unsigned long)info->dwEventType, (unsigned long)info->dwRestorePtType,
             (long long)info->llSequenceNumber, result == S_FALSE ? "multithreaded" : "other",
             description);
    fake_state_log(FAKE_SRCLIENT_LOG, line);
}

BOOL WINAPI SRSetRestorePointW(RESTOREPOINTINFOW *info, STATEMGRSTATUS *status)
{
    struct fake_line line;
    char description[FAKE_LINE_SIZE] = "";
    char *state = fake_state_read(FAKE_SRCLIENT_STATE);
    if (!state)
        return FALSE;
    WideCharToMultiByte(CP_UTF8, 0, info->szDescription, -1, description, sizeof description, NULL,
                        NULL);
    log_call(info, description);
    follow_state(state);
    status->nStatus = find(state, "status", 2, &line) ? strtoul(line.fields[1], NULL, 10) : 0;
    status->llSequenceNumber = 0;
    if (find(state, "point", 2, &line)) {
        status->llSequenceNumber = strtol(line.fields[1], NULL, 10);
        add_point(line.fields[1], line.count > 2 ? line.fields[2] : description);
    }
    if (find(state, "sequence", 2, &line))
        status->llSequenceNumber = strtoll(line.fields[1], NULL, 10);
    BOOL answer = find(state, "answer", 2, &line) ? line.fields[1][0] == '1' : status->nStatus == 0;
    free(state);
    return answer;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)instance, (void)reason, (void)reserved;
    return TRUE;
}
