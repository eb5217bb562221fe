#include "core/diagnosis/top_users.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/quote.h"
#include "core/use/usage_groups.h"

static bool is_somebody(uint32_t owner)
{
    return owner != 0 && owner != (uint32_t)OWNER_UNKNOWN;
}

/* ---- rows of one kind, so that usage.h can count them ----------------- */

/* Selects rows of one pool by the first of is_waiting, program and remote that is set, or by
 * owner if none of them is set. */
struct filter {
    struct pool pool;
    uint32_t owner;                  /* rows of this process */
    const struct remote_end *remote; /* rows to this endpoint; may be NULL */
    bool is_waiting;                 /* rows in TIME_WAIT */
    const char *program;             /* rows of this program's processes; may be NULL */
    const struct processes *processes;
};

static bool is_of_program(const struct filter *filter, uint32_t owner)
{
    const struct process *process = processes_find(filter->processes, owner);

    return process && ascii_compare(process->name, filter->program) == 0;
}

static bool leads_to(const struct socket_row *row, const struct remote_end *remote)
{
    return row->protocol == PROTOCOL_TCP && row->has_remote &&
           row->family == (uint8_t)remote->family && row->remote_port == remote->port &&
           memcmp(row->remote, remote->address, sizeof row->remote) == 0;
}

static bool passes(const struct filter *filter, const struct socket_row *row)
{
    if (row->protocol != (uint8_t)filter->pool.protocol ||
        row->family != (uint8_t)filter->pool.family)
        return false;
    if (filter->is_waiting)
        return row->state == STATE_TIME_WAIT;
    if (filter->program)
        return is_of_program(filter, row->owner);
    return filter->remote ? leads_to(row, filter->remote) : row->owner == filter->owner;
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
                           struct port_range range, struct usage_count *count, struct fault *fault)
{
    struct port_range ranges[FAMILY_COUNT] = {{0, 0}};
    struct sockets selected;
    struct usage usage;

    ranges[filter->pool.family] = range;

    if (!select_rows(sockets, filter, &selected, fault))
        return false;
    usage_count(&selected, filter->pool.protocol, ranges, &usage);
    sockets_release(&selected);
    *count = usage.family[filter->pool.family];
    return true;
}

/* ---- processes -------------------------------------------------------- */

/* The range of the pool, in the form that usage_group() takes: only ports of this pool count. */
struct pool_ranges {
    struct port_range of[PROTOCOL_COUNT][FAMILY_COUNT];
};

static struct pool_ranges only(struct pool pool, struct port_range range)
{
    struct pool_ranges ranges = {{{{0, 0}}}};

    ranges.of[pool.protocol][pool.family] = range;
    return ranges;
}

static struct port_range range_of(const struct snapshot *snapshot, struct pool pool)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];

    survey_ranges(&snapshot->survey, ranges);
    return ranges[pool.protocol][pool.family];
}

static bool look_back(const struct snapshot *snapshot, const struct filter *filter,
                      struct top_user *top_user, struct fault *fault)
{
    struct usage_count then;

    if (!snapshot->earlier_count)
        return true;
    if (!count_selected(&snapshot->earlier[0], filter, range_of(snapshot, filter->pool), &then,
                        fault))
        return false;
    if (then.in_use) {
        top_user->watched_ms = snapshot->sockets.taken_ms - snapshot->earlier[0].taken_ms;
        top_user->ports_then = then.in_use;
    }
    return true;
}

bool top_user_process(const struct snapshot *snapshot, struct pool pool, struct top_user *top_user,
                      struct fault *fault)
{
    struct port_range range = range_of(snapshot, pool);
    struct pool_ranges ranges = only(pool, range);
    struct filter filter = {.pool = pool};
    struct usage_groups groups;

    memset(top_user, 0, sizeof *top_user);
    if (!usage_group(&snapshot->sockets, GROUP_PROCESS, ranges.of, SIZE_MAX, &groups, fault))
        return false;
    for (size_t i = 0; i < groups.count && !top_user->is_known; i++)
        if (is_somebody(groups.rows[i].owner)) {
            top_user->is_known = true;
            top_user->process = groups.rows[i].owner;
        }
    usage_groups_release(&groups);
    if (!top_user->is_known)
        return true;
    filter.owner = top_user->process;
    return count_selected(&snapshot->sockets, &filter, range, &top_user->use, fault) &&
           look_back(snapshot, &filter, top_user, fault);
}

/* ---- programs --------------------------------------------------------- */

static bool is_collective(const char *name)
{
    return *name && ascii_compare(name, "svchost.exe") != 0 && ascii_compare(name, "w3wp.exe") != 0;
}

void top_program_print(const struct top_program *program, struct text *text)
{
    text_name(text, program->name);
    text_printf(text, " (%u processes)", (unsigned)program->processes);
}

