/* registry.h - the one door between maxport and the registry.
 *
 * A struct registry is a few functions and the context they work on. The real
 * one is filled by win32/registry.c, the one in memory by tests/fake/machine.c.
 * Text is UTF-8; keys are named below the root that the adapter was opened on
 * (HKEY_LOCAL_MACHINE in the product). Nothing here prints, exits, or keeps a
 * pointer it was given.
 */
#ifndef CORE_SYSTEM_REGISTRY_H
#define CORE_SYSTEM_REGISTRY_H

#include "core/base/place.h"
#include "core/base/value.h"

/* What a walk meets, in the order of a .reg file: a key, its values, its
 * subkeys. Names are UTF-16 code units as the registry has them, ill-formed
 * ones included, so that a backup is exact; not NUL-terminated; valid during
 * the call only. A visitor that returns false ends the walk, which then fails
 * with the fault that the visitor set. */
struct registry_visitor {
    void *context;
    /* `path` is the full path below the root, e.g. SYSTEM\...\Parameters\Interfaces. */
    bool (*key)(void *context, const uint16_t *path, size_t path_count, struct fault *);
    bool (*value)(void *context, const uint16_t *name, size_t name_count, uint32_t type,
                  const uint8_t *data, size_t length, struct fault *);
};

struct registry {
    void *context;

    /* Reads one value. A missing key or name is a success: VALUE_ABSENT.
     * On failure *value is untouched. FAULT_DENIED: no right to read it. */
    bool (*read)(void *context, const struct place *, struct value *, struct fault *);

    /* Writes one value, creating its key. VALUE_ABSENT deletes the name, never
     * creates or deletes a key; deleting what is missing is a success.
     * FAULT_DENIED: no right to write it. */
    bool (*write)(void *context, const struct place *, const struct value *, struct fault *);

    /* Asks the system to put the key on disk now (RegFlushKey). */
    bool (*flush)(void *context, const char *key, struct fault *);

    /* Visits a key, its values and all subkeys, without creating anything.
     * FAULT_MISSING: no such key. */
    bool (*walk)(void *context, const char *key, const struct registry_visitor *, struct fault *);

    /* When the key was last written by anyone, in ms since 1970 UTC.
     * FAULT_MISSING: no such key. */
    bool (*last_write)(void *context, const char *key, int64_t *unix_ms, struct fault *);
};

#endif
