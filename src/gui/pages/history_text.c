#include "gui/pages/history_text.h"

#include <string.h>

#include "core/change/entry_text.h"

static void print_safe(struct text *text, const char *string)
{
    text_safe(text, string, strlen(string));
}

static void print_steps(struct text *text, const struct journal_entry *entry)
{
    for (size_t i = 0; i < entry->step_count; i++) {
        text_puts(text, i ? "; " : "");
        entry_print_place(&entry->steps[i], text);
        text_puts(text, " ");
        value_print(&entry->steps[i].before, text);
        text_puts(text, " \xe2\x86\x92 ");
        value_print(&entry->steps[i].after, text);
    }
    if (entry->state == ENTRY_BACKUP && !entry->step_count)
        text_puts(text, "the key was backed up");
    if (entry_state_is_return(entry->state))
        text_printf(text, "return to restore point %lu", (unsigned long)entry->restore_point);
}

void history_print_cell(const struct journal_entry *entry, const struct survey *survey, int column,
                        struct text *text)
{
    char time[TIME_SIZE];

    switch (column) {
    case COLUMN_ID:
        text_printf(text, "%llu", (unsigned long long)entry->id);
        break;
    case COLUMN_WHEN:
        text_puts(text, time_local_string(time, entry->started_ms, survey->offset_seconds));
        break;
    case COLUMN_COMMAND:
        print_safe(text, entry->command);
        break;
    case COLUMN_CHANGE:
        print_steps(text, entry);
        break;
    case COLUMN_STATE:
        entry_print_state(entry, survey, text);
        break;
    case COLUMN_WHO:
        print_safe(text, *entry->account ? entry->account : "an unknown account");
        break;
    case COLUMN_REASON:
        print_safe(text, entry->reason);
        break;
    }
}

static void add_sentence(struct text *text, const char *sentence)
{
    text_puts(text, text->length ? "\n" : "");
    text_puts(text, sentence);
}

static void add_journal_trouble(const struct journal *journal, struct text *text)
{
    const struct journal_entry *open = journal_open_entry(journal);

    if (open && open->state == ENTRY_OPEN)
        text_printf(text,
                    "%sChange %llu was interrupted, and its outcome is unknown. The next change "
                    "checks the registry and resolves it.",
                    text->length ? "\n" : "", (unsigned long long)open->id);
    else if (open)
        text_printf(text,
                    "%sChange %llu failed, and not all values could be restored. Its row shows "
                    "the state of each value; the next change checks them again.",
                    text->length ? "\n" : "", (unsigned long long)open->id);
    if (journal->bad_count)
        text_printf(text, "%s%zu line%s of the journal could not be read and %s omitted.",
                    text->length ? "\n" : "", journal->bad_count,
                    journal->bad_count == 1 ? "" : "s", journal->bad_count == 1 ? "was" : "were");
    if (journal->torn_length)
        add_sentence(text, "The last line of the journal is incomplete: maxport or Windows "
                           "stopped while writing it. The next change moves the line to a "
                           "separate file.");
    if (journal->skipped_length)
        add_sentence(text, "The journal is long; only the newest entries are listed here. To "
                           "list all, run maxport history.");
}

static void add_contradictions(const struct survey *survey, struct text *text)
{
    for (size_t i = 0; i < setting_count; i++)
        if (survey->contradicted[i])
            text_printf(
                text,
                "%sThe registry no longer contains the %s of change %llu: another program has "
                "written to it since, or Windows lost the change in a power failure.",
                text->length ? "\n" : "", setting_at(i)->name,
                (unsigned long long)survey->journal.entries[survey->contradicted[i] - 1].id);
}

void history_print_trouble(const struct survey *survey, struct text *text)
{
    if (*survey->store_trouble)
        add_sentence(text, survey->store_trouble);
    if (survey->is_journal_behind)
        add_sentence(text, survey_behind_words);
    add_journal_trouble(&survey->journal, text);
    add_contradictions(survey, text);
}
