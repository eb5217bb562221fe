/* capacity_answer.h - all figures of `capacity`, calculated before the first word is printed. */
#ifndef CLI_CAPACITY_ANSWER_H
#define CLI_CAPACITY_ANSWER_H

#include "cli/frame/command.h"
#include "core/rules/capacity.h"
#include "core/state/survey.h"

enum {
    OPTION_MAX_USER_PORT,
    OPTION_TIMED_WAIT,
    OPTION_RATE,
    OPTION_WINDOWS,
    OPTION_BITS,
    OPTION_RAM,
    OPTION_THREADS,
    OPTION_STACK,
    OPTION_MEMORY,
};

/* All that is said, worked out before the first word is written. */
struct answer {
    struct survey survey;
    struct os_version os; /* the machine's, or the one of --windows */
    bool is_chosen;       /* --windows */

    struct destination_rate now[FAMILY_COUNT]; /* running; of a chosen Windows the default */
    struct figure disputed;                    /* what else the wait may be by default */
    bool is_wait_default[FAMILY_COUNT];        /* of now */
    bool has_proposal, proposes_wait;
    struct destination_rate proposed[FAMILY_COUNT];
    bool has_rate;
    uint64_t rate_tenths;
    bool has_need;
    struct requirement need; /* over IPv4, from what is proposed, else from what is now */

    struct figure ram;
    bool is_this_machine; /* neither --windows nor --ram: the pool in use is of interest */
    struct figure pool_in_use;
    struct figure pool_limit;
    struct thumb_rule thumb_rule;
    bool has_sessions;
    struct session session;
    struct figure threads, stack, memory; /* the same, with their sources */
    struct figure budget, sessions;
};

/* Which Windows the question is about. FAULT_USAGE names a bad word; reads nothing of the machine.
 */
bool answer_parse_choice(const struct invocation *invocation, struct answer *answer,
                         struct fault *fault) MUST_CHECK;

/* Everything else; answer->survey and answer->os are set. */
bool answer_calculate(const struct invocation *invocation, struct answer *answer,
                      struct fault *fault) MUST_CHECK;

/* What the requirement was calculated from: the proposal, or else what applies now. */
const struct destination_rate *answer_needed_from(const struct answer *answer);

#endif
