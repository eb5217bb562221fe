/* usage_history.h - the port use of one protocol over the last 24 hours, in fixed memory.
 *
 * The samples are in three rings of slots. A slot covers 1 s in the ring for the last 10 minutes, 6
 * s in the ring for the last hour, and 144 s in the ring for the last day. A slot contains the
 * highest and the last of its samples, so that a short peak is visible in the chart of a day. No
 * memory is allocated.
 *
 * Each sample is valid for a time that the caller passes. If no usable sample follows within this
 * time, or if an unusable sample follows first, there is a gap. A sample is not usable if its table
 * could not be read completely or its range is unknown.
 */
#ifndef CORE_USE_USAGE_HISTORY_H
#define CORE_USE_USAGE_HISTORY_H

#include "core/use/series.h"

enum usage_history_span { SPAN_60_S, SPAN_10_MIN, SPAN_1_H, SPAN_24_H, SPAN_COUNT };

uint32_t usage_history_span_seconds(enum usage_history_span span);
const char *
usage_history_span_name(enum usage_history_span span); /* "60 s", "10 min", "1 h", "24 h" */

/* 600 slots for a span, the slot in which the span starts, and the slot before it, where the line
 * of the chart starts. */
enum { USAGE_HISTORY_SLOTS = 602, USAGE_HISTORY_RINGS = 3 };

struct usage_history_slot {
    int64_t last_ms; /* time of the last sample in the slot; -1: empty */
    bool is_joined;  /* no gap before the first sample in the slot: the previous sample was still
                        valid */
    struct sample_use last, highest;
};

struct usage_history {
    struct usage_history_slot slots[USAGE_HISTORY_RINGS][USAGE_HISTORY_SLOTS];
    int64_t newest_ms;      /* -1: none yet */
    int64_t valid_until_ms; /* end of validity of the newest usable sample; -1: in a gap */
};

void usage_history_init(struct usage_history *history);

/* Adds a sample; monotonic_ms >= 0. Ignores a sample older than the newest. valid_ms: how long the
 * sample is valid, usually a little over two sampling intervals. If the next sample is later, there
 * is a gap before it. */
void usage_history_add(struct usage_history *history, int64_t monotonic_ms, uint32_t valid_ms,
                       const struct sample_use *use);

struct usage_history_point {
    int64_t monotonic_ms;            /* time of the last sample of the point */
    bool is_joined;                  /* no gap between this point and the previous one */
    struct sample_use last, highest; /* highest: the maximum of each figure separately */
};

/* Fills `points` with the points of the span that ends at now_ms, oldest first, and returns their
 * number. If there are more slots than `capacity`, merges neighbouring slots; USAGE_HISTORY_SLOTS
 * is always enough. Also adds the last point before the span, so that the line of the chart
 * reaches the edge, unless a gap separates that point from the span. */
size_t usage_history_read(const struct usage_history *history, enum usage_history_span span,
                          int64_t now_ms, struct usage_history_point *points, size_t capacity);

#endif
