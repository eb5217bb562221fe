/* change.h - applies a plan.
 *
 * Order: lock the store; resolve interrupted changes as survey->resolving showed them (all
 * functions except change_backup_only); check that the plan is fresh; write and flush backup,
 * undo file and the "started" line; check freshness again; write the values; read them back;
 * flush the key; write "done" to the journal. If a value read back differs or a write fails,
 * all written places, including that of the failed step, are restored, newest first. The
 * journal then records rolled_back, or stuck if the rollback failed.
 */
#ifndef CORE_CHANGE_CHANGE_H
#define CORE_CHANGE_CHANGE_H

#include "core/change/plan.h"
#include "core/state/survey.h"
#include "core/system/machine.h"

struct change {
    /* in */
    const char *command;                              /* for the journal */
    const char *reason;                               /* "" none */
    uint64_t undoes;                                  /* id of the undone change; 0 none */
    const struct restore_point_result *restore_point; /* created before; NULL: not requested */
    /* out */
    uint64_t id;            /* of the journal entry; 0 if there is none */
    enum entry_state state; /* how the change ended */
    /* Full paths, for display: of the public copies, or of the private files if the copies could
     * not be made. */
    char backup[STORE_PATH_SIZE];
    char undo_file[STORE_PATH_SIZE];
    /* Sentences about the resolved interrupted changes, "" none. Set even if the change then
     * fails: the fault begins with these sentences, has the same room for its own, and does not
     * claim that nothing was changed. If there are too many, the last is "And N more." */
    char resolved[FAULT_TEXT_SIZE / 2];
    size_t resolved_length;            /* bytes of the sentences about single entries */
    size_t resolved_more;              /* entries without a sentence */
    struct store_preparation store;    /* an untrusted folder at the store's path; usually empty */
    bool is_done_unwritten;            /* in effect, but "done" could not be written */
    char unpublished[FAULT_TEXT_SIZE]; /* why the public copies are old; else "" */
    struct use_figures use_after;
};

void change_init(struct change *change, const char *command);

/* Applies a plan with at least one step. `survey` has the use before the change; it is updated
 * with the use after it. True: written and verified. False, by fault->kind:
 *   FAULT_FAILED, FAULT_DENIED, FAULT_STALE, FAULT_DECLINED, FAULT_STORE:
 *       everything is as it was before;
 *   FAULT_STORE with change->is_done_unwritten: the change is in effect;
 *   FAULT_STUCK: the rollback failed. */
bool change_apply(const struct machine *machine, struct survey *survey, const struct plan *plan,
                  struct change *change, struct fault *fault) MUST_CHECK;

/* Only resolves interrupted changes, as survey->resolving showed them. change->resolved describes
 * the result; "" if there were none. FAULT_STALE: survey->resolving is outdated. FAULT_STUCK:
 * some values could not be restored. */
bool change_resolve(const struct machine *machine, const struct survey *survey,
                    struct change *change, struct fault *fault) MUST_CHECK;

/* Adds a journal entry without steps, in the state done, that marks `change->undoes` as undone. The
 * caller has checked that every place already has its former value. Sets change->id. */
bool change_note_undone(const struct machine *machine, const struct survey *survey,
                        struct change *change, struct fault *fault) MUST_CHECK;

/* Writes a backup of the whole key to the store, with its own journal entry. Sets change->id
 * and change->backup. */
bool change_backup_only(const struct machine *machine, struct change *change,
                        struct fault *fault) MUST_CHECK;

#endif
