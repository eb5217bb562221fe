/* clock.h - the interface `clock`: the time, and the start of the kernel session.
 *
 * NtQuerySystemInformation(SystemTimeOfDayInformation) returns
 *   BootTime                 start_ms: moves when the clock is set
 *   BootTime - BootTimeBias  session_ms: constant within a session, also with Fast
 *                            Startup; equals WMI's LastBootUpTime
 * Confidence: layout from System Informer's phnt and ReactOS (KeSetSystemTime adds the same step
 * to both values); constancy over clock steps and sleep measured on Windows 11 by others. If the
 * call fails, start_ms is derived from the tick count, which includes sleep (Win32, "Windows
 * Time").
 *
 * boot_count is KUSER_SHARED_DATA.BootId (ntddk.h), from Windows 10 on; 0 before. The registry's
 * PrefetchParameters\BootId is not used: it is reported to lag behind by one, and the prefetcher
 * writes it, which is off on servers. It is not documented whether a Fast Startup resume
 * increases BootId; boot_equal therefore compares session_ms first.
 *
 * Local times use today's rules of the time zone for any date
 * (SystemTimeToTzSpecificLocalTime).
 */
#ifndef WIN32_CLOCK_H
#define WIN32_CLOCK_H

#include "core/system/clock.h"
#include "win32/lib/late.h"

struct clock_adapter {
    struct late wevtapi;
    struct boot boot; /* read once; constant in a process, unless the clock is set */
    bool is_boot_read, is_resume_read;
    uint32_t last_ticks; /* GetTickCount, if Windows lacks GetTickCount64 */
    uint64_t wraps;
};

/* Fills *functions, which retains a pointer to *clock. For one thread. Nothing to close. */
void clock_open(struct clock_adapter *clock, struct clock_source *functions);

#endif
