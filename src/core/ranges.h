/* ranges.h - what Windows itself says about its dynamic port ranges.
 *
 * Where the system has no answer, range.c's rules give one, and say so.
 */
#ifndef CORE_RANGES_H
#define CORE_RANGES_H

#include "core/place.h"
#include "core/value.h"

enum range_source {
    RANGE_SOURCE_UNKNOWN,
    RANGE_SOURCE_RULE,  /* by range.c's table, not asked for */
    RANGE_SOURCE_WMI,
    RANGE_SOURCE_NETSH,
};

const char *range_source_key(enum range_source source); /* "rule", "wmi" ... in JSON */

struct running_range {
    bool is_known;
    struct port_range range;
    enum range_source source;
    char why[256]; /* where not known: why; else "" */
};

struct range_source_port {
    void *context;
    /* Fills all four. An answer that could not be had is not a failure: it is
     * marked, with why. */
    void (*read)(void *context, struct running_range ranges[PROTOCOL_COUNT][FAMILY_COUNT]);
};

#endif
