#include "core/diagnosis/top_users.h"

#include <stdlib.h>
#include <string.h>

#include "core/use/usage_groups.h"

static bool is_somebody(uint32_t owner)
{
    return owner != 0 && owner != (uint32_t)OWNER_UNKNOWN;
}

/* ---- rows of one kind, so that usage.h can count them ----------------- */

struct filter {
    enum protocol protocol;
    uint32_t owner;                  /* counts the rows of this process if remote is NULL */
    const struct remote_end *remote; /* counts the rows to this endpoint; may be NULL */
};

static bool leads_to(const struct socket_row *row, const struct remote_end *remote)
{
    return row->protocol == PROTOCOL_TCP && row->has_remote &&
           row->family == (uint8_t)remote->family && row->remote_port == remote->port &&
           memcmp(row->remote, remote->address, sizeof row->remote) == 0;
}

static bool passes(const struct filter *filter, const struct socket_row *row)
{
    return row->protocol == (uint8_t)filter->protocol &&
           (filter->remote ? leads_to(row, filter->remote) : row->owner == filter->owner);
}

static bool select_rows(const struct sockets *sockets, const struct filter *filter,
                        struct sockets *selected, struct fault *fault)
{
    size_t count = 0;

    for (size_t i = 0; i < sockets->count; i++)
        count += passes(filter, &sockets->rows[i]);
    sockets_init(selected);
    if (!sockets_reserve(selected, count, fault))
        return false;
    for (size_t i = 0; i < sockets->count; i++)
        if (passes(filter, &sockets->rows[i]))
            selected->rows[selected->count++] = sockets->rows[i];
    return true;
}

static bool count_selected(const struct sockets *sockets, const struct filter *filter,
                           const struct port_range ranges[FAMILY_COUNT], struct usage_count *count,
                           struct fault *fault)
{
    struct sockets selected;
    struct usage usage;

    if (!select_rows(sockets, filter, &selected, fault))
        return false;
    usage_count(&selected, filter->protocol, ranges, &usage);
    sockets_release(&selected);
    *count = usage.united;
    return true;
}

/* ---- processes -------------------------------------------------------- */

static bool look_back(const struct snapshot *snapshot, enum protocol protocol,
                      const struct port_range ranges[FAMILY_COUNT], struct top_user *top_user,
                      struct fault *fault)
{
    struct filter filter = {.protocol = protocol, .owner = top_user->process};
    struct usage_count then;

    if (!snapshot->earlier_count)
        return true;
    if (!count_selected(&snapshot->earlier[0], &filter, ranges, &then, fault))
        return false;
    if (then.in_use) {
        top_user->watched_ms = snapshot->sockets.taken_ms - snapshot->earlier[0].taken_ms;
        top_user->ports_then = then.in_use;
    }
    return true;
}

bool top_user_process(const struct snapshot *snapshot, enum protocol protocol,
                      struct top_user *top_user, struct fault *fault)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct filter filter = {.protocol = protocol};
    struct usage_groups groups;

    memset(top_user, 0, sizeof *top_user);
    survey_ranges(&snapshot->survey, ranges);
    if (!usage_group(&snapshot->sockets, GROUP_PROCESS, ranges, SIZE_MAX, &groups, fault))
        return false;
    for (size_t i = 0; i < groups.count && !top_user->is_known; i++)
        if (groups.rows[i].protocol == protocol && is_somebody(groups.rows[i].owner)) {
            top_user->is_known = true;
            top_user->process = groups.rows[i].owner;
        }
    usage_groups_release(&groups);
    if (!top_user->is_known)
        return true;
    filter.owner = top_user->process;
    return count_selected(&snapshot->sockets, &filter, ranges[protocol], &top_user->use, fault) &&
           look_back(snapshot, protocol, ranges[protocol], top_user, fault);
}

/* ---- remote ends ------------------------------------------------------ */

