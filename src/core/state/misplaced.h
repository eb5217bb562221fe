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
    size_t count; /* of all keys that were read */
    /* The first keys, relative to Tcpip\Parameters, safe for a screen, a long name cut. */
    char keys[MISPLACED_NAMED_MAX][MISPLACED_KEY_SIZE];
    /* is_number: the first of these values is a number, which is stored in `number`. */
    bool is_number;
    uint32_t number;
};

/* Searches the keys of the network interfaces for each setting, up to a limit. Keys that cannot
 * be read are treated as empty. */
void misplaced_find(const struct registry *registry, struct misplaced found[SETTINGS_MAX]);

#endif
