#include "core/journal/regfile_diff.h"

static const struct value nothing = {.kind = VALUE_ABSENT};

/* One pass over the keys and values of `here`, which are compared with `there`. */
struct walk {
    const struct regfile *here, *there;
    bool is_here_the_file;
    bool (*visit)(void *context, const struct regfile_diff *, struct fault *);
    void *context;
    size_t count;
};

static bool report_difference(struct walk *walk, enum regfile_diff_kind kind, const char *key,
                              const char *name, const struct value *in_file,
                              const struct value *in_registry, struct fault *fault)
{
    struct regfile_diff difference = {kind, key, name, in_file, in_registry};
    walk->count++;
    return !walk->visit || walk->visit(walk->context, &difference, fault);
}

static bool compare_value(struct walk *walk, const struct regfile_value *value, struct fault *fault)
{
    const struct regfile_value *other = regfile_find(walk->there, value->key, value->name);
    if (!walk->is_here_the_file)
        return other || report_difference(walk, REGFILE_DIFF_ONLY_IN_REGISTRY, value->key,
                                          value->name, &nothing, &value->value, fault);
    if (!other)
        return value->value.kind == VALUE_ABSENT ||
               report_difference(walk, REGFILE_DIFF_ONLY_IN_FILE, value->key, value->name,
                                 &value->value, &nothing, fault);
    return value_equal(&value->value, &other->value) ||
           report_difference(walk, REGFILE_DIFF_VALUE, value->key, value->name, &value->value,
                             &other->value, fault);
}

static bool walk_along(struct walk *walk, struct fault *fault)
{
    enum regfile_diff_kind kind =
        walk->is_here_the_file ? REGFILE_DIFF_ONLY_IN_FILE : REGFILE_DIFF_ONLY_IN_REGISTRY;
    for (size_t i = 0; i < walk->here->key_count; i++) {
        const struct regfile_key *key = &walk->here->keys[i];
        if (!regfile_find_key(walk->there, key->path) &&
            !report_difference(walk, kind, key->path, NULL, &nothing, &nothing, fault))
            return false;
        for (size_t j = key->first; j < key->first + key->count; j++)
            if (!compare_value(walk, &walk->here->values[j], fault))
                return false;
    }
    return true;
}

bool regfile_diff_walk(const struct regfile *file, const struct regfile *registry,
                       bool (*visit)(void *context, const struct regfile_diff *, struct fault *),
                       void *context, size_t *count, struct fault *fault)
{
    struct walk walk = {file, registry, true, visit, context, 0};
    if (!walk_along(&walk, fault))
        return false;
    walk.here = registry;
    walk.there = file;
    walk.is_here_the_file = false;
    if (!walk_along(&walk, fault))
        return false;
    *count = walk.count;
    return true;
}
