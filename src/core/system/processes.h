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

/* Returns "svchost.exe", "System" or "process 4711 (ended)"; for id 0, "(no process)". A name that
 * contains "(" is quoted, because maxport adds its own remarks in parentheses. */
const char *processes_name(const struct processes *processes, uint32_t id, char buffer[300]);

struct process_source {
    void *context;
    bool (*list)(void *context, struct processes *, struct fault *);
};

#endif
