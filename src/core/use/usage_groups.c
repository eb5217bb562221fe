#include "core/use/usage_groups.h"

#include <stdlib.h>

/* A packed row. After sorting, the rows of a group are adjacent, in the order of their ports. The
 * first word, which is the most significant, contains protocol (8 bits), family or state (8),
 * remote port (16) and owner (32). The other words contain the address. */
struct member {
    uint64_t words[3];
    uint32_t port;
    bool is_time_wait;
};

enum { PROTOCOL_SHIFT = 56, KIND_SHIFT = 48, PORT_SHIFT = 32 };

static uint64_t read_big_endian(const uint8_t bytes[8])
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++)
        word = word << 8 | bytes[i];
    return word;
}

static void write_big_endian(uint8_t bytes[8], uint64_t word)
{
    for (int i = 7; i >= 0; i--, word >>= 8)
        bytes[i] = (uint8_t)word;
}

static void append_address(struct member *member, uint8_t family, const uint8_t address[16])
{
    member->words[0] |= (uint64_t)family << KIND_SHIFT;
    member->words[1] = read_big_endian(address);
    member->words[2] = read_big_endian(address + 8);
}

static struct member pack(enum usage_group kind, const struct socket_row *row)
{
    struct member member = {
        .words = {(uint64_t)row->protocol << PROTOCOL_SHIFT},
        .port = row->local_port,
        .is_time_wait = row->protocol == PROTOCOL_TCP && row->state == STATE_TIME_WAIT,
    };
    switch (kind) {
    case GROUP_PROCESS:
    case GROUP_NAME:
        member.words[0] |= row->owner;
        break;
    case GROUP_STATE:
        member.words[0] |= (uint64_t)port_state_of(row) << KIND_SHIFT;
        break;
    case GROUP_REMOTE:
        member.words[0] |= (uint64_t)row->remote_port << PORT_SHIFT;
        append_address(&member, row->family, row->remote);
        break;
    case GROUP_ADDRESS:
        append_address(&member, row->family, row->local);
        break;
    case GROUP_KIND_COUNT:
        break;
    }
    return member;
}

static struct usage_bucket unpack(enum usage_group kind, const struct member *member)
{
    uint64_t word = member->words[0];
    struct usage_bucket bucket = {.protocol = (enum protocol)(word >> PROTOCOL_SHIFT)};
    switch (kind) {
    case GROUP_PROCESS:
    case GROUP_NAME:
        bucket.owner = (uint32_t)word;
        break;
    case GROUP_STATE:
        bucket.state = (uint8_t)(word >> KIND_SHIFT);
        break;
    case GROUP_REMOTE:
        bucket.port = (uint16_t)(word >> PORT_SHIFT);
        /* fall through */
    case GROUP_ADDRESS:
        bucket.family = (uint8_t)(word >> KIND_SHIFT);
        write_big_endian(bucket.address, member->words[1]);
        write_big_endian(bucket.address + 8, member->words[2]);
        break;
    case GROUP_KIND_COUNT:
        break;
    }
    return bucket;
}

static int compare_keys(const struct member *a, const struct member *b)
{
    for (int i = 0; i < 3; i++)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = compare_keys(a, b);
    return order ? order : (a->port > b->port) - (a->port < b->port);
}

/* Fills `members` with the rows to group, in the order of their groups. `members` must have room
 * for all rows. Returns the number of members. */
static size_t gather(const struct sockets *sockets, enum usage_group kind,
                     const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT],
                     struct member *members)
{
    size_t count = 0;
    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];
        if (row->protocol < PROTOCOL_COUNT && row->family < FAMILY_COUNT &&
            range_contains(ranges[row->protocol][row->family], row->local_port) &&
            (kind != GROUP_REMOTE || row->has_remote))
            members[count++] = pack(kind, row);
    }
    qsort(members, count, sizeof *members, compare_members);
    return count;
}

/* Returns the sort key of a group. Groups with more ports come first. Groups with the same number
 * of ports keep the order in which they were found, the order of their keys. */
