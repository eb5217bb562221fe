/* entry.h - an entry of the journal in words, the same for the console and the window. */
#ifndef CORE_CHANGE_ENTRY_TEXT_H
#define CORE_CHANGE_ENTRY_TEXT_H

#include "core/state/survey.h"

/* "OPEN (interrupted)", "done", "rolled back", "STUCK", "backup". */
const char *entry_state_words(enum entry_state state);

/* The state, and what became of it: "done, undone", "done, the registry holds something
 * else now", "done, takes back 3". */
void entry_print_state(const struct journal_entry *entry, const struct survey *survey,
                       struct text *text);

/* "MaxUserPort", safe for a screen, and "not set -> 65534 (0xfffe)". */
void entry_print_place(const struct step *step, struct text *text);
void entry_print_values(const struct step *step, struct text *text);

/* "WEB07\Administrator on WEB07", and ": TICKET-7" where there is a reason. */
void entry_print_author(const struct journal_entry *entry, struct text *text);

/* All else that there is to tell, line by line; is_path: not to be broken. */
struct entry_reader {
    void *context;
    void (*line)(void *context, const char *label, const char *words, bool is_path);
};
void entry_describe(const struct journal_entry *entry, const struct survey *survey,
                    const struct store *store, const struct entry_reader *reader);

/* "TCP 14,911 of 16,384 ports, UDP 612 of 16,384": of each protocol the fuller family. */
void use_figures_print(const struct use_figures *use, struct text *text);

/* Was it done, and does it still stand? Else FAULT_MISSING says what it is. Whether the
 * registry still holds what it left, plan_make_reverse tells. */
bool entry_can_undo(const struct journal_entry *entry, struct fault *fault) MUST_CHECK;

/* Are these the bytes that were written as the entry's backup? */
bool entry_backup_matches(const struct journal_entry *entry, const void *data, size_t length);

enum backup_check {
    BACKUP_INTACT, /* what was written, or an entry without a digest */
    BACKUP_UNSEEN, /* not read, and that is no obstacle: the file is gone, or it is only the public
                    * copy that cannot be read: the run that writes reads the private file */
    BACKUP_BAD,    /* its bytes have changed, or the private file cannot be read */
};

/* Is the backup of an entry still what was written? The fault says why where it is not intact.
 * This guards against corruption; that nobody else can write there is the store's part. */
enum backup_check entry_check_backup(const struct journal_entry *entry, const struct store *store,
                                     enum store_view view, struct fault *fault) MUST_CHECK;

/* For a fault of reading a public copy: adds that the run that writes reads another file. */
void entry_tell_unseen(struct fault *fault);

#endif
