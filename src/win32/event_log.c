#include "win32/event_log.h"

#include "win32/event_query.h"
#include "win32/lib/late.h"
#include "win32/lib/system_message.h"
#include "win32/os_version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum {
    LIMIT_MS = 3000,
    SPARE_MS = 500, /* the last part of LIMIT_MS, for returning the events found */
    RECORDS_BYTES =
        0x40000, /* ReadEventLogW accepts up to 0x7ffff bytes; a record has at most 64 KB */
    EVENT_NUMBER_MASK = 0xffff,
};

static bool is_wanted(uint32_t id)
{
    return id == 4227 || id == 4231 || id == 4266;
}

/* Input and result of the query; the thread works on its own copy. */
struct inquiry {
    struct late wevtapi;
    bool is_old;
    DWORD start, patience_ms;
    struct event_harvest harvest;
    bool is_known, is_cut;
    struct fault fault; /* the reason, if !is_known */
};

static bool is_full(const struct event_harvest *harvest)
{
    return harvest->count == EVENTS_MAX + 1;
}

static void add(struct event_harvest *harvest, uint32_t id, int64_t time_ms)
{
    if (is_wanted(id) && !is_full(harvest))
        harvest->rows[harvest->count++] = (struct event){.id = id, .time_ms = time_ms};
}

static DWORD left_ms(const struct inquiry *inquiry)
{
    DWORD elapsed = GetTickCount() - inquiry->start;
    return elapsed < inquiry->patience_ms ? inquiry->patience_ms - elapsed : 0;
}

/* Ends the query early: the events found so far become an incomplete result. */
static void give_up(struct inquiry *inquiry)
{
    inquiry->is_known = inquiry->is_cut = inquiry->harvest.count > 0;
}

static bool set_timed_out(struct fault *fault, DWORD limit_ms)
{
    return fault_set(fault, FAULT_UNAVAILABLE, ERROR_TIMEOUT,
                     "Timed out: the event log did not respond within %lu seconds.",
                     (unsigned long)(limit_ms + 999) / 1000);
}

/* ---- Vista and later -------------------------------------------------- */

/* Returns the age limit of the query in milliseconds. The log has no index by provider, so without
 * an age limit Windows would read the whole log. The limit covers all events that maxport reports:
 * those since the start of Windows, and at least those of the last week. */
static unsigned long long oldest_ms(void)
{
    static const unsigned long long week_ms = 7ull * 24 * 3600 * 1000, minute_ms = 60 * 1000;
    typedef ULONGLONG(WINAPI * tick_count)(void);
    tick_count uptime = (tick_count)late_kernel32("GetTickCount64");
    unsigned long long up_ms = uptime ? uptime() : 0;
    return (up_ms > week_ms ? up_ms : week_ms) + minute_ms;
}

static void query_events(struct inquiry *inquiry)
{
    static const wchar_t *const paths[] = {L"Event/System/EventID",
                                           L"Event/System/TimeCreated/@SystemTime"};
    struct event_query query;
    struct event_value values[EVENT_VALUES_MAX];
    enum event_next next = EVENT_FOUND;
    wchar_t xpath[256];
    snwprintf(xpath, 256,
              L"*[System[Provider[@Name='Tcpip'] and (EventID=4227 or EventID=4231 or "
              L"EventID=4266) and TimeCreated[timediff(@SystemTime) <= %llu]]]",
              oldest_ms());
    if (!event_query_open(&query, &inquiry->wevtapi, L"System", xpath, paths, 2, &inquiry->fault))
        return;
    while (next == EVENT_FOUND && !is_full(&inquiry->harvest)) {
        next = event_query_next(&query, left_ms(inquiry), values, &inquiry->fault);
        if (next == EVENT_FOUND && values[0].is_there && values[1].is_there) {
            add(&inquiry->harvest, (uint32_t)(values[0].number & EVENT_NUMBER_MASK),
                values[1].time_ms);
        }
    }
    event_query_close(&query);
    inquiry->is_known = next != EVENT_FAILED;
    if (next == EVENT_FAILED) {
        if (inquiry->fault.code == ERROR_TIMEOUT)
            set_timed_out(&inquiry->fault, inquiry->patience_ms);
        give_up(inquiry);
    }
}

/* ---- XP and 2003 ------------------------------------------------------ */

/* Returns whether the bytes start with this wide string and its NUL. */
static bool is_name(const uint8_t *at, size_t bytes, const wchar_t *name)
{
    size_t wanted = (wcslen(name) + 1) * sizeof *name;
    return bytes >= wanted && memcmp(at, name, wanted) == 0;
}

