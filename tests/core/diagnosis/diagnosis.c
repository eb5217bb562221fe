#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/diagnosis_scene.h"
#include "fake/machine.h"
#include "suites.h"

/* ---- healthy and unknown ----------------------------------------------- */

START_TEST(a_machine_with_few_ports_in_use_is_healthy)
{
    tcp(100, STATE_ESTABLISHED, 50000, "10.0.0.9", 443, 4711);
    udp(10, 50000, 4711);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_verdict("No port problem now: TCP uses 1 %, UDP uses <1 %.");
    ck_assert(!diagnosis.is_weak && !diagnosis_gains_by_sampling(&diagnosis));
    ck_assert_uint_eq(diagnosis.culprit.count, 0);
    ck_assert_uint_eq(diagnosis.after_restart.count, 0);
    ck_assert_uint_eq(diagnosis.unseen.count, 0);
    expect_sentence(&diagnosis.now, "maxport why --probe");
    ck_assert_uint_eq(diagnosis.of[PROTOCOL_TCP].blocks.free, 16284);
    expect_sentence(
        &diagnosis.evidence,
        "Largest block of free TCP ports: 15,436 ports (50100-65535); room for 254 blocks "
        "of 64 and 3 blocks of 4,096 consecutive ports.");
}
END_TEST

START_TEST(the_verdict_is_unknown_without_tables)
{
    memset(fake.tables, 0, sizeof fake.tables);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_UNKNOWN);
    expect_verdict("The number of ports in use is unknown.");
    expect_sentence(&diagnosis.unseen, "No socket table could be read.");
    ck_assert_uint_eq(diagnosis.evidence.count, 0);
    expect_sentence(&diagnosis.now, "maxport status");
}
END_TEST

START_TEST(the_verdict_is_unknown_without_ranges_or_a_table)
{
    memset(fake.ranges, 0, sizeof fake.ranges);
    fake_put_number(&fake, "MaxUserPort", 65534);
    /* On this version of Windows, the ranges are unknown if MaxUserPort is set. */
    fake_set_windows(&fake, 6, 1, 7601, OS_SERVER);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict), "ranges are unknown"));
    expect_sentence(&diagnosis.unseen,
                    "TCP over IPv4 was not counted: its running range is unknown");

    fake_answer_range(&fake, PROTOCOL_TCP, FAMILY_IPV4, 49152, 16384, RANGE_SOURCE_NETSH);
    fake_answer_range(&fake, PROTOCOL_UDP, FAMILY_IPV4, 49152, 16384, RANGE_SOURCE_NETSH);
    fake.tables[PROTOCOL_UDP][FAMILY_IPV4] = (struct socket_table){.code = 5};
    diagnose(1, false);
    expect_kind(DIAGNOSIS_UNKNOWN);
    expect_sentence(&diagnosis.unseen,
                    "UDP over IPv4 was not counted: its table could not be read (error 5).");
    /* maxport reports a leak of TCP ports even if the use of UDP is unknown. */
    tcp_scattered(16384, STATE_CLOSE_WAIT, 49152, 4711);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
}
END_TEST

/* ---- leaks -------------------------------------------------------------- */

START_TEST(a_leak_is_reported_with_process_and_advice)
{
    tcp_scattered(16000, STATE_CLOSE_WAIT, 49200, 900);
    fake_add_process(&fake, 900, "svchost.exe");
    fake_add_service(&fake, 900, "Shop", "The shop");
    fake_add_service(&fake, 900, "Till", "The till");
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_verdict("TCP is nearly out of ports: svchost.exe (Shop, Till), PID 900, uses 16,000 of "
                   "16,384 ports (98 %).");
    ck_assert(!diagnosis.is_weak);
    expect_sentence(
        &diagnosis.evidence,
        "Process with the most TCP ports: svchost.exe (Shop, Till), PID 900, with 16,000 "
        "(100 % of those in use): CLOSE_WAIT 16,000.");
    expect_sentence(&diagnosis.culprit, "svchost.exe (Shop, Till), PID 900");
    expect_sentence(&diagnosis.culprit,
                    "Display names of its services: \"The shop\"; \"The till\".");
    expect_sentence(&diagnosis.now, "Restart the services Shop, Till (services.msc)");
    expect_sentence(&diagnosis.now, "The services share one process,");
    expect_sentence(&diagnosis.now, "maxport range set --start 32768 --count 32768");
    expect_sentence(&diagnosis.after_restart, "maxport set 65534");
    expect_sentence(&diagnosis.after_restart, "48,127 more TCP ports (range 1024-65534)");
    expect_sentence(&diagnosis.after_restart, "maxport report");
    expect_no_sentence(&diagnosis.after_restart, "TcpTimedWaitDelay");
    ck_assert(diagnosis_gains_by_sampling(&diagnosis));
    ck_assert_uint_eq(diagnosis.main.process.process, 900);
    ck_assert(finding_blames_process(&diagnosis.main) && !finding_blames_remote(&diagnosis.main));
}
END_TEST

