#include "core/state/snapshot.h"

#include <stdlib.h>
#include <string.h>

/* Adds the processes that only the older list contains. If memory runs out, these processes have no
 * name, and the failure is counted. */
static void keep_names(struct processes *newer, const struct processes *older)
{
    size_t missing = 0, count = newer->count;
    struct process *rows;
    struct fault noted;

    for (size_t i = 0; i < older->count; i++)
        missing += !processes_find(newer, older->rows[i].id);
    if (!missing)
        return;
    rows = realloc(newer->rows, (count + missing) * sizeof *rows);
    if (!rows) {
        fault_no_memory(&noted);
        return;
    }
    newer->rows = rows;
    for (size_t i = 0; i < older->count; i++)
        if (!processes_find(newer, older->rows[i].id))
            rows[count++] = older->rows[i];
    newer->count = count;
    processes_sort(newer);
}

/* Lists the processes after the sockets, so that newly started processes have a name too. */
static void take_names(const struct machine *machine, struct snapshot *snapshot)
{
    struct processes processes;
    struct fault fault;

    if (!snapshot->sockets.has_owners)
        return;
    processes_init(&processes);
    if (!machine->processes.list(machine->processes.context, &processes, &fault)) {
        if (!snapshot->has_names)
            snapshot->names_fault = fault;
        return;
    }
    keep_names(&processes, &snapshot->processes);
    processes_release(&snapshot->processes);
    snapshot->processes = processes;
    snapshot->has_names = true;
}

enum { SNAPSHOT_SOCKETS = SOCKETS_ROWS | SOCKETS_OWNERS | SOCKETS_BOUND };

static void take_events(const struct machine *machine, int64_t now_ms, struct events *events)
{
    if (machine->events.read)
        machine->events.read(machine->events.context,
                             now_ms - (int64_t)SNAPSHOT_EVENTS_HOURS * 3600 * 1000, events);
    else
        strcpy(events->why, "Not available on this Windows.");
}

static void take_services(const struct machine *machine, struct services *services)
{
    if (machine->services.read)
        machine->services.read(machine->services.context, services);
    else
        strcpy(services->why, "Not available on this Windows.");
}

bool snapshot_take(const struct machine *machine, unsigned wants, struct snapshot *snapshot,
                   struct fault *fault)
{
    bool wants_events = (wants & SNAPSHOT_EVENTS) != 0, is_taken;
    unsigned mask =
        SURVEY_RANGES | SURVEY_USAGE | (wants & SNAPSHOT_MISPLACED ? SURVEY_MISPLACED : 0);
    struct machine begun = *machine;

    memset(snapshot, 0, sizeof *snapshot);
    processes_init(&snapshot->processes);
    services_init(&snapshot->services);
    /* Windows answers these queries while survey_take_with() reads the sockets. */
    if (machine->ranges.begin)
        machine->ranges.begin(machine->ranges.context);
    begun.ranges.begin = NULL;
    if (wants_events && machine->events.begin)
        machine->events.begin(machine->events.context);
    if (machine->services.begin)
        machine->services.begin(machine->services.context);
    is_taken = survey_take_with(&begun, mask, SNAPSHOT_SOCKETS, &snapshot->survey,
                                &snapshot->sockets, fault);
    /* Read the results of queries that were started, even if the survey failed. */
    if (wants_events)
        take_events(machine, is_taken ? snapshot->survey.taken_ms : 0, &snapshot->events);
    take_services(machine, &snapshot->services);
    if (!is_taken) {
        services_release(&snapshot->services);
        return false;
    }
    snapshot->detail = machine->services.detail ? &machine->services : NULL;
    snapshot->process_source = &machine->processes;
    take_names(machine, snapshot);
    return true;
}

bool snapshot_refresh(const struct machine *machine, struct snapshot *snapshot, struct fault *fault)
{
    struct sockets sockets;

    if (!survey_fetch(machine, SNAPSHOT_SOCKETS, &sockets, fault))
        return false;
    if (snapshot->earlier_count == EARLIER_MAX) {
        sockets_release(&snapshot->earlier[0]);
        memmove(snapshot->earlier, snapshot->earlier + 1,
                (EARLIER_MAX - 1) * sizeof snapshot->earlier[0]);
        snapshot->earlier_count--;
    }
    snapshot->earlier[snapshot->earlier_count++] = snapshot->sockets;
    snapshot->sockets = sockets;
    snapshot->survey.has_usage = true;
    take_names(machine, snapshot);
    survey_set_usage(&snapshot->survey, &snapshot->sockets);
    return true;
}

void snapshot_release(struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->earlier_count; i++)
        sockets_release(&snapshot->earlier[i]);
    snapshot->earlier_count = 0;
    sockets_release(&snapshot->sockets);
    processes_release(&snapshot->processes);
    services_release(&snapshot->services);
    survey_release(&snapshot->survey);
}

static bool has_service(const struct services *services, uint32_t process)
{
    for (size_t i = 0; i < services->count; i++)
        if (services->rows[i].process == process)
            return true;
    return false;
}

/* Appends the name. Returns whether the text now ends with a comma and a PID. */
static bool append_name(const struct snapshot *snapshot, uint32_t process, struct text *text)
{
    bool is_somebody = process != 0 && process != (uint32_t)OWNER_UNKNOWN;
    bool has_pid;
    struct text name;

    text_init(&name);
    /* Without a list of processes, maxport cannot determine whether the process has ended. */
    if (is_somebody && !snapshot->has_names && !has_service(&snapshot->services, process))
        text_printf(&name, "process %lu", (unsigned long)process);
    else
        process_describe(&snapshot->processes, &snapshot->services, snapshot->detail,
                         is_somebody ? process : (uint32_t)OWNER_UNKNOWN, &name);
    text_safe(text, text_string(&name), name.length);
    has_pid = is_somebody && strncmp(text_string(&name), "process ", 8) != 0;
    if (has_pid)
        text_printf(text, ", PID %lu", (unsigned long)process);
    text->is_broken |= name.is_broken;
    text_release(&name);
    return has_pid;
}

void snapshot_name(const struct snapshot *snapshot, uint32_t process, struct text *text)
{
    append_name(snapshot, process, text);
}

void snapshot_name_and(const struct snapshot *snapshot, uint32_t process, const char *rest,
                       struct text *text)
{
    text_puts(text, append_name(snapshot, process, text) ? ", " : " ");
    text_puts(text, rest);
}
