/* registry.h - the interface `registry` on the real registry.
 *
 * The root is HKEY_LOCAL_MACHINE in the product, a scratch key in tests. Uses only functions that
 * Windows XP SP2 has. HKLM\SYSTEM is shared between 32-bit and 64-bit programs, so no view is
 * selected (Microsoft Learn, "Registry Keys Affected by WOW64").
 *
 * Traps that registry.c avoids:
 *  - RegSetValueExW adds a NUL to a string without one if a NUL follows the string in memory;
 *    registry.c writes data exactly as given;
 *  - a value may grow between the query of its size and the read;
 *  - names have at most 16,383 characters ("Registry Element Size Limits"); names and string data
 *    may be ill-formed UTF-16;
 *  - a subkey may be a symbolic link; a walk visits the link itself, so that it ends.
 */
#ifndef WIN32_REGISTRY_H
#define WIN32_REGISTRY_H

#include "core/system/registry.h"

#include <windows.h>

struct registry_adapter {
    HKEY root;
};

/* Fills *functions for the keys below root. The caller owns root and *adapter; both must outlive
 * *functions. */
void registry_under(HKEY root, struct registry_adapter *adapter, struct registry *functions);

/* The same without write and flush, which are NULL. */
void registry_read_only_under(HKEY root, struct registry_adapter *adapter,
                              struct registry *functions);

#endif
