#include "core/diagnosis/port_check.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "fake/machine.h"
#include "suites.h"

static struct fake fake;
static struct snapshot snapshot;
static struct port_check check;

static void set_up(void)
{
    fake_init(&fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(&fake, p, f, 49152, 16384, RANGE_SOURCE_WMI);
            fake.exclusions.is_known[p][f] = true;
        }
    fake.services.is_known = true;
    memset(&snapshot, 0, sizeof snapshot);
    memset(&check, 0, sizeof check);
}

static void tear_down(void)
{
    port_check_release(&check);
    snapshot_release(&snapshot);
    fake_release(&fake);
}

static void check_port(enum protocol protocol, uint16_t port, const struct port_binds *binds)
{
    struct fault fault;
    port_check_release(&check);
    snapshot_release(&snapshot);
    ck_assert(snapshot_take(&fake.machine, 0, &snapshot, &fault));
    ck_assert(port_check_make(&snapshot, protocol, port, binds, &check, &fault));
}

static struct port_binds answer(enum bind_answer v4, enum bind_answer v6)
{
    return (struct port_binds){.was_tried = {true, true},
                               .has_answer = {true, true},
                               .answer = {v4, v6},
                               .code = {v4 ? 10048 : 0, v6 ? 10048 : 0}};
}

static const struct sentence *find(const struct sentences *sentences, const char *part)
{
    for (size_t i = 0; i < sentences->count; i++)
        if (strstr(text_string(&sentences->rows[i].text), part) ||
            strstr(sentences->rows[i].command, part))
            return &sentences->rows[i];
    return NULL;
}

static void expect_sentence(const struct sentences *sentences, const char *part)
{
    char all[8192] = "";
    for (size_t i = 0; i < sentences->count; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "- %s [%s]\n",
                 text_string(&sentences->rows[i].text), sentences->rows[i].command);
    ck_assert_msg(find(sentences, part) != NULL, "\"%s\" is not in:\n%s", part, all);
}

static void expect(enum port_kind kind, const char *verdict)
{
    ck_assert_str_eq(port_kind_key(check.kind), port_kind_key(kind));
    ck_assert_str_eq(text_string(&check.verdict), verdict);
}

START_TEST(only_port_numbers_are_parsed)
{
    static const char *const bad[] = {"",    "0",    "00",     "65536", "99999999999999999999",
                                      "-1",  "+80",  " 80",    "80 ",   "8 0",
                                      "abc", "0x50", "80/tcp", "8\x01", "http"};
    struct fault fault;
    uint16_t port = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!port_parse(bad[i], &port, &fault), "%s", bad[i]);
        ck_assert_int_eq(fault.kind, FAULT_USAGE);
        ck_assert_ptr_nonnull(strstr(fault.text, "65535"));
        ck_assert_ptr_null(strchr(fault.text, '\x01'));
        ck_assert_uint_eq(port, 7);
    }
    ck_assert(port_parse("1", &port, &fault) && port == 1);
    ck_assert(port_parse("65535", &port, &fault) && port == 65535);
    ck_assert(port_parse("00080", &port, &fault) && port == 80);
}
END_TEST

