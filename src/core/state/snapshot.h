/* snapshot.h - the input of a diagnosis, taken at one moment.
 *
 * Windows answers the slow queries (ranges, events, services) while the socket tables are read.
 * Each part that could not be read is marked. Taking a snapshot fails for the same reasons as a
 * survey.
 */
#ifndef CORE_STATE_SNAPSHOT_H
#define CORE_STATE_SNAPSHOT_H

#include "core/state/survey.h"

enum { EARLIER_MAX = 9 };

struct snapshot {
    struct survey survey; /* port use is counted from `sockets` */
    /* The latest sample, with owners and bound sockets if Windows lists them. */
    struct sockets sockets;
    struct sockets earlier[EARLIER_MAX]; /* earlier samples, oldest first; see snapshot_refresh */
    size_t earlier_count;
    /* The processes of all samples, so that a process that has ended still has a name. */
    struct processes processes;
    bool has_names;
    struct fault names_fault;                    /* if !has_names */
    struct services services;                    /* unknown if the machine has no source */
    const struct service_source *detail;         /* for process_describe; NULL: none */
    const struct process_source *process_source; /* for process_details_read */
    struct events events;                        /* of the last day; unknown without a source */
};

enum {
    SNAPSHOT_EVENTS = 1,
    SNAPSHOT_MISPLACED = 2, /* as SURVEY_MISPLACED */
};
enum { SNAPSHOT_EVENTS_HOURS = 24 };

/* wants: any of SNAPSHOT_EVENTS and SNAPSHOT_MISPLACED, to read these data too. The snapshot keeps
 * pointers to machine->services and machine->processes. Fails like survey_take(). */
bool snapshot_take(const struct machine *machine, unsigned wants, struct snapshot *snapshot,
                   struct fault *fault) MUST_CHECK;
void snapshot_release(struct snapshot *snapshot);

/* Reads sockets and process names again. The previous sockets become the last of `earlier`.
 * On failure the snapshot is unchanged. */
bool snapshot_refresh(const struct machine *machine, struct snapshot *snapshot,
                      struct fault *fault) MUST_CHECK;

/* Appends "svchost.exe (Dnscache), PID 812", "process 4711 (ended)" or "an unknown process", safe
 * for a screen. Owner 0 is shown as an unknown process, because some program used the port. */
void snapshot_name(const struct snapshot *snapshot, uint32_t process, struct text *text);
/* Like snapshot_name(), but also appends the rest of a sentence, e.g. "svchost.exe, PID 812,
 * listens". */
void snapshot_name_and(const struct snapshot *snapshot, uint32_t process, const char *rest,
                       struct text *text);

#endif
