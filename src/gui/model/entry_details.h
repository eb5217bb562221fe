/* sheet.h - all about one entry of the journal: what it did, and what taking it back or
 * restoring its backup would write now. */
#ifndef GUI_MODEL_ENTRY_DETAILS_H
#define GUI_MODEL_ENTRY_DETAILS_H

#include "core/state/survey.h"
#include "core/system/machine.h"

/* Something that maxport.exe could be asked for. */
struct possible_action {
    bool is_possible;
    bool is_already;      /* it is so: nothing would be written */
    struct fault fault;   /* why it is not possible */
    struct text text;     /* plan_print's: the same as --dry-run's. Where the backup's public copy
                           * could not be read, a paragraph before it, or instead of it, says so */
    bool has_expected;    /* the plan has one step */
    struct text expected; /* what that place holds now: --expect */
};

struct entry_details {
    uint64_t entry;
    struct text told; /* lines end with \n */
    struct possible_action undo, restore;
};

/* NULL: no memory, or no such entry. It reads the backup and the places that would be
 * written. */
struct entry_details *entry_details_make(const struct machine *machine, const struct survey *survey,
                                         uint64_t entry);
void entry_details_release(struct entry_details *entry_details); /* NULL is fine */

#endif
