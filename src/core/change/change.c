#include "core/change/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/journal/journal_rule.h"
#include "core/journal/place_access.h"
#include "core/journal/regfile.h"

enum { LOCK_WAIT_MS = 5000 };

void change_init(struct change *change, const char *command)
{
    memset(change, 0, sizeof *change);
    change->command = command;
    change->reason = "";
}

/* Sets the paths for display. view: STORE_PRIVATE until the public copies are updated. */
static void name_files(const struct machine *machine, enum store_view view,
                       const struct journal_entry *entry, struct change *change)
{
    const struct store *store = &machine->store;

    if (*entry->backup)
        store->path(store->context, view, entry->backup, change->backup);
    if (*entry->undo_file)
        store->path(store->context, view, entry->undo_file, change->undo_file);
}

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

static bool entry_begin(const struct machine *machine, const struct change *change,
                        enum entry_state state, const struct journal *journal,
                        struct journal_entry *entry, struct fault *fault)
{
    struct identity identity;
    struct fault own;

    memset(entry, 0, sizeof *entry);
    entry->id = journal->next_id;
    entry->state = state;
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
    strncpy(entry->command, change->command, sizeof entry->command - 1);
    if (change->restore_point && (change->restore_point->outcome == RESTORE_POINT_MADE ||
                                  change->restore_point->outcome == RESTORE_POINT_REUSED)) {
        entry->has_restore_point = true;
        entry->restore_point_outcome = change->restore_point->outcome;
        entry->restore_point = change->restore_point->sequence;
    }
    entry->undoes = change->undoes;
    entry->reason = copy_string(change->reason);
    return set_outcome(entry, "", fault) && (entry->reason || fault_no_memory(fault));
}

static bool entry_steps(const struct plan *plan, struct journal_entry *entry, struct fault *fault)
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

static bool entry_end(const struct machine *machine, struct journal_entry *entry,
                      enum entry_state state, const char *outcome, struct fault *fault)
{
    entry->state = state;
    entry->ended_ms = machine->clock.now_ms(machine->clock.context);
    return set_outcome(entry, outcome, fault) && journal_write_ended(&machine->store, entry, fault);
}

/* ---- backups ---------------------------------------------------------- */

