/* services.h - the services of a process, because the name "svchost.exe" does not identify them. */
#ifndef CORE_SYSTEM_SERVICES_H
#define CORE_SYSTEM_SERVICES_H

#include "core/base/fault.h"

struct service {
    uint32_t process;
    char name[260];    /* short name, UTF-8, from outside maxport */
    char display[260]; /* name in services.msc */
};

struct services {
    struct service *rows; /* owned, ascending by process */
    size_t count;
    bool is_known;
    char why[256];
};

void services_init(struct services *services);
void services_release(struct services *services);
void services_sort(struct services *services); /* by process, then by name */

struct service_source {
    void *context;
    void (*begin)(void *context); /* see ranges.h; optional */
    /* Fills an empty struct. The caller releases it. */
    void (*read)(void *context, struct services *);
    /* Sets `pool` to the name of the application pool of a w3wp.exe, from outside maxport. The name
     * is read from the command line of the process; nothing else of the command line is disclosed.
     * Returns false if the process has no known pool or permission is missing; `pool` is then
     * undefined. */
    bool (*detail)(void *context, uint32_t process, const char *name, char *pool, size_t size);
};

struct processes;

/* Appends "svchost.exe (Dnscache, NlaSvc)", "svchost.exe (BITS, gpsvc, Schedule and 2 more)",
 * "w3wp.exe (application pool Shop)", "System (e.g. HTTP.sys or SMB)", "(no process)" for 0
 * or "an unknown process" for OWNER_UNKNOWN. Names are quoted by name_quote(). The text is not yet
 * safe for a screen. `detail` may be NULL. */
struct text;
void process_describe(const struct processes *processes, const struct services *services,
                      const struct service_source *detail, uint32_t process, struct text *text);

#endif