/* All leaked connections go to one server. maxport still reports a leak, because a second server
 * would not help. */
START_TEST(a_leak_to_a_single_server_is_reported_as_a_leak)
{
    tcp(16384, STATE_CLOSE_WAIT, 49152, "10.0.0.9", 443, 900);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_verdict(
        "TCP has run out of ports: process 900 (ended) uses 16,384 of 16,384 ports (100 %).");
}
END_TEST

START_TEST(a_leak_is_reported_from_25_percent_on)
{
    fake_add_process(&fake, 77, "com.docker.backend.exe");
    tcp(4096, STATE_BOUND, 50000, NULL, 0, 77); /* 25 % of the ports */
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_verdict("TCP still has free ports, but one program does not release its ports: "
                   "com.docker.backend.exe, PID 77, uses 4,096 of 16,384 ports (25 %).");
    expect_sentence(&diagnosis.now, "Close or restart com.docker.backend.exe, PID 77");
    /* With one port less, the use is not a leak yet. While many ports are free, open connections
     * are not a leak. */
    fake.sockets.count--;
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    fake.sockets.count = 0;
    tcp_scattered(8000, STATE_ESTABLISHED, 50000, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(many_open_connections_may_be_normal_load)
{
    tcp_scattered(15000, STATE_ESTABLISHED, 49152, 77);
    fake_add_process(&fake, 77, "proxy.exe");
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_doubt("normal load");
}
END_TEST

static void grow(struct fake *machine, void *context)
{
    (void)context;
    fake_add_sockets(machine, 100, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0",
                     (uint16_t)(63000 + machine->sockets.count - 13500), NULL, 0, 77);
}

START_TEST(growth_between_samples_is_extrapolated)
{
    tcp(13500, STATE_BOUND, 49200, NULL, 0, 77);
    fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 0, grow, NULL);
    diagnose(3, false);
    expect_kind(DIAGNOSIS_LEAK);
    ck_assert_uint_eq(snapshot.earlier_count, 2);
    ck_assert_uint_eq(diagnosis.main.process.ports_then, 13500);
    ck_assert_uint_eq(diagnosis.main.process.use.in_use, 13700);
    /* At 100 ports per second, the remaining 2,684 ports last 26 seconds. */
    expect_sentence(&diagnosis.evidence,
                    "Within 2.0 seconds, this process went from 13,500 to 13,700 "
                    "ports; at that rate the free ports last 26 seconds more");
    ck_assert(find_sentence(&diagnosis.evidence, "went from")->is_inferred);
}
END_TEST

START_TEST(the_number_of_earlier_samples_is_limited)
{
    tcp(10, STATE_ESTABLISHED, 50000, "10.0.0.9", 443, 77);
    diagnose(EARLIER_MAX + 5, false);
    ck_assert_uint_eq(snapshot.earlier_count, EARLIER_MAX);
}
END_TEST

/* ---- one destination ---------------------------------------------------- */

START_TEST(a_destination_with_90_percent_of_ports_is_full)
{
    tcp(15000, STATE_ESTABLISHED, 49152, "10.0.0.9", 1433, 77);
    fake_add_process(&fake, 77, "shop.exe");
    diagnose(1, false);
    expect_kind(DIAGNOSIS_DESTINATION_FULL);
    expect_verdict("One destination uses nearly all local ports: 15,000 of 16,384 ports are in use "
                   "for 10.0.0.9:1433. New connections to it fail first.");
    expect_sentence(&diagnosis.evidence, "Two limits apply. The pool is the total number of local "
                                         "ports. Windows identifies");
    expect_sentence(&diagnosis.evidence, "Without an auto-reuse range, Windows probably does not "
                                         "assign the port to another destination");
    expect_sentence(&diagnosis.culprit, "shop.exe, PID 77");
    expect_sentence(&diagnosis.culprit, "The destination 10.0.0.9:1433.");
    expect_sentence(&diagnosis.now, "a second address or port");
    /* The limit is 90 % of 16,384 ports, which is 14,745.6 ports. So 14,745 ports are below the
     * limit. */
    fake.sockets.count = 14745;
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
}
END_TEST

/* Connections to one destination can use all ports of the auto-reuse range while nearly all ports
 * of the dynamic range are free. */
START_TEST(a_destination_can_fill_the_auto_reuse_range)
{
    fake.auto_reuse = (struct port_range){10000, 1000};
    fake.is_auto_reuse_known = true;
    tcp(950, STATE_ESTABLISHED, 10000, "10.0.0.9", 1433, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_DESTINATION_FULL);
    ck_assert(diagnosis.main.is_auto_reuse);
    expect_verdict("One destination uses nearly all local ports: 950 of 1,000 ports of the "
                   "auto-reuse range are in use for 10.0.0.9:1433. New connections to it fail; "
                   "other destinations can still be reached.");
    expect_sentence(&diagnosis.evidence, "can probably serve other destinations at the same time.");
    expect_no_sentence(&diagnosis.now, "maxport range set"); /* the dynamic range is not full */
    fake.sockets.count = 800;
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    ck_assert(!diagnosis.main.is_auto_reuse);
}
END_TEST

/* ---- UDP ---------------------------------------------------------------- */

START_TEST(a_udp_leak_is_reported_with_its_effect_on_dns)
{
    udp(16300, 49200, 77);
    fake_add_process(&fake, 77, "com.docker.backend.exe");
    diagnose(1, false);
    expect_kind(DIAGNOSIS_UDP_LEAK);
    expect_verdict("UDP has run out of ports, so DNS queries fail: com.docker.backend.exe, PID 77, "
                   "uses 16,300 of 16,384 ports (99 %).");
    expect_sentence(&diagnosis.now, "maxport range set --start 32768 --count 32768 --udp");
    /* MaxUserPort has no effect on UDP in this version of Windows. */
    expect_no_sentence(&diagnosis.after_restart, "maxport set 65534");
    ck_assert_int_eq(diagnosis.of[PROTOCOL_TCP].kind, DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(the_verdict_names_problems_of_both_protocols)
{
    udp(16384, 49152, 77);
    tcp_scattered(14000, STATE_CLOSE_WAIT, 49200, 78);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_UDP_LEAK);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict), "TCP is filling up too."));
    expect_sentence(&diagnosis.evidence, "Process with the most TCP ports: process 78");
}
END_TEST