START_TEST(a_listener_is_reported_with_its_connections)
{
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 5432, NULL, 0, 812);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "::", 5432, NULL, 0, 812);
    fake_add_sockets(&fake, 1, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 5432, "10.0.0.7", 50000,
                     812);
    for (uint16_t i = 0; i < 9; i++)
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 5432, "10.0.0.7",
                        (uint16_t)(51000 + i), 0);
    fake_add_process(&fake, 812, "postgres.exe");
    fake_add_service(&fake, 812, "postgresql-16", "PostgreSQL");
    check_port(PROTOCOL_TCP, 5432, NULL);
    expect(PORT_IS_LISTENING,
           "TCP port 5432 is in use: postgres.exe (postgresql-16), PID 812, listens on it.");
    ck_assert_uint_eq(check.listeners, 2);
    ck_assert_uint_eq(check.connections, 1);
    ck_assert_uint_eq(check.waiting, 9);
    ck_assert_uint_eq(check.owner, 812);
    expect_sentence(&check.facts,
                    "Listening on 0.0.0.0:5432: postgres.exe (postgresql-16), PID 812.");
    expect_sentence(&check.facts, "Listening on [::]:5432");
    expect_sentence(&check.facts, "Connection from 10.0.0.5:5432 to 10.0.0.7:50000 (ESTABLISHED)");
    expect_sentence(&check.facts,
                    "9 closed connections remain (TIME_WAIT), the first to 10.0.0.7:51000");
    ck_assert(find(&check.facts, "Probably accepted by postgres.exe")->is_inferred);
    expect_sentence(&check.facts, "Outside the running dynamic port range (49152-65535)");
    expect_sentence(&check.helps, "Restart the service postgresql-16");
    expect_sentence(&check.other, "Nothing uses UDP port 5432.");
    ck_assert(!port_check_wants_bind(&snapshot, PROTOCOL_TCP, 5432));
    ck_assert(port_check_wants_bind(&snapshot, PROTOCOL_UDP, 5432));
}
END_TEST

START_TEST(a_listener_on_one_address_is_reported)
{
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "127.0.0.1", 8080, NULL, 0, 4);
    check_port(PROTOCOL_TCP, 8080, NULL);
    expect(PORT_IS_LISTENING, "TCP port 8080 is in use: System (e.g. HTTP.sys or SMB), PID 4, "
                              "listens on it, on 127.0.0.1:8080 only.");
    expect_sentence(&check.helps, "netsh http show servicestate");
}
END_TEST

START_TEST(a_udp_socket_is_reported)
{
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 53, NULL, 0, 812);
    check_port(PROTOCOL_UDP, 53, NULL);
    expect(PORT_IS_LISTENING, "UDP port 53 is in use: process 812 (ended) has a socket on it.");
    check_port(PROTOCOL_TCP, 53, NULL);
    expect(PORT_IS_FREE, "TCP port 53 looks free: no table of Windows shows it.");
    expect_sentence(&check.other, "UDP socket on 0.0.0.0:53");
}
END_TEST

START_TEST(held_and_connected_ports_are_reported)
{
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 50000, NULL, 0, 77);
    fake_add_sockets(&fake, 9, PROTOCOL_TCP, STATE_CLOSE_WAIT, "10.0.0.5", 50001, "10.0.0.9", 443,
                     77);
    fake_add_process(&fake, 77, "shop.exe");
    check_port(PROTOCOL_TCP, 50000, NULL);
    expect(PORT_IS_HELD,
           "TCP port 50000 is in use: shop.exe, PID 77, has bound it but does not use it yet.");
    expect_sentence(&check.helps, "Close or restart shop.exe, PID 77");
    check_port(PROTOCOL_TCP, 50001, NULL);
    expect(PORT_IS_CONNECTED,
           "TCP port 50001 is in use by a connection of shop.exe, PID 77, to 10.0.0.9:443.");
    expect_sentence(&check.facts, "Inside the running dynamic port range (49152-65535)");
    expect_sentence(&check.helps, "netsh interface ipv4 add excludedportrange protocol=tcp "
                                  "startport=50001 numberofports=1");
}
END_TEST

START_TEST(many_connections_are_counted_not_listed)
{
    for (uint16_t i = 0; i < 500; i++)
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 443, "10.0.0.7",
                        (uint16_t)(50000 + i), 77);
    check_port(PROTOCOL_TCP, 443, NULL);
    ck_assert_uint_eq(check.connections, 500);
    expect_sentence(&check.facts, "Connections not shown: 496.");
    ck_assert_uint_le(check.facts.count, 8);
}
END_TEST

