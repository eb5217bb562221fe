#include "win32/machine.h"

#include "win32/audit.h"
#include "win32/files.h"
#include "win32/identity.h"
#include "win32/memory.h"
#include "win32/os_version.h"
#include "win32/processes.h"

#include <string.h>

void machine_open(struct machine_adapters *adapters, struct machine *machine)
{
    memset(adapters, 0, sizeof *adapters);
    memset(machine, 0, sizeof *machine);
    console_open(&adapters->console, &machine->screen);
    registry_under(HKEY_LOCAL_MACHINE, &adapters->registry, &machine->registry);
    sockets_open(&adapters->sockets, &machine->sockets);
    ranges_open(&adapters->ranges, &machine->ranges);
    event_log_open(&adapters->events, &machine->events);
    services_open(&adapters->services, &machine->services);
    memory_open(&machine->memory);
    binder_open(&adapters->binder, &machine->binder);
    restore_point_open(&adapters->restore_points, &machine->screen, &machine->restore_points);
    clock_open(&adapters->clock, &machine->clock);
    files_open(&machine->files);
    audit_open(&machine->audit);
    processes_open(&machine->processes);
    os_version_open(&machine->os_version);
    identity_open(&machine->identity);
    store_open(&adapters->store, &machine->store);
}

void machine_close(struct machine_adapters *adapters)
{
    ranges_close(&adapters->ranges);
    event_log_close(&adapters->events);
    services_close(&adapters->services);
    binder_close(&adapters->binder);
    store_close(&adapters->store);
    console_close(&adapters->console);
}
