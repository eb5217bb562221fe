/* free_blocks.h - the ports of a protocol that look free, and the blocks that they form.
 *
 * A port looks free if no socket of the protocol has it, in any state and over either family,
 * and no known exclusion of either family contains it. Users report that both families share
 * one list (docs/windows.md, "Excluded ports").
 *
 * Some programs need consecutive ports: WSL's mirrored mode needs 4,096 ports, and Kubernetes on
 * Windows needs 64 (docs/windows.md, "Consecutive ports").
 */
#ifndef CORE_USE_FREE_BLOCKS_H
#define CORE_USE_FREE_BLOCKS_H

#include "core/system/ranges.h"
#include "core/system/sockets.h"

struct port_map {
    bool is_taken[ALL_PORTS];
};

void port_map_fill(struct port_map *map, const struct sockets *sockets,
                   const struct exclusions *exclusions, enum protocol protocol);

struct free_blocks {
    uint32_t free;             /* ports of the range that look free */
    struct port_range largest; /* the longest block; if several, the lowest; count 0: none */
    /* The number of blocks of 64 and of 4,096 consecutive free ports that fit. For example, 3
     * blocks of 64 fit in 200 consecutive ports. A block may start at any port, not only at
     * multiples of its size. */
    uint32_t of_64, of_4096;
};

void free_blocks_count(const struct port_map *map, struct port_range range,
                       struct free_blocks *blocks);

#endif
