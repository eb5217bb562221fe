#include "core/use/closing_rate.h"

#include <stdlib.h>
#include <string.h>

static bool is_same_remote(const struct socket_row *a, const struct socket_row *b)
{
    return a->family == b->family && a->remote_port == b->remote_port &&
           memcmp(a->remote, b->remote, sizeof a->remote) == 0;
}

/* Copies the connections in TIME_WAIT in the ranges, in order. Families that are not in both
 * samples are omitted. */
static bool select_waiting(const struct sockets *sockets, const bool is_compared[FAMILY_COUNT],
                           const struct port_range ranges[FAMILY_COUNT], struct sockets *waiting,
                           struct fault *fault)
{
    sockets_init(waiting);
    if (!sockets_reserve(waiting, sockets->count, fault))
        return false;
    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];

        if (row->protocol == PROTOCOL_TCP && row->state == STATE_TIME_WAIT &&
            is_compared[row->family] && range_contains(ranges[row->family], row->local_port))
            waiting->rows[waiting->count++] = *row;
    }
    if (waiting->count)
        qsort(waiting->rows, waiting->count, sizeof *waiting->rows, socket_row_compare);
    return true;
}

static void count_new(const struct sockets *before, const struct sockets *after,
                      struct closing_rate *rate)
{
    const struct socket_row *first = NULL; /* of the destination that is being counted */
    uint32_t count = 0;

    for (size_t i = 0; i < after->count; i++) {
        const struct socket_row *row = &after->rows[i];

        if (before->count &&
            bsearch(row, before->rows, before->count, sizeof *before->rows, socket_row_compare))
            continue;
        if (!first || !is_same_remote(first, row)) {
            first = row;
            count = 0;
        }
        rate->closed++;
        if (++count <= rate->most)
            continue;
        rate->most = count;
        rate->family = (enum family)row->family;
        rate->port = row->remote_port;
        memcpy(rate->address, row->remote, sizeof rate->address);
    }
}

bool closing_rate_make(const struct sockets *then, const struct sockets *now,
                       const struct port_range ranges[FAMILY_COUNT], struct closing_rate *rate,
                       struct fault *fault)
{
    struct closing_rate result = {.watched_ms = now->taken_ms - then->taken_ms};
    bool is_compared[FAMILY_COUNT], has_any = false;
    struct sockets before, after;
    bool is_selected;

    for (int f = 0; f < FAMILY_COUNT; f++) {
        is_compared[f] = then->tables[PROTOCOL_TCP][f].is_available &&
                         now->tables[PROTOCOL_TCP][f].is_available &&
                         !then->tables[PROTOCOL_TCP][f].is_partial && ranges[f].count;
        has_any |= is_compared[f];
    }
    if (!has_any || result.watched_ms <= 0) {
        *rate = (struct closing_rate){0};
        return true;
    }
    if (!select_waiting(then, is_compared, ranges, &before, fault))
        return false;
    is_selected = select_waiting(now, is_compared, ranges, &after, fault);
    if (is_selected) {
        count_new(&before, &after, &result);
        *rate = result;
        sockets_release(&after);
    }
    sockets_release(&before);
    return is_selected;
}

uint64_t closing_rate_tenths(const struct closing_rate *rate, uint32_t connections)
{
    uint64_t watched = (uint64_t)rate->watched_ms;

    return ((uint64_t)connections * 10000 + watched / 2) / watched;
}
