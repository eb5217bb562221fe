/* event_query.h - events of one log, newest first, by wevtapi.dll.
 *
 * Windows Vista and later (Win32, Windows Event Log: EvtQuery, EvtNext,
 * EvtCreateRenderContext, EvtRender). No elevation is needed for the System log. A
 * call may block for as long as the event log service does: ask in a thread of its own.
 */
#ifndef WIN32_EVENT_QUERY_H
#define WIN32_EVENT_QUERY_H

#include "win32/lib/late.h"

/* What an event holds at one path. */
struct event_value {
    bool is_there;   /* and a number or a time */
    uint64_t number; /* of unsigned fields */
    int64_t time_ms; /* of times: ms since 1970 UTC */
};

enum { EVENT_VALUES_MAX = 4, EVENT_BATCH = 16 };

struct event_query {
    struct late *wevtapi;
    HANDLE result, context;
    HANDLE batch[EVENT_BATCH];
    DWORD batch_count, batch_next;
    size_t value_count;
};

/* All events of a log ("System") that match an XPath. Of each, the values at these
 * paths ("Event/System/EventID") are wanted, at most EVENT_VALUES_MAX. `wevtapi` is
 * kept. FAULT_UNAVAILABLE: this Windows has no such log, or does not say why not. */
bool event_query_open(struct event_query *query, struct late *wevtapi, const wchar_t *log,
                      const wchar_t *xpath, const wchar_t *const *paths, size_t path_count,
                      struct fault *fault) MUST_CHECK;
void event_query_close(struct event_query *query);

enum event_next { EVENT_FOUND, EVENT_NONE_LEFT, EVENT_FAILED };

/* The next one. EVENT_FAILED fills *fault; FAULT_UNAVAILABLE with the code
 * ERROR_TIMEOUT: none was found within that time. */
enum event_next event_query_next(struct event_query *query, DWORD patience_ms,
                                 struct event_value values[EVENT_VALUES_MAX], struct fault *fault);

#endif
