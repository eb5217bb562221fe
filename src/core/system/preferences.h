/* preferences.h - small numbers that the window remembers for its user: its place, its
 * page, its interval. What cannot be read or kept is as if never chosen. */
#ifndef CORE_SYSTEM_PREFERENCES_H
#define CORE_SYSTEM_PREFERENCES_H

#include "core/base/fault.h"

struct preferences {
    void *context;
    /* False: never chosen, or unreadable; *number is untouched. */
    bool (*read)(void *context, const char *name, uint32_t *number);
    void (*write)(void *context, const char *name, uint32_t number);
};

#endif
