/* resolving.h - determines how interrupted changes ended, and which values must still be written.
 *
 * A change without an outcome in the journal was interrupted: maxport or Windows stopped before the
 * outcome could be written. A stuck change that was not resolved since is treated in the same way.
 * The change counts as done if every place has its new value, and as rolled back if every place has
 * its old value. If some places have the new and others the old value, the old values are restored,
 * and the change counts as rolled back. If a place has another value, another program has changed
 * the place since, and nothing is restored.
 */
#ifndef CORE_JOURNAL_RESOLVING_H
#define CORE_JOURNAL_RESOLVING_H

#include "core/journal/journal.h"
#include "core/system/machine.h"

struct resolution {
    uint64_t id;
    char command[32];
    /* ENTRY_DONE, ENTRY_ROLLED_BACK, or ENTRY_STUCK if another program has changed a value. */
    enum entry_state state;
    struct step *writes; /* owned; each restores the value before the change */
    size_t write_count;
};

struct resolving {
    struct resolution *rows; /* owned; in the order in which the changes are resolved */
    size_t count;
};

void resolving_release(struct resolving *resolving);

/* Reads the places of every interrupted change; writes nothing. */
bool resolving_make(const struct machine *machine, const struct journal *journal,
                    struct resolving *resolving, struct fault *fault) MUST_CHECK;

bool resolving_equal(const struct resolving *a, const struct resolving *b);

/* Returns the first step that writes a place other than `except`, or NULL. */
const struct step *resolving_write_beside(const struct resolving *resolving,
                                          const struct place *except);

/* Returns the current value of a place if resolving writes to the place, else NULL. */
const struct value *resolving_found(const struct resolving *resolving, const struct place *place);

/* Returns the value of a place after resolving if resolving writes to the place, else NULL. */
const struct value *resolving_value(const struct resolving *resolving, const struct place *place);

/* Changes a journal in memory to its state after resolving. */
void resolving_foresee(const struct resolving *resolving, struct journal *journal);

/* Appends how the change was or will be resolved, without a full stop, e.g. "the new values are in
 * the registry, so the change counts as done". */
void resolution_words(const struct resolution *resolution, struct text *text);

/* Like resolution_words(), but appends at most 100 bytes, without the values. */
void resolution_summary(const struct resolution *resolution, struct text *text);

/* Prints the part of a plan about interrupted changes: a paragraph for each change and a line for
 * each value that will be restored. Prints nothing if there are no interrupted changes. */
void resolving_print(const struct resolving *resolving, unsigned width, struct text *text);

#endif
