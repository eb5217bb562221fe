#include "gui/model/usage_rows.h"

#include <stdlib.h>
#include <string.h>

#include "gui/model/rows_sort.h"
#include "gui/model/rows_text.h"

enum {
    OWNER_CACHE = 1024,
    CELL_SIZE = 512,
    SLOT_EMPTY = 0xffffffff,
};

void usage_rows_init(struct usage_rows *usage_rows)
{
    memset(usage_rows, 0, sizeof *usage_rows);
    text_init(&usage_rows->texts);
    text_init(&usage_rows->spare_texts);
    usage_rows->column = USAGE_ROWS_PORTS;
    usage_rows->is_descending = true;
}

void usage_rows_release(struct usage_rows *usage_rows)
{
    text_release(&usage_rows->texts);
    text_release(&usage_rows->spare_texts);
    free(usage_rows->rows);
    free(usage_rows->spare);
    free(usage_rows->names);
    free(usage_rows->order);
    free(usage_rows->shown);
    free(usage_rows->slots);
    free(usage_rows->work);
    free(usage_rows->keys);
    usage_rows_init(usage_rows);
}

void usage_rows_clear(struct usage_rows *usage_rows)
{
    usage_rows->is_filled = false;
    usage_rows->count = usage_rows->shown_count = 0;
}

/* ---- memory that only grows ------------------------------------------- */

static bool make_room(struct usage_rows *usage_rows, size_t rows)
{
    size_t order = usage_rows->work_capacity, shown = order, work = order;

    if (!rows_grow((void **)&usage_rows->rows, &usage_rows->capacity, rows,
                   sizeof *usage_rows->rows))
        return false;
    if (rows <= order)
        return true;
    if (!rows_grow((void **)&usage_rows->order, &order, rows, sizeof *usage_rows->order) ||
        !rows_grow((void **)&usage_rows->shown, &shown, rows, sizeof *usage_rows->shown) ||
        !rows_grow((void **)&usage_rows->work, &work, rows, sizeof *usage_rows->work))
        return false;
    usage_rows->work_capacity = work;
    return true;
}

/* ---- names ------------------------------------------------------------ */

static uint32_t add_text(struct usage_rows *usage_rows, const char *string)
{
    size_t at = usage_rows->texts.length;

    text_append(&usage_rows->texts, string, strlen(string) + 1);
    return usage_rows->texts.is_broken ? 0 : (uint32_t)at;
}

/* Adds a name and returns its index. image: NULL if it equals `shown`. If memory runs out, returns
 * 0, the index of the empty name. */
static uint32_t add_name(struct usage_rows *usage_rows, const char *shown, const char *image)
{
    struct usage_rows_name *name;

    if (!rows_grow((void **)&usage_rows->names, &usage_rows->name_capacity,
                   usage_rows->name_count + 1, sizeof *usage_rows->names))
        return 0;
    name = &usage_rows->names[usage_rows->name_count];
    name->at = add_text(usage_rows, shown);
    name->image = image ? add_text(usage_rows, image) : name->at;
    name->rank = 0;
    return (uint32_t)usage_rows->name_count++;
}

/* Returns the owner, or OWNER_UNKNOWN if the tables were read without owners. Tables without owners
 * contain 0, which would mean "no process". */
static uint32_t owner_of(const struct usage_rows_input *input, uint32_t owner)
{
    return input->sockets->has_owners ? owner : (uint32_t)OWNER_UNKNOWN;
}

static uint32_t name_owner(struct usage_rows *usage_rows, const struct usage_rows_input *input,
                           uint32_t owner, bool waits, const char *described)
{
    const struct process *process;
    char buffer[300];
    struct text shown, image;
    const char *words = usage_owner_words(owner, waits);
    uint32_t name;

    if (words)
        return add_name(usage_rows, words, "");
    if (!input->has_names)
        return add_name(usage_rows, "(name unknown)", "");
    process = processes_find(input->processes, owner);
    text_init(&shown);
    text_init(&image);
    processes_name(input->processes, owner, buffer);
    text_safe(&shown, buffer, strlen(buffer));
    if (process)
        text_safe(&image, process->name, strlen(process->name));
    name = add_name(usage_rows, described ? described : text_string(&shown), text_string(&image));
    text_release(&image);
    text_release(&shown);
    return name;
}

/* ---- rows of a sample ------------------------------------------------- */

