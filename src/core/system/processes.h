/* processes.h - the processes of the machine at one moment, with their names. */
#ifndef CORE_SYSTEM_PROCESSES_H
#define CORE_SYSTEM_PROCESSES_H

#include "core/base/fault.h"

enum { SYSTEM_PROCESS = 4 }; /* the kernel, in every Windows since XP */

struct process {
    uint32_t id;
    uint32_t parent;
    char name[260]; /* image file name, UTF-8, from outside maxport; not yet safe for a screen */
};

struct processes {
    struct process *rows; /* owned, ascending by id */
    size_t count;
};

void processes_init(struct processes *processes);
void processes_release(struct processes *processes);
void processes_sort(struct processes *processes);
const struct process *processes_find(const struct processes *processes, uint32_t id);

enum { PROCESS_NAME_SIZE = 300 };

/* Returns "svchost.exe", "System" or "process 4711 (ended)"; for id 0, "(no process)". Names are
 * quoted by name_quote(). Not yet safe for a screen. */
const char *processes_name(const struct processes *processes, uint32_t id,
                           char buffer[PROCESS_NAME_SIZE]);

struct process_details;

struct process_source {
    void *context;
    bool (*list)(void *context, struct processes *, struct fault *);
    /* Reads the details of one process (process_details.h) into an empty struct. May take a second,
     * so call it only for the few processes that are shown. Fails with FAULT_MISSING if no process
     * has this ID; a detail that cannot be read is no failure. Optional. */
    bool (*detail)(void *context, uint32_t id, bool wants_command_line, struct process_details *,
                   struct fault *);
};

#endif
