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
    bool is_already;    /* the values are already set, so nothing would be written */
    struct fault fault; /* if !is_possible: the reason */
    /* The plan as --dry-run prints it. For an undo, a paragraph precedes the plan if the public
     * copy of the backup could not be read. */
    struct text text;
    char plan_sha256[SHA256_HEX_SIZE]; /* digest of that plan, for --expect-plan */
};

struct entry_details {
    uint64_t entry;
    char number[24];         /* the number `entry` as text, for arguments */
    struct text description; /* lines end with \n */
    struct possible_action undo, restore;
};

/* Reads the backup and the places that would be written, and fills the details. Returns NULL if
 * memory runs out or the journal lacks the entry. */
struct entry_details *entry_details_make(const struct machine *machine, const struct survey *survey,
                                         uint64_t entry);
void entry_details_release(struct entry_details *entry_details); /* NULL is allowed */

/* Fills the arguments with which maxport.exe undoes the entry or restores its backup; the action
 * must be possible. With these arguments maxport.exe carries out exactly the plan in `text` of the
 * action, or writes nothing. Returns the number of arguments. The strings are valid until
 * entry_details_release. */
enum { ACTION_ARGUMENTS_MAX = 5 };
size_t entry_details_arguments(const struct entry_details *entry_details, bool is_undo,
                               const char *arguments[ACTION_ARGUMENTS_MAX]);

#endif