/* ---- without a culprit, with missing data -------------------------------- */

START_TEST(a_full_pool_without_a_culprit_is_reported)
{
    for (uint32_t i = 0; i < 16; i++)
        tcp_scattered(1024, STATE_ESTABLISHED, (uint16_t)(49152 + i * 1024), 100 + i);
    fake_add_event(&fake, 4231, fake.now_ms - 1000);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_POOL_FULL);
    expect_verdict("TCP has run out of ports: 16,384 of 16,384 ports are in use, and no single "
                   "process or state accounts for half of them.");
    expect_sentence(&diagnosis.culprit, "Unknown.");
    expect_sentence(&diagnosis.now, "maxport ports");
    expect_sentence(&diagnosis.evidence, "Event 4231 (no TCP port was free)");
    fake.sockets.count = 14000;
    diagnose(1, false);
    expect_kind(DIAGNOSIS_FILLING);
}
END_TEST

START_TEST(missing_owners_are_reported)
{
    fake.can_show_owners = fake.can_show_bound = false;
    tcp_scattered(16384, STATE_ESTABLISHED, 49152, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_POOL_FULL);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict),
                                 "does not report which processes use "
                                 "them."));
    expect_sentence(&diagnosis.unseen, "This Windows does not report which process owns a socket.");
    expect_sentence(&diagnosis.unseen, "bound, idle");
    fake.sockets.count = 0;
    tcp(16384, STATE_TIME_WAIT, 49152, "10.0.0.9", 443, 0);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_sentence(&diagnosis.culprit, "this Windows does not report which program connects");
}
END_TEST

