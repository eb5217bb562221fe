/* clock.h - the time, and the start of the running kernel session. */
#ifndef CORE_SYSTEM_CLOCK_H
#define CORE_SYSTEM_CLOCK_H

#include "core/base/fault.h"

struct boot {
    int64_t start_ms; /* start of this kernel session, ms since 1970 UTC by the current clock */
    /* The time that the clock showed at the start of this session; constant in a session; 0:
     * unknown. */
    int64_t session_ms;
    uint32_t boot_count; /* increases with every kernel start; 0: unknown */
    /* Only clock_source.resume fills the next two fields. was_resumed: at its last start, Windows
     * resumed an earlier kernel session (Fast Startup). */
    bool was_resumed;
    bool is_resume_known;
};

struct clock_source {
    void *context;
    int64_t (*now_ms)(void *context);                          /* ms since 1970 UTC */
    int64_t (*monotonic_ms)(void *context);                    /* never decreases */
    int32_t (*offset_seconds)(void *context, int64_t unix_ms); /* local time minus UTC */
    /* Must be fast, because every command calls it. */
    bool (*boot)(void *context, struct boot *, struct fault *);
    /* Sets was_resumed and is_resume_known in the result of boot(). Returns is_resume_known. May
     * take two seconds, so call it only when the answer matters. */
    bool (*resume)(void *context, struct boot *);
    void (*sleep_ms)(void *context, uint32_t ms);
};

/* Returns whether `a` and `b` are the same kernel session. Compares session_ms if `a` and `b` have
 * it, with a tolerance of one second for rounding; otherwise boot_count if `a` and `b` have it;
 * otherwise start_ms. The tolerance for start_ms is five minutes, because setting the clock changes
 * it. */
bool boot_equal(const struct boot *a, const struct boot *b);

#endif
