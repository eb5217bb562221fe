/* preview.h - the plan for a new value of a setting. */
#ifndef GUI_MODEL_PREVIEW_H
#define GUI_MODEL_PREVIEW_H

#include "core/change/plan.h"
#include "core/state/survey.h"

struct preview {
    unsigned serial; /* number of the request; the page ignores a preview with an older number */
    bool is_made;
    struct fault fault; /* if !is_made */
    bool is_already;    /* the value is already set */
    struct text text;   /* the plan, from plan_print */
    bool moves_range;
    struct prediction after[PROTOCOL_COUNT][FAMILY_COUNT];
    struct value stored; /* the stored value, for --expect */
};

/* survey: NULL if there is none yet. Returns NULL if memory runs out. */
struct preview *preview_make(const struct machine *machine, const struct survey *survey,
                             unsigned serial, size_t setting, const struct value *wanted);
void preview_release(struct preview *preview); /* NULL is allowed */

#endif
