/* guard.h - a thread in somebody else's code, whose crash is not the program's end.
 *
 * A crash there (an exception that nobody handles) is noted, and the thread stops where
 * it is, for ever: it is neither unwound nor ended, since both would run more of the
 * broken code. The asker learns of it at once. It goes for threads that the asker has
 * given up, too: one that hangs and crashes later cannot take the program down in the
 * middle of a change.
 *
 * Only what nobody handles counts, so the place is the process' filter for unhandled
 * exceptions (Win32, SetUnhandledExceptionFilter) and no vectored handler, which would
 * also see those that the code raises and handles by itself.
 *
 * What it cannot know is what the crash has done to the process' memory. Whoever hears
 * of one therefore writes nothing any more. Some ends come past every filter (a damaged
 * heap, a stack cookie): then the program is gone, with nothing half done.
 */
#ifndef WIN32_GUARD_H
#define WIN32_GUARD_H

#include "core/base/fault.h"

#include <windows.h>

struct guard;

/* To be released by whoever is last; never, for a thread that has crashed: it goes on
 * using it. NULL: FAULT_UNAVAILABLE or FAULT_NO_MEMORY. For one thread at a time. */
struct guard *guard_make(struct fault *fault) MUST_CHECK;
void guard_release(struct guard *guard); /* NULL is fine */

/* In the guarded thread: around the code of others. */
void guard_enter(struct guard *guard);
void guard_leave(struct guard *guard);

enum guard_end {
    GUARD_LEFT,    /* the thread is through */
    GUARD_CRASHED, /* it will never be; *code is the exception's */
    GUARD_LATE,    /* neither, within the limit */
};

/* In the asker's thread. */
enum guard_end guard_wait(struct guard *guard, DWORD limit_ms, uint32_t *code) MUST_CHECK;

#endif
