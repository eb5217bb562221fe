/* place_access.h - functions to read and write a place, selected by its kind.
 *
 * plan_make(), resolving_make() and change_apply() access places only with these functions.
 */
#ifndef CORE_JOURNAL_PLACE_ACCESS_H
#define CORE_JOURNAL_PLACE_ACCESS_H

#include "core/system/machine.h"

struct place_access {
    const struct machine *machine;
    bool (*read)(const struct machine *, const struct place *, struct value *, struct fault *);
    bool (*write)(const struct machine *, const struct place *, const struct value *,
                  struct fault *);
    /* Writes changes of the place to disk. */
    bool (*flush)(const struct machine *, const struct place *, struct fault *);
};

/* Fills *holder with the functions for the place. Fails with FAULT_UNAVAILABLE if this machine does
 * not support the kind of place. */
bool place_access_of(const struct machine *machine, const struct place *place,
                     struct place_access *holder, struct fault *fault) MUST_CHECK;

/* Reads a place. Also works on a read-only machine. */
bool place_access_read(const struct machine *machine, const struct place *place,
                       struct value *value, struct fault *fault) MUST_CHECK;

#endif
