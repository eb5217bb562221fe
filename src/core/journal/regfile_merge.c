#include "core/journal/regfile_merge.h"

#include <stdlib.h>

struct merge {
    struct regfile *file;
    size_t *first; /* for each key: the first key with the same path */
    size_t *end;   /* for each first key: the end of its values */
    struct regfile_value *values;
};

/* Keys with the same path are adjacent in key_order, in the order of the file. */
static void find_first_keys(struct merge *merge)
{
    const struct regfile *file = merge->file;

    for (size_t i = 0; i < file->key_count; i++) {
        size_t key = file->key_order[i], before = i ? file->key_order[i - 1] : key;
        bool is_same = i && ascii_compare(file->keys[key].path, file->keys[before].path) == 0;

        merge->first[key] = is_same ? merge->first[before] : key;
    }
}

/* Moves the values of keys with the same path together, in the order of the file. */
static void move_values(struct merge *merge)
{
    struct regfile *file = merge->file;
    size_t next = 0;

    for (size_t i = 0; i < file->key_count; i++)
        merge->end[merge->first[i]] += file->keys[i].count;
    for (size_t i = 0; i < file->key_count; i++) {
        size_t count = merge->end[i];

        merge->end[i] = next;
        next += count;
    }
    for (size_t i = 0; i < file->key_count; i++) {
        const struct regfile_key *from = &file->keys[i];
        size_t first = merge->first[i];

        for (size_t j = from->first; j < from->first + from->count; j++) {
            struct regfile_value *to = &merge->values[merge->end[first]++];

            *to = file->values[j];
            to->key = file->keys[first].path;
        }
    }
}

/* Removes the keys that were merged into an earlier key. */
static void drop_keys(struct merge *merge)
{
    struct regfile *file = merge->file;
    size_t kept = 0, next = 0;

    for (size_t i = 0; i < file->key_count; i++) {
        struct regfile_key key = file->keys[i];

        if (merge->first[i] != i) {
            free(key.path);
            continue;
        }
        key.first = next;
        key.count = merge->end[i] - next;
        next = merge->end[i];
        file->keys[kept++] = key;
    }
    file->key_count = kept;
}

static bool merge_keys(struct regfile *file, struct fault *fault)
{
    struct merge merge = {.file = file};
    bool has_memory;

    merge.first = calloc(file->key_count + 1, sizeof *merge.first);
    merge.end = calloc(file->key_count + 1, sizeof *merge.end);
    merge.values = calloc(file->count + 1, sizeof *merge.values);
    has_memory = merge.first && merge.end && merge.values;
    if (has_memory) {
        struct regfile_value *values = file->values;

        find_first_keys(&merge);
        move_values(&merge);
        drop_keys(&merge);
        file->values = merge.values;
        merge.values = values;
    }
    free(merge.first);
    free(merge.end);
    free(merge.values);
    return has_memory || fault_no_memory(fault);
}

/* Keeps the last of several values with the same name. Such values are adjacent in value_order, in
 * the order of the file. */
static bool drop_values(struct regfile *file, struct fault *fault)
{
    bool *is_replaced = calloc(file->count + 1, sizeof *is_replaced);
    size_t kept = 0;

    if (!is_replaced)
        return fault_no_memory(fault);
    for (size_t k = 0; k < file->key_count; k++) {
        const struct regfile_key *key = &file->keys[k];

        for (size_t i = key->first + 1; i < key->first + key->count; i++) {
            size_t before = file->value_order[i - 1], now = file->value_order[i];

            if (ascii_compare(file->values[before].name, file->values[now].name) == 0) {
                file->values[now].replaced_line = file->values[before].line;
                is_replaced[before] = true;
            }
        }
    }
    for (size_t k = 0; k < file->key_count; k++) {
        struct regfile_key *key = &file->keys[k];
        size_t first = key->first, end = first + key->count;

        key->first = kept;
        for (size_t i = first; i < end; i++)
            if (is_replaced[i]) {
                free(file->values[i].name);
                value_release(&file->values[i].value);
            } else {
                file->values[kept++] = file->values[i];
            }
        key->count = kept - key->first;
    }
    file->count = kept;
    free(is_replaced);
    return true;
}

static bool index_again(struct regfile *file, struct fault *fault)
{
    struct regfile_repeat keys = {0}, values = {0};

    free(file->key_order);
    free(file->value_order);
    file->key_order = file->value_order = NULL;
    return regfile_index(file, &keys, &values, fault);
}

bool regfile_merge(struct regfile *file, struct fault *fault)
{
    return merge_keys(file, fault) && index_again(file, fault) && drop_values(file, fault) &&
           index_again(file, fault);
}
