#include "core/journal/regfile.h"

#include <stdlib.h>
#include <string.h>

void regfile_release(struct regfile *file)
{
    for (size_t i = 0; i < file->count; i++) {
        free(file->values[i].name);
        value_release(&file->values[i].value);
    }
    for (size_t i = 0; i < file->key_count; i++)
        free(file->keys[i].path);
    for (size_t i = 0; i < file->ignored_count; i++)
        free(file->ignored[i].path);
    free(file->values);
    free(file->keys);
    free(file->ignored);
    free(file->key_order);
    free(file->value_order);
    *file = (struct regfile){0};
}

typedef const char *name_of(const struct regfile *file, size_t index);

static const char *key_path(const struct regfile *file, size_t index)
{
    return file->keys[index].path;
}

static const char *value_name(const struct regfile *file, size_t index)
{
    return file->values[index].name;
}

/* Sorts indices by name, and equal names by index. Uses a bottom-up merge sort, which needs no
 * recursion and is fast for every input. */
static void sort(const struct regfile *file, name_of *name, size_t *order, size_t *scratch,
                 size_t count)
{
    size_t *from = order, *to = scratch;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t start = 0; start < count; start += 2 * run) {
            size_t left = start, right = start + run < count ? start + run : count;
            size_t middle = right, end = right + run < count ? right + run : count;
            for (size_t i = start; i < end; i++) {
                bool takes_left = left < middle;
                if (takes_left && right < end)
                    takes_left =
                        ascii_compare(name(file, from[left]), name(file, from[right])) <= 0;
                to[i] = from[takes_left ? left++ : right++];
            }
        }
        size_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != order)
        memcpy(order, from, count * sizeof *order);
}

static void find_repeat(const struct regfile *file, name_of *name, const size_t *order,
                        size_t count, struct regfile_repeat *repeat)
{
    for (size_t i = 1; i < count; i++)
        if (ascii_compare(name(file, order[i - 1]), name(file, order[i])) == 0 &&
            (!repeat->is_found || order[i] < repeat->second))
            *repeat = (struct regfile_repeat){true, order[i - 1], order[i]};
}

bool regfile_index(struct regfile *file, struct regfile_repeat *key_repeat,
                   struct regfile_repeat *value_repeat, struct fault *fault)
{
    size_t most = file->count > file->key_count ? file->count : file->key_count;
    size_t *scratch = calloc(most + 1, sizeof *scratch);
    file->key_order = calloc(file->key_count + 1, sizeof *file->key_order);
    file->value_order = calloc(file->count + 1, sizeof *file->value_order);
    if (!scratch || !file->key_order || !file->value_order) {
        free(scratch);
        return fault_no_memory(fault);
    }

    for (size_t i = 0; i < file->key_count; i++)
        file->key_order[i] = i;
    sort(file, key_path, file->key_order, scratch, file->key_count);
    find_repeat(file, key_path, file->key_order, file->key_count, key_repeat);

    for (size_t i = 0; i < file->count; i++)
        file->value_order[i] = i;
    for (size_t i = 0; i < file->key_count; i++) {
        const struct regfile_key *key = &file->keys[i];
        size_t *order = file->value_order + key->first;
        sort(file, value_name, order, scratch, key->count);
        find_repeat(file, value_name, order, key->count, value_repeat);
    }
    free(scratch);
    return true;
}

/* Returns the entry of order[0 .. count - 1] whose name is `wanted`, or SIZE_MAX. */
static size_t find(const struct regfile *file, name_of *name, const size_t *order, size_t count,
                   const char *wanted)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int difference = ascii_compare(name(file, order[middle]), wanted);
        if (difference == 0)
            return order[middle];
        if (difference < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SIZE_MAX;
}

const struct regfile_key *regfile_find_key(const struct regfile *file, const char *key)
{
    size_t index = find(file, key_path, file->key_order, file->key_count, key);
    return index != SIZE_MAX ? &file->keys[index] : NULL;
}

const struct regfile_value *regfile_find(const struct regfile *file, const char *key,
                                         const char *name)
{
    const struct regfile_key *in = regfile_find_key(file, key);
    if (!in || in->count == 0)
        return NULL;
    size_t index = find(file, value_name, file->value_order + in->first, in->count, name);
    return index != SIZE_MAX ? &file->values[index] : NULL;
}
