/* port_groups.h - groups the ports in use by process, program name, remote endpoint, state or
 * address. */
#ifndef CLI_PORT_GROUPS_H
#define CLI_PORT_GROUPS_H

#include "cli/frame/command.h"
#include "core/state/survey.h"
#include "core/use/usage_groups.h"

/* All data is collected before anything is printed. */
struct port_groups {
    enum usage_group by;
    size_t top;             /* groups shown for each protocol; SIZE_MAX: all */
    bool has_groups;        /* false: only the ports in use are counted */
    struct survey survey;   /* the ranges, and the port use of the latest sample */
    struct sockets sockets; /* completeness of each table; the rows are already released */
    struct processes processes;
    bool has_names;
    struct fault names_fault; /* the reason, if has_names is false */
    bool wants_services;      /* read services with the next sample if processes are shown */
    struct services services; /* as last read */
    const struct service_source *detail;
    struct usage_groups groups;
};

/* Take a sample in two steps, so that a caller can check the new tables before they replace the
 * tables of the previous sample. *sockets is empty at first; port_groups_count() takes over its
 * contents. */
bool port_groups_fetch(const struct machine *machine, struct port_groups *groups,
                       struct sockets *sockets, struct fault *fault) MUST_CHECK;
bool port_groups_count(const struct machine *machine, struct port_groups *groups,
                       struct sockets *sockets, struct fault *fault) MUST_CHECK;
void port_groups_release(struct port_groups *groups);

/* Iterates over the groups of a protocol: returns the next group, starting at row *at. Returns NULL
 * after `top` groups or the last group. Adds 1 to *shown for each group that it
 * returns. *at and *shown must be 0 at first. */
const struct usage_bucket *port_groups_next(const struct port_groups *groups,
                                            enum protocol protocol, size_t top, size_t *at,
                                            size_t *shown);

/* Returns the process's name exactly as Windows reports it, for JSON and CSV; "" if the name is
 * unknown. */
const char *port_groups_process_name(const struct port_groups *groups,
                                     const struct usage_bucket *bucket);

/* Returns the number of all groups of one protocol, even if only the largest are in `groups`. */
size_t port_groups_number(const struct port_groups *groups, enum protocol protocol);
/* Prints a heading and the largest groups, at most `top`. Returns how many groups were printed. */
size_t port_groups_print(struct output *output, const struct port_groups *groups,
                         enum protocol protocol, size_t top);
json_t *port_groups_document(const struct port_groups *groups, const struct usage_bucket *bucket);

#endif
