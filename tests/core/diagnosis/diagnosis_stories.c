/* Diagnoses of outages that people reported: the figures are those of the reports. */
#include <check.h>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/diagnosis_scene.h"
#include "fake/machine.h"
#include "suites.h"

static void exclude_blocks(unsigned count, uint16_t size)
{
    for (unsigned i = 0; i < count; i++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_exclude(&fake, PROTOCOL_TCP, (enum family)f, (uint16_t)(49152 + i * size), size,
                         false);
}

START_TEST(a_range_reserved_by_hns_is_a_warning)
{
    exclude_blocks(240, 64);
    tcp_scattered(700, STATE_ESTABLISHED, 49152 + 240 * 64, 900);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_RESERVED);
    expect_verdict("Only 1,024 of 16,384 TCP ports are usable: 15,360 (94 %) are excluded in 240 "
                   "blocks of 64. 324 ports are free.");
    ck_assert_int_eq(diagnosis.main.level, VERDICT_STRAINED);
    ck_assert_str_eq(snapshot.survey.verdict.sentence,
                     "Only 1,024 of 16,384 TCP ports are usable (IPv4): 15,360 are excluded. 324 "
                     "are free.");
    expect_sentence(&diagnosis.evidence, "room for 5 blocks of 64");
    expect_sentence(&diagnosis.culprit, "Host Network Service (HNS)");
    expect_sentence(&diagnosis.now, "maxport range set --start 32768 --count 32768");
    expect_sentence(&diagnosis.now, "maxport range show");
    expect_no_sentence(&diagnosis.now, "KB4550969");
    fake.os.build = 17763;
    diagnose(1, false);
    expect_sentence(&diagnosis.now, "KB4550969 is reported");
}
END_TEST

START_TEST(exclusions_of_less_than_half_the_range_are_no_warning)
{
    exclude_blocks(127, 64);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    exclude_blocks(128, 64);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_RESERVED);
}
END_TEST

START_TEST(a_full_pool_of_a_reserved_range_names_the_exclusions)
{
    exclude_blocks(240, 64);
    tcp_scattered(1020, STATE_ESTABLISHED, 49152 + 240 * 64, 0);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_POOL_FULL);
    expect_sentence(&diagnosis.evidence,
                    "Excluded from the TCP range: 15,360 of 16,384 ports (94 %) in 240 blocks of "
                    "64, which Windows never assigns automatically.");
    expect_sentence(&diagnosis.now, "Run fewer services or containers");
}
END_TEST

START_TEST(max_user_port_is_named_as_the_cause)
{
    fake_put_number(&fake, "MaxUserPort", 7000);
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, f, 1024, 5977, RANGE_SOURCE_WMI);
    tcp_scattered(5977, STATE_ESTABLISHED, 1024, 0);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_POOL_FULL);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict),
                                 "MaxUserPort = 7000 is the cause: it leaves 5,977 TCP ports, "
                                 "10,407 fewer than Windows' default."));
    expect_sentence(&diagnosis.now, "maxport range set --start 49152 --count 16384");
    expect_sentence(&diagnosis.after_restart, "Delete MaxUserPort; after a restart");
    expect_sentence(&diagnosis.after_restart, "maxport reset");
}
END_TEST

START_TEST(many_ports_in_time_wait_are_a_warning_before_the_range_is_full)
{
    for (int i = 0; i < 5700; i++) {
        char remote[32];

        snprintf(remote, sizeof remote, "10.%d.%d.9", i / 250, i % 250);
        tcp(2, STATE_TIME_WAIT, (uint16_t)(49152 + 2 * i), remote, 443, 0);
    }
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_verdict("Many connections are opened and closed: 11,400 of 16,384 TCP ports (70 %) are "
                   "in TIME_WAIT.");
    expect_sentence(&diagnosis.evidence,
                    "the number of ports in TIME_WAIT means about 95.0 closed connections per "
                    "second; 136.5 per second can be sustained.");
    expect_sentence(&diagnosis.culprit, "Unknown.");
    expect_no_sentence(&diagnosis.culprit, "10.");
    expect_sentence(&diagnosis.now, "the program that opens and closes so many connections");
    expect_sentence(&diagnosis.now, "within 120 seconds");
    ck_assert_str_eq(snapshot.survey.verdict.sentence,
                     "Many connections are opened and closed: 11,400 of 16,384 TCP ports (70 %) "
                     "are in TIME_WAIT (IPv4).");
}
END_TEST

/* A proxy accepts connections at port 23333 and opens a connection to port 27015 for each. */
START_TEST(a_storm_to_two_destinations_names_them_and_their_programs)
{
    fake_add_sockets(&fake, 1, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 23333, NULL, 0, 300);
    fake_add_sockets(&fake, 1, PROTOCOL_TCP, STATE_LISTEN, "127.0.0.1", 27015, NULL, 0, 400);
    fake_add_sockets(&fake, 8000, PROTOCOL_TCP, STATE_TIME_WAIT, "127.0.0.1", 49152, "127.0.0.1",
                     23333, 0);
    fake_add_sockets(&fake, 8000, PROTOCOL_TCP, STATE_TIME_WAIT, "127.0.0.1", 57152, "127.0.0.1",
                     27015, 0);
    fake_add_sockets(&fake, 2, PROTOCOL_TCP, STATE_ESTABLISHED, "127.0.0.1", 65160, "127.0.0.1",
                     23333, 500);
    fake_add_sockets(&fake, 2, PROTOCOL_TCP, STATE_ESTABLISHED, "127.0.0.1", 65170, "127.0.0.1",
                     27015, 300);
    fake_add_process(&fake, 300, "proxy.exe");
    fake_add_process(&fake, 400, "game.exe");
    fake_add_process(&fake, 500, "client.exe");
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    ck_assert_ptr_nonnull(
        strstr(text_string(&diagnosis.verdict),
               "8,000 ports in TIME_WAIT are for 127.0.0.1:23333, and 8,000 for 127.0.0.1:27015."));
    expect_sentence(&diagnosis.evidence, "Both destinations are on this machine. A request that "
                                         "passes through both uses two ports.");
    expect_sentence(&diagnosis.evidence, "proxy.exe, PID 300, listens on 127.0.0.1:23333.");
    expect_sentence(&diagnosis.evidence, "game.exe, PID 400, listens on 127.0.0.1:27015.");
    expect_sentence(&diagnosis.culprit,
                    "client.exe, PID 500 (inferred), which connects to 127.0.0.1:23333.");
    expect_sentence(&diagnosis.culprit,
                    "proxy.exe, PID 300 (inferred), which connects to 127.0.0.1:27015.");
}
END_TEST

