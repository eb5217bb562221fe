/* port_check.h - why one port cannot be bound, or that it can.
 *
 * A pure function of what was looked at and of real binds, where there were any.
 * The first of these that holds is the answer:
 *
 *   listening   a socket listens on it (TCP), or a UDP socket has it
 *   held        a TCP socket is bound to it and does neither listen nor connect
 *   connected   connections have it as their local port
 *   excluded    Windows never assigns it automatically; a bind was refused with 10013
 *               or not tried
 *   waiting     only connections in TIME_WAIT have it; it comes back by itself
 *   hidden      no table shows it, and a real bind was refused all the same
 *   free        no table shows it; `was_bound` says whether a real bind proved it
 *   unknown     the tables could not be read, and no bind could be tried
 */
#ifndef CORE_DIAGNOSIS_PORT_CHECK_H
#define CORE_DIAGNOSIS_PORT_CHECK_H

#include "core/diagnosis/sentences.h"
#include "core/diagnosis/top_users.h"
#include "core/system/binder.h"

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

const char *port_kind_key(enum port_kind kind); /* JSON: "listening" ... */

/* Real binds, by family (binder.h). */
struct port_binds {
    bool was_tried[FAMILY_COUNT];
    bool has_answer[FAMILY_COUNT]; /* else: `why` */
    enum bind_answer answer[FAMILY_COUNT];
    uint32_t code[FAMILY_COUNT];
    struct fault why[FAMILY_COUNT];
};

struct port_check {
    uint16_t port;
    enum protocol protocol;
    enum port_kind kind;
    bool was_bound; /* a real bind worked, over one family at least */
    bool is_excluded[FAMILY_COUNT];
    bool is_in_range[FAMILY_COUNT]; /* of the running dynamic range */
    uint32_t owner;                 /* the first process that has it; OWNER_UNKNOWN none known */
    uint32_t listeners, held, connections, waiting; /* rows; UDP sockets are listeners */
    struct text verdict;
    struct sentences facts, other, helps, unseen; /* other: the other protocol's facts */
};

/* Binds the port over both families, one after the other, and lets go of it at once. */
void port_binds_try(const struct binder *binder, enum protocol protocol, uint16_t port,
                    struct port_binds *binds);

/* Does nothing that was read show the port, so that only a bind can tell? */
bool port_check_wants_bind(const struct snapshot *snapshot, enum protocol protocol, uint16_t port);

/* binds: NULL where none was tried. Fails only for want of memory. */
bool port_check_make(const struct snapshot *snapshot, enum protocol protocol, uint16_t port,
                     const struct port_binds *binds, struct port_check *check,
                     struct fault *fault) MUST_CHECK;
void port_check_release(struct port_check *check);

/* "5432"; 1 to 65535, digits only. FAULT_USAGE says what is wrong with it. */
bool port_parse(const char *text, uint16_t *port, struct fault *fault) MUST_CHECK;

#endif
