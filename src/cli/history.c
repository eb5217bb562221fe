#include <string.h>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/use_line.h"
#include "core/store.h"
#include "core/survey.h"

static void append_safe(struct text *text, const char *string)
{
    text_safe(text, string, strlen(string));
}

static void print_steps(struct output *output, const struct journal_entry *entry)
{
    char name[PLACE_NAME_SIZE + 32];
    struct text label, values;

    for (size_t i = 0; i < entry->step_count; i++) {
        text_init(&label);
        text_init(&values);
        place_label(&entry->steps[i].place, name);
        text_puts(&label, "       ");
        text_safe(&label, name, strlen(name));
        text_puts(&label, "  ");
        value_print(&entry->steps[i].before, &values);
        text_puts(&values, " -> ");
        value_print(&entry->steps[i].after, &values);
        output_labelled(output, text_string(&label), text_string(&values), 9);
        text_release(&label);
        text_release(&values);
    }
}

static void print_state(struct output *output, const struct journal_entry *entry,
                        const struct survey *survey)
{
    static const struct {
        const char *words;
        enum screen_style style;
    } states[] = {
        [ENTRY_OPEN] = {"OPEN (interrupted)", STYLE_BAD},
        [ENTRY_DONE] = {"done", STYLE_NORMAL},
        [ENTRY_ROLLED_BACK] = {"rolled back", STYLE_NORMAL},
        [ENTRY_STUCK] = {"STUCK", STYLE_BAD},
        [ENTRY_BACKUP] = {"backup", STYLE_NORMAL},
    };

    output_style(output, states[entry->state].style);
    output_puts(output, states[entry->state].words);
    output_style(output, STYLE_NORMAL);
    if (entry->is_undone)
        output_puts(output, ", undone");
    if (survey_contradicts(survey, entry))
        output_puts(output, ", the registry holds something else now");
    if (entry->undoes)
        output_printf(output, ", takes back %llu", (unsigned long long)entry->undoes);
}

static const char *restarted_words(const struct journal_entry *entry, const struct survey *survey)
{
    if (!entry->is_boot_known || !survey->is_boot_known)
        return "unknown whether Windows was restarted since";
    return boot_equal(&entry->boot, &survey->boot) ? "Windows was not restarted since"
                                                   : "Windows was restarted since";
}

/* What the first line of an entry takes at most. */
enum { STATE_COLUMNS = 75 };

static void print_entry(struct output *output, const struct journal_entry *entry,
                        const struct survey *survey)
{
    char time[TIME_SIZE];
    struct text who;

    output_style(output, STYLE_STRONG);
    output_printf(output, "%5llu", (unsigned long long)entry->id);
    output_style(output, STYLE_NORMAL);
    output_printf(output, "  %s  ",
                  time_local_string(time, entry->started_ms, survey->offset_seconds));
    output_printf(output, output->width < STATE_COLUMNS ? "%s\n       " : "%-8s ", entry->command);
    print_state(output, entry, survey);
    output_puts(output, "\n");
    print_steps(output, entry);
    text_init(&who);
    append_safe(&who, *entry->account ? entry->account : "an unknown account");
    text_puts(&who, " on ");
    append_safe(&who, *entry->computer ? entry->computer : "an unknown computer");
    if (*entry->reason) {
        text_puts(&who, ": ");
        append_safe(&who, entry->reason);
    }
    output_labelled(output, "       by ", text_string(&who), 9);
    text_release(&who);
}

