/* ranges_gate.h - a gate, at which the threads that would start netsh wait for the result of WMI.
 *
 * A gate counts its users: the code that starts a thread adds a user for the thread, and each user
 * calls ranges_gate_leave() once. The last call frees the gate.
 */
#ifndef WIN32_RANGES_GATE_H
#define WIN32_RANGES_GATE_H

#include <stdbool.h>
#include <windows.h>

/* Time limit of each source, counted from begin(). The limit is long, because a machine without
 * free ports is slow. */
enum { RANGES_LIMIT_MS = 6000 };

/* Shared by the thread of WMI and the threads that would start netsh instead. */
struct ranges_gate {
    LONG users;
    DWORD start;    /* GetTickCount */
    HANDLE is_over; /* event: WMI has returned a result, or failed */
    LONG is_good;
};

struct ranges_gate *ranges_gate_make(void);       /* with one user; NULL: out of memory */
void ranges_gate_leave(struct ranges_gate *gate); /* NULL is allowed */

/* Waits at most patience_ms. Returns whether WMI has returned a result or has failed. */
bool ranges_gate_is_over(const struct ranges_gate *gate, DWORD patience_ms);

/* Returns whether WMI has exceeded its limit without a result. */
bool ranges_gate_is_stuck(const struct ranges_gate *gate);

#endif
