#include <stdlib.h>
#include <string.h>

#include "fake/calls.h"

static bool is_listener(const struct socket_row *row)
{
    return row->protocol == PROTOCOL_UDP || row->state == STATE_LISTEN;
}

static bool sockets_fetch(void *context, unsigned mask, struct sockets *sockets,
                          struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_SOCKETS_FETCH);
    fake->socket_mask = mask;
    fake->socket_masks |= mask;
    if (sockets->count != 0)
        fake_misused("sockets.fetch into sockets with rows");
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_SOCKETS_FETCH, FAULT_FAILED, fault);

    bool wants_listeners = (mask & SOCKETS_LISTENERS) != 0;
    bool is_any_available = false;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            is_any_available |= fake->tables[p][f].is_available;
    if (!is_any_available)
        return fault_set(fault, FAULT_FAILED, ERROR_GEN_FAILURE, "No socket table could be read.");
    if (!sockets_reserve(sockets, fake->sockets.count, fault))
        return false;

    sockets->has_owners =
        fake->can_show_owners && (mask & (SOCKETS_OWNERS | SOCKETS_LISTENERS)) != 0;
    sockets->has_bound = fake->can_show_bound && (mask & SOCKETS_BOUND) != 0;
    memcpy(sockets->tables, fake->tables, sizeof sockets->tables);
    for (size_t i = 0; i < fake->sockets.count; i++) {
        struct socket_row row = fake->sockets.rows[i];
        if (!fake->tables[row.protocol][row.family].is_available ||
            (row.state == STATE_BOUND && !sockets->has_bound) ||
            (wants_listeners && !is_listener(&row)))
            continue;
        if (!sockets->has_owners)
            row.owner = OWNER_UNKNOWN;
        sockets->rows[sockets->count++] = row;
    }
    return fake_end(fake, CALL_SOCKETS_FETCH, mishap, FAULT_FAILED, fault);
}

static void ranges_read(void *context, struct range_answers *answers)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_RANGES_READ);
    struct fault fault;
    memset(answers, 0, sizeof *answers);
    memcpy(answers->running, fake->ranges, sizeof fake->ranges);
    for (int p = 0; fake->has_range_per_protocol && p < PROTOCOL_COUNT; p++)
        answers->running[p][FAMILY_IPV6] = fake->ranges[p][FAMILY_IPV4];
    answers->auto_reuse = fake->auto_reuse;
    answers->is_auto_reuse_known = fake->is_auto_reuse_known;
    if (!exclusions_add(&answers->exclusions, fake->exclusions.rows, fake->exclusions.count,
                        &fault))
        fake_misused("no memory");
    memcpy(answers->exclusions.is_known, fake->exclusions.is_known,
           sizeof fake->exclusions.is_known);
    memcpy(answers->exclusions.why, fake->exclusions.why, sizeof fake->exclusions.why);
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        fake_die(fake);
}

static bool ranges_read_one(void *context, enum protocol protocol, enum family family,
                            struct port_range *range, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_RANGES_READ_ONE);
    if (fake_fails_at_all(mishap) || !fake->ranges[protocol][family].is_known)
        return fake_fail(fake, CALL_RANGES_READ_ONE, FAULT_UNAVAILABLE, fault);
    *range = fake->ranges[protocol][family].range;
    return fake_end(fake, CALL_RANGES_READ_ONE, mishap, FAULT_UNAVAILABLE, fault);
}

static bool ranges_write(void *context, enum protocol protocol, enum family family,
                         struct port_range range, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_RANGES_WRITE);
    if (fake_fails_before(mishap))
        return fake_fail(fake, CALL_RANGES_WRITE, FAULT_FAILED, fault);
    if (!fake->identity.is_elevated)
        return fault_set(fault, FAULT_DENIED, 5, "netsh was denied.");
    if (mishap != LIE) {
        fake->ranges[protocol][family].is_known = true;
        fake->ranges[protocol][family].range = range;
        fake->range_writes++;
    }
    return fake_end(fake, CALL_RANGES_WRITE, mishap, FAULT_FAILED, fault);
}

void fake_answer_range(struct fake *fake, enum protocol protocol, enum family family,
                       uint32_t start, uint32_t count, enum range_source source)
{
    if (!fake->machine.ranges.read)
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++)
                fake->ranges[p][f] = (struct running_range){.why = "The test set no range."};
    fake->machine.ranges.read = ranges_read;
    fake->machine.ranges.read_one = ranges_read_one;
    fake->machine.ranges.write = ranges_write;
    fake->ranges[protocol][family] = (struct running_range){
        .is_known = true, .range = {.start = start, .count = count}, .source = source};
}

