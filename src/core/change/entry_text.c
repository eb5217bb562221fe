#include "core/change/entry_text.h"

#include <string.h>

#include "core/base/quote.h"

const char *entry_state_words(enum entry_state state)
{
    static const char *const words[] = {
        [ENTRY_OPEN] = "INTERRUPTED",
        [ENTRY_DONE] = "done",
        [ENTRY_ROLLED_BACK] = "rolled back",
        [ENTRY_STUCK] = "ROLLBACK FAILED",
        [ENTRY_BACKUP] = "backup",
        [ENTRY_RETURN] = "return requested",
        [ENTRY_RETURN_REFUSED] = "return refused",
    };

    return words[state];
}

void entry_print_state(const struct journal_entry *entry, const struct survey *survey,
                       struct text *text)
{
    text_puts(text, entry_state_words(entry->state));
    if (entry->is_undone)
        text_puts(text, ", undone");
    if (survey_contradicts(survey, entry))
        text_puts(text, ", no longer in effect");
    if (entry->undoes)
        text_printf(text, ", undoes change %llu", (unsigned long long)entry->undoes);
}

void entry_print_place(const struct step *step, struct text *text)
{
    char name[PLACE_NAME_SIZE + 32];

    place_label(&step->place, name);
    text_safe(text, name, strlen(name));
}

void entry_print_values(const struct step *step, struct text *text)
{
    value_print(&step->before, text);
    text_puts(text, " -> ");
    value_print(&step->after, text);
}

void entry_print_author(const struct journal_entry *entry, struct text *text)
{
    if (*entry->account)
        text_name(text, entry->account);
    else
        text_puts(text, "an unknown account");
    text_puts(text, " on ");
    if (*entry->computer)
        text_name(text, entry->computer);
    else
        text_puts(text, "an unknown computer");
    if (*entry->reason) {
        text_puts(text, ": ");
        text_quote(text, entry->reason);
    }
}

static uint64_t fullness(const struct use_figures *use, int p, int f)
{
    uint32_t available = use->by[p][f].available;

    return available ? (uint64_t)use->by[p][f].in_use * 65536 / available : 0;
}

void use_figures_print(const struct use_figures *use, struct text *text)
{
    for (int p = 0; use->is_known && p < PROTOCOL_COUNT; p++) {
        int f = fullness(use, p, FAMILY_IPV6) > fullness(use, p, FAMILY_IPV4) ? FAMILY_IPV6
                                                                              : FAMILY_IPV4;
        char in_use[NUMBER_SIZE], available[NUMBER_SIZE];

        if (use->by[p][f].available)
            text_printf(text, "%s%s %s of %s ports", p ? ", " : "", protocol_name((enum protocol)p),
                        number_string(in_use, use->by[p][f].in_use),
                        number_string(available, use->by[p][f].available));
        else
            text_printf(text, "%s%s range unknown", p ? ", " : "", protocol_name((enum protocol)p));
    }
    if (!use->is_known)
        text_puts(text, "unknown");
}

static const char *restart_words(const struct journal_entry *entry, const struct survey *survey)
{
    if (!entry->is_boot_known || !survey->is_boot_known)
        return "cannot determine whether Windows has been restarted since";
    return boot_equal(&entry->boot, &survey->boot) ? "Windows has not been restarted since"
                                                   : "Windows has been restarted since";
}

static void print_labelled(const struct entry_reader *reader, const char *label, struct text *words)
{
    reader->line(reader->context, label, text_string(words), false);
    text_release(words);
    text_init(words);
}

static void print_restore_point(const struct journal_entry *entry, struct text *words)
{
    if (entry_state_is_return(entry->state)) {
        text_printf(words, "number %lu; %s", (unsigned long)entry->restore_point,
                    entry->state == ENTRY_RETURN
                        ? "maxport asked Windows to return to it at the next restart"
                        : "Windows refused to return to it");
        return;
    }
    switch (entry->restore_point_outcome) {
    case RESTORE_POINT_MADE:
        text_printf(words, "number %lu, created before the change",
                    (unsigned long)entry->restore_point);
        break;
    case RESTORE_POINT_REUSED:
        text_printf(words, "number %lu, created by Windows shortly before",
                    (unsigned long)entry->restore_point);
        break;
    case RESTORE_POINT_UNAVAILABLE:
        text_puts(words, "none: System Restore is off or not available on this Windows");
        break;
    case RESTORE_POINT_FAILED:
        text_puts(words, "none: creating one failed");
        break;
    }
}

