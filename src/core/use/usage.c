#include "core/use/usage.h"

#include <stdlib.h>
#include <string.h>

enum { ALL_PORTS = 65536 };

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

/* ---------------------------------------------------------------- counting */

/* How many ports are in which state; those marked PORT_STATE_COUNT are free. */
static void count_states(const uint8_t *states, size_t port_count, struct usage_count *count)
{
    /* Neighbours are often in the same state, and one counter would have to wait for
     * itself; four take turns. */
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

    /* The most telling state of each port so far. They are numbered in that order,
     * so the least number wins, and a free port has the greatest. */
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
    uint32_t first = ALL_PORTS, end = 0; /* of what lies in either range */
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

uint32_t usage_available(const struct usage *usage, enum family family)
{
    uint32_t count = usage->range[family].count, excluded = usage->excluded[family];
    return count > excluded ? count - excluded : 0;
}

unsigned usage_percent(uint32_t in_use, uint32_t available)
{
    /* Ports that are excluded now may have been taken before. */
    if (in_use >= available)
        return in_use > 0 ? 100 : 0;
    return (unsigned)((uint64_t)in_use * 100 / available);
}

enum family usage_fuller(const struct usage *usage)
{
    uint64_t in_use_4 = usage->family[FAMILY_IPV4].in_use;
    uint64_t in_use_6 = usage->family[FAMILY_IPV6].in_use;
    uint64_t available_4 = usage_available(usage, FAMILY_IPV4);
    uint64_t available_6 = usage_available(usage, FAMILY_IPV6);
    /* A table that was not read says nothing; its zero is no use. */
    if (available_6 == 0 || !usage->is_available[FAMILY_IPV6])
        return FAMILY_IPV4;
    if (available_4 == 0 || !usage->is_available[FAMILY_IPV4])
        return FAMILY_IPV6;
    return in_use_6 * available_4 > in_use_4 * available_6 ? FAMILY_IPV6 : FAMILY_IPV4;
}

/* ---------------------------------------------------------------- grouping */

/* What tells a bucket from others, packed so that it can be hashed, compared and
 * ordered as three numbers, the first of which matters most:
 * protocol (8 bits), family or state (8), remote port (16), owner (32); address. */
struct group_key {
    uint64_t words[3];
};

/* Small, since there can be as many as there are rows; the first of its rows has the key. */
struct group {
    uint32_t first_row;
    uint32_t ports, sockets, time_wait;
    uint32_t latest_port; /* + 1 of the last port counted; 0 none */
};

struct slot {
    uint32_t hash;
    uint32_t group; /* 1 + its index; 0: the slot is free */
};

/* An open-addressing hash table. */
struct group_table {
    enum usage_group kind;
    const struct socket_row *rows;
    struct group *groups;
    size_t count, capacity;
    size_t total[PROTOCOL_COUNT]; /* groups of each */
    struct slot *slots;
    size_t slot_mask; /* slots - 1; their number is a power of two */
    uint64_t seed;
};

/* Which group a row belongs to, with its port. */
struct member {
    uint32_t group;
    uint32_t port;
};

enum { PROTOCOL_SHIFT = 56, KIND_SHIFT = 48, PORT_SHIFT = 32 };

static uint64_t read_big_endian(const uint8_t bytes[8])
{
    return (uint64_t)bytes[0] << 56 | (uint64_t)bytes[1] << 48 | (uint64_t)bytes[2] << 40 |
           (uint64_t)bytes[3] << 32 | (uint64_t)bytes[4] << 24 | (uint64_t)bytes[5] << 16 |
           (uint64_t)bytes[6] << 8 | (uint64_t)bytes[7];
}

static void write_big_endian(uint8_t bytes[8], uint64_t word)
{
    for (int i = 7; i >= 0; i--, word >>= 8)
        bytes[i] = (uint8_t)word;
}

static void put_address(struct group_key *key, uint8_t family, const uint8_t address[16])
{
    key->words[0] |= (uint64_t)family << KIND_SHIFT;
    key->words[1] = read_big_endian(address);
    key->words[2] = read_big_endian(address + 8);
}

static struct group_key key_of(enum usage_group kind, const struct socket_row *row)
{
    struct group_key key = {{(uint64_t)row->protocol << PROTOCOL_SHIFT, 0, 0}};
    switch (kind) {
    case GROUP_PROCESS:
        key.words[0] |= row->owner;
        break;
    case GROUP_STATE:
        key.words[0] |= (uint64_t)port_state_of(row) << KIND_SHIFT;
        break;
    case GROUP_REMOTE:
        key.words[0] |= (uint64_t)row->remote_port << PORT_SHIFT;
        put_address(&key, row->family, row->remote);
        break;
    case GROUP_ADDRESS:
        put_address(&key, row->family, row->local);
        break;
    case GROUP_KIND_COUNT:
        break;
    }
    return key;
}

static void unpack_key(enum usage_group kind, const struct group_key *key,
                       struct usage_bucket *bucket)
{
    bucket->protocol = (enum protocol)(key->words[0] >> PROTOCOL_SHIFT);
    switch (kind) {
    case GROUP_PROCESS:
        bucket->owner = (uint32_t)key->words[0];
        break;
    case GROUP_STATE:
        bucket->state = (uint8_t)(key->words[0] >> KIND_SHIFT);
        break;
    case GROUP_REMOTE:
        bucket->port = (uint16_t)(key->words[0] >> PORT_SHIFT);
        /* fall through */
    case GROUP_ADDRESS:
        bucket->family = (uint8_t)(key->words[0] >> KIND_SHIFT);
        write_big_endian(bucket->address, key->words[1]);
        write_big_endian(bucket->address + 8, key->words[2]);
        break;
    case GROUP_KIND_COUNT:
        break;
    }
}

static bool keys_equal(const struct group_key *a, const struct group_key *b)
{
    return a->words[0] == b->words[0] && a->words[1] == b->words[1] && a->words[2] == b->words[2];
}

static struct group_key key_of_group(const struct group_table *table, const struct group *group)
{
    return key_of(table->kind, &table->rows[group->first_row]);
}

/* Peers choose the remote ends; the seed keeps them from choosing collisions. */
static uint32_t hash_of(uint64_t seed, const struct group_key *key)
{
    uint64_t hash = seed;
    for (int i = 0; i < 3; i++) {
        hash = (hash ^ key->words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static bool grow_groups(struct group_table *table)
{
    size_t capacity = table->capacity > 0 ? table->capacity * 2 : 256;
    if (capacity > UINT32_MAX / 2 || capacity > SIZE_MAX / sizeof *table->groups)
        return false;
    struct group *groups = realloc(table->groups, capacity * sizeof *groups);
    if (!groups)
        return false;
    table->groups = groups;
    table->capacity = capacity;
    return true;
}

/* Four times as many slots, since each has to be put into its new place: at least two
 * for each group afterwards. */
static bool grow_slots(struct group_table *table)
{
    size_t count = table->slots ? table->slot_mask + 1 : 0, grown = count > 0 ? count * 4 : 2048;
    if (grown > UINT32_MAX / 2)
        return false;
    struct slot *slots = calloc(grown, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (table->slots[i].group == 0)
            continue;
        size_t at = table->slots[i].hash & (grown - 1);
        while (slots[at].group != 0)
            at = (at + 1) & (grown - 1);
        slots[at] = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->slot_mask = grown - 1;
    return true;
}

/* The index of the row's group, a new one if need be; SIZE_MAX: no memory. */
static size_t table_find(struct group_table *table, uint32_t row, const struct group_key *key,
                         uint32_t hash)
{
    if ((table->count == table->capacity && !grow_groups(table)) ||
        (table->count * 2 >= (table->slots ? table->slot_mask : 0) && !grow_slots(table)))
        return SIZE_MAX;
    size_t at = hash & table->slot_mask;
    for (; table->slots[at].group != 0; at = (at + 1) & table->slot_mask) {
        if (table->slots[at].hash != hash)
            continue;
        size_t index = table->slots[at].group - 1;
        struct group_key other = key_of_group(table, &table->groups[index]);
        if (keys_equal(&other, key))
            return index;
    }
    table->total[table->rows[row].protocol]++;
    table->groups[table->count] = (struct group){.first_row = row, .ports = 1};
    table->slots[at] = (struct slot){.hash = hash, .group = (uint32_t)table->count + 1};
    return table->count++;
}

static void table_release(struct group_table *table)
{
    free(table->groups);
    free(table->slots);
}

/* Rows whose groups are looked up together, so that the memory they lie in is
 * fetched while others are still being hashed: with 50,000 peers each look-up
 * would otherwise wait for it. */
enum { BATCH = 32 };

struct batch {
    uint32_t rows[BATCH];
    struct group_key keys[BATCH];
    uint32_t hashes[BATCH];
    size_t count;
};

static bool look_up(struct group_table *table, const struct batch *batch, struct member *members)
{
    if (table->slots) {
        for (size_t i = 0; i < batch->count; i++)
            __builtin_prefetch(&table->slots[batch->hashes[i] & table->slot_mask]);
        for (size_t i = 0; i < batch->count; i++) {
            uint32_t group = table->slots[batch->hashes[i] & table->slot_mask].group;
            __builtin_prefetch(&table->groups[group > 0 ? group - 1 : 0]);
        }
    }
    for (size_t i = 0; i < batch->count; i++) {
        const struct socket_row *row = &table->rows[batch->rows[i]];
        size_t index = table_find(table, batch->rows[i], &batch->keys[i], batch->hashes[i]);
        if (index == SIZE_MAX)
            return false;
        table->groups[index].sockets++;
        table->groups[index].time_wait +=
            row->protocol == PROTOCOL_TCP && row->state == STATE_TIME_WAIT;
        members[i] = (struct member){.group = (uint32_t)index, .port = row->local_port};
    }
    return true;
}

/* Puts each row into its group. members has room for all rows. */
static bool gather(const struct sockets *sockets,
                   const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT],
                   struct group_table *table, struct member *members, size_t *member_count)
{
    struct batch batch = {.count = 0};
    size_t count = 0;
    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];
        if (row->protocol >= PROTOCOL_COUNT || row->family >= FAMILY_COUNT ||
            !range_contains(ranges[row->protocol][row->family], row->local_port) ||
            (table->kind == GROUP_REMOTE && !row->has_remote))
            continue;
        batch.rows[batch.count] = (uint32_t)i;
        batch.keys[batch.count] = key_of(table->kind, row);
        batch.hashes[batch.count] = hash_of(table->seed, &batch.keys[batch.count]);
        if (++batch.count < BATCH)
            continue;
        if (!look_up(table, &batch, members + count))
            return false;
        count += batch.count;
        batch.count = 0;
    }
    if (!look_up(table, &batch, members + count))
        return false;
    *member_count = count + batch.count;
    return true;
}

/* Counts each group's ports. Once the members stand in the order of their ports,
 * a group meets a port for the first time when its latest one is another. Members
 * that are alone in their group, as each may be, need no such order. */
static void count_ports(struct group_table *table, const struct member *members,
                        size_t member_count, uint32_t *ordered, uint32_t starts[ALL_PORTS + 1])
{
    if (table->count == member_count)
        return;
    memset(starts, 0, (ALL_PORTS + 1) * sizeof *starts);
    for (size_t i = 0; i < member_count; i++) {
        struct group *group = &table->groups[members[i].group];
        group->ports = group->sockets == 1;
        starts[members[i].port + 1] += group->sockets > 1;
    }
    for (uint32_t port = 0; port < ALL_PORTS; port++)
        starts[port + 1] += starts[port];
    size_t count = starts[ALL_PORTS];
    for (size_t i = 0; i < member_count; i++)
        if (table->groups[members[i].group].sockets > 1)
            ordered[starts[members[i].port]++] = members[i].group;
    /* starts[port] is now where the next port begins. */
    size_t i = 0;
    for (uint32_t port = 0; port < ALL_PORTS; port++)
        for (; i < starts[port]; i++) {
            if (i + 16 < count)
                __builtin_prefetch(&table->groups[ordered[i + 16]]);
            struct group *group = &table->groups[ordered[i]];
            group->ports += group->latest_port != port + 1;
            group->latest_port = port + 1;
        }
}

/* ---------------------------------------------------------------- order */

/* What groups are ordered by, from what matters most (0) to what matters least: most
 * ports first, then the key, which no two have in common. */
enum { SORT_WORDS = 4 };

static uint64_t sort_word(const struct group_table *table, uint32_t index, int which)
{
    const struct group *group = &table->groups[index];
    return which == 0 ? ALL_PORTS - group->ports : key_of_group(table, group).words[which - 1];
}

/* A group on its way to its place: the part of its key that is looked at now. */
struct sorted {
    uint64_t word;
    uint32_t index;
};

/* Orders by one byte of the words, equal ones staying as they stand. */
static void sort_by_byte(const struct sorted *from, struct sorted *to, size_t count, unsigned shift)
{
    size_t starts[256] = {0}, sum = 0;
    for (size_t i = 0; i < count; i++)
        starts[from[i].word >> shift & 0xff]++;
    for (int i = 0; i < 256; i++) {
        size_t here = starts[i];
        starts[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].word >> shift & 0xff]++] = from[i];
}

/* A radix sort from the least byte to the greatest: linear, whatever the peers
 * that choose the keys are up to. Bytes that all have in common are passed over.
 * a has the indexes; b has the same room. Returns the one with the result. */
static const struct sorted *sort_groups(const struct group_table *table, size_t count,
                                        struct sorted *a, struct sorted *b)
{
    for (int which = SORT_WORDS - 1; which >= 0; which--) {
        uint64_t differing = 0, first = sort_word(table, a[0].index, which);
        for (size_t i = 0; i < count; i++) {
            a[i].word = sort_word(table, a[i].index, which);
            differing |= a[i].word ^ first;
        }
        for (unsigned shift = 0; shift < 64; shift += 8) {
            if ((differing >> shift & 0xff) == 0)
                continue;
            sort_by_byte(a, b, count, shift);
            struct sorted *other = a;
            a = b;
            b = other;
        }
    }
    return a;
}

static bool comes_before(const struct group_table *table, uint32_t a, uint32_t b)
{
    for (int which = 0; which < SORT_WORDS; which++) {
        uint64_t of_a = sort_word(table, a, which), of_b = sort_word(table, b, which);
        if (of_a != of_b)
            return of_a < of_b;
    }
    return false;
}

/* The first groups, as a heap with the last of them on top: to find a few of many
 * takes little more than a look at each. */
struct chosen {
    struct sorted *groups;
    size_t count, most;
};

static void choose(const struct group_table *table, struct chosen *chosen, uint32_t index)
{
    struct sorted *groups = chosen->groups;
    size_t at, next;
    if (chosen->count < chosen->most) {
        for (at = chosen->count++; at > 0; at = next) {
            next = (at - 1) / 2;
            if (!comes_before(table, groups[next].index, index))
                break;
            groups[at].index = groups[next].index;
        }
    } else {
        if (chosen->most == 0 || !comes_before(table, index, groups[0].index))
            return;
        for (at = 0; (next = 2 * at + 1) < chosen->count; at = next) {
            if (next + 1 < chosen->count &&
                comes_before(table, groups[next].index, groups[next + 1].index))
                next++;
            if (!comes_before(table, index, groups[next].index))
                break;
            groups[at].index = groups[next].index;
        }
    }
    groups[at].index = index;
}

static enum protocol protocol_of(const struct group_table *table, size_t index)
{
    return (enum protocol)table->rows[table->groups[index].first_row].protocol;
}

/* Of each protocol the first ones, then all of these in one order. */
static size_t choose_groups(const struct group_table *table, size_t most, struct sorted *sorted)
{
    struct chosen chosen[PROTOCOL_COUNT];
    size_t count = 0;
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        chosen[p] = (struct chosen){.groups = sorted + count,
                                    .most = most < table->total[p] ? most : table->total[p]};
        count += chosen[p].most;
    }
    if (count == table->count)
        for (size_t i = 0; i < count; i++)
            sorted[i].index = (uint32_t)i;
    else
        for (size_t i = 0; i < table->count; i++)
            choose(table, &chosen[protocol_of(table, i)], (uint32_t)i);
    return count;
}

