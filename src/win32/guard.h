/* guard.h - keeps the program running when foreign code crashes in another thread.
 *
 * If an exception in a guarded thread is not handled, the guard records it and suspends the thread
 * forever. The guard neither unwinds nor ends the thread, because unwinding and ending would run
 * more of the broken code. After such an exception, guard_wait() returns immediately. The guard
 * also applies to abandoned threads, so that a thread that hangs and later crashes cannot end the
 * program during a change.
 *
 * The guard uses the process' filter for unhandled exceptions (Win32,
 * SetUnhandledExceptionFilter). A vectored handler would also receive exceptions that the foreign
 * code handles itself.
 *
 * A crash may have damaged the process' memory. After a crash, callers therefore must not write
 * anything. Some crashes bypass every filter (a damaged heap, a stack cookie). Such a crash ends
 * the program immediately. Guarded code runs only before a change writes, so such a crash leaves no
 * change half done, unless it happens later in an abandoned thread.
 */
#ifndef WIN32_GUARD_H
#define WIN32_GUARD_H

#include "core/base/fault.h"

#include <windows.h>

struct guard;

/* Makes a guard for one thread. Returns NULL with FAULT_UNAVAILABLE or FAULT_NO_MEMORY. Release the
 * guard after its last use, but never after a crash, because the suspended thread still has a
 * pointer to the guard. Only one thread at a time may call guard_make(). */
struct guard *guard_make(struct fault *fault) MUST_CHECK;
void guard_release(struct guard *guard); /* NULL is allowed */

/* In the guarded thread, call guard_enter() before the foreign code and guard_leave() after it. */
void guard_enter(struct guard *guard);
void guard_leave(struct guard *guard);

enum guard_end {
    GUARD_LEFT,    /* the thread has called guard_leave() */
    GUARD_CRASHED, /* the thread has crashed; *code is the exception code */
    GUARD_LATE,    /* the limit has passed; the thread still runs */
};

/* Waits for the guarded thread. Call guard_wait() in another thread. */
enum guard_end guard_wait(struct guard *guard, DWORD limit_ms, uint32_t *code) MUST_CHECK;

#endif
