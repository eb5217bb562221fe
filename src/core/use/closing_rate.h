/* closing_rate.h - how many TCP connections with a port of the dynamic range this machine closes
 * per second.
 *
 * The side that closes a connection first keeps it in TIME_WAIT. A connection that is in TIME_WAIT
 * in the second of two samples, but not in the first, was therefore closed in between.
 */
#ifndef CORE_USE_CLOSING_RATE_H
#define CORE_USE_CLOSING_RATE_H

#include "core/base/value.h"
#include "core/system/sockets.h"

struct closing_rate {
    int64_t watched_ms; /* between the two samples; 0: the rate is unknown */
    uint32_t closed;    /* connections that entered TIME_WAIT, to all destinations */
    uint32_t most;      /* of these, to the busiest destination */
    enum family family; /* the busiest destination; valid if most > 0 */
    uint8_t address[16];
    uint16_t port;
};

/* ranges: the running TCP range of each family. The rate is unknown if no TCP table is in both
 * samples, or if no time passed between them. Fails only if memory runs out. */
bool closing_rate_make(const struct sockets *then, const struct sockets *now,
                       const struct port_range ranges[FAMILY_COUNT], struct closing_rate *rate,
                       struct fault *fault) MUST_CHECK;

/* Returns tenths of connections per second, rounded. Requires watched_ms > 0. */
uint64_t closing_rate_tenths(const struct closing_rate *rate, uint32_t connections);

#endif
