/* misplaced.h - settings that are stored under a key where Windows does not read them.
 *
 * See docs/windows.md, "Values under the wrong key".
 */
#ifndef CORE_STATE_MISPLACED_H
#define CORE_STATE_MISPLACED_H

#include "core/rules/setting.h"
#include "core/system/registry.h"

enum { MISPLACED_NAMED_MAX = 2, MISPLACED_KEY_SIZE = 96 };

struct misplaced {
    size_t count; /* number of keys that contain the setting */
    /* The first keys, relative to Tcpip\Parameters, safe for a screen, a long name cut. */
    char keys[MISPLACED_NAMED_MAX][MISPLACED_KEY_SIZE];
    /* is_number: the value under the first key is a number, which is stored in `number`. */
    bool is_number;
    uint32_t number;
};

/* Searches the keys of the network interfaces for each setting, up to a limit. If a key cannot be
 * read, the search ends early and reports what it has found so far. */
void misplaced_find(const struct registry *registry, struct misplaced found[SETTINGS_MAX]);

#endif
