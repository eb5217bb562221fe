/* regfile_builder.h - fills a struct regfile key by key and value by value.
 *
 * Used by regfile_reader.c and regfile_of_registry(). The caller initialises a builder with zeros,
 * and must release `file` or pass it on, even after a failure. The functions fail only if memory
 * runs out.
 */
#ifndef CORE_JOURNAL_REGFILE_BUILDER_H
#define CORE_JOURNAL_REGFILE_BUILDER_H

#include "core/journal/regfile.h"

struct regfile_builder {
    struct regfile file;
    size_t key_room, value_room, ignored_room;
};

/* path: relative to HKEY_LOCAL_MACHINE. line: number of the line in the .reg file; 0 for data from
 * the registry. */
bool regfile_builder_add_key(struct regfile_builder *builder, const uint16_t *path, size_t count,
                             unsigned line, struct fault *fault) MUST_CHECK;

/* Adds a key that is ignored. path: with its root. */
bool regfile_builder_ignore_key(struct regfile_builder *builder, const uint16_t *path, size_t count,
                                unsigned line, struct fault *fault) MUST_CHECK;

/* Adds a value to the last key, which must exist. Takes ownership of the value, even on failure.
 */
bool regfile_builder_add_value(struct regfile_builder *builder, const uint16_t *name, size_t count,
                               unsigned line, struct value value, struct fault *fault) MUST_CHECK;

#endif