static void node(uint32_t process, unsigned ports, uint16_t from)
{
    fake_add_process(&fake, process, process % 2 ? "node.exe" : "Node.exe");
    tcp(ports, STATE_BOUND, from, NULL, 0, process);
}

START_TEST(processes_of_one_program_leak_together)
{
    fake.sockets.has_bound = true;
    node(1001, 2260, 49152);
    node(1002, 1186, 52000);
    node(1003, 900, 54000);
    node(1004, 700, 56000);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_verdict("TCP still has free ports, but one program does not release its ports: node.exe "
                   "(4 processes) uses 5,046 of 16,384 ports (31 %).");
    expect_sentence(&diagnosis.evidence,
                    "Program with the most TCP ports: node.exe (4 processes) with 5,046: BOUND "
                    "5,046.");
    expect_sentence(&diagnosis.culprit, "node.exe (4 processes)");
    expect_sentence(&diagnosis.now, "Close or restart the processes of node.exe");
}
END_TEST

START_TEST(svchost_is_no_common_culprit)
{
    fake.sockets.has_bound = true;
    for (uint32_t i = 0; i < 4; i++) {
        fake_add_process(&fake, 1000 + i, "svchost.exe");
        tcp(1200, STATE_BOUND, (uint16_t)(49152 + i * 1200), NULL, 0, 1000 + i);
    }
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(an_implausible_time_wait_delay_is_doubted)
{
    fake_put_number(&fake, "TcpTimedWaitDelay", 5);
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, f, 1025, 64510, RANGE_SOURCE_WMI);
    tcp(60000, STATE_TIME_WAIT, 1025, "10.0.0.9", 443, 0);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_sentence(&diagnosis.evidence,
                    "With 5 seconds in TIME_WAIT (TcpTimedWaitDelay), the number of ports in "
                    "TIME_WAIT means about 12,000.0 closed connections per second");
    expect_sentence(&diagnosis.evidence,
                    "More likely, the stored TcpTimedWaitDelay is not in effect: with 30 to 120 "
                    "seconds, it would be 500 to 2,000 closed connections per second.");
}
END_TEST

/* Between two samples, 500 of 60,000 connections leave TIME_WAIT. */
static void end_some(struct fake *machine, void *context)
{
    (void)context;
    for (size_t i = 0, left = 0; i < machine->sockets.count && left < 500; i++)
        if (machine->sockets.rows[i].state == STATE_TIME_WAIT) {
            machine->sockets.rows[i].remote_port = 444; /* another connection */
            left++;
        }
}

START_TEST(samples_measure_the_time_in_time_wait)
{
    fake_put_number(&fake, "TcpTimedWaitDelay", 5);
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, f, 1025, 64510, RANGE_SOURCE_WMI);
    tcp(60000, STATE_TIME_WAIT, 1025, "10.0.0.9", 443, 0);
    fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 1, end_some, NULL);
    diagnose(2, false);
    expect_sentence(&diagnosis.evidence,
                    "500 of 60,000 connections left TIME_WAIT. At that rate, a connection stays "
                    "there about 120 seconds, so the 5 seconds are probably not in effect.");
}
END_TEST

START_TEST(any_dns_server_may_keep_a_pool_of_ports)
{
    fake_add_process(&fake, 600, "DnsService.exe");
    udp(1, 53, 600);
    udp(2600, 50000, 600);
    diagnose(2, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_sentence(&diagnosis.evidence, "DnsService.exe, PID 600, with 2,600");
    expect_sentence(&diagnosis.evidence, "It serves DNS (UDP port 53)");
    expect_sentence(&diagnosis.evidence, "this process stayed at 2,600 ports.");
}
END_TEST

Suite *diagnosis_stories_suite(void)
{
    Suite *suite = suite_create("diagnosis_stories");
    TCase *tests = tcase_create("diagnosis_stories");

    tcase_add_checked_fixture(tests, outage_set_up, outage_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_range_reserved_by_hns_is_a_warning);
    tcase_add_test(tests, exclusions_of_less_than_half_the_range_are_no_warning);
    tcase_add_test(tests, a_full_pool_of_a_reserved_range_names_the_exclusions);
    tcase_add_test(tests, max_user_port_is_named_as_the_cause);
    tcase_add_test(tests, many_ports_in_time_wait_are_a_warning_before_the_range_is_full);
    tcase_add_test(tests, a_storm_to_two_destinations_names_them_and_their_programs);
    tcase_add_test(tests, processes_of_one_program_leak_together);
    tcase_add_test(tests, svchost_is_no_common_culprit);
    tcase_add_test(tests, an_implausible_time_wait_delay_is_doubted);
    tcase_add_test(tests, samples_measure_the_time_in_time_wait);
    tcase_add_test(tests, any_dns_server_may_keep_a_pool_of_ports);
    suite_add_tcase(suite, tests);
    return suite;
}
