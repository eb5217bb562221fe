/* locator.h - shows the executable of a process in File Explorer. */
#ifndef CORE_SYSTEM_LOCATOR_H
#define CORE_SYSTEM_LOCATOR_H

#include "core/base/fault.h"

struct locator {
    void *context;

    /* Opens the folder of the executable and selects the executable. Fails with FAULT_MISSING if
     * the process has ended, with FAULT_DENIED if this user may not query the path, with
     * FAULT_UNAVAILABLE if the process has no executable or Windows does not report the path in
     * time, and with FAULT_FAILED if File Explorer cannot be started. */
    bool (*show)(void *context, uint32_t process, struct fault *);
};

#endif
