#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "core/journal/journal.h"
#include "suites.h"

static struct fake fake;

/* Simulates Windows Server 2022, where netsh reports all four ranges. */
static void setup(void)
{
    fake_init(&fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_NETSH);
}

static void teardown(void)
{
    fake_release(&fake);
}

static bool is_range(enum protocol protocol, enum family family, uint32_t start, uint32_t count)
{
    return range_equal(fake.ranges[protocol][family].range, (struct port_range){start, count});
}

/* ---- range show ------------------------------------------------------------- */

START_TEST(show_lists_all_ranges_with_their_sources)
{
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 50000, 60, true);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 5357, 1, false);
    fake_answer_range(&fake, PROTOCOL_UDP, FAMILY_IPV6, 10000, 300, RANGE_SOURCE_WMI);
    ck_assert_int_eq(run_line(&fake, "range show"), 0);
    expect_fits(fake_out(&fake), 80);
    expect_screen(&fake, "range/show_lists_all_ranges_with_their_sources");
    /* `range` without a subcommand prints the same as `range show`. */
    char *shown = strdup(fake_out(&fake));
    ck_assert_int_eq(run_line(&fake, "range"), 0);
    expect_out(&fake, shown);
    free(shown);
}
END_TEST

START_TEST(show_reports_unreadable_ranges)
{
    memset(fake.ranges, 0, sizeof fake.ranges);
    strcpy(fake.ranges[PROTOCOL_TCP][FAMILY_IPV4].why, "netsh did not respond within 3 s.");
    strcpy(fake.exclusions.why[PROTOCOL_TCP][FAMILY_IPV4], "netsh did not respond within 3 s.");
    ck_assert_int_eq(run_line(&fake, "range show"), 0);
    expect_screen(&fake, "range/show_reports_unreadable_ranges");
    expect_not_in(fake_out(&fake), "administered");
}
END_TEST

START_TEST(show_prints_unknown_without_a_reliable_rule)
{
    memset(fake.ranges, 0, sizeof fake.ranges);
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    fake.is_boot_known = false;
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "range show"), 0);
    expect_printed(fake_out(&fake), "running unknown");
    expect_printed(fake_out(&fake), "predicted unknown");
    ck_assert_int_eq(run_line(&fake, "range show --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "ranges.tcp.ipv4.running")));
    json_decref(document);
}
END_TEST

START_TEST(show_prints_auto_reuse_and_a_pending_restart)
{
    fake.is_auto_reuse_known = true;
    fake.auto_reuse = (struct port_range){40000, 1000};
    fake_set_windows(&fake, 6, 0, 6002, OS_SERVER);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    ck_assert_int_eq(run_line(&fake, "range show"), 0);
    expect_screen(&fake, "range/show_prints_auto_reuse_and_a_pending_restart");
}
END_TEST

START_TEST(show_prints_touching_exclusions_as_one)
{
    for (int i = 0; i < 240; i++)
        fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, (uint16_t)(49152 + i * 64), 64, false);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 64512, 10, true);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 65000, 10, true);
    ck_assert_int_eq(run_line(&fake, "range show"), 0);
    expect_in(fake_out(&fake), "49152-64511 (240 rows), 64512-64521*,");
    expect_in(fake_out(&fake), "65000-65009*; inside");
}
END_TEST

/* The user has followed a guide that names only one of the four netsh commands. */
START_TEST(show_names_the_range_that_differs)
{
    fake_answer_range(&fake, PROTOCOL_TCP, FAMILY_IPV4, 10000, 55536, RANGE_SOURCE_NETSH);
    ck_assert_int_eq(run_line(&fake, "range show"), 0);
    expect_fits(fake_out(&fake), 80);
    expect_screen(&fake, "range/show_names_the_range_that_differs");
}
END_TEST

