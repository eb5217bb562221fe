#include "core/use/free_blocks.h"

#include <check.h>
#include <string.h>

#include "fake/machine.h"
#include "suites.h"

static const struct port_range high = {49152, 16384};

static struct free_blocks count(const struct fake *fake, enum protocol protocol,
                                struct port_range range)
{
    static struct port_map map;
    struct free_blocks blocks;
    port_map_fill(&map, &fake->sockets, &fake->exclusions, protocol);
    free_blocks_count(&map, range, &blocks);
    return blocks;
}

START_TEST(an_empty_range_is_a_single_free_block)
{
    struct fake fake;
    fake_init(&fake);
    struct free_blocks blocks = count(&fake, PROTOCOL_TCP, high);
    ck_assert_uint_eq(blocks.free, 16384);
    ck_assert(range_equal(blocks.largest, high));
    ck_assert_uint_eq(blocks.of_64, 256);
    ck_assert_uint_eq(blocks.of_4096, 4);
    blocks = count(&fake, PROTOCOL_TCP, (struct port_range){0, 65536});
    ck_assert_uint_eq(blocks.free, 65536);
    ck_assert_uint_eq(blocks.of_4096, 16);
    fake_release(&fake);
}
END_TEST

START_TEST(used_and_excluded_ports_are_not_free)
{
    struct fake fake;
    fake_init(&fake);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9", 443, 0);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "::", 49217, NULL, 0, 4);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV6, 49300, 16000, false);
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 49200, NULL, 0, 4);
    /* Between and above the used and excluded ports, 64, 82 and 236 consecutive ports are free,
     * which is room for 1, 1 and 3 blocks of 64 ports. */
    struct free_blocks blocks = count(&fake, PROTOCOL_TCP, high);
    ck_assert_uint_eq(blocks.free, 64 + 82 + 236);
    ck_assert(range_equal(blocks.largest, (struct port_range){65300, 236}));
    ck_assert_uint_eq(blocks.of_64, 1 + 1 + 3);
    ck_assert_uint_eq(blocks.of_4096, 0);
    blocks = count(&fake, PROTOCOL_UDP, high);
    ck_assert_uint_eq(blocks.free, 16383);
    ck_assert_uint_eq(blocks.of_4096, 3);
    fake_release(&fake);
}
END_TEST

START_TEST(the_lowest_of_equal_blocks_is_reported)
{
    struct fake fake;
    fake_init(&fake);
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50002, NULL, 0, 4);
    struct free_blocks blocks = count(&fake, PROTOCOL_UDP, (struct port_range){50000, 5});
    ck_assert(range_equal(blocks.largest, (struct port_range){50000, 2}));
    fake_release(&fake);
}
END_TEST

START_TEST(full_and_impossible_ranges_have_no_free_blocks)
{
    struct fake fake;
    fake_init(&fake);
    fake_add_sockets(&fake, 10, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 4);
    struct free_blocks blocks = count(&fake, PROTOCOL_UDP, (struct port_range){50000, 10});
    ck_assert_uint_eq(blocks.free, 0);
    ck_assert_uint_eq(blocks.largest.count, 0);
    blocks = count(&fake, PROTOCOL_UDP, (struct port_range){0, 0});
    ck_assert_uint_eq(blocks.free, 0);
    blocks = count(&fake, PROTOCOL_UDP, (struct port_range){65530, 70000});
    ck_assert_uint_eq(blocks.free, 6);
    blocks = count(&fake, PROTOCOL_UDP, (struct port_range){70000, 0xfffffff0});
    ck_assert_uint_eq(blocks.free, 0);
    fake_exclude(&fake, PROTOCOL_UDP, FAMILY_IPV4, 65535, 70000, true);
    blocks = count(&fake, PROTOCOL_UDP, (struct port_range){65535, 1});
    ck_assert_uint_eq(blocks.free, 0);
    fake_release(&fake);
}
END_TEST

Suite *free_blocks_suite(void)
{
    Suite *suite = suite_create("free_blocks");
    TCase *tests = tcase_create("free_blocks");
    tcase_add_test(tests, an_empty_range_is_a_single_free_block);
    tcase_add_test(tests, used_and_excluded_ports_are_not_free);
    tcase_add_test(tests, the_lowest_of_equal_blocks_is_reported);
    tcase_add_test(tests, full_and_impossible_ranges_have_no_free_blocks);
    suite_add_tcase(suite, tests);
    return suite;
}
