/* clock.h - the port `clock`, and which start of the kernel this is.
 *
 * NtQuerySystemInformation(SystemTimeOfDayInformation) has both
 *   BootTime                 moves by as much as the clock is set: start_ms
 *   BootTime - BootTimeBias  never moves within a session, Fast Startup included:
 *                            session_ms; also WMI's LastBootUpTime
 * Confidence: layout by System Informer's phnt and ReactOS (KeSetSystemTime adds
 * the same step to both); constancy over clock steps and sleep measured on
 * Windows 11 by others. Without it start_ms comes from the tick count, which
 * includes sleep (Win32, "Windows Time").
 *
 * boot_count is KUSER_SHARED_DATA.BootId (ntddk.h), there since Windows 10, and
 * 0 before. It is not PrefetchParameters\BootId of the registry: that is
 * reported to lag behind it by one, and its writer is the prefetcher, which
 * servers have off. Whether a Fast Startup resume raises it is not documented,
 * which is why boot_equal asks session_ms first.
 *
 * The zone's rules of today are applied to any moment (SystemTimeToTzSpecificLocalTime).
 */
#ifndef WIN32_CLOCK_H
#define WIN32_CLOCK_H

#include "core/system/clock.h"
#include "win32/lib/late.h"

struct clock_adapter {
    struct late wevtapi;
    struct boot boot; /* read once: it cannot change while a process lives, but for the clock */
    bool is_boot_read, is_resume_read;
    uint32_t last_ticks; /* GetTickCount, where there is no GetTickCount64 */
    uint64_t wraps;
};

/* Fills *functions, which keeps a pointer to *clock. For one thread. Nothing to close. */
void clock_open(struct clock_adapter *clock, struct clock_source *functions);

#endif
