#include "cli/check_range.h"

#include <string.h>

#include "core/base/text.h"

/* Parses [-]digits[.digits]. On success sets *number and moves *at behind the number. */
static bool take_number(const char **at, int64_t *number)
{
    bool is_negative = **at == '-';
    const char *digits = *at + is_negative;
    size_t whole = strspn(digits, "0123456789"), decimals = 0;
    int64_t value = 0;

    if (whole == 0 || whole > RANGE_WHOLE_DIGITS)
        return false;
    for (size_t i = 0; i < whole; i++)
        value = value * 10 + (digits[i] - '0');
    digits += whole;
    if (*digits == '.') {
        digits++;
        decimals = strspn(digits, "0123456789");
        if (decimals == 0 || decimals > RANGE_DECIMALS)
            return false;
    }
    for (size_t i = 0; i < RANGE_DECIMALS; i++)
        value = value * 10 + (i < decimals ? digits[i] - '0' : 0);
    *number = is_negative ? -value : value;
    *at = digits + decimals;
    return true;
}

static bool parse(const char *text, struct check_range *range)
{
    const char *at = text;

    *range = (struct check_range){.is_given = true, .end = CHECK_HIGHEST};
    range->is_inverted = *at == '@';
    at += range->is_inverted;
    if (at[0] == '~' && at[1] == ':') {
        range->start = CHECK_LOWEST;
        at += 2;
        return !*at || (take_number(&at, &range->end) && !*at);
    }
    if (!take_number(&at, &range->end))
        return false;
    if (!*at)
        return range->end >= 0; /* the start is 0 */
    if (*at++ != ':')
        return false;
    range->start = range->end;
    range->end = CHECK_HIGHEST;
    return !*at || (take_number(&at, &range->end) && !*at && range->start <= range->end);
}

bool check_range_parse(const char *text, const char *option, struct check_range *range,
                       struct fault *fault)
{
    struct check_range parsed;

    /* A longer text is no valid expression, because numbers have a limited length. */
    if (strlen(text) < CHECK_RANGE_SIZE && parse(text, &parsed)) {
        strcpy(parsed.text, text);
        *range = parsed;
        return true;
    }
    return fault_set(
        fault, FAULT_USAGE, 0,
        "%s \"%.80s\" is not a range. Ranges are e.g. 80, 10:, ~:80, 10:20 and @10:20. "
        "The start must not be above the end, and a number has at most %d digits "
        "before and %d after the decimal point.",
        option, text, RANGE_WHOLE_DIGITS, RANGE_DECIMALS);
}

bool check_range_alerts(const struct check_range *range, int64_t value)
{
    bool is_inside;

    if (!range->is_given)
        return false;
    is_inside = value >= range->start && value <= range->end;
    return range->is_inverted ? is_inside : !is_inside;
}
