/* background.h - a function in a thread of its own, waited for only so long.
 *
 * Whoever starts a job copies in what it works on and gets that memory back, filled,
 * if the job is done within its limit. Otherwise the answer is "timed out", and the
 * thread is abandoned: it goes on alone with memory that is its own, and frees it
 * when it ends, so that nothing it does later touches anybody else's.
 *
 * A thread that hangs in somebody else's code cannot be ended safely: TerminateThread
 * leaves locks behind that nobody ever opens again (Win32, TerminateThread, remarks).
 * For the same reason a process with such a thread ends by TerminateProcess, since
 * ExitProcess then still runs the DLLs' clean-up, which may want those very locks
 * (Win32, ExitProcess, remarks).
 */
#ifndef WIN32_LIB_BACKGROUND_H
#define WIN32_LIB_BACKGROUND_H

#include "core/base/fault.h"

#include <windows.h>

/* One job, from start to close. */
struct background;

/* What the thread does. `data` is the job's own copy. */
typedef void (*background_run)(void *data);
/* Empties the copy, at the very end, in whichever thread is last. May be NULL. */
typedef void (*background_release)(void *data);

enum {
    BACKGROUND_FOREVER_MAX = 64, /* so many threads may be abandoned at a time */
};

/* Starts a thread on a copy of data[bytes]; its limit begins now. NULL with
 * FAULT_NO_MEMORY, or FAULT_UNAVAILABLE where too many earlier ones still hang:
 * then `release` was not called and the data is still the caller's. */
struct background *background_start(background_run run, background_release release,
                                    const void *data, size_t bytes, DWORD limit_ms,
                                    struct fault *fault) MUST_CHECK;

/* The copy, when the job is done; NULL when its limit has passed. It stays valid
 * until the job is closed. May be asked again. */
void *background_wait(struct background *job);

/* Lets go of the job, done or not. NULL is fine. */
void background_close(struct background *job);

/* Is the caller the thread of a job? Then what it does is waited for only so long already. */
bool background_is_job(void);

/* Does a thread still run whose job was closed? */
bool background_has_abandoned(void);

/* Ends the process as a return from main would: at once, if a thread was abandoned. */
_Noreturn void background_end_process(int exit_code);

#endif
