/* range_origin.h - determines the origin of a running range, and predicts the range after a
 * restart.
 *
 * A running range is the default of Windows, was set by MaxUserPort when Windows started, or was
 * set by netsh (or a program that uses the same API) at any time. No source states whether
 * MaxUserPort or netsh takes precedence after a restart (docs/windows.md, "MaxUserPort and netsh:
 * precedence"). Therefore the prediction is usually "unknown" if netsh has set the running range
 * and MaxUserPort is set too.
 */
#ifndef CORE_RULES_RANGE_ORIGIN_H
#define CORE_RULES_RANGE_ORIGIN_H

#include "core/rules/range.h"
#include "core/system/ranges.h"

enum range_origin {
    RANGE_ORIGIN_UNKNOWN,    /* the running range is unknown, or only calculated */
    RANGE_ORIGIN_DEFAULT,    /* the default; MaxUserPort was absent when Windows started */
    RANGE_ORIGIN_HONOURED,   /* set by MaxUserPort when Windows started */
    RANGE_ORIGIN_UNAFFECTED, /* the default; MaxUserPort was set, but no rule predicts an effect */
    RANGE_ORIGIN_NOT_HONOURED, /* the default, although MaxUserPort should have changed it */
    RANGE_ORIGIN_OVERRIDDEN,   /* another range, set by netsh or a program */
};

const char *range_origin_key(enum range_origin kind);   /* JSON: "default", "honoured" ... */
const char *range_origin_words(enum range_origin kind); /* "set by MaxUserPort", "" for unknown */

/* at_boot: the MaxUserPort with which Windows started; absent if it is unknown. */
enum range_origin range_origin_of(const struct os_version *os, enum protocol protocol,
                                  enum family family, const struct running_range *running,
                                  const struct value *at_boot);

/* Predicts the range after a restart if MaxUserPort is then `stored`. Applies the rules of range.h,
 * and also considers that netsh or a program may have set the running range. */
void range_origin_predict(const struct os_version *os, enum protocol protocol, enum family family,
                          const struct running_range *running, const struct value *at_boot,
                          const struct value *stored, struct prediction *prediction);

#endif
