/* background.h - runs a function in a separate thread with a time limit.
 *
 * The thread works on a copy of the caller's data. If the thread ends within the limit, the caller
 * gets the copy with the results. Otherwise the thread is abandoned: it continues with its own
 * copy, frees this copy at the end, and never accesses memory of other threads.
 *
 * A thread that hangs in foreign code cannot be ended safely: TerminateThread leaves locks that
 * are never released (Win32, TerminateThread, remarks). A process with an abandoned thread
 * therefore ends with TerminateProcess. ExitProcess would run the clean-up of DLLs, which may wait
 * forever for such a lock (Win32, ExitProcess, remarks).
 */
#ifndef WIN32_LIB_BACKGROUND_H
#define WIN32_LIB_BACKGROUND_H

#include "core/base/fault.h"

#include <windows.h>

/* A job: one run of a function in a separate thread. */
struct background;

/* The function that the thread runs. `data` is the job's copy of the data. */
typedef void (*background_run)(void *data);
/* Releases what the copy owns, after the copy's last use. Called in the job's or the caller's
 * thread. May be NULL. */
typedef void (*background_release)(void *data);

enum {
    BACKGROUND_FOREVER_MAX = 64, /* maximum number of abandoned threads that still run */
};

/* Starts a thread with a copy of data[bytes]. The time limit starts with this call. On failure
 * returns NULL with FAULT_NO_MEMORY, or with FAULT_UNAVAILABLE if too many abandoned threads still
 * run or the thread could not be started. After a failure, `release` is not called, and the caller
 * still owns the contents of `data`. */
struct background *background_start(background_run run, background_release release,
                                    const void *data, size_t bytes, DWORD limit_ms,
                                    struct fault *fault) MUST_CHECK;

/* Waits for the job and returns its copy, which is valid until the job is closed. Returns NULL if
 * the limit has passed and the job has not ended. May be called again. */
void *background_wait(struct background *job);

/* Adds to the time limit of the job to which the calling thread belongs. Use it if only the job
 * itself can determine how much work it has. Outside of a job, does nothing. */
void background_extend(DWORD more_ms);

/* Closes the job. If its thread still runs, the thread is abandoned. NULL is allowed. */
void background_close(struct background *job);

/* Returns whether the calling thread belongs to a job and so already has a time limit. */
bool background_is_job(void);

/* Returns whether an abandoned thread still runs. */
bool background_has_abandoned(void);

/* Ends the process like a return from main(). If an abandoned thread still runs, uses
 * TerminateProcess. */
_Noreturn void background_end_process(int exit_code);

#endif
