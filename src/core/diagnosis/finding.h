/* finding.h - finds the most important port problem of one protocol over one family.
 *
 * The first matching rule below determines the finding. The worst of the findings for TCP and UDP
 * over IPv4 and IPv6 is the diagnosis. usage.h defines "in use" and "usable", and verdict.h rates
 * how full the ports are. All counts of a finding are of its family. The rating can cover both
 * families: if IPv4 and IPv6 have the same range, and their ports counted together get a worse
 * rating than those of either family alone, the finding has that rating (is_united).
 * "Destination full" and "leak" exist only for TCP, "UDP leak" only for UDP.
 *
 *   kind              condition
 *   ----------------  ----------------------------------------------------------------
 *   unknown           the table or the range could not be read
 *   destination full  the local ports to one remote endpoint are 90 % or more of the
 *                     usable ports, or of the auto-reuse range if there is one, even if
 *                     the dynamic range has free ports; at most half of these local
 *                     ports are in TIME_WAIT, and less than half of the ports in use are
 *                     in CLOSE_WAIT
 *   churn             TCP, 80 % or more in use; half of these or more are in TIME_WAIT. Or:
 *                     the rule "destination full" matches, except that more than half of
 *                     the local ports to the remote endpoint are in TIME_WAIT
 *   leak, UDP leak    80 % or more in use; one process, or all processes of one program
 *                     together, use half of these or more
 *   leak              as a first sign: one process, or all processes of one program
 *                     together, use 25 % or more of the usable ports, and half of their
 *                     ports or more are in CLOSE_WAIT or BOUND
 *   pool full         less than 1 % is free, and no rule above matches
 *   hidden use        a probe found 4 or more ports that look free but cannot be bound;
 *                     these are 25 % or more of the tried ports
 *   filling           80 % or more in use, and no rule above matches
 *   reserved          half of the range or more is excluded
 *   churn             half of the usable ports or more are in TIME_WAIT
 *   hidden use        weak evidence: Windows logged a lack of ports (event 4231 or 4266)
 *                     within the last 5 minutes, but less than 80 % are in use
 *   churn             weak evidence: event 4227 was logged within the last 5 minutes
 *   healthy           no rule above matches
 *
 * The evidence is weak, and `doubt` gives the reason, if
 *   - a table is incomplete;
 *   - Windows did not report the range, and the calculated range is inferred or a guess;
 *   - the finding is a leak, but most of the ports are open connections, which may be normal load;
 *   - the finding is hidden use or churn, and the only evidence is an event;
 *   - the finding is hidden use, and the exclusions over IPv4 are unknown or, for TCP, this Windows
 *     does not list bound, idle sockets.
 */
#ifndef CORE_DIAGNOSIS_FINDING_H
#define CORE_DIAGNOSIS_FINDING_H

#include "core/diagnosis/top_users.h"
#include "core/state/probe.h"
#include "core/use/free_blocks.h"

enum diagnosis_kind {
    DIAGNOSIS_UNKNOWN,
    DIAGNOSIS_HEALTHY,
    DIAGNOSIS_FILLING,
    DIAGNOSIS_RESERVED,
    DIAGNOSIS_HIDDEN,
    DIAGNOSIS_LEAK,
    DIAGNOSIS_UDP_LEAK,
    DIAGNOSIS_CHURN,
    DIAGNOSIS_DESTINATION_FULL,
    DIAGNOSIS_POOL_FULL,
};

enum { /* thresholds of the rules above */
       PERCENT_DESTINATION = 90,
       PERCENT_EARLY_LEAK = 25,
       PERCENT_HIDDEN = 25,
       HIDDEN_MINIMUM = 4,
       EVENT_RECENT_MINUTES = 5,
       /* A finding of churn blames an endpoint, or a second endpoint, only if at least this
        * percentage of all ports in TIME_WAIT leads to that endpoint. */
       PERCENT_DESTINATION_SHARE = 10,
       PERCENT_SECOND_SHARE = 25,
       /* A machine is unlikely to close more than CLOSES_PLAUSIBLE connections per second. If a
        * TcpTimedWaitDelay of less than WAIT_LEAST seconds would mean a higher rate, that
        * TcpTimedWaitDelay is probably not in effect. */
       CLOSES_PLAUSIBLE = 5000,
       WAIT_LEAST = 30,
};

const char *diagnosis_key(enum diagnosis_kind kind); /* in JSON: "pool_full" ... */

/* Events in the System log. */
enum { EVENT_COLLISION = 4227, EVENT_TCP_LACK = 4231, EVENT_UDP_LACK = 4266 };

/* The finding of one protocol over one family. */
struct finding {
    enum diagnosis_kind kind;
    enum protocol protocol;
    enum family family;
    enum verdict_kind level; /* how full the ports are */
    bool is_united;          /* only both families together reach this level */
    bool is_one_of_two;      /* the other family has ports in use too, so name the family */
    struct usage_count use;  /* the ports in use of this family */
    uint32_t available;      /* the usable ports of this family */
    bool is_reserved;        /* half of the range or more is excluded */
    struct top_user process; /* the process with the most ports */
    struct top_program program;
    bool is_program; /* the processes of `program` leak together, none of them alone */
    /* The remote endpoints with the most and the second most local ports; TCP only. */
    struct remote_end remote, second;
    /* destination_available is the number of usable ports for connections to `remote`. If these
     * connections use 90 % or more of the auto-reuse range, is_auto_reuse is set and the ports of
     * that range count; otherwise the ports of the dynamic range count. */
    bool is_auto_reuse;
    uint32_t destination_available;
    bool is_by_events;                                 /* found only from recent events */
    struct probable_owner owners[PROBABLE_OWNERS_MAX]; /* probable former owners of the ports in
                                                          TIME_WAIT to `remote` */
    size_t owner_count;
    struct probable_owner second_owner; /* the most probable former owner of the ports to `second`;
                                           process 0: unknown */
    struct wait_measure wait;           /* DIAGNOSIS_CHURN only */
    struct port_range block_range;      /* range of the counted blocks; count 0: none */
    struct free_blocks blocks;
};

/* probe: NULL if none was run. Fails only if memory runs out. */
bool finding_make(const struct snapshot *snapshot, const struct probe *probe, struct pool pool,
                  struct finding *finding, struct fault *fault) MUST_CHECK;

/* Returns whether `a` is more urgent than `b`. */
bool finding_is_worse(const struct finding *a, const struct finding *b);

/* Returns " over IPv4" if the sentence must name the family, otherwise "". */
const char *finding_where(const struct finding *finding);

/* Return whether the finding blames the process (or its program), or the connections to the remote
 * endpoint. */
bool finding_blames_process(const struct finding *finding);
bool finding_blames_remote(const struct finding *finding);
/* Returns whether the second endpoint has enough connections to be named as well. */
bool finding_has_second(const struct finding *finding);

/* Return whether connections probably stay in TIME_WAIT longer than these seconds: because the
 * samples show it, or because the machine would otherwise close an unlikely number of connections
 * per second. */
bool finding_measured_longer_wait(const struct finding *finding, uint32_t seconds);
bool finding_has_unlikely_wait(const struct finding *finding, uint32_t seconds);

/* Returns whether 80 % or more of the usable ports are in use. */
bool finding_is_tight(const struct finding *finding);

/* Returns whether `part` is not 0 and is at least half of `whole`. */
bool finding_is_half(uint32_t part, uint32_t whole);

/* Returns the number of events with this id since `since_ms`. */
uint32_t finding_count_events(const struct events *events, uint32_t id, int64_t since_ms);

#endif
