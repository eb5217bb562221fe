#include "win32/clock.h"

#include "win32/last_start.h"
#include "win32/lib/late.h"
#include "win32/os_version.h"

#include <string.h>

#include <windows.h>

enum {
    TIME_OF_DAY_INFORMATION = 3,          /* SystemTimeOfDayInformation */
    BOOT_ID_ADDRESS = 0x7ffe0000 + 0x2c4, /* KUSER_SHARED_DATA.BootId, the same in all processes */
    ATTEMPTS = 4,
};

/* SYSTEM_TIMEOFDAY_INFORMATION, the same on x86 and x64. */
struct time_of_day {
    int64_t boot, now, zone_bias;
    uint32_t zone_id, reserved;
    int64_t boot_bias, sleep_bias;
};
_Static_assert(sizeof(struct time_of_day) == 48, "SYSTEM_TIMEOFDAY_INFORMATION");

typedef LONG(WINAPI *query_information)(int class, void *data, ULONG bytes, ULONG *used);
typedef ULONGLONG(WINAPI *tick_count)(void);

/* Converts a FILETIME (100 ns since 1601) to ms since 1970. */
static int64_t unix_ms(int64_t ticks)
{
    return (ticks - 116444736000000000) / 10000;
}

int64_t clock_unix_ms(const FILETIME *time)
{
    return unix_ms((int64_t)((uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime));
}

static int64_t now_ms(void *context)
{
    FILETIME time;
    (void)context;
    GetSystemTimeAsFileTime(&time);
    return clock_unix_ms(&time);
}

static int64_t monotonic_ms(void *context)
{
    struct clock_adapter *clock = context;
    tick_count ticks64 = (tick_count)late_kernel32("GetTickCount64");
    if (ticks64)
        return (int64_t)ticks64();
    uint32_t ticks = GetTickCount(); /* wraps after 49.7 days */
    if (ticks < clock->last_ticks)
        clock->wraps++;
    clock->last_ticks = ticks;
    return (int64_t)(clock->wraps << 32 | ticks);
}

static int32_t offset_seconds(void *context, int64_t moment)
{
    (void)context;
    if (moment < -11644473600000 || moment > INT64_MAX / 10000 - 11644473600000)
        return 0;
    uint64_t ticks = (uint64_t)moment * 10000 + 116444736000000000u;
    FILETIME utc = {.dwLowDateTime = (DWORD)ticks, .dwHighDateTime = (DWORD)(ticks >> 32)};
    FILETIME local;
    SYSTEMTIME utc_parts, local_parts;
    if (!FileTimeToSystemTime(&utc, &utc_parts) ||
        !SystemTimeToTzSpecificLocalTime(NULL, &utc_parts, &local_parts)) {
        return 0;
    }
    /* Convert both times back from their parts, so that both are cut to whole milliseconds and
     * their difference is exact. */
    if (!SystemTimeToFileTime(&utc_parts, &utc) || !SystemTimeToFileTime(&local_parts, &local))
        return 0;
    int64_t from = (int64_t)((uint64_t)utc.dwHighDateTime << 32 | utc.dwLowDateTime);
    int64_t to = (int64_t)((uint64_t)local.dwHighDateTime << 32 | local.dwLowDateTime);
    return (int32_t)((to - from) / 10000000);
}

static bool read_time_of_day(struct time_of_day *time)
{
    struct late ntdll = {.name = L"ntdll.dll"};
    struct fault ignored;
    query_information query =
        (query_information)late_bind(&ntdll, "NtQuerySystemInformation", &ignored);
    ULONG used = 0;
    memset(time, 0, sizeof *time);
    return query && query(TIME_OF_DAY_INFORMATION, time, sizeof *time, &used) >= 0 &&
           time->boot != 0;
}

/* Reads until two successive readings agree, because the clock may be set meanwhile. */
static bool read_start(struct boot *boot)
{
    struct time_of_day first, second;
    if (!read_time_of_day(&second))
        return false;
    for (int i = 0; i < ATTEMPTS; i++) {
        first = second;
        if (!read_time_of_day(&second))
            return false;
        if (first.boot == second.boot && first.boot_bias == second.boot_bias) {
            boot->start_ms = unix_ms(first.boot);
            boot->session_ms = unix_ms(first.boot - first.boot_bias);
            return true;
        }
    }
    return false;
}

static uint32_t read_boot_count(void)
{
    struct os_version os;
    struct fault ignored;
    if (!os_version_number(&os, &ignored) || !os_at_least(&os, 10, 0, 0))
        return 0;
    return *(const volatile uint32_t *)(uintptr_t)BOOT_ID_ADDRESS;
}

static bool boot(void *context, struct boot *boot, struct fault *fault)
{
    struct clock_adapter *clock = context;
    (void)fault;
    if (!clock->is_boot_read) {
        struct boot found = {.boot_count = read_boot_count()};
        if (!read_start(&found))
            found.start_ms = now_ms(clock) - monotonic_ms(clock);
        clock->boot = found;
        clock->is_boot_read = true;
    }
    *boot = clock->boot;
    boot->was_resumed = boot->is_resume_known = false;
    return true;
}

static bool resume(void *context, struct boot *boot)
{
    struct clock_adapter *clock = context;
    if (!clock->is_resume_read) {
        last_start_read(&clock->wevtapi, boot);
        clock->boot.was_resumed = boot->was_resumed;
        clock->boot.is_resume_known = boot->is_resume_known;
        clock->is_resume_read = true;
    }
    boot->was_resumed = clock->boot.was_resumed;
    boot->is_resume_known = clock->boot.is_resume_known;
    return boot->is_resume_known;
}

static void sleep_ms(void *context, uint32_t ms)
{
    (void)context;
    Sleep(ms);
}

void clock_open(struct clock_adapter *clock, struct clock_source *functions)
{
    *clock = (struct clock_adapter){.wevtapi = {.name = L"wevtapi.dll"}};
    *functions = (struct clock_source){
        .context = clock,
        .now_ms = now_ms,
        .monotonic_ms = monotonic_ms,
        .offset_seconds = offset_seconds,
        .boot = boot,
        .resume = resume,
        .sleep_ms = sleep_ms,
    };
}
