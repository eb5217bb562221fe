#include "core/change/change.h"

#include <stdio.h>
#include <string.h>

#include "core/change/change_entry.h"
#include "core/journal/journal_rule.h"
#include "core/journal/place_access.h"

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
    struct fault ignored; /* a place that cannot be read counts as having another value */
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
        *fault = why; /* only the value that another program wrote is not as before */
    } else if (is_back) {
        fault_set(fault, why.kind == FAULT_DENIED ? FAULT_DENIED : FAULT_FAILED, why.code,
                  "%s Everything is as it was before.", why.text);
    } else {
        fault_set(fault, FAULT_STUCK, own.code,
                  "%s Restoring the previous values failed too: %s For the previous values, run "
                  "maxport history %llu; to restore them without maxport, use %s.",
                  why.text, own.text, (unsigned long long)entry->id, change->undo_file);
    }
    if (!change_entry_end(machine, entry, change->state, why.text, &own) && is_back)
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
    is_ended = change_entry_end(machine, entry, row->state, text_string(&words), fault);
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

/* Locks the store and reads as much of the journal as the survey did. Resolves interrupted changes
 * as the survey showed; NULL: they are not resolved. */
static bool begin_writing(const struct machine *machine, const struct survey *survey,
                          struct journal *journal, struct change *change, struct fault *fault)
{
    const struct store *store = &machine->store;
    bool is_begun;

    if (!store->prepare(store->context, &change->store, fault) ||
        !store->lock(store->context, LOCK_WAIT_MS, fault))
        return false;
    journal_init(journal);
    is_begun = journal_read_recent(store, STORE_PRIVATE, survey ? survey_boot(survey) : NULL,
                                   journal, fault) &&
               (survey ? resolve_journal(machine, &survey->resolving, journal, change, fault)
                       : journal_mend(store, journal, fault));
    if (is_begun)
        return true;
    return end_writing(machine, journal, NULL, false, change, fault);
}

bool change_resolve(const struct machine *machine, const struct survey *survey,
                    struct change *change, struct fault *fault)
{
    struct journal journal;

    return begin_writing(machine, survey, &journal, change, fault) &&
           end_writing(machine, &journal, NULL, true, change, fault);
}

static bool begin_entry(const struct machine *machine, const struct change *change,
                        enum entry_state state, const struct journal *journal,
                        struct journal_entry *entry, struct fault *fault)
{
    const struct restore_point_result *point = change->restore_point;
    bool is_begun = change_entry_begin(machine, change->command, change->reason, entry, fault);

    entry->id = journal->next_id;
    entry->state = state;
    entry->undoes = change->undoes;
    if (point && (point->outcome == RESTORE_POINT_MADE || point->outcome == RESTORE_POINT_REUSED)) {
        entry->has_restore_point = true;
        entry->restore_point_outcome = point->outcome;
        entry->restore_point = point->sequence;
    }
    return is_begun;
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
    entry->no_effect = survey_number_without_effect(survey);
    if (!plan_is_fresh(machine, plan, fault) || is_interrupted(machine, fault) ||
        !change_entry_steps(plan, entry, fault) || !journal_rule_allows(entry, journal, fault) ||
        !change_entry_backup(machine, journal->next_id, entry, fault) ||
        !change_entry_undo_file(machine, entry, fault) || is_interrupted(machine, fault))
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
    if (!begin_writing(machine, survey, &journal, change, fault))
        return false;
    is_applied = begin_entry(machine, change, ENTRY_OPEN, &journal, &entry, fault) &&
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
        is_applied = change_entry_end(machine, &entry, ENTRY_DONE, "", fault);
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
    is_written = begin_entry(machine, change, ENTRY_BACKUP, &journal, &entry, fault) &&
                 journal_rule_allows(&entry, &journal, fault) &&
                 change_entry_backup(machine, journal.next_id, &entry, fault) &&
                 journal_write_started(&machine->store, &entry, fault);
    if (is_written) {
        change->id = entry.id;
        change->state = ENTRY_BACKUP;
        name_files(machine, STORE_PRIVATE, &entry, change);
    }
    return end_writing(machine, &journal, &entry, is_written, change, fault);
}

/* As soon as Windows is asked, the return may happen. Therefore its entry is written first. */
bool change_schedule_return(const struct machine *machine, uint32_t sequence, struct change *change,
                            struct fault *fault)
{
    const struct restore_point_source *source = &machine->restore_points;
    const struct restore_point_result point = {.outcome = RESTORE_POINT_REUSED,
                                               .sequence = sequence};
    enum return_result result = RETURN_REFUSED;
    struct journal journal;
    struct journal_entry entry;
    struct fault why, unwritten;

    if (!begin_writing(machine, NULL, &journal, change, fault))
        return false;
    change->restore_point = &point;
    if (begin_entry(machine, change, ENTRY_RETURN, &journal, &entry, fault) &&
        journal_rule_allows(&entry, &journal, fault) &&
        journal_write_started(&machine->store, &entry, fault)) {
        change->id = entry.id;
        change->state = ENTRY_RETURN;
        result = source->arm(source->context, sequence, fault);
    }
    change->restore_point = NULL;
    if (result == RETURN_UNCERTAIN)
        fault->kind = FAULT_STUCK;
    if (change->id && result == RETURN_REFUSED) {
        why = *fault;
        change->state = ENTRY_RETURN_REFUSED;
        if (!change_entry_end(machine, &entry, ENTRY_RETURN_REFUSED, why.text, &unwritten))
            fault_set(fault, why.kind, why.code,
                      "%s The refusal could not be written to the journal: %s", why.text,
                      unwritten.text);
    }
    return end_writing(machine, &journal, &entry, result == RETURN_SCHEDULED, change, fault);
}

bool change_note_undone(const struct machine *machine, const struct survey *survey,
                        struct change *change, struct fault *fault)
{
    struct journal journal;
    struct journal_entry entry;
    bool is_written;

    if (!begin_writing(machine, survey, &journal, change, fault))
        return false;
    is_written = begin_entry(machine, change, ENTRY_OPEN, &journal, &entry, fault);
    entry.no_effect = survey_number_without_effect(survey);
    is_written =
        is_written && journal_rule_allows(&entry, &journal, fault) &&
        journal_write_started(&machine->store, &entry, fault) &&
        change_entry_end(
            machine, &entry, ENTRY_DONE,
            "Nothing was written; the values were already as they were before that change.", fault);
    if (is_written) {
        change->id = entry.id;
        change->state = ENTRY_DONE;
    }
    return end_writing(machine, &journal, &entry, is_written, change, fault);
}
