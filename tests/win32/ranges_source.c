/* Tests of the port ranges that WMI and netsh report, with fakes and with the WMI and netsh of this
 * system. The tests check which source takes precedence and how long the sources may take. For more
 * tests of netsh, see ranges_netsh.c. */
#include "program/fakes.h"
#include "ranges_scene.h"
#include "suites.h"
#include "win32/ranges_gate.h"

#include <check.h>
#include <stdio.h>

/* ------------------------------------------------------------ WMI */

START_TEST(the_range_of_wmi_applies_to_both_families)
{
    fakes_set_wmi(fakes_plain_wmi);
    fakes_set_netsh("language|english\n"
                    "range|tcp|ipv4|1024|64511\n"
                    "range|udp|ipv4|49152|16384\n"
                    "exclusion|tcp|ipv4|50000|50059|*\n"
                    "exclusion|tcp|ipv4|5357|5357\n"
                    "exclusion|udp|ipv6|500|500\n");
    read_ranges();
    for (int f = 0; f < FAMILY_COUNT; f++) {
        expect_range(PROTOCOL_TCP, f, RANGE_SOURCE_WMI, 1024, 64511,
                     "MSFT_NetTCPSetting has no address family");
        expect_range(PROTOCOL_UDP, f, RANGE_SOURCE_WMI, 49152, 16384,
                     "MSFT_NetUDPSetting has no address family");
    }
    ck_assert(answers.is_auto_reuse_known);
    ck_assert_uint_eq(answers.auto_reuse.count, 0);
    expect_exclusions(true, 3, "");
    ck_assert_uint_eq(answers.exclusions.rows[0].range.start, 5357);
    ck_assert_uint_eq(answers.exclusions.rows[1].range.start, 50000);
    ck_assert_uint_eq(answers.exclusions.rows[1].range.count, 60);
    ck_assert(answers.exclusions.rows[1].is_administered);
    ck_assert_int_eq(answers.exclusions.rows[2].protocol, PROTOCOL_UDP);
    ck_assert_int_eq(answers.exclusions.rows[2].family, FAMILY_IPV6);
    /* maxport reads from netsh only what WMI does not report. */
    const char *log = fakes_netsh_log();
    ck_assert_uint_eq(fakes_count(log, "show dynamicport"), 0);
    ck_assert_uint_eq(fakes_count(log, "\n"), 4);
    ck_assert_uint_eq(
        fakes_count(log, "netsh.exe\" interface ipv6 show excludedportrange protocol=udp\n"), 1);
}
END_TEST

#define INSTANCE(range) TCP range "\n"
#define NAMED(name, range) TCP "SettingName=text:" name "|" range "\n"
#define WITHOUT_RANGE(name) TCP "SettingName=text:" name "\n"
#define NULLS RANGE("null:", "null:")
#define NUMBERS(start, count) RANGE("number:" start, "number:" count)

/* Instances of MSFT_NetTCPSetting, and the range that results from all of these instances. */
static const struct {
    const char *instances;
    uint32_t start, count; /* both are 0 if the instances do not result in a range */
    const char *why;
} instance_rows[] = {
    {INSTANCE(NUMBERS("1025", "64511")), 1025, 64511, "family"},
    /* maxport ignores an instance with NULL, with half a range, or without a range. */
    {NAMED("Automatic", NULLS) INSTANCE(RANGE("number:1025", "null:")) WITHOUT_RANGE("Odd")
         INSTANCE(NUMBERS("2000", "3000")),
     2000, 3000, "family"},
    {NAMED("Automatic", NULLS), 0, 0, "No instance of MSFT_NetTCPSetting"},
    {WITHOUT_RANGE("Internet"), 0, 0, "No instance of MSFT_NetTCPSetting"},
    /* Instances that agree, and instances that disagree. The instance Internet takes precedence. */
    {NAMED("Compat", NUMBERS("2000", "3000")) NAMED("Datacenter", NUMBERS("2000", "3000")), 2000,
     3000, "family"},
    {NAMED("DatacenterCustom", NUMBERS("2000", "3000"))
         NAMED("internet", NUMBERS("49152", "16384")),
     49152, 16384, "family"},
    {NAMED("Compat", NUMBERS("2000", "3000")) NAMED("Datacenter", NUMBERS("2000", "3001")), 0, 0,
     "different port ranges"},
    /* Numbers that are not a port range. */
    {INSTANCE(NUMBERS("0", "16384")), 0, 0, "start 0, number 16384"},
    {INSTANCE(NUMBERS("49152", "0")), 0, 0, "start 49152, number 0"},
    {INSTANCE(NUMBERS("1", "70000")), 0, 0, "start 1, number 70000"},
    {INSTANCE(NUMBERS("49152", "16385")), 0, 0, "has an invalid port range"},
    {INSTANCE(NUMBERS("4294967295", "1")), 0, 0, "has an invalid port range"},
    {INSTANCE(RANGE("big:18446744073709551616", "number:1")), 0, 0, "has an invalid port range"},
    {INSTANCE(RANGE("text:many", "number:1")), 0, 0, "No instance"},
    {NAMED("Internet", NUMBERS("0", "0")) NAMED("Compat", NUMBERS("2000", "3000")), 0, 0,
     "start 0, number 0"},
};

