/* entry_details.h - all about one entry of the journal: what it did, and what undoing it or
 * restoring its backup would write now. */
#ifndef GUI_MODEL_ENTRY_DETAILS_H
#define GUI_MODEL_ENTRY_DETAILS_H

#include "core/base/sha256.h"
#include "core/state/survey.h"
#include "core/system/machine.h"

/* Something that maxport.exe could be asked for. */
struct possible_action {
    bool is_possible;
    bool is_already;    /* it is so: nothing would be written */
    struct fault fault; /* why it is not possible */
    struct text text;   /* plan_print's: the same as --dry-run's. Where the backup's public copy
                         * could not be read, a paragraph before it, or instead of it, says so */
    char plan_sha256[SHA256_HEX_SIZE]; /* of that plan: --expect-plan; "" where there is none */
};

struct entry_details {
    uint64_t entry;
    char number[24];         /* the same as words */
    struct text description; /* lines end with \n */
    struct possible_action undo, restore;
};

/* NULL: no memory, or no such entry. It reads the backup and the places that would be
 * written. */
struct entry_details *entry_details_make(const struct machine *machine, const struct survey *survey,
                                         uint64_t entry);
void entry_details_release(struct entry_details *entry_details); /* NULL is fine */

/* With what maxport.exe is started to undo the entry or to restore its backup, so that it
 * writes the plan that is shown here or nothing. Returns how many; they live as long as the
 * details. */
enum { ACTION_ARGUMENTS_MAX = 5 };
size_t entry_details_arguments(const struct entry_details *entry_details, bool is_undo,
                               const char *arguments[ACTION_ARGUMENTS_MAX]);

#endif
