/* change_entry.h - makes the journal entry of a change, its backup and its undo file. */
#ifndef CORE_CHANGE_CHANGE_ENTRY_H
#define CORE_CHANGE_CHANGE_ENTRY_H

#include "core/change/plan.h"
#include "core/journal/journal.h"
#include "core/system/machine.h"

/* Fills an entry with command, reason, time, account and kernel session. Everything else is 0 or
 * absent. Even after a failure, the caller releases the entry. */
bool change_entry_begin(const struct machine *machine, const char *command, const char *reason,
                        struct journal_entry *entry, struct fault *fault) MUST_CHECK;

/* Copies the steps and the predicted ranges of the plan. */
bool change_entry_steps(const struct plan *plan, struct journal_entry *entry,
                        struct fault *fault) MUST_CHECK;

/* Writes the whole key to a new file of the store and gives the entry the first unused id, from
 * first_id on. */
bool change_entry_backup(const struct machine *machine, uint64_t first_id,
                         struct journal_entry *entry, struct fault *fault) MUST_CHECK;

/* Writes the undo file. All steps of a change have the same kind of place, because a .reg file
 * cannot contain netsh commands. */
bool change_entry_undo_file(const struct machine *machine, struct journal_entry *entry,
                            struct fault *fault) MUST_CHECK;

/* Writes the line with the outcome to the journal. */
bool change_entry_end(const struct machine *machine, struct journal_entry *entry,
                      enum entry_state state, const char *outcome, struct fault *fault) MUST_CHECK;

#endif