static bool list_groups(const struct group_table *table, size_t most, struct usage_groups *groups)
{
    struct usage_groups listed = {0};
    size_t room = 0;
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        listed.total[p] = table->total[p];
        room += most < table->total[p] ? most : table->total[p];
    }
    if (room == 0) {
        *groups = listed;
        return true;
    }
    listed.rows = calloc(room, sizeof *listed.rows);
    struct sorted *sorted = malloc(2 * room * sizeof *sorted);
    bool is_made = listed.rows && sorted;
    if (is_made) {
        listed.count = choose_groups(table, most, sorted);
        const struct sorted *order = sort_groups(table, room, sorted, sorted + room);
        for (size_t i = 0; i < room; i++) {
            const struct group *group = &table->groups[order[i].index];
            struct group_key key = key_of_group(table, group);
            listed.rows[i].ports = group->ports;
            listed.rows[i].sockets = group->sockets;
            listed.rows[i].time_wait = group->time_wait;
            unpack_key(table->kind, &key, &listed.rows[i]);
        }
        *groups = listed;
    } else {
        free(listed.rows);
    }
    free(sorted);
    return is_made;
}

bool usage_group(const struct sockets *sockets, enum usage_group kind,
                 const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT], size_t most,
                 struct usage_groups *groups, struct fault *fault)
{
    size_t room = sockets->count > 0 ? sockets->count : 1, member_count = 0;
    if (room > UINT32_MAX || room > SIZE_MAX / sizeof(struct member))
        return fault_no_memory(fault);
    struct member *members = malloc(room * sizeof *members);
    uint32_t *ordered = malloc(room * sizeof *ordered);
    uint32_t *starts = malloc((ALL_PORTS + 1) * sizeof *starts);
    /* Where memory happens to lie is as good as a random number here. */
    struct group_table table = {.kind = kind,
                                .rows = sockets->rows,
                                .seed =
                                    (uint64_t)(uintptr_t)members * UINT64_C(0xd6e8feb86659fd93)};

    bool is_made =
        members && ordered && starts && gather(sockets, ranges, &table, members, &member_count);
    if (is_made) {
        count_ports(&table, members, member_count, ordered, starts);
        is_made = list_groups(&table, most, groups);
    }
    free(starts);
    free(ordered);
    free(members);
    table_release(&table);
    return is_made || fault_no_memory(fault);
}

void usage_groups_release(struct usage_groups *groups)
{
    free(groups->rows);
    *groups = (struct usage_groups){0};
}

const char *usage_owner_words(uint32_t owner, bool waits)
{
    if (owner == OWNER_UNKNOWN)
        return "(process unknown)";
    if (owner == 0)
        return waits ? "(TIME_WAIT, no process)" : "(no process)";
    return NULL;
}
