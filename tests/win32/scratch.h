/* scratch.h - a folder and a key that a test may damage, deleted after the test. */
#ifndef TESTS_WIN32_SCRATCH_H
#define TESTS_WIN32_SCRATCH_H

#include "core/base/fault.h"

#include <check.h>
#include <windows.h>

/* Checks a call that fills `fault` if it fails. The message contains the fault. */
#define ASSERT_WORKS(call) ck_assert_msg((call), #call ": %s", fault.text)

struct scratch {
    wchar_t folder[MAX_PATH]; /* empty, below the user's folder for temporary files */
    HKEY key;                 /* empty, HKEY_CURRENT_USER\Software\maxport-test-N */
    wchar_t key_name[64];
};

void scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch);

/* Returns folder\name, in the caller's buffer. */
wchar_t *scratch_path(const struct scratch *scratch, const wchar_t *name, wchar_t path[MAX_PATH]);

/* Write and check a file without the code under test. */
void scratch_write(const wchar_t *path, const char *content);
void scratch_expect(const wchar_t *path, const char *content);
bool scratch_exists(const wchar_t *path);

/* Opens a file without sharing, and closes it after `ms` in a thread. Wait for the returned handle,
 * then close it. */
HANDLE scratch_hold(const wchar_t *path, DWORD ms);

/* Starts a second process of this executable, which locks the store at `folder`, recorded below the
 * key of `scratch`, and then waits. The process has the lock when this function returns. End it
 * with TerminateProcess. */
HANDLE scratch_start_lock_holder(const struct scratch *scratch, const wchar_t *folder);

/* Must be called first in main. Runs the second process and returns true if this is that process.
 */
bool scratch_play_other_process(int *exit_code);

#endif
