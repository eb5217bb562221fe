/* plan.h - checked steps, before -> after, with notes for the user.
 *
 * plan_make reads, checks and warns; it cannot write. --dry-run prints the plan, the command
 * asks the user to confirm it, change_apply applies it, and the journal records it. A plan
 * contains every byte that will be written.
 */
#ifndef CORE_CHANGE_PLAN_H
#define CORE_CHANGE_PLAN_H

#include "core/rules/setting.h"
#include "core/state/survey.h"
#include "core/system/machine.h"

/* A place and the value to write there. */
struct request {
    struct place place;
    struct value wanted; /* owned */
};

enum note_kind {
    NOTE_INFO,
    NOTE_WARNING, /* the change may cause problems */
};

struct note {
    enum note_kind kind;
    char *text; /* owned; one or two sentences, UTF-8, safe for a screen */
};

struct plan {
    /* Owned; only places whose value would change. `before`: the value when the plan was
     * made. */
    struct step *steps;
    size_t step_count;
    struct note *notes; /* owned */
    size_t note_count;
    size_t already_count; /* requests whose place already has the value */
    struct place already; /* the place of the last such request */
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

/* The first place of a plan, changed or already set. */
const struct place *plan_place(const struct plan *plan);

/* The current value of that place, for comparison with --expect. It may differ from `before`,
 * which is the value after interrupted changes are resolved. NULL: nothing writes the place. */
const struct value *plan_found(const struct plan *plan, const struct settling *settling);

/* FAULT_USAGE: two requests have the same place. */
bool requests_are_distinct(const struct request *requests, size_t count,
                           struct fault *fault) MUST_CHECK;

/* Makes steps for the places that would change, and the notes. `before` is the value after
 * survey->settling is applied. The caller keeps the requests. survey: the current state. */
bool plan_make(const struct machine *machine, const struct survey *survey,
               const struct request *requests, size_t request_count, struct plan *plan,
               struct fault *fault) MUST_CHECK;

/* Prints the plan: the interrupted changes to resolve first, one line for each step, the effect
 * on the ranges in ports, the notes, and when the change takes effect. --dry-run, the question
 * before a change and the window's preview all use this text. Lines fit `width` columns. */
void plan_print(const struct plan *plan, const struct survey *survey, unsigned width,
                struct text *text);

/* Makes the plan of an undo: `steps` with before and after swapped. FAULT_STALE, unless
 * is_forced: a place has another value than `after`; the text states the difference. */
bool plan_make_reverse(const struct machine *machine, const struct survey *survey,
                       const struct step *steps, size_t step_count, bool is_forced,
                       struct plan *plan, struct fault *fault) MUST_CHECK;

/* Checks that the place still has the value `before`. FAULT_STALE states the other value. */
bool step_is_fresh(const struct machine *machine, const struct step *step,
                   struct fault *fault) MUST_CHECK;

/* Checks all places as step_is_fresh. FAULT_STALE names the first place that differs. */
bool plan_is_fresh(const struct machine *machine, const struct plan *plan,
                   struct fault *fault) MUST_CHECK;

#endif
