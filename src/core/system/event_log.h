/* event_log.h - events in which Windows reports that ports ran out.
 *
 * The events are in the System log, source Tcpip (docs/windows.md, "Events of Tcpip"):
 * - 4227: a connect failed because its local endpoint was in use too recently.
 * - 4231: no TCP port was free.
 * - 4266: no UDP port was free.
 *
 * An event proves a problem. The absence of events proves nothing.
 */
#ifndef CORE_SYSTEM_EVENT_LOG_H
#define CORE_SYSTEM_EVENT_LOG_H

#include "core/base/fault.h"

struct event {
    uint32_t id;     /* 4227, 4231, 4266 */
    int64_t time_ms; /* ms since 1970 UTC */
};

enum { EVENTS_MAX = 256 };

struct events {
    struct event rows[EVENTS_MAX]; /* newest first */
    size_t count;
    bool is_cut;   /* the log contains more than EVENTS_MAX such events */
    bool is_known; /* False: the log could not be read */
    char why[256]; /* the reason, if !is_known */
};

struct event_source {
    void *context;
    void (*begin)(void *context); /* see ranges.h; optional */
    /* Reads the Tcpip events 4227, 4231 and 4266 since `since_ms`. */
    void (*read)(void *context, int64_t since_ms, struct events *);
};

#endif
