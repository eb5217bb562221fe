/* event_query.h - reads the events of one log, newest first, with wevtapi.dll.
 *
 * Needs Windows Vista or later (Win32, Windows Event Log: EvtQuery, EvtNext,
 * EvtCreateRenderContext, EvtRender). Reading the System log needs no elevation. A call blocks
 * until the event log service responds, so call these functions in a separate thread.
 */
#ifndef WIN32_EVENT_QUERY_H
#define WIN32_EVENT_QUERY_H

#include "win32/lib/late.h"

/* The value at one path of an event. */
struct event_value {
    bool is_there;   /* the event has a number or a time at this path */
    uint64_t number; /* of an unsigned field */
    int64_t time_ms; /* of a time field, ms since 1970 UTC */
};

enum { EVENT_VALUES_MAX = 4, EVENT_BATCH = 16 };

struct event_query {
    struct late *wevtapi;
    HANDLE result, context;
    HANDLE batch[EVENT_BATCH];
    DWORD batch_count, batch_next;
    size_t value_count;
};

/* Queries all events of a log ("System") that match an XPath. paths: the values to read from each
 * event ("Event/System/EventID"), at most EVENT_VALUES_MAX. The query retains `wevtapi`. Fails with
 * FAULT_UNAVAILABLE if this Windows does not have wevtapi.dll or the log. If a call fails, the kind
 * of the fault is the one that system_fault_kind() returns for the error code, or FAULT_UNAVAILABLE
 * if the code is missing or unknown. Fails with FAULT_FAILED if path_count is too large. */
bool event_query_open(struct event_query *query, struct late *wevtapi, const wchar_t *log,
                      const wchar_t *xpath, const wchar_t *const *paths, size_t path_count,
                      struct fault *fault) MUST_CHECK;
void event_query_close(struct event_query *query);

enum event_next { EVENT_FOUND, EVENT_NONE_LEFT, EVENT_FAILED };

/* Reads the next event. Fills *fault if the result is EVENT_FAILED. The fault is FAULT_UNAVAILABLE
 * with the code ERROR_TIMEOUT if Windows returned no event within patience_ms. */
enum event_next event_query_next(struct event_query *query, DWORD patience_ms,
                                 struct event_value values[EVENT_VALUES_MAX], struct fault *fault);

#endif
