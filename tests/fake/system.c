#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/calls.h"

static void events_read(void *context, int64_t since_ms, struct events *events)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_EVENTS_READ);
    memset(events, 0, sizeof *events);
    events->is_known = fake->log.is_known;
    if (!events->is_known)
        strcpy(events->why, "The test set no events.");
    for (size_t i = 0; i < fake->log.count; i++)
        if (fake->log.rows[i].time_ms >= since_ms)
            events->rows[events->count++] = fake->log.rows[i];
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        fake_die(fake);
}

void fake_add_event(struct fake *fake, uint32_t id, int64_t time_ms)
{
    if (fake->log.count == EVENTS_MAX)
        fake_misused("too many events");
    fake->log.is_known = true;
    memmove(fake->log.rows + 1, fake->log.rows, fake->log.count++ * sizeof *fake->log.rows);
    fake->log.rows[0] = (struct event){id, time_ms};
}

static void services_read(void *context, struct services *services)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_SERVICES_READ);
    memset(services, 0, sizeof *services);
    services->is_known = fake->services.is_known;
    if (!services->is_known)
        strcpy(services->why, "The test set no services.");
    services->count = fake->services.count;
    if (services->count)
        services->rows = fake_copy(fake->services.rows, services->count * sizeof *services->rows);
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        fake_die(fake);
}

static bool services_detail(void *context, uint32_t process, const char *name, char *pool,
                            size_t size)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_SERVICES_DETAIL);
    (void)process;
    if (strcmp(name, "w3wp.exe") != 0)
        return false;
    snprintf(pool, size, "Shop");
    return true;
}

void fake_add_service(struct fake *fake, uint32_t process, const char *name, const char *display)
{
    struct services *services = &fake->services;
    struct service *rows = realloc(services->rows, (services->count + 1) * sizeof *rows);
    if (!rows)
        fake_misused("no memory");
    services->rows = rows;
    rows[services->count] = (struct service){.process = process};
    strcpy(rows[services->count].name, name);
    strcpy(rows[services->count].display, display);
    services->count++;
    services->is_known = true;
}

static bool memory_read(void *context, struct memory *memory, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_MEMORY_READ);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_MEMORY_READ, FAULT_FAILED, fault);
    *memory = fake->memory;
    return fake_end(fake, CALL_MEMORY_READ, mishap, FAULT_FAILED, fault);
}

static void audit_report(void *context, enum audit_event event, const char *text)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_AUDIT_REPORT);
    text_printf(&fake->audited, "%d %s\n", (int)event, text);
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        fake_die(fake);
}

static void add_point(struct fake *fake, uint32_t sequence, const char *description,
                      int64_t created_ms)
{
    struct restore_points *points = &fake->points;
    struct restore_point *rows = realloc(points->rows, (points->count + 1) * sizeof *rows);
    if (!rows)
        fake_misused("no memory");
    points->rows = rows;
    rows[points->count] =
        (struct restore_point){.sequence = sequence, .created_ms = created_ms, .type = 12};
    strncpy(rows[points->count].description, description, sizeof rows->description - 1);
    points->count++;
}

static void points_make(void *context, const char *description, struct restore_point_result *result)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_RESTORE_POINT_MAKE);
    *result = fake->point_result;
    if (result->outcome == RESTORE_POINT_MADE)
        add_point(fake, result->sequence, description, fake->now_ms);
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        fake_die(fake);
}

static bool points_list(void *context, struct restore_points *points, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_RESTORE_POINT_LIST);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_RESTORE_POINT_LIST, FAULT_UNAVAILABLE, fault);
    if (!fake->identity.is_elevated)
        return fault_set(fault, FAULT_DENIED, 0,
                         "Windows shows restore points only to administrators.");
    points->count = fake->points.count;
    points->rows =
        points->count ? fake_copy(fake->points.rows, points->count * sizeof *points->rows) : NULL;
    return fake_end(fake, CALL_RESTORE_POINT_LIST, mishap, FAULT_UNAVAILABLE, fault);
}

/* FAIL_AFTER: Windows has scheduled the return to the restore point, but the answer of Windows did
 * not arrive. */
static enum return_result points_arm(void *context, uint32_t sequence, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_RESTORE_POINT_ARM);
    if (fake_fails_before(mishap)) {
        fake_fail(fake, CALL_RESTORE_POINT_ARM, FAULT_FAILED, fault);
        return RETURN_REFUSED;
    }
    fake->armed_point = sequence;
    return fake_end(fake, CALL_RESTORE_POINT_ARM, mishap, FAULT_FAILED, fault) ? RETURN_SCHEDULED
                                                                               : RETURN_UNCERTAIN;
}

