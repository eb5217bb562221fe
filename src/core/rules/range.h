/* range.h - the rules: the dynamic port range of each Windows version, and the effect of
 * MaxUserPort on this range after a restart.
 *
 * A table has one row for each Windows version and situation, with the source and the confidence.
 * All sources are in docs/windows.md, "Default dynamic port range" and the sections on MaxUserPort.
 * If no source covers a situation, its row predicts no range.
 */
#ifndef CORE_RULES_RANGE_H
#define CORE_RULES_RANGE_H

#include "core/base/place.h"
#include "core/base/value.h"
#include "core/rules/confidence.h"
#include "core/system/os_version.h"

/* The bounds that netsh accepts (docs/windows.md, "Setting the range with netsh"). */
enum { RANGE_START_MINIMUM = 1025, RANGE_COUNT_MINIMUM = 255, RANGE_END_MAXIMUM = HIGHEST_PORT };

struct prediction {
    bool is_known; /* False: ignore `range` */
    struct port_range range;
    enum confidence confidence;
    const char *source; /* static sentence: the document or measurement, or the reason why the range
                           is unknown */
    /* If the range is unknown: the range of the most similar Windows with a source; count 0:
     * none. */
    struct port_range neighbour;
    const char *neighbour_name; /* static, "Windows 10 and 11"; NULL without a neighbour */
};

/* Predicts the range after Windows starts with this MaxUserPort (absent, a number or raw). Assumes
 * that no range was set with netsh. */
void range_predict(const struct os_version *os, enum protocol protocol, enum family family,
                   const struct value *max_user_port, struct prediction *prediction);

/* Returns the default range of this Windows, which range_predict() predicts for an absent
 * MaxUserPort. */
struct port_range range_default(const struct os_version *os, enum protocol protocol,
                                enum family family);

/* Returns whether this MaxUserPort can be the cause of this running range. Such a range starts at
 * 1024 or, on Windows 5.x and 6.0 only, at 1025 (docs/windows.md, "MaxUserPort on Vista and
 * later"). */
bool range_matches_max_user_port(const struct os_version *os, struct port_range running,
                                 uint32_t max_user_port);

/* Makes the command that sets this range: "maxport range set --start 49152 --count 16384 --udp". */
enum { RANGE_COMMAND_SIZE = 80 };
const char *range_command(char buffer[RANGE_COMMAND_SIZE], struct port_range range,
                          enum protocol protocol, enum family family);

#endif
