#include <check.h>
#include <string.h>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/diagnosis_scene.h"
#include "fake/machine.h"
#include "suites.h"

static void refuse_binds(enum protocol protocol, uint16_t start, unsigned count,
                         enum bind_answer answer)
{
    for (unsigned i = 0; i < count; i++)
        fake.bind_answers[protocol][start + i] = (uint8_t)answer;
}

START_TEST(the_probe_finds_hidden_use)
{
    refuse_binds(PROTOCOL_TCP, 50000, 12000, BIND_EXCLUDED);
    diagnose(1, true);
    expect_kind(DIAGNOSIS_HIDDEN);
    expect_verdict("Some TCP ports are in use that no table of Windows shows: 23 of 32 ports that "
                   "look free could not be bound.");
    ck_assert(!diagnosis.is_weak);
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], PROBE_MAX);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, 32);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].excluded, 23);
    ck_assert_uint_eq(probe.parts[PROTOCOL_UDP].bound, 32);
    expect_sentence(&diagnosis.now, "wsl --shutdown");
    /* Without a probe, maxport cannot find the hidden use. */
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(a_few_refusals_do_not_change_the_verdict)
{
    refuse_binds(PROTOCOL_UDP, 50000, 1600, BIND_IN_USE); /* 3 of 32 test binds fail */
    diagnose(1, true);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_sentence(&diagnosis.evidence, "3 in use, error 10048");
}
END_TEST

START_TEST(missing_data_weakens_the_verdict_of_hidden_use)
{
    fake.can_show_bound = false;
    fake.exclusions.is_known[PROTOCOL_TCP][FAMILY_IPV4] = false;
    refuse_binds(PROTOCOL_TCP, 49152, 16384, BIND_IN_USE);
    diagnose(1, true);
    expect_kind(DIAGNOSIS_HIDDEN);
    expect_doubt("bound, idle");
    expect_doubt("may be excluded.");
}
END_TEST

START_TEST(the_probe_tries_all_of_few_free_ports)
{
    tcp_scattered(16374, STATE_CLOSE_WAIT, 49152, 77);
    refuse_binds(PROTOCOL_TCP, 49152, 16384, BIND_IN_USE);
    diagnose(1, true);
    expect_kind(DIAGNOSIS_LEAK);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, 10);
    expect_sentence(&diagnosis.evidence,
                    "0 of 10 tested ports that look free could be bound; refused: 10 (10 in use");
    fake.sockets.count = 0;
    tcp_scattered(16384, STATE_CLOSE_WAIT, 49152, 77);
    diagnose(1, true);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, 0);
}
END_TEST

static void open_all(struct fake *machine, void *context)
{
    (void)context;
    fake_add_sockets(machine, 16384, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 49152, NULL, 0, 77);
}

/* If another program has opened a visible socket on a port meanwhile, the port is not hidden. */
START_TEST(the_probe_ignores_ports_bound_meanwhile)
{
    refuse_binds(PROTOCOL_TCP, 49152, 16384, BIND_IN_USE);
    fake_when(&fake, FAKE_CALL(CALL_BINDER_TRY), 1, open_all, NULL);
    diagnose(1, true);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, 0);
    expect_kind(DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(a_failed_probe_is_reported)
{
    fake_upset(&fake, FAKE_CALL(CALL_BINDER_TRY), 0, FAIL_BEFORE);
    diagnose(1, true);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_sentence(&diagnosis.unseen, "TCP ports were not probed: ");
    fake.machine.binder.try_bind = NULL;
    diagnose(1, true);
    expect_sentence(&diagnosis.unseen, "maxport cannot test a bind on this machine.");
    outage_tear_down();
    outage_set_up();
    memset(fake.tables[PROTOCOL_UDP], 0, sizeof fake.tables[PROTOCOL_UDP]);
    diagnose(1, true); /* UDP is not probed, so TCP gets all 64 test binds */
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, PROBE_MAX);
    ck_assert(!probe.parts[PROTOCOL_UDP].was_done);
}
END_TEST

START_TEST(ctrl_c_stops_the_probe)
{
    struct fault fault;
    diagnose(1, false);
    fake.is_stop_requested = true;
    ck_assert(!probe_run(&fake.machine, &snapshot, &probe, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DECLINED);
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], 0);
}
END_TEST

START_TEST(a_recent_event_suggests_hidden_use)
{
    fake_add_event(&fake, 4266, fake.now_ms - 2 * 60 * 1000);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HIDDEN);
    expect_verdict(
        "Windows logged a lack of UDP ports within the last 5 minutes, but its tables show only 0 "
        "% in use. Either ports are in use that no table shows, or the peak is over.");
    expect_doubt("maxport why --probe");
    fake.log.rows[0].time_ms = fake.now_ms - 6 * 60 * 1000;
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    fake.log.rows[0].id = 4231;
    fake.log.rows[0].time_ms = fake.now_ms;
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HIDDEN);
    ck_assert_int_eq(diagnosis.main.protocol, PROTOCOL_TCP);
}
END_TEST

Suite *probe_suite(void)
{
    Suite *suite = suite_create("probe");
    TCase *tests = tcase_create("diagnosis");
    tcase_add_checked_fixture(tests, outage_set_up, outage_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_probe_finds_hidden_use);
    tcase_add_test(tests, a_few_refusals_do_not_change_the_verdict);
    tcase_add_test(tests, missing_data_weakens_the_verdict_of_hidden_use);
    tcase_add_test(tests, the_probe_tries_all_of_few_free_ports);
    tcase_add_test(tests, the_probe_ignores_ports_bound_meanwhile);
    tcase_add_test(tests, a_failed_probe_is_reported);
    tcase_add_test(tests, ctrl_c_stops_the_probe);
    tcase_add_test(tests, a_recent_event_suggests_hidden_use);
    suite_add_tcase(suite, tests);
    return suite;
}