bool event_log_add_records(struct event_harvest *harvest, const void *records, size_t bytes)
{
    const uint8_t *at = records;
    while (bytes > 0) {
        EVENTLOGRECORD record;
        if (bytes < sizeof record)
            return false;
        memcpy(&record, at, sizeof record);
        if (record.Length < sizeof record || record.Length > bytes)
            return false;
        if (is_name(at + sizeof record, record.Length - sizeof record, L"Tcpip"))
            add(harvest, record.EventID & EVENT_NUMBER_MASK, (int64_t)record.TimeGenerated * 1000);
        at += record.Length;
        bytes -= record.Length;
    }
    return true;
}

static void read_records(struct inquiry *inquiry, HANDLE log, uint8_t *buffer)
{
    for (;;) {
        DWORD bytes = 0, needed = 0;
        BOOL is_ok = ReadEventLogW(log, EVENTLOG_SEQUENTIAL_READ | EVENTLOG_BACKWARDS_READ, 0,
                                   buffer, RECORDS_BYTES, &bytes, &needed);
        DWORD code = GetLastError();
        if (!is_ok && code == ERROR_HANDLE_EOF) {
            inquiry->is_known = true;
            return;
        }
        if (!is_ok) {
            system_fault(&inquiry->fault, FAULT_UNAVAILABLE, code,
                         "The event log could not be read");
            give_up(inquiry);
            return;
        }
        if (bytes == 0 || bytes > RECORDS_BYTES ||
            !event_log_add_records(&inquiry->harvest, buffer, bytes)) {
            fault_set(&inquiry->fault, FAULT_FAILED, 0,
                      "The event log contains no readable "
                      "records.");
            give_up(inquiry);
            return;
        }
        if (is_full(&inquiry->harvest)) {
            inquiry->is_known = true;
            return;
        }
        if (left_ms(inquiry) == 0) {
            set_timed_out(&inquiry->fault, inquiry->patience_ms);
            give_up(inquiry);
            return;
        }
    }
}

static void read_old_log(struct inquiry *inquiry)
{
    HANDLE log = OpenEventLogW(NULL, L"System");
    DWORD code = GetLastError();
    if (!log) {
        system_fault(&inquiry->fault, FAULT_UNAVAILABLE, code, "The event log could not be opened");
        return;
    }
    uint8_t *buffer = malloc(RECORDS_BYTES);
    if (buffer)
        read_records(inquiry, log, buffer);
    else
        fault_no_memory(&inquiry->fault);
    free(buffer);
    CloseEventLog(log);
}

/* ---- the interface ---------------------------------------------------- */

static void ask(void *data)
{
    struct inquiry *inquiry = data;
    if (inquiry->is_old)
        read_old_log(inquiry);
    else
        query_events(inquiry);
}

static bool start(struct event_log_adapter *own, struct fault *fault)
{
    struct inquiry inquiry = {
        .wevtapi = own->wevtapi,
        .is_old = own->is_old,
        .start = GetTickCount(),
        .patience_ms = own->limit_ms > SPARE_MS ? own->limit_ms - SPARE_MS : own->limit_ms,
    };
    if (!own->job)
        own->job = background_start(ask, NULL, &inquiry, sizeof inquiry, own->limit_ms, fault);
    return own->job != NULL;
}

static void begin(void *context)
{
    struct fault ignored; /* read_events() tries again and reports the fault */
    start(context, &ignored);
}

static void take(const struct inquiry *inquiry, int64_t since_ms, struct events *events)
{
    const struct event_harvest *harvest = &inquiry->harvest;
    events->is_known = true;
    events->is_cut = inquiry->is_cut;
    for (size_t i = 0; i < harvest->count; i++)
        if (harvest->rows[i].time_ms < since_ms)
            events->is_cut = false; /* only events before since_ms are missing */
        else if (events->count < EVENTS_MAX)
            events->rows[events->count++] = harvest->rows[i];
        else
            events->is_cut = true;
}

static void read_events(void *context, int64_t since_ms, struct events *events)
{
    struct event_log_adapter *own = context;
    struct fault fault;
    *events = (struct events){.count = 0};
    if (!start(own, &fault)) {
        fault_text(&fault, events->why, sizeof events->why);
        return;
    }
    const struct inquiry *inquiry = background_wait(own->job);
    if (!inquiry) {
        set_timed_out(&fault, own->limit_ms);
        fault_text(&fault, events->why, sizeof events->why);
    } else if (inquiry->is_known) {
        take(inquiry, since_ms, events);
    } else {
        fault_text(&inquiry->fault, events->why, sizeof events->why);
    }
    background_close(own->job);
    own->job = NULL;
}

void event_log_open(struct event_log_adapter *log, struct event_source *functions)
{
    struct os_version os;
    struct fault ignored;
    *log = (struct event_log_adapter){.wevtapi = {.name = L"wevtapi.dll"}, .limit_ms = LIMIT_MS};
    log->is_old = os_version_number(&os, &ignored) && !os_at_least(&os, 6, 0, 0);
    *functions = (struct event_source){.context = log, .begin = begin, .read = read_events};
}

void event_log_close(struct event_log_adapter *log)
{
    background_close(log->job);
    log->job = NULL;
}
