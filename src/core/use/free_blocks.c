#include "core/use/free_blocks.h"

#include <string.h>

void port_map_fill(struct port_map *map, const struct sockets *sockets,
                   const struct exclusions *exclusions, enum protocol protocol)
{
    memset(map, 0, sizeof *map);
    for (size_t i = 0; i < sockets->count; i++)
        if (sockets->rows[i].protocol == protocol)
            map->is_taken[sockets->rows[i].local_port] = true;
    for (size_t i = 0; i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];

        if (row->protocol != protocol)
            continue;
        for (uint32_t n = 0; n < row->range.count && row->range.start + n < ALL_PORTS; n++)
            map->is_taken[row->range.start + n] = true;
    }
}

static void close_run(struct free_blocks *blocks, uint32_t start, uint32_t end)
{
    uint32_t length = end - start;

    blocks->free += length;
    blocks->of_64 += length / 64;
    blocks->of_4096 += length / 4096;
    if (length > blocks->largest.count)
        blocks->largest = (struct port_range){start, length};
}

void free_blocks_count(const struct port_map *map, struct port_range range,
                       struct free_blocks *blocks)
{
    uint32_t end = range.start < ALL_PORTS && range.count <= ALL_PORTS - range.start
                       ? range.start + range.count
                       : ALL_PORTS;
    uint32_t start = range.start; /* of the current run of free ports */

    *blocks = (struct free_blocks){0};
    for (uint32_t port = range.start; port < end; port++)
        if (map->is_taken[port]) {
            close_run(blocks, start, port);
            start = port + 1;
        }
    if (start < end)
        close_run(blocks, start, end);
}