START_TEST(a_port_in_time_wait_is_reported)
{
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.9", 443, 0);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50001, "10.0.0.9", 443, 77);
    fake_add_process(&fake, 77, "shop.exe");
    check_port(PROTOCOL_TCP, 50000, NULL);
    expect(PORT_IS_WAITING, "TCP port 50000 is still occupied by closed connections; it becomes "
                            "free without further action, within 120 seconds.");
    ck_assert(find(&check.facts, "a connection of shop.exe, PID 77")->is_inferred);
    ck_assert_uint_eq(check.owner, OWNER_UNKNOWN);
    struct port_binds binds = answer(BIND_FREE, BIND_FREE);
    check_port(PROTOCOL_TCP, 50000, &binds);
    expect(PORT_IS_WAITING,
           "TCP port 50000 can be bound, although closed connections still occupy it.");
}
END_TEST

/* An excluded port is never described as a port that Windows may assign. */
START_TEST(an_excluded_port_of_the_range_is_never_assigned)
{
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 50000, 100, true);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV6, 50050, 100, true);
    check_port(PROTOCOL_TCP, 50060, NULL);
    expect_sentence(&check.facts, "Inside the running dynamic port range (49152-65535), but "
                                  "excluded: Windows never assigns the port automatically.");
    ck_assert_ptr_null(find(&check.facts, "may assign"));

    check_port(PROTOCOL_TCP, 50001, NULL);
    expect(PORT_IS_EXCLUDED, "TCP port 50001 is excluded over IPv4: there, Windows never assigns "
                             "it automatically; a program that asks for it by number probably "
                             "gets it.");
    expect_sentence(&check.facts, "Inside the running dynamic port range over IPv4 (49152-65535), "
                                  "but excluded: Windows never assigns the port automatically.");
    expect_sentence(&check.facts, "Inside the running dynamic port range over IPv6 (49152-65535): "
                                  "Windows may assign the port to any program at any time.");

    check_port(PROTOCOL_TCP, 50200, NULL);
    expect_sentence(&check.facts, "Inside the running dynamic port range (49152-65535): Windows "
                                  "may assign the port to any program at any time.");
    fake.exclusions.is_known[PROTOCOL_TCP][FAMILY_IPV4] = false;
    fake.exclusions.is_known[PROTOCOL_TCP][FAMILY_IPV6] = false;
    check_port(PROTOCOL_TCP, 50200, NULL);
    expect_sentence(&check.facts, "(49152-65535): unless the port is excluded, Windows may assign "
                                  "it to any program at any time.");
}
END_TEST

START_TEST(an_excluded_port_is_reported)
{
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 50000, 100, false);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV6, 50000, 100, false);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 8080, 1, true);
    struct port_binds binds = answer(BIND_EXCLUDED, BIND_EXCLUDED);
    check_port(PROTOCOL_TCP, 50050, &binds);
    expect(PORT_IS_EXCLUDED, "TCP port 50050 cannot be bound: error 10013 (access denied), "
                             "probably because it is excluded.");
    expect_sentence(&check.facts,
                    "Excluded for IPv4 and IPv6 (50000-50099, 100 ports): probably reserved by "
                    "Windows, or by a running program until the program ends (inferred).");
    ck_assert(find(&check.facts, "Hyper-V, WinNAT")->is_inferred);
    ck_assert(find(&check.helps, "net stop winnat")->is_inferred);
    expect_sentence(&check.helps, "startport=50050 numberofports=1");
    ck_assert(check.is_excluded[FAMILY_IPV4] && check.is_excluded[FAMILY_IPV6]);

    expect_sentence(&check.facts, "failed: probably excluded (error ");
    check_port(PROTOCOL_TCP, 50050, NULL);
    expect(PORT_IS_EXCLUDED, "TCP port 50050 is excluded: Windows never assigns it automatically, "
                             "and a program that asks for it by number probably gets error 10013 "
                             "(access denied).");

    /* netsh marks this exclusion with "*". */
    check_port(PROTOCOL_TCP, 8080, NULL);
    ck_assert_str_eq(port_kind_key(check.kind), "excluded");
    expect(PORT_IS_EXCLUDED,
           "TCP port 8080 is excluded over IPv4: there, Windows never assigns it "
           "automatically; a program that asks for it by number probably gets it.");
    expect_sentence(
        &check.facts,
        "Excluded for IPv4 (only this port): marked as administered: by netsh, an "
        "installer, or HNS (inferred). An exclusion that netsh set is kept after a restart, "
        "unless it was set with store=active (inferred).");
    ck_assert(find(&check.facts, "HNS (Kubernetes) left such an exclusion")->is_inferred);
    /* Error 10048 shows that a socket uses the port; an exclusion causes another error. */
    binds = answer(BIND_IN_USE, BIND_FREE);
    check_port(PROTOCOL_TCP, 8080, &binds);
    expect(PORT_IS_HIDDEN, "TCP port 8080 cannot be bound, and no table of Windows shows why.");
    binds = answer(BIND_EXCLUDED, BIND_IN_USE);
    check_port(PROTOCOL_TCP, 8080, &binds);
    ck_assert_int_eq(check.kind, PORT_IS_EXCLUDED);
    expect_sentence(&check.helps, "netsh interface ipv4 delete excludedportrange protocol=tcp "
                                  "startport=8080 numberofports=1");
    ck_assert(!check.is_excluded[FAMILY_IPV6]);
    /* Only a test bind can show whether the port can be bound. */
    ck_assert(port_check_wants_bind(&snapshot, PROTOCOL_TCP, 8080));
    binds = answer(BIND_FREE, BIND_FREE);
    check_port(PROTOCOL_TCP, 8080, &binds);
    expect(PORT_IS_FREE, "TCP port 8080 can be bound although it is excluded over IPv4: the "
                         "exclusion only means that Windows never assigns it automatically.");
    check_port(PROTOCOL_UDP, 50050, NULL);
    ck_assert_str_eq(port_kind_key(check.kind), "free");
}
END_TEST

