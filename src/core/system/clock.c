#include "core/system/clock.h"

enum { ROUNDING_MS = 1000, CLOCK_SET_MS = 5 * 60 * 1000 };

static bool is_near(int64_t a, int64_t b, int64_t tolerance)
{
    /* a and b may be any numbers from the journal. The unsigned subtraction cannot overflow. */
    uint64_t difference = a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
    return difference <= (uint64_t)tolerance;
}

bool boot_equal(const struct boot *a, const struct boot *b)
{
    if (a->session_ms != 0 && b->session_ms != 0)
        return is_near(a->session_ms, b->session_ms, ROUNDING_MS);
    if (a->boot_count != 0 && b->boot_count != 0)
        return a->boot_count == b->boot_count;
    return is_near(a->start_ms, b->start_ms, CLOCK_SET_MS);
}
