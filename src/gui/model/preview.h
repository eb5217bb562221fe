/* preview.h - what a new value of a setting would write. */
#ifndef GUI_MODEL_PREVIEW_H
#define GUI_MODEL_PREVIEW_H

#include "core/change/plan.h"

struct preview {
    unsigned serial; /* of the request; an older one is out of date */
    bool is_made;
    struct fault fault; /* where not */
    bool is_already;    /* the value is as wanted */
    struct text text;   /* plan_print's */
    bool moves_range;
    struct prediction after[PROTOCOL_COUNT][FAMILY_COUNT];
    struct value stored; /* what the registry held: --expect */
};

/* survey: NULL where none was made yet. NULL: no memory. */
struct preview *preview_make(const struct machine *machine, const struct survey *survey,
                             unsigned serial, size_t setting, const struct value *wanted);
void preview_release(struct preview *preview); /* NULL is fine */

#endif
