#include "win32/restore_point.h"

static bool take_digits(const char **at, size_t count, int64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *number = *number * 10 + (**at - '0');
    }
    return true;
}

/* Returns the days since 1970-01-01. Calculates with years that begin in March. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    if (month <= 2) {
        year--;
        month += 12;
    }
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 1 -
           719468;
}

int64_t restore_point_time_ms(const char *text)
{
    int64_t year, month, day, hour, minute, second, microseconds, offset_minutes;
    const char *at = text;
    if (!take_digits(&at, 4, &year) || !take_digits(&at, 2, &month) || !take_digits(&at, 2, &day) ||
        !take_digits(&at, 2, &hour) || !take_digits(&at, 2, &minute) ||
        !take_digits(&at, 2, &second) || *at++ != '.' || !take_digits(&at, 6, &microseconds) ||
        (*at != '+' && *at != '-')) {
        return 0;
    }
    bool is_behind = *at++ == '-';
    if (!take_digits(&at, 3, &offset_minutes) || *at || year < 1601 || month < 1 || month > 12 ||
        day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
        return 0;
    }
    minute -= is_behind ? -offset_minutes : offset_minutes;
    return (((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000 +
           microseconds / 1000;
}
