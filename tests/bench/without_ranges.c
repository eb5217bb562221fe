/* The real machine without sources of ranges, so that ranges are predicted by rule. main.c is
 * compiled to call this function. */
#include "win32/machine.h"

void machine_open_without_ranges(struct machine_adapters *adapters, struct machine *machine);

void machine_open_without_ranges(struct machine_adapters *adapters, struct machine *machine)
{
    machine_open(adapters, machine);
    machine->ranges = (struct range_access){.context = NULL};
}
