/* event_log.h - the interface `events`: source Tcpip of the System log.
 *
 * On Windows Vista and later it uses wevtapi.dll (event_query.h). Before, it reads backwards with
 * ReadEventLogW; the id of an event is the low word of EventID (Win32, EVENTLOGRECORD; of the
 * three ids, XP and 2003 have at most 4227).
 *
 * `begin` requests the newest EVENTS_MAX events of any age, because the start time is not known
 * until `read`, which drops the older ones. The query runs in a separate thread and has three
 * seconds. If time runs out, the events found so far are returned with is_cut, because each event
 * proves a problem. If none was found by then, the result is unknown.
 */
#ifndef WIN32_EVENT_LOG_H
#define WIN32_EVENT_LOG_H

#include "core/system/event_log.h"
#include "win32/lib/background.h"
#include "win32/lib/late.h"

struct event_log_adapter {
    struct late wevtapi;
    bool is_old; /* this Windows has only ReadEventLogW */
    DWORD limit_ms;
    struct background *job;
};

/* Fills *functions, which retains a pointer to *log. Starts no query. For one thread. */
void event_log_open(struct event_log_adapter *log, struct event_source *functions);
void event_log_close(struct event_log_adapter *log);

/* Events as they are collected, newest first. */
struct event_harvest {
    struct event rows[EVENTS_MAX + 1]; /* one more than returned, to detect further events */
    size_t count;
};

/* Adds the Tcpip events from a buffer that ReadEventLogW filled. False: the buffer contains an
 * invalid EVENTLOGRECORD; the events before it were added. Public for tests. */
bool event_log_add_records(struct event_harvest *harvest, const void *records,
                           size_t bytes) MUST_CHECK;

#endif
