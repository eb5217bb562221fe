/* clock.h - the time, and the start of the running kernel session. */
#ifndef CORE_SYSTEM_CLOCK_H
#define CORE_SYSTEM_CLOCK_H

#include "core/base/fault.h"

struct boot {
    int64_t start_ms;    /* start of this kernel session, ms since 1970 UTC by today's clock */
    int64_t session_ms;  /* the same by the clock at that time; constant in a session; 0 unknown */
    uint32_t boot_count; /* increases with every kernel start; 0 unknown */
    /* Only resume fills these two. was_resumed: the last start was a Fast Startup resume of an
     * earlier kernel session. */
    bool was_resumed;
    bool is_resume_known;
};

struct clock_source {
    void *context;
    int64_t (*now_ms)(void *context);                           /* ms since 1970 UTC */
    int64_t (*monotonic_ms)(void *context);                     /* never decreases */
    int32_t (*offset_seconds)(void *context, int64_t unix_ms);  /* local time minus UTC */
    bool (*boot)(void *context, struct boot *, struct fault *); /* fast: every command calls it */
    /* Completes the result of boot: sets was_resumed and is_resume_known, and returns the
     * latter. May take two seconds; call it only when the answer matters. */
    bool (*resume)(void *context, struct boot *);
    void (*sleep_ms)(void *context, uint32_t ms);
};

/* Returns whether both are the same kernel session. Compares session_ms if both have it, with
 * a tolerance of one second for rounding; otherwise boot_count if both have it; otherwise
 * start_ms. Setting the clock moves start_ms, so its tolerance is five minutes. */
bool boot_equal(const struct boot *a, const struct boot *b);

#endif
