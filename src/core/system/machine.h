/* machine.h - the interfaces to the operating system, passed by pointer.
 *
 * The interfaces for the window only (launcher.h, locator.h, preferences.h) are separate.
 * win32/machine.c fills a struct machine for Windows, tests/fake for tests in memory.
 */
#ifndef CORE_SYSTEM_MACHINE_H
#define CORE_SYSTEM_MACHINE_H

#include "core/system/audit.h"
#include "core/system/binder.h"
#include "core/system/clock.h"
#include "core/system/deadline.h"
#include "core/system/event_log.h"
#include "core/system/identity.h"
#include "core/system/memory.h"
#include "core/system/os_version.h"
#include "core/system/processes.h"
#include "core/system/ranges.h"
#include "core/system/registry.h"
#include "core/system/restore_point.h"
#include "core/system/screen.h"
#include "core/system/services.h"
#include "core/system/sockets.h"
#include "core/system/store.h"

struct machine {
    struct registry registry;
    struct socket_source sockets;
    /* In the structs below, functions are NULL if the system lacks the feature. In a read-only
     * program every writing function is NULL, except files.write. */
    struct range_access ranges; /* if `read` is NULL, ranges are calculated */
    struct event_source events;
    struct service_source services;
    struct memory_source memory;
    struct binder binder;
    struct audit audit;
    struct restore_point_source
        restore_points; /* `make` is NULL on a Windows without System Restore */
    struct store store;
    struct files files;
    struct process_source processes;
    struct os_version_source os_version;
    struct identity_source identity;
    struct clock_source clock;
    struct deadline_source deadline; /* `set` is NULL in the window */
    struct screen screen;
};

#endif