START_TEST(a_test_bind_finds_hidden_and_free_ports)
{
    struct port_binds binds = answer(BIND_IN_USE, BIND_FREE);
    check_port(PROTOCOL_TCP, 6000, &binds);
    expect(PORT_IS_HIDDEN, "TCP port 6000 cannot be bound, and no table of Windows shows why.");
    ck_assert(!check.was_bound);
    expect_sentence(
        &check.facts,
        "A test bind (TCP over IPv4, exclusive, closed immediately) failed: in use (error 10048).");
    expect_sentence(&check.helps, "wsl --shutdown");
    expect_sentence(&check.helps, "maxport port 6000 --probe");
    binds = answer(BIND_FREE, BIND_FREE);
    check_port(PROTOCOL_TCP, 6000, &binds);
    expect(PORT_IS_FREE,
           "TCP port 6000 can be bound: a test bind just succeeded and was closed immediately.");
    /* If the machine has no IPv6, the port can still be bound over IPv4. */
    binds.has_answer[FAMILY_IPV6] = false;
    strcpy(binds.why[FAMILY_IPV6].text, "No socket.");
    check_port(PROTOCOL_TCP, 6000, &binds);
    ck_assert(check.was_bound);
    expect_sentence(&check.facts, "could not be tried: No socket.");
}
END_TEST

/* If the user names no protocol, maxport selects one. */
START_TEST(the_protocol_whose_port_is_taken_is_checked)
{
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 51820, NULL, 0, 812);
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 53, NULL, 0, 812);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 53, NULL, 0, 812);
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 54, NULL, 0, 812);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 54, "10.0.0.9", 443, 0);
    fake_exclude(&fake, PROTOCOL_UDP, FAMILY_IPV6, 60000, 10, false);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 60005, 10, false);
    check_port(PROTOCOL_TCP, 1, NULL);
    ck_assert_int_eq(port_check_protocol(&snapshot, 1), PROTOCOL_TCP);
    ck_assert_int_eq(port_check_protocol(&snapshot, 51820), PROTOCOL_UDP);
    ck_assert_int_eq(port_check_protocol(&snapshot, 53), PROTOCOL_TCP);
    ck_assert_int_eq(port_check_protocol(&snapshot, 54), PROTOCOL_UDP);
    ck_assert_int_eq(port_check_protocol(&snapshot, 60000), PROTOCOL_UDP);
    ck_assert_int_eq(port_check_protocol(&snapshot, 60005), PROTOCOL_TCP);
    ck_assert_int_eq(port_check_protocol(&snapshot, 60012), PROTOCOL_TCP);
    check_port(PROTOCOL_UDP, 51820, NULL);
    expect_sentence(&check.helps, "netsh interface ipv4 add excludedportrange protocol=udp "
                                  "startport=51820 numberofports=1");
}
END_TEST

