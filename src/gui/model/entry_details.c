#include "gui/model/entry_details.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/change/entry_backup.h"
#include "core/change/entry_text.h"
#include "core/change/plan.h"
#include "core/change/plan_digest.h"
#include "core/change/plan_make.h"
#include "core/change/plan_print.h"
#include "core/journal/regfile.h"

enum { COLUMNS = 96, LABEL_COLUMNS = 16, PLAN_COLUMNS = 76 };

/* ---- description ------------------------------------------------------ */

static void print_line(void *context, const char *label, const char *words, bool is_path)
{
    struct text *text = context;
    struct text front;

    text_init(&front);
    text_printf(&front, "%-*s", LABEL_COLUMNS, label);
    if (is_path)
        text_printf(text, "%s%s\n", text_string(&front), words);
    else
        text_wrap_labelled(text, text_string(&front), words, COLUMNS, LABEL_COLUMNS);
    text_release(&front);
}

static void print_changed(const struct journal_entry *entry, struct text *text)
{
    for (size_t i = 0; i < entry->step_count; i++) {
        struct text line;

        text_init(&line);
        entry_print_place(&entry->steps[i], &line);
        text_puts(&line, "  ");
        entry_print_values(&entry->steps[i], &line);
        print_line(text, i ? "" : "Changed", text_string(&line), false);
        text_release(&line);
    }
}

static void print_change(struct text *text, const char *what, uint32_t before, uint32_t now)
{
    char a[NUMBER_SIZE], b[NUMBER_SIZE], by[NUMBER_SIZE];

    text_printf(text, "%s %s -> %s", what, number_string(a, before), number_string(b, now));
    if (before != now)
        text_printf(text, " (%s%s)", now > before ? "+" : "-",
                    number_string(by, now > before ? now - before : before - now));
}

/* Prints the use of ports at the time of the entry and now. For each protocol it compares the
 * family that is fuller now. */
static void compare_use(const struct journal_entry *entry, const struct survey *survey,
                        struct text *text)
{
    struct use_figures now = survey_use(survey);

    if (!now.is_known)
        return;
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        int f = (int)usage_fuller(&survey->usage[p]);
        struct text line;

        if (!entry->use_before.is_known || !entry->use_before.by[p][f].available ||
            !now.by[p][f].available)
            continue;
        text_init(&line);
        text_printf(&line, "%s over %s: ", protocol_name((enum protocol)p),
                    family_name((enum family)f));
        print_change(&line, "available", entry->use_before.by[p][f].available,
                     now.by[p][f].available);
        print_change(&line, ", in use", entry->use_before.by[p][f].in_use, now.by[p][f].in_use);
        text_puts(&line, ", so ");
        text_share(&line, entry->use_before.by[p][f].in_use, entry->use_before.by[p][f].available);
        text_puts(&line, " -> ");
        text_share(&line, now.by[p][f].in_use, now.by[p][f].available);
        print_line(text, p ? "" : "Before and now", text_string(&line), false);
        text_release(&line);
    }
}

static void describe(const struct machine *machine, const struct survey *survey,
                     const struct journal_entry *entry, struct text *text)
{
    struct entry_reader reader = {.context = text, .line = print_line};
    char time[TIME_SIZE];
    struct text line;

    text_init(&line);
    text_printf(&line, "%llu, %s, %s: ", (unsigned long long)entry->id, entry->command,
                time_local_string(time, entry->started_ms, survey->offset_seconds));
    entry_print_state(entry, survey, &line);
    print_line(text, entry_state_is_single(entry->state) ? "Entry" : "Change", text_string(&line),
               false);
    text_release(&line);
    text_init(&line);
    print_changed(entry, text);
    entry_print_author(entry, &line);
    print_line(text, "By", text_string(&line), false);
    text_release(&line);
    entry_describe(entry, survey, &machine->store, &reader);
    if (survey->has_usage) {
        struct use_figures now = survey_use(survey);

        text_init(&line);
        use_figures_print(&now, &line);
        print_line(text, "Use now", text_string(&line), false);
        text_release(&line);
        compare_use(entry, survey, text);
    }
}

/* ---- possible actions ------------------------------------------------- */

static void take_plan(struct possible_action *possible_action, struct plan *plan,
                      const struct survey *survey)
{
    if (plan_digest(plan, &survey->resolving, possible_action->plan_sha256,
                    &possible_action->fault)) {
        possible_action->is_possible = true;
        possible_action->is_already = plan->step_count == 0;
        plan_print(plan, survey, PLAN_COLUMNS, &possible_action->text);
    }
    plan_release(plan);
}

static void print_unseen(struct possible_action *possible_action)
{
    text_wrap(&possible_action->text, possible_action->fault.text, PLAN_COLUMNS, 0);
    text_puts(&possible_action->text, "\n");
}

