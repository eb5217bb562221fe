/* locator.h - where a process' program lies, shown by Windows' own file manager. */
#ifndef CORE_SYSTEM_LOCATOR_H
#define CORE_SYSTEM_LOCATOR_H

#include "core/base/fault.h"

struct locator {
    void *context;

    /* Opens a window with the program's folder, the program selected. FAULT_MISSING: the
     * process has ended; FAULT_DENIED: its path is not for this user to know;
     * FAULT_UNAVAILABLE: it has no program, or Windows cannot tell. */
    bool (*show)(void *context, uint32_t process, struct fault *);
};

#endif
