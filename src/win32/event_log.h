/* event_log.h - the port `events`: source Tcpip of the System log.
 *
 * Windows Vista and later by wevtapi.dll (event_query.h); before, ReadEventLogW,
 * backwards, where an event's number is the low word of EventID (Win32, EVENTLOGRECORD;
 * XP and 2003 know of these three at most 4227).
 *
 * The newest EVENTS_MAX events are asked for whatever their age, since `begin` does not
 * know yet how far back is wanted; `read` leaves out the older ones. All of it within
 * three seconds, in a thread of its own. What was found before the time was up is told,
 * and is_cut says that there may be more: each event proves trouble by itself. Only where
 * none was found by then is the answer unknown.
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

/* Fills *functions, which keeps a pointer to *log. Asks nothing yet. For one thread. */
void event_log_open(struct event_log_adapter *log, struct event_source *functions);
void event_log_close(struct event_log_adapter *log);

/* Events as they are collected, newest first. */
struct event_harvest {
    struct event rows[EVENTS_MAX + 1]; /* one more, to know whether there are more */
    size_t count;
};

/* Adds the Tcpip events among what ReadEventLogW put into a buffer. false: this is no
 * row of EVENTLOGRECORDs; what came before the first bad one is kept. Here for tests. */
bool event_log_add_records(struct event_harvest *harvest, const void *records,
                           size_t bytes) MUST_CHECK;

#endif
