/* top_users.h - who could be behind the use: the largest process, the remote end that
 * most ports lead to, and whose waiting connections probably were. */
#ifndef CORE_DIAGNOSIS_TOP_USERS_H
#define CORE_DIAGNOSIS_TOP_USERS_H

#include "core/state/snapshot.h"

struct top_user {
    bool is_known; /* false: no process holds anything, or Windows names none */
    uint32_t process;
    struct usage_count use; /* its ports inside the range, families united, by state */
    /* Between the earliest of the snapshot's sockets and the latest; 0 ms: only one look,
     * or that process was not seen then. */
    int64_t watched_ms;
    uint32_t ports_then;
};

/* The process that holds most ports of the protocol inside its range. Rows that
 * nobody owns (TIME_WAIT) count for nobody. */
bool top_user_process(const struct snapshot *snapshot, enum protocol protocol,
                      struct top_user *top_user, struct fault *fault) MUST_CHECK;

/* A remote end, and how many distinct local ports of a range lead there. */
struct remote_end {
    bool is_known;
    enum family family;
    uint8_t address[16];
    uint16_t port;
    uint32_t ports;
    uint32_t waiting; /* of these only in TIME_WAIT */
};

/* "10.0.0.9:443" */
void remote_end_print(const struct remote_end *remote, struct text *text);

/* That with the most local ports of these ranges (TCP; UDP has none). */
bool top_user_remote(const struct snapshot *snapshot, const struct port_range ranges[FAMILY_COUNT],
                     struct remote_end *remote, struct fault *fault) MUST_CHECK;

/* Rows in TIME_WAIT belong to no process (docs/windows.md, "TIME_WAIT"). The process that
 * probably had them is connected to the same remote end now, or was in an earlier look;
 * most probable is one whose own connections were seen before they began to wait. All of
 * this is inferred. */
struct probable_owner {
    uint32_t process;
    uint32_t caught; /* ports that wait now and were its own in an earlier look */
    uint32_t now;    /* its connections to that end in the latest look */
    uint32_t before; /* ... in the earlier looks, all together */
};

enum { PROBABLE_OWNERS_MAX = 3 };

/* The most probable first. Returns how many there are. */
size_t top_user_owners(const struct snapshot *snapshot, const struct remote_end *remote,
                       struct probable_owner owners[PROBABLE_OWNERS_MAX]);

#endif
