#include "core/system/ranges.h"

#include <stdlib.h>
#include <string.h>

const char *range_source_key(enum range_source source)
{
    switch (source) {
    case RANGE_SOURCE_RULE:
        return "rule";
    case RANGE_SOURCE_WMI:
        return "wmi";
    case RANGE_SOURCE_NETSH:
        return "netsh";
    case RANGE_SOURCE_UNKNOWN:
        break;
    }
    return "unknown";
}

const char *range_source_words(enum range_source source)
{
    switch (source) {
    case RANGE_SOURCE_RULE:
        return "calculated, not read";
    case RANGE_SOURCE_WMI:
        return "read from WMI";
    case RANGE_SOURCE_NETSH:
        return "read from netsh";
    case RANGE_SOURCE_UNKNOWN:
        break;
    }
    return "source unknown";
}

const char exclusion_administered_words[] =
    "marked as administered: by netsh, an installer, or HNS (inferred). An exclusion "
    "that netsh set is kept after a restart, unless it was set with store=active (inferred).";

void exclusions_init(struct exclusions *exclusions)
{
    memset(exclusions, 0, sizeof *exclusions);
}

void exclusions_release(struct exclusions *exclusions)
{
    free(exclusions->rows);
    exclusions_init(exclusions);
}

static int compare_rows(const void *a, const void *b)
{
    const struct exclusion *left = a;
    const struct exclusion *right = b;

    if (left->protocol != right->protocol)
        return left->protocol < right->protocol ? -1 : 1;
    if (left->family != right->family)
        return left->family < right->family ? -1 : 1;
    if (left->range.start != right->range.start)
        return left->range.start < right->range.start ? -1 : 1;
    return left->range.count < right->range.count ? -1 : left->range.count > right->range.count;
}

bool exclusions_add(struct exclusions *exclusions, const struct exclusion *rows, size_t count,
                    struct fault *fault)
{
    if (count == 0)
        return true;
    if (count > SIZE_MAX / sizeof *rows - exclusions->count)
        return fault_no_memory(fault);
    struct exclusion *all = realloc(exclusions->rows, (exclusions->count + count) * sizeof *all);
    if (!all)
        return fault_no_memory(fault);
    memcpy(all + exclusions->count, rows, count * sizeof *rows);
    exclusions->rows = all;
    exclusions->count += count;
    qsort(all, exclusions->count, sizeof *all, compare_rows);
    return true;
}

uint32_t exclusions_within(const struct exclusions *exclusions, enum protocol protocol,
                           enum family family, struct port_range range)
{
    uint32_t end = range.start + range.count; /* one past the last */
    uint32_t next = range.start;              /* ports below are already counted */
    uint32_t within = 0;

    for (size_t i = 0; i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];
        uint32_t from = row->range.start > next ? row->range.start : next;
        uint32_t to = row->range.start + row->range.count;

        if (row->protocol != protocol || row->family != family)
            continue;
        if (to > end)
            to = end;
        if (from >= to)
            continue;
        within += to - from;
        next = to;
    }
    return within;
}

uint32_t exclusions_blocks(const struct exclusions *exclusions, enum protocol protocol,
                           enum family family, struct port_range range, uint32_t *size)
{
    uint32_t count = 0;

    *size = 0;
    for (size_t i = 0; range.count && i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];

        if (row->protocol != protocol || row->family != family ||
            range_end(row->range) < range.start || row->range.start > range_end(range))
            continue;
        *size = !count++ || row->range.count == *size ? row->range.count : 0;
    }
    return count;
}

const struct exclusion *exclusions_find(const struct exclusions *exclusions, enum protocol protocol,
                                        enum family family, uint32_t port)
{
    for (size_t i = 0; i < exclusions->count; i++)
        if (exclusions->rows[i].protocol == protocol && exclusions->rows[i].family == family &&
            range_contains(exclusions->rows[i].range, port))
            return &exclusions->rows[i];
    return NULL;
}

bool exclusions_have_administered(const struct exclusions *exclusions)
{
    for (size_t i = 0; i < exclusions->count; i++)
        if (exclusions->rows[i].is_administered)
            return true;
    return false;
}
