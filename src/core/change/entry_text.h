/* entry_text.h - describes a journal entry, for console and window. */
#ifndef CORE_CHANGE_ENTRY_TEXT_H
#define CORE_CHANGE_ENTRY_TEXT_H

#include "core/state/survey.h"

/* "OPEN (interrupted)", "done", "rolled back", "STUCK", "backup". */
const char *entry_state_words(enum entry_state state);

/* "done", "done, undone", "done, no longer in effect", "done, undoes change 3". */
void entry_print_state(const struct journal_entry *entry, const struct survey *survey,
                       struct text *text);

/* "MaxUserPort", safe for a screen, and "not set -> 65534 (0xfffe)". */
void entry_print_place(const struct step *step, struct text *text);
void entry_print_values(const struct step *step, struct text *text);

/* "WEB07\Administrator on WEB07", followed by ": TICKET-7" if there is a reason. */
void entry_print_author(const struct journal_entry *entry, struct text *text);

/* Receives the other details line by line. is_path: the line must not be wrapped. */
struct entry_reader {
    void *context;
    void (*line)(void *context, const char *label, const char *words, bool is_path);
};
void entry_describe(const struct journal_entry *entry, const struct survey *survey,
                    const struct store *store, const struct entry_reader *reader);

/* "TCP 14,911 of 16,384 ports, UDP 612 of 16,384": the fuller family of each protocol. */
void use_figures_print(const struct use_figures *use, struct text *text);

/* Returns whether the change was done and is still in effect according to the journal. Else
 * FAULT_MISSING gives its state. plan_make_reverse checks the values in the registry. */
bool entry_can_undo(const struct journal_entry *entry, struct fault *fault) MUST_CHECK;

/* Returns whether the bytes match the digest of the entry's backup, or the entry has no digest. */
bool entry_backup_matches(const struct journal_entry *entry, const void *data, size_t length);

enum backup_check {
    BACKUP_INTACT, /* unchanged, or the entry has no digest */
    BACKUP_UNSEEN, /* not read, which prevents nothing: the file is missing, or the public copy
                    * could not be read and the writing command reads the private file */
    BACKUP_BAD,    /* its bytes have changed, or the private file could not be read */
};

/* Checks the backup of an entry against its digest. If it is not intact, the fault says why.
 * This detects corruption; the store's permissions prevent tampering. */
enum backup_check entry_check_backup(const struct journal_entry *entry, const struct store *store,
                                     enum store_view view, struct fault *fault) MUST_CHECK;

/* Appends to the fault of a public copy that the writing command reads another file. */
void entry_print_unseen(struct fault *fault);

#endif
