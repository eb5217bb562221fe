/* background.h - runs a function in a separate thread with a time limit.
 *
 * The job works on a copy of the caller's data. If it ends within the limit, the caller gets the
 * copy with the results. Otherwise the thread is abandoned: it continues with its own copy, frees
 * it at the end, and never accesses memory of other threads.
 *
 * A thread that hangs in foreign code cannot be ended safely: TerminateThread leaves locks that
 * are never released (Win32, TerminateThread, remarks). A process with an abandoned thread
 * therefore ends with TerminateProcess. ExitProcess would run the clean-up of DLLs, which may wait
 * for those locks (Win32, ExitProcess, remarks).
 */
#ifndef WIN32_LIB_BACKGROUND_H
#define WIN32_LIB_BACKGROUND_H

#include "core/base/fault.h"

#include <windows.h>

/* One job, from start to close. */
struct background;

/* The function to run. `data` is the job's copy. */
typedef void (*background_run)(void *data);
/* Releases the contents of the copy after its last use, in either thread. May be NULL. */
typedef void (*background_release)(void *data);

enum {
    BACKGROUND_FOREVER_MAX = 64, /* limit of abandoned threads at a time */
};

/* Starts a thread with a copy of data[bytes]; the limit starts now. NULL: FAULT_NO_MEMORY, or
 * FAULT_UNAVAILABLE if too many abandoned threads still run; `release` is then not called, and the
 * caller keeps the data. */
struct background *background_start(background_run run, background_release release,
                                    const void *data, size_t bytes, DWORD limit_ms,
                                    struct fault *fault) MUST_CHECK;

/* Waits for the job and returns its copy, valid until the job is closed. NULL: the limit has
 * passed. May be called again. */
void *background_wait(struct background *job);

/* Closes the job; abandons its thread if it still runs. NULL is allowed. */
void background_close(struct background *job);

/* Returns whether the calling thread is a job, which already has a time limit. */
bool background_is_job(void);

/* Returns whether an abandoned thread still runs. */
bool background_has_abandoned(void);

/* Ends the process like a return from main; with TerminateProcess if there is an abandoned
 * thread. */
_Noreturn void background_end_process(int exit_code);

#endif