bool top_user_program(const struct snapshot *snapshot, struct pool pool,
                      struct top_program *program, struct fault *fault)
{
    const struct processes *processes = &snapshot->processes;
    struct port_range range = range_of(snapshot, pool);
    struct pool_ranges ranges = only(pool, range);
    struct filter filter = {.pool = pool, .processes = processes};
    struct usage_groups groups;

    memset(program, 0, sizeof *program);
    if (!usage_group_names(&snapshot->sockets, processes, ranges.of, SIZE_MAX, &groups, fault))
        return false;
    for (size_t i = 0; i < groups.count && !program->is_known; i++) {
        const struct usage_bucket *row = &groups.rows[i];
        const struct process *process =
            row->processes > 1 ? processes_find(processes, row->owner) : NULL;

        if (!process || !is_collective(process->name))
            continue;
        program->is_known = true;
        program->name = filter.program = process->name;
        program->processes = row->processes;
    }
    usage_groups_release(&groups);
    return !program->is_known ||
           count_selected(&snapshot->sockets, &filter, range, &program->use, fault);
}

/* ---- remote ends ------------------------------------------------------ */

bool top_user_remotes(const struct snapshot *snapshot, enum family family, struct port_range range,
                      struct remote_end remotes[2], struct fault *fault)
{
    struct pool pool = {PROTOCOL_TCP, family};
    struct pool_ranges ranges = only(pool, range);
    struct usage_groups groups;

    memset(remotes, 0, 2 * sizeof *remotes);
    if (!usage_group(&snapshot->sockets, GROUP_REMOTE, ranges.of, 2, &groups, fault))
        return false;
    for (size_t i = 0; i < groups.count && i < 2; i++) {
        const struct usage_bucket *row = &groups.rows[i];

        remotes[i].is_known = true;
        remotes[i].family = family;
        memcpy(remotes[i].address, row->address, sizeof remotes[i].address);
        remotes[i].port = row->port;
        remotes[i].ports = row->ports;
    }
    usage_groups_release(&groups);
    for (size_t i = 0; i < 2 && remotes[i].is_known; i++) {
        struct filter filter = {.pool = pool, .remote = &remotes[i]};
        struct usage_count count;

        if (!count_selected(&snapshot->sockets, &filter, range, &count, fault))
            return false;
        remotes[i].waiting = count.by_state[PORT_TIME_WAIT];
    }
    return true;
}

static bool is_address(const struct socket_row *row, const struct remote_end *remote)
{
    return row->family == (uint8_t)remote->family &&
           memcmp(row->local, remote->address, sizeof row->local) == 0;
}

bool remote_end_is_here(const struct remote_end *remote, const struct snapshot *snapshot)
{
    static const uint8_t loopback_6[16] = {[15] = 1};

    if (remote->family == FAMILY_IPV4 ? remote->address[0] == 127
                                      : memcmp(remote->address, loopback_6, 16) == 0)
        return true;
    for (size_t i = 0; i < snapshot->sockets.count; i++)
        if (is_address(&snapshot->sockets.rows[i], remote))
            return true;
    return false;
}

uint32_t remote_end_listener(const struct remote_end *remote, const struct snapshot *snapshot)
{
    static const uint8_t any[16] = {0};

    for (size_t i = 0; i < snapshot->sockets.count; i++) {
        const struct socket_row *row = &snapshot->sockets.rows[i];

        if (row->protocol == PROTOCOL_TCP && row->state == STATE_LISTEN &&
            row->local_port == remote->port && is_somebody(row->owner) &&
            (is_address(row, remote) || memcmp(row->local, any, sizeof any) == 0))
            return row->owner;
    }
    return 0;
}

/* ---- TIME_WAIT -------------------------------------------------------- */

void wait_measure_make(const struct snapshot *snapshot, enum family family,
                       struct wait_measure *measure)
{
    enum { LEFT_MINIMUM = 20, WATCHED_MINIMUM_MS = 1000 };
    const struct sockets *then = &snapshot->earlier[0], *now = &snapshot->sockets;
    struct filter filter = {.pool = {PROTOCOL_TCP, family}, .is_waiting = true};
    struct sockets waiting;
    struct fault ignored; /* if memory runs out, nothing is measured */

    memset(measure, 0, sizeof *measure);
    measure->watched_ms = snapshot->earlier_count ? now->taken_ms - then->taken_ms : 0;
    if (measure->watched_ms < WATCHED_MINIMUM_MS || !select_rows(now, &filter, &waiting, &ignored))
        return;
    if (waiting.count)
        qsort(waiting.rows, waiting.count, sizeof *waiting.rows, socket_row_compare);
    for (size_t i = 0; i < then->count; i++)
        if (passes(&filter, &then->rows[i])) {
            measure->of++;
            measure->left += !waiting.count || !bsearch(&then->rows[i], waiting.rows, waiting.count,
                                                        sizeof *waiting.rows, socket_row_compare);
        }
    sockets_release(&waiting);
    if (measure->left >= LEFT_MINIMUM)
        measure->seconds = (uint32_t)((uint64_t)measure->of * (uint64_t)measure->watched_ms / 1000 /
                                      measure->left);
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