START_TEST(missing_names_and_services_are_reported)
{
    fake.services.is_known = false;
    fake_upset(&fake, FAKE_CALL(CALL_PROCESSES_LIST), 0, FAIL_BEFORE);
    tcp(16384, STATE_BOUND, 49152, NULL, 0, 77);
    diagnose(2, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_sentence(&diagnosis.culprit, "process 77");
    /* Without a list of processes, maxport does not know whether the process has ended. */
    expect_no_sentence(&diagnosis.culprit, "ended");
    expect_sentence(&diagnosis.unseen, "The process names could not be read.");
    expect_sentence(&diagnosis.unseen, "The services of the processes");
}
END_TEST

START_TEST(incomplete_tables_and_rules_weaken_the_verdict)
{
    fake.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial = true;
    tcp(16000, STATE_BOUND, 49152, NULL, 0, 77);
    diagnose(1, false);
    expect_doubt("kept growing");
    expect_sentence(&diagnosis.unseen, "TCP over IPv4 was counted only partly");
    fake.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial = false;
    fake.machine.ranges.read = NULL;
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake.sockets.count = 0;
    tcp(58900, STATE_BOUND, 1024, NULL, 0, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_doubt("it was calculated and may be wrong.");
}
END_TEST

START_TEST(advice_fits_server_2003)
{
    fake.machine.ranges.read = NULL;
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    tcp(3976, STATE_BOUND, 1025, NULL, 0, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_no_sentence(&diagnosis.now, "maxport range set");
    expect_sentence(&diagnosis.after_restart, "maxport set 65534");
    expect_sentence(&diagnosis.after_restart, "60,534 more TCP ports");
    expect_no_sentence(&diagnosis.unseen, "excludedportrange");
    /* On Server 2003, MaxUserPort also determines the UDP range. */
    fake.sockets.count = 0;
    udp(3976, 1025, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_UDP_LEAK);
    expect_sentence(&diagnosis.after_restart, "60,534 more UDP ports");
    /* MaxUserPort is already set, but takes effect only after a restart. */
    fake_put_number(&fake, "MaxUserPort", 65534);
    fake.machine.ranges.read = NULL;
    diagnose(1, false);
    expect_no_sentence(&diagnosis.after_restart, "maxport set");
}
END_TEST

START_TEST(advice_never_widens_a_maximal_range)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, f, 1025, 64511, RANGE_SOURCE_WMI);
    tcp(64000, STATE_BOUND, 1025, NULL, 0, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_no_sentence(&diagnosis.now, "maxport range set");
    expect_no_sentence(&diagnosis.after_restart, "maxport set");
}
END_TEST

START_TEST(a_leak_in_ipv6_alone_is_reported)
{
    fake_add_sockets(&fake, 16384, PROTOCOL_TCP, STATE_BOUND, "::", 49152, NULL, 0, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    ck_assert_int_eq(diagnosis.main.family, FAMILY_IPV6);
    expect_sentence(&diagnosis.now, "maxport range set --start 32768 --count 32768 --ipv6");
}
END_TEST

START_TEST(use_of_both_families_is_combined)
{
    fake_add_sockets(&fake, 8192, PROTOCOL_TCP, STATE_BOUND, "::", 49152, NULL, 0, 77);
    tcp(8192, STATE_BOUND, 57344, NULL, 0, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    ck_assert(diagnosis.main.is_united);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict), "if IPv4 and IPv6 share"));
}
END_TEST

START_TEST(excluded_ports_reduce_the_range)
{
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 49152, 12384, false);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV6, 49152, 12384, false);
    tcp(3900, STATE_BOUND, 61536, NULL, 0, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_sentence(&diagnosis.evidence,
                    "Excluded from the TCP range: 12,384 of 16,384 ports (76 %)");
    ck_assert_uint_eq(diagnosis.of[PROTOCOL_TCP].blocks.free, 100);
}
END_TEST

/* ---- huge tables, odd rows, hostile text ---------------------------------- */

START_TEST(huge_tables_are_diagnosed_quickly)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, f, 1025, 64511, RANGE_SOURCE_WMI);
    tcp(60000, STATE_TIME_WAIT, 1100, "10.0.0.9", 443, 0);
    for (uint32_t i = 0; i < 300; i++)
        tcp(10, STATE_ESTABLISHED, (uint16_t)(61200 + i * 10), "10.0.0.9", 443, 1000 + i);
    clock_t start = clock();
    diagnose(3, true);
    expect_kind(DIAGNOSIS_CHURN);
    ck_assert_uint_eq(diagnosis.main.owner_count, PROBABLE_OWNERS_MAX);
    /* With all sanitizers, the diagnosis takes some tenths of a second. The limit is much higher
     * because clock() of msvcrt also counts the time that other programs use. */
    ck_assert_msg(clock() - start < 20 * CLOCKS_PER_SEC, "%ld ms",
                  (long)((clock() - start) * 1000 / CLOCKS_PER_SEC));
}
END_TEST

