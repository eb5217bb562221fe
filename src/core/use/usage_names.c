#include <stdlib.h>
#include <string.h>

#include "core/use/usage_groups.h"

/* A process, and the lowest PID of all processes with the same program name. The rows are sorted by
 * `id`. */
struct same_name {
    const char *name;
    uint32_t id, lowest;
};

static int compare_names(const void *left, const void *right)
{
    const struct same_name *a = left, *b = right;
    int order = ascii_compare(a->name, b->name);
    return order ? order : (a->id > b->id) - (a->id < b->id);
}

static int compare_ids(const void *left, const void *right)
{
    const struct same_name *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

static void find_lowest(const struct processes *processes, struct same_name *rows)
{
    for (size_t i = 0; i < processes->count; i++)
        rows[i] = (struct same_name){.name = processes->rows[i].name, .id = processes->rows[i].id};
    qsort(rows, processes->count, sizeof *rows, compare_names);
    for (size_t i = 0; i < processes->count; i++) {
        bool is_same = i > 0 && *rows[i].name && ascii_compare(rows[i].name, rows[i - 1].name) == 0;
        rows[i].lowest = is_same ? rows[i - 1].lowest : rows[i].id;
    }
    qsort(rows, processes->count, sizeof *rows, compare_ids);
}

/* Returns the lowest PID of all processes with the program name of `owner`. Returns `owner` itself
 * if it is 0, OWNER_UNKNOWN or a process that is not listed. */
static uint32_t lowest_of(const struct same_name *rows, size_t count, uint32_t owner)
{
    const struct same_name key = {.id = owner};
    const struct same_name *row =
        count && owner ? bsearch(&key, rows, count, sizeof *rows, compare_ids) : NULL;
    return row ? row->lowest : owner;
}

/* A process with sockets, and the key of its group. */
struct member {
    enum protocol protocol;
    uint32_t key, owner;
};

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    if (a->protocol != b->protocol)
        return a->protocol < b->protocol ? -1 : 1;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->owner > b->owner) - (a->owner < b->owner);
}

/* Finds the group to which these members belong, and sets its number of processes and its lowest
 * PID. */
static void complete(struct usage_groups *groups, const struct member *members, size_t count)
{
    for (size_t i = 0; i < groups->count; i++) {
        struct usage_bucket *row = &groups->rows[i];
        if (row->protocol == members->protocol && row->owner == members->key && !row->processes) {
            row->processes = (uint32_t)count;
            row->owner = members->owner;
            return;
        }
    }
}

/* by_process: all processes with sockets. */
static bool count_processes(const struct same_name *names, size_t name_count,
                            const struct usage_groups *by_process, struct usage_groups *groups,
                            struct fault *fault)
{
    struct member *members = calloc(by_process->count + 1, sizeof *members);
    if (!members)
        return fault_no_memory(fault);
    for (size_t i = 0; i < by_process->count; i++) {
        const struct usage_bucket *row = &by_process->rows[i];
        members[i] = (struct member){.protocol = row->protocol,
                                     .key = lowest_of(names, name_count, row->owner),
                                     .owner = row->owner};
    }
    qsort(members, by_process->count, sizeof *members, compare_members);
    for (size_t i = 0, next; i < by_process->count; i = next) {
        for (next = i + 1; next < by_process->count && members[next].key == members[i].key &&
                           members[next].protocol == members[i].protocol;)
            next++;
        complete(groups, &members[i], next - i);
    }
    free(members);
    return true;
}

static bool copy_rows(const struct sockets *sockets, const struct same_name *names,
                      size_t name_count, struct sockets *copy, struct fault *fault)
{
    sockets_init(copy);
    if (!sockets_reserve(copy, sockets->count, fault))
        return false;
    for (size_t i = 0; i < sockets->count; i++) {
        copy->rows[i] = sockets->rows[i];
        copy->rows[i].owner = lowest_of(names, name_count, sockets->rows[i].owner);
    }
    copy->count = sockets->count;
    return true;
}

bool usage_group_names(const struct sockets *sockets, const struct processes *processes,
                       const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT], size_t most,
                       struct usage_groups *groups, struct fault *fault)
{
    struct same_name *names = calloc(processes->count + 1, sizeof *names);
    struct usage_groups by_process = {0}, by_name = {0};
    struct sockets copy;

    sockets_init(&copy);
    if (!names)
        return fault_no_memory(fault);
    find_lowest(processes, names);
    bool is_made = copy_rows(sockets, names, processes->count, &copy, fault) &&
                   usage_group(sockets, GROUP_PROCESS, ranges, SIZE_MAX, &by_process, fault) &&
                   usage_group(&copy, GROUP_NAME, ranges, most, &by_name, fault) &&
                   count_processes(names, processes->count, &by_process, &by_name, fault);
    if (is_made)
        *groups = by_name;
    else
        usage_groups_release(&by_name);
    usage_groups_release(&by_process);
    sockets_release(&copy);
    free(names);
    return is_made;
}

void usage_name_print(const struct usage_bucket *bucket, const struct processes *processes,
                      struct text *text)
{
    const char *words = usage_owner_words(bucket->owner, bucket->time_wait == bucket->sockets);
    if (words) {
        text_puts(text, words);
        return;
    }
    if (!processes) {
        text_printf(text, "process %lu (name unknown)", (unsigned long)bucket->owner);
        return;
    }
    const struct process *process = processes_find(processes, bucket->owner);
    char buffer[300], number[NUMBER_SIZE];
    const char *name = processes_name(processes, bucket->owner, buffer);
    text_safe(text, name, strlen(name));
    if (bucket->processes > 1)
        text_printf(text, " (%s processes)", number_string(number, bucket->processes));
    else if (process && process->name[0])
        text_printf(text, " (PID %lu)", (unsigned long)bucket->owner);
}

bool usage_same_name(const struct processes *processes, uint32_t a, uint32_t b)
{
    if (a == b)
        return true;
    const struct process *left = a ? processes_find(processes, a) : NULL;
    const struct process *right = b ? processes_find(processes, b) : NULL;
    return left && right && left->name[0] && ascii_compare(left->name, right->name) == 0;
}
