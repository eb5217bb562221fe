/* scratch.h - places that a test may break, gone when it is over. */
#ifndef TESTS_WIN32_SCRATCH_H
#define TESTS_WIN32_SCRATCH_H

#include "core/base/fault.h"

#include <check.h>
#include <windows.h>

/* ck_assert of a call that fills `fault` when it fails, and says so. */
#define ASSERT_WORKS(call) ck_assert_msg((call), #call ": %s", fault.text)

struct scratch {
    wchar_t folder[MAX_PATH]; /* empty, below the user's own folder for such things */
    HKEY key;                 /* empty, HKEY_CURRENT_USER\Software\maxport-test-N */
    wchar_t key_name[64];
};

void scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch);

/* folder\name, in the caller's buffer. */
wchar_t *scratch_path(const struct scratch *scratch, const wchar_t *name, wchar_t path[MAX_PATH]);

/* Writes and reads behind the back of what is tested. */
void scratch_write(const wchar_t *path, const char *content);
void scratch_expect(const wchar_t *path, const char *content);
bool scratch_exists(const wchar_t *path);

/* A thread that holds a file open without sharing for so many ms; it is open when
 * this returns. Wait for the handle, then close it. */
HANDLE scratch_hold(const wchar_t *path, DWORD ms);

/* A second process of this executable, which locks the store at `folder`, recorded below the
 * scratch's key, and then
 * does nothing. It has the lock when this returns. TerminateProcess it. */
HANDLE scratch_start_lock_holder(const struct scratch *scratch, const wchar_t *folder);

/* First thing in main: is this that second process? */
bool scratch_play_other_process(int *exit_code);

#endif
