#include "win32/machine.h"

#include "win32/audit.h"
#include "win32/files.h"
#include "win32/identity.h"
#include "win32/memory.h"
#include "win32/os_version.h"
#include "win32/processes.h"

#include <string.h>

/* Opens the interfaces that are the same in machine_open() and machine_open_read_only(). Only one
 * of these interfaces writes: `files` writes files that the user names. */
static void open_shared(struct machine_adapters *adapters, struct machine *machine)
{
    memset(adapters, 0, sizeof *adapters);
    memset(machine, 0, sizeof *machine);
    sockets_open(&adapters->sockets, &machine->sockets);
    event_log_open(&adapters->events, &machine->events);
    services_open(&adapters->services, &machine->services);
    memory_open(&machine->memory);
    binder_open(&adapters->binder, &machine->binder);
    clock_open(&adapters->clock, &machine->clock);
    files_open(&machine->files);
    processes_open(&adapters->processes, &machine->processes);
    os_version_open(&machine->os_version);
    identity_open(&machine->identity);
}

void machine_open(struct machine_adapters *adapters, struct machine *machine)
{
    open_shared(adapters, machine);
    console_open(&adapters->console, &machine->screen);
    registry_under(HKEY_LOCAL_MACHINE, &adapters->registry, &machine->registry);
    ranges_open(&adapters->ranges, &machine->ranges);
    restore_point_open(&adapters->restore_points, &machine->screen, &machine->restore_points);
    deadline_open(&adapters->deadline, &machine->deadline);
    audit_open(&machine->audit);
    store_open(&adapters->store, &machine->store);
}

void machine_open_read_only(struct machine_adapters *adapters, struct machine *machine)
{
    open_shared(adapters, machine);
    registry_read_only_under(HKEY_LOCAL_MACHINE, &adapters->registry, &machine->registry);
    ranges_open_read_only(&adapters->ranges, &machine->ranges);
    store_open_read_only(&adapters->store, &machine->store);
}

void machine_close_read_only(struct machine_adapters *adapters)
{
    ranges_close(&adapters->ranges);
    event_log_close(&adapters->events);
    services_close(&adapters->services);
    binder_close(&adapters->binder);
}

void machine_close(struct machine_adapters *adapters)
{
    machine_close_read_only(adapters);
    store_close(&adapters->store);
    console_close(&adapters->console);
}