void fake_add_restore_point(struct fake *fake, uint32_t sequence, const char *description,
                            int64_t created_ms)
{
    add_point(fake, sequence, description, created_ms);
    fake->machine.restore_points =
        (struct restore_point_source){fake, points_make, points_list, points_arm};
}

void fake_add_process(struct fake *fake, uint32_t id, const char *name)
{
    struct processes *all = &fake->processes;
    all->rows = fake_must(realloc(all->rows, (all->count + 1) * sizeof *all->rows));
    struct process *row = &all->rows[all->count++];
    *row = (struct process){.id = id, .parent = 4};
    snprintf(row->name, sizeof row->name, "%s", name);
}

static bool processes_list(void *context, struct processes *processes, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_PROCESSES_LIST);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_PROCESSES_LIST, FAULT_FAILED, fault);
    size_t count = fake->processes.count;
    if (count > 0)
        processes->rows = fake_copy(fake->processes.rows, count * sizeof *processes->rows);
    processes->count = count;
    processes_sort(processes);
    return fake_end(fake, CALL_PROCESSES_LIST, mishap, FAULT_FAILED, fault);
}

static bool processes_detail(void *context, uint32_t id, bool wants_command_line,
                             struct process_details *details, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_PROCESSES_DETAIL);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_PROCESSES_DETAIL, FAULT_FAILED, fault);
    char name[300];
    processes_sort(&fake->processes);
    if (fake->have_processes_ended || !processes_find(&fake->processes, id))
        return fault_set(fault, FAULT_MISSING, 0, "Process %lu has ended meanwhile.",
                         (unsigned long)id);
    memcpy(details->state, fake->detail_states, sizeof details->state);
    if (!wants_command_line)
        details->state[DETAIL_COMMAND_LINE] = DETAIL_UNKNOWN;
    snprintf(name, sizeof name, "%s", processes_find(&fake->processes, id)->name);
    if (details->state[DETAIL_PATH] == DETAIL_KNOWN)
        text_printf(&details->text[DETAIL_PATH], "C:\\%s\\%s",
                    fake->are_programs_of_windows ? "Windows\\System32" : "Apps", name);
    details->is_in_system_folder = fake->are_programs_of_windows;
    if (details->state[DETAIL_ACCOUNT] == DETAIL_KNOWN)
        text_puts(&details->text[DETAIL_ACCOUNT], "SHOP\\service");
    if (details->state[DETAIL_COMMAND_LINE] == DETAIL_KNOWN)
        text_printf(&details->text[DETAIL_COMMAND_LINE], "\"C:\\Apps\\%s\" " FAKE_SECRET, name);
    details->started_ms = fake->process_started_ms;
    details->read_ms = fake->now_ms;
    return fake_end(fake, CALL_PROCESSES_DETAIL, mishap, FAULT_FAILED, fault);
}

void fake_set_windows(struct fake *fake, uint32_t major, uint32_t minor, uint32_t build,
                      enum os_role role)
{
    fake->os = (struct os_version){
        .major = major, .minor = minor, .build = build, .role = role, .is_64_bit = true};
}

static bool os_version_read(void *context, struct os_version *os, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_OS_VERSION_READ);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_OS_VERSION_READ, FAULT_FAILED, fault);
    *os = fake->os;
    return fake_end(fake, CALL_OS_VERSION_READ, mishap, FAULT_FAILED, fault);
}

static bool identity_read(void *context, struct identity *identity, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_IDENTITY_READ);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_IDENTITY_READ, FAULT_FAILED, fault);
    *identity = fake->identity;
    return fake_end(fake, CALL_IDENTITY_READ, mishap, FAULT_FAILED, fault);
}

static bool identity_read_computer(void *context, char computer[IDENTITY_SIZE], struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_IDENTITY_READ);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_IDENTITY_READ, FAULT_FAILED, fault);
    strcpy(computer, fake->identity.computer);
    return fake_end(fake, CALL_IDENTITY_READ, mishap, FAULT_FAILED, fault);
}

void fake_open_system(struct fake *fake)
{
    struct machine *machine = &fake->machine;
    machine->events = (struct event_source){.context = fake, .read = events_read};
    machine->services =
        (struct service_source){.context = fake, .read = services_read, .detail = services_detail};
    machine->memory = (struct memory_source){fake, memory_read};
    machine->audit = (struct audit){fake, audit_report};
    machine->processes = (struct process_source){fake, processes_list, processes_detail};
    machine->os_version = (struct os_version_source){fake, os_version_read};
    machine->identity = (struct identity_source){fake, identity_read, identity_read_computer};
}
