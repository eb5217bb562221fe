/* ranges_netsh.h - reads running ranges and excluded ports from netsh, and sets a range with it.
 *
 * For a thread of background.h: its data is a struct ranges_netsh, filled by one of the functions
 * below and released with ranges_netsh_release.
 */
#ifndef WIN32_RANGES_NETSH_H
#define WIN32_RANGES_NETSH_H

#include "core/system/ranges.h"
#include "win32/ranges_gate.h"

struct ranges_netsh {
    struct ranges_gate *gate; /* wait until WMI fails; NULL: start immediately */
    enum protocol protocol;
    enum family family;
    DWORD start; /* GetTickCount at the start of the limit */
    bool is_known;
    struct port_range range;      /* dynamicport */
    struct exclusions exclusions; /* excludedportrange; owned */
    struct fault fault;           /* why it is unknown */
};

/* Reads the running range after WMI has failed, or has not responded for a second. */
void ranges_netsh_ask_range(void *data);
void ranges_netsh_ask_exclusions(void *data);
void ranges_netsh_release(void *data); /* leaves the gate, releases the exclusions */

/* Runs in the calling thread. FAULT_UNAVAILABLE: the output cannot be parsed; FAULT_FAILED: netsh
 * failed, with its output. */
bool ranges_netsh_show(enum protocol protocol, enum family family, DWORD limit_ms,
                       struct port_range *range, struct fault *fault) MUST_CHECK;

/* Sets a valid range, effective now and after a restart. The caller has checked the rights. */
bool ranges_netsh_set(enum protocol protocol, enum family family, struct port_range range,
                      struct fault *fault) MUST_CHECK;

#endif
