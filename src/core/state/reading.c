#include "core/state/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- programs --------------------------------------------------------- */

static struct reading_program *find_program(const struct reading_programs *programs,
                                            const char *name)
{
    for (size_t i = 0; i < programs->count; i++)
        if (strcmp(programs->rows[i].name, name) == 0)
            return &programs->rows[i];
    return NULL;
}

/* Adds a program. Two different names can become the same when they are made safe for a screen;
 * their ports are then added, because monitoring systems refuse two equal names. */
static bool add_program(struct reading_programs *programs, const char *image, uint32_t ports,
                        struct fault *fault)
{
    struct text name;
    struct reading_program *known;

    text_init(&name);
    text_safe(&name, image, strlen(image));
    if (name.is_broken) {
        text_release(&name);
        return fault_no_memory(fault);
    }
    known = find_program(programs, text_string(&name));
    if (known) {
        known->ports += ports;
        text_release(&name);
    } else {
        programs->rows[programs->count++] =
            (struct reading_program){.name = name.data, .ports = ports};
    }
    return true;
}

/* A program named "other" would be mistaken for the rest, so it is counted with the rest. */
static bool is_listed(const struct process *process)
{
    return process && *process->name && ascii_compare(process->name, "other") != 0;
}

static bool list_programs(struct reading *reading, enum protocol protocol,
                          const struct usage_groups *groups, const struct processes *processes,
                          size_t top, struct fault *fault)
{
    struct reading_programs *programs = &reading->programs[protocol];
    uint32_t in_use = reading->survey.usage[protocol].united.in_use, listed = 0;
    size_t room = groups->count < top ? groups->count : top;

    programs->rows = calloc(room ? room : 1, sizeof *programs->rows);
    if (!programs->rows)
        return fault_no_memory(fault);
    for (size_t i = 0; i < groups->count && programs->count < room; i++) {
        const struct usage_bucket *group = &groups->rows[i];
        const struct process *process = processes_find(processes, group->owner);

        if (group->protocol != protocol || !is_listed(process))
            continue;
        if (!add_program(programs, process->name, group->ports, fault))
            return false;
        listed += group->ports;
    }
    /* Programs can share a port, so the sum can exceed the ports in use. */
    programs->other_ports = listed < in_use ? in_use - listed : 0;
    return true;
}

static bool take_programs(const struct machine *machine, const struct sockets *sockets, size_t top,
                          struct reading *reading, struct fault *fault)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct usage_groups groups;
    struct processes processes;
    struct fault ignored;
    bool is_taken = true;

    processes_init(&processes);
    if (!sockets->has_owners ||
        !machine->processes.list(machine->processes.context, &processes, &ignored))
        return true;
    survey_ranges(&reading->survey, ranges);
    if (!usage_group_names(sockets, &processes, ranges, SIZE_MAX, &groups, fault)) {
        processes_release(&processes);
        return false;
    }
    for (int p = 0; is_taken && p < PROTOCOL_COUNT; p++)
        is_taken = list_programs(reading, (enum protocol)p, &groups, &processes, top, fault);
    reading->has_programs = is_taken;
    usage_groups_release(&groups);
    processes_release(&processes);
    return is_taken;
}

/* ---- free blocks and the busiest destination -------------------------- */

static bool count_blocks(const struct sockets *sockets, struct reading *reading,
                         struct fault *fault)
{
    struct port_map *map = malloc(sizeof *map);

    if (!map)
        return fault_no_memory(fault);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        port_map_fill(map, sockets, &reading->survey.exclusions, (enum protocol)p);
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (reading_is_known(reading, (enum protocol)p, (enum family)f))
                free_blocks_count(map, reading->survey.usage[p].range[f], &reading->blocks[p][f]);
    }
    free(map);
    return true;
}

static bool find_remote(const struct sockets *sockets, struct reading *reading, struct fault *fault)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct usage_groups groups;

    survey_ranges(&reading->survey, ranges);
    if (!usage_group(sockets, GROUP_REMOTE, ranges, 1, &groups, fault))
        return false;
    for (size_t i = 0; i < groups.count && !reading->has_remote; i++)
        if (groups.rows[i].protocol == PROTOCOL_TCP) {
            reading->remote = groups.rows[i];
            reading->has_remote = true;
        }
    usage_groups_release(&groups);
    return true;
}

/* ---- taking ----------------------------------------------------------- */

/* Windows without IPv6 has no function for its tables, or the function is not supported. */
static bool lacks_table(const struct socket_table *table)
{
    enum { NOT_SUPPORTED = 50, PROC_NOT_FOUND = 127 }; /* Win32, system error codes */

    return !table->is_available &&
           (!table->code || table->code == NOT_SUPPORTED || table->code == PROC_NOT_FOUND);
}

