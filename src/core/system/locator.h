/* locator.h - shows the executable of a process in File Explorer. */
#ifndef CORE_SYSTEM_LOCATOR_H
#define CORE_SYSTEM_LOCATOR_H

#include "core/base/fault.h"

struct locator {
    void *context;

    /* Opens the folder of the executable and selects the executable. FAULT_MISSING: the process
     * has ended. FAULT_DENIED: this user may not query its path. FAULT_UNAVAILABLE: the process
     * has no executable, or Windows does not report it. */
    bool (*show)(void *context, uint32_t process, struct fault *);
};

#endif
