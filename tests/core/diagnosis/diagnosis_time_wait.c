/* Diagnoses of machines on which most ports are in TIME_WAIT. Such ports belong to no process. */
#include <check.h>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/diagnosis_scene.h"
#include "fake/machine.h"
#include "suites.h"

static void storm(void)
{
    tcp(14000, STATE_TIME_WAIT, 49152, "10.0.0.9", 443, 0);
    tcp(3, STATE_ESTABLISHED, 64000, "10.0.0.9", 443, 5000);
    tcp(1, STATE_ESTABLISHED, 64010, "10.0.0.9", 443, 5001);
    tcp(50, STATE_ESTABLISHED, 64100, "10.0.0.8", 443, 5002);
    fake_add_process(&fake, 5000, "agent.exe");
    fake_add_process(&fake, 5001, "other.exe");
}

START_TEST(a_time_wait_storm_names_probable_owners)
{
    storm();
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_verdict(
        "TCP is filling up because connections are opened and closed faster than their "
        "ports become free: 14,000 of 14,054 ports in use are in TIME_WAIT. 14,000 ports "
        "in TIME_WAIT are for 10.0.0.9:443.");
    ck_assert_uint_eq(diagnosis.main.owner_count, 2);
    ck_assert_uint_eq(diagnosis.main.owners[0].process, 5000);
    ck_assert_uint_eq(diagnosis.main.owners[0].now, 3);
    const struct sentence *owner =
        find_sentence(&diagnosis.evidence, "agent.exe, PID 5000: it now has 3 open");
    ck_assert_ptr_nonnull(owner);
    ck_assert(owner->is_inferred);
    expect_sentence(&diagnosis.evidence, "Or they belonged to other.exe, PID 5001");
    expect_sentence(
        &diagnosis.evidence,
        "With 120 seconds in TIME_WAIT (the documented default), the number of ports in TIME_WAIT "
        "means about 116.7 closed connections per second; 136.5 per second can be sustained.");
    expect_sentence(&diagnosis.culprit, "Probably agent.exe, PID 5000 (inferred)");
    expect_sentence(&diagnosis.after_restart, "maxport set TcpTimedWaitDelay=30");
    expect_sentence(&diagnosis.after_restart, "4.0 times");
    ck_assert(finding_blames_remote(&diagnosis.main) && !finding_blames_process(&diagnosis.main));
    /* maxport never advises a delay below 30 seconds. */
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    diagnose(1, false);
    expect_sentence(&diagnosis.evidence, "With 30 seconds in TIME_WAIT (TcpTimedWaitDelay)");
    expect_no_sentence(&diagnosis.after_restart, "TcpTimedWaitDelay=");
}
END_TEST

/* Runs before the second sample: the connections of curl.exe enter TIME_WAIT, and curl.exe ends. */
static void close_connections(struct fake *machine, void *context)
{
    (void)context;
    for (size_t i = 0; i < machine->sockets.count; i++) {
        struct socket_row *row = &machine->sockets.rows[i];
        if (row->owner != 7000)
            continue;
        row->state = STATE_TIME_WAIT;
        row->owner = 0;
    }
    machine->processes.count = 0;
}

START_TEST(a_process_seen_before_time_wait_is_named)
{
    tcp(14000, STATE_TIME_WAIT, 49152, "10.0.0.9", 443, 0);
    tcp(5, STATE_ESTABLISHED, 64000, "10.0.0.9", 443, 7000);
    fake_add_process(&fake, 7000, "curl.exe");
    fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 1, close_connections, NULL);
    diagnose(3, false);
    expect_kind(DIAGNOSIS_CHURN);
    ck_assert_uint_eq(diagnosis.main.owner_count, 1);
    ck_assert_uint_eq(diagnosis.main.owners[0].caught, 5);
    ck_assert_uint_eq(diagnosis.main.owners[0].now, 0);
    /* The process has ended, but the first sample contains its name. */
    expect_sentence(&diagnosis.evidence,
                    "curl.exe, PID 7000: a moment ago, it used 5 of the ports now in TIME_WAIT.");
}
END_TEST

START_TEST(time_wait_without_a_probable_owner_is_reported)
{
    tcp(16000, STATE_TIME_WAIT, 49152, "10.0.0.9", 443, 0);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    ck_assert_uint_eq(diagnosis.main.owner_count, 0);
    expect_sentence(&diagnosis.culprit, "no program was seen connected to 10.0.0.9:443.");
    expect_sentence(&diagnosis.now,
                    "Slow down or stop the program that connects to this destination so often;");
}
END_TEST

START_TEST(time_wait_to_many_destinations_is_reported)
{
    tcp_scattered(16384, STATE_TIME_WAIT, 49152, 0);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_verdict("TCP has run out of ports because connections are opened and closed faster than "
                   "their ports become free: 16,384 of 16,384 ports in use are in TIME_WAIT.");
}
END_TEST

START_TEST(event_4227_alone_is_weak_evidence_of_churn)
{
    fake_add_event(&fake, 4227, fake.now_ms - 60 * 1000);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_doubt("The only evidence is that event; enough ports");
    expect_no_sentence(&diagnosis.now, "maxport range set");
    expect_sentence(
        &diagnosis.evidence,
        "Event 4227 (a port was still in TIME_WAIT for the same destination) was logged 1 "
        "time in the last 24 hours, most recently at 2026-11-22 09:59:00.");
    fake.log.rows[0].time_ms -= 3600 * 1000;
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_sentence(&diagnosis.evidence, "Event 4227");
    fake.log.rows[0].time_ms -= 24 * 3600 * 1000;
    diagnose(1, false);
    expect_no_sentence(&diagnosis.evidence, "Event 4227");
}
END_TEST

Suite *diagnosis_time_wait_suite(void)
{
    Suite *suite = suite_create("diagnosis_time_wait");
    TCase *tests = tcase_create("diagnosis_time_wait");
    tcase_add_checked_fixture(tests, outage_set_up, outage_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_time_wait_storm_names_probable_owners);
    tcase_add_test(tests, a_process_seen_before_time_wait_is_named);
    tcase_add_test(tests, time_wait_without_a_probable_owner_is_reported);
    tcase_add_test(tests, time_wait_to_many_destinations_is_reported);
    tcase_add_test(tests, event_4227_alone_is_weak_evidence_of_churn);
    suite_add_tcase(suite, tests);
    return suite;
}
