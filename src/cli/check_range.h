/* check_range.h - range expressions of the Monitoring Plugins guideline.
 *
 *     [@][start:]end
 *
 * A value raises an alert if it is below `start` or above `end`; with '@', if it is from
 * `start` to `end`. Without "start:", the start is 0; "~:" starts at minus infinity, and "start:"
 * has no end. So "80" alerts below 0 and above 80, "10:" alerts below 10, and "@10:20" alerts from
 * 10 to 20 (Monitoring Plugins guideline, "Range expressions").
 *
 * Numbers are exact: they are whole numbers of millionths, not floating-point numbers.
 */
#ifndef CLI_CHECK_RANGE_H
#define CLI_CHECK_RANGE_H

#include "core/base/fault.h"

/* Digits before and after the decimal point. */
enum { RANGE_WHOLE_DIGITS = 12, RANGE_DECIMALS = 6 };
/* Two numbers with sign and decimal point, '@', ':' and the NUL. */
enum { CHECK_RANGE_SIZE = 2 * (RANGE_WHOLE_DIGITS + RANGE_DECIMALS + 2) + 3 };

/* Millionths of a unit. */
#define CHECK_UNIT INT64_C(1000000)
/* The limits of a range without a start or an end, and a value without an end. */
#define CHECK_LOWEST INT64_MIN
#define CHECK_HIGHEST INT64_MAX

struct check_range {
    bool is_given;    /* false: the range never alerts; the other fields are not set */
    bool is_inverted; /* with '@' */
    int64_t start, end;
    char text[CHECK_RANGE_SIZE]; /* the expression */
};

/* Parses an expression. Fails with FAULT_USAGE; the text names `option` and the expression. */
bool check_range_parse(const char *text, const char *option, struct check_range *range,
                       struct fault *fault) MUST_CHECK;

bool check_range_alerts(const struct check_range *range, int64_t value);

#endif
