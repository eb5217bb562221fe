/* usage.h - counts the ports of a range that are in use.
 *
 * A port in use is a distinct local port inside the running dynamic range that has a socket,
 * listeners included. A port with a thousand connections counts once. Each port counts under one
 * state: the first state in this list that one of its sockets has.
 *
 *     LISTEN  a server has the port, with any number of accepted connections
 *     ESTABLISHED, CLOSE_WAIT, SYN_SENT, SYN_RECEIVED, FIN_WAIT_1, FIN_WAIT_2,
 *     LAST_ACK, CLOSING, BOUND
 *             a program or its peer still uses the port
 *     TIME_WAIT, DELETE_TCB, CLOSED
 *             no program uses the port, but Windows has not freed it yet
 *     unknown states
 *
 * Therefore "TIME_WAIT 12,840" means that 12,840 ports would be free without TIME_WAIT.
 */
#ifndef CORE_USE_USAGE_H
#define CORE_USE_USAGE_H

#include "core/base/value.h"
#include "core/system/ranges.h"
#include "core/system/sockets.h"

/* In the order above, with OPEN for UDP. Columns on screens and keys in JSON have the same order.
 */
enum port_state {
    PORT_LISTEN,
    PORT_ESTABLISHED,
    PORT_CLOSE_WAIT,
    PORT_SYN_SENT,
    PORT_SYN_RECEIVED,
    PORT_FIN_WAIT_1,
    PORT_FIN_WAIT_2,
    PORT_LAST_ACK,
    PORT_CLOSING,
    PORT_BOUND,
    PORT_OPEN, /* UDP, which has no states */
    PORT_TIME_WAIT,
    PORT_DELETE_TCB,
    PORT_CLOSED,
    PORT_UNKNOWN,
    PORT_STATE_COUNT,
};

const char *port_state_name(enum port_state state); /* "TIME_WAIT" */
const char *port_state_key(enum port_state state);  /* "time_wait" */
enum port_state port_state_of(const struct socket_row *row);

struct usage_count {
    uint32_t in_use;
    uint32_t by_state[PORT_STATE_COUNT];
};

struct usage {
    enum protocol protocol;
    struct port_range range[FAMILY_COUNT];   /* count 0: unknown; no port was counted */
    uint32_t excluded[FAMILY_COUNT];         /* excluded ports of the range */
    uint32_t excluded_in_use[FAMILY_COUNT];  /* how many of them a socket uses nevertheless */
    struct usage_count family[FAMILY_COUNT]; /* ports in use inside the range of the family */
    struct usage_count united;       /* ports in use over either family; a port counts once */
    uint32_t united_excluded;        /* ports excluded over both families and used by neither */
    bool is_available[FAMILY_COUNT]; /* the table could be read */
    bool is_partial;
};

/* Counts the ports in use of one protocol. `ranges` contains a range for each family. Sets the
 * excluded counts to 0; usage_count_excluded() fills them. */
void usage_count(const struct sockets *sockets, enum protocol protocol,
                 const struct port_range ranges[FAMILY_COUNT], struct usage *usage);

/* Counts the excluded ports of the ranges. `sockets` are those that were counted. */
void usage_count_excluded(const struct sockets *sockets, const struct exclusions *exclusions,
                          struct usage *usage);

/* Returns the number of usable ports: range minus excluded ports; 0 if the range is unknown. An
 * excluded port that a program has bound by number is in use and counts as usable, so that the
 * ports in use are never more than the usable ports. */
uint32_t usage_available(const struct usage *usage, enum family family);
/* Returns the number of ports that are usable over at least one family; 0 if the families cannot be
 * counted together, because their ranges differ or one of them is unknown. */
uint32_t usage_united_available(const struct usage *usage);

/* Returns in_use in percent of available, 0 to 100, for comparisons and JSON. It is rounded
 * like share_string(), so that no screen shows a percentage that has reached a threshold beside a
 * rating that has not reached it. Only 100 means full. */
unsigned usage_percent(uint32_t in_use, uint32_t available);

/* Returns the family with the higher ratio of ports in use to usable ports; IPv4 if equal. A
 * family that was not read or has no usable ports counts as the less full one. */
enum family usage_fuller(const struct usage *usage);

#endif
