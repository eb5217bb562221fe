
#include "cli/frame/apply_flow.h"
#include "core/change/change.h"
#include "core/change/entry_backup.h"
#include "core/change/entry_text.h"
#include "core/change/plan_make.h"

enum { OPTION_FORCE = OPTION_OWN };

static bool find_by_id(const char *text, const struct survey *survey, struct journal *journal,
                       const struct journal_entry **entry, struct fault *fault)
{
    uint64_t id;

    if (!command_parse_id(text, &id, fault))
        return false;
    resolving_foresee(&survey->resolving, journal);
    *entry = journal_find(journal, id);
    if (!*entry)
        return fault_set(fault, FAULT_MISSING, 0,
                         "The journal has no change %llu. To list the changes, run maxport "
                         "history. Nothing was changed.",
                         (unsigned long long)id);
    return true;
}

static bool find_newest(struct invocation *invocation, struct survey *survey,
                        const struct journal_entry **entry, struct fault *fault)
{
    const struct machine *machine = invocation->machine;

    resolving_foresee(&survey->resolving, &survey->journal);
    *entry = journal_newest_undoable(&survey->journal);
    if (!*entry) {
        if (!survey_read_older(machine, survey, fault))
            return false;
        resolving_foresee(&survey->resolving, &survey->journal);
        *entry = journal_newest_undoable(&survey->journal);
    }
    if (*entry)
        return true;
    return apply_flow_resolving(invocation, survey, fault) &&
           fault_set(fault, FAULT_MISSING, 0,
                     "There is no change to undo. To list past changes, run maxport history. "
                     "Nothing %swas changed.",
                     invocation->resolved.length ? "else " : "");
}

/* Checks the backup, although undo restores the values from the journal. If the backup was
 * modified, the journal may be modified too, so undo refuses; --force overrides this. A missing
 * backup is only reported, and so is a public copy that a dry run cannot read. */
static bool check_backup(struct invocation *invocation, const struct journal_entry *entry,
                         enum store_view view, struct fault *fault)
{
    struct fault own;
    enum backup_check check = entry_check_backup(entry, &invocation->machine->store, view, &own);

    if (check == BACKUP_GOOD)
        return true;
    if (check == BACKUP_UNSEEN || invocation->option[OPTION_FORCE]) {
        output_remark(&invocation->output, "%s", own.text);
        return true;
    }
    return fault_set(fault, own.kind, own.code,
                     "%s Nothing was changed. To undo anyway, with the values in the journal, "
                     "use --force.",
                     own.text);
}

static bool undo_entry(struct invocation *invocation, struct survey *survey,
                       const struct journal_entry *entry, struct fault *fault)
{
    struct output *output = &invocation->output;
    json_t *document = NULL;
    struct plan plan;
    bool is_done;

    if (!entry_can_undo(entry, fault) || !check_backup(invocation, entry, survey->view, fault) ||
        !plan_make_reverse(invocation->machine, survey, entry->steps, entry->step_count,
                           invocation->option[OPTION_FORCE] != NULL, &plan, fault))
        return false;
    if (output->is_json) {
        document = command_document(invocation);
        json_object_set_new(document, "undoes", json_integer((json_int_t)entry->id));
    } else {
        char time[TIME_SIZE];

        output_paragraph(output, 0, "Undoing change %llu (%s, %s).", (unsigned long long)entry->id,
                         entry->command,
                         time_local_string(time, entry->started_ms, survey->offset_seconds));
        output_puts(output, "\n");
    }
    is_done = apply_flow(invocation, survey, &plan, entry->id, document, fault);
    plan_release(&plan);
    return is_done;
}

static bool evaluate_undo(struct invocation *invocation, struct fault *fault)
{
    uint64_t id;

    return !invocation->argument_count || command_parse_id(invocation->arguments[0], &id, fault);
}

static bool run_undo(struct invocation *invocation, struct fault *fault)
{
    const struct journal_entry *entry = NULL;
    struct survey survey;
    bool is_done;

    if (!apply_flow_begin(invocation, &survey, fault))
        return false;
    if (*survey.store_trouble)
        is_done =
            fault_set(fault, FAULT_FAILED, 0, "%s Nothing was changed.", survey.store_trouble);
    else if (invocation->argument_count)
        is_done = survey_read_older(invocation->machine, &survey, fault) &&
                  find_by_id(invocation->arguments[0], &survey, &survey.journal, &entry, fault);
    else
        is_done = find_newest(invocation, &survey, &entry, fault);
    is_done = is_done && undo_entry(invocation, &survey, entry, fault);
    survey_release(&survey);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_FORCE] = {"force", NULL, "undo even if the registry has changed since", false},
    {NULL, NULL, NULL, false},
};

const struct command command_undo = {
    .name = "undo",
    .summary = "undo a change exactly (default: the newest)",
    .arguments = "[ID]",
    .examples = "maxport undo|undo the newest change in effect\n"
                "maxport undo 3 --dry-run|show what undoing change 3 would write\n"
                "maxport undo 3 --yes|undo change 3 without a question\n",
    .details =
        "A value that was absent becomes absent again; a value that was not a REG_DWORD is "
        "restored byte for byte. Without ID, maxport undoes the newest change that is neither "
        "undone nor "
        "itself an undo, so a second undo goes one change further back. To redo a change, undo "
        "its undo by ID.\n"
        "If everything is already as it was before the change, for example restored by hand, "
        "maxport only adds a line to the journal, and the change counts as undone.\n"
        "If the registry no longer contains what the change wrote, maxport shows the difference "
        "and refuses, unless you add --force.\n",
    .flags = COMMAND_CHANGES,
    .argument_minimum = 0,
    .argument_maximum = 1,
    .options = options,
    .evaluate = evaluate_undo,
    .run = run_undo,
};
