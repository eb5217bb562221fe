/* port_classes.h - every port of a protocol, 0 to 65535, and the most important thing about it.
 *
 * Both families at once: a port that is taken in either one is taken. Of several sockets
 * at one port the first in usage.h's order counts, as for every figure of maxport's.
 */
#ifndef GUI_MODEL_PORT_CLASSES_H
#define GUI_MODEL_PORT_CLASSES_H

#include "core/system/ranges.h"
#include "core/use/usage.h"

/* What a port is, as far as a colour can show it. */
enum port_class {
    PORT_CLASS_FREE,
    PORT_CLASS_LISTENING,
    PORT_CLASS_CONNECTED, /* a program or its peer still holds it */
    PORT_CLASS_TIME_WAIT, /* held by no program: free but for the wait */
    PORT_CLASS_BOUND,     /* bound and not connected; UDP's sockets, which have no states */
    PORT_CLASS_EXCLUDED,  /* free, but Windows assigns it to no program */
    PORT_CLASS_COUNT,
};

enum port_class port_class_of(enum port_state state);
const char *port_class_name(enum port_class class); /* "TIME_WAIT", "listening" */

struct port_classes {
    uint8_t classes[ALL_PORTS]; /* enum port_class, by port */
    uint8_t states[ALL_PORTS];  /* enum port_state; PORT_STATE_COUNT: no socket */
};

/* exclusions: NULL where none are known. */
void port_classes_make(const struct sockets *sockets, enum protocol protocol,
                       const struct exclusions *exclusions, struct port_classes *port_classes);

#endif
