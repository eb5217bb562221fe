/* registry.h - core/system/registry.h on the real registry.
 *
 * Below HKEY_LOCAL_MACHINE in the product, below a scratch key in tests. Only
 * functions that Windows XP SP2 has. HKLM\SYSTEM is shared between 32-bit and
 * 64-bit programs, so no view is asked for (Microsoft Learn, "Registry Keys
 * Affected by WOW64").
 *
 * Traps that registry.c minds:
 *  - RegSetValueExW lengthens a string without a NUL when one happens to follow
 *    it in memory; data is written exactly as given;
 *  - a value may grow between asking for its size and reading it;
 *  - names are at most 16,383 characters ("Registry Element Size Limits"), and
 *    neither they nor string data need be well-formed UTF-16;
 *  - a subkey that is a symbolic link is visited as the link that it is, so
 *    that a walk ends.
 */
#ifndef WIN32_REGISTRY_H
#define WIN32_REGISTRY_H

#include "core/system/registry.h"

#include <windows.h>

struct registry_adapter {
    HKEY root;
};

/* Fills *functions to work on the keys below root, which stays the caller's, as the
 * adapter does; both must outlive the port. */
void registry_under(HKEY root, struct registry_adapter *adapter, struct registry *functions);

/* The same without write and flush, which are NULL. */
void registry_read_only_under(HKEY root, struct registry_adapter *adapter,
                              struct registry *functions);

#endif
