#include "gui/model/rows_sort.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 20 }; /* space for the longest key, 19 bytes: family, address, port */

struct ranked {
    const char *text;
    uint32_t index;
};

static int compare_names(const void *a, const void *b)
{
    return ascii_compare(((const struct ranked *)a)->text, ((const struct ranked *)b)->text);
}

static void rank_names(struct usage_rows *usage_rows)
{
    struct ranked *list = calloc(usage_rows->name_count + 1, sizeof *list);
    uint32_t rank = 0;

    if (!list)
        return; /* if memory runs out, all names have the same rank */
    for (size_t i = 0; i < usage_rows->name_count; i++)
        list[i] =
            (struct ranked){rows_string(&usage_rows->texts, usage_rows->names[i].at), (uint32_t)i};
    qsort(list, usage_rows->name_count, sizeof *list, compare_names);
    for (size_t i = 0; i < usage_rows->name_count; i++) {
        if (i && ascii_compare(list[i - 1].text, list[i].text) != 0)
            rank++;
        usage_rows->names[list[i].index].rank = rank;
    }
    free(list);
}

static size_t write_number(uint8_t *key, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        key[i] = (uint8_t)(number >> (24 - 8 * i));
    return 4;
}

static size_t write_endpoint(uint8_t *key, uint8_t is_there, uint8_t family, const uint8_t *address,
                             uint16_t port)
{
    key[0] = is_there ? (uint8_t)(1 + family) : 0;
    memcpy(key + 1, address, 16);
    key[17] = (uint8_t)(port >> 8);
    key[18] = (uint8_t)port;
    return 19;
}

/* Returns the sort key of the column USAGE_ROWS_SHARE. The unit is a millionth of the usable ports,
 * because the rounded percentage in the column would not distinguish small shares. */
static uint32_t share_of(const struct usage_rows *usage_rows, const struct usage_rows_row *row)
{
    uint32_t available = usage_rows->available[row->key.protocol];

    return available ? (uint32_t)((uint64_t)row->ports * 1000000 / available) : 0;
}

/* Writes the sort key of the row for the current column: bytes that memcmp orders like the values
 * of the column. Returns their number, which is the same for all rows. */
static size_t write_key(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                        uint8_t *key)
{
    switch (usage_rows->column) {
    case USAGE_ROWS_NAME:
        if (usage_rows->kind == GROUP_REMOTE || usage_rows->kind == GROUP_ADDRESS)
            return write_endpoint(key, 1, row->key.family, row->key.remote, row->key.remote_port);
        /* fall through */
    case USAGE_ROWS_PROCESS:
        return write_number(
            key, row->name < usage_rows->name_count ? usage_rows->names[row->name].rank : 0);
    case USAGE_ROWS_PID:
        return write_number(key, rows_has_owner(row->owner) ? row->owner : 0);
    case USAGE_ROWS_PROTOCOL:
        return write_number(key, row->key.protocol);
    case USAGE_ROWS_PORTS:
        return write_number(key, row->ports);
    case USAGE_ROWS_SHARE:
        return write_number(key, share_of(usage_rows, row));
    case USAGE_ROWS_COUNT:
        return write_number(key, row->sockets);
    case USAGE_ROWS_WAITING:
        return write_number(key, row->time_wait);
    case USAGE_ROWS_LOCAL:
        return write_endpoint(key, 1, row->key.family, row->key.local, row->key.local_port);
    case USAGE_ROWS_REMOTE:
        return write_endpoint(key, row->key.has_remote, row->key.family, row->key.remote,
                              row->key.remote_port);
    case USAGE_ROWS_STATE:
        return write_number(key, row->state);
    case USAGE_ROWS_MARK:
    case USAGE_ROWS_COLUMN_COUNT:
        break;
    }
    return write_number(key, row->mark);
}

/* A radix sort that begins with the last byte. It compares no rows with each other, and equal rows
 * keep their order. If a byte is the same in all rows, it is skipped. */
void rows_sort(struct usage_rows *usage_rows)
{
    uint32_t counts[KEY_BYTES][256];
    uint32_t *from = usage_rows->order, *to = usage_rows->work;
    size_t width = 4, bytes = usage_rows->count * KEY_BYTES;

    if (!usage_rows->count || !rows_grow((void **)&usage_rows->keys, &usage_rows->key_capacity,
                                         bytes, sizeof *usage_rows->keys))
        return;
    if (usage_rows->column == USAGE_ROWS_NAME || usage_rows->column == USAGE_ROWS_PROCESS)
        rank_names(usage_rows);
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < usage_rows->count; i++) {
        uint8_t *key = usage_rows->keys + i * KEY_BYTES;

        width = write_key(usage_rows, &usage_rows->rows[i], key);
        for (size_t b = 0; b < width; b++) {
            if (usage_rows->is_descending)
                key[b] = (uint8_t)~key[b];
            counts[b][key[b]]++;
        }
    }
    for (size_t b = width; b-- > 0;) {
        uint32_t *count = counts[b], at = 0;

        if (count[usage_rows->keys[b]] == usage_rows->count)
            continue;
        for (int value = 0; value < 256; value++) {
            uint32_t here = count[value];

            count[value] = at;
            at += here;
        }
        for (size_t i = 0; i < usage_rows->count; i++)
            to[count[usage_rows->keys[from[i] * (size_t)KEY_BYTES + b]]++] = from[i];
        uint32_t *swap = from;

        from = to;
        to = swap;
    }
    if (from != usage_rows->order)
        memcpy(usage_rows->order, from, usage_rows->count * sizeof *from);
}
