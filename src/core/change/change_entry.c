#include "core/change/change_entry.h"

#include <stdlib.h>
#include <string.h>

#include "core/journal/journal_rule.h"
#include "core/journal/regfile.h"

/* ---- the entry -------------------------------------------------------- */

static char *copy_string(const char *string)
{
    char *copy = malloc(strlen(string) + 1);

    return copy ? strcpy(copy, string) : NULL;
}

static bool set_outcome(struct journal_entry *entry, const char *outcome, struct fault *fault)
{
    char *copy = copy_string(outcome);

    if (!copy)
        return fault_no_memory(fault);
    free(entry->outcome);
    entry->outcome = copy;
    return true;
}

bool change_entry_begin(const struct machine *machine, const char *command, const char *reason,
                        struct journal_entry *entry, struct fault *fault)
{
    struct identity identity;
    struct fault own;

    memset(entry, 0, sizeof *entry);
    entry->started_ms = machine->clock.now_ms(machine->clock.context);
    entry->is_boot_known = machine->clock.boot(machine->clock.context, &entry->boot, &own);
    if (machine->identity.read(machine->identity.context, &identity, &own)) {
        strcpy(entry->account, identity.account);
        strcpy(entry->session_user, identity.session_user);
        strcpy(entry->computer, identity.computer);
        entry->process_id = identity.process_id;
    }
    /* From key_written_ms, the survey later infers whether another program wrote the key between
     * the start of Windows and this change. */
    if (!machine->registry.last_write(machine->registry.context, TCPIP_PARAMETERS,
                                      &entry->key_written_ms, &own))
        entry->key_written_ms = 0;
    strncpy(entry->command, command, sizeof entry->command - 1);
    entry->reason = copy_string(reason);
    return set_outcome(entry, "", fault) && (entry->reason || fault_no_memory(fault));
}

bool change_entry_steps(const struct plan *plan, struct journal_entry *entry, struct fault *fault)
{
    entry->steps = calloc(plan->step_count, sizeof *entry->steps);
    if (!entry->steps)
        return fault_no_memory(fault);
    for (size_t i = 0; i < plan->step_count; i++) {
        entry->steps[i].place = plan->steps[i].place;
        entry->step_count = i + 1;
        if (!value_copy(&entry->steps[i].before, &plan->steps[i].before, fault) ||
            !value_copy(&entry->steps[i].after, &plan->steps[i].after, fault))
            return false;
        /* A running range takes effect immediately, so the prediction is the new range. */
        if (plan->steps[i].place.kind == PLACE_RANGE)
            entry->predicted[plan->steps[i].place.protocol][plan->steps[i].place.family] =
                plan->steps[i].after.range;
    }
    for (int p = 0; plan->moves_range && p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (plan->predicted_after[p][f].is_known)
                entry->predicted[p][f] = plan->predicted_after[p][f].range;
    return true;
}

bool change_entry_end(const struct machine *machine, struct journal_entry *entry,
                      enum entry_state state, const char *outcome, struct fault *fault)
{
    entry->state = state;
    entry->ended_ms = machine->clock.now_ms(machine->clock.context);
    return set_outcome(entry, outcome, fault) && journal_write_ended(&machine->store, entry, fault);
}

/* ---- backups ---------------------------------------------------------- */

bool change_entry_backup(const struct machine *machine, uint64_t first_id,
                         struct journal_entry *entry, struct fault *fault)
{
    struct regfile_writer file;
    struct text name;
    bool is_written;

    regfile_writer_init(&file);
    is_written = regfile_export(&machine->registry, TCPIP_PARAMETERS, &file, fault) &&
                 regfile_writer_finish(&file, fault);
    if (!is_written)
        fault_prefix(
            fault,
            "Nothing was changed, because the backup of the registry key could not be created");
    text_init(&name);
    for (uint64_t id = first_id; is_written; id++) {
        text_release(&name);
        text_init(&name);
        text_printf(&name, "changes\\%llu.reg", (unsigned long long)id);
        is_written = machine->store.create(machine->store.context, text_string(&name),
                                           file.bytes.data, file.bytes.length, fault);
        if (is_written) {
            entry->id = id;
            strncpy(entry->backup, text_string(&name), sizeof entry->backup - 1);
            sha256_hex(file.bytes.data, file.bytes.length, entry->backup_sha256);
            break;
        }
        is_written = fault->kind == FAULT_EXISTS && id < first_id + JOURNAL_ID_TRIES;
    }
    text_release(&name);
    regfile_writer_release(&file);
    return is_written;
}

/* Makes a small .reg file with only the previous values of the change, for an undo without
 * maxport. */
static bool undo_reg(const struct journal_entry *entry, struct regfile_writer *file,
                     struct fault *fault)
{
    for (size_t i = 0; i < entry->step_count; i++)
        if (!regfile_write_place(file, &entry->steps[i].place, &entry->steps[i].before))
            return fault_set(fault, FAULT_FAILED, 0, "%s could not be written to a .reg file.",
                             entry->steps[i].place.name);
    return regfile_writer_finish(file, fault);
}

/* Makes the undo file for running ranges: netsh commands, the last step first. */
static void undo_lines(const struct journal_entry *entry, struct text *text)
{
    for (size_t i = entry->step_count; i > 0; i--) {
        const struct step *step = &entry->steps[i - 1];

        text_printf(text,
                    "netsh interface %s set dynamicport %s start=%u num=%u store=persistent\r\n",
                    family_key(step->place.family), protocol_key(step->place.protocol),
                    (unsigned)step->before.range.start, (unsigned)step->before.range.count);
    }
}

bool change_entry_undo_file(const struct machine *machine, struct journal_entry *entry,
                            struct fault *fault)
{
    bool is_range = entry->steps[0].place.kind == PLACE_RANGE;
    struct regfile_writer file;
    struct text name, lines;
    const struct text *content = is_range ? &lines : &file.bytes;
    bool is_written;

    regfile_writer_init(&file);
    text_init(&lines);
    text_init(&name);
    text_printf(&name, "changes\\%llu-undo.%s", (unsigned long long)entry->id,
                is_range ? "txt" : "reg");
    if (is_range)
        undo_lines(entry, &lines);
    is_written = (is_range || undo_reg(entry, &file, fault)) &&
                 (!content->is_broken || fault_no_memory(fault)) &&
                 machine->store.create(machine->store.context, text_string(&name), content->data,
                                       content->length, fault);
    if (is_written)
        strncpy(entry->undo_file, text_string(&name), sizeof entry->undo_file - 1);
    text_release(&name);
    text_release(&lines);
    regfile_writer_release(&file);
    return is_written;
}
