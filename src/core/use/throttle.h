/* throttle.h - limits how often a repeated task may run.
 *
 * Watching an overloaded machine must not add much load. Therefore the pause between two runs is
 * long enough that the task uses at most THROTTLE_PERCENT of one core.
 */
#ifndef CORE_USE_THROTTLE_H
#define CORE_USE_THROTTLE_H

#include <stdint.h>

enum { THROTTLE_PERCENT = 5 };

/* Returns the interval between the starts of two runs, if one run takes cost_ms: `wanted_ms`, or a
 * longer interval if the task would use too much of the core at `wanted_ms`. */
static inline int64_t throttle_ms(int64_t cost_ms, int64_t wanted_ms)
{
    int64_t least_ms = cost_ms * 100 / THROTTLE_PERCENT;

    return least_ms > wanted_ms ? least_ms : wanted_ms;
}

#endif