START_TEST(the_range_results_from_all_instances)
{
    fakes_forbid_netsh(); /* avoids the start of many processes */
    for (size_t i = 0; i < sizeof instance_rows / sizeof *instance_rows; i++) {
        char state[4096];
        snprintf(state, sizeof state, "%s%s", instance_rows[i].instances, GOOD_UDP);
        fakes_set_wmi(state);
        read_ranges();
        expect_range(PROTOCOL_UDP, FAMILY_IPV4, RANGE_SOURCE_WMI, 50000, 1000, "family");
        if (instance_rows[i].count > 0) {
            expect_range(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_WMI, instance_rows[i].start,
                         instance_rows[i].count, instance_rows[i].why);
        } else {
            expect_no_range(PROTOCOL_TCP, FAMILY_IPV4, instance_rows[i].why);
            expect_no_range(PROTOCOL_TCP, FAMILY_IPV6, "netsh.exe could not be started");
        }
    }
}
END_TEST

START_TEST(auto_reuse_is_optional)
{
    static const struct {
        const char *properties;
        bool is_known;
        struct port_range range;
    } rows[] = {
        {"", false, {0, 0}},
        {"|AutoReusePortRangeStartPort=null:|AutoReusePortRangeNumberOfPorts=null:", false, {0, 0}},
        {"|AutoReusePortRangeStartPort=number:0|AutoReusePortRangeNumberOfPorts=number:0",
         true,
         {0, 0}},
        {"|AutoReusePortRangeStartPort=number:1025|AutoReusePortRangeNumberOfPorts=number:64511",
         true,
         {1025, 64511}},
        {"|AutoReusePortRangeStartPort=number:1025|AutoReusePortRangeNumberOfPorts=number:70000",
         false,
         {0, 0}},
        {"|AutoReusePortRangeStartPort=number:1025", false, {0, 0}},
    };
    fakes_forbid_netsh(); /* avoids the start of many processes */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char state[2048];
        snprintf(state, sizeof state, TCP "SettingName=text:Internet|%s%s\n" GOOD_UDP,
                 RANGE("number:49152", "number:16384"), rows[i].properties);
        fakes_set_wmi(state);
        read_ranges();
        expect_range(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_WMI, 49152, 16384, "family");
        ck_assert_int_eq(answers.is_auto_reuse_known, rows[i].is_known);
        ck_assert(range_equal(answers.auto_reuse, rows[i].range));
    }
}
END_TEST

/* ------------------------------------------------------------ time limits */

START_TEST(netsh_is_read_in_time_if_wmi_hangs)
{
    fakes_set_wmi(TCP RANGE("number:1", "number:1") "\nquery|MSFT_NetTCPSetting|hang\n" GOOD_UDP);
    fakes_set_netsh(fakes_plain_netsh);
    DWORD elapsed = read_ranges();
    ck_assert_uint_ge(elapsed, RANGES_LIMIT_MS - 100);
    ck_assert_uint_le(elapsed, RANGES_LIMIT_MS + 1500);
    expect_range(PROTOCOL_TCP, FAMILY_IPV4, RANGE_SOURCE_NETSH, 49152, 16384,
                 "WMI did not respond within 6 seconds");
    expect_range(PROTOCOL_UDP, FAMILY_IPV4, RANGE_SOURCE_WMI, 50000, 1000, "family");
    expect_exclusions(true, 0, "");
    ck_assert(background_has_abandoned());

    /* While the first query of WMI still hangs, the next reading neither repeats the query nor
     * waits. */
    fakes_set_wmi(fakes_plain_wmi);
    elapsed = read_ranges();
    ck_assert_uint_le(elapsed, 2500);
    expect_range(PROTOCOL_TCP, FAMILY_IPV6, RANGE_SOURCE_NETSH, 49152, 16384,
                 "WMI has not yet answered");
    expect_range(PROTOCOL_UDP, FAMILY_IPV6, RANGE_SOURCE_WMI, 49152, 16384, "family");
}
END_TEST

START_TEST(a_netsh_that_hangs_is_ended)
{
    char state[512];
    fakes_set_wmi(fakes_plain_wmi);
    snprintf(state, sizeof state, "%smode|hang|excludedportrange\n", fakes_plain_netsh);
    fakes_set_netsh(state);
    DWORD elapsed = read_ranges();
    ck_assert_uint_ge(elapsed, RANGES_LIMIT_MS - 500);
    ck_assert_uint_le(elapsed, RANGES_LIMIT_MS + 1500);
    for (int f = 0; f < FAMILY_COUNT; f++) {
        expect_range(PROTOCOL_TCP, f, RANGE_SOURCE_WMI, 49152, 16384, "family");
        expect_range(PROTOCOL_UDP, f, RANGE_SOURCE_WMI, 49152, 16384, "family");
    }
    expect_exclusions(false, 0, "did not respond within 6 seconds");
    for (int i = 0; i < 100 && fakes_netsh_hangs(); i++)
        Sleep(20);
    ck_assert(!fakes_netsh_hangs());
}
END_TEST

