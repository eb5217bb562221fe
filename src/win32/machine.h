/* machine.h - the real machine: every interface of core/system/machine.h on Windows.
 */
#ifndef WIN32_MACHINE_H
#define WIN32_MACHINE_H

#include "core/system/machine.h"
#include "win32/binder.h"
#include "win32/clock.h"
#include "win32/console.h"
#include "win32/event_log.h"
#include "win32/ranges.h"
#include "win32/registry.h"
#include "win32/restore_point.h"
#include "win32/services.h"
#include "win32/sockets.h"
#include "win32/store.h"

/* What the ports work on; it stays where it is while they are used. */
struct machine_adapters {
    struct registry_adapter registry;
    struct store_adapter store;
    struct sockets_adapter sockets;
    struct ranges_adapter ranges;
    struct event_log_adapter events;
    struct services_adapter services;
    struct binder_adapter binder;
    struct restore_point_adapter restore_points;
    struct clock_adapter clock;
    struct console console;
};

/* Fills *machine, on HKEY_LOCAL_MACHINE and the product's folder; touches neither, and
 * loads nothing: what a command does not use costs it nothing. Call harden first. */
void machine_open(struct machine_adapters *adapters, struct machine *machine);

/* Lets go of the store's lock and of what is still being asked, and gives the console back
 * as it was found. The process then ends by background_end_process. */
void machine_close(struct machine_adapters *adapters);

/* The same for who only looks: screen, audit and restore_points are not there, and what
 * writes of registry, ranges and store is NULL, so that none of that code is linked
 * (tests/toolchain/read_only.py). What stays is `files`, for what the user saves. */
void machine_open_read_only(struct machine_adapters *adapters, struct machine *machine);
void machine_close_read_only(struct machine_adapters *adapters);

#endif
