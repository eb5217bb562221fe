#include <check.h>
#include <string.h>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/diagnosis_scene.h"
#include "fake/machine.h"
#include "suites.h"

static void hide(enum protocol protocol, uint16_t start, unsigned count, enum bind_answer answer)
{
    for (unsigned i = 0; i < count; i++)
        fake.bind_answers[protocol][start + i] = (uint8_t)answer;
}

START_TEST(hidden_use_is_found)
{
    hide(PROTOCOL_TCP, 50000, 12000, BIND_EXCLUDED);
    look(1, true);
    expect_kind(DIAGNOSIS_HIDDEN);
    expect_verdict("Some TCP ports are in use that no table of Windows shows: 23 of 32 ports that "
                   "look free could not be bound.");
    ck_assert(!diagnosis.is_weak);
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], PROBE_MAX);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, 32);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].excluded, 23);
    ck_assert_uint_eq(probe.parts[PROTOCOL_UDP].bound, 32);
    expect_said(&diagnosis.now, "wsl --shutdown");
    /* Without the probe nothing shows. */
    look(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(a_few_refusals_are_no_verdict)
{
    hide(PROTOCOL_UDP, 50000, 1600, BIND_IN_USE); /* 3 of 32 */
    look(1, true);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_said(&diagnosis.evidence, "3 in use, error 10048");
}
END_TEST

START_TEST(hidden_use_with_gaps_is_weak)
{
    fake.can_show_bound = false;
    fake.exclusions.is_known[PROTOCOL_TCP][FAMILY_IPV4] = false;
    hide(PROTOCOL_TCP, 49152, 16384, BIND_IN_USE);
    look(1, true);
    expect_kind(DIAGNOSIS_HIDDEN);
    expect_doubt("bound, idle");
    expect_doubt("may be excluded.");
}
END_TEST

START_TEST(few_free_ports_are_all_tried)
{
    tcp_scattered(16374, STATE_CLOSE_WAIT, 49152, 77);
    hide(PROTOCOL_TCP, 49152, 16384, BIND_IN_USE);
    look(1, true);
    expect_kind(DIAGNOSIS_LEAK);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, 10);
    expect_said(&diagnosis.evidence,
                "0 of 10 tested ports that look free could be bound; refused: 10 (10 in use");
    fake.sockets.count = 0;
    tcp_scattered(16384, STATE_CLOSE_WAIT, 49152, 77);
    look(1, true);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, 0);
}
END_TEST

static void open_all(struct fake *machine, void *context)
{
    (void)context;
    fake_add_sockets(machine, 16384, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 49152, NULL, 0, 77);
}

/* A port that got an ordinary socket meanwhile is no mystery. */
START_TEST(sockets_opened_meanwhile_do_not_count)
{
    hide(PROTOCOL_TCP, 49152, 16384, BIND_IN_USE);
    fake_when(&fake, FAKE_CALL(CALL_BINDER_TRY), 1, open_all, NULL);
    look(1, true);
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, 0);
    expect_kind(DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(probe_that_cannot_be_done)
{
    fake_upset(&fake, FAKE_CALL(CALL_BINDER_TRY), 0, FAIL_BEFORE);
    look(1, true);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_said(&diagnosis.unseen, "TCP ports were not probed: ");
    fake.machine.binder.try_bind = NULL;
    look(1, true);
    expect_said(&diagnosis.unseen, "Binding is not available here.");
    outage_tear_down();
    outage_set_up();
    memset(fake.tables[PROTOCOL_UDP], 0, sizeof fake.tables[PROTOCOL_UDP]);
    look(1, true); /* the other protocol may have all 64 */
    ck_assert_uint_eq(probe.parts[PROTOCOL_TCP].tried, PROBE_MAX);
    ck_assert(!probe.parts[PROTOCOL_UDP].was_done);
}
END_TEST

START_TEST(probe_stops_at_ctrl_c)
{
    struct fault fault;
    look(1, false);
    fake.is_stop_requested = true;
    ck_assert(!probe_run(&fake.machine, &snapshot, &probe, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DECLINED);
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], 0);
}
END_TEST

START_TEST(hidden_use_by_event)
{
    fake_add_event(&fake, 4266, fake.now_ms - 2 * 60 * 1000);
    look(1, false);
    expect_kind(DIAGNOSIS_HIDDEN);
    expect_verdict(
        "Windows logged a lack of UDP ports within the last 5 minutes, but its tables show only 0 "
        "% in use. Either ports are in use that no table shows, or the peak is over.");
    expect_doubt("maxport why --probe");
    fake.log.rows[0].time_ms = fake.now_ms - 6 * 60 * 1000;
    look(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    fake.log.rows[0].id = 4231;
    fake.log.rows[0].time_ms = fake.now_ms;
    look(1, false);
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
    tcase_add_test(tests, hidden_use_is_found);
    tcase_add_test(tests, a_few_refusals_are_no_verdict);
    tcase_add_test(tests, hidden_use_with_gaps_is_weak);
    tcase_add_test(tests, few_free_ports_are_all_tried);
    tcase_add_test(tests, sockets_opened_meanwhile_do_not_count);
    tcase_add_test(tests, probe_that_cannot_be_done);
    tcase_add_test(tests, probe_stops_at_ctrl_c);
    tcase_add_test(tests, hidden_use_by_event);
    suite_add_tcase(suite, tests);
    return suite;
}
