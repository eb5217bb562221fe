/* regfile_diff.h - lists the differences between a .reg file and the registry. */
#ifndef CORE_JOURNAL_REGFILE_DIFF_H
#define CORE_JOURNAL_REGFILE_DIFF_H

#include "core/journal/regfile.h"

enum regfile_diff_kind {
    REGFILE_DIFF_VALUE,            /* in both, with different values */
    REGFILE_DIFF_ONLY_IN_FILE,     /* not in the registry */
    REGFILE_DIFF_ONLY_IN_REGISTRY, /* not in the file */
    REGFILE_DIFF_KIND_COUNT,
};

struct regfile_diff {
    enum regfile_diff_kind kind;
    const char *key;  /* as in struct regfile */
    const char *name; /* NULL: the key itself */
    /* Each value is absent if its side does not contain it. in_file is also absent if
     * the file deletes the value ("Name"=-). */
    const struct value *in_file, *in_registry;
};

/* Calls visit() for every difference: first for the keys and values of the file in their order,
 * then for the keys and values that only the registry contains. A key that one side lacks is one
 * difference, and each value of that key is another. Names are compared without ASCII case. visit
 * may be NULL. *count is set to the number of differences. Fails if visit() fails. */
bool regfile_diff_walk(const struct regfile *file, const struct regfile *registry,
                       bool (*visit)(void *context, const struct regfile_diff *, struct fault *),
                       void *context, size_t *count, struct fault *fault) MUST_CHECK;

#endif
