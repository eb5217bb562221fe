/* range.h - the rules: which dynamic port range a Windows version uses, and what
 * MaxUserPort does to it after a restart.
 *
 * One table, a row for each Windows version and situation, each with its source (all of
 * them in docs/windows.md, "Default dynamic port range" and the sections on MaxUserPort)
 * and how far it can be trusted. Where no source says what happens, the row says
 * unknown, and no range is invented.
 */
#ifndef CORE_RULES_RANGE_H
#define CORE_RULES_RANGE_H

#include "core/base/place.h"
#include "core/base/value.h"
#include "core/system/os_version.h"

/* What netsh accepts (docs/windows.md, "Setting the range with netsh"). */
enum { RANGE_START_MINIMUM = 1025, RANGE_COUNT_MINIMUM = 255, RANGE_END_MAXIMUM = 65535 };

enum confidence {
    CONFIDENCE_DOCUMENTED, /* Microsoft says so */
    CONFIDENCE_MEASURED,   /* somebody looked and published the figures */
    CONFIDENCE_INFERRED,   /* follows from the above for a neighbour, or from several reports */
    CONFIDENCE_UNKNOWN,    /* no source says */
};

const char *confidence_name(enum confidence confidence); /* also its JSON name */

struct prediction {
    bool is_known; /* false: `range` means nothing */
    struct port_range range;
    enum confidence confidence;
    const char *source; /* a sentence: which document or measurement, or why nobody knows. Static */
    /* Where not known, what the nearest Windows with a source would do; count 0: nothing. */
    struct port_range neighbour;
    const char *neighbour_name; /* "Windows 10 and 11"; NULL without one. Static */
};

/* What this Windows uses after a start with that MaxUserPort stored (absent,
 * number or raw), if nothing else (netsh) set a range. */
void range_predict(const struct os_version *os, enum protocol protocol, enum family family,
                   const struct value *max_user_port, struct prediction *prediction);

/* The documented default of this Windows, as range_predict with an absent value. */
struct port_range range_default(const struct os_version *os, enum protocol protocol,
                                enum family family);

/* Could this MaxUserPort have produced this running range? It starts at 1024, on 5.x
 * and 6.0 also at 1025 (docs/windows.md, "MaxUserPort on Vista and later"). */
bool range_matches_max_user_port(const struct os_version *os, struct port_range running,
                                 uint32_t max_user_port);

#endif
