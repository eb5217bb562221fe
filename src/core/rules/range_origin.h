/* range_origin.h - determines what set the running range, and predicts the range after a restart.
 *
 * A range comes from Windows' default, from MaxUserPort at the start, or from netsh (or a
 * program that uses the same API) at any time. No source says whether MaxUserPort or netsh
 * takes precedence after a restart (docs/windows.md, "MaxUserPort and netsh: precedence"). If
 * both are set, the prediction is "unknown" until `verify`.
 */
#ifndef CORE_RULES_RANGE_ORIGIN_H
#define CORE_RULES_RANGE_ORIGIN_H

#include "core/rules/range.h"
#include "core/system/ranges.h"

enum range_origin_kind {
    RANGE_ORIGIN_UNKNOWN,      /* the running range is unknown or calculated */
    RANGE_ORIGIN_DEFAULT,      /* the default; MaxUserPort was absent at the start */
    RANGE_ORIGIN_HONOURED,     /* the range that MaxUserPort gave at the start */
    RANGE_ORIGIN_UNAFFECTED,   /* the default; MaxUserPort does not affect this range */
    RANGE_ORIGIN_NOT_HONOURED, /* the default, although MaxUserPort should have changed it */
    RANGE_ORIGIN_OVERRIDDEN,   /* another range, set with netsh or by a program */
};

const char *range_origin_key(enum range_origin_kind kind); /* JSON: "default", "honoured" ... */
const char *
range_origin_words(enum range_origin_kind kind); /* "set by MaxUserPort", "" for unknown */

struct range_origin {
    enum range_origin_kind kind;
    bool is_restart_pending; /* MaxUserPort has changed since Windows started */
};

/* at_boot: MaxUserPort when Windows started, as far as known; stored: MaxUserPort now. */
void range_origin_make(const struct os_version *os, enum protocol protocol, enum family family,
                       const struct running_range *running, const struct value *at_boot,
                       const struct value *stored, struct range_origin *range_origin);

/* Predicts the range after a restart with that MaxUserPort stored. Applies the rules of range.h
 * and also considers a running range that was set with netsh. */
void range_origin_predict(const struct os_version *os, enum protocol protocol, enum family family,
                          const struct running_range *running, const struct value *at_boot,
                          const struct value *stored, struct prediction *prediction);

#endif
