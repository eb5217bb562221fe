/* capacity_answer.h - the figures of `capacity`, calculated before anything is printed. */
#ifndef CLI_CAPACITY_ANSWER_H
#define CLI_CAPACITY_ANSWER_H

#include "cli/frame/command.h"
#include "core/rules/capacity.h"
#include "core/state/survey.h"
#include "core/use/closing_rate.h"

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

struct answer {
    struct survey survey;
    struct os_version os; /* of this machine, or of --windows */
    bool is_chosen;       /* --windows is given */

    /* The rate with the running range, or with the default range if --windows is given. */
    struct destination_rate now[FAMILY_COUNT];
    struct closing_rate present;        /* unknown if --windows is given */
    struct figure disputed;             /* from capacity_disputed_wait() */
    bool is_wait_default[FAMILY_COUNT]; /* `now` uses the default duration of TIME_WAIT */
    bool has_proposal, proposes_wait;
    struct destination_rate proposed[FAMILY_COUNT];
    bool has_rate;
    uint64_t rate_tenths;
    bool has_requirement;
    struct requirement requirement; /* for IPv4; calculated from `proposed` if there is a proposal,
                                       else from `now` */

    struct figure ram;
    bool is_this_machine; /* neither --windows nor --ram is given, so pool_in_use is relevant */
    struct figure pool_in_use;
    struct figure pool_limit;
    struct thumb_rule thumb_rule;
    bool has_sessions;
    struct session session;
    struct figure threads, stack, memory; /* the values of `session` with their sources */
    struct figure budget, sessions;
};

/* Parses --windows and --bits. Fails with FAULT_USAGE, which gives the reason. Reads nothing from
 * the machine. */
bool answer_parse_choice(const struct invocation *invocation, struct answer *answer,
                         struct fault *fault) MUST_CHECK;

/* Calculates all other figures. The caller has set answer->survey and answer->os. */
bool answer_calculate(const struct invocation *invocation, struct answer *answer,
                      struct fault *fault) MUST_CHECK;

/* Returns the rate from which `requirement` is calculated: the proposed rate if there is a
 * proposal, else the current rate. */
const struct destination_rate *answer_needed_from(const struct answer *answer);

#endif
