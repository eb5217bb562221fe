#include "core/use/usage_history.h"

static const int64_t slot_ms[USAGE_HISTORY_RINGS] = {1000, 6000, 144000};

static const struct {
    const char *name;
    uint32_t seconds;
    int ring;
} spans[SPAN_COUNT] = {
    [SPAN_60_S] = {"60 s", 60, 0},
    [SPAN_10_MIN] = {"10 min", 600, 0},
    [SPAN_1_H] = {"1 h", 3600, 1},
    [SPAN_24_H] = {"24 h", 86400, 2},
};

uint32_t usage_history_span_seconds(enum usage_history_span span)
{
    return spans[span].seconds;
}

const char *usage_history_span_name(enum usage_history_span span)
{
    return spans[span].name;
}

void usage_history_init(struct usage_history *history)
{
    history->newest_ms = history->valid_until_ms = -1;
    for (int r = 0; r < USAGE_HISTORY_RINGS; r++)
        for (int i = 0; i < USAGE_HISTORY_SLOTS; i++)
            history->slots[r][i].last_ms = -1;
}

static void raise(uint32_t *highest, uint32_t figure)
{
    if (figure > *highest)
        *highest = figure;
}

static void take_highest(struct sample_use *highest, const struct sample_use *use)
{
    raise(&highest->in_use, use->in_use);
    raise(&highest->time_wait, use->time_wait);
    raise(&highest->bound, use->bound);
    raise(&highest->available, use->available);
}

/* Returns slot `number` of a ring, or NULL if the slot has no usable sample or is too old. */
static const struct usage_history_slot *slot_at(const struct usage_history *history, int ring,
                                                int64_t number)
{
    const struct usage_history_slot *slot;

    if (number < 0)
        return NULL;
    slot = &history->slots[ring][number % USAGE_HISTORY_SLOTS];
    return slot->last_ms >= 0 && slot->last_ms / slot_ms[ring] == number ? slot : NULL;
}

void usage_history_add(struct usage_history *history, int64_t monotonic_ms, uint32_t valid_ms,
                       const struct sample_use *use)
{
    bool is_joined = monotonic_ms <= history->valid_until_ms;

    if (monotonic_ms < 0 || monotonic_ms < history->newest_ms)
        return;
    history->newest_ms = monotonic_ms;
    history->valid_until_ms = -1;
    if (!use->is_known || use->is_partial)
        return;
    history->valid_until_ms = monotonic_ms + valid_ms;
    for (int r = 0; r < USAGE_HISTORY_RINGS; r++) {
        int64_t number = monotonic_ms / slot_ms[r];
        struct usage_history_slot *slot = &history->slots[r][number % USAGE_HISTORY_SLOTS];

        if (!slot_at(history, r, number)) {
            slot->is_joined = is_joined;
            slot->highest = *use;
        }
        take_highest(&slot->highest, use);
        slot->last = *use;
        slot->last_ms = monotonic_ms;
    }
}

size_t usage_history_read(const struct usage_history *history, enum usage_history_span span,
                          int64_t now_ms, struct usage_history_point *points, size_t capacity)
{
    int ring = spans[span].ring;
    int64_t start_ms = now_ms - (int64_t)spans[span].seconds * 1000;
    int64_t first = start_ms > 0 ? start_ms / slot_ms[ring] : 0, last = now_ms / slot_ms[ring];
    int64_t group = -1, slots_each;
    const struct usage_history_slot *slot;
    size_t count = 0;

    if (capacity < 2 || now_ms < 0)
        return 0;
    while (first <= last && !slot_at(history, ring, first))
        first++;
    slot = first <= last ? slot_at(history, ring, first) : NULL;
    if (slot && slot->is_joined && slot->last_ms >= start_ms)
        for (int64_t before = first - 1; before > last - USAGE_HISTORY_SLOTS; before--)
            if (slot_at(history, ring, before)) {
                first = before;
                break;
            }
    slots_each = 1;
    /* Groups of slots start at multiples of their size, so that the points of a moving chart do not
     * change. Because of this alignment, one more group may be needed. */
    if (last - first + 1 > (int64_t)capacity)
        slots_each = (last - first + (int64_t)capacity - 1) / ((int64_t)capacity - 1);
    for (int64_t number = first; number <= last; number++) {
        slot = slot_at(history, ring, number);
        if (!slot || slot->last_ms > now_ms)
            continue;
        if (number / slots_each != group) {
            group = number / slots_each;
            points[count] = (struct usage_history_point){.is_joined = count > 0 && slot->is_joined,
                                                         .highest = slot->highest};
            count++;
        }
        take_highest(&points[count - 1].highest, &slot->highest);
        points[count - 1].last = slot->last;
        points[count - 1].monotonic_ms = slot->last_ms;
    }
    return count;
}
