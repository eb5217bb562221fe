/* journal_scene.h - writes changes to the journal of a simulated machine. */
#ifndef TESTS_CORE_JOURNAL_JOURNAL_SCENE_H
#define TESTS_CORE_JOURNAL_JOURNAL_SCENE_H

#include "core/journal/journal.h"
#include "fake/machine.h"

/* Makes an open entry that changes MaxUserPort from absent to 65534; if `undoes` is not 0, an undo
 * without steps. The caller releases the entry. */
struct journal_entry make_entry(uint64_t id, const char *command, uint64_t undoes);

/* Writes an entry of make_entry() to the journal. Unless `end` is ENTRY_OPEN, also writes the end
 * of the entry. `undoes` is the ID of the change to undo; 0: the entry is a set. */
void write_change(struct fake *fake, uint64_t id, uint64_t undoes, enum entry_state end);

/* Reads the whole journal. The caller releases the returned journal. */
struct journal read_back(struct fake *fake);

#endif
