#include "win32/last_start.h"

#include "win32/event_query.h"
#include "win32/lib/background.h"
#include "win32/os_version.h"

enum {
    PATIENCE_MS = 2000, /* total limit */
    NEXT_MS = 1000,     /* limit for reading the newest event */
    CLOCK_SET_MS = 5 * 60 * 1000,
    BOOT_TYPE_FAST = 1,
    BOOT_TYPE_LAST = 2,
};

struct inquiry {
    struct late wevtapi;
    bool is_known;
    uint64_t boot_type;
    int64_t time_ms;
};

static void ask(void *data)
{
    static const wchar_t *const paths[] = {L"Event/System/TimeCreated/@SystemTime",
                                           L"Event/EventData/Data[@Name='BootType']"};
    struct inquiry *inquiry = data;
    struct event_query query;
    struct event_value values[EVENT_VALUES_MAX];
    struct fault ignored;
    if (!event_query_open(
            &query, &inquiry->wevtapi, L"System",
            L"*[System[Provider[@Name='Microsoft-Windows-Kernel-Boot'] and (EventID=27)]]", paths,
            2, &ignored)) {
        return;
    }
    if (event_query_next(&query, NEXT_MS, values, &ignored) == EVENT_FOUND && values[0].is_there &&
        values[1].is_there && values[1].number <= BOOT_TYPE_LAST) {
        inquiry->time_ms = values[0].time_ms;
        inquiry->boot_type = values[1].number;
        inquiry->is_known = true;
    }
    event_query_close(&query);
}

void last_start_read(const struct late *wevtapi, struct boot *boot)
{
    struct os_version os;
    struct fault ignored;
    boot->was_resumed = false;
    boot->is_resume_known = false;
    if (!os_version_number(&os, &ignored))
        return;
    if (!os_at_least(&os, 6, 2, 0)) {
        boot->is_resume_known = true; /* Windows 8 introduced Fast Startup */
        return;
    }

    struct inquiry inquiry = {.wevtapi = *wevtapi};
    struct background *job =
        background_start(ask, NULL, &inquiry, sizeof inquiry, PATIENCE_MS, &ignored);
    const struct inquiry *answer = job ? background_wait(job) : NULL;
    /* If the newest event is older than this session, it belongs to an earlier session, and the log
     * does not contain the event of this session. */
    if (answer && answer->is_known && answer->time_ms >= boot->start_ms - CLOCK_SET_MS) {
        boot->is_resume_known = true;
        boot->was_resumed = answer->boot_type == BOOT_TYPE_FAST;
    }
    background_close(job);
}
