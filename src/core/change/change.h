/* change.h - a plan carried out.
 *
 * Order: lock; settle what is open, as survey->settling says it was shown (all of these but
 * change_backup_only do); is the plan fresh; backup, undo file and
 * intent on disk, flushed; is it still fresh; write; read back; flush the key;
 * "done". On any
 * mismatch the written places are put back, newest first, the failed step
 * included, and the journal says rolled_back, or stuck where that failed too.
 */
#ifndef CORE_CHANGE_CHANGE_H
#define CORE_CHANGE_CHANGE_H

#include "core/change/plan.h"
#include "core/state/survey.h"
#include "core/system/machine.h"

struct change {
    /* in */
    const char *command;                              /* for the journal */
    const char *reason;                               /* "" without */
    uint64_t undoes;                                  /* 0 none */
    const struct restore_point_result *restore_point; /* made before; NULL: none was asked for */
    /* out */
    uint64_t id;                  /* of the journal entry; 0 when none was made */
    enum entry_state state;       /* how it ended */
    char backup[STORE_PATH_SIZE]; /* full path, for a person */
    char undo_file[STORE_PATH_SIZE];
    /* What earlier open entries were found to be, "" none: also where the change itself then
     * fails. The fault begins with it, has as much room for its own sentences, and does not
     * say that nothing was changed. Of many entries the last sentence is "And N more." */
    char settled[FAULT_TEXT_SIZE / 2];
    size_t settled_length;             /* of the sentences about single entries */
    size_t settled_more;               /* entries that have none */
    struct store_preparation store;    /* what was in the way of it, nothing usually */
    bool is_done_unwritten;            /* it stands, but the journal does not say "done" */
    char unpublished[FAULT_TEXT_SIZE]; /* why users still see the journal as it was before; "" */
    struct use_figures use_after;
};

void change_init(struct change *change, const char *command);

/* Carries out a plan with at least one step. survey gives the use before and is
 * retaken after. True: written and verified. False: fault->kind says what is
 * true now - FAULT_FAILED, FAULT_DENIED, FAULT_STALE, FAULT_STORE (nothing
 * written by us) or FAULT_DECLINED: all as before; FAULT_STUCK: not all could be put
 * back; FAULT_STORE with change->is_done_unwritten: the change stands. */
bool change_apply(const struct machine *machine, struct survey *survey, const struct plan *plan,
                  struct change *change, struct fault *fault) MUST_CHECK;

/* Carries out survey->settling alone, as it was shown: FAULT_STALE where what would be
 * settled is another by now. change->settled says what was found; "" when nothing was open.
 * FAULT_STUCK: not all could be put back. */
bool change_settle(const struct machine *machine, const struct survey *survey,
                   struct change *change, struct fault *fault) MUST_CHECK;

/* Writes down that the change `change->undoes` is taken back though nothing had to be
 * written, since every place holds already what it held before: an entry without steps,
 * done. change->id says which. */
bool change_note_undone(const struct machine *machine, const struct survey *survey,
                        struct change *change, struct fault *fault) MUST_CHECK;

/* Puts a backup of the whole key into the store, as an entry of its own.
 * change->id and change->backup say which. */
bool change_backup_only(const struct machine *machine, struct change *change,
                        struct fault *fault) MUST_CHECK;

#endif
