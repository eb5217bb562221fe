#include "core/use/usage_scene.h"

#include <check.h>
#include <string.h>

#include "fake/machine.h"

const struct port_range high[FAMILY_COUNT] = {{49152, 16384}, {49152, 16384}};
const struct port_range all_high[PROTOCOL_COUNT][FAMILY_COUNT] = {{{49152, 16384}, {49152, 16384}},
                                                                  {{49152, 16384}, {49152, 16384}}};

uint64_t random_state;

uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % bound;
}

void random_rows(struct sockets *sockets, size_t count)
{
    struct fault fault;
    sockets_init(sockets);
    ck_assert(sockets_reserve(sockets, count + 1, &fault));
    memset(sockets->rows, 0, count * sizeof *sockets->rows);
    for (size_t i = 0; i < count; i++) {
        struct socket_row *row = &sockets->rows[i];
        row->protocol = (uint8_t)(random_below(50) == 0 ? 7 : random_below(PROTOCOL_COUNT));
        row->family = (uint8_t)(random_below(50) == 0 ? 9 : random_below(FAMILY_COUNT));
        row->state = (uint8_t)(random_below(9) == 0 ? random_below(256) : 1 + random_below(12));
        row->has_remote = random_below(4) != 0;
        row->local_port = (uint16_t)(49000 + random_below(700));
        row->remote_port = (uint16_t)random_below(3);
        row->owner = random_below(9) == 0 ? OWNER_UNKNOWN : random_below(5);
        row->local[random_below(16)] = (uint8_t)random_below(3);
        row->remote[random_below(16)] = (uint8_t)random_below(3);
    }
    sockets->count = count;
}

bool is_counted(const struct socket_row *row, const struct port_range *range)
{
    return row->local_port >= range->start && row->local_port < range->start + range->count;
}
