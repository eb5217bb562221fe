/* difference.h - what a .reg file and the registry do not agree on, row by row. */
#ifndef CORE_JOURNAL_REGFILE_DIFF_H
#define CORE_JOURNAL_REGFILE_DIFF_H

#include "core/journal/regfile.h"

enum regfile_diff_kind {
    REGFILE_DIFF_VALUE,            /* both speak of it, and differently */
    REGFILE_DIFF_ONLY_IN_FILE,     /* the registry does not have it */
    REGFILE_DIFF_ONLY_IN_REGISTRY, /* the file does not speak of it */
    REGFILE_DIFF_KIND_COUNT,
};

struct regfile_diff {
    enum regfile_diff_kind kind;
    const char *key;  /* as struct regfile has it */
    const char *name; /* NULL: the key itself */
    /* Absent where there is none. In the file absent also means "Name"=-. */
    const struct value *in_file, *in_registry;
};

/* Calls visit with every difference: first what the file has, in its order, then
 * what only the registry has. A key that one side lacks is a row, and so is each
 * of its values. Names are the same without ASCII case. visit may be NULL.
 * *count: how many there are. Fails when visit does. */
bool regfile_diff_walk(const struct regfile *file, const struct regfile *registry,
                       bool (*visit)(void *context, const struct regfile_diff *, struct fault *),
                       void *context, size_t *count, struct fault *fault) MUST_CHECK;

#endif
