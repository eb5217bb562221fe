/* standing.h - the running range held against MaxUserPort: whose work it is, and
 * what a restart will make of it.
 *
 * Three things can set a range: Windows' default, MaxUserPort at the start, and
 * netsh (or a program that calls the same) at any time. No source says which
 * of the last two takes precedence after a restart (docs/windows.md, "MaxUserPort and
 * netsh: precedence"), so if both are set the prediction is "unknown" until `verify`.
 */
#ifndef CORE_RULES_RANGE_ORIGIN_H
#define CORE_RULES_RANGE_ORIGIN_H

#include "core/rules/range.h"
#include "core/system/ranges.h"

enum standing_kind {
    STANDING_UNKNOWN,      /* the running range is not known, or only by the rule */
    STANDING_DEFAULT,      /* Windows' default, and no MaxUserPort at the start */
    STANDING_HONOURED,     /* it is what the MaxUserPort of the start gives */
    STANDING_UNAFFECTED,   /* the default, although MaxUserPort is there: it does not reach here */
    STANDING_NOT_HONOURED, /* the default, although MaxUserPort should have moved it */
    STANDING_OVERRIDDEN,   /* something else: netsh or a program set it */
};

const char *standing_key(enum standing_kind kind);   /* JSON: "default", "honoured" ... */
const char *standing_words(enum standing_kind kind); /* "set by MaxUserPort", "" for unknown */

struct standing {
    enum standing_kind kind;
    bool is_restart_pending; /* MaxUserPort is not what Windows started with */
};

/* at_boot: what MaxUserPort held at the start, as far as known; stored: now. */
void standing_judge(const struct os_version *os, enum protocol protocol, enum family family,
                    const struct running_range *running, const struct value *at_boot,
                    const struct value *stored, struct standing *standing);

/* What a restart gives with that MaxUserPort stored, knowing what is running now:
 * the rules of range.h, but a range that somebody set is not forgotten. */
void standing_predict(const struct os_version *os, enum protocol protocol, enum family family,
                      const struct running_range *running, const struct value *at_boot,
                      const struct value *stored, struct prediction *prediction);

#endif
