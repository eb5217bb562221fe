/* step.h - one place, what it held, and what it is to hold: of a plan, and of the
 * journal entry that the plan becomes. */
#ifndef CORE_JOURNAL_STEP_H
#define CORE_JOURNAL_STEP_H

#include "core/base/place.h"
#include "core/base/value.h"

struct step {
    struct place place;
    struct value before; /* owned */
    struct value after;  /* owned */
};

void step_release(struct step *step);

#endif
