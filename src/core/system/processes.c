#include "core/system/processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/quote.h"

void processes_init(struct processes *processes)
{
    *processes = (struct processes){.rows = NULL};
}

void processes_release(struct processes *processes)
{
    free(processes->rows);
    processes_init(processes);
}

static int compare(const void *a, const void *b)
{
    const struct process *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

void processes_sort(struct processes *processes)
{
    if (processes->count > 1)
        qsort(processes->rows, processes->count, sizeof *processes->rows, compare);
}

const struct process *processes_find(const struct processes *processes, uint32_t id)
{
    size_t low = 0, high = processes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (processes->rows[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < processes->count && processes->rows[low].id == id ? &processes->rows[low] : NULL;
}

const char *processes_name(const struct processes *processes, uint32_t id,
                           char buffer[PROCESS_NAME_SIZE])
{
    if (id == 0)
        return "(no process)";
    const struct process *process = processes_find(processes, id);
    if (process && process->name[0])
        return name_quote(process->name, buffer, PROCESS_NAME_SIZE);
    if (id == SYSTEM_PROCESS)
        return "System";
    snprintf(buffer, PROCESS_NAME_SIZE, "process %lu%s", (unsigned long)id,
             process ? "" : " (ended)");
    return buffer;
}
