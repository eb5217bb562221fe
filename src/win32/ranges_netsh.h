/* ranges_netsh.h - reads running ranges and excluded ports from netsh, and sets a range with it.
 *
 * ranges_netsh_ask_range() and ranges_netsh_ask_exclusions() are for use in a thread of
 * background.h. The thread's data is a struct ranges_netsh, which one of these functions fills and
 * ranges_netsh_release() releases.
 */
#ifndef WIN32_RANGES_NETSH_H
#define WIN32_RANGES_NETSH_H

#include "core/system/ranges.h"
#include "win32/ranges_gate.h"

struct ranges_netsh {
    struct ranges_gate *gate; /* netsh starts if WMI fails or is slow; NULL: immediately */
    enum protocol protocol;
    enum family family;
    DWORD start; /* GetTickCount at the start of the limit */
    bool is_known;
    struct port_range range;      /* dynamicport */
    struct exclusions exclusions; /* excludedportrange; owned */
    struct fault fault;           /* why the range or the exclusions are unknown */
};

/* Waits at most a second for WMI, if the thread's data has a gate. Does not run netsh if WMI has
 * returned a result by then; otherwise reads the running range from netsh. */
void ranges_netsh_ask_range(void *data);
void ranges_netsh_ask_exclusions(void *data);
void ranges_netsh_release(void *data); /* leaves the gate, releases the exclusions */

/* Reads the running range in the calling thread. Fails with FAULT_UNAVAILABLE if the output cannot
 * be parsed, and with FAULT_FAILED, which quotes the output, if the exit code of netsh is not 0.
 * Otherwise fails with the faults of child_run(). */
bool ranges_netsh_show(enum protocol protocol, enum family family, DWORD limit_ms,
                       struct port_range *range, struct fault *fault) MUST_CHECK;

/* Sets a range, which must be valid. The range takes effect immediately and remains after a
 * restart. The caller has checked for administrator rights. */
bool ranges_netsh_set(enum protocol protocol, enum family family, struct port_range range,
                      struct fault *fault) MUST_CHECK;

#endif
