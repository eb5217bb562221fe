/* entry_details.h - details of a journal entry, and the plans to undo it or to restore its
 * backup. */
#ifndef GUI_MODEL_ENTRY_DETAILS_H
#define GUI_MODEL_ENTRY_DETAILS_H

#include "core/base/sha256.h"
#include "core/state/survey.h"
#include "core/system/machine.h"

/* An action that maxport.exe could perform. */
struct possible_action {
    bool is_possible;
    bool is_already;    /* already set; nothing would be written */
    struct fault fault; /* why the action is not possible */
    struct text text;   /* the plan as --dry-run prints it; before it a paragraph if the public copy
                         * of the backup of an undo could not be read */
    char plan_sha256[SHA256_HEX_SIZE]; /* digest of that plan, for --expect-plan */
};

struct entry_details {
    uint64_t entry;
    char number[24];         /* the same as text */
    struct text description; /* lines end with \n */
    struct possible_action undo, restore;
};

/* Reads the backup and the places that would be written. NULL: out of memory, or the journal
 * lacks the entry. */
struct entry_details *entry_details_make(const struct machine *machine, const struct survey *survey,
                                         uint64_t entry);
void entry_details_release(struct entry_details *entry_details); /* NULL is allowed */

/* Fills the arguments of maxport.exe for undoing the entry or restoring its backup, if that is
 * possible. With them it writes either the plan shown here or nothing. Returns the number of
 * arguments, which are valid as long as entry_details. */
enum { ACTION_ARGUMENTS_MAX = 5 };
size_t entry_details_arguments(const struct entry_details *entry_details, bool is_undo,
                               const char *arguments[ACTION_ARGUMENTS_MAX]);

#endif
