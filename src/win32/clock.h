/* clock.h - the interface `clock`: the time, and the start of the kernel session.
 *
 * NtQuerySystemInformation(SystemTimeOfDayInformation) returns
 *   BootTime                 start_ms: changes when the clock is set
 *   BootTime - BootTimeBias  session_ms: constant within a session, also with Fast
 *                            Startup; equals WMI's LastBootUpTime
 * Confidence: the layout is from System Informer's phnt and from ReactOS, where KeSetSystemTime
 * adds the same step to both values. Third parties measured on Windows 11 that session_ms does not
 * change when the clock is set or the computer sleeps. If the call fails, start_ms is calculated
 * from the tick count, which includes sleep (Win32, "Windows Time"), and session_ms is 0.
 *
 * On Windows 10 and later, boot_count is KUSER_SHARED_DATA.BootId (ntddk.h); on older versions
 * boot_count is 0. The registry value PrefetchParameters\BootId is not used, for two reasons: it
 * reportedly lags behind by one, and the prefetcher, which writes it, is off on servers. Microsoft
 * does not document whether a Fast Startup resume increases BootId; boot_equal() therefore compares
 * session_ms first.
 *
 * Local times of all dates are calculated with the current rules of the time zone
 * (SystemTimeToTzSpecificLocalTime).
 */
#ifndef WIN32_CLOCK_H
#define WIN32_CLOCK_H

#include "core/system/clock.h"
#include "win32/lib/late.h"

struct clock_adapter {
    struct late wevtapi;
    struct boot boot; /* read once and kept, even if the clock is set later */
    bool is_boot_read, is_resume_read;
    uint32_t last_ticks; /* GetTickCount, if Windows lacks GetTickCount64 */
    uint64_t wraps;
};

/* Fills *functions, which retains a pointer to *clock. For use by one thread. There is nothing to
 * close. */
void clock_open(struct clock_adapter *clock, struct clock_source *functions);

/* Converts a time of Windows to milliseconds since 1970 UTC. */
int64_t clock_unix_ms(const FILETIME *time);

#endif
