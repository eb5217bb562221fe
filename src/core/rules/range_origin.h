/* range_origin.h - the running range held against MaxUserPort: whose work it is, and
 * what a restart will make of it.
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

enum range_origin {
    RANGE_ORIGIN_UNKNOWN,      /* the running range is not known, or only by the rule */
    RANGE_ORIGIN_DEFAULT,      /* Windows' default, and no MaxUserPort at the start */
    RANGE_ORIGIN_HONOURED,     /* it is what the MaxUserPort of the start gives */
    RANGE_ORIGIN_UNAFFECTED,   /* the default: MaxUserPort is set but does not affect this range */
    RANGE_ORIGIN_NOT_HONOURED, /* the default, although MaxUserPort should have moved it */
    RANGE_ORIGIN_OVERRIDDEN,   /* something else: netsh or a program set it */
};

const char *range_origin_key(enum range_origin kind);   /* JSON: "default", "honoured" ... */
const char *range_origin_words(enum range_origin kind); /* "set by MaxUserPort", "" for unknown */

/* at_boot: what MaxUserPort contained when Windows started, as far as known. */
enum range_origin range_origin_of(const struct os_version *os, enum protocol protocol,
                                  enum family family, const struct running_range *running,
                                  const struct value *at_boot);

/* What a restart gives with that MaxUserPort stored: the rules of range.h, but a range that
 * was set by other means is taken into account. */
void range_origin_predict(const struct os_version *os, enum protocol protocol, enum family family,
                          const struct running_range *running, const struct value *at_boot,
                          const struct value *stored, struct prediction *prediction);

#endif
