/* IPv4 and IPv6 have ports of their own. These tests check that a diagnosis counts them apart and
 * says so. */
#include "core/diagnosis/diagnosis_scene.h"
#include "suites.h"

static void six(unsigned count, unsigned state, uint16_t port, const char *remote,
                uint16_t remote_port, uint32_t owner)
{
    fake_add_sockets(&fake, count, PROTOCOL_TCP, state, "fe80::1", port, remote, remote_port,
                     owner);
}

static void set_up(void)
{
    outage_set_up();
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, (enum family)f, 50000, 300, RANGE_SOURCE_WMI);
    fake_add_process(&fake, 77, "shop.exe");
    fake_add_process(&fake, 88, "till.exe");
}

/* 280 ports are in TIME_WAIT over IPv4, and 280 ports have a connection over IPv6. If both families
 * were combined, all 300 ports would be in use, but only 20 of them without a connection. */
START_TEST(a_storm_over_IPv4_is_not_mixed_with_use_over_IPv6)
{
    tcp(280, STATE_TIME_WAIT, 50000, "127.0.0.1", 20000, 0);
    six(280, STATE_ESTABLISHED, 50020, "fe80::9", 443, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    ck_assert_uint_eq(diagnosis.main.use.in_use, 280);
    ck_assert_uint_eq(diagnosis.main.available, 300);
    expect_sentence(&diagnosis.evidence, "TCP over IPv4: 280 of 300 ports in use (93 %), 20 free; "
                                         "by state: TIME_WAIT 280.");
    expect_sentence(&diagnosis.evidence, "TCP over IPv6: 280 of 300 ports in use (93 %), 20 free; "
                                         "by state: ESTABLISHED 280.");
    expect_no_sentence(&diagnosis.evidence, "of 20 ports");
    ck_assert_ptr_null(strstr(text_string(&diagnosis.verdict), "20 of 300"));
    ck_assert_uint_eq(diagnosis.beside[PROTOCOL_TCP].use.in_use, 280);
}
END_TEST

/* A process with 200 ports over each family does not use 400 of 300 ports. */
START_TEST(the_ports_of_a_process_are_those_of_one_family)
{
    tcp(200, STATE_BOUND, 50000, NULL, 0, 77);
    six(250, STATE_BOUND, 50000, NULL, 0, 77);
    fake_add_sockets(&fake, 10, PROTOCOL_TCP, STATE_BOUND, "::", 50260, NULL, 0, 88);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_verdict("TCP is filling up: shop.exe, PID 77, uses 250 of 300 ports over IPv6 (83 %).");
    expect_sentence(&diagnosis.evidence, "Process with the most TCP ports over IPv6: shop.exe, PID "
                                         "77, with 250 (96 % of those in use): BOUND 250.");
}
END_TEST

START_TEST(a_second_scarce_family_is_named)
{
    tcp(250, STATE_BOUND, 50000, NULL, 0, 77);
    six(299, STATE_BOUND, 50000, NULL, 0, 88);
    diagnose(1, false);
    expect_verdict("TCP has run out of ports: till.exe, PID 88, uses 299 of 300 ports over IPv6 "
                   "(>99 %). Over IPv4, TCP is filling up too: 250 of 300 ports are in use.");
    expect_sentence(&diagnosis.evidence,
                    "Process with the most TCP ports over IPv4: shop.exe, PID 77, with 250");
}
END_TEST

START_TEST(a_level_that_only_both_reach_is_said_apart)
{
    tcp(150, STATE_BOUND, 50000, NULL, 0, 77);
    six(140, STATE_BOUND, 50150, NULL, 0, 77);
    diagnose(1, false);
    ck_assert(diagnosis.main.is_united);
    expect_verdict("TCP is nearly out of ports, if IPv4 and IPv6 share their ports, which is not "
                   "documented: shop.exe, PID 77, uses 150 of 300 ports over IPv4 (50 %).");
    expect_sentence(&diagnosis.evidence, "TCP over IPv6: 140 of 300 ports in use (47 %)");
    expect_sentence(&diagnosis.evidence, "TCP over IPv4 and IPv6 combined: 290 of 300 ports in use "
                                         "(97 %); a port that both use counts once.");
}
END_TEST

/* Programs can bind an excluded port by number. Then the port counts as in use, and also as usable.
 */
START_TEST(excluded_ports_in_use_do_not_exceed_the_usable_ports)
{
    const struct usage *usage = &snapshot.survey.usage[PROTOCOL_TCP];

    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 50000, 100, true);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV6, 50050, 100, true);
    tcp(250, STATE_LISTEN, 50010, NULL, 0, 77);
    diagnose(1, false);
    ck_assert_uint_eq(usage->family[FAMILY_IPV4].in_use, 250);
    ck_assert_uint_eq(usage->excluded[FAMILY_IPV4], 100);
    ck_assert_uint_eq(usage->excluded_in_use[FAMILY_IPV4], 90);
    ck_assert_uint_eq(usage_available(usage, FAMILY_IPV4), 290);
    ck_assert_uint_eq(usage_united_available(usage), 300);
    expect_sentence(&diagnosis.evidence, "TCP over IPv4: 250 of 290 ports in use (86 %), 40 free");
    expect_sentence(&diagnosis.evidence,
                    "100 of 300 ports (33 %), which Windows never assigns automatically; 90 of "
                    "them are in use nevertheless.");
}
END_TEST

Suite *diagnosis_families_suite(void)
{
    Suite *suite = suite_create("diagnosis_families");
    TCase *tests = tcase_create("families");

    tcase_add_checked_fixture(tests, set_up, outage_tear_down);
    tcase_add_test(tests, a_storm_over_IPv4_is_not_mixed_with_use_over_IPv6);
    tcase_add_test(tests, the_ports_of_a_process_are_those_of_one_family);
    tcase_add_test(tests, a_second_scarce_family_is_named);
    tcase_add_test(tests, a_level_that_only_both_reach_is_said_apart);
    tcase_add_test(tests, excluded_ports_in_use_do_not_exceed_the_usable_ports);
    suite_add_tcase(suite, tests);
    return suite;
}
