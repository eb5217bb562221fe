/* registry.h - the only interface to the registry.
 *
 * win32/registry.c fills a struct registry for Windows, tests/fake/registry.c for tests in memory.
 * Text is UTF-8. Key paths are relative to a root, which is HKEY_LOCAL_MACHINE in win32/registry.c.
 * No function prints, exits, or keeps a pointer argument.
 */
#ifndef CORE_SYSTEM_REGISTRY_H
#define CORE_SYSTEM_REGISTRY_H

#include "core/base/place.h"
#include "core/base/value.h"

/* Receives keys and values in the order of a .reg file: a key, its values, its subkeys. Names are
 * the registry's UTF-16 code units, even if ill-formed, so that a backup is exact. The names are
 * not NUL-terminated and are valid only during the call. If a visitor returns false, the walk ends
 * and fails with the visitor's fault. */
struct registry_visitor {
    void *context;
    /* `path`: full path below the root, e.g. SYSTEM\...\Parameters\Interfaces. */
    bool (*key)(void *context, const uint16_t *path, size_t path_count, struct fault *);
    bool (*value)(void *context, const uint16_t *name, size_t name_count, uint32_t type,
                  const uint8_t *data, size_t length, struct fault *);
};

struct registry {
    void *context;

    /* Reads one value. If the key or the name does not exist, *value is set to VALUE_ABSENT, which
     * is not a failure. On failure *value is unchanged. Fails with FAULT_DENIED without
     * permission. */
    bool (*read)(void *context, const struct place *, struct value *, struct fault *);

    /* Writes one value and creates its key if needed. VALUE_ABSENT deletes the value and neither
     * creates nor deletes a key; deleting a missing value succeeds. Fails with FAULT_DENIED without
     * permission. */
    bool (*write)(void *context, const struct place *, const struct value *, struct fault *);

    /* Writes the key to disk now (RegFlushKey). */
    bool (*flush)(void *context, const char *key, struct fault *);

    /* Visits a key, its values and all subkeys. Creates nothing. Fails with FAULT_MISSING if the
     * key does not exist. Also ends at the first subkey that cannot be read, with the fault of this
     * subkey. */
    bool (*walk)(void *context, const char *key, const struct registry_visitor *, struct fault *);

    /* Reads the time of the last write to the key by any program, ms since 1970 UTC. Fails with
     * FAULT_MISSING if the key does not exist. */
    bool (*last_write)(void *context, const char *key, int64_t *unix_ms, struct fault *);
};

#endif
