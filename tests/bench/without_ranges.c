/* The real machine without the sources of the ranges, so that the rules answer. main.c is
 * compiled to call this one. */
#include "win32/machine.h"

void machine_open_without_ranges(struct machine_adapters *adapters, struct machine *machine);

void machine_open_without_ranges(struct machine_adapters *adapters, struct machine *machine)
{
    machine_open(adapters, machine);
    machine->ranges = (struct range_access){.context = NULL};
}
