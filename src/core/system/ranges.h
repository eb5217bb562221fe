/* ranges.h - the running dynamic port ranges and the excluded ports, as Windows reports them.
 *
 * If Windows reports no range, range.c calculates the range from its rules. Such a range is marked
 * with RANGE_SOURCE_RULE.
 */
#ifndef CORE_SYSTEM_RANGES_H
#define CORE_SYSTEM_RANGES_H

#include "core/base/place.h"
#include "core/base/value.h"

enum range_source {
    RANGE_SOURCE_UNKNOWN,
    RANGE_SOURCE_RULE,  /* calculated by range.c, not reported by Windows */
    RANGE_SOURCE_WMI,   /* WMI, root\StandardCimv2: Windows 8, Server 2012 and later */
    RANGE_SOURCE_NETSH, /* netsh interface ipv4|ipv6 show dynamicport: Vista and later */
};

const char *range_source_key(enum range_source source);   /* "rule", "wmi" ... in JSON */
const char *range_source_words(enum range_source source); /* on screens */

enum { RANGE_WHY_SIZE = 256 };

struct running_range {
    bool is_known;
    struct port_range range;
    enum range_source source;
    char why[RANGE_WHY_SIZE]; /* why the range is unknown or not from the best source; for WMI, a
                               remark on the families; else "" */
};

/* Ports that Windows never assigns automatically. Users report that IPv4 and IPv6 share one list
 * for each protocol (docs/windows.md, "Excluded ports"). No page documents such a list, so maxport
 * reads the list of each family. */
struct exclusion {
    enum protocol protocol;
    enum family family;
    struct port_range range;
    bool is_administered; /* marked '*' by netsh */
};

struct exclusions {
    struct exclusion *rows; /* owned; ascending within a protocol and family */
    size_t count;
    bool is_known[PROTOCOL_COUNT][FAMILY_COUNT];
    char why[PROTOCOL_COUNT][FAMILY_COUNT][RANGE_WHY_SIZE]; /* why the list is unknown */
};

/* A text that explains which programs mark an exclusion with '*', and how long such an
 * exclusion exists (docs/windows.md, "Excluded ports"). */
extern const char exclusion_administered_words[];

void exclusions_init(struct exclusions *exclusions);
void exclusions_release(struct exclusions *exclusions);
/* Adds copies of the rows and sorts all rows. On failure, nothing is added. */
bool exclusions_add(struct exclusions *exclusions, const struct exclusion *rows, size_t count,
                    struct fault *fault) MUST_CHECK;

/* Counts the excluded ports of the range. Overlapping rows count a port once. */
uint32_t exclusions_within(const struct exclusions *exclusions, enum protocol protocol,
                           enum family family, struct port_range range);
/* Counts the rows that have ports of the range. *size is the number of ports of each row, or 0 if
 * the rows differ. */
uint32_t exclusions_blocks(const struct exclusions *exclusions, enum protocol protocol,
                           enum family family, struct port_range range, uint32_t *size);
/* Returns the row that contains the port, or NULL. */
const struct exclusion *exclusions_find(const struct exclusions *exclusions, enum protocol protocol,
                                        enum family family, uint32_t port);

bool exclusions_have_administered(const struct exclusions *exclusions);

struct range_answers {
    struct running_range running[PROTOCOL_COUNT][FAMILY_COUNT];
    /* The auto-reuse range, which Windows uses for SO_REUSE_UNICASTPORT and implicit binds. count
     * 0: the range is off or unknown. is_auto_reuse_known: WMI reported the range, or that it is
     * off. */
    struct port_range auto_reuse;
    bool is_auto_reuse_known;
    struct exclusions exclusions;
};

struct range_access {
    void *context;

    /* Starts the queries in the background, so that the caller can read the socket tables
     * meanwhile. May be NULL; `read` then starts the queries. */
    void (*begin)(void *context);

    /* Waits for each query at most until its time limit, and fills *answers, which the caller
     * releases. A range or list that could not be read is not a failure; it is marked as unknown,
     * with the reason. The next call of `begin` or `read` starts new queries. */
    void (*read)(void *context, struct range_answers *answers);

    /* Reads one running range from netsh immediately, e.g. to verify `write`. */
    bool (*read_one)(void *context, enum protocol, enum family, struct port_range *,
                     struct fault *);

    /* Changes a running range with netsh, effective immediately. Fails with FAULT_USAGE if
     * the range is invalid, with FAULT_UNAVAILABLE if this Windows lacks the command, with
     * FAULT_DENIED if the permission is missing, and with FAULT_FAILED and the output of netsh for
     * other errors. */
    bool (*write)(void *context, enum protocol, enum family, struct port_range, struct fault *);
};

#endif
