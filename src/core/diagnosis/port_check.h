/* port_check.h - determines whether a port can be bound, and why not.
 *
 * Depends only on its input: a snapshot, and the results of real binds if any were tried. The
 * first matching kind is the result:
 *
 *   listening   a TCP socket listens on the port, or a UDP socket has it
 *   held        a TCP socket is bound to the port and neither listens nor is connected
 *   connected   the port is the local port of connections
 *   excluded    Windows never assigns the port automatically; a bind failed with 10013,
 *               or no bind had a result (success or failure)
 *   waiting     only closed connections have the port; it becomes free without action
 *   hidden      no socket table lists the port, but a real bind failed
 *   free        no bind failed, and a bind succeeded or the complete IPv4 table lacks the port
 *   unknown     the IPv4 table is missing or incomplete, and no bind had a result
 */
#ifndef CORE_DIAGNOSIS_PORT_CHECK_H
#define CORE_DIAGNOSIS_PORT_CHECK_H

#include "core/diagnosis/port_binds.h"
#include "core/diagnosis/sentences.h"
#include "core/diagnosis/top_users.h"

enum port_kind {
    PORT_IS_UNKNOWN,
    PORT_IS_FREE,
    PORT_IS_LISTENING,
    PORT_IS_HELD,
    PORT_IS_CONNECTED,
    PORT_IS_EXCLUDED,
    PORT_IS_WAITING,
    PORT_IS_HIDDEN,
};

const char *port_kind_key(enum port_kind kind); /* in JSON: "listening" ... */

struct port_check {
    uint16_t port;
    enum protocol protocol;
    enum port_kind kind;
    bool was_bound; /* a real bind succeeded over at least one family, and none failed */
    bool is_excluded[FAMILY_COUNT];
    bool is_in_range[FAMILY_COUNT]; /* inside the running dynamic range */
    uint32_t owner;                 /* first process that has the port, or OWNER_UNKNOWN */
    /* Numbers of sockets by role (port_rows.h). UDP sockets count as listeners. */
    uint32_t listeners, held, connections, waiting;
    struct text verdict;
    /* other: facts about the same port of the other protocol. helps: remedies. unseen: missing
     * data. */
    struct sentences facts, other, helps, unseen;
};

/* Returns whether no socket table lists the port, so that only a test bind can show whether it is
 * free. */
bool port_check_wants_bind(const struct snapshot *snapshot, enum protocol protocol, uint16_t port);

/* Returns the protocol to check if the user named no protocol: UDP if the UDP port is in use or
 * excluded and the TCP port is not, otherwise TCP. */
enum protocol port_check_protocol(const struct snapshot *snapshot, uint16_t port);

/* binds: NULL if none was tried. Fails only if memory runs out. */
bool port_check_make(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                     const struct port_binds *binds, struct port_check *check,
                     struct fault *fault) MUST_CHECK;
void port_check_release(struct port_check *check);

/* Parses a port number from 1 to 65535, digits only. Fails with FAULT_USAGE, which quotes the
 * text. */
bool port_parse(const char *text, uint16_t *port, struct fault *fault) MUST_CHECK;

#endif
