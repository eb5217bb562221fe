/* holder.h - what reads and writes a place, chosen by the place's tag.
 *
 * plan_make and change_apply go through a holder, so that they never learn what
 * a registry or a dynamic port range is.
 */
#ifndef CORE_JOURNAL_PLACE_ACCESS_H
#define CORE_JOURNAL_PLACE_ACCESS_H

#include "core/system/machine.h"

struct place_access {
    const struct machine *machine;
    bool (*read)(const struct machine *, const struct place *, struct value *, struct fault *);
    bool (*write)(const struct machine *, const struct place *, const struct value *,
                  struct fault *);
    /* Asks for what was written to be put on disk. */
    bool (*flush)(const struct machine *, const struct place *, struct fault *);
};

/* *holder for that place on this machine. FAULT_UNAVAILABLE: nothing here can
 * hold such a place. */
bool place_access_of(const struct machine *machine, const struct place *place,
                     struct place_access *holder, struct fault *fault) MUST_CHECK;

/* For those who only read: a machine whose functions that write are NULL will do. */
bool place_access_read(const struct machine *machine, const struct place *place,
                       struct value *value, struct fault *fault) MUST_CHECK;

#endif