void fake_exclude(struct fake *fake, enum protocol protocol, enum family family, uint32_t start,
                  uint32_t count, bool is_administered)
{
    struct exclusion row = {protocol, family, {start, count}, is_administered};
    struct fault fault;
    if (!exclusions_add(&fake->exclusions, &row, 1, &fault))
        fake_misused("no memory");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake->exclusions.is_known[p][f] = true;
}

static bool binder_try(void *context, enum protocol protocol, enum family family, uint16_t port,
                       enum bind_answer *answer, uint32_t *code, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_BINDER_TRY);
    (void)family;
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_BINDER_TRY, FAULT_UNAVAILABLE, fault);
    *answer = (enum bind_answer)fake->bind_answers[protocol][port];
    *code = *answer == BIND_FREE ? 0 : *answer == BIND_IN_USE ? 10048 : 10013;
    return fake_end(fake, CALL_BINDER_TRY, mishap, FAULT_UNAVAILABLE, fault);
}

/* Parses a number that is at most `most`, and moves *at to the character after it. */
static unsigned part(const char **at, int base, unsigned most)
{
    char *after;
    unsigned long number = strtoul(*at, &after, base);
    if (after == *at || number > most)
        fake_misused("not an address: ...%s", *at);
    *at = after;
    return (unsigned)number;
}

enum family fake_address(const char *address, uint8_t bytes[16])
{
    memset(bytes, 0, 16);
    const char *at = address;
    if (!strchr(address, ':')) {
        for (int i = 0; i < 4; i++) {
            if (i > 0 && *at++ != '.')
                fake_misused("no IPv4 address: %s", address);
            bytes[i] = (uint8_t)part(&at, 10, 255);
        }
        if (*at != '\0')
            fake_misused("no IPv4 address: %s", address);
        return FAMILY_IPV4;
    }

    uint8_t tail[16];
    size_t head_count = 0, tail_count = 0;
    bool has_gap = false;
    if (*at == ':')
        at++; /* skip the first colon of a leading "::" */
    while (*at != '\0') {
        if (*at == ':') {
            if (has_gap)
                fake_misused("two gaps: %s", address);
            has_gap = true;
            at++;
            continue;
        }
        unsigned group = part(&at, 16, 0xffff);
        if (*at == ':' && at[1] != '\0')
            at++;
        else if (*at != '\0')
            fake_misused("no IPv6 address: %s", address);
        uint8_t *to = has_gap ? tail + tail_count : bytes + head_count;
        if (head_count + tail_count + 2 > 16)
            fake_misused("the address is too long: %s", address);
        to[0] = (uint8_t)(group >> 8);
        to[1] = (uint8_t)group;
        *(has_gap ? &tail_count : &head_count) += 2;
    }
    if (!has_gap && head_count != 16)
        fake_misused("the address is too short: %s", address);
    memcpy(bytes + 16 - tail_count, tail, tail_count);
    return FAMILY_IPV6;
}

void fake_add_sockets(struct fake *fake, unsigned count, enum protocol protocol, unsigned state,
                      const char *local, uint16_t local_port, const char *remote,
                      uint16_t remote_port, uint32_t owner)
{
    struct socket_row row = {.protocol = (uint8_t)protocol,
                             .state = (uint8_t)state,
                             .has_remote = remote != NULL,
                             .remote_port = remote_port,
                             .owner = owner};
    row.family = (uint8_t)fake_address(local, row.local);
    if (remote && fake_address(remote, row.remote) != (enum family)row.family)
        fake_misused("%s and %s are of different families", local, remote);
    if ((unsigned)local_port + count > 65536)
        fake_misused("%u sockets from port %u on do not fit", count, local_port);
    struct fault fault;
    if (!sockets_reserve(&fake->sockets, count, &fault))
        fake_misused("%s", fault.text);
    for (unsigned i = 0; i < count; i++) {
        row.local_port = (uint16_t)(local_port + i);
        fake->sockets.rows[fake->sockets.count++] = row;
    }
}

void fake_add_socket(struct fake *fake, enum protocol protocol, unsigned state, const char *local,
                     uint16_t local_port, const char *remote, uint16_t remote_port, uint32_t owner)
{
    fake_add_sockets(fake, 1, protocol, state, local, local_port, remote, remote_port, owner);
}

void fake_open_network(struct fake *fake)
{
    fake->machine.sockets = (struct socket_source){fake, sockets_fetch};
    fake->machine.ranges.context = fake;
    fake->machine.binder = (struct binder){fake, binder_try};
}
