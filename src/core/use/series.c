#include "core/use/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_MAXIMUM = SERIES_MAXIMUM * (SERIES_MAXIMUM - 1) / 2 };

void series_init(struct series *series)
{
    memset(series, 0, sizeof *series);
}

static struct sample_use use_of(const struct usage *usage, enum family family)
{
    const struct usage_count *count = &usage->family[family];

    return (struct sample_use){
        .is_known = usage->is_available[family] && usage->range[family].count > 0,
        .is_partial = usage->is_partial,
        .in_use = count->in_use,
        .time_wait = count->by_state[PORT_TIME_WAIT],
        .bound = count->by_state[PORT_BOUND],
        .available = usage_available(usage, family),
    };
}

void series_add(struct series *series, int64_t monotonic_ms,
                const struct usage usage[PROTOCOL_COUNT])
{
    struct series_sample *sample =
        &series->samples[(series->first + series->count) % SERIES_MAXIMUM];

    if (series->count == SERIES_MAXIMUM)
        series->first = (series->first + 1) % SERIES_MAXIMUM;
    else
        series->count++;
    sample->monotonic_ms = monotonic_ms;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            sample->by[p][f] = use_of(&usage[p], (enum family)f);
}

size_t series_count(const struct series *series)
{
    return series->count;
}

const struct series_sample *series_at(const struct series *series, size_t index)
{
    return &series->samples[(series->first + index) % SERIES_MAXIMUM];
}

/* ---- the trend -------------------------------------------------------- */

static bool is_comparable(const struct sample_use *use)
{
    return use->is_known && !use->is_partial;
}

bool series_ends(const struct series *series, enum protocol protocol, enum family family,
                 const struct series_sample **oldest, const struct series_sample **newest)
{
    *oldest = *newest = NULL;
    for (size_t i = 0; i < series->count; i++) {
        const struct series_sample *sample = series_at(series, i);

        if (!is_comparable(&sample->by[protocol][family]))
            continue;
        if (!*oldest)
            *oldest = sample;
        *newest = sample;
    }
    return *newest != NULL;
}

/* The known and complete samples, oldest first. */
struct points {
    int64_t ms[SERIES_MAXIMUM];
    int64_t ports[SERIES_MAXIMUM];
    int count;
};

static void collect(const struct series *series, enum protocol protocol, enum family family,
                    struct points *points)
{
    points->count = 0;
    for (size_t i = 0; i < series->count; i++) {
        const struct series_sample *sample = series_at(series, i);
        const struct sample_use *use = &sample->by[protocol][family];

        if (!is_comparable(use))
            continue;
        points->ms[points->count] = sample->monotonic_ms;
        points->ports[points->count++] = use->in_use;
    }
}

static int compare_slopes(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *sorted, int count)
{
    return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

/* Returns whether the score is significant. The score is the number of rising pairs minus the
 * number of falling pairs. For n samples in random order, the variance of the score is n (n - 1)
 * (2n + 5) / 18. One is subtracted as a continuity correction. With fewer than SERIES_ENOUGH
 * samples, no score is significant. */
static bool is_telling(int64_t score, int64_t count)
{
    int64_t clear = llabs(score) - 1;

    return clear > 0 && 18 * clear * clear > 4 * count * (count - 1) * (2 * count + 5);
}

void series_rate(const struct series *series, enum protocol protocol, enum family family,
                 struct rate *rate)
{
    double slopes[PAIRS_MAXIMUM];
    struct points points;
    int64_t score = 0;
    int pairs = 0;

    *rate = (struct rate){TREND_UNKNOWN, 0};
    collect(series, protocol, family, &points);
    for (int later = 1; later < points.count; later++)
        for (int earlier = 0; earlier < later; earlier++) {
            int64_t ms = points.ms[later] - points.ms[earlier];
            int64_t ports = points.ports[later] - points.ports[earlier];

            if (ms <= 0)
                continue;
            slopes[pairs++] = (double)ports * 1000 / (double)ms;
            score += (ports > 0) - (ports < 0);
        }
    if (points.count < SERIES_ENOUGH || pairs == 0)
        return;
    qsort(slopes, (size_t)pairs, sizeof *slopes, compare_slopes);
    rate->trend = TREND_STEADY;
    if (!is_telling(score, points.count))
        return;
    rate->ports_per_second = median(slopes, pairs);
    if (rate->ports_per_second > 0)
        rate->trend = TREND_RISING;
    else if (rate->ports_per_second < 0)
        rate->trend = TREND_FALLING;
}

bool series_full_in(const struct series *series, enum protocol protocol, enum family family,
                    uint32_t *seconds)
{
    const struct series_sample *oldest, *newest;
    const struct sample_use *use;
    struct rate rate;
    double left;

    if (!series_ends(series, protocol, family, &oldest, &newest))
        return false;
    use = &newest->by[protocol][family];
    if (!use->available)
        return false;
    series_rate(series, protocol, family, &rate);
    if (use->in_use < use->available && rate.trend != TREND_RISING)
        return false;
    left =
        use->in_use < use->available ? (use->available - use->in_use) / rate.ports_per_second : 0;
    *seconds = left < UINT32_MAX ? (uint32_t)left : UINT32_MAX;
    return true;
}

const char *duration_string(char buffer[DURATION_SIZE], uint32_t seconds)
{
    enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
    unsigned long minutes = seconds / MINUTE, hours = seconds / HOUR, days = seconds / DAY;

    if (seconds < 2 * MINUTE)
        snprintf(buffer, DURATION_SIZE, "%lu s", (unsigned long)seconds);
    else if (seconds < 2 * HOUR)
        snprintf(buffer, DURATION_SIZE, "%lu min", minutes);
    else if (seconds < 2 * DAY)
        snprintf(buffer, DURATION_SIZE, "%lu h %lu min", hours, minutes % 60);
    else
        snprintf(buffer, DURATION_SIZE, "%lu days", days);
    return buffer;
}

const char *duration_words(char buffer[DURATION_SIZE], uint32_t seconds)
{
    enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
    unsigned long count = seconds, minutes = seconds / MINUTE, hours = seconds / HOUR;
    unsigned long rest = minutes % 60;

    if (seconds < 2 * MINUTE)
        snprintf(buffer, DURATION_SIZE, "%lu second%s", count, count == 1 ? "" : "s");
    else if (seconds < 2 * HOUR)
        snprintf(buffer, DURATION_SIZE, "%lu minutes", minutes);
    else if (seconds < 2 * DAY)
        snprintf(buffer, DURATION_SIZE, "%lu hours %lu minute%s", hours, rest,
                 rest == 1 ? "" : "s");
    else
        snprintf(buffer, DURATION_SIZE, "%lu days", hours / 24);
    return buffer;
}

void speed_print(double ports_per_second, struct text *text)
{
    double speed = ports_per_second < 0 ? -ports_per_second : ports_per_second;
    const char *unit = "s";
    char number[NUMBER_SIZE];

    if (speed < 0.1) {
        speed *= 60;
        unit = "min";
    }
    if (speed < 0.1) {
        speed *= 60;
        unit = "h";
    }
    if (speed < 9.95)
        text_printf(text, "%.1f ports/%s", speed, unit);
    else
        text_printf(text, "%s ports/%s", number_string(number, (uint64_t)(speed + 0.5)), unit);
}