START_TEST(odd_rows_are_tolerated)
{
    for (unsigned state = 0; state < 256; state++)
        tcp(1, state, (uint16_t)(50000 + state), "10.0.0.9", 443, state);
    tcp(1, STATE_ESTABLISHED, 0, "0.0.0.0", 0, 0xffffffff);
    tcp(1, STATE_ESTABLISHED, 65535, "255.255.255.255", 65535, 0xfffffffe);
    diagnose(2, true);
    ck_assert_int_ne(diagnosis.main.kind, DIAGNOSIS_UNKNOWN);
}
END_TEST

START_TEST(text_from_outside_is_escaped)
{
    char name[260];
    memset(name, '\x01', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    fake_add_process(&fake, 77, name);
    for (int i = 0; i < 40; i++)
        fake_add_service(&fake, 77, "a\nb\x7f", "c\td\xff");
    tcp(16384, STATE_BOUND, 49152, NULL, 0, 77);
    diagnose(2, false);
    const struct sentences *lists[] = {&diagnosis.evidence, &diagnosis.culprit, &diagnosis.now,
                                       &diagnosis.after_restart, &diagnosis.unseen};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            for (const char *c = text_string(&lists[l]->rows[i].text); *c; c++)
                ck_assert(*c >= 0x20 && *c < 0x7f);
    expect_sentence(&diagnosis.now, "a\\x0ab\\x7f");
    expect_sentence(&diagnosis.culprit, "c\\x09d\\xff");
}
END_TEST

START_TEST(sentences_beyond_the_limit_are_dropped)
{
    struct sentences sentences;
    sentences_init(&sentences);
    sentences_command(&sentences, "nothing to belong to");
    for (int i = 0; i < SENTENCES_MAX + 5; i++)
        text_printf(sentences_infer(&sentences), "%d", i);
    ck_assert_uint_eq(sentences.count, SENTENCES_MAX);
    ck_assert_str_eq(text_string(&sentences.rows[SENTENCES_MAX - 1].text), "36");
    ck_assert(sentences_are_whole(&sentences));
    sentences_release(&sentences);
}
END_TEST

Suite *diagnosis_suite(void)
{
    Suite *suite = suite_create("diagnosis");
    TCase *tests = tcase_create("diagnosis");
    tcase_add_checked_fixture(tests, outage_set_up, outage_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_machine_with_few_ports_in_use_is_healthy);
    tcase_add_test(tests, the_verdict_is_unknown_without_tables);
    tcase_add_test(tests, the_verdict_is_unknown_without_ranges_or_a_table);
    tcase_add_test(tests, a_leak_is_reported_with_process_and_advice);
    tcase_add_test(tests, a_leak_to_a_single_server_is_reported_as_a_leak);
    tcase_add_test(tests, a_leak_is_reported_from_25_percent_on);
    tcase_add_test(tests, many_open_connections_may_be_normal_load);
    tcase_add_test(tests, growth_between_samples_is_extrapolated);
    tcase_add_test(tests, the_number_of_earlier_samples_is_limited);
    tcase_add_test(tests, a_destination_with_90_percent_of_ports_is_full);
    tcase_add_test(tests, a_destination_can_fill_the_auto_reuse_range);
    tcase_add_test(tests, a_udp_leak_is_reported_with_its_effect_on_dns);
    tcase_add_test(tests, the_verdict_names_problems_of_both_protocols);
    tcase_add_test(tests, a_full_pool_without_a_culprit_is_reported);
    tcase_add_test(tests, missing_owners_are_reported);
    tcase_add_test(tests, missing_names_and_services_are_reported);
    tcase_add_test(tests, incomplete_tables_and_rules_weaken_the_verdict);
    tcase_add_test(tests, advice_fits_server_2003);
    tcase_add_test(tests, advice_never_widens_a_maximal_range);
    tcase_add_test(tests, a_leak_in_ipv6_alone_is_reported);
    tcase_add_test(tests, use_of_both_families_is_combined);
    tcase_add_test(tests, excluded_ports_reduce_the_range);
    tcase_add_test(tests, huge_tables_are_diagnosed_quickly);
    tcase_add_test(tests, odd_rows_are_tolerated);
    tcase_add_test(tests, text_from_outside_is_escaped);
    tcase_add_test(tests, sentences_beyond_the_limit_are_dropped);
    suite_add_tcase(suite, tests);
    return suite;
}
