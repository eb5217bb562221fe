#include "gui/model/port_pattern.h"

bool port_pattern_is_inked(enum port_class class, unsigned x, unsigned y)
{
    switch (class) {
    case PORT_CLASS_LISTENING: /* filled */
        return true;
    case PORT_CLASS_CONNECTED: /* rising lines */
        return (x + y) % 4 < 2;
    case PORT_CLASS_TIME_WAIT: /* dots */
        return x % 3 == 0 && y % 3 == 0;
    case PORT_CLASS_BOUND: /* upright lines */
        return x % 4 < 2;
    case PORT_CLASS_EXCLUDED: /* a grid */
        return x % 4 == 0 || y % 4 == 0;
    case PORT_CLASS_FREE:
    case PORT_CLASS_COUNT:
        break;
    }
    return false;
}
