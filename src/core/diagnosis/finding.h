/* finding.h - what is wrong with the ports of one protocol, by rules.
 *
 * The rules, in this order; the first that holds names the trouble of a protocol, and
 * the worse off of TCP and UDP is the diagnosis. "In use", "available" and how full a
 * protocol is are those of usage.h and verdict.h, for the fuller of IPv4 and IPv6.
 *
 *   kind              holds where
 *   ----------------  ----------------------------------------------------------------
 *   unknown           neither family's table and range could be read
 *   destination full  the local ports that lead to one remote end are 90 % or more of
 *                     the available ones (or of the auto-reuse range, where there is
 *                     one, however empty the pool is), and at most half of them wait
 *   UDP leak          80 % or more in use, half of that or more by one process
 *   churn             80 % or more in use, half of that or more in TIME_WAIT;
 *                     or one destination's ports as above, more than half waiting
 *   leak              80 % or more in use, half of that or more by one process;
 *                     or, below that, one process holds 25 % of the available ports,
 *                     half of them or more in CLOSE_WAIT or BOUND: the first sign
 *   pool full         less than 1 % is left, and none of the above
 *   hidden use        a probe found 4 or more ports that look free and do not bind, and
 *                     they are 25 % or more of those tried
 *   filling           80 % or more in use, and none of the above
 *   hidden use        weak: Windows logged a lack of ports (4231, 4266) within the last
 *                     5 minutes, while its tables show less than 80 % in use
 *   churn             weak: event 4227 within the last 5 minutes
 *   healthy           none of the above
 *
 * What makes the evidence weak, and is then said in `doubt`: a partial table; a range
 * that is only known by a rule which is not documented; a process whose ports are open
 * connections, which may be its honest load; hidden use without a probe, or where
 * Windows does not list bound, idle sockets or its exclusions; churn by events alone.
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
    DIAGNOSIS_HIDDEN,
    DIAGNOSIS_LEAK,
    DIAGNOSIS_UDP_LEAK,
    DIAGNOSIS_CHURN,
    DIAGNOSIS_DESTINATION_FULL,
    DIAGNOSIS_POOL_FULL,
};

enum { /* of the rules above */
       PERCENT_DESTINATION = 90,
       PERCENT_EARLY_LEAK = 25,
       PERCENT_HIDDEN = 25,
       HIDDEN_MINIMUM = 4,
       EVENT_RECENT_MINUTES = 5,
};

const char *diagnosis_key(enum diagnosis_kind kind); /* JSON: "pool_full" ... */

/* Of the System log. */
enum { EVENT_COLLISION = 4227, EVENT_TCP_LACK = 4231, EVENT_UDP_LACK = 4266 };

/* One protocol by itself. */
struct finding {
    enum diagnosis_kind kind;
    enum protocol protocol;
    enum verdict_kind level; /* how full it is */
    enum family family;      /* the fuller one */
    bool is_united;          /* only IPv4 and IPv6 together are that full */
    struct usage_count use;
    uint32_t available;
    struct top_user process;  /* that with the most ports */
    struct remote_end remote; /* that with the most local ports; TCP */
    /* What a destination's ports are compared with: the available ones of the dynamic
     * range, or the auto-reuse range where that is what has run out. */
    bool is_auto_reuse;
    uint32_t destination_available;
    bool is_by_events;                                 /* only recent events say so */
    struct probable_owner owners[PROBABLE_OWNERS_MAX]; /* of what waits for remote */
    size_t owner_count;
    struct port_range block_range; /* in which blocks were counted; count 0: not */
    struct free_blocks blocks;
};

/* probe: NULL where there was none. Fails only for want of memory. */
bool finding_make(const struct snapshot *snapshot, const struct probe *probe,
                  enum protocol protocol, struct finding *finding, struct fault *fault) MUST_CHECK;

/* Does `a` call for action sooner than `b`? */
bool finding_is_worse(const struct finding *a, const struct finding *b);

/* Is it, by these rules, the process's doing, or that of who connects to the remote end? */
bool finding_blames_process(const struct finding *finding);
bool finding_blames_remote(const struct finding *finding);

/* 80 % or more in use. */
bool finding_is_tight(const struct finding *finding);

/* Half or more, and not nothing. */
bool finding_is_half(uint32_t part, uint32_t whole);

/* Events with this id since then. */
uint32_t finding_count_events(const struct events *events, uint32_t id, int64_t since_ms);

#endif
