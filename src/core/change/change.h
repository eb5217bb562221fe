/* change.h - applies a plan.
 *
 * The steps of change_apply():
 * - Lock the store.
 * - Resolve interrupted changes as survey->resolving describes (all functions below except
 *   change_backup_only() and change_schedule_return() do this).
 * - Check that no place of the plan has changed since the plan was made.
 * - Write and flush the backup, the undo file and the "started" line of the journal.
 * - For each place: check again that it has not changed, write the value, read it back, and flush
 *   the value to disk.
 * - Write "done" to the journal.
 * - Unlock the store, and update the public copies.
 *
 * If the second check, a write or a flush fails, or if a value that was read back differs, all
 * written places are restored, the last one first, including the place of a failed write. The
 * journal then records rolled_back, or stuck if the rollback failed.
 */
#ifndef CORE_CHANGE_CHANGE_H
#define CORE_CHANGE_CHANGE_H

#include "core/change/plan.h"
#include "core/state/survey.h"
#include "core/system/machine.h"

struct change {
    /* in */
    const char *command; /* for the journal */
    const char *reason;  /* "": none */
    uint64_t undoes;     /* id of the change to undo; 0: none */
    /* The result of creating a restore point before the change; NULL: not requested. */
    const struct restore_point_result *restore_point;
    /* out */
    uint64_t id;            /* id of the journal entry; 0: none */
    enum entry_state state; /* how the change ended */
    /* Full paths for display. They name the public copies, or the private files if the copies could
     * not be updated. */
    char backup[STORE_PATH_SIZE];
    char undo_file[STORE_PATH_SIZE];
    /* Sentences about the interrupted changes that were resolved; "": none. They are set even if
     * the change itself then fails. In this case the text of the fault begins with these sentences
     * and does not say that nothing was changed; half of the space in that text is left for the
     * fault itself. If there are too many sentences, the last one is "And N more." */
    char resolved[FAULT_TEXT_SIZE / 2];
    size_t resolved_length; /* bytes of the sentences about single entries */
    size_t resolved_more;   /* number of resolved entries without a sentence */
    /* How an untrusted folder at the store's path was handled; usually empty. */
    struct store_preparation store;
    bool is_done_unwritten; /* the change is in effect, but "done" could not be written */
    char unpublished[FAULT_TEXT_SIZE]; /* why the public copies are old; else "" */
    struct use_figures use_after;
};

void change_init(struct change *change, const char *command);

/* Applies a plan with at least one step. `survey` contains the use before the change and is updated
 * with the use after the change. Returns true if the values were written and verified. Otherwise
 * fault->kind and change->is_done_unwritten show the result:
 * - FAULT_STORE with change->is_done_unwritten: the change is in effect.
 * - FAULT_STUCK: the rollback of this change or of an interrupted change failed.
 * - Any other kind, for example FAULT_STORE without change->is_done_unwritten, FAULT_FAILED,
 *   FAULT_DENIED, FAULT_STALE, FAULT_BUSY or FAULT_DECLINED: this change has no effect. */
bool change_apply(const struct machine *machine, struct survey *survey, const struct plan *plan,
                  struct change *change, struct fault *fault) MUST_CHECK;

/* Only resolves interrupted changes, as survey->resolving showed them. change->resolved describes
 * the result; it is "" if there were no interrupted changes. Fails with FAULT_STALE if
 * survey->resolving is outdated, and with FAULT_STUCK if only some of the values of a
 * change could be restored. */
bool change_resolve(const struct machine *machine, const struct survey *survey,
                    struct change *change, struct fault *fault) MUST_CHECK;

/* Adds a journal entry in the state done and without steps, which marks `change->undoes` as undone.
 * The caller must have checked that every place already has its former value. Sets change->id. */
bool change_note_undone(const struct machine *machine, const struct survey *survey,
                        struct change *change, struct fault *fault) MUST_CHECK;

/* Schedules a return of Windows to the restore point at the next restart. Adds a journal entry in
 * the state ENTRY_RETURN before it asks Windows; if the entry cannot be written, nothing is
 * scheduled. If Windows refuses, the entry becomes ENTRY_RETURN_REFUSED. If it is uncertain whether
 * the return will happen, the function fails with FAULT_STUCK, and change->state is ENTRY_RETURN.
 * Resolves no interrupted change. */
bool change_schedule_return(const struct machine *machine, uint32_t sequence, struct change *change,
                            struct fault *fault) MUST_CHECK;

/* Writes a backup of the whole key Tcpip\Parameters to the store, with its own journal entry. Sets
 * change->id and change->backup. */
bool change_backup_only(const struct machine *machine, struct change *change,
                        struct fault *fault) MUST_CHECK;

#endif