/* Writes the whole key to a new file of the store and gives the entry the first unused id. */
static bool write_backup(const struct machine *machine, uint64_t first_id,
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

/* Writes the undo file. All steps of a change have the same kind of place, because a .reg file
 * cannot contain netsh commands. */
static bool write_undo_file(const struct machine *machine, struct journal_entry *entry,
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

/* ---- writing ---------------------------------------------------------- */

/* Writes a value, reads it back, compares it and flushes the place. */
static bool write_and_verify(const struct machine *machine, const struct place *place,
                             const struct value *value, struct fault *fault)
{
    struct place_access holder;
    struct value found = value_absent();
    bool is_same;

    if (!place_access_of(machine, place, &holder, fault) ||
        !holder.write(machine, place, value, fault) || !holder.read(machine, place, &found, fault))
        return false;
    is_same = value_equal(&found, value);
    if (!is_same) {
        char label[PLACE_NAME_SIZE + 32];
        struct text shown;

        text_init(&shown);
        value_print(&found, &shown);
        fault_set(fault, FAULT_FAILED, 0,
                  "%s was written, but a different value was read back: %s.",
                  place_label(place, label), text_string(&shown));
        text_release(&shown);
    }
    value_release(&found);
    return is_same && holder.flush(machine, place, fault);
}

/* Returns whether the place already has this value, so that the value need not be written. After a
 * denied write, a place still has its previous value, and another write would be denied too. */
static bool holds(const struct machine *machine, const struct place *place,
                  const struct value *value)
{
    struct value found = value_absent();
    struct fault ignored; /* if the value cannot be read, it is restored */
    bool is_same =
        place_access_read(machine, place, &found, &ignored) && value_equal(&found, value);

    value_release(&found);
    return is_same;
}

/* Restores the previous values of the first `count` steps, the last step first. The last of them
 * may be the step that failed, because its write may have taken effect. Continues after a failure.
 */
static bool roll_back(const struct machine *machine, const struct step *steps, size_t count,
                      struct fault *fault)
{
    bool is_back = true;

    for (size_t i = count; i > 0; i--)
        if (!holds(machine, &steps[i - 1].place, &steps[i - 1].before) &&
            !write_and_verify(machine, &steps[i - 1].place, &steps[i - 1].before, fault))
            is_back = false;
    return is_back;
}

/* Called after a failed write. Rolls back, records the outcome in the journal, and sets the
 * fault. */
static void fail_back(const struct machine *machine, struct journal_entry *entry, size_t touched,
                      struct change *change, struct fault *fault)
{
    struct fault why = *fault;
    struct fault own;
    bool is_back = roll_back(machine, entry->steps, touched, &own);

    if (!is_back) { /* "Nothing was changed" would now be wrong */
        fault_retract(&why);
        fault_retract(&own);
    }
    change->state = is_back ? ENTRY_ROLLED_BACK : ENTRY_STUCK;
    if (is_back && why.kind == FAULT_STALE) {
        *fault = why; /* everything except the value of the other program is as it was before */
    } else if (is_back) {
        fault_set(fault, why.kind == FAULT_DENIED ? FAULT_DENIED : FAULT_FAILED, why.code,
                  "%s Everything is as it was before.", why.text);
    } else {
        fault_set(fault, FAULT_STUCK, own.code,
                  "%s Restoring the previous values failed too: %s For the previous values, run "
                  "maxport history %llu; to restore them without maxport, use %s.",
                  why.text, own.text, (unsigned long long)entry->id, change->undo_file);
    }
    if (!entry_end(machine, entry, change->state, why.text, &own) && is_back)
        fault_prefix(fault, "The outcome is not in the journal yet (the next change records it). "
                            "The change failed");
}

/* Windows has no compare-and-set, and writing the backup took time. Therefore each place is checked
 * again right before the write, so that a value that another program has written meanwhile is not
 * overwritten. */
static bool write_steps(const struct machine *machine, struct journal_entry *entry,
                        struct change *change, struct fault *fault)
{
    for (size_t i = 0; i < entry->step_count; i++) {
        const struct step *step = &entry->steps[i];
        bool is_fresh = step_is_fresh(machine, step, fault);

        if (!is_fresh || !write_and_verify(machine, &step->place, &step->after, fault)) {
            fail_back(machine, entry, is_fresh ? i + 1 : i, change, fault);
            return false;
        }
    }
    return true;
}

/* ---- resolving -------------------------------------------------------- */

/* Appends "Change 3 (set) was interrupted: WORDS." if there is room. Returns whether there was
 * room. */
static bool add_resolved(struct change *change, const struct resolution *row,
                         void (*words)(const struct resolution *, struct text *))
{
    enum { ROOM_FOR_MORE = 40 }; /* " And N more." */
    struct text sentence;
    bool fits;

    text_init(&sentence);
    text_printf(&sentence,
                "%sChange %llu (%s) was interrupted: ", change->resolved_length ? " " : "",
                (unsigned long long)row->id, row->command);
    words(row, &sentence);
    text_puts(&sentence, ".");
    fits = !sentence.is_broken &&
           change->resolved_length + sentence.length + ROOM_FOR_MORE <= sizeof change->resolved;
    if (fits) {
        strcpy(change->resolved + change->resolved_length, text_string(&sentence));
        change->resolved_length += sentence.length;
    }
    text_release(&sentence);
    return fits;
}

/* Appends the outcome to change->resolved, or only counts it if there is no room. */
static void note_resolved(struct change *change, const struct resolution *row)
{
    if (!change->resolved_more && (add_resolved(change, row, resolution_words) ||
                                   add_resolved(change, row, resolution_summary)))
        return;
    change->resolved_more++;
    snprintf(change->resolved + change->resolved_length,
             sizeof change->resolved - change->resolved_length, " And %zu more.",
             change->resolved_more);
}

static bool restore_previous(const struct machine *machine, const struct resolution *row,
                             struct fault *fault)
{
    for (size_t i = 0; i < row->write_count; i++) {
        const struct step *write = &row->writes[i];

        if (write_and_verify(machine, &write->place, &write->after, fault))
            continue;
        fault_prefix(fault,
                     "Change %llu (%s) was interrupted, and the previous values could not be "
                     "restored",
                     (unsigned long long)row->id, row->command);
        if (i > 0 || !holds(machine, &write->place, &write->before)) {
            char partly[160];

            snprintf(partly, sizeof partly,
                     "Change %llu was rolled back only partly and is still unresolved. For the "
                     "previous values, run maxport history %llu.",
                     (unsigned long long)row->id, (unsigned long long)row->id);
            fault->kind = FAULT_STUCK;
            fault_except(fault, partly);
        }
        return false;
    }
    return true;
}

static bool resolve_entry(const struct machine *machine, struct journal *journal,
                          const struct resolution *row, struct change *change, struct fault *fault)
{
    struct journal_entry *entry =
        &journal->entries[journal_find(journal, row->id) - journal->entries];
    struct text words;
    bool is_ended;

    if (!restore_previous(machine, row, fault))
        return false;
    if (row->write_count)
        note_resolved(change, row);
    text_init(&words);
    resolution_words(row, &words);
    entry->was_resolved = true;
    is_ended = entry_end(machine, entry, row->state, text_string(&words), fault);
    text_release(&words);
    if (is_ended && !row->write_count)
        note_resolved(change, row);
    return is_ended;
}

/* The caller must have locked the store. Repairs the last line of the journal and resolves
 * interrupted changes exactly as `shown` describes. Fails with FAULT_STALE and writes nothing
 * if the journal and the current values now call for other writes or outcomes. */
static bool resolve_journal(const struct machine *machine, const struct resolving *shown,
                            struct journal *journal, struct change *change, struct fault *fault)
{
    struct resolving now;
    bool is_resolved;

    if (!resolving_make(machine, journal, &now, fault))
        return false;
    is_resolved = resolving_equal(&now, shown) ||
                  fault_set(fault, FAULT_STALE, 0,
                            "The values of an interrupted change have changed since they were "
                            "displayed. Nothing was changed; run the command again.");
    is_resolved = is_resolved && journal_mend(&machine->store, journal, fault);
    for (size_t i = 0; is_resolved && i < now.count; i++)
        is_resolved = resolve_entry(machine, journal, &now.rows[i], change, fault);
    resolving_release(&now);
    return is_resolved;
}

/* ---- beginning and ending a change ------------------------------------ */

/* entry: NULL if no change was begun. Releases the lock before it updates the public copies,
 * because users can delay the update of the copies and must not delay the next change. Reports the
 * resolved changes even if the change itself failed. */
static bool end_writing(const struct machine *machine, struct journal *journal,
                        struct journal_entry *entry, bool is_done, struct change *change,
                        struct fault *fault)
{
    const struct store *store = &machine->store;
    struct fault own;

    journal_release(journal);
    store->unlock(store->context);
    if (!store->publish(store->context, &own))
        memcpy(change->unpublished, own.text, sizeof change->unpublished);
    else if (entry)
        name_files(machine, STORE_PUBLIC, entry, change);
    if (entry)
        journal_entry_release(entry);
    if (!is_done && *change->resolved)
        fault_except(fault, change->resolved);
    return is_done;
}

/* Locks the store and reads the journal. shown: how interrupted changes will be resolved; NULL:
 * they are not resolved. */
static bool begin_writing(const struct machine *machine, const struct resolving *shown,
                          struct journal *journal, struct change *change, struct fault *fault)
{
    const struct store *store = &machine->store;
    bool is_begun;

    if (!store->prepare(store->context, &change->store, fault) ||
        !store->lock(store->context, LOCK_WAIT_MS, fault))
        return false;
    journal_init(journal);
    is_begun = journal_read_recent(store, STORE_PRIVATE, journal, fault) &&
               (shown ? resolve_journal(machine, shown, journal, change, fault)
                      : journal_mend(store, journal, fault));
    if (is_begun)
        return true;
    return end_writing(machine, journal, NULL, false, change, fault);
}

bool change_resolve(const struct machine *machine, const struct survey *survey,
                    struct change *change, struct fault *fault)
{
    struct journal journal;

    return begin_writing(machine, &survey->resolving, &journal, change, fault) &&
           end_writing(machine, &journal, NULL, true, change, fault);
}

static bool is_interrupted(const struct machine *machine, struct fault *fault)
{
    if (!machine->screen.stop_requested(machine->screen.context))
        return false;
    fault_set(fault, FAULT_DECLINED, 0, "Interrupted before the first write. Nothing was changed.");
    return true;
}

/* Writes everything that must be on disk before the first value is written. */
static bool prepare_entry(const struct machine *machine, const struct survey *survey,
                          const struct plan *plan, const struct journal *journal,
                          struct change *change, struct journal_entry *entry, struct fault *fault)
{
    entry->use_before = survey_use(survey);
    if (!plan_is_fresh(machine, plan, fault) || is_interrupted(machine, fault) ||
        !entry_steps(plan, entry, fault) || !journal_rule_allows(entry, journal, fault) ||
        !write_backup(machine, journal->next_id, entry, fault) ||
        !write_undo_file(machine, entry, fault) || is_interrupted(machine, fault))
        return false;
    name_files(machine, STORE_PRIVATE, entry, change);
    return journal_write_started(&machine->store, entry, fault);
}

bool change_apply(const struct machine *machine, struct survey *survey, const struct plan *plan,
                  struct change *change, struct fault *fault)
{
    struct journal journal;
    struct journal_entry entry;
    bool is_applied;

    change->state = ENTRY_ROLLED_BACK;
    if (!begin_writing(machine, &survey->resolving, &journal, change, fault))
        return false;
    is_applied = entry_begin(machine, change, ENTRY_OPEN, &journal, &entry, fault) &&
                 prepare_entry(machine, survey, plan, &journal, change, &entry, fault);
    if (is_applied) {
        change->id = entry.id;
        is_applied = write_steps(machine, &entry, change, fault);
    }
    if (is_applied) {
        change->state = ENTRY_DONE;
        for (size_t i = 0; i < entry.step_count; i++) {
            const struct place *place = &entry.steps[i].place;

            if (place->kind == PLACE_RANGE)
                survey->running[place->protocol][place->family].range = entry.steps[i].after.range;
        }
        survey_retake_usage(machine, survey);
        entry.use_after = survey_use(survey);
        change->use_after = entry.use_after;
        is_applied = entry_end(machine, &entry, ENTRY_DONE, "", fault);
        change->is_done_unwritten = !is_applied;
    }
    if (change->is_done_unwritten) {
        struct fault why = *fault;

        fault_set(fault, FAULT_STORE, why.code,
                  "The change was written and verified, but its outcome could not be written to "
                  "the journal: %s The next change records it.",
                  why.text);
    }
    return end_writing(machine, &journal, &entry, is_applied, change, fault);
}

bool change_backup_only(const struct machine *machine, struct change *change, struct fault *fault)
{
    struct journal journal;
    struct journal_entry entry;
    bool is_written;

    if (!begin_writing(machine, NULL, &journal, change, fault))
        return false;
    is_written = entry_begin(machine, change, ENTRY_BACKUP, &journal, &entry, fault) &&
                 journal_rule_allows(&entry, &journal, fault) &&
                 write_backup(machine, journal.next_id, &entry, fault) &&
                 journal_write_started(&machine->store, &entry, fault);
    if (is_written) {
        change->id = entry.id;
        change->state = ENTRY_BACKUP;
        name_files(machine, STORE_PRIVATE, &entry, change);
    }
    return end_writing(machine, &journal, &entry, is_written, change, fault);
}

bool change_note_undone(const struct machine *machine, const struct survey *survey,
                        struct change *change, struct fault *fault)
{
    struct journal journal;
    struct journal_entry entry;
    bool is_written;

    if (!begin_writing(machine, &survey->resolving, &journal, change, fault))
        return false;
    is_written =
        entry_begin(machine, change, ENTRY_OPEN, &journal, &entry, fault) &&
        journal_rule_allows(&entry, &journal, fault) &&
        journal_write_started(&machine->store, &entry, fault) &&
        entry_end(machine, &entry, ENTRY_DONE,
                  "Nothing was written; the values were already as before that change.", fault);
    if (is_written) {
        change->id = entry.id;
        change->state = ENTRY_DONE;
    }
    return end_writing(machine, &journal, &entry, is_written, change, fault);
}
