/* registry.h - the interface `registry` on the real registry.
 *
 * The root is HKEY_LOCAL_MACHINE in the product, and a temporary key in tests. registry.c uses only
 * functions that Windows XP SP2 has. registry.c selects no view, because 32-bit and 64-bit programs
 * share HKLM\SYSTEM (Microsoft Learn, "Registry Keys Affected by WOW64").
 *
 * Traps that registry.c avoids:
 *  - RegSetValueExW adds a NUL to a string without one if a NUL follows the string in memory;
 *    registry.c writes data exactly as given;
 *  - a value may grow between the query of its size and the read;
 *  - names have at most 16,383 characters ("Registry Element Size Limits"); names and string data
 *    may be ill-formed UTF-16;
 *  - a subkey may be a symbolic link; a walk visits the link itself, not its target, because the
 *    walk might otherwise never end.
 */
#ifndef WIN32_REGISTRY_H
#define WIN32_REGISTRY_H

#include "core/system/registry.h"

#include <windows.h>

struct registry_adapter {
    HKEY root;
};

/* Fills *functions for the keys below `root`. The caller owns `root` and *adapter and keeps them
 * while *functions is used. */
void registry_under(HKEY root, struct registry_adapter *adapter, struct registry *functions);

/* As registry_under(), but functions->write and functions->flush are NULL. */
void registry_read_only_under(HKEY root, struct registry_adapter *adapter,
                              struct registry *functions);

#endif
