#include <stdio.h>
#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "core/change/entry_backup.h"
#include "core/change/entry_text.h"
#include "core/state/survey.h"
#include "core/system/store.h"

enum { OPTION_TOP = OPTION_OWN };
enum { DEFAULT_TOP = 20 };

static void print_steps(struct output *output, const struct journal_entry *entry)
{
    struct text label, values;

    if (!entry->step_count && entry->undoes)
        output_labelled(output, "       ",
                        "nothing was written; the values were already as they were before that "
                        "change",
                        7);
    if (entry_state_is_return(entry->state))
        output_printf(output, "       restore point %lu\n", (unsigned long)entry->restore_point);
    for (size_t i = 0; i < entry->step_count; i++) {
        text_init(&label);
        text_init(&values);
        text_puts(&label, "       ");
        entry_print_place(&entry->steps[i], &label);
        text_puts(&label, "  ");
        entry_print_values(&entry->steps[i], &values);
        output_labelled(output, text_string(&label), text_string(&values), 9);
        text_release(&label);
        text_release(&values);
    }
}

/* Colours only the words for the state, not the details after them. */
static void print_state(struct output *output, const struct journal_entry *entry,
                        const struct survey *survey)
{
    bool is_bad = entry->state == ENTRY_OPEN || entry->state == ENTRY_STUCK;
    size_t length = strlen(entry_state_words(entry->state));
    struct text words;

    text_init(&words);
    entry_print_state(entry, survey, &words);
    output_style(output, is_bad ? STYLE_BAD : STYLE_NORMAL);
    output_puts(output, entry_state_words(entry->state));
    output_style(output, STYLE_NORMAL);
    if (words.length > length)
        output_puts(output, text_string(&words) + length);
    text_release(&words);
}

/* On a narrower screen, the first line of an entry is split into two lines. */
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
    entry_print_author(entry, &who);
    output_labelled(output, "       by ", text_string(&who), 9);
    text_release(&who);
}

static void print_line(void *context, const char *label, const char *words, bool is_path)
{
    enum { INDENT = 16 };
    struct output *output = context;
    char front[INDENT + 1];

    snprintf(front, sizeof front, "  %-13s ", label);
    if (is_path)
        output_printf(output, "%s%s\n", front, words);
    else
        output_labelled(output, front, words, INDENT);
}

static void print_detail(struct output *output, const struct machine *machine,
                         const struct journal_entry *entry, const struct survey *survey)
{
    struct entry_reader reader = {.context = output, .line = print_line};

    print_entry(output, entry, survey);
    output_puts(output, "\n");
    entry_describe(entry, survey, &machine->store, &reader);
}

/* Prints a line if the backup of the entry is missing or was modified. */
static void print_bad_backup(struct output *output, const struct machine *machine,
                             const struct journal_entry *entry, const struct survey *survey,
                             bool *is_blocked)
{
    enum store_view view = entry_file_view(survey);
    enum backup_state state = entry_backup_state_next(entry, &machine->store, view, is_blocked);
    struct text words;

    if (state != BACKUP_MISSING && state != BACKUP_MODIFIED)
        return;
    text_init(&words);
    entry_print_backup(state, NULL, view, &words);
    output_style(output, STYLE_BAD);
    output_labelled(output, "       ", text_string(&words), 7);
    output_style(output, STYLE_NORMAL);
    text_release(&words);
}

/* Prints the last `top` entries, the newest last: it is then just above the prompt. */
static void print_list(struct output *output, const struct machine *machine,
                       const struct survey *survey, size_t top)
{
    const struct journal *journal = &survey->journal;
    size_t earlier = journal->count > top ? journal->count - top : 0;
    bool is_blocked = false;
    char count[NUMBER_SIZE];

    if (earlier)
        output_printf(output, "%s earlier %s not shown; to show all, use --top %zu\n\n",
                      number_string(count, (uint32_t)earlier),
                      earlier == 1 ? "entry is" : "entries are", journal->count);
    for (size_t i = earlier; i < journal->count; i++) {
        print_entry(output, &journal->entries[i], survey);
        print_bad_backup(output, machine, &journal->entries[i], survey, &is_blocked);
    }
}

static json_t *make_entry(const struct machine *machine, const struct survey *survey,
                          const struct journal_entry *entry, bool *is_blocked)
{
    enum backup_state state =
        entry_backup_state_next(entry, &machine->store, entry_file_view(survey), is_blocked);
    json_t *row = document_entry(entry, survey);

    json_object_set_new(row, "backup_state", json_string(backup_state_name(state)));
    return row;
}

/* Prints the journal row by row, because it can be long. */
static bool print_json(struct output *output, const struct machine *machine,
                       const struct survey *survey, const struct journal_entry *only,
                       struct fault *fault)
{
    const struct journal *journal = &survey->journal;
    bool is_first = true, is_blocked = false;