static uint64_t rank_of(uint32_t ports, size_t group)
{
    return (uint64_t)(ALL_PORTS - ports) << 32 | (uint32_t)group;
}

static int compare_ranks(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Finds the groups of the sorted members. Sets the start and the rank of each group. Returns the
 * number of groups. */
static size_t find_groups(const struct member *members, size_t count, uint32_t *starts,
                          uint64_t *ranks)
{
    size_t groups = 0;
    for (size_t i = 0, next; i < count; i = next) {
        uint32_t ports = 1;
        for (next = i + 1; next < count && compare_keys(&members[i], &members[next]) == 0; next++)
            ports += members[next].port != members[next - 1].port;
        starts[groups] = (uint32_t)i;
        ranks[groups] = rank_of(ports, groups);
        groups++;
    }
    starts[groups] = (uint32_t)count;
    qsort(ranks, groups, sizeof *ranks, compare_ranks);
    return groups;
}

static struct usage_bucket bucket_of(enum usage_group kind, const struct member *members,
                                     const uint32_t *starts, uint64_t rank)
{
    uint32_t group = (uint32_t)rank, first = starts[group], end = starts[group + 1];
    struct usage_bucket bucket = unpack(kind, &members[first]);
    bucket.ports = ALL_PORTS - (uint32_t)(rank >> 32);
    bucket.sockets = end - first;
    for (uint32_t i = first; i < end; i++)
        bucket.time_wait += members[i].is_time_wait;
    return bucket;
}

static bool list_groups(enum usage_group kind, const struct member *members, const uint32_t *starts,
                        const uint64_t *ranks, size_t group_count, size_t most,
                        struct usage_groups *groups)
{
    struct usage_groups listed = {0};
    size_t room = 0, listed_of[PROTOCOL_COUNT] = {0};
    for (size_t i = 0; i < group_count; i++)
        listed.total[members[starts[i]].words[0] >> PROTOCOL_SHIFT]++;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        room += most < listed.total[p] ? most : listed.total[p];
    if (room > 0 && !(listed.rows = malloc(room * sizeof *listed.rows)))
        return false;
    for (size_t i = 0; listed.count < room; i++) {
        uint64_t protocol = members[starts[(uint32_t)ranks[i]]].words[0] >> PROTOCOL_SHIFT;
        if (listed_of[protocol]++ < most)
            listed.rows[listed.count++] = bucket_of(kind, members, starts, ranks[i]);
    }
    *groups = listed;
    return true;
}

bool usage_group(const struct sockets *sockets, enum usage_group kind,
                 const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT], size_t most,
                 struct usage_groups *groups, struct fault *fault)
{
    if (sockets->count >= UINT32_MAX || sockets->count >= SIZE_MAX / sizeof(struct member))
        return fault_no_memory(fault);
    struct member *members = malloc((sockets->count + 1) * sizeof *members);
    uint32_t *starts = malloc((sockets->count + 1) * sizeof *starts);
    uint64_t *ranks = malloc((sockets->count + 1) * sizeof *ranks);

    bool is_made = members && starts && ranks;
    if (is_made) {
        size_t count = gather(sockets, kind, ranges, members);
        size_t group_count = find_groups(members, count, starts, ranks);
        is_made = list_groups(kind, members, starts, ranks, group_count, most, groups);
    }
    free(ranks);
    free(starts);
    free(members);
    return is_made || fault_no_memory(fault);
}

void usage_groups_release(struct usage_groups *groups)
{
    free(groups->rows);
    *groups = (struct usage_groups){0};
}

bool usage_group_has_owners(enum usage_group kind)
{
    return kind == GROUP_PROCESS || kind == GROUP_NAME;
}

const char *usage_owner_words(uint32_t owner, bool waits)
{
    if (owner == OWNER_UNKNOWN)
        return "(process unknown)";
    if (owner == 0)
        return waits ? "(TIME_WAIT, no process)" : "(no process)";
    return NULL;
}