bool top_user_remote(const struct snapshot *snapshot, const struct port_range ranges[FAMILY_COUNT],
                     struct remote_end *remote, struct fault *fault)
{
    struct port_range all[PROTOCOL_COUNT][FAMILY_COUNT] = {{{0, 0}}};
    struct filter filter = {.protocol = PROTOCOL_TCP, .remote = remote};
    struct usage_groups groups;
    struct usage_count count;

    memset(remote, 0, sizeof *remote);
    memcpy(all[PROTOCOL_TCP], ranges, sizeof all[PROTOCOL_TCP]);
    if (!usage_group(&snapshot->sockets, GROUP_REMOTE, all, 1, &groups, fault))
        return false;
    if (groups.count) {
        const struct usage_bucket *most = &groups.rows[0];

        remote->is_known = true;
        remote->family = (enum family)most->family;
        memcpy(remote->address, most->address, sizeof remote->address);
        remote->port = most->port;
        remote->ports = most->ports;
    }
    usage_groups_release(&groups);
    if (!remote->is_known)
        return true;
    if (!count_selected(&snapshot->sockets, &filter, ranges, &count, fault))
        return false;
    remote->waiting = count.by_state[PORT_TIME_WAIT];
    return true;
}

/* ---- former owners ---------------------------------------------------- */

/* The highest number of processes that are considered for one remote endpoint. */
enum { CANDIDATES_MAX = 64 };

struct candidates {
    struct probable_owner rows[CANDIDATES_MAX];
    size_t count;
};

static struct probable_owner *candidate(struct candidates *candidates, uint32_t process)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->rows[i].process == process)
            return &candidates->rows[i];
    if (candidates->count == CANDIDATES_MAX)
        return NULL;
    candidates->rows[candidates->count] = (struct probable_owner){.process = process};
    return &candidates->rows[candidates->count++];
}

static int compare(const void *a, const void *b)
{
    const struct probable_owner *left = a, *right = b;

    if (left->caught != right->caught)
        return left->caught > right->caught ? -1 : 1;
    if (left->now != right->now)
        return left->now > right->now ? -1 : 1;
    if (left->before != right->before)
        return left->before > right->before ? -1 : 1;
    return left->process < right->process ? -1 : left->process > right->process;
}

size_t top_user_owners(const struct snapshot *snapshot, const struct remote_end *remote,
                       struct probable_owner owners[PROBABLE_OWNERS_MAX])
{
    struct candidates candidates = {.count = 0};
    bool is_waiting[ALL_PORTS] = {false}; /* ports in TIME_WAIT to this endpoint now */
    size_t count;

    for (size_t i = 0; i < snapshot->sockets.count; i++) {
        const struct socket_row *row = &snapshot->sockets.rows[i];
        struct probable_owner *owner;

        if (!leads_to(row, remote))
            continue;
        is_waiting[row->local_port] |= row->state == STATE_TIME_WAIT;
        owner = is_somebody(row->owner) ? candidate(&candidates, row->owner) : NULL;
        if (owner)
            owner->now++;
    }
    for (size_t e = 0; e < snapshot->earlier_count; e++)
        for (size_t i = 0; i < snapshot->earlier[e].count; i++) {
            const struct socket_row *row = &snapshot->earlier[e].rows[i];
            struct probable_owner *owner = leads_to(row, remote) && is_somebody(row->owner)
                                               ? candidate(&candidates, row->owner)
                                               : NULL;

            if (!owner)
                continue;
            owner->before++;
            owner->caught += is_waiting[row->local_port];
            is_waiting[row->local_port] = false; /* count each connection once */
        }
    qsort(candidates.rows, candidates.count, sizeof candidates.rows[0], compare);
    count = candidates.count < PROBABLE_OWNERS_MAX ? candidates.count : PROBABLE_OWNERS_MAX;
    memcpy(owners, candidates.rows, count * sizeof owners[0]);
    return count;
}

void remote_end_print(const struct remote_end *remote, struct text *text)
{
    char buffer[ENDPOINT_SIZE];

    text_puts(text, endpoint_string(buffer, remote->family, remote->address, remote->port));
}
