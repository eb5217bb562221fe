/* usage_history.h - the use of one protocol over the last 24 hours, in fixed memory.
 *
 * Three rings of slots: 1 s wide for the last 10 minutes, 6 s for the last hour, 144 s
 * for the last day. A slot keeps the highest and the last of what fell into it, so that
 * a short peak still shows in the picture of a day. Nothing is allocated, nothing grows.
 *
 * Where no sample was taken, or none that counts (table or range unknown, or partial),
 * there is a gap. Samples may come as slowly as they like without one: each says for how
 * long it stands, at most.
 */
#ifndef CORE_USE_USAGE_HISTORY_H
#define CORE_USE_USAGE_HISTORY_H

#include "core/use/series.h"

enum usage_history_span { SPAN_60_S, SPAN_10_MIN, SPAN_1_H, SPAN_24_H, SPAN_COUNT };

uint32_t usage_history_span_seconds(enum usage_history_span span);
const char *
usage_history_span_name(enum usage_history_span span); /* "60 s", "10 min", "1 h", "24 h" */

/* A span, the slot that it starts in, and the one before, from which the line comes. */
enum { USAGE_HISTORY_SLOTS = 602, USAGE_HISTORY_RINGS = 3 };

struct usage_history_slot {
    int64_t last_ms; /* of the samples in it; -1: empty */
    bool is_joined;  /* its first sample came before the one before that ceased to stand */
    struct sample_use last, highest;
};

struct usage_history {
    struct usage_history_slot slots[USAGE_HISTORY_RINGS][USAGE_HISTORY_SLOTS];
    int64_t newest_ms;       /* -1: none yet */
    int64_t stands_until_ms; /* of the newest that counts; -1: a gap is open */
};

void usage_history_init(struct usage_history *history);

/* monotonic_ms must not be below 0. One that is older than the newest sample is left
 * out. stands_ms: how long the sample may stand for what follows, usually a little over
 * two of the intervals that samples are taken at; a later one than that comes after a gap. */
void usage_history_add(struct usage_history *history, int64_t monotonic_ms, uint32_t stands_ms,
                       const struct sample_use *use);

struct usage_history_point {
    int64_t monotonic_ms;            /* of the last sample in it */
    bool is_joined;                  /* to the point before: no gap between them */
    struct sample_use last, highest; /* highest: each figure by itself */
};

/* The points of the span that ends at now_ms, oldest first, at most `capacity`: where
 * there are more slots, neighbours are put together. One point before the span's start
 * is given, too, where it is joined to the first, so that the line reaches the edge.
 * USAGE_HISTORY_SLOTS
 * are always enough. Returns how many. */
size_t usage_history_read(const struct usage_history *history, enum usage_history_span span,
                          int64_t now_ms, struct usage_history_point *points, size_t capacity);

#endif
