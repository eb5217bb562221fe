/* machine.h - fills every interface of the struct machine (core/system/machine.h) on Windows. */
#ifndef WIN32_MACHINE_H
#define WIN32_MACHINE_H

#include "core/system/machine.h"
#include "win32/binder.h"
#include "win32/clock.h"
#include "win32/console.h"
#include "win32/deadline.h"
#include "win32/event_log.h"
#include "win32/processes.h"
#include "win32/ranges.h"
#include "win32/registry.h"
#include "win32/restore_point.h"
#include "win32/services.h"
#include "win32/sockets.h"
#include "win32/store.h"

/* The data of the interfaces. This struct must not move in memory while the interfaces are used. */
struct machine_adapters {
    struct registry_adapter registry;
    struct store_adapter store;
    struct sockets_adapter sockets;
    struct ranges_adapter ranges;
    struct event_log_adapter events;
    struct services_adapter services;
    struct processes_adapter processes;
    struct binder_adapter binder;
    struct restore_point_adapter restore_points;
    struct clock_adapter clock;
    struct deadline_adapter deadline;
    struct console console;
};

/* Fills *machine, for HKEY_LOCAL_MACHINE and the product's folder. Does not access the registry or
 * the folder and does not load any DLL, so that an unused interface costs nothing. Call
 * harden_process() first. */
void machine_open(struct machine_adapters *adapters, struct machine *machine);

/* Releases the store's lock, abandons running queries and restores the console. End the process
 * with background_end_process() afterwards. */
void machine_close(struct machine_adapters *adapters);

/* As machine_open(), for a read-only program. *machine has no screen, deadline, audit or
 * restore_points, and
 * the writing functions of registry, ranges and store are NULL. The linker therefore omits all
 * writing code (tests/toolchain/read_only.py), except the code of `files`, because the user can
 * save files. */
void machine_open_read_only(struct machine_adapters *adapters, struct machine *machine);
void machine_close_read_only(struct machine_adapters *adapters);

#endif
