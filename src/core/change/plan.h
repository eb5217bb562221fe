/* plan.h - checked steps, before -> after, with what an admin should know first.
 *
 * plan_make reads, checks and warns; it cannot write. A plan is what --dry-run
 * prints, what is asked about, what change_apply carries out, and what the
 * journal keeps. It holds every byte that will be written.
 */
#ifndef CORE_CHANGE_PLAN_H
#define CORE_CHANGE_PLAN_H

#include "core/rules/setting.h"
#include "core/state/survey.h"
#include "core/system/machine.h"

/* What is asked for: a place and the value that it should hold. */
struct request {
    struct place place;
    struct value wanted; /* owned */
};

enum note_kind {
    NOTE_INFO,    /* worth knowing */
    NOTE_WARNING, /* may hurt */
};

struct note {
    enum note_kind kind;
    char *text; /* owned; one or two sentences, UTF-8, safe for a screen */
};

struct plan {
    /* Owned; only places whose value would change. `before` is what was read when
     * the plan was made. */
    struct step *steps;
    size_t step_count;
    struct note *notes; /* owned */
    size_t note_count;
    size_t already_count; /* requests that already hold */
    struct place already; /* the place of the last of them */
    bool needs_restart;
    /* What the TCP/IPv4 and the other ranges would be after a restart, before
     * and after this plan; only meaningful when moves_range. */
    bool moves_range;
    struct prediction predicted_before[PROTOCOL_COUNT][FAMILY_COUNT];
    struct prediction predicted_after[PROTOCOL_COUNT][FAMILY_COUNT];
};

void plan_init(struct plan *plan);
void plan_release(struct plan *plan);

bool plan_note(struct plan *plan, enum note_kind kind, struct fault *fault, const char *format, ...)
    PRINTF_LIKE(4, 5) MUST_CHECK;

/* The first place of a plan, whether it would change or is already set. */
const struct place *plan_place(const struct plan *plan);

/* What that place holds now, before settling and plan are carried out; NULL: neither
 * writes it. --expect is compared with this. */
const struct value *plan_found(const struct plan *plan, const struct settling *settling);

/* FAULT_USAGE where a place is asked for twice. */
bool requests_are_distinct(const struct request *requests, size_t count,
                           struct fault *fault) MUST_CHECK;

/* Reads what the places hold once survey->settling is carried out, keeps those that would change,
 * and warns. The requests stay the caller's. survey: what the machine looks like now. */
bool plan_make(const struct machine *machine, const struct survey *survey,
               const struct request *requests, size_t request_count, struct plan *plan,
               struct fault *fault) MUST_CHECK;

/* The plan for a person: what is settled first, a line a step, the effect on the ranges with gain
 * or loss in ports, the notes, when it takes effect. The one text of --dry-run, of the question
 * before a change, and of a window's preview. Lines fit `width`. */
void plan_print(const struct plan *plan, const struct survey *survey, unsigned width,
                struct text *text);

/* The same for steps whose `before` is already known (undo): before and after
 * swapped, places that hold something else refused as FAULT_STALE with the
 * difference, unless is_forced. */
bool plan_make_reverse(const struct machine *machine, const struct survey *survey,
                       const struct step *steps, size_t step_count, bool is_forced,
                       struct plan *plan, struct fault *fault) MUST_CHECK;

/* Is the place still as the plan saw it? FAULT_STALE says what it holds. */
bool step_is_fresh(const struct machine *machine, const struct step *step,
                   struct fault *fault) MUST_CHECK;

/* Are all places still as the plan saw them? FAULT_STALE names the first that is not. */
bool plan_is_fresh(const struct machine *machine, const struct plan *plan,
                   struct fault *fault) MUST_CHECK;

#endif
