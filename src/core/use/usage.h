/* usage.h - how many ports of a range are in use, counted honestly.
 *
 * A port in use is a distinct local port number inside the running dynamic
 * range, listeners included: a port with a thousand connections counts once.
 * Each port is put down under its most telling state, the first of these that
 * any of its sockets is in:
 *
 *     LISTEN  a server holds it, however many connections it has accepted
 *     ESTABLISHED, CLOSE_WAIT, SYN_SENT, SYN_RECEIVED, FIN_WAIT_1, FIN_WAIT_2,
 *     LAST_ACK, CLOSING, BOUND
 *             a program or its peer still holds it
 *     TIME_WAIT, DELETE_TCB, CLOSED
 *             nobody does: it would be free but for the wait
 *     states without a name last
 *
 * so that "TIME_WAIT 12,840" means: 12,840 ports would be free at once if
 * nothing were waiting.
 */
#ifndef CORE_USE_USAGE_H
#define CORE_USE_USAGE_H

#include "core/base/value.h"
#include "core/system/sockets.h"

/* The order above; also the order of columns on screens and keys in JSON. */
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
    PORT_OPEN, /* UDP: it has no states */
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
    struct port_range range[FAMILY_COUNT];   /* count 0: not known, nothing counted */
    uint32_t excluded[FAMILY_COUNT];         /* ports of the range that nobody is given */
    struct usage_count family[FAMILY_COUNT]; /* within that family's range */
    struct usage_count united;               /* ports in use in either family */
    bool is_available[FAMILY_COUNT];         /* the table could be read */
    bool is_partial;
};

/* Counts one protocol's rows; ranges by family. Excluded counts start at 0. */
void usage_count(const struct sockets *sockets, enum protocol protocol,
                 const struct port_range ranges[FAMILY_COUNT], struct usage *usage);

/* range - excluded; 0 where the range is not known. */
uint32_t usage_available(const struct usage *usage, enum family family);

/* 0..100, rounded down so that 100 means full; in_use of available. */
unsigned usage_percent(uint32_t in_use, uint32_t available);

/* The family that the bar and the verdict speak of: the fuller one. */
enum family usage_fuller(const struct usage *usage);

#endif
