/* series.h - the latest samples of the use: how fast it changes, and how long the
 * ports will last at that.
 *
 * A ring of fixed size: however long somebody watches, nothing grows. The rate is
 * the median of the slopes between all pairs of samples (Theil and Sen), so that a
 * sample that is off, as one taken in the middle of a burst, does not bend it. It
 * counts as a rise or a fall only where the order of the samples says so, too (Mann
 * and Kendall: two standard deviations); what merely sways is steady.
 */
#ifndef CORE_USE_SERIES_H
#define CORE_USE_SERIES_H

#include "core/use/usage.h"

enum {
    SERIES_MAXIMUM = 60, /* two minutes of a sample every two seconds */
    SERIES_ENOUGH = 5,   /* fewer can show no trend */
};

/* The use of one protocol over one family. */
struct sample_use {
    bool is_known;   /* the table was read, and the range is known */
    bool is_partial; /* too low by nobody knows how much: no part of any rate */
    uint32_t in_use;
    uint32_t time_wait;
    uint32_t bound;
    uint32_t available;
};

struct series_sample {
    int64_t monotonic_ms;
    struct sample_use by[PROTOCOL_COUNT][FAMILY_COUNT];
};

struct series {
    struct series_sample samples[SERIES_MAXIMUM];
    size_t first; /* where the oldest is */
    size_t count;
};

void series_init(struct series *series);

/* Adds a sample; once the ring is full the oldest gives way. */
void series_add(struct series *series, int64_t monotonic_ms,
                const struct usage usage[PROTOCOL_COUNT]);

size_t series_count(const struct series *series);
/* 0 is the oldest. */
const struct series_sample *series_at(const struct series *series, size_t index);

/* The oldest and the newest of the samples that can be compared, which know all of the ports in
 * use; the same one twice where there is only one, false where there is none. */
bool series_ends(const struct series *series, enum protocol protocol, enum family family,
                 const struct series_sample **oldest, const struct series_sample **newest);

enum trend {
    TREND_UNKNOWN, /* too few samples, or all at the same moment */
    TREND_STEADY,
    TREND_RISING,
    TREND_FALLING,
};

struct rate {
    enum trend trend;
    double ports_per_second; /* below zero when falling, 0 when steady or unknown */
};

void series_rate(const struct series *series, enum protocol protocol, enum family family,
                 struct rate *rate);

/* How long until no port is left at this rate, from the latest sample on; 0 when
 * none is left. False: nothing says that they run out. */
bool series_full_in(const struct series *series, enum protocol protocol, enum family family,
                    uint32_t *seconds);

/* "45 s", "14 min", "3 h 20 min", "6 days", rounded down: rather too early. */
enum { DURATION_SIZE = 32 };
const char *duration_string(char buffer[DURATION_SIZE], uint32_t seconds);

/* "12 ports/s", "0.4 ports/s", "3.0 ports/min": two figures that tell something, without
 * the sign. */
void speed_print(double ports_per_second, struct text *text);

#endif
