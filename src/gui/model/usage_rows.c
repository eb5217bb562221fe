#include "gui/model/usage_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/use/csv.h"

enum {
    KEY_BYTES = 20,  /* the widest thing to sort by: family, address, port */
    OWNER_CACHE = 1024,
    CELL_SIZE = 512,
    SLOT_EMPTY = 0xffffffff,
};

void roster_init(struct roster *roster)
{
    memset(roster, 0, sizeof *roster);
    text_init(&roster->texts);
    text_init(&roster->spare_texts);
    roster->column = ROSTER_PORTS;
    roster->is_descending = true;
}

void roster_release(struct roster *roster)
{
    text_release(&roster->texts);
    text_release(&roster->spare_texts);
    free(roster->rows);
    free(roster->spare);
    free(roster->names);
    free(roster->order);
    free(roster->shown);
    free(roster->slots);
    free(roster->work);
    free(roster->keys);
    roster_init(roster);
}

void roster_clear(struct roster *roster)
{
    roster->is_filled = false;
    roster->count = roster->shown_count = 0;
}

/* ---- memory: it grows and stays ---------------------------------------- */

static bool grow(void **data, size_t *capacity, size_t wanted, size_t size)
{
    void *larger;

    if (wanted <= *capacity)
        return true;
    wanted += wanted / 4;
    larger = realloc(*data, wanted * size);
    if (!larger)
        return false;
    *data = larger;
    *capacity = wanted;
    return true;
}

static bool make_room(struct roster *roster, size_t rows)
{
    size_t order = roster->work_capacity, shown = order, work = order;

    if (!grow((void **)&roster->rows, &roster->capacity, rows, sizeof *roster->rows))
        return false;
    if (rows <= order)
        return true;
    if (!grow((void **)&roster->order, &order, rows, sizeof *roster->order) ||
        !grow((void **)&roster->shown, &shown, rows, sizeof *roster->shown) ||
        !grow((void **)&roster->work, &work, rows, sizeof *roster->work))
        return false;
    roster->work_capacity = work;
    return true;
}

/* ---- names ------------------------------------------------------------ */

static uint32_t put_text(struct roster *roster, const char *string)
{
    size_t at = roster->texts.length;

    text_append(&roster->texts, string, strlen(string) + 1);
    return roster->texts.is_broken ? 0 : (uint32_t)at;
}

/* image: NULL where it is as shown. 0 where memory is missing: the empty name. */
static uint32_t add_name(struct roster *roster, const char *shown, const char *image)
{
    struct roster_name *name;

    if (!grow((void **)&roster->names, &roster->name_capacity, roster->name_count + 1,
              sizeof *roster->names))
        return 0;
    name = &roster->names[roster->name_count];
    name->at = put_text(roster, shown);
    name->image = image ? put_text(roster, image) : name->at;
    name->rank = 0;
    return (uint32_t)roster->name_count++;
}

static const char *text_at(const struct text *texts, uint32_t at)
{
    return at < texts->length ? texts->data + at : "";
}

static const char *name_of(const struct roster *roster, const struct roster_row *row)
{
    return row->name < roster->name_count
               ? text_at(&roster->texts, roster->names[row->name].at)
               : "";
}

static bool is_owned(uint32_t owner)
{
    return owner != 0 && owner != (uint32_t)OWNER_UNKNOWN;
}

/* Without owners the tables say 0, which would mean something. */
static uint32_t owner_of(const struct roster_input *input, uint32_t owner)
{
    return input->sockets->has_owners ? owner : (uint32_t)OWNER_UNKNOWN;
}

static uint32_t name_owner(struct roster *roster, const struct roster_input *input, uint32_t owner,
                           bool waits, const char *described)
{
    const struct process *process;
    char buffer[300];
    struct text shown, image;
    const char *words = usage_owner_words(owner, waits);
    uint32_t name;

    if (words)
        return add_name(roster, words, "");
    if (!input->has_names)
        return add_name(roster, "(name not known)", "");
    process = processes_find(input->processes, owner);
    text_init(&shown);
    text_init(&image);
    processes_name(input->processes, owner, buffer);
    text_safe(&shown, buffer, strlen(buffer));
    if (process)
        text_safe(&image, process->name, strlen(process->name));
    name = add_name(roster, described ? described : text_string(&shown), text_string(&image));
    text_release(&image);
    text_release(&shown);
    return name;
}

