#include <check.h>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/diagnosis_scene.h"
#include "fake/machine.h"
#include "suites.h"

START_TEST(advice_depends_on_the_kind_of_process)
{
    static const struct {
        uint32_t id;
        const char *name, *advice;
    } rows[] = {
        {4, "System", "netsh http show servicestate"},
        {700, "lsass.exe",
         "Do not end or restart lsass.exe, PID 700: Windows would probably stop."},
        {705, "LogonUI.exe", "Do not end or restart LogonUI.exe, PID 705"},
        {706, "lsm.exe", "Do not end or restart lsm.exe, PID 706"},
        {701, "w3wp.exe", "In IIS Manager, recycle application pool Shop."},
        {702, "svchost.exe", "tasklist /svc /fi \"PID eq 702\""},
        {703, "shop.exe", "Close or restart shop.exe, PID 703: when it ends"},
        {704, "evil\x1b]0;\".exe", "Close or restart \"evil\\x1b]0;\\x22.exe\", PID 704"},
    };
    fake.are_programs_of_windows = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake.sockets.count = 0;
        tcp(16000, STATE_BOUND, 49200, NULL, 0, rows[i].id);
        fake_add_process(&fake, rows[i].id, rows[i].name);
        diagnose(1, false);
        expect_kind(DIAGNOSIS_LEAK);
        expect_sentence(&diagnosis.now, rows[i].advice);
    }
    fake.sockets.count = 0;
    tcp(16000, STATE_BOUND, 49200, NULL, 0, 702);
    diagnose(1, false);
    expect_sentence(&diagnosis.now, "but never RpcSs, DcomLaunch or PlugPlay");
    ck_assert_ptr_null(find_sentence(&diagnosis.now, "Close or restart"));
    fake.sockets.count = 0;
    tcp(16000, STATE_BOUND, 49200, NULL, 0, 4);
    diagnose(1, false);
    expect_sentence(&diagnosis.now, "They probably belong to HTTP.sys");
    expect_sentence(&diagnosis.culprit, "System (e.g. HTTP.sys or SMB), PID 4");
}
END_TEST

START_TEST(a_program_with_the_name_of_a_program_of_windows_can_be_ended)
{
    tcp(16000, STATE_BOUND, 49200, NULL, 0, 700);
    fake_add_process(&fake, 700, "lsass.exe");
    diagnose(1, false);
    expect_sentence(&diagnosis.now, "Close or restart lsass.exe, PID 700: when it ends");
    fake.detail_states[DETAIL_PATH] = DETAIL_NEEDS_ELEVATION;
    diagnose(1, false);
    expect_sentence(&diagnosis.now, "Do not end or restart lsass.exe, PID 700: Windows would "
                                    "probably stop. To free these ports, restart Windows. The path "
                                    "of the program is not readable: first check");
    fake.detail_states[DETAIL_PATH] = DETAIL_KNOWN;
    fake.sockets.count = 0;
    tcp(16000, STATE_BOUND, 49200, NULL, 0, 702);
    fake_add_process(&fake, 702, "svchost.exe");
    diagnose(1, false);
    expect_sentence(&diagnosis.now, "Close or restart svchost.exe, PID 702");
}
END_TEST

START_TEST(advice_on_the_kernel_depends_on_its_connections)
{
    tcp(8000, STATE_ESTABLISHED, 49200, "10.0.0.9", 445, 4);
    tcp(7000, STATE_ESTABLISHED, 57200, "10.0.0.9", 2049, 4);
    diagnose(1, false);
    expect_sentence(&diagnosis.now, "probably belongs to the SMB client");
    ck_assert_ptr_null(find_sentence(&diagnosis.now, "servicestate"));
    /* Accepted connections share the port of a listener. */
    fake.sockets.count = 0;
    tcp(15000, STATE_BOUND, 49200, NULL, 0, 4);
    tcp(1, STATE_LISTEN, 65000, NULL, 0, 4);
    for (int i = 0; i < 16000; i++)
        tcp(1, STATE_ESTABLISHED, 65000, "10.0.0.9", 445, 4);
    diagnose(1, false);
    expect_sentence(&diagnosis.now, "netsh http show servicestate");
}
END_TEST

/* The svchost.exe of these services must not be ended before Windows restarts, so maxport must not
 * advise a restart of such a service. */
START_TEST(advice_never_restarts_critical_services)
{
    static const char *const critical[] = {"RpcSs", "dcomlaunch", "PlugPlay"};

    for (uint32_t i = 0; i < sizeof critical / sizeof *critical; i++) {
        fake.sockets.count = 0;
        tcp(16000, STATE_BOUND, 49200, NULL, 0, 800 + i);
        fake_add_process(&fake, 800 + i, "svchost.exe");
        fake_add_service(&fake, 800 + i, "Aardvark", "Another");
        fake_add_service(&fake, 800 + i, critical[i], "Critical");
        diagnose(1, false);
        expect_kind(DIAGNOSIS_LEAK);
        expect_sentence(&diagnosis.now, "Do not end or restart svchost.exe (Aardvark, ");
        ck_assert_ptr_null(find_sentence(&diagnosis.now, "Restart the service"));
    }
}
END_TEST

START_TEST(a_dns_server_may_use_many_udp_ports)
{
    udp(1, 53, 77);
    udp(2500, 50000, 77);
    fake_add_process(&fake, 77, "dns.exe");
    diagnose(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    udp(13000, 52500, 77);
    diagnose(1, false);
    expect_kind(DIAGNOSIS_UDP_LEAK);
    expect_sentence(&diagnosis.evidence, "Windows' own 2,500 by default.");
}
END_TEST

Suite *advice_suite(void)
{
    Suite *suite = suite_create("advice");
    TCase *tests = tcase_create("diagnosis");
    tcase_add_checked_fixture(tests, outage_set_up, outage_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, advice_depends_on_the_kind_of_process);
    tcase_add_test(tests, a_program_with_the_name_of_a_program_of_windows_can_be_ended);
    tcase_add_test(tests, advice_on_the_kernel_depends_on_its_connections);
    tcase_add_test(tests, advice_never_restarts_critical_services);
    tcase_add_test(tests, a_dns_server_may_use_many_udp_ports);
    suite_add_tcase(suite, tests);
    return suite;
}
