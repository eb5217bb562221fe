#include "core/use/usage.h"

#include <string.h>

static const struct {
    const char *name, *key;
} port_states[PORT_STATE_COUNT] = {
    [PORT_LISTEN] = {"LISTEN", "listen"},
    [PORT_ESTABLISHED] = {"ESTABLISHED", "established"},
    [PORT_CLOSE_WAIT] = {"CLOSE_WAIT", "close_wait"},
    [PORT_SYN_SENT] = {"SYN_SENT", "syn_sent"},
    [PORT_SYN_RECEIVED] = {"SYN_RECEIVED", "syn_received"},
    [PORT_FIN_WAIT_1] = {"FIN_WAIT_1", "fin_wait_1"},
    [PORT_FIN_WAIT_2] = {"FIN_WAIT_2", "fin_wait_2"},
    [PORT_LAST_ACK] = {"LAST_ACK", "last_ack"},
    [PORT_CLOSING] = {"CLOSING", "closing"},
    [PORT_BOUND] = {"BOUND", "bound"},
    [PORT_OPEN] = {"OPEN", "open"},
    [PORT_TIME_WAIT] = {"TIME_WAIT", "time_wait"},
    [PORT_DELETE_TCB] = {"DELETE_TCB", "delete_tcb"},
    [PORT_CLOSED] = {"CLOSED", "closed"},
    [PORT_UNKNOWN] = {"UNKNOWN", "unknown"},
};

const char *port_state_name(enum port_state state)
{
    return port_states[state < PORT_STATE_COUNT ? state : PORT_UNKNOWN].name;
}

const char *port_state_key(enum port_state state)
{
    return port_states[state < PORT_STATE_COUNT ? state : PORT_UNKNOWN].key;
}

static enum port_state tcp_state(unsigned state)
{
    switch (state) {
    case STATE_LISTEN:
        return PORT_LISTEN;
    case STATE_ESTABLISHED:
        return PORT_ESTABLISHED;
    case STATE_CLOSE_WAIT:
        return PORT_CLOSE_WAIT;
    case STATE_SYN_SENT:
        return PORT_SYN_SENT;
    case STATE_SYN_RECEIVED:
        return PORT_SYN_RECEIVED;
    case STATE_FIN_WAIT_1:
        return PORT_FIN_WAIT_1;
    case STATE_FIN_WAIT_2:
        return PORT_FIN_WAIT_2;
    case STATE_LAST_ACK:
        return PORT_LAST_ACK;
    case STATE_CLOSING:
        return PORT_CLOSING;
    case STATE_BOUND:
        return PORT_BOUND;
    case STATE_TIME_WAIT:
        return PORT_TIME_WAIT;
    case STATE_DELETE_TCB:
        return PORT_DELETE_TCB;
    case STATE_CLOSED:
        return PORT_CLOSED;
    default:
        return PORT_UNKNOWN;
    }
}

enum port_state port_state_of(const struct socket_row *row)
{
    return row->protocol == PROTOCOL_UDP ? PORT_OPEN : tcp_state(row->state);
}

/* ---- counting --------------------------------------------------------- */

/* Counts the ports in each state; PORT_STATE_COUNT marks a free port. */
static void count_states(const uint8_t *states, size_t port_count, struct usage_count *count)
{
    /* Adjacent ports are often in the same state. With one counter for each state, each
     * increment would wait for the previous one. Therefore each state has four counters, which are
     * used in turn. */
    enum { TURNS = 4 };
    uint32_t by_turn[TURNS][PORT_STATE_COUNT + 1] = {{0}};
    size_t i = 0;
    for (; i + TURNS <= port_count; i += TURNS)
        for (int turn = 0; turn < TURNS; turn++)
            by_turn[turn][states[i + (size_t)turn]]++;
    for (; i < port_count; i++)
        by_turn[0][states[i]]++;
    count->in_use = 0;
    for (int state = 0; state < PORT_STATE_COUNT; state++) {
        count->by_state[state] = 0;
        for (int turn = 0; turn < TURNS; turn++)
            count->by_state[state] += by_turn[turn][state];
        count->in_use += count->by_state[state];
    }
}