static void print_detail(struct output *output, const struct machine *machine,
                         const struct journal_entry *entry, const struct survey *survey)
{
    char path[STORE_PATH_SIZE];

    print_entry(output, entry, survey);
    output_puts(output, "\n");
    if (*entry->outcome) {
        struct text outcome;

        text_init(&outcome);
        append_safe(&outcome, entry->outcome);
        output_labelled(output, "  How it ended", text_string(&outcome), 15);
        text_release(&outcome);
    }
    if (entry->use_before.is_known)
        output_use(output, "  Use before", 15, entry->use_before);
    if (entry->use_after.is_known)
        output_use(output, "  Use after", 15, entry->use_after);
    output_labelled(output, "  Restart", restarted_words(entry, survey), 15);
    if (*entry->backup) {
        machine->store.path(machine->store.context, entry->backup, path);
        output_printf(output, "  Backup       %s\n", path);
    }
    if (*entry->undo_file) {
        machine->store.path(machine->store.context, entry->undo_file, path);
        output_printf(output, "  Undo file    %s\n", path);
    }
    if (entry->state == ENTRY_DONE && !entry->is_undone)
        output_printf(output, "  To undo      maxport undo %llu\n",
                      (unsigned long long)entry->id);
}

/* Row by row: a journal can be long. */
static bool print_json(struct output *output, const struct survey *survey,
                       const struct journal_entry *only, struct fault *fault)
{
    const struct journal *journal = &survey->journal;
    bool is_first = true;

    output_puts(output, "{\n  \"schema\": \"maxport.history/1\",\n  \"changes\": [");
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];

        if (only && entry != only)
            continue;
        if (!output_json_row(output, document_entry(entry, survey), is_first, fault))
            return false;
        is_first = false;
    }
    output_printf(output, "%s],\n  \"unreadable_lines\": %zu,\n  \"has_torn_line\": %s\n}\n",
                  is_first ? "" : "\n  ", journal->bad_count,
                  journal->torn_length ? "true" : "false");
    return true;
}

static void print_trouble(struct output *output, const struct survey *survey)
{
    const struct journal *journal = &survey->journal;

    if (journal->bad_count)
        output_remark(output, "%zu line%s of the journal could not be read and %s left out.",
                      journal->bad_count, journal->bad_count == 1 ? "" : "s",
                      journal->bad_count == 1 ? "is" : "are");
    if (journal->torn_length)
        output_remark(output, "The last line of the journal is torn: maxport or Windows died while "
                              "writing it. The next change keeps it aside.");
}

static bool run_history(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    const struct journal_entry *only = NULL;
    struct survey survey;
    bool is_done = true;
    uint64_t id;

    if (!survey_take(invocation->machine, SURVEY_RANGES, &survey, fault))
        return false;
    if (*survey.store_trouble)
        is_done = fault_set(fault, FAULT_FAILED, 0, "%s", survey.store_trouble);
    if (is_done && invocation->argument_count) {
        is_done = command_parse_id(invocation->arguments[0], &id, fault);
        only = is_done ? journal_find(&survey.journal, id) : NULL;
        is_done = is_done &&
                  (only || fault_set(fault, FAULT_MISSING, 0,
                                     "The journal has no entry %llu. maxport history lists all.",
                                     (unsigned long long)id));
    }
    if (is_done && output->is_json) {
        is_done = print_json(output, &survey, only, fault);
    } else if (is_done && only) {
        print_detail(output, invocation->machine, only, &survey);
    } else if (is_done) {
        if (!survey.journal.count)
            output_puts(output, "Nothing was changed by maxport on this machine yet.\n");
        for (size_t i = survey.journal.count; i > 0; i--)
            print_entry(output, &survey.journal.entries[i - 1], &survey);
        print_trouble(output, &survey);
    }
    survey_release(&survey);
    return is_done;
}

const struct command command_history = {
    .name = "history",
    .summary = "what was changed here, when, by whom, and whether it still stands",
    .arguments = "[ID]",
    .examples = "maxport history|all changes and backups, the newest first\n"
                "maxport history 3|everything about one of them\n"
                "maxport history --json|the same for scripts, under \"changes\"\n",
    .details = "Reads the journal; changes nothing.\n",
    .argument_minimum = 0,
    .argument_maximum = 1,
    .run = run_history,
};