/* ---- rows of a sample -------------------------------------------------- */

static uint32_t hash_key(const struct roster_key *key)
{
    uint64_t words[sizeof *key / 8], hash = 0x9e3779b97f4a7c15u;

    _Static_assert(sizeof words == sizeof *key, "a key is whole words");
    memcpy(words, key, sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        hash = (hash ^ words[i]) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static void take_group(struct roster *roster, const struct roster_input *input, size_t index)
{
    const struct usage_bucket *bucket = &input->groups->rows[index];
    struct roster_row *row = &roster->rows[roster->count++];
    const char *described;

    memset(row, 0, sizeof *row);
    row->key.protocol = (uint8_t)bucket->protocol;
    row->ports = bucket->ports;
    row->sockets = bucket->sockets;
    row->time_wait = bucket->time_wait;
    switch (input->kind) {
    case GROUP_PROCESS:
        row->owner = row->key.owner = owner_of(input, bucket->owner);
        described = input->group_names ? input->group_names[index] : NULL;
        row->name = name_owner(roster, input, row->owner, bucket->time_wait == bucket->sockets,
                               described);
        return;
    case GROUP_STATE:
        row->key.state = bucket->state;
        row->name = add_name(roster, port_state_name((enum port_state)bucket->state), NULL);
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

static uint32_t cached_name(struct roster *roster, const struct roster_input *input,
                            struct owner_cache *cache, uint32_t owner, bool waits)
{
    size_t at = (size_t)(owner * 2654435761u >> 22) ^ (waits ? 1u : 0);

    if (!cache->is_used[at] || cache->owner[at] != owner || cache->waits[at] != waits) {
        cache->name[at] = name_owner(roster, input, owner, waits, NULL);
        cache->owner[at] = owner;
        cache->waits[at] = waits;
        cache->is_used[at] = true;
    }
    return cache->name[at];
}

static void take_sockets(struct roster *roster, const struct roster_input *input)
{
    struct owner_cache cache;

    memset(cache.is_used, 0, sizeof cache.is_used);
    for (size_t i = 0; i < input->sockets->count; i++) {
        const struct socket_row *from = &input->sockets->rows[i];
        struct roster_row *row = &roster->rows[roster->count++];

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
        row->name = cached_name(roster, input, &cache, row->owner,
                                from->state == STATE_TIME_WAIT);
    }
}

/* ---- new, changed, gone ------------------------------------------------ */

static bool key_equal(const struct roster_row *a, const struct roster_row *b)
{
    return a->hash == b->hash && memcmp(&a->key, &b->key, sizeof a->key) == 0;
}

static bool build_slots(struct roster *roster)
{
    size_t wanted = 64;

    while (wanted < roster->spare_count * 2)
        wanted *= 2;
    if (wanted > roster->slot_count) {
        uint32_t *slots = realloc(roster->slots, wanted * sizeof *slots);

        if (!slots)
            return false;
        roster->slots = slots;
        roster->slot_count = wanted;
    }
    memset(roster->slots, 0xff, roster->slot_count * sizeof *roster->slots);
    for (size_t i = 0; i < roster->spare_count; i++) {
        size_t at = roster->spare[i].hash & (roster->slot_count - 1);

        while (roster->slots[at] != SLOT_EMPTY)
            at = (at + 1) & (roster->slot_count - 1);
        roster->slots[at] = (uint32_t)i;
    }
    return true;
}

/* Rows mostly come as they came before, so the one after the last found is tried first.
 * A twin (two sockets alike) finds the twin of before. */
static size_t find_before(struct roster *roster, const struct roster_row *row, size_t *next,
                          bool *has_slots, bool *is_broken)
{
    const struct roster_row *spare = roster->spare;

    if (*next < roster->spare_count && !spare[*next].is_found && key_equal(&spare[*next], row))
        return (*next)++;
    if (!*has_slots) {
        if (!build_slots(roster)) {
            *is_broken = true;
            return SLOT_EMPTY;
        }
        *has_slots = true;
    }
    for (size_t at = row->hash & (roster->slot_count - 1); roster->slots[at] != SLOT_EMPTY;
         at = (at + 1) & (roster->slot_count - 1)) {
        uint32_t index = roster->slots[at];

        if (!spare[index].is_found && key_equal(&spare[index], row)) {
            *next = index + 1;
            return index;
        }
    }
    return SLOT_EMPTY;
}

static bool is_changed(const struct roster_row *before, const struct roster_row *row)
{
    return before->ports != row->ports || before->sockets != row->sockets ||
           before->time_wait != row->time_wait || before->state != row->state ||
           before->owner != row->owner;
}

/* For each row of before: where it is now. Uses roster->work. */
static bool match(struct roster *roster)
{
    size_t next = 0;
    bool has_slots = false, is_broken = false;

    for (size_t i = 0; i < roster->spare_count; i++) {
        roster->work[i] = SLOT_EMPTY;
        /* What was gone is not looked for: should it be there again, it is new. */
        roster->spare[i].is_found = roster->spare[i].mark == MARK_GONE;
    }
    for (size_t i = 0; i < roster->count && !is_broken; i++) {
        struct roster_row *row = &roster->rows[i];
        size_t before = find_before(roster, row, &next, &has_slots, &is_broken);

        if (before == SLOT_EMPTY) {
            row->mark = MARK_NEW;
            continue;
        }
        roster->spare[before].is_found = true;
        roster->work[before] = (uint32_t)i;
        row->mark = is_changed(&roster->spare[before], row) ? MARK_CHANGED : MARK_NONE;
        /* A row that says the same passes the filter as it did. */
        row->is_match = roster->spare[before].is_match;
        row->is_found = row->mark == MARK_NONE && roster->spare[before].mark == MARK_NONE;
    }
    return !is_broken;
}

static void keep_gone(struct roster *roster, const struct roster_name *names)
{
    for (size_t i = 0; i < roster->spare_count; i++) {
        const struct roster_row *before = &roster->spare[i];
        struct roster_row *row;

        if (before->is_found)
            continue;
        roster->work[i] = (uint32_t)roster->count;
        row = &roster->rows[roster->count++];
        *row = *before;
        row->mark = MARK_GONE;
        row->is_found = false;
        row->name = add_name(roster, text_at(&roster->spare_texts, names[before->name].at),
                             text_at(&roster->spare_texts, names[before->name].image));
    }
}

/* As they were before, and new ones behind: what is equal then stays where it is. */
static void order_as_before(struct roster *roster, uint32_t *before, size_t before_count)
{
    size_t at = 0;

    for (size_t i = 0; i < before_count; i++)
        if (roster->work[before[i]] != SLOT_EMPTY)
            roster->shown[at++] = roster->work[before[i]];
    for (size_t i = 0; i < roster->count; i++)
        if (roster->rows[i].mark == MARK_NEW)
            roster->shown[at++] = (uint32_t)i;
    memcpy(roster->order, roster->shown, at * sizeof *roster->order);
}

/* ---- sorting ----------------------------------------------------------- */

struct ranked {
    const char *text;
    uint32_t index;
};

static int compare_names(const void *a, const void *b)
{
    return ascii_compare(((const struct ranked *)a)->text, ((const struct ranked *)b)->text);
}

static void rank_names(struct roster *roster)
{
    struct ranked *list = calloc(roster->name_count + 1, sizeof *list);
    uint32_t rank = 0;

    if (!list)
        return; /* unsorted names are better than none */
    for (size_t i = 0; i < roster->name_count; i++)
        list[i] = (struct ranked){text_at(&roster->texts, roster->names[i].at), (uint32_t)i};
    qsort(list, roster->name_count, sizeof *list, compare_names);
    for (size_t i = 0; i < roster->name_count; i++) {
        if (i && ascii_compare(list[i - 1].text, list[i].text) != 0)
            rank++;
        roster->names[list[i].index].rank = rank;
    }
    free(list);
}

static size_t put_number(uint8_t *key, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        key[i] = (uint8_t)(number >> (24 - 8 * i));
    return 4;
}

static size_t put_endpoint(uint8_t *key, uint8_t is_there, uint8_t family, const uint8_t *address,
                           uint16_t port)
{
    key[0] = is_there ? (uint8_t)(1 + family) : 0;
    memcpy(key + 1, address, 16);
    key[17] = (uint8_t)(port >> 8);
    key[18] = (uint8_t)port;
    return 19;
}

/* A share is sorted by what it is rounded from. */
static uint32_t share_of(const struct roster *roster, const struct roster_row *row)
{
    uint32_t available = roster->available[row->key.protocol];

    return available ? (uint32_t)((uint64_t)row->ports * 1000000 / available) : 0;
}

/* Bytes that sort as the column does; how many is the same for all rows. */
static size_t put_key(const struct roster *roster, const struct roster_row *row, uint8_t *key)
{
    switch (roster->column) {
    case ROSTER_NAME:
        if (roster->kind == GROUP_REMOTE || roster->kind == GROUP_ADDRESS)
            return put_endpoint(key, 1, row->key.family, row->key.remote, row->key.remote_port);
        /* fall through */
    case ROSTER_PROCESS:
        return put_number(key, row->name < roster->name_count ? roster->names[row->name].rank : 0);
    case ROSTER_PID:
        return put_number(key, is_owned(row->owner) ? row->owner : 0);
    case ROSTER_PROTOCOL:
        return put_number(key, row->key.protocol);
    case ROSTER_PORTS:
        return put_number(key, row->ports);
    case ROSTER_SHARE:
        return put_number(key, share_of(roster, row));
    case ROSTER_COUNT:
        return put_number(key, row->sockets);
    case ROSTER_WAITING:
        return put_number(key, row->time_wait);
    case ROSTER_LOCAL:
        return put_endpoint(key, 1, row->key.family, row->key.local, row->key.local_port);
    case ROSTER_REMOTE:
        return put_endpoint(key, row->key.has_remote, row->key.family, row->key.remote,
                            row->key.remote_port);
    case ROSTER_STATE:
        return put_number(key, row->state);
    case ROSTER_MARK:
    case ROSTER_COLUMN_COUNT:
        break;
    }
    return put_number(key, row->mark);
}

/* By one byte after the other, the last one first: it compares nothing, and what is
 * equal keeps its order. Bytes that are the same everywhere cost a look. */
static void sort_rows(struct roster *roster)
{
    uint32_t counts[KEY_BYTES][256];
    uint32_t *from = roster->order, *to = roster->work;
    size_t width = 4, bytes = roster->count * KEY_BYTES;

    if (!roster->count ||
        !grow((void **)&roster->keys, &roster->key_capacity, bytes, sizeof *roster->keys))
        return;
    if (roster->column == ROSTER_NAME || roster->column == ROSTER_PROCESS)
        rank_names(roster);
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < roster->count; i++) {
        uint8_t *key = roster->keys + i * KEY_BYTES;

        width = put_key(roster, &roster->rows[i], key);
        for (size_t b = 0; b < width; b++) {
            if (roster->is_descending)
                key[b] = (uint8_t)~key[b];
            counts[b][key[b]]++;
        }
    }
    for (size_t b = width; b-- > 0;) {
        uint32_t *count = counts[b], at = 0;

        if (count[roster->keys[b]] == roster->count)
            continue;
        for (int value = 0; value < 256; value++) {
            uint32_t here = count[value];

            count[value] = at;
            at += here;
        }
        for (size_t i = 0; i < roster->count; i++)
            to[count[roster->keys[from[i] * (size_t)KEY_BYTES + b]]++] = from[i];
        uint32_t *swap = from;

        from = to;
        to = swap;
    }
    if (from != roster->order)
        memcpy(roster->order, from, roster->count * sizeof *from);
}

/* ---- what passes ------------------------------------------------------- */

static const enum roster_column group_columns[] = {
    ROSTER_NAME, ROSTER_PID, ROSTER_PROTOCOL, ROSTER_PORTS, ROSTER_SHARE,
    ROSTER_COUNT, ROSTER_WAITING, ROSTER_MARK,
};
static const enum roster_column socket_columns[] = {
    ROSTER_PROTOCOL, ROSTER_LOCAL, ROSTER_REMOTE, ROSTER_STATE, ROSTER_PROCESS,
    ROSTER_PID, ROSTER_MARK,
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool passes(const struct roster *roster, const struct roster_row *row)
{
    bool is_socket = roster->kind == ROSTER_SOCKETS;
    const enum roster_column *columns = is_socket ? socket_columns : group_columns;
    size_t count = is_socket ? sizeof socket_columns / sizeof *socket_columns
                             : sizeof group_columns / sizeof *group_columns;
    char cell[CELL_SIZE];

    for (size_t i = 0; i < count; i++) {
        roster_cell(roster, row, columns[i], cell, sizeof cell);
        for (char *c = cell; *c; c++)
            *c = lower(*c);
        if (strstr(cell, roster->filter))
            return true;
    }
    return false;
}

static void pick(struct roster *roster)
{
    roster->shown_count = 0;
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_row *row = &roster->rows[roster->order[i]];

        if (!roster->hides[row->key.protocol] && (!*roster->filter || row->is_match))
            roster->shown[roster->shown_count++] = roster->order[i];
    }
}

/* is_narrower: what did not pass cannot pass now. */
static void judge_all(struct roster *roster, bool is_narrower)
{
    for (size_t i = 0; i < roster->count && *roster->filter; i++)
        if (!is_narrower || roster->rows[i].is_match)
            roster->rows[i].is_match = passes(roster, &roster->rows[i]);
}

void roster_filter(struct roster *roster, const char *utf8)
{
    char filter[sizeof roster->filter];
    bool is_narrower;
    size_t length = 0;

    for (; utf8[length] && length + 1 < sizeof filter; length++)
        filter[length] = lower(utf8[length]);
    filter[length] = '\0';
    if (strcmp(filter, roster->filter) == 0)
        return;
    is_narrower = *roster->filter && strstr(filter, roster->filter);
    memcpy(roster->filter, filter, length + 1);
    judge_all(roster, is_narrower);
    pick(roster);
}

void roster_hide(struct roster *roster, enum protocol protocol, bool is_hidden)
{
    if (roster->hides[protocol] == is_hidden)
        return;
    roster->hides[protocol] = is_hidden;
    pick(roster);
}

void roster_sort(struct roster *roster, enum roster_column column, bool is_descending)
{
    roster->column = column;
    roster->is_descending = is_descending;
    sort_rows(roster);
    pick(roster);
}

/* ---- filling ----------------------------------------------------------- */

static void note_available(struct roster *roster, const struct usage *usage)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        roster->available[p] = usage_available(&usage[p], usage_fuller(&usage[p]));
}

static void swap_buffers(struct roster *roster)
{
    struct roster_row *rows = roster->rows;
    struct text texts = roster->texts;
    size_t capacity = roster->capacity;

    roster->rows = roster->spare;
    roster->capacity = roster->spare_capacity;
    roster->texts = roster->spare_texts;
    roster->spare = rows;
    roster->spare_capacity = capacity;
    roster->spare_count = roster->count;
    roster->spare_texts = texts;
    roster->count = 0;
    roster->texts.length = 0;
    roster->texts.is_broken = false;
}

static bool give_up(struct roster *roster, struct roster_name *names, struct fault *fault)
{
    free(names);
    roster_clear(roster);
    return fault_no_memory(fault);
}

bool roster_fill(struct roster *roster, const struct roster_input *input, struct fault *fault)
{
    size_t count = input->kind == ROSTER_SOCKETS ? input->sockets->count : input->groups->count;
    bool compares = roster->is_filled && roster->kind == input->kind;
    bool says_the_same = compares && input->kind == ROSTER_SOCKETS &&
                         roster->had_names == input->has_names;
    struct roster_name *names_before = roster->names;
    uint32_t *order_before = NULL;
    size_t order_count;

    if (!compares)
        roster->count = 0;
    swap_buffers(roster);
    order_count = roster->spare_count;
    roster->names = NULL;
    roster->name_count = roster->name_capacity = 0;
    roster->kind = input->kind;
    roster->had_names = input->has_names;
    note_available(roster, input->usage);
    if (!make_room(roster, count + roster->spare_count))
        return give_up(roster, names_before, fault);
    add_name(roster, "", NULL); /* 0 */
    if (input->kind == ROSTER_SOCKETS)
        take_sockets(roster, input);
    else
        for (size_t i = 0; i < count; i++)
            take_group(roster, input, i);
    for (size_t i = 0; i < roster->count; i++)
        roster->rows[i].hash = hash_key(&roster->rows[i].key);
    if (compares) {
        order_before = malloc((order_count + 1) * sizeof *order_before);
        if (!order_before || !match(roster)) {
            free(order_before);
            return give_up(roster, names_before, fault);
        }
        memcpy(order_before, roster->order, order_count * sizeof *order_before);
        keep_gone(roster, names_before);
        order_as_before(roster, order_before, order_count);
        free(order_before);
    } else {
        for (size_t i = 0; i < roster->count; i++)
            roster->order[i] = (uint32_t)i;
    }
    free(names_before);
    if (roster->texts.is_broken)
        return give_up(roster, NULL, fault);
    roster->is_filled = true;
    for (size_t i = 0; i < roster->count && *roster->filter; i++)
        if (!says_the_same || !roster->rows[i].is_found)
            roster->rows[i].is_match = passes(roster, &roster->rows[i]);
    sort_rows(roster);
    pick(roster);
    return true;
}

/* ---- rows as they are shown -------------------------------------------- */

const struct roster_row *roster_row(const struct roster *roster, size_t place)
{
    return place < roster->shown_count ? &roster->rows[roster->shown[place]] : NULL;
}

int roster_find(const struct roster *roster, const struct roster_key *key)
{
    uint32_t hash = hash_key(key);

    for (size_t i = 0; i < roster->shown_count; i++) {
        const struct roster_row *row = &roster->rows[roster->shown[i]];

        if (row->hash == hash && memcmp(&row->key, key, sizeof *key) == 0)
            return (int)i;
    }
    return -1;
}

static void print_share(const struct roster *roster, const struct roster_row *row, char *buffer,
                        size_t size)
{
    uint32_t available = roster->available[row->key.protocol];
    unsigned percent = usage_percent(row->ports, available);

    if (!available)
        snprintf(buffer, size, "-");
    else
        snprintf(buffer, size, "%s%u %%", percent == 0 && row->ports ? "<" : "",
                 percent == 0 && row->ports ? 1 : percent);
}

static void print_name(const struct roster *roster, const struct roster_row *row, char *buffer,
                       size_t size)
{
    char address[ENDPOINT_SIZE];
    const char *name = address;

    if (roster->kind == GROUP_REMOTE)
        endpoint_string(address, (enum family)row->key.family, row->key.remote,
                        row->key.remote_port);
    else if (roster->kind == GROUP_ADDRESS)
        address_string(address, (enum family)row->key.family, row->key.remote);
    else
        name = name_of(roster, row);
    strncpy(buffer, name, size - 1);
    buffer[size - 1] = '\0';
}

const char *roster_cell(const struct roster *roster, const struct roster_row *row,
                        enum roster_column column, char *buffer, size_t size)
{
    static const char *const marks[] = {
        [MARK_NONE] = "", [MARK_NEW] = "new", [MARK_CHANGED] = "changed", [MARK_GONE] = "gone"};
    char number[NUMBER_SIZE], endpoint[ENDPOINT_SIZE];
    const char *words = number;

    switch (column) {
    case ROSTER_NAME:
    case ROSTER_PROCESS:
        print_name(roster, row, buffer, size);
        return buffer;
    case ROSTER_SHARE:
        print_share(roster, row, buffer, size);
        return buffer;
    case ROSTER_PID:
        if (is_owned(row->owner))
            snprintf(number, sizeof number, "%lu", (unsigned long)row->owner);
        else
            words = "-";
        break;
    case ROSTER_PROTOCOL:
        words = protocol_name((enum protocol)row->key.protocol);
        break;
    case ROSTER_PORTS:
        number_string(number, row->ports);
        break;
    case ROSTER_COUNT:
        number_string(number, row->sockets);
        break;
    case ROSTER_WAITING:
        number_string(number, row->time_wait);
        break;
    case ROSTER_LOCAL:
        words = endpoint_string(endpoint, (enum family)row->key.family, row->key.local,
                                row->key.local_port);
        break;
    case ROSTER_REMOTE:
        words = row->key.has_remote
                    ? endpoint_string(endpoint, (enum family)row->key.family, row->key.remote,
                                      row->key.remote_port)
                    : "-";
        break;
    case ROSTER_STATE:
        words = row->state == STATE_NONE ? "-" : socket_state_name(row->state);
        break;
    case ROSTER_MARK:
        words = marks[row->mark];
        break;
    case ROSTER_COLUMN_COUNT:
        words = "";
        break;
    }
    strncpy(buffer, words, size - 1);
    buffer[size - 1] = '\0';
    return buffer;
}

/* ---- ports ------------------------------------------------------------- */

static bool is_of_group(const struct roster_input *input, const struct roster_row *group,
                        const struct socket_row *socket)
{
    if (socket->protocol != group->key.protocol)
        return false;
    switch (input->kind) {
    case GROUP_PROCESS:
        return owner_of(input, socket->owner) == group->owner;
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

bool roster_first_port(const struct roster *roster, const struct roster_row *row,
                       const struct roster_input *input, uint16_t *port)
{
    bool is_found = false;

    if (roster->kind == ROSTER_SOCKETS) {
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

/* ---- out of the window ------------------------------------------------- */

static void print_csv_row(const struct roster *roster, const struct roster_row *row,
                          struct text *text)
{
    const char *image = row->name < roster->name_count
                            ? text_at(&roster->texts, roster->names[row->name].image)
                            : "";

    if (roster->kind == ROSTER_SOCKETS) {
        struct socket_row socket = {.protocol = row->key.protocol,
                                    .family = row->key.family,
                                    .state = row->state,
                                    .has_remote = row->key.has_remote,
                                    .local_port = row->key.local_port,
                                    .remote_port = row->key.remote_port,
                                    .owner = row->owner};

        memcpy(socket.local, row->key.local, sizeof socket.local);
        memcpy(socket.remote, row->key.remote, sizeof socket.remote);
        csv_socket(text, &socket, image);
    } else {
        struct usage_bucket bucket = {.protocol = (enum protocol)row->key.protocol,
                                      .owner = row->owner,
                                      .family = row->key.family,
                                      .state = row->key.state,
                                      .port = row->key.remote_port,
                                      .ports = row->ports,
                                      .sockets = row->sockets,
                                      .time_wait = row->time_wait};

        memcpy(bucket.address, row->key.remote, sizeof bucket.address);
        csv_group(text, (enum usage_group)roster->kind, &bucket, image);
    }
}

void roster_print_csv(const struct roster *roster, struct text *text)
{
    if (roster->kind == ROSTER_SOCKETS)
        csv_socket_heading(text);
    else
        csv_group_heading(text, (enum usage_group)roster->kind);
    for (size_t i = 0; i < roster->shown_count; i++) {
        const struct roster_row *row = roster_row(roster, i);

        if (row->mark != MARK_GONE)
            print_csv_row(roster, row, text);
    }
}

void roster_print_row(const struct roster *roster, const struct roster_row *row,
                      const enum roster_column *columns, size_t count, struct text *text)
{
    char cell[CELL_SIZE];

    for (size_t i = 0; i < count; i++) {
        text_puts(text, i ? "\t" : "");
        text_puts(text, roster_cell(roster, row, columns[i], cell, sizeof cell));
    }
    text_puts(text, "\r\n");
}
