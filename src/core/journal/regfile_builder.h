/* regfile_builder.h - fills a struct regfile, key by key and value by value.
 *
 * For regfile_reader.c, and for regfile_of_registry. A builder starts as all zeros; its
 * `file` is released or handed on by whoever started it, also after a failure. Fails
 * only for want of memory.
 */
#ifndef CORE_JOURNAL_REGFILE_BUILDER_H
#define CORE_JOURNAL_REGFILE_BUILDER_H

#include "core/journal/regfile.h"

struct regfile_builder {
    struct regfile file;
    size_t key_room, value_room;
};

/* path: below HKEY_LOCAL_MACHINE. line: 0 where there is no file. */
bool regfile_builder_add_key(struct regfile_builder *builder, const uint16_t *path, size_t count,
                             unsigned line, struct fault *fault) MUST_CHECK;

/* To the key added last; there must be one. Takes over the value, also on failure. */
bool regfile_builder_add_value(struct regfile_builder *builder, const uint16_t *name, size_t count,
                               unsigned line, struct value value, struct fault *fault) MUST_CHECK;

#endif
