/* Fuzzes the parsers of netsh's output about dynamic ranges and excluded ports.
 *
 * Expected: every range consists of valid ports. If a parser fails, its results are unchanged.
 * Ranges from incomplete output are never different from ranges of the complete output.
 */
#include <string.h>

#include "core/system/netsh_text.h"
#include "fuzz/expect.h"

static bool is_range_of_ports(struct port_range range)
{
    return range.start >= 1 && range.count >= 1 && range.start <= 65535 &&
           range_end(range) <= 65535;
}

static void try_range(const char *text, size_t length)
{
    const struct port_range untouched = {7, 7};
    struct port_range range = untouched, shorter;
    struct fault fault = {0}, ignored;

    if (!netsh_parse_range(text, length, &range, &fault)) {
        EXPECT(range_equal(range, untouched), "a refusal wrote a range");
        EXPECT(fault.kind == FAULT_UNAVAILABLE && *fault.text, "kind %d", (int)fault.kind);
        return;
    }
    EXPECT(is_range_of_ports(range), "%u+%u", (unsigned)range.start, (unsigned)range.count);
    for (size_t cut = length > 300 ? length - 300 : 0; cut < length; cut++)
        if (netsh_parse_range(text, cut, &shorter, &ignored))
            EXPECT(range_equal(range, shorter), "cut off at %zu it is another range", cut);
}

static bool contains(const struct exclusions *exclusions, const struct exclusion *row)
{
    for (size_t i = 0; i < exclusions->count; i++)
        if (exclusions->rows[i].protocol == row->protocol &&
            exclusions->rows[i].family == row->family &&
            range_equal(exclusions->rows[i].range, row->range))
            return true;
    return false;
}

static void try_exclusions(const char *text, size_t length, size_t cut)
{
    const struct exclusion earlier = {PROTOCOL_UDP, FAMILY_IPV6, {80, 2}, true};
    struct exclusions whole = {0}, part = {0};
    struct fault fault = {0};

    EXPECT(exclusions_add(&whole, &earlier, 1, &fault), "no memory");
    if (!netsh_parse_exclusions(text, length, PROTOCOL_TCP, FAMILY_IPV4, &whole, &fault)) {
        EXPECT(whole.count == 1, "a refusal added rows");
        EXPECT(fault.kind == FAULT_UNAVAILABLE && *fault.text, "kind %d", (int)fault.kind);
    } else {
        EXPECT(contains(&whole, &earlier), "an earlier row is gone");
        for (size_t i = 0; i < whole.count; i++)
            EXPECT(is_range_of_ports(whole.rows[i].range), "row %zu", i);
        if (netsh_parse_exclusions(text, cut, PROTOCOL_TCP, FAMILY_IPV4, &part, &fault))
            for (size_t i = 0; i < part.count; i++)
                EXPECT(contains(&whole, &part.rows[i]), "cut off at %zu it has other ports", cut);
    }
    exclusions_release(&whole);
    exclusions_release(&part);
}

/* The first two bytes determine where the text is cut for the second call of
 * netsh_parse_exclusions(). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t where = (size_t)(data[0] | data[1] << 8);
    const char *text = (const char *)data + 2;
    size_t length = size - 2;

    try_range(text, length);
    try_exclusions(text, length, length ? where % length : 0);
    return 0;
}
