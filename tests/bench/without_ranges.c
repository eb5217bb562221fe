/* Opens the real machine, but without sources of ranges, so that maxport calculates the ranges from
 * its rules. For this program, main.c is compiled so that it calls this function. */
#include "win32/machine.h"

void machine_open_without_ranges(struct machine_adapters *adapters, struct machine *machine);

void machine_open_without_ranges(struct machine_adapters *adapters, struct machine *machine)
{
    machine_open(adapters, machine);
    machine->ranges = (struct range_access){.context = NULL};
}