static bool count(const struct machine *machine, const struct sockets *sockets, size_t top,
                  struct reading *reading, struct fault *fault)
{
    struct survey *survey = &reading->survey;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            reading->is_partial[p][f] = sockets->tables[p][f].is_partial;
            reading->is_absent[p][f] = survey->has_usage && lacks_table(&sockets->tables[p][f]);
        }
    /* The value with which Windows started is derived from the journal. */
    reading->is_restart_known = survey->is_stored_known[SETTING_MAX_USER_PORT] &&
                                survey->is_at_boot_known && !survey->is_at_boot_doubtful &&
                                !*survey->store_trouble && !survey->is_journal_behind;
    reading->is_restart_pending = survey_restart_is_pending(survey);
    return count_blocks(sockets, reading, fault) && find_remote(sockets, reading, fault) &&
           (!top || take_programs(machine, sockets, top, reading, fault));
}

bool reading_take(const struct machine *machine, size_t top, struct reading *reading,
                  struct fault *fault)
{
    unsigned socket_mask = SOCKETS_ROWS | SOCKETS_BOUND | (top ? SOCKETS_OWNERS : 0);
    struct sockets sockets;
    bool is_taken;

    memset(reading, 0, sizeof *reading);
    if (!survey_take_with(machine, SURVEY_RANGES | SURVEY_USAGE | SURVEY_RECENT, socket_mask,
                          &reading->survey, &sockets, fault))
        return false;
    is_taken = count(machine, &sockets, top, reading, fault);
    sockets_release(&sockets);
    if (!is_taken)
        reading_release(reading);
    return is_taken;
}

static void add_sample(const struct reading *reading, const struct sockets *sockets,
                       struct series *series)
{
    struct usage usage[PROTOCOL_COUNT];

    survey_count(&reading->survey, sockets, usage);
    series_add(series, sockets->taken_ms, usage);
}

bool reading_watch(const struct machine *machine, uint32_t watch_ms, struct reading *reading,
                   struct series *series, struct fault *fault)
{
    for (int i = 0; i < READING_WATCH_SAMPLES; i++) {
        struct sockets sockets;
        struct fault own;

        if (machine->screen.stop_requested(machine->screen.context))
            return fault_set(fault, FAULT_DECLINED, 0, "Interrupted while watching the ports.");
        if (i)
            machine->clock.sleep_ms(machine->clock.context, watch_ms / (READING_WATCH_SAMPLES - 1));
        if (!survey_fetch(machine, SOCKETS_ROWS | SOCKETS_BOUND, &sockets, &own))
            continue;
        add_sample(reading, &sockets, series);
        sockets_release(&sockets);
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            reading->is_filling[p][f] = series_full_in(series, (enum protocol)p, (enum family)f,
                                                       &reading->full_in_seconds[p][f]);
    return true;
}

void reading_release(struct reading *reading)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        for (size_t i = 0; i < reading->programs[p].count; i++)
            free(reading->programs[p].rows[i].name);
        free(reading->programs[p].rows);
    }
    survey_release(&reading->survey);
}

/* ---- parts that could not be read -------------------------------------------------- */

bool reading_is_known(const struct reading *reading, enum protocol protocol, enum family family)
{
    const struct usage *usage = &reading->survey.usage[protocol];

    return reading->survey.has_usage && usage->is_available[family] && usage->range[family].count;
}

static void add_unseen(char names[READING_UNSEEN_MAX][READING_UNSEEN_SIZE], size_t *count, int p,
                       int f, const char *what)
{
    snprintf(names[(*count)++], READING_UNSEEN_SIZE, "%s_%s_%s", protocol_key((enum protocol)p),
             family_key((enum family)f), what);
}

size_t reading_unseen(const struct reading *reading, bool wants_programs,
                      char names[READING_UNSEEN_MAX][READING_UNSEEN_SIZE])
{
    const struct survey *survey = &reading->survey;
    size_t found = 0;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            if (!survey->has_usage || !survey->usage[p].is_available[f])
                add_unseen(names, &found, p, f, "table");
            if (!survey->usage[p].range[f].count)
                add_unseen(names, &found, p, f, "range");
            if (!survey->exclusions.is_known[p][f])
                add_unseen(names, &found, p, f, "exclusions");
        }
    if (survey->has_usage && !survey->has_bound)
        strcpy(names[found++], "bound_sockets");
    if (wants_programs && !reading->has_programs)
        strcpy(names[found++], "programs");
    if (!reading->is_restart_known)
        strcpy(names[found++], "restart_pending");
    return found;
}
