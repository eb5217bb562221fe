/* entry_text.h - describes a journal entry, for console and window. */
#ifndef CORE_CHANGE_ENTRY_TEXT_H
#define CORE_CHANGE_ENTRY_TEXT_H

#include "core/change/entry_backup.h"
#include "core/state/survey.h"

/* Returns "INTERRUPTED", "done", "rolled back", "ROLLBACK FAILED", "backup", "return
 * requested" or "return refused". */
const char *entry_state_words(enum entry_state state);

/* Appends the state with its consequences, e.g. "done", "done, undone", "done, no longer in effect"
 * or "done, undoes change 3". */
void entry_print_state(const struct journal_entry *entry, const struct survey *survey,
                       struct text *text);

/* Append the name of the place, e.g. "MaxUserPort", safe for a screen, and the values, e.g. "not
 * set -> 65534 (0xfffe)". */
void entry_print_place(const struct step *step, struct text *text);
void entry_print_values(const struct step *step, struct text *text);

/* Appends e.g. "WEB07\Administrator on WEB07", and ": TICKET-7" if there is a reason. */
void entry_print_author(const struct journal_entry *entry, struct text *text);

/* Returns the view whose files are shown for the entries: STORE_PRIVATE if the public copies are
 * old, because an old copy may belong to an earlier change with the same number. */
enum store_view entry_file_view(const struct survey *survey);

/* Appends a sentence if the backup is missing, was modified or could not be read. state: from
 * entry_backup_state() with this view; why: its fault, which only the state BACKUP_UNREAD needs. */
void entry_print_backup(enum backup_state state, const struct fault *why, enum store_view view,
                        struct text *text);

/* Receives the outcome, port use, backup and other details of an entry line by line. If is_path is
 * true, `words` is a path and must not be wrapped. */
struct entry_reader {
    void *context;
    void (*line)(void *context, const char *label, const char *words, bool is_path);
};
void entry_describe(const struct journal_entry *entry, const struct survey *survey,
                    const struct store *store, const struct entry_reader *reader);

/* Appends the use of the fuller family of each protocol, e.g. "TCP 14,911 of 16,384 ports, UDP 612
 * of 16,384 ports". */
void use_figures_print(const struct use_figures *use, struct text *text);

/* Returns whether the journal allows an undo of this entry. Otherwise fails with FAULT_MISSING,
 * because the entry is a backup, was rolled back or is already undone. This function does not check
 * the values in the registry; plan_make_reverse() checks them. */
bool entry_can_undo(const struct journal_entry *entry, struct fault *fault) MUST_CHECK;

#endif
