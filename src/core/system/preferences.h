/* preferences.h - numbers that the window stores for its user: position, page, interval. A number
 * that cannot be read counts as not set; a failure to write is ignored. */
#ifndef CORE_SYSTEM_PREFERENCES_H
#define CORE_SYSTEM_PREFERENCES_H

#include "core/base/fault.h"

struct preferences {
    void *context;
    /* False: not set, or it could not be read; *number is unchanged. */
    bool (*read)(void *context, const char *name, uint32_t *number);
    void (*write)(void *context, const char *name, uint32_t number);
};

#endif
