/* port_classes.h - the class of every port of a protocol, 0 to 65535.
 *
 * A port counts as in use if either family uses it. If a port has several sockets, its state is the
 * one that comes first in enum port_state (usage.h), as in all figures.
 */
#ifndef GUI_MODEL_PORT_CLASSES_H
#define GUI_MODEL_PORT_CLASSES_H

#include "core/system/ranges.h"
#include "core/use/usage.h"

/* Classes of ports; each has a colour. */
enum port_class {
    PORT_CLASS_FREE,
    PORT_CLASS_LISTENING,
    PORT_CLASS_CONNECTED, /* a program or its peer still uses the port */
    PORT_CLASS_TIME_WAIT, /* no program uses the port, but Windows has not freed it yet */
    PORT_CLASS_BOUND,     /* bound and not connected; also UDP sockets, which have no states */
    PORT_CLASS_EXCLUDED,  /* not in use; Windows never assigns it automatically */
    PORT_CLASS_COUNT,
};

enum port_class port_class_of(enum port_state state);
const char *port_class_name(enum port_class class); /* "TIME_WAIT", "listening" */

struct port_classes {
    uint8_t classes[ALL_PORTS]; /* enum port_class, by port */
    uint8_t states[ALL_PORTS];  /* enum port_state; PORT_STATE_COUNT: no socket */
};

/* exclusions: NULL if unknown. */
void port_classes_make(const struct sockets *sockets, enum protocol protocol,
                       const struct exclusions *exclusions, struct port_classes *port_classes);

#endif
