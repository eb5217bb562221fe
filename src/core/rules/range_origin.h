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

enum range_origin_kind {
    RANGE_ORIGIN_UNKNOWN,      /* the running range is not known, or only by the rule */
    RANGE_ORIGIN_DEFAULT,      /* Windows' default, and no MaxUserPort at the start */
    RANGE_ORIGIN_HONOURED,     /* it is what the MaxUserPort of the start gives */
    RANGE_ORIGIN_UNAFFECTED,   /* the default, although MaxUserPort is there: it does not reach here
                                */
    RANGE_ORIGIN_NOT_HONOURED, /* the default, although MaxUserPort should have moved it */
    RANGE_ORIGIN_OVERRIDDEN,   /* something else: netsh or a program set it */
};

const char *range_origin_key(enum range_origin_kind kind); /* JSON: "default", "honoured" ... */
const char *
range_origin_words(enum range_origin_kind kind); /* "set by MaxUserPort", "" for unknown */

struct range_origin {
    enum range_origin_kind kind;
    bool is_restart_pending; /* MaxUserPort is not what Windows started with */
};

/* at_boot: what MaxUserPort held at the start, as far as known; stored: now. */
void range_origin_make(const struct os_version *os, enum protocol protocol, enum family family,
                       const struct running_range *running, const struct value *at_boot,
                       const struct value *stored, struct range_origin *range_origin);

/* What a restart gives with that MaxUserPort stored, knowing what is running now:
 * the rules of range.h, but a range that somebody set is not forgotten. */
void range_origin_predict(const struct os_version *os, enum protocol protocol, enum family family,
                          const struct running_range *running, const struct value *at_boot,
                          const struct value *stored, struct prediction *prediction);

#endif