/* WMI, which Windows 8 and later have, does not distinguish IPv4 and IPv6; netsh does. */
START_TEST(show_names_the_range_that_wmi_hides)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_WMI);
    fake_answer_range(&fake, PROTOCOL_TCP, FAMILY_IPV4, 10000, 55536, RANGE_SOURCE_WMI);
    fake.has_range_per_protocol = true;
    ck_assert_int_eq(run_line(&fake, "range show"), 0);
    expect_printed(fake_out(&fake), "The TCP IPv4 range, 10000-65535, differs from the other three "
                                    "ranges, 49152-65535.");
    /* Without an answer from netsh, the range of WMI remains. */
    fake_upset(&fake, FAKE_CALL(CALL_RANGES_READ_ONE), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "range show"), 0);
    expect_printed(fake_out(&fake), "The TCP ranges, 10000-65535, differ from the UDP ranges, "
                                    "49152-65535.");
}
END_TEST

START_TEST(json_of_show_contains_every_range)
{
    json_t *document;

    fake_exclude(&fake, PROTOCOL_UDP, FAMILY_IPV4, 50000, 60, true);
    fake.is_auto_reuse_known = true;
    ck_assert_int_eq(run_line(&fake, "range show --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.range-show/1");
    ck_assert_int_eq(json_number_at(document, "ranges.tcp.ipv6.running.start"), 49152);
    ck_assert_int_eq(json_number_at(document, "ranges.tcp.ipv6.running.count"), 16384);
    ck_assert_str_eq(json_text_at(document, "ranges.udp.ipv4.source"), "netsh");
    ck_assert_int_eq(json_number_at(document, "ranges.udp.ipv4.excluded.0.start"), 50000);
    ck_assert(json_is_true(json_at(document, "ranges.udp.ipv4.excluded.0.is_administered")));
    ck_assert_uint_eq(json_array_size(json_at(document, "ranges.tcp.ipv4.excluded")), 0);
    ck_assert(json_is_true(json_at(document, "is_auto_reuse_known")));
    ck_assert(json_is_null(json_at(document, "auto_reuse")));
    json_decref(document);
}
END_TEST

/* ---- range set ---------------------------------------------------------------- */

static const struct {
    const char *options;
    enum protocol protocol;
    enum family family;
} which[] = {
    {"", PROTOCOL_TCP, FAMILY_IPV4},
    {" --ipv6", PROTOCOL_TCP, FAMILY_IPV6},
    {" --udp", PROTOCOL_UDP, FAMILY_IPV4},
    {" --udp --ipv6", PROTOCOL_UDP, FAMILY_IPV6},
};

START_TEST(set_changes_one_range_and_undo_restores_that_range)
{
    char line[100] = "range set --start 10000 --count 50000 --yes";

    strcat(line, which[_i].options);
    ck_assert_int_eq(run_line(&fake, line), 0);
    for (size_t i = 0; i < sizeof which / sizeof *which; i++)
        ck_assert(is_range(which[i].protocol, which[i].family, i == (size_t)_i ? 10000 : 49152,
                           i == (size_t)_i ? 50000 : 16384));
    ck_assert_uint_eq(fake.registry_writes, 0);
    expect_in(fake_out(&fake), "maxport undo 1");
    expect_in(fake_stored(&fake, "changes\\1-undo.txt"), "start=49152 num=16384");
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(is_range(which[_i].protocol, which[_i].family, 49152, 16384));
}
END_TEST

START_TEST(set_of_the_current_range_writes_nothing)
{
    ck_assert_int_eq(run_line(&fake, "range set --start 49152 --count 16384 --yes"), 0);
    expect_screen(&fake, "range/set_of_the_current_range_writes_nothing");
    ck_assert_uint_eq(fake.range_writes, 0);
}
END_TEST

static void move_ipv6(struct fake *machine, void *context)
{
    (void)context;
    machine->ranges[PROTOCOL_TCP][FAMILY_IPV6].range = (struct port_range){10000, 50000};
}

START_TEST(set_reports_other_ranges_that_changed)
{
    fake_when(&fake, FAKE_RANGE_WRITES, 1, move_ipv6, NULL);
    ck_assert_int_eq(run_line(&fake, "range set --start 10000 --count 50000 --yes"), 0);
    expect_screen(&fake, "range/set_reports_other_ranges_that_changed");
}
END_TEST

START_TEST(set_refuses_an_invalid_range)
{
    static const char *const lines[] = {
        "range set --yes",
        "range set --yes --start 10000",
        "range set --yes --start 1024 --count 300",
        "range set --yes --start 10000 --count 254",
        "range set --yes --start 0x2710 --count 300",
        "range set --yes --start 65000 --count 1000",
    };
    struct text screens;

    text_init(&screens);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_int_eq(run_and_append(&fake, lines[i], &screens), 2);
    golden_check("cli/range/set_refuses_an_invalid_range.txt", text_string(&screens));
    ck_assert_uint_eq(fake.range_writes + fake.store_writes, 0);
    text_release(&screens);
}
END_TEST

START_TEST(set_fails_without_netsh)
{
    fake.machine.ranges.read_one = NULL;
    fake.machine.ranges.write = NULL;
    ck_assert_int_eq(run_line(&fake, "range set --start 10000 --count 50000 --yes"), 1);
    expect_screen(&fake, "range/set_fails_without_netsh");
}
END_TEST

/* ---- every call fails once -------------------------------------------------------- */

static const enum fake_mishap mishaps[] = {FAIL_BEFORE, FAIL_AFTER};

START_TEST(a_failing_call_leaves_the_old_or_planned_range)
{
    for (unsigned nth = 1;; nth++) {
        bool has_struck, is_before, is_after;
        int code;

        teardown();
        setup();
        fake_upset(&fake, FAKE_FAILABLE & ~FAKE_CALL(CALL_SCREEN_WRITE), nth, mishaps[_i]);
        code = run_line(&fake, "range set --start 10000 --count 50000 --yes");
        has_struck = fake.has_struck;
        is_before = is_range(PROTOCOL_TCP, FAMILY_IPV4, 49152, 16384);
        is_after = is_range(PROTOCOL_TCP, FAMILY_IPV4, 10000, 50000);
        ck_assert_msg(is_before || is_after,
                      "call %u: the range is neither the old nor the new one", nth);
        ck_assert_msg(code != 0 || is_after, "call %u: exit 0, but the range did not change", nth);
        ck_assert_msg(code == 0 || code == 6 || is_before,
                      "call %u: exit %d, but the range changed", nth, code);
        ck_assert(!fake.is_locked);
        if (!has_struck)
            break;
    }
}
END_TEST

Suite *cli_range_suite(void)
{
    Suite *suite = suite_create("cli_range");
    TCase *tcase = tcase_create("cli_range");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, show_lists_all_ranges_with_their_sources);
    tcase_add_test(tcase, show_reports_unreadable_ranges);
    tcase_add_test(tcase, show_prints_unknown_without_a_reliable_rule);
    tcase_add_test(tcase, show_prints_auto_reuse_and_a_pending_restart);
    tcase_add_test(tcase, show_prints_touching_exclusions_as_one);
    tcase_add_test(tcase, show_names_the_range_that_differs);
    tcase_add_test(tcase, show_names_the_range_that_wmi_hides);
    tcase_add_test(tcase, json_of_show_contains_every_range);
    tcase_add_loop_test(tcase, set_changes_one_range_and_undo_restores_that_range, 0,
                        sizeof which / sizeof *which);
    tcase_add_test(tcase, set_of_the_current_range_writes_nothing);
    tcase_add_test(tcase, set_reports_other_ranges_that_changed);
    tcase_add_test(tcase, set_refuses_an_invalid_range);
    tcase_add_test(tcase, set_fails_without_netsh);
    tcase_add_loop_test(tcase, a_failing_call_leaves_the_old_or_planned_range, 0,
                        sizeof mishaps / sizeof *mishaps);
    suite_add_tcase(suite, tcase);
    return suite;
}
