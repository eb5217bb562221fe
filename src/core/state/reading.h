/* reading.h - the figures of port use that monitoring systems collect, taken at one moment.
 *
 * All formats of `maxport metrics` print the same reading, so their numbers agree.
 */
#ifndef CORE_STATE_READING_H
#define CORE_STATE_READING_H

#include "core/state/survey.h"
#include "core/use/free_blocks.h"
#include "core/use/series.h"
#include "core/use/usage_groups.h"

/* The processes of one program, grouped by image file name. */
struct reading_program {
    char *name;     /* owned, UTF-8, safe for a screen */
    uint32_t ports; /* distinct local ports inside the range, both families together */
};

/* The programs of one protocol. */
struct reading_programs {
    struct reading_program *rows; /* owned; most ports first; no two names are the same */
    size_t count;
    /* Ports in use that belong to none of `rows`: those of further programs, of processes without a
     * known name, and those in TIME_WAIT. */
    uint32_t other_ports;
};

struct reading {
    struct survey survey; /* usage is counted from the same sockets as the fields below */
    /* The free blocks of each range whose use is known; see reading_is_known(). */
    struct free_blocks blocks[PROTOCOL_COUNT][FAMILY_COUNT];
    /* The remote TCP endpoint with the most connected local ports. */
    struct usage_bucket remote; /* if has_remote */
    bool has_remote;            /* false: no connection inside the range, or no table was read */
    /* The table kept growing while it was read, so that ports in use are missing. */
    bool is_partial[PROTOCOL_COUNT][FAMILY_COUNT];
    /* This Windows lacks the table, e.g. for IPv6 on Windows XP; see also reading_is_known(). */
    bool is_absent[PROTOCOL_COUNT][FAMILY_COUNT];
    bool is_restart_known;   /* whether a restart is pending could be determined */
    bool is_restart_pending; /* if is_restart_known */
    bool has_programs;       /* the programs were requested, and Windows reported them */
    struct reading_programs programs[PROTOCOL_COUNT]; /* if has_programs */
    /* After reading_watch(): whether the ports of a range run out at the current rate, and when, in
     * seconds from the end of the watch. */
    bool is_filling[PROTOCOL_COUNT][FAMILY_COUNT];
    uint32_t full_in_seconds[PROTOCOL_COUNT][FAMILY_COUNT]; /* if is_filling */
};

/* Takes a reading with the `top` programs of each protocol that use the most ports. top 0: Windows
 * is not asked for the owners of sockets. Each part that could not be read is marked. Fails like
 * survey_take(), or if memory runs out. */
bool reading_take(const struct machine *machine, size_t top, struct reading *reading,
                  struct fault *fault) MUST_CHECK;
void reading_release(struct reading *reading);

/* Ten seconds end before the time limit of most callers, and eleven samples are enough for a trend
 * (series.h). */
enum { READING_WATCH_MS = 10000, READING_WATCH_SAMPLES = 11 };

/* Takes READING_WATCH_SAMPLES further samples within watch_ms for a trend, and adds them to an
 * empty series. Samples that fail are missing in the series. Fails with FAULT_DECLINED after
 * Ctrl-C. */
bool reading_watch(const struct machine *machine, uint32_t watch_ms, struct reading *reading,
                   struct series *series, struct fault *fault) MUST_CHECK;

/* Returns whether the ports in use of a range are known: its table was read, and Windows reported
 * the range. A partial table counts as known. */
bool reading_is_known(const struct reading *reading, enum protocol protocol, enum family family);

/* What a reading may lack. The names are part of metrics and never change. */
enum { READING_UNSEEN_MAX = 16, READING_UNSEEN_SIZE = 24 };

/* Fills `names` with the parts that could not be read, e.g. "tcp_ipv6_table", and returns their
 * number. wants_programs: whether programs were requested. */
size_t reading_unseen(const struct reading *reading, bool wants_programs,
                      char names[READING_UNSEEN_MAX][READING_UNSEEN_SIZE]);

#endif
