/* ranges_netsh.h - running ranges and excluded ports as netsh prints them, and a new range
 * set by netsh.
 *
 * For a thread in the background (background.h): its data is a struct ranges_netsh, which
 * one of the asking functions fills and `ranges_netsh_release` releases.
 */
#ifndef WIN32_RANGES_NETSH_H
#define WIN32_RANGES_NETSH_H

#include "core/system/ranges.h"
#include "win32/ranges_gate.h"

struct ranges_netsh {
    struct ranges_gate *gate; /* wait for WMI to fail; NULL: ask at once */
    enum protocol protocol;
    enum family family;
    DWORD start; /* GetTickCount, when its limit began */
    bool is_known;
    struct port_range range;      /* dynamicport */
    struct exclusions exclusions; /* excludedportrange; owned */
    struct fault fault;           /* where not known */
};

/* The running range, but only once the gate has opened without an answer of WMI, or has been
 * shut for a second. */
void ranges_netsh_ask_range(void *data);
void ranges_netsh_ask_exclusions(void *data);
void ranges_netsh_release(void *data); /* leaves the gate, releases the exclusions */

/* Without a thread. FAULT_UNAVAILABLE: the output cannot be read; FAULT_FAILED: netsh failed,
 * with what it printed. */
bool ranges_netsh_show(enum protocol protocol, enum family family, DWORD limit_ms,
                       struct port_range *range, struct fault *fault) MUST_CHECK;

/* Sets a range that is valid, now and after a restart. The caller has checked the rights. */
bool ranges_netsh_set(enum protocol protocol, enum family family, struct port_range range,
                      struct fault *fault) MUST_CHECK;

#endif
