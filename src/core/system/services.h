/* services.h - which services a process runs: "svchost.exe" is no culprit. */
#ifndef CORE_SYSTEM_SERVICES_H
#define CORE_SYSTEM_SERVICES_H

#include "core/base/fault.h"

struct service {
    uint32_t process;
    char name[260];    /* short name, UTF-8, from outside */
    char display[260]; /* what services.msc calls it */
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
    void (*begin)(void *context);                   /* see ranges.h; optional */
    void (*read)(void *context, struct services *); /* into an empty one, to be released */
    /* What a process is for, beyond its name: "application pool Shop" of a w3wp.exe,
     * from its command line, of which nothing else is told. False where it is none,
     * or rights do not allow; *detail may be anything then. */
    bool (*detail)(void *context, uint32_t process, const char *name, char *detail, size_t size);
};

struct processes;

/* "svchost.exe (Dnscache, NlaSvc)", "svchost.exe (BITS, gpsvc, Schedule and 2 more)",
 * "w3wp.exe (application pool Shop)", "System (probably HTTP.sys or SMB)",
 * "(no process)" for 0, "an unknown process" for OWNER_UNKNOWN: into text, not yet made
 * safe. `detail` may be NULL. */
struct text;
void process_describe(const struct processes *processes, const struct services *services,
                      const struct service_source *detail, uint32_t process, struct text *text);

#endif
