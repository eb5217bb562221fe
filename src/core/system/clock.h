/* clock.h - what time it is, and which start of the kernel this is. */
#ifndef CORE_SYSTEM_CLOCK_H
#define CORE_SYSTEM_CLOCK_H

#include "core/base/fault.h"

struct boot {
    int64_t start_ms;    /* when this kernel session began, ms since 1970 UTC by today's clock */
    int64_t session_ms;  /* the same by the clock as it stood then: never moves; 0 unknown */
    uint32_t boot_count; /* a number that grows with every kernel start; 0 unknown */
    /* Filled by resume only: the last start was a Fast Startup resume of an old
     * kernel session. */
    bool was_resumed;
    bool is_resume_known;
};

struct clock_source {
    void *context;
    int64_t (*now_ms)(void *context);                           /* ms since 1970 UTC */
    int64_t (*monotonic_ms)(void *context);                     /* never goes back */
    int32_t (*offset_seconds)(void *context, int64_t unix_ms);  /* local time minus UTC */
    bool (*boot)(void *context, struct boot *, struct fault *); /* cheap: each command asks */
    /* Adds was_resumed to what boot gave, and returns is_resume_known. May take two
     * seconds, so only who needs it asks. */
    bool (*resume)(void *context, struct boot *);
    void (*sleep_ms)(void *context, uint32_t ms);
};

/* Are these two the same kernel session? By session_ms where both have one, give
 * or take a second of rounding; else by boot_count where both have one; otherwise
 * by start_ms, which moves when the clock is set, so that five minutes of
 * difference are still the same session. */
bool boot_equal(const struct boot *a, const struct boot *b);

#endif
