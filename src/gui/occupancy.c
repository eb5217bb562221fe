#include "gui/occupancy.h"

#include <string.h>

void occupancy_make(const struct sockets *sockets, enum protocol protocol,
                    const struct exclusions *exclusions, struct occupancy *occupancy)
{
    enum { PORTS = sizeof occupancy->classes };

    memset(occupancy->states, PORT_STATE_COUNT, sizeof occupancy->states);
    memset(occupancy->classes, PORT_CLASS_FREE, sizeof occupancy->classes);
    for (size_t i = 0; exclusions && i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];

        for (uint32_t at = 0; row->protocol == protocol && at < row->range.count; at++)
            if (row->range.start + at < PORTS)
                occupancy->classes[row->range.start + at] = PORT_CLASS_EXCLUDED;
    }
    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];
        uint8_t *state = &occupancy->states[row->local_port];
        uint8_t own;

        if (row->protocol != (uint8_t)protocol)
            continue;
        own = (uint8_t)port_state_of(row);
        if (own < *state) {
            *state = own;
            occupancy->classes[row->local_port] = (uint8_t)port_class_of((enum port_state)own);
        }
    }
}
