/* snapshot.h - all that a diagnosis looks at, taken at one moment.
 *
 * The sources that may be slow (ranges, events, services) are asked while the tables
 * of sockets are read; what cannot be had is marked, and nothing is fatal but what is
 * for a survey.
 */
#ifndef CORE_STATE_SNAPSHOT_H
#define CORE_STATE_SNAPSHOT_H

#include "core/state/survey.h"

enum { EARLIER_MAX = 9 };

struct snapshot {
    struct survey survey;   /* its use is counted from `sockets` */
    struct sockets sockets; /* the latest; with owners and bound ones where Windows shows them */
    struct sockets earlier[EARLIER_MAX]; /* those before, oldest first; see snapshot_refresh */
    size_t earlier_count;
    /* Of all samples: who ended in between still has a name. */
    struct processes processes;
    bool has_names;
    struct fault names_fault;            /* where not */
    struct services services;            /* not known where nobody could be asked */
    const struct service_source *detail; /* what process_describe asks; NULL: nobody */
    struct events events; /* of the last day; not known where nobody could be asked */
};

enum { SNAPSHOT_EVENTS = 1 };
enum { SNAPSHOT_EVENTS_HOURS = 24 };

/* Keeps a pointer to machine->services. Fails as survey_take does. */
bool snapshot_take(const struct machine *machine, unsigned wants, struct snapshot *snapshot,
                   struct fault *fault) MUST_CHECK;
void snapshot_release(struct snapshot *snapshot);

/* Reads the sockets and the names of processes once more: what was the latest becomes
 * the last of `earlier`. On failure the sample is as before. */
bool snapshot_refresh(const struct machine *machine, struct snapshot *snapshot,
                      struct fault *fault) MUST_CHECK;

/* The running ranges, count 0 where unknown. */
void snapshot_ranges(const struct snapshot *snapshot,
                     struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT]);

/* "svchost.exe (Dnscache), PID 812", "process 4711 (ended)", "an unknown process":
 * safe for a screen. Owner 0 counts as unknown: somebody held the port. */
void snapshot_name(const struct snapshot *snapshot, uint32_t process, struct text *text);
/* The same with what a sentence goes on with: "svchost.exe, PID 812, listens". */
void snapshot_name_and(const struct snapshot *snapshot, uint32_t process, const char *rest,
                       struct text *text);

#endif
