/* finding.h - finds the most important port problem of one protocol.
 *
 * The first matching rule below is the finding of a protocol. The worse finding of TCP and UDP
 * is the diagnosis. "In use" and "usable" are defined in usage.h; verdict.h rates how full a
 * protocol is. The rules use the fuller of IPv4 and IPv6.
 *
 *   kind              condition
 *   ----------------  ----------------------------------------------------------------
 *   unknown           for neither family could table and range be read
 *   destination full  the local ports to one remote endpoint are 90 % or more of the
 *                     usable ports, or of the auto-reuse range if there is one, even if
 *                     the dynamic range has free ports; at most half of them are in
 *                     TIME_WAIT
 *   UDP leak          80 % or more in use, half of these or more by one process
 *   churn             80 % or more in use, half of these or more in TIME_WAIT;
 *                     or one destination as above, with more than half in TIME_WAIT
 *   leak              80 % or more in use, half of these or more by one process;
 *                     or, as a first sign, one process uses 25 % of the usable ports,
 *                     half of these or more in CLOSE_WAIT or BOUND
 *   pool full         less than 1 % is free, and no rule above matches
 *   hidden use        a probe found 4 or more ports that look free and cannot be bound,
 *                     25 % or more of the tried ports
 *   filling           80 % or more in use, and no rule above matches
 *   hidden use        weak: Windows logged a lack of ports (4231, 4266) within the last
 *                     5 minutes, although its tables show less than 80 % in use
 *   churn             weak: event 4227 within the last 5 minutes
 *   healthy           no rule above matches
 *
 * The evidence is weak, and `doubt` gives the reason, if
 *   - a table is incomplete;
 *   - the range comes from a rule that is not documented;
 *   - the ports of the process are open connections, which may be its normal load;
 *   - hidden use was found without a probe, or this Windows does not list bound, idle sockets,
 *     or the exclusions are unknown;
 *   - churn was found from events only.
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

enum { /* thresholds of the rules above */
       PERCENT_DESTINATION = 90,
       PERCENT_EARLY_LEAK = 25,
       PERCENT_HIDDEN = 25,
       HIDDEN_MINIMUM = 4,
       EVENT_RECENT_MINUTES = 5,
};

const char *diagnosis_key(enum diagnosis_kind kind); /* JSON: "pool_full" ... */

/* Events in the System log. */
enum { EVENT_COLLISION = 4227, EVENT_TCP_LACK = 4231, EVENT_UDP_LACK = 4266 };

/* The finding of one protocol. */
struct finding {
    enum diagnosis_kind kind;
    enum protocol protocol;
    enum verdict_kind level; /* how full it is */
    enum family family;      /* the fuller one */
    bool is_united;          /* only IPv4 and IPv6 together are that full */
    struct usage_count use;
    uint32_t available;
    struct top_user process;  /* the process with the most ports */
    struct remote_end remote; /* the remote endpoint with the most local ports; TCP only */
    /* The ports that limit a destination: the usable ports of the dynamic range, or the
     * auto-reuse range if that has run out. */
    bool is_auto_reuse;
    uint32_t destination_available;
    bool is_by_events;                                 /* found only from recent events */
    struct probable_owner owners[PROBABLE_OWNERS_MAX]; /* of the ports in TIME_WAIT to `remote` */
    size_t owner_count;
    struct port_range block_range; /* range in which blocks were counted; count 0: none */
    struct free_blocks blocks;
};

/* probe: NULL if none was run. Fails only if memory runs out. */
bool finding_make(const struct snapshot *snapshot, const struct probe *probe,
                  enum protocol protocol, struct finding *finding, struct fault *fault) MUST_CHECK;

/* Returns whether `a` is more urgent than `b`. */
bool finding_is_worse(const struct finding *a, const struct finding *b);

/* Return whether the finding blames the process, or the connections to the remote endpoint. */
bool finding_blames_process(const struct finding *finding);
bool finding_blames_remote(const struct finding *finding);

/* 80 % or more in use. */
bool finding_is_tight(const struct finding *finding);

/* part is not 0 and at least half of whole. */
bool finding_is_half(uint32_t part, uint32_t whole);

/* Number of events with this id since `since_ms`. */
uint32_t finding_count_events(const struct events *events, uint32_t id, int64_t since_ms);

#endif