/* netsh cannot exclude a port while a program uses it. */
START_TEST(an_exclusion_names_who_must_be_stopped_first)
{
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 50443, NULL, 0, 900);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "::", 50443, NULL, 0, 900);
    fake_add_sockets(&fake, 1, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50443, "10.0.0.7", 1,
                     901);
    fake_add_sockets(&fake, 1, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50443, "10.0.0.7", 2, 0);
    fake_add_sockets(&fake, 1, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50444, "10.0.0.7", 2, 0);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 50445, NULL, 0, 700);
    fake_add_process(&fake, 900, "svchost.exe");
    fake_add_service(&fake, 900, "Dnscache", "DNS Client");
    fake_add_process(&fake, 901, "child.exe");
    fake_add_process(&fake, 700, "lsass.exe");
    fake.are_programs_of_windows = true;
    check_port(PROTOCOL_TCP, 50443, NULL);
    expect_sentence(&check.helps,
                    "First stop svchost.exe (Dnscache), PID 900 and child.exe, PID 901, even if "
                    "that is your server; start it again afterwards. While the port is in use, "
                    "netsh fails with \"The process cannot access the file because it is being "
                    "used by another process.\"");
    expect_sentence(&check.helps, "Then exclude the port (elevated prompt).");
    check_port(PROTOCOL_TCP, 50445, NULL);
    expect_sentence(&check.helps, "Now lsass.exe, PID 700 uses it and cannot be stopped safely: "
                                  "wait until it releases the port, or use another port.");
    /* UDP has no connections whose end one could wait for. */
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50446, NULL, 0, 0);
    check_port(PROTOCOL_UDP, 50446, NULL);
    expect_sentence(&check.helps, "Find the program that uses it, and stop the program.");
    check_port(PROTOCOL_TCP, 50444, NULL);
    expect_sentence(&check.helps, "exclude it while it is free (elevated prompt).");
    ck_assert_ptr_null(find(&check.helps, "being used by another process"));
}
END_TEST

/* HTTP.sys only listens, so its list does not explain a connection that the kernel opened. */
START_TEST(an_outgoing_connection_of_the_kernel_is_explained)
{
    static const struct {
        uint16_t remote;
        const char *words, *command;
    } rows[] = {
        {445, "probably belongs to the SMB client", "net use"},
        {2049, "probably belongs to Client for NFS", "mount"},
        {3260, "probably belongs to the iSCSI initiator", "iscsicli SessionList"},
        {1723, "probably belongs to a PPTP VPN", "rasdial"},
        {443, "for example for WebDAV", "sc query webclient"},
        {9999, "Find out what uses port 9999 of the remote computer", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sentence *sentence;
        fake.sockets.count = 0;
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50001, "10.0.0.9",
                        rows[i].remote, 4);
        check_port(PROTOCOL_TCP, 50001, NULL);
        ck_assert_str_eq(port_kind_key(check.kind), "connected");
        expect_sentence(&check.helps, rows[i].words);
        sentence = find(&check.helps, rows[i].words);
        ck_assert(sentence->is_inferred);
        ck_assert_str_eq(sentence->command, rows[i].command);
        ck_assert_ptr_null(find(&check.helps, "servicestate"));
    }
    /* A connection that the file server accepted. */
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 445, NULL, 0, 4);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 445, "10.0.0.9", 50000, 4);
    check_port(PROTOCOL_TCP, 445, NULL);
    expect_sentence(&check.helps, "netsh http show servicestate");
}
END_TEST