static void evaluate_undo(const struct machine *machine, const struct survey *survey,
                          const struct journal_entry *entry,
                          struct possible_action *possible_action)
{
    struct fault *fault = &possible_action->fault;
    enum backup_check check;
    struct plan plan;

    if (!entry_can_undo(entry, fault))
        return;
    check = entry_check_backup(entry, &machine->store, STORE_PUBLIC, fault);
    if (check == BACKUP_BAD)
        return;
    if (check == BACKUP_UNSEEN)
        print_unseen(possible_action);
    if (plan_make_reverse(machine, survey, entry->steps, entry->step_count, false, &plan, fault))
        take_plan(possible_action, &plan, survey);
}

/* Makes a request for each setting that the backup contains. The other values of the key are not
 * restored. */
static bool make_requests(const struct regfile *file, struct request requests[SETTINGS_MAX],
                          size_t *count, struct fault *fault)
{
    for (size_t i = 0; i < setting_count; i++) {
        struct request *request = &requests[*count];
        const struct regfile_value *value;

        request->place = setting_place(setting_at(i));
        value = regfile_find(file, request->place.key, request->place.name);
        if (!value)
            continue;
        request->wanted = value_absent();
        if (!value_copy(&request->wanted, &value->value, fault))
            return false;
        (*count)++;
    }
    return true;
}

static void plan_restore(const struct machine *machine, const struct survey *survey,
                         const struct regfile *file, struct possible_action *possible_action)
{
    struct request requests[SETTINGS_MAX];
    size_t count = 0;
    struct plan plan;

    if (make_requests(file, requests, &count, &possible_action->fault)) {
        if (count == 0)
            fault_set(&possible_action->fault, FAULT_MISSING, 0,
                      "The backup contains none of the settings that maxport supports, so there "
                      "is nothing to restore.");
        else if (plan_make(machine, survey, requests, count, &plan, &possible_action->fault))
            take_plan(possible_action, &plan, survey);
    }
    for (size_t i = 0; i < count; i++)
        value_release(&requests[i].wanted);
}

static void evaluate_restore(const struct machine *machine, const struct survey *survey,
                             const struct journal_entry *entry,
                             struct possible_action *possible_action)
{
    const struct store *store = &machine->store;
    struct fault *fault = &possible_action->fault;
    struct regfile file;
    char *data;
    size_t length;

    if (!*entry->backup) {
        fault_set(fault, FAULT_MISSING, 0, "Entry %llu has no backup.",
                  (unsigned long long)entry->id);
        return;
    }
    if (!store->read(store->context, STORE_PUBLIC, entry->backup, &data, &length, fault)) {
        /* The window cannot read the backup, so the window has no plan to show and no digest for
         * --expect-plan. So the window offers no restore, and the user must run maxport restore. */
        struct fault why = *fault;

        fault_set(fault, why.kind, why.code,
                  "%s To see what would be restored and to restore it, run maxport restore %llu "
                  "in an elevated prompt.",
                  why.text, (unsigned long long)entry->id);
        return;
    }
    if (!entry_backup_matches(entry, data, length)) {
        fault_set(fault, FAULT_FAILED, 0,
                  "The backup %s was modified: its SHA-256 differs from the one in the journal.",
                  entry->backup);
    } else if (regfile_parse(entry->backup, data, length, &file, fault)) {
        plan_restore(machine, survey, &file, possible_action);
        regfile_release(&file);
    }
    free(data);
}

/* ---- the details ------------------------------------------------------ */

struct entry_details *entry_details_make(const struct machine *machine, const struct survey *survey,
                                         uint64_t id)
{
    const struct journal_entry *entry = journal_find(&survey->journal, id);
    struct entry_details *entry_details = entry ? calloc(1, sizeof *entry_details) : NULL;

    if (!entry_details)
        return NULL;
    entry_details->entry = id;
    snprintf(entry_details->number, sizeof entry_details->number, "%llu", (unsigned long long)id);
    text_init(&entry_details->description);
    text_init(&entry_details->undo.text);
    text_init(&entry_details->restore.text);
    describe(machine, survey, entry, &entry_details->description);
    evaluate_undo(machine, survey, entry, &entry_details->undo);
    evaluate_restore(machine, survey, entry, &entry_details->restore);
    return entry_details;
}

void entry_details_release(struct entry_details *entry_details)
{
    if (!entry_details)
        return;
    text_release(&entry_details->description);
    text_release(&entry_details->undo.text);
    text_release(&entry_details->restore.text);
    free(entry_details);
}

size_t entry_details_arguments(const struct entry_details *entry_details, bool is_undo,
                               const char *arguments[ACTION_ARGUMENTS_MAX])
{
    const struct possible_action *action = is_undo ? &entry_details->undo : &entry_details->restore;
    size_t count = 0;

    arguments[count++] = is_undo ? "undo" : "restore";
    arguments[count++] = entry_details->number;
    arguments[count++] = "--yes";
    arguments[count++] = "--expect-plan";
    arguments[count++] = action->plan_sha256;
    return count;
}
