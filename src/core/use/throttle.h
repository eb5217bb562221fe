/* pace.h - how often something that repeats may be done.
 *
 * Whatever watches a machine that is in trouble must not add to it: it pauses so long that it
 * never takes more than THROTTLE_PERCENT of one core, however costly the tables have become.
 */
#ifndef CORE_USE_THROTTLE_H
#define CORE_USE_THROTTLE_H

#include <stdint.h>

enum { THROTTLE_PERCENT = 5 };

/* From the start of one to the start of the next, in ms: `wanted_ms`, or more where one took
 * cost_ms and that would be too much. */
static inline int64_t throttle_ms(int64_t cost_ms, int64_t wanted_ms)
{
    int64_t least_ms = cost_ms * 100 / THROTTLE_PERCENT;

    return least_ms > wanted_ms ? least_ms : wanted_ms;
}

#endif
