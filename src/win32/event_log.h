/* event_log.h - the interface `events`: source Tcpip of the System log.
 *
 * On Windows Vista and later, the events are read with wevtapi.dll (event_query.h). On older
 * versions, the log is read backwards with ReadEventLogW. On these versions, the id of an event is
 * the low word of EventID (Win32, EVENTLOGRECORD). Of the events 4227, 4231 and 4266, XP and 2003
 * have only the event 4227, or none.
 *
 * begin() requests the newest EVENTS_MAX + 1 events, because the caller passes the start time only
 * to read(). On Vista and later, begin() requests only the events of the last week, or those since
 * the start of Windows if Windows has run for longer than a week. read() drops the events before
 * the start time. The query runs in a separate thread for at most three seconds. If the time is up,
 * read() returns the events found so far and sets is_cut, because each event proves a problem. If
 * no event was found by then, or the thread itself hangs, the result is unknown.
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

/* Fills *functions, which retains a pointer to *log. Starts no query. For use by one thread. */
void event_log_open(struct event_log_adapter *log, struct event_source *functions);
void event_log_close(struct event_log_adapter *log);

/* Events as they are collected, newest first. */
struct event_harvest {
    struct event rows[EVENTS_MAX + 1]; /* one more than read() returns, to detect further events */
    size_t count;
};

/* Adds the Tcpip events from a buffer that ReadEventLogW filled. Returns false if the buffer
 * contains an invalid EVENTLOGRECORD; the events before this record were added. Public for
 * tests. */
bool event_log_add_records(struct event_harvest *harvest, const void *records,
                           size_t bytes) MUST_CHECK;

#endif