void usage_count(const struct sockets *sockets, enum protocol protocol,
                 const struct port_range ranges[FAMILY_COUNT], struct usage *usage)
{
    memset(usage, 0, sizeof *usage);
    usage->protocol = protocol;
    for (int f = 0; f < FAMILY_COUNT; f++) {
        usage->range[f] = ranges[f];
        usage->is_available[f] = sockets->tables[protocol][f].is_available;
        usage->is_partial |= sockets->tables[protocol][f].is_partial;
    }

    uint8_t state_of[256];
    for (unsigned i = 0; i < sizeof state_of; i++)
        state_of[i] = (uint8_t)(protocol == PROTOCOL_UDP ? PORT_OPEN : tcp_state(i));

    /* The state of each port so far. enum port_state is in order of precedence, so the lowest
     * number of all sockets is kept. A free port has the highest number. */
    uint8_t states[FAMILY_COUNT][ALL_PORTS];
    memset(states, PORT_STATE_COUNT, sizeof states);
    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];
        if (row->protocol != protocol || row->family >= FAMILY_COUNT)
            continue;
        uint8_t *state = &states[row->family][row->local_port];
        uint8_t other = state_of[row->state];
        *state = other < *state ? other : *state;
    }

    uint8_t united[ALL_PORTS];
    uint32_t first = ALL_PORTS, end = 0; /* bounds of the IPv4 and IPv6 ranges together */
    memset(united, PORT_STATE_COUNT, sizeof united);
    for (int f = 0; f < FAMILY_COUNT; f++) {
        uint32_t start = ranges[f].start, count = ranges[f].count;
        if (start >= ALL_PORTS || count > ALL_PORTS - start)
            count = start < ALL_PORTS ? ALL_PORTS - start : 0;
        const uint8_t *of_family = &states[f][count > 0 ? start : 0];
        uint8_t *of_both = &united[count > 0 ? start : 0];
        count_states(of_family, count, &usage->family[f]);
        for (uint32_t i = 0; i < count; i++)
            of_both[i] = of_family[i] < of_both[i] ? of_family[i] : of_both[i];
        if (count > 0) {
            first = start < first ? start : first;
            end = start + count > end ? start + count : end;
        }
    }
    count_states(united + (end > first ? first : 0), end > first ? end - first : 0, &usage->united);
}

enum { IS_EXCLUDED = 1, IS_USED = 2 };

/* Marks the ports of one protocol and family that are excluded, and those that a socket uses. */
static void mark_ports(const struct sockets *sockets, const struct exclusions *exclusions,
                       enum protocol protocol, enum family family, uint8_t marks[ALL_PORTS])
{
    memset(marks, 0, ALL_PORTS);
    for (size_t i = 0; i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];
        if (row->protocol != protocol || row->family != family)
            continue;
        for (uint32_t n = 0; n < row->range.count && row->range.start + n < ALL_PORTS; n++)
            marks[row->range.start + n] |= IS_EXCLUDED;
    }
    for (size_t i = 0; i < sockets->count; i++)
        if (sockets->rows[i].protocol == protocol && sockets->rows[i].family == family)
            marks[sockets->rows[i].local_port] |= IS_USED;
}

void usage_count_excluded(const struct sockets *sockets, const struct exclusions *exclusions,
                          struct usage *usage)
{
    uint8_t marks[FAMILY_COUNT][ALL_PORTS];
    usage->united_excluded = 0;
    for (int f = 0; f < FAMILY_COUNT; f++) {
        usage->excluded[f] =
            exclusions_within(exclusions, usage->protocol, (enum family)f, usage->range[f]);
        usage->excluded_in_use[f] = 0;
    }
    if (!usage->excluded[FAMILY_IPV4] && !usage->excluded[FAMILY_IPV6])
        return;
    for (int f = 0; f < FAMILY_COUNT; f++) {
        mark_ports(sockets, exclusions, usage->protocol, (enum family)f, marks[f]);
        for (uint32_t port = 0; port < ALL_PORTS; port++)
            usage->excluded_in_use[f] +=
                range_contains(usage->range[f], port) && marks[f][port] == (IS_EXCLUDED | IS_USED);
    }
    for (uint32_t port = 0; port < ALL_PORTS; port++)
        usage->united_excluded += range_contains(usage->range[FAMILY_IPV4], port) &&
                                  marks[FAMILY_IPV4][port] == IS_EXCLUDED &&
                                  marks[FAMILY_IPV6][port] == IS_EXCLUDED;
}

uint32_t usage_available(const struct usage *usage, enum family family)
{
    uint32_t count = usage->range[family].count;
    uint32_t excluded = usage->excluded[family] - usage->excluded_in_use[family];
    return count > excluded ? count - excluded : 0;
}

uint32_t usage_united_available(const struct usage *usage)
{
    const struct port_range *range = usage->range;
    if (!usage->is_available[FAMILY_IPV4] || !usage->is_available[FAMILY_IPV6] ||
        !range_equal(range[FAMILY_IPV4], range[FAMILY_IPV6]) ||
        range[FAMILY_IPV4].count <= usage->united_excluded)
        return 0;
    return range[FAMILY_IPV4].count - usage->united_excluded;
}

unsigned usage_percent(uint32_t in_use, uint32_t available)
{
    if (in_use >= available)
        return in_use > 0 ? 100 : 0;
    unsigned percent = (unsigned)(((uint64_t)in_use * 200 + available) / (2 * (uint64_t)available));
    return percent > 99 ? 99 : percent;
}

enum family usage_fuller(const struct usage *usage)
{
    uint64_t in_use_4 = usage->family[FAMILY_IPV4].in_use;
    uint64_t in_use_6 = usage->family[FAMILY_IPV6].in_use;
    uint64_t available_4 = usage_available(usage, FAMILY_IPV4);
    uint64_t available_6 = usage_available(usage, FAMILY_IPV6);
    /* If a table was not read, its count is 0, but the real number is unknown. */
    if (available_6 == 0 || !usage->is_available[FAMILY_IPV6])
        return FAMILY_IPV4;
    if (available_4 == 0 || !usage->is_available[FAMILY_IPV4])
        return FAMILY_IPV6;
    return in_use_6 * available_4 > in_use_4 * available_6 ? FAMILY_IPV6 : FAMILY_IPV4;
}