START_TEST(max_user_port_extends_only_the_tcp_range)
{
    fake_put_number(&fake, "MaxUserPort", 65534);
    fake.boot.boot_count = 0;
    fake_set_windows(&fake, 10, 0, 22631, OS_WORKSTATION);
    /* If Windows does not report the ranges, maxport calculates them from MaxUserPort. */
    fake.machine.ranges.read = NULL;
    check_port(PROTOCOL_TCP, 8080, NULL);
    ck_assert(check.is_in_range[FAMILY_IPV4]);
    check_port(PROTOCOL_UDP, 8080, NULL);
    ck_assert(!check.is_in_range[FAMILY_IPV4]);
}
END_TEST

START_TEST(advice_fits_server_2003)
{
    fake.machine.ranges.read = NULL;
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    check_port(PROTOCOL_TCP, 1433, NULL);
    expect_sentence(&check.facts, "Inside the running dynamic port range (1025-5000)");
    expect_sentence(&check.helps, "add 1433-1433 to the registry value ReservedPorts");
    ck_assert_ptr_null(find(&check.helps, "netsh"));
}
END_TEST

START_TEST(missing_data_is_reported)
{
    fake.can_show_owners = fake.can_show_bound = false;
    fake.exclusions.is_known[PROTOCOL_TCP][FAMILY_IPV4] = false;
    strcpy(fake.exclusions.why[PROTOCOL_TCP][FAMILY_IPV4], "netsh did not respond.");
    fake.tables[PROTOCOL_UDP][FAMILY_IPV6].is_available = false;
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 80, NULL, 0, 812);
    check_port(PROTOCOL_TCP, 80, NULL);
    expect(PORT_IS_LISTENING, "TCP port 80 is in use: an unknown process listens on it.");
    expect_sentence(&check.unseen,
                    "UDP over IPv6 is missing: this Windows does not show its table.");
    expect_sentence(&check.unseen, "bound, idle");
    expect_sentence(&check.unseen, "This Windows does not report which process owns a socket.");
    expect_sentence(&check.unseen,
                    "Cannot determine whether the port is excluded. netsh did not respond.");
    memset(fake.tables, 0, sizeof fake.tables);
    check_port(PROTOCOL_TCP, 80, NULL);
    expect(PORT_IS_UNKNOWN, "TCP port 80 cannot be checked: the socket tables could not be read.");
}
END_TEST

START_TEST(huge_tables_are_checked)
{
    fake_add_sockets(&fake, 60000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 1100, "10.0.0.9", 443,
                     0);
    check_port(PROTOCOL_TCP, 50000, NULL);
    ck_assert_str_eq(port_kind_key(check.kind), "waiting");
}
END_TEST

Suite *port_check_suite(void)
{
    Suite *suite = suite_create("port_check");
    TCase *tests = tcase_create("port_story");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, only_port_numbers_are_parsed);
    tcase_add_test(tests, a_listener_is_reported_with_its_connections);
    tcase_add_test(tests, a_listener_on_one_address_is_reported);
    tcase_add_test(tests, a_udp_socket_is_reported);
    tcase_add_test(tests, held_and_connected_ports_are_reported);
    tcase_add_test(tests, many_connections_are_counted_not_listed);
    tcase_add_test(tests, a_port_in_time_wait_is_reported);
    tcase_add_test(tests, an_excluded_port_of_the_range_is_never_assigned);
    tcase_add_test(tests, an_excluded_port_is_reported);
    tcase_add_test(tests, a_test_bind_finds_hidden_and_free_ports);
    tcase_add_test(tests, the_protocol_whose_port_is_taken_is_checked);
    tcase_add_test(tests, an_exclusion_names_who_must_be_stopped_first);
    tcase_add_test(tests, an_outgoing_connection_of_the_kernel_is_explained);
    tcase_add_test(tests, max_user_port_extends_only_the_tcp_range);
    tcase_add_test(tests, advice_fits_server_2003);
    tcase_add_test(tests, missing_data_is_reported);
    tcase_add_test(tests, huge_tables_are_checked);
    suite_add_tcase(suite, tests);
    return suite;
}
