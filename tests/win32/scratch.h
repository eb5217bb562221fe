/* scratch.h - creates a folder and a registry key that a test may damage, and deletes both after
 * the test. */
#ifndef TESTS_WIN32_SCRATCH_H
#define TESTS_WIN32_SCRATCH_H

#include "core/base/fault.h"

#include "win32/lib/late.h"

#include <check.h>
#include <windows.h>

/* Checks that the call succeeds. If the call fails, the message contains the text of `fault`, which
 * the call has set. */
#define ASSERT_WORKS(call) ck_assert_msg((call), #call ": %s", fault.text)

struct scratch {
    wchar_t folder[MAX_PATH]; /* empty folder below the user's folder for temporary files */
    HKEY key;                 /* empty, HKEY_CURRENT_USER\Software\maxport-test-PROCESS-NUMBER */
    wchar_t key_name[64];
};

void scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch);

/* Writes the path of `name` in the scratch folder to `path`. Returns `path`. */
wchar_t *scratch_path(const struct scratch *scratch, const wchar_t *name, wchar_t path[MAX_PATH]);

/* These functions access a file without the code under test. */
void scratch_write(const wchar_t *path, const char *content);
void scratch_expect(const wchar_t *path, const char *content);
bool scratch_exists(const wchar_t *path);

/* Opens a file without sharing. A thread closes the file after `ms` milliseconds. The caller waits
 * for the returned handle of the thread and then closes the handle. */
HANDLE scratch_hold(const wchar_t *path, DWORD ms);

/* The function that late_bind() returns for NtQueryInformationProcess; NULL: the real function
 * (ntdll.c). */
extern late_function scratch_query_process;

/* Starts this executable a second time. The second process locks the store at `folder`, whose
 * record is below the key of `scratch`, and waits. When this function returns, the process has the
 * lock. End the process with TerminateProcess(). */
HANDLE scratch_start_lock_holder(const struct scratch *scratch, const wchar_t *folder);

/* Must be called first in main(). In the second process, locks the store, waits until the test ends
 * the process, but at most 30 seconds, sets *exit_code and returns true. In any other process,
 * returns false. */
bool scratch_play_other_process(int *exit_code);

#endif
