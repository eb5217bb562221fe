/* plan.h - checked steps, before -> after, with notes for the user.
 *
 * plan_make() reads, checks and warns, but never writes. --dry-run prints the plan (plan_print.h),
 * the command asks the user to confirm the plan, change_apply() applies it, and the journal records
 * it. A plan contains every value that will be written, except the values of interrupted changes,
 * which resolving.h describes.
 */
#ifndef CORE_CHANGE_PLAN_H
#define CORE_CHANGE_PLAN_H

#include "core/journal/resolving.h"
#include "core/journal/step.h"
#include "core/rules/range.h"
#include "core/system/machine.h"

enum note_kind {
    NOTE_INFO,
    NOTE_WARNING, /* the change may cause problems */
};

struct note {
    enum note_kind kind;
    char *text; /* owned; one or two sentences, UTF-8, safe for a screen */
};

struct plan {
    /* Owned; one step for each place whose value would change. `before` is the value when the plan
     * was made, or the value that resolving interrupted changes will write before the plan is
     * applied. */
    struct step *steps;
    size_t step_count;
    struct note *notes; /* owned */
    size_t note_count;
    size_t already_count; /* number of requests whose place already has the value */
    struct place already; /* the place of the last such request */
    /* MaxUserPort was requested and is already stored, but Windows started with another value. */
    bool is_already_pending;
    bool needs_restart;
    /* The predicted ranges without and with this plan; only valid if moves_range. */
    bool moves_range;
    struct prediction predicted_before[PROTOCOL_COUNT][FAMILY_COUNT];
    struct prediction predicted_after[PROTOCOL_COUNT][FAMILY_COUNT];
};

void plan_init(struct plan *plan);
void plan_release(struct plan *plan);

bool plan_note(struct plan *plan, enum note_kind kind, struct fault *fault, const char *format, ...)
    PRINTF_LIKE(4, 5) MUST_CHECK;

/* Returns the place of the first step. If there are no steps, returns plan->already. */
const struct place *plan_place(const struct plan *plan);

/* Returns the current value of the place that plan_place() returns, for comparison with --expect.
 * This value may differ from `before` of the step, which is the value after interrupted changes are
 * resolved. Returns NULL if neither the plan nor resolving writes the place. */
const struct value *plan_found(const struct plan *plan, const struct resolving *resolving);

/* Checks that the place still has the value `before`. Otherwise fails with FAULT_STALE, which
 * states the current value. */
bool step_is_fresh(const struct machine *machine, const struct step *step,
                   struct fault *fault) MUST_CHECK;

/* Calls step_is_fresh() for all steps. Fails with FAULT_STALE, which names the first place that
 * differs. */
bool plan_is_fresh(const struct machine *machine, const struct plan *plan,
                   struct fault *fault) MUST_CHECK;

#endif