START_TEST(reading_ends_in_time_if_all_sources_hang)
{
    fakes_set_wmi("connect|root\\StandardCimv2|hang\n");
    fakes_set_netsh("mode|hang\n");
    DWORD elapsed = read_ranges();
    ck_assert_uint_le(elapsed, RANGES_LIMIT_MS + 1500);
    expect_all_ranges(RANGE_SOURCE_UNKNOWN, 0, 0, "WMI did not respond within 6 seconds. netsh");
    expect_exclusions(false, 0, "did not respond");
}
END_TEST

START_TEST(the_time_since_begin_counts_towards_the_limit)
{
    char state[512];
    fakes_set_wmi(fakes_plain_wmi);
    snprintf(state, sizeof state, "%smode|hang\n", fakes_plain_netsh);
    fakes_set_netsh(state);
    ranges.begin(ranges.context);
    Sleep(2000);
    DWORD start = GetTickCount();
    ranges.read(ranges.context, &answers);
    ck_assert_uint_le(GetTickCount() - start, RANGES_LIMIT_MS - 500);
    expect_all_ranges(RANGE_SOURCE_WMI, 49152, 16384, "family");
}
END_TEST

START_TEST(begin_without_read_causes_no_error)
{
    fakes_set_wmi(fakes_plain_wmi);
    fakes_set_netsh(fakes_plain_netsh);
    ranges.begin(ranges.context);
    ranges.begin(ranges.context);
    ranges.read(ranges.context, &answers);
    expect_all_ranges(RANGE_SOURCE_WMI, 49152, 16384, "family");
    exclusions_release(&answers.exclusions);
    ranges.read(ranges.context, &answers); /* without begin(), reads the ranges again */
    expect_all_ranges(RANGE_SOURCE_WMI, 49152, 16384, "family");
    ranges.begin(ranges.context);
}
END_TEST

/* ------------------------------------------------------------ without fakes */

/* Wine 8 does not have the WMI namespace. Wine 10 has the namespace, but no instances. In both
 * versions, netsh prints nothing. */
START_TEST(plain_wine_reports_no_range_and_the_reason)
{
    read_ranges();
    expect_all_ranges(RANGE_SOURCE_UNKNOWN, 0, 0, ". netsh printed nothing.");
    expect_exclusions(false, 0, "netsh printed nothing");
    ck_assert(!answers.is_auto_reuse_known);
}
END_TEST

START_TEST(the_sources_of_this_system_respond_in_time)
{
    ranges_close(&ranges_adapter);
    ranges_open(&ranges_adapter, &ranges); /* uses the real version of this system */
    ck_assert(ranges_adapter.is_os_known);
    ck_assert_uint_le(read_ranges(), RANGES_LIMIT_MS + 1000);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct running_range *running = &answers.running[p][f];
            ck_assert(running->is_known || running->why[0]);
            ck_assert(answers.exclusions.is_known[p][f] || answers.exclusions.why[p][f][0]);
            if (running->is_known) {
                ck_assert_uint_ge(running->range.start, 1);
                ck_assert_uint_le(range_end(running->range), 65535);
            }
        }
    }
}
END_TEST

Suite *ranges_source_suite(void)
{
    Suite *suite = suite_create("ranges_source");
    TCase *any = tcase_create("any system");
    tcase_add_checked_fixture(any, ranges_set_up, ranges_tear_down);
    tcase_add_test(any, the_sources_of_this_system_respond_in_time);
    if (fakes_can_run())
        tcase_add_test(any, plain_wine_reports_no_range_and_the_reason);
    suite_add_tcase(suite, any);
    if (!fakes_can_run())
        return suite;

    TCase *fake = tcase_create("fake sources");
    tcase_add_checked_fixture(fake, ranges_set_up_fakes, ranges_tear_down_fakes);
    tcase_add_test(fake, the_range_of_wmi_applies_to_both_families);
    tcase_add_test(fake, the_range_results_from_all_instances);
    tcase_add_test(fake, auto_reuse_is_optional);
    tcase_add_test(fake, a_netsh_that_hangs_is_ended);
    tcase_add_test(fake, netsh_is_read_in_time_if_wmi_hangs);
    tcase_add_test(fake, reading_ends_in_time_if_all_sources_hang);
    tcase_add_test(fake, the_time_since_begin_counts_towards_the_limit);
    tcase_add_test(fake, begin_without_read_causes_no_error);
    suite_add_tcase(suite, fake);
    return suite;
}
