/* series.h - the latest samples of port use, the rate of change, and the time until no port is
 * free.
 *
 * The samples are in a ring of fixed size. The rate is the median of the slopes between all
 * pairs of samples (Theil and Sen), so that an outlier, e.g. a sample during a burst, does not
 * distort it. A rate counts as rising or falling only if the order of the samples confirms it
 * (Mann and Kendall: two standard deviations); otherwise the trend is steady.
 */
#ifndef CORE_USE_SERIES_H
#define CORE_USE_SERIES_H

#include "core/use/usage.h"

enum {
    SERIES_MAXIMUM = 60, /* two minutes of a sample every two seconds */
    SERIES_ENOUGH = 5,   /* with fewer samples, no trend can be determined */
};

/* The use of one protocol over one family. */
struct sample_use {
    bool is_known;   /* the table was read, and the range is known */
    bool is_partial; /* the counts are too low by an unknown amount; excluded from rates */
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
    size_t first; /* index of the oldest sample */
    size_t count;
};

void series_init(struct series *series);

/* Adds a sample. A full ring drops the oldest sample. */
void series_add(struct series *series, int64_t monotonic_ms,
                const struct usage usage[PROTOCOL_COUNT]);

size_t series_count(const struct series *series);
/* 0 is the oldest. */
const struct series_sample *series_at(const struct series *series, size_t index);

/* The oldest and the newest sample that are known and complete. Both are the same if there is
 * only one. False: there is none. */
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

/* Time from the latest sample until no port is free at this rate; 0 if none is free now. False:
 * the samples do not show that the ports run out. */
bool series_full_in(const struct series *series, enum protocol protocol, enum family family,
                    uint32_t *seconds);

/* For a label or a table: "45 s", "14 min", "3 h 20 min", "6 days". Rounded down, so that a
 * forecast is too early rather than too late. */
enum { DURATION_SIZE = 32 };
const char *duration_string(char buffer[DURATION_SIZE], uint32_t seconds);
/* The same for a sentence: "45 seconds", "14 minutes", "3 hours 20 minutes", "6 days". */
const char *duration_words(char buffer[DURATION_SIZE], uint32_t seconds);

/* "12 ports/s", "0.4 ports/s", "3.0 ports/min": two significant digits, without the sign. */
void speed_print(double ports_per_second, struct text *text);

#endif
