/* settling.h - what became of a change that was interrupted, and what remains to be done.
 *
 * A change that the journal does not end is open: maxport or Windows died in between. It
 * counts as done where every place holds the new value, and as rolled back where every
 * place holds the old one. Where both are found the old ones are put back; where a place
 * holds neither, another program has written since, and all is left as it is.
 */
#ifndef CORE_JOURNAL_SETTLING_H
#define CORE_JOURNAL_SETTLING_H

#include "core/journal/journal.h"
#include "core/system/machine.h"

struct settlement {
    uint64_t id;
    char command[32];
    enum entry_state state; /* ENTRY_DONE, ENTRY_ROLLED_BACK, or ENTRY_STUCK: left as it is */
    struct step *writes;    /* owned; from what is there to what was there before the change */
    size_t write_count;
};

struct settling {
    struct settlement *rows; /* owned; in the order in which they are settled */
    size_t count;
};

void settling_release(struct settling *settling);

/* Looks at the places of every open entry; writes nothing. */
bool settling_make(const struct machine *machine, const struct journal *journal,
                   struct settling *settling, struct fault *fault) MUST_CHECK;

bool settling_equal(const struct settling *a, const struct settling *b);

/* The first value that would be written anywhere but in `except`, or NULL. */
const struct step *settling_write_beside(const struct settling *settling,
                                         const struct place *except);

/* What a place holds now, where settling writes it; NULL: settling does not write it. */
const struct value *settling_found(const struct settling *settling, const struct place *place);

/* What a place holds once all is settled; NULL: settling does not touch it. */
const struct value *settling_value(const struct settling *settling, const struct place *place);

/* Makes a journal in memory what it will be once all is settled. */
void settling_foresee(const struct settling *settling, struct journal *journal);

/* "its values are in the registry, so it counts as done" */
void settlement_words(const struct settlement *settlement, struct text *text);

/* The same in at most 100 bytes, without the values: "3 values are put back, so it counts as
 * rolled back". */
void settlement_summary(const struct settlement *settlement, struct text *text);

/* For a plan: a paragraph with each change and a line with each value. "" without. */
void settling_print(const struct settling *settling, unsigned width, struct text *text);

#endif
