/* free_blocks.h - which ports of a protocol look free, and how many lie side by side.
 *
 * A port looks free where no socket of the protocol has it, over IPv4 or IPv6, in
 * whatever state, and no exclusion that could be read holds it, for either family:
 * users report that both share one list (docs/windows.md, "Excluded ports").
 *
 * Some programs need consecutive ports: WSL's mirrored mode 4,096, Kubernetes on
 * Windows 64 (docs/windows.md, "Consecutive ports").
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
    struct port_range largest; /* the longest run of them, the lowest of equals; count 0 none */
    /* How many blocks of that size fit side by side: a run of 200 free ports holds 3
     * of 64. They may start anywhere, not only at multiples of their size. */
    uint32_t of_64, of_4096;
};

void free_blocks_count(const struct port_map *map, struct port_range range,
                       struct free_blocks *blocks);

#endif
