/* journal_scene.h - changes that are written to the journal of a machine in memory.
 */
#ifndef TESTS_CORE_JOURNAL_JOURNAL_SCENE_H
#define TESTS_CORE_JOURNAL_JOURNAL_SCENE_H

#include "core/journal/journal.h"
#include "fake/machine.h"

/* An entry that changes MaxUserPort from absent to a number, or an undo that had nothing
 * to write. The caller frees it. */
struct journal_entry make_entry(uint64_t id, const char *command, uint64_t undoes);

/* Writes such an entry, and its end unless `end` is ENTRY_OPEN. `undoes` is 0 for a set. */
void write_change(struct fake *fake, uint64_t id, uint64_t undoes, enum entry_state end);

/* The whole journal; the caller frees it. */
struct journal read_back(struct fake *fake);

#endif