static uint32_t hash_key(const struct usage_rows_key *key)
{
    uint64_t words[sizeof *key / 8], hash = 0x9e3779b97f4a7c15u;

    _Static_assert(sizeof words == sizeof *key, "the size of a key is a multiple of 8");
    memcpy(words, key, sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        hash = (hash ^ words[i]) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static void take_group(struct usage_rows *usage_rows, const struct usage_rows_input *input,
                       size_t index)
{
    const struct usage_bucket *bucket = &input->groups->rows[index];
    struct usage_rows_row *row = &usage_rows->rows[usage_rows->count++];
    const char *described;

    memset(row, 0, sizeof *row);
    row->key.protocol = (uint8_t)bucket->protocol;
    row->ports = bucket->ports;
    row->sockets = bucket->sockets;
    row->time_wait = bucket->time_wait;
    row->processes = bucket->processes;
    switch (input->kind) {
    case GROUP_PROCESS:
    case GROUP_NAME:
        row->owner = row->key.owner = owner_of(input, bucket->owner);
        described = input->group_names ? input->group_names[index] : NULL;
        row->name = name_owner(usage_rows, input, row->owner, bucket->time_wait == bucket->sockets,
                               described);
        return;
    case GROUP_STATE:
        row->key.state = bucket->state;
        row->name = add_name(usage_rows, port_state_name((enum port_state)bucket->state), NULL);
        return;
    case GROUP_REMOTE:
        row->key.remote_port = bucket->port;
        /* fall through */
    default:
        row->key.family = bucket->family;
        memcpy(row->key.remote, bucket->address, sizeof row->key.remote);
        return;
    }
}

struct owner_cache {
    uint32_t owner[OWNER_CACHE], name[OWNER_CACHE];
    bool waits[OWNER_CACHE], is_used[OWNER_CACHE];
};

static uint32_t cached_name(struct usage_rows *usage_rows, const struct usage_rows_input *input,
                            struct owner_cache *cache, uint32_t owner, bool waits)
{
    size_t at = (size_t)(owner * 2654435761u >> 22) ^ (waits ? 1u : 0);

    if (!cache->is_used[at] || cache->owner[at] != owner || cache->waits[at] != waits) {
        cache->name[at] = name_owner(usage_rows, input, owner, waits, NULL);
        cache->owner[at] = owner;
        cache->waits[at] = waits;
        cache->is_used[at] = true;
    }
    return cache->name[at];
}

static void take_sockets(struct usage_rows *usage_rows, const struct usage_rows_input *input)
{
    struct owner_cache cache;

    memset(cache.is_used, 0, sizeof cache.is_used);
    for (size_t i = 0; i < input->sockets->count; i++) {
        const struct socket_row *from = &input->sockets->rows[i];
        struct usage_rows_row *row = &usage_rows->rows[usage_rows->count++];

        memset(row, 0, sizeof *row);
        row->key.protocol = from->protocol;
        row->key.family = from->family;
        row->key.has_remote = from->has_remote;
        row->key.local_port = from->local_port;
        memcpy(row->key.local, from->local, sizeof row->key.local);
        if (from->has_remote) {
            row->key.remote_port = from->remote_port;
            memcpy(row->key.remote, from->remote, sizeof row->key.remote);
        } else {
            row->key.owner = owner_of(input, from->owner);
        }
        row->owner = owner_of(input, from->owner);
        row->state = from->state;
        row->sockets = row->ports = 1;
        row->time_wait = from->state == STATE_TIME_WAIT;
        row->name =
            cached_name(usage_rows, input, &cache, row->owner, from->state == STATE_TIME_WAIT);
    }
}

/* ---- new, changed, gone ----------------------------------------------- */

static bool key_equal(const struct usage_rows_row *a, const struct usage_rows_row *b)
{
    return a->hash == b->hash && memcmp(&a->key, &b->key, sizeof a->key) == 0;
}

static bool build_slots(struct usage_rows *usage_rows)
{
    size_t wanted = 64;

    while (wanted < usage_rows->spare_count * 2)
        wanted *= 2;
    if (wanted > usage_rows->slot_count) {
        uint32_t *slots = realloc(usage_rows->slots, wanted * sizeof *slots);

        if (!slots)
            return false;
        usage_rows->slots = slots;
        usage_rows->slot_count = wanted;
    }
    memset(usage_rows->slots, 0xff, usage_rows->slot_count * sizeof *usage_rows->slots);
    for (size_t i = 0; i < usage_rows->spare_count; i++) {
        size_t at = usage_rows->spare[i].hash & (usage_rows->slot_count - 1);

        while (usage_rows->slots[at] != SLOT_EMPTY)
            at = (at + 1) & (usage_rows->slot_count - 1);
        usage_rows->slots[at] = (uint32_t)i;
    }
    return true;
}

/* Finds the previous row with the same key. Rows usually come in the previous order, so the
 * function tries the row after the last match first. Each previous row is found only once, so two
 * equal sockets get two different rows. */
static size_t find_before(struct usage_rows *usage_rows, const struct usage_rows_row *row,
                          size_t *next, bool *has_slots, bool *is_broken)
{
    const struct usage_rows_row *spare = usage_rows->spare;

    if (*next < usage_rows->spare_count && !spare[*next].is_found && key_equal(&spare[*next], row))
        return (*next)++;
    if (!*has_slots) {
        if (!build_slots(usage_rows)) {
            *is_broken = true;
            return SLOT_EMPTY;
        }
        *has_slots = true;
    }
    for (size_t at = row->hash & (usage_rows->slot_count - 1); usage_rows->slots[at] != SLOT_EMPTY;
         at = (at + 1) & (usage_rows->slot_count - 1)) {
        uint32_t index = usage_rows->slots[at];

        if (!spare[index].is_found && key_equal(&spare[index], row)) {
            *next = index + 1;
            return index;
        }
    }
    return SLOT_EMPTY;
}

static bool is_changed(const struct usage_rows_row *before, const struct usage_rows_row *row)
{
    return before->ports != row->ports || before->sockets != row->sockets ||
           before->time_wait != row->time_wait || before->state != row->state ||
           before->owner != row->owner || before->processes != row->processes;
}

/* Compares the rows with the previous rows and marks them. Writes the new index of each previous
 * row to usage_rows->work; SLOT_EMPTY: the row is gone. */
static bool match(struct usage_rows *usage_rows)
{
    size_t next = 0;
    bool has_slots = false, is_broken = false;

    for (size_t i = 0; i < usage_rows->spare_count; i++) {
        usage_rows->work[i] = SLOT_EMPTY;
        /* Rows that were gone are not compared; if such a row returns, it is marked as new. */
        usage_rows->spare[i].is_found = usage_rows->spare[i].mark == MARK_GONE;
    }
    for (size_t i = 0; i < usage_rows->count && !is_broken; i++) {
        struct usage_rows_row *row = &usage_rows->rows[i];
        size_t before = find_before(usage_rows, row, &next, &has_slots, &is_broken);

        if (before == SLOT_EMPTY) {
            row->mark = MARK_NEW;
            continue;
        }
        usage_rows->spare[before].is_found = true;
        usage_rows->work[before] = (uint32_t)i;
        row->mark = is_changed(&usage_rows->spare[before], row) ? MARK_CHANGED : MARK_NONE;
        /* The result of the filter remains valid if the row is unchanged. */
        row->is_match = usage_rows->spare[before].is_match;
        row->is_found = row->mark == MARK_NONE && usage_rows->spare[before].mark == MARK_NONE;
    }
    return !is_broken;
}

static void append_gone_rows(struct usage_rows *usage_rows, const struct usage_rows_name *names)
{
    for (size_t i = 0; i < usage_rows->spare_count; i++) {
        const struct usage_rows_row *before = &usage_rows->spare[i];
        struct usage_rows_row *row;

        if (before->is_found)
            continue;
        usage_rows->work[i] = (uint32_t)usage_rows->count;
        row = &usage_rows->rows[usage_rows->count++];
        *row = *before;
        row->mark = MARK_GONE;
        row->is_found = false;
        row->name =
            add_name(usage_rows, rows_string(&usage_rows->spare_texts, names[before->name].at),
                     rows_string(&usage_rows->spare_texts, names[before->name].image));
    }
}

/* Orders the rows as before and appends the new rows. The sort that follows is stable, so rows with
 * equal keys do not move. */
static void order_as_before(struct usage_rows *usage_rows, uint32_t *before, size_t before_count)
{
    size_t at = 0;

    for (size_t i = 0; i < before_count; i++)
        if (usage_rows->work[before[i]] != SLOT_EMPTY)
            usage_rows->shown[at++] = usage_rows->work[before[i]];
    for (size_t i = 0; i < usage_rows->count; i++)
        if (usage_rows->rows[i].mark == MARK_NEW)
            usage_rows->shown[at++] = (uint32_t)i;
    memcpy(usage_rows->order, usage_rows->shown, at * sizeof *usage_rows->order);
}

/* ---- filtering -------------------------------------------------------- */

static const enum usage_rows_column group_columns[] = {
    USAGE_ROWS_NAME,  USAGE_ROWS_PID,   USAGE_ROWS_PROTOCOL, USAGE_ROWS_PORTS,
    USAGE_ROWS_SHARE, USAGE_ROWS_COUNT, USAGE_ROWS_WAITING,  USAGE_ROWS_MARK,
};

static const enum usage_rows_column socket_columns[] = {
    USAGE_ROWS_PROTOCOL, USAGE_ROWS_LOCAL, USAGE_ROWS_REMOTE, USAGE_ROWS_STATE,
    USAGE_ROWS_PROCESS,  USAGE_ROWS_PID,   USAGE_ROWS_MARK,
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool passes(const struct usage_rows *usage_rows, const struct usage_rows_row *row)
{
    bool is_socket = usage_rows->kind == USAGE_ROWS_SOCKETS;
    const enum usage_rows_column *columns = is_socket ? socket_columns : group_columns;
    size_t count = is_socket ? sizeof socket_columns / sizeof *socket_columns
                             : sizeof group_columns / sizeof *group_columns;
    char cell[CELL_SIZE];

    for (size_t i = 0; i < count; i++) {
        rows_text_cell(usage_rows, row, columns[i], cell, sizeof cell);
        for (char *c = cell; *c; c++)
            *c = lower(*c);
        if (strstr(cell, usage_rows->filter))
            return true;
    }
    return false;
}

static void pick(struct usage_rows *usage_rows)
{
    usage_rows->shown_count = 0;
    for (size_t i = 0; i < usage_rows->count; i++) {
        const struct usage_rows_row *row = &usage_rows->rows[usage_rows->order[i]];

        if (!usage_rows->hides[row->key.protocol] && (!*usage_rows->filter || row->is_match))
            usage_rows->shown[usage_rows->shown_count++] = usage_rows->order[i];
    }
}

/* Applies the filter to all rows. is_narrower: the filter text contains the previous filter text,
 * so only rows that matched before can match. */
static void match_all(struct usage_rows *usage_rows, bool is_narrower)
{
    for (size_t i = 0; i < usage_rows->count && *usage_rows->filter; i++)
        if (!is_narrower || usage_rows->rows[i].is_match)
            usage_rows->rows[i].is_match = passes(usage_rows, &usage_rows->rows[i]);
}

void usage_rows_filter(struct usage_rows *usage_rows, const char *utf8)
{
    char filter[sizeof usage_rows->filter];
    bool is_narrower;
    size_t length = 0;

    for (; utf8[length] && length + 1 < sizeof filter; length++)
        filter[length] = lower(utf8[length]);
    filter[length] = '\0';
    if (strcmp(filter, usage_rows->filter) == 0)
        return;
    is_narrower = *usage_rows->filter && strstr(filter, usage_rows->filter);
    memcpy(usage_rows->filter, filter, length + 1);
    match_all(usage_rows, is_narrower);
    pick(usage_rows);
}

void usage_rows_hide(struct usage_rows *usage_rows, enum protocol protocol, bool is_hidden)
{
    if (usage_rows->hides[protocol] == is_hidden)
        return;
    usage_rows->hides[protocol] = is_hidden;
    pick(usage_rows);
}

void usage_rows_sort(struct usage_rows *usage_rows, enum usage_rows_column column,
                     bool is_descending)
{
    usage_rows->column = column;
    usage_rows->is_descending = is_descending;
    rows_sort(usage_rows);
    pick(usage_rows);
}

/* ---- filling ---------------------------------------------------------- */

static void note_available(struct usage_rows *usage_rows, const struct usage *usage)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        usage_rows->available[p] = usage_available(&usage[p], usage_fuller(&usage[p]));
}

static void swap_buffers(struct usage_rows *usage_rows)
{
    struct usage_rows_row *rows = usage_rows->rows;
    struct text texts = usage_rows->texts;
    size_t capacity = usage_rows->capacity;

    usage_rows->rows = usage_rows->spare;
    usage_rows->capacity = usage_rows->spare_capacity;
    usage_rows->texts = usage_rows->spare_texts;
    usage_rows->spare = rows;
    usage_rows->spare_capacity = capacity;
    usage_rows->spare_count = usage_rows->count;
    usage_rows->spare_texts = texts;
    usage_rows->count = 0;
    usage_rows->texts.length = 0;
    usage_rows->texts.is_broken = false;
}

static bool fail(struct usage_rows *usage_rows, struct usage_rows_name *names, struct fault *fault)
{
    free(names);
    usage_rows_clear(usage_rows);
    return fault_no_memory(fault);
}

bool usage_rows_fill(struct usage_rows *usage_rows, const struct usage_rows_input *input,
                     struct fault *fault)
{
    size_t count = input->kind == USAGE_ROWS_SOCKETS ? input->sockets->count : input->groups->count;
    bool compares = usage_rows->is_filled && usage_rows->kind == input->kind;
    bool is_same_source =
        compares && input->kind == USAGE_ROWS_SOCKETS && usage_rows->had_names == input->has_names;
    struct usage_rows_name *names_before = usage_rows->names;
    uint32_t *order_before = NULL;
    size_t order_count;

    if (!compares)
        usage_rows->count = 0;
    swap_buffers(usage_rows);
    order_count = usage_rows->spare_count;
    usage_rows->names = NULL;
    usage_rows->name_count = usage_rows->name_capacity = 0;
    usage_rows->kind = input->kind;
    usage_rows->had_names = input->has_names;
    note_available(usage_rows, input->usage);
    if (!make_room(usage_rows, count + usage_rows->spare_count))
        return fail(usage_rows, names_before, fault);
    add_name(usage_rows, "", NULL); /* the name with index 0 is empty */
    if (input->kind == USAGE_ROWS_SOCKETS)
        take_sockets(usage_rows, input);
    else
        for (size_t i = 0; i < count; i++)
            take_group(usage_rows, input, i);
    for (size_t i = 0; i < usage_rows->count; i++)
        usage_rows->rows[i].hash = hash_key(&usage_rows->rows[i].key);
    if (compares) {
        order_before = malloc((order_count + 1) * sizeof *order_before);
        if (!order_before || !match(usage_rows)) {
            free(order_before);
            return fail(usage_rows, names_before, fault);
        }
        memcpy(order_before, usage_rows->order, order_count * sizeof *order_before);
        append_gone_rows(usage_rows, names_before);
        order_as_before(usage_rows, order_before, order_count);
        free(order_before);
    } else {
        for (size_t i = 0; i < usage_rows->count; i++)
            usage_rows->order[i] = (uint32_t)i;
    }
    free(names_before);
    if (usage_rows->texts.is_broken)
        return fail(usage_rows, NULL, fault);
    usage_rows->is_filled = true;
    for (size_t i = 0; i < usage_rows->count && *usage_rows->filter; i++)
        if (!is_same_source || !usage_rows->rows[i].is_found)
            usage_rows->rows[i].is_match = passes(usage_rows, &usage_rows->rows[i]);
    rows_sort(usage_rows);
    pick(usage_rows);
    return true;
}

/* ---- rows as they are shown ------------------------------------------- */

int usage_rows_find(const struct usage_rows *usage_rows, const struct usage_rows_key *key)
{
    uint32_t hash = hash_key(key);

    for (size_t i = 0; i < usage_rows->shown_count; i++) {
        const struct usage_rows_row *row = &usage_rows->rows[usage_rows->shown[i]];

        if (row->hash == hash && memcmp(&row->key, key, sizeof *key) == 0)
            return (int)i;
    }
    return -1;
}

/* ---- ports ------------------------------------------------------------ */

static bool is_of_group(const struct usage_rows_input *input, const struct usage_rows_row *group,
                        const struct socket_row *socket)
{
    if (socket->protocol != group->key.protocol)
        return false;
    switch (input->kind) {
    case GROUP_PROCESS:
        return owner_of(input, socket->owner) == group->owner;
    case GROUP_NAME:
        return usage_same_name(input->processes, owner_of(input, socket->owner), group->owner);
    case GROUP_REMOTE:
        return socket->has_remote && socket->family == group->key.family &&
               socket->remote_port == group->key.remote_port &&
               memcmp(socket->remote, group->key.remote, sizeof socket->remote) == 0;
    case GROUP_STATE:
        return port_state_of(socket) == (enum port_state)group->key.state;
    default:
        return socket->family == group->key.family &&
               memcmp(socket->local, group->key.remote, sizeof socket->local) == 0;
    }
}

bool usage_rows_first_port(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                           const struct usage_rows_input *input, uint16_t *port)
{
    bool is_found = false;

    if (usage_rows->kind == USAGE_ROWS_SOCKETS) {
        *port = row->key.local_port;
        return *port != 0;
    }
    for (size_t i = 0; i < input->sockets->count; i++) {
        const struct socket_row *socket = &input->sockets->rows[i];

        if ((is_found && socket->local_port >= *port) ||
            !range_contains(input->usage[socket->protocol].range[socket->family],
                            socket->local_port) ||
            !is_of_group(input, row, socket))
            continue;
        *port = socket->local_port;
        is_found = true;
    }
    return is_found;
}
