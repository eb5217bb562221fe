/* series.h - the latest samples of port use, the rate of change, and the time until no port is
 * free.
 *
 * The samples are in a ring of fixed size. The rate is the median of the slopes between all pairs
 * of samples (Theil and Sen), so that an outlier, e.g. a sample during a burst, does not distort
 * the rate. The trend is rising or falling only if the order of the samples confirms it (test of
 * Mann and Kendall, two standard deviations); otherwise the trend is steady.
 */
#ifndef CORE_USE_SERIES_H
#define CORE_USE_SERIES_H

#include "core/use/usage.h"

enum {
    SERIES_MAXIMUM = 60, /* two minutes, with a sample every two seconds */
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

/* Adds a sample. If the ring is full, the sample replaces the oldest one. */
void series_add(struct series *series, int64_t monotonic_ms,
                const struct usage usage[PROTOCOL_COUNT]);

size_t series_count(const struct series *series);
/* Returns a sample; index 0 is the oldest. */
const struct series_sample *series_at(const struct series *series, size_t index);

/* Finds the oldest and the newest sample that are known and complete. If there is only one such
 * sample, *oldest and *newest are the same. Returns false if no sample is known and complete. */
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
    double ports_per_second; /* below 0 if falling, 0 if steady or unknown */
};

void series_rate(const struct series *series, enum protocol protocol, enum family family,
                 struct rate *rate);

/* Sets *seconds to the time from the latest sample until no port is free at the current rate; 0 if
 * no port is free now. Returns false if the samples do not show that the ports will run out. */
bool series_full_in(const struct series *series, enum protocol protocol, enum family family,
                    uint32_t *seconds);

/* Returns a duration for a label or a table: "45 s", "14 min", "3 h 20 min", "6 days". Rounds down,
 * so that a forecast is too early rather than too late. */
enum { DURATION_SIZE = 32 };
const char *duration_string(char buffer[DURATION_SIZE], uint32_t seconds);
/* Returns a duration for a sentence: "45 seconds", "14 minutes", "3 hours 20 minutes", "6 days". */
const char *duration_words(char buffer[DURATION_SIZE], uint32_t seconds);

/* Appends "12 ports/s", "0.4 ports/s", "3.0 ports/min" or "2.0 ports/h": a speed without its sign,
 * with one decimal below 10. */
void speed_print(double ports_per_second, struct text *text);

#endif
