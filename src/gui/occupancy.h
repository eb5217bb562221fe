/* occupancy.h - every port of a protocol, 0 to 65535, and the most telling thing about it.
 *
 * Both families at once: a port that is taken in either one is taken. Of several sockets
 * at one port the first in usage.h's order counts, as for every figure of maxport's.
 */
#ifndef GUI_OCCUPANCY_H
#define GUI_OCCUPANCY_H

#include "core/ranges.h"
#include "gui/theme.h"

struct occupancy {
    uint8_t classes[65536]; /* enum port_class, by port */
    uint8_t states[65536];  /* enum port_state; PORT_STATE_COUNT: no socket */
};

/* exclusions: NULL where none are known. */
void occupancy_make(const struct sockets *sockets, enum protocol protocol,
                    const struct exclusions *exclusions, struct occupancy *occupancy);

#endif
