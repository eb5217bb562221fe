/* ranges.h - what Windows itself says about its dynamic port ranges, and the ports
 * inside them that nobody is given.
 *
 * Where the system has no answer, range.c's rules give one, and say so.
 */
#ifndef CORE_SYSTEM_RANGES_H
#define CORE_SYSTEM_RANGES_H

#include "core/base/place.h"
#include "core/base/value.h"

enum range_source {
    RANGE_SOURCE_UNKNOWN,
    RANGE_SOURCE_RULE,  /* by range.c's table, not asked for */
    RANGE_SOURCE_WMI,   /* root\StandardCimv2, Windows 8 and Server 2012 on */
    RANGE_SOURCE_NETSH, /* netsh interface ipv4|ipv6 show dynamicport, Vista on */
};

const char *range_source_key(enum range_source source);   /* "rule", "wmi" ... in JSON */
const char *range_source_words(enum range_source source); /* on screens */

enum { RANGE_WHY_SIZE = 256 };

struct running_range {
    bool is_known;
    struct port_range range;
    enum range_source source;
    char why[RANGE_WHY_SIZE]; /* where not known, or not by the best source: why; else "" */
};

/* Ports that are kept from everybody who asks for any free one. Windows keeps one
 * list for each protocol; users report that IPv4 and IPv6 share it (docs/windows.md,
 * "Excluded ports"), so maxport reads both families. */
struct exclusion {
    enum protocol protocol;
    enum family family;
    struct port_range range;
    bool is_administered; /* netsh marks it with '*': set by an administrator, lasts */
};

struct exclusions {
    struct exclusion *rows; /* owned; ascending within a protocol and family */
    size_t count;
    bool is_known[PROTOCOL_COUNT][FAMILY_COUNT];
    char why[PROTOCOL_COUNT][FAMILY_COUNT][RANGE_WHY_SIZE]; /* where not known */
};

void exclusions_init(struct exclusions *exclusions);
void exclusions_release(struct exclusions *exclusions);
bool exclusions_add(struct exclusions *exclusions, const struct exclusion *row,
                    struct fault *fault) MUST_CHECK;

/* Ports of the range that are excluded, each counted once however rows overlap. */
uint32_t exclusions_within(const struct exclusions *exclusions, enum protocol protocol,
                           enum family family, struct port_range range);
/* The row that holds a port, or NULL. */
const struct exclusion *exclusions_find(const struct exclusions *exclusions, enum protocol protocol,
                                        enum family family, uint32_t port);

/* All that Windows was asked. */
struct range_answers {
    struct running_range running[PROTOCOL_COUNT][FAMILY_COUNT];
    /* The auto-reuse range of SO_REUSE_UNICASTPORT and implicit binds; count 0: off,
     * or this Windows has none. is_auto_reuse_known: the property was there. */
    struct port_range auto_reuse;
    bool is_auto_reuse_known;
    struct exclusions exclusions;
};

struct range_access {
    void *context;

    /* Starts asking in the background, so that the socket tables can be read
     * meanwhile. Optional: without it `read` does both. */
    void (*begin)(void *context);

    /* Waits for what was begun, for each source at most its own limit, and fills
     * *answers (to be released by the caller). What could not be had is not a
     * failure: it is marked, with why. The next begin or read asks anew. */
    void (*read)(void *context, struct range_answers *answers);

    /* One running range, asked of netsh at once: what `write` is read back by. */
    bool (*read_one)(void *context, enum protocol, enum family, struct port_range *,
                     struct fault *);

    /* Changes a running range at once, by netsh. FAULT_UNAVAILABLE: this Windows
     * has no such command; FAULT_DENIED; FAULT_FAILED with what netsh said. */
    bool (*write)(void *context, enum protocol, enum family, struct port_range, struct fault *);
};

#endif
