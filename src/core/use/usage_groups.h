/* usage_groups.h - sockets inside the ranges, grouped by process, remote endpoint, state or
 * local address.
 */
#ifndef CORE_USE_USAGE_GROUPS_H
#define CORE_USE_USAGE_GROUPS_H

#include "core/use/usage.h"

enum usage_group { GROUP_PROCESS, GROUP_REMOTE, GROUP_STATE, GROUP_ADDRESS, GROUP_KIND_COUNT };

struct usage_bucket {
    enum protocol protocol;
    /* the group's key; which of these are set depends on the grouping */
    uint32_t owner;      /* GROUP_PROCESS */
    uint8_t family;      /* GROUP_REMOTE, GROUP_ADDRESS */
    uint8_t state;       /* GROUP_STATE: enum port_state */
    uint8_t address[16]; /* GROUP_REMOTE: remote, GROUP_ADDRESS: local */
    uint16_t port;       /* GROUP_REMOTE: remote port */
    uint32_t ports;      /* distinct local ports inside the range, both families together */
    uint32_t sockets;    /* rows inside the range */
    uint32_t time_wait;  /* of the rows: in TIME_WAIT */
};

struct usage_groups {
    struct usage_bucket *rows; /* owned; most ports first, then by key, so that runs agree */
    size_t count;
    size_t total[PROTOCOL_COUNT]; /* of all groups, whether in rows or not */
};

/* Groups the rows whose local port is in the range of their family. Rows without a remote
 * endpoint are left out of GROUP_REMOTE. ranges[protocol][family]. Only the `most` largest
 * groups of each protocol are listed; SIZE_MAX: all. */
bool usage_group(const struct sockets *sockets, enum usage_group kind,
                 const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT], size_t most,
                 struct usage_groups *groups, struct fault *fault) MUST_CHECK;
void usage_groups_release(struct usage_groups *groups);

/* Why a group has no process name: "(process unknown)", "(TIME_WAIT, no process)",
 * "(no process)". NULL: it is a process. waits: all its sockets are in TIME_WAIT. */
const char *usage_owner_words(uint32_t owner, bool waits);

#endif
