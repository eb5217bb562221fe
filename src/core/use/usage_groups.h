/* usage_groups.h - sockets inside the ranges, grouped by process, program name, remote endpoint,
 * state or local address.
 */
#ifndef CORE_USE_USAGE_GROUPS_H
#define CORE_USE_USAGE_GROUPS_H

#include "core/system/processes.h"
#include "core/use/usage.h"

enum usage_group {
    GROUP_PROCESS,
    GROUP_REMOTE,
    GROUP_STATE,
    GROUP_ADDRESS,
    GROUP_NAME,
    GROUP_KIND_COUNT
};

/* Returns whether groups of this kind have an owner: GROUP_PROCESS and GROUP_NAME. */
bool usage_group_has_owners(enum usage_group kind);

struct usage_bucket {
    enum protocol protocol;
    /* The key of the group: those of the fields `owner` to `port` that its kind uses. */
    uint32_t owner;      /* GROUP_PROCESS; GROUP_NAME: the lowest PID in the group */
    uint8_t family;      /* GROUP_REMOTE, GROUP_ADDRESS */
    uint8_t state;       /* GROUP_STATE: enum port_state */
    uint8_t address[16]; /* GROUP_REMOTE: remote, GROUP_ADDRESS: local */
    uint16_t port;       /* GROUP_REMOTE: remote port */
    uint32_t ports;      /* distinct local ports inside the range, both families together */
    uint32_t sockets;    /* sockets inside the range */
    uint32_t time_wait;  /* number of these sockets in TIME_WAIT */
    uint32_t processes;  /* GROUP_NAME: processes with sockets inside the range; otherwise 0 */
};

struct usage_groups {
    struct usage_bucket *rows; /* owned; most ports first, then by key for a stable order */
    size_t count;
    size_t total[PROTOCOL_COUNT]; /* number of all groups, including those not in `rows` */
};

/* Groups the sockets whose local port is inside the range of their family,
 * ranges[protocol][family]. GROUP_REMOTE ignores sockets without a remote endpoint. Returns at most
 * `most` groups of each protocol, the largest ones; SIZE_MAX: all groups. For GROUP_NAME,
 * call usage_group_names(); this function treats GROUP_NAME like GROUP_PROCESS. */
bool usage_group(const struct sockets *sockets, enum usage_group kind,
                 const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT], size_t most,
                 struct usage_groups *groups, struct fault *fault) MUST_CHECK;

/* Groups by program name (GROUP_NAME; the case of ASCII letters is ignored). Each process
 * without a known name forms a separate group. */
bool usage_group_names(const struct sockets *sockets, const struct processes *processes,
                       const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT], size_t most,
                       struct usage_groups *groups, struct fault *fault) MUST_CHECK;
void usage_groups_release(struct usage_groups *groups);

/* Prints "node.exe (4 processes)" or "shop.exe (PID 812)", safe for a screen. processes: NULL if
 * the names are unknown. */
void usage_name_print(const struct usage_bucket *bucket, const struct processes *processes,
                      struct text *text);
/* Returns whether two processes belong to the same group of GROUP_NAME. */
bool usage_same_name(const struct processes *processes, uint32_t a, uint32_t b);

/* Returns the text for a group without a process: "(process unknown)", "(TIME_WAIT, no process)" or
 * "(no process)". Returns NULL if the owner is a process. waits: all sockets of the group are in
 * TIME_WAIT. */
const char *usage_owner_words(uint32_t owner, bool waits);

#endif
