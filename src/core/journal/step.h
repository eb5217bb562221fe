/* step.h - one place with its values before and after a change; part of a plan and of a journal
 * entry. */
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