enum store_view entry_file_view(const struct survey *survey)
{
    return survey->is_journal_behind ? STORE_PRIVATE : STORE_PUBLIC;
}

void entry_print_backup(enum backup_state state, const struct fault *why, enum store_view view,
                        struct text *text)
{
    const char *which = view == STORE_PUBLIC ? "public copy of the backup" : "backup";

    switch (state) {
    case BACKUP_NONE:
    case BACKUP_INTACT:
        break;
    case BACKUP_MISSING:
        text_printf(text, "The %s is missing.", which);
        break;
    case BACKUP_MODIFIED:
        text_printf(text, "The %s was modified: its SHA-256 differs from the one in the journal.",
                    which);
        break;
    case BACKUP_UNREAD:
        text_printf(text, "The %s was not checked: %s", which, why->text);
        break;
    }
}

void entry_describe(const struct journal_entry *entry, const struct survey *survey,
                    const struct store *store, const struct entry_reader *reader)
{
    char path[STORE_PATH_SIZE];
    enum backup_state state;
    enum store_view view;
    struct fault why;
    struct text words;

    text_init(&words);
    if (*entry->outcome) {
        text_quote(&words, entry->outcome);
        print_labelled(reader, "Outcome", &words);
    }
    if (entry->use_before.is_known) {
        use_figures_print(&entry->use_before, &words);
        print_labelled(reader, "Use before", &words);
    }
    if (entry->use_after.is_known) {
        use_figures_print(&entry->use_after, &words);
        print_labelled(reader, "Use after", &words);
    }
    text_puts(&words, restart_words(entry, survey));
    print_labelled(reader, "Restart", &words);
    if (entry->no_effect) {
        text_printf(&words, "%lu had no effect when the change was made",
                    (unsigned long)entry->no_effect);
        print_labelled(reader, "MaxUserPort", &words);
    }
    if (entry->has_restore_point) {
        print_restore_point(entry, &words);
        print_labelled(reader, "Restore point", &words);
    }
    view = entry_file_view(survey);
    if (*entry->backup) {
        store->path(store->context, view, entry->backup, path);
        reader->line(reader->context, "Backup", path, true);
        state = entry_backup_state(entry, store, view, &why);
        entry_print_backup(state, &why, view, &words);
        if (words.length)
            print_labelled(reader, "", &words);
    }
    if (*entry->undo_file) {
        store->path(store->context, view, entry->undo_file, path);
        reader->line(reader->context, "Undo file", path, true);
    }
    if (entry->state == ENTRY_DONE && !entry->is_undone) {
        text_printf(&words, "maxport undo %llu", (unsigned long long)entry->id);
        print_labelled(reader, "To undo", &words);
    }
    text_release(&words);
}

bool entry_can_undo(const struct journal_entry *entry, struct fault *fault)
{
    unsigned long long id = entry->id;

    if (entry->state == ENTRY_BACKUP)
        return fault_set(
            fault, FAULT_MISSING, 0,
            "Entry %llu is a backup and changed nothing. To restore its values, run maxport "
            "restore %llu. Nothing was changed.",
            id, id);
    if (entry->state == ENTRY_RETURN)
        return fault_set(fault, FAULT_MISSING, 0,
                         "Entry %llu requested a return to a restore point and changed no setting, "
                         "so there is nothing to undo. No source describes how to cancel such a "
                         "return. Nothing was changed.",
                         id);
    if (entry->state == ENTRY_RETURN_REFUSED)
        return fault_set(fault, FAULT_MISSING, 0,
                         "Entry %llu is a return to a restore point that Windows refused, so there "
                         "is nothing to undo. Nothing was changed.",
                         id);
    if (entry->state == ENTRY_ROLLED_BACK)
        return fault_set(fault, FAULT_MISSING, 0,
                         "Change %llu failed and was rolled back, so there is nothing to undo. "
                         "Nothing was changed.",
                         id);
    if (entry->is_undone)
        return fault_set(fault, FAULT_MISSING, 0,
                         "Change %llu is already undone. To redo it, undo the change that undid "
                         "it; to find that change, run maxport history. Nothing was changed.",
                         id);
    return true;
}