    output_puts(output, "{\n  \"schema\": \"maxport.history/1\",\n"
                        "  \"version\": \"" MAXPORT_VERSION "\",\n  \"changes\": [");
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];

        if (only && entry != only)
            continue;
        if (!output_json_row(output, make_entry(machine, survey, entry, &is_blocked), is_first,
                             fault))
            return false;
        is_first = false;
    }
    output_printf(output,
                  "%s],\n  \"unreadable_lines\": %zu,\n  \"has_torn_line\": %s,\n"
                  "  \"is_behind\": %s\n}\n",
                  is_first ? "" : "\n  ", journal->bad_count,
                  journal->torn_length ? "true" : "false",
                  survey->is_journal_behind ? "true" : "false");
    return true;
}

static void print_trouble(struct output *output, const struct survey *survey)
{
    const struct journal *journal = &survey->journal;

    if (survey->is_journal_behind)
        output_remark(output, "%s", survey_behind_words);
    if (journal->bad_count)
        output_remark(output, "%zu line%s of the journal could not be read and %s omitted.",
                      journal->bad_count, journal->bad_count == 1 ? "" : "s",
                      journal->bad_count == 1 ? "was" : "were");
    if (journal->torn_length)
        output_remark(output, "The last line of the journal is incomplete: maxport or Windows "
                              "stopped while writing it. The next change moves the line to a "
                              "separate file.");
}

/* Explains why the list is empty. Backups without entries show that the journal was emptied. */
static void print_empty(struct output *output, const struct machine *machine)
{
    const struct store *store = &machine->store;
    struct store_size size = {0};
    struct fault ignored;
    char path[STORE_PATH_SIZE];

    if (!store->measure(store->context, STORE_PUBLIC, &size, &ignored) || !size.backups) {
        output_paragraph(output, 0,
                         "The journal has no entries: maxport has not changed anything on this "
                         "machine, or the store was removed.");
        return;
    }
    store->path(store->context, STORE_PUBLIC, "changes", path);
    output_style(output, STYLE_WARNING);
    output_paragraph(output, 0,
                     "The journal has no entries, but the store contains %lu backup%s: the journal "
                     "was emptied or deleted. maxport can neither list nor undo the changes. To "
                     "restore values from a backup, run maxport restore FILE; the backups are in:",
                     (unsigned long)size.backups, size.backups == 1 ? "" : "s");
    output_style(output, STYLE_NORMAL);
    output_printf(output, "  %s\n", path);
}

static bool run_history(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    const struct journal_entry *only = NULL;
    const char *wanted_top = invocation->option[OPTION_TOP];
    struct survey survey;
    size_t top = DEFAULT_TOP;
    bool is_done = true;
    uint64_t id;

    if (wanted_top && !command_parse_top(wanted_top, &top, fault))
        return false;
    if (!survey_take(invocation->machine, SURVEY_RANGES, &survey, fault))
        return false;
    if (*survey.store_trouble)
        is_done = fault_set(fault, FAULT_FAILED, 0, "%s", survey.store_trouble);
    if (is_done && invocation->argument_count) {
        is_done = command_parse_id(invocation->arguments[0], &id, fault);
        only = is_done ? journal_find(&survey.journal, id) : NULL;
        is_done =
            is_done && (only || fault_set(fault, FAULT_MISSING, 0,
                                          "The journal has no entry %llu. To list the entries, run "
                                          "maxport history.",
                                          (unsigned long long)id));
    }
    if (is_done && output->is_json) {
        is_done = print_json(output, invocation->machine, &survey, only, fault);
    } else if (is_done && only) {
        print_detail(output, invocation->machine, only, &survey);
    } else if (is_done) {
        if (!survey.journal.count && !survey.is_journal_behind)
            print_empty(output, invocation->machine);
        print_list(output, invocation->machine, &survey, top);
        print_trouble(output, &survey);
    }
    survey_release(&survey);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_TOP] = {"top", "N", "list the N newest entries (default 20; JSON: all)", false},
    {NULL, NULL, NULL, false},
};

const struct command command_history = {
    .name = "history",
    .summary = "list changes: when, who, what, and whether each is still in effect",
    .arguments = "[ID]",
    .examples = "maxport history|list the 20 newest changes and backups, the newest last\n"
                "maxport history --top 100|list the 100 newest\n"
                "maxport history 3|show all details of entry 3\n"
                "maxport history --json|print the list for scripts, under \"changes\"\n",
    .details = "This command changes nothing.\n",
    .argument_minimum = 0,
    .argument_maximum = 1,
    .options = options,
    .run = run_history,
};
