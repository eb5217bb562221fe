#include "gui/model/port_classes.h"

#include <string.h>

enum port_class port_class_of(enum port_state state)
{
    switch (state) {
    case PORT_LISTEN:
        return PORT_CLASS_LISTENING;
    case PORT_BOUND:
    case PORT_OPEN:
        return PORT_CLASS_BOUND;
    case PORT_TIME_WAIT:
    case PORT_DELETE_TCB:
    case PORT_CLOSED:
        return PORT_CLASS_TIME_WAIT;
    default:
        /* Also for unknown states, because some program uses the port. */
        return PORT_CLASS_CONNECTED;
    }
}

const char *port_class_name(enum port_class class)
{
    static const char *const names[PORT_CLASS_COUNT] = {
        [PORT_CLASS_FREE] = "free",           [PORT_CLASS_LISTENING] = "listening",
        [PORT_CLASS_CONNECTED] = "connected", [PORT_CLASS_TIME_WAIT] = "TIME_WAIT",
        [PORT_CLASS_BOUND] = "bound",         [PORT_CLASS_EXCLUDED] = "excluded",
    };

    return names[class];
}

void port_classes_make(const struct sockets *sockets, enum protocol protocol,
                       const struct exclusions *exclusions, struct port_classes *port_classes)
{
    enum { PORTS = sizeof port_classes->classes };

    memset(port_classes->states, PORT_STATE_COUNT, sizeof port_classes->states);
    memset(port_classes->classes, PORT_CLASS_FREE, sizeof port_classes->classes);
    for (size_t i = 0; exclusions && i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];

        for (uint32_t at = 0; row->protocol == protocol && at < row->range.count; at++)
            if (row->range.start + at < PORTS)
                port_classes->classes[row->range.start + at] = PORT_CLASS_EXCLUDED;
    }
    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];
        uint8_t *state = &port_classes->states[row->local_port];
        uint8_t own;

        if (row->protocol != (uint8_t)protocol)
            continue;
        own = (uint8_t)port_state_of(row);
        if (own < *state) {
            *state = own;
            port_classes->classes[row->local_port] = (uint8_t)port_class_of((enum port_state)own);
        }
    }
}
