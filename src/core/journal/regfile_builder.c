#include "core/journal/regfile_builder.h"

#include <stdlib.h>

#include "core/base/utf16.h"
#include "core/journal/regfile.h"

/* Makes room for one more row. */
static bool grow(void **rows, size_t *room, size_t count, size_t size, struct fault *fault)
{
    if (count < *room)
        return true;
    size_t wanted = *room ? *room * 2 : 16;
    void *more = wanted <= SIZE_MAX / size ? realloc(*rows, wanted * size) : NULL;
    if (!more)
        return fault_no_memory(fault);
    *rows = more;
    *room = wanted;
    return true;
}

/* Returns the name as an allocated string, or NULL if memory runs out. */
static char *make_name(const uint16_t *units, size_t count, bool *is_exact, struct fault *fault)
{
    struct text text;
    text_init(&text);
    *is_exact = utf16_to_text(&text, units, count);
    text_append(&text, "", 0); /* allocates "" for an empty name */
    if (text.is_broken) {
        text_release(&text);
        fault_no_memory(fault);
        return NULL;
    }
    return text.data;
}

bool regfile_builder_add_key(struct regfile_builder *builder, const uint16_t *path, size_t count,
                             unsigned line, struct fault *fault)
{
    struct regfile *file = &builder->file;
    void *keys = file->keys;
    if (!grow(&keys, &builder->key_room, file->key_count, sizeof *file->keys, fault))
        return false;
    file->keys = keys;
    struct regfile_key key = {.line = line, .first = file->count};
    key.path = make_name(path, count, &key.is_exact, fault);
    if (!key.path)
        return false;
    file->keys[file->key_count++] = key;
    return true;
}

bool regfile_builder_ignore_key(struct regfile_builder *builder, const uint16_t *path, size_t count,
                                unsigned line, struct fault *fault)
{
    struct regfile *file = &builder->file;
    void *ignored = file->ignored;
    bool is_exact;
    if (!grow(&ignored, &builder->ignored_room, file->ignored_count, sizeof *file->ignored, fault))
        return false;
    file->ignored = ignored;
    struct regfile_ignored key = {.path = make_name(path, count, &is_exact, fault), .line = line};
    if (!key.path)
        return false;
    file->ignored[file->ignored_count++] = key;
    return true;
}

bool regfile_builder_add_value(struct regfile_builder *builder, const uint16_t *name, size_t count,
                               unsigned line, struct value value, struct fault *fault)
{
    struct regfile *file = &builder->file;
    struct regfile_key *key = &file->keys[file->key_count - 1];
    void *values = file->values;
    bool is_exact = false;
    char *string = NULL;
    if (grow(&values, &builder->value_room, file->count, sizeof *file->values, fault)) {
        file->values = values;
        string = make_name(name, count, &is_exact, fault);
    }
    if (!string) {
        value_release(&value);
        return false;
    }
    file->values[file->count++] = (struct regfile_value){
        .key = key->path,
        .name = string,
        .is_name_exact = is_exact && key->is_exact,
        .value = value,
        .line = line,
    };
    key->count++;
    return true;
}

static bool visit_key(void *context, const uint16_t *path, size_t path_count, struct fault *fault)
{
    return regfile_builder_add_key(context, path, path_count, 0, fault);
}

static bool visit_value(void *context, const uint16_t *name, size_t name_count, uint32_t type,
                        const uint8_t *data, size_t length, struct fault *fault)
{
    struct value value;
    return value_from_registry(&value, type, data, length, fault) &&
           regfile_builder_add_value(context, name, name_count, 0, value, fault);
}

bool regfile_of_registry(const struct registry *registry, const char *key, struct regfile *file,
                         struct fault *fault)
{
    struct regfile_builder builder = {0};
    struct registry_visitor visitor = {&builder, visit_key, visit_value};
    /* Ignore duplicates, because a walk may visit a value twice if another program writes the value
     * meanwhile. */
    struct regfile_repeat keys = {0}, values = {0};
    if (!registry->walk(registry->context, key, &visitor, fault) ||
        !regfile_index(&builder.file, &keys, &values, fault)) {
        regfile_release(&builder.file);
        return false;
    }
    *file = builder.file;
    return true;
}
