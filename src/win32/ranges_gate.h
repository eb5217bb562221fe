/* ranges_gate.h - lets the threads that would ask netsh wait for WMI's answer.
 *
 * Counted: whoever starts a thread adds a user, and every user leaves once. The last one
 * frees it.
 */
#ifndef WIN32_RANGES_GATE_H
#define WIN32_RANGES_GATE_H

#include <stdbool.h>
#include <windows.h>

enum { RANGES_LIMIT_MS = 3000 }; /* for each source, from `begin` on */

/* Between WMI's thread and those that would ask netsh in its place. */
struct ranges_gate {
    LONG users;
    DWORD start;    /* GetTickCount */
    HANDLE is_over; /* event: WMI has answered, or failed */
    LONG is_good;
};

struct ranges_gate *ranges_gate_make(void);       /* with one user; NULL: no memory */
void ranges_gate_leave(struct ranges_gate *gate); /* NULL: nothing */

/* Waits at most that long. Is WMI's answer there, or its failure? */
bool ranges_gate_is_over(const struct ranges_gate *gate, DWORD patience_ms);

/* Has WMI exceeded its limit and still not answered? */
bool ranges_gate_is_stuck(const struct ranges_gate *gate);

#endif
