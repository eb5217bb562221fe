#include "core/diagnosis/diagnosis.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fake/machine.h"
#include "suites.h"

/* A staged outage, looked at as often as wanted, and perhaps probed. */
static struct fake fake;
static struct snapshot snapshot;
static struct probe probe;
static struct diagnosis diagnosis;

static void set_up(void)
{
    fake_init(&fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(&fake, p, f, 49152, 16384, RANGE_SOURCE_WMI);
            fake.exclusions.is_known[p][f] = true;
        }
    fake.services.is_known = fake.log.is_known = true;
    memset(&snapshot, 0, sizeof snapshot);
    memset(&diagnosis, 0, sizeof diagnosis);
}

static void tear_down(void)
{
    diagnosis_release(&diagnosis);
    snapshot_release(&snapshot);
    fake_release(&fake);
}

static void look(unsigned looks, bool with_probe)
{
    struct fault fault;
    diagnosis_release(&diagnosis);
    snapshot_release(&snapshot);
    ck_assert(snapshot_take(&fake.machine, SNAPSHOT_EVENTS, &snapshot, &fault));
    for (unsigned i = 1; i < looks; i++) {
        fake.machine.clock.sleep_ms(fake.machine.clock.context, 1000);
        ck_assert(snapshot_refresh(&fake.machine, &snapshot, &fault));
    }
    if (with_probe)
        ck_assert(probe_run(&fake.machine, &snapshot, &probe, &fault));
    ck_assert(diagnosis_make(&snapshot, with_probe ? &probe : NULL, &diagnosis, &fault));
}

static void expect_kind(enum diagnosis_kind kind)
{
    ck_assert_msg(diagnosis.main.kind == kind, "%s, not %s: %s", diagnosis_key(diagnosis.main.kind),
                  diagnosis_key(kind), text_string(&diagnosis.verdict));
}

static const struct sentence *find(const struct sentences *sentences, const char *part)
{
    for (size_t i = 0; i < sentences->count; i++)
        if (strstr(text_string(&sentences->rows[i].text), part) ||
            strstr(sentences->rows[i].command, part))
            return &sentences->rows[i];
    return NULL;
}

static void dump(const struct sentences *sentences, char *buffer, size_t size)
{
    buffer[0] = '\0';
    for (size_t i = 0; i < sentences->count; i++)
        snprintf(buffer + strlen(buffer), size - strlen(buffer), "- %s [%s]\n",
                 text_string(&sentences->rows[i].text), sentences->rows[i].command);
}

static void expect_said(const struct sentences *sentences, const char *part)
{
    char all[8192];
    dump(sentences, all, sizeof all);
    ck_assert_msg(find(sentences, part) != NULL, "\"%s\" is not in:\n%s", part, all);
}

static void expect_unsaid(const struct sentences *sentences, const char *part)
{
    char all[8192];
    dump(sentences, all, sizeof all);
    ck_assert_msg(find(sentences, part) == NULL, "\"%s\" is in:\n%s", part, all);
}

static void expect_verdict(const char *sentence)
{
    ck_assert_str_eq(text_string(&diagnosis.verdict), sentence);
}

static void expect_doubt(const char *part)
{
    ck_assert(diagnosis.is_weak);
    ck_assert_msg(strstr(text_string(&diagnosis.doubt), part), "%s", text_string(&diagnosis.doubt));
}

static void tcp(unsigned count, unsigned state, uint16_t port, const char *remote,
                uint16_t remote_port, uint32_t owner)
{
    fake_add_sockets(&fake, count, PROTOCOL_TCP, state, "10.0.0.5", port, remote, remote_port,
                     owner);
}

static void udp(unsigned count, uint16_t port, uint32_t owner)
{
    fake_add_sockets(&fake, count, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", port, NULL, 0, owner);
}

/* To as many servers as there are hundreds, so that none stands out. */
static void tcp_scattered(unsigned count, unsigned state, uint16_t port, uint32_t owner)
{
    char remote[32];
    for (unsigned i = 0; i < count; i += 100) {
        snprintf(remote, sizeof remote, "10.1.%u.7", i / 100 % 250);
        tcp(count - i < 100 ? count - i : 100, state, (uint16_t)(port + i), remote, 443, owner);
    }
}

/* ---- healthy and unknown ----------------------------------------------- */

START_TEST(healthy)
{
    tcp(100, STATE_ESTABLISHED, 50000, "10.0.0.9", 443, 4711);
    udp(10, 50000, 4711);
    look(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_verdict("No port problem now: TCP uses 0 %, UDP uses 0 %.");
    ck_assert(!diagnosis.is_weak && !diagnosis_gains_by_looking(&diagnosis));
    ck_assert_uint_eq(diagnosis.culprit.count, 0);
    ck_assert_uint_eq(diagnosis.after_restart.count, 0);
    ck_assert_uint_eq(diagnosis.unseen.count, 0);
    expect_said(&diagnosis.now, "maxport why --probe");
    ck_assert_uint_eq(diagnosis.of[PROTOCOL_TCP].blocks.free, 16284);
    expect_said(&diagnosis.evidence,
                "Largest block of free TCP ports: 15,436 ports (50100-65535); room for 254 blocks "
                "of 64 and 3 blocks of 4,096 consecutive ports.");
}
END_TEST

START_TEST(unknown_without_tables)
{
    memset(fake.tables, 0, sizeof fake.tables);
    look(1, false);
    expect_kind(DIAGNOSIS_UNKNOWN);
    expect_verdict("The number of ports in use is unknown.");
    expect_said(&diagnosis.unseen, "No socket table could be read.");
    ck_assert_uint_eq(diagnosis.evidence.count, 0);
    expect_said(&diagnosis.now, "maxport status");
}
END_TEST

START_TEST(unknown_without_ranges_or_one_protocol)
{
    memset(fake.ranges, 0, sizeof fake.ranges);
    fake_put_number(&fake, "MaxUserPort", 65534);
    fake_set_windows(&fake, 6, 1, 7601, OS_SERVER); /* nobody knows there */
    look(1, false);
    expect_kind(DIAGNOSIS_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict), "ranges are unknown"));
    expect_said(&diagnosis.unseen, "TCP over IPv4 was not counted: its running range is unknown");

    fake_answer_range(&fake, PROTOCOL_TCP, FAMILY_IPV4, 49152, 16384, RANGE_SOURCE_NETSH);
    fake_answer_range(&fake, PROTOCOL_UDP, FAMILY_IPV4, 49152, 16384, RANGE_SOURCE_NETSH);
    fake.tables[PROTOCOL_UDP][FAMILY_IPV4] = (struct socket_table){.code = 5};
    look(1, false);
    expect_kind(DIAGNOSIS_UNKNOWN);
    expect_said(&diagnosis.unseen,
                "UDP over IPv4 was not counted: its table could not be read (error 5).");
    /* What can be judged is: a leak in TCP matters more. */
    tcp_scattered(16384, STATE_CLOSE_WAIT, 49152, 4711);
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
}
END_TEST

/* ---- leaks -------------------------------------------------------------- */

START_TEST(leak_of_one_process)
{
    tcp_scattered(16000, STATE_CLOSE_WAIT, 49200, 900);
    fake_add_process(&fake, 900, "svchost.exe");
    fake_add_service(&fake, 900, "Shop", "The shop");
    fake_add_service(&fake, 900, "Till", "The till");
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_verdict("TCP is nearly out of ports: svchost.exe (Shop, Till), PID 900, uses 16,000 of "
                   "16,384 ports (97 %).");
    ck_assert(!diagnosis.is_weak);
    expect_said(&diagnosis.evidence,
                "Process with the most TCP ports: svchost.exe (Shop, Till), PID 900, with 16,000 "
                "(100 % of those in use): CLOSE_WAIT 16,000.");
    expect_said(&diagnosis.culprit, "svchost.exe (Shop, Till), PID 900");
    expect_said(&diagnosis.culprit, "Display names of its services: The shop; The till.");
    expect_said(&diagnosis.now, "Restart the services Shop, Till (services.msc)");
    expect_said(&diagnosis.now, "The services share one process,");
    expect_said(&diagnosis.now, "maxport range set --start 32768 --count 32768");
    expect_said(&diagnosis.after_restart, "maxport set 65534");
    expect_said(&diagnosis.after_restart, "48,127 more TCP ports (1024-65534)");
    expect_said(&diagnosis.after_restart, "maxport report");
    expect_unsaid(&diagnosis.after_restart, "TcpTimedWaitDelay");
    ck_assert(diagnosis_gains_by_looking(&diagnosis));
    ck_assert_uint_eq(diagnosis.main.process.process, 900);
    ck_assert(finding_blames_process(&diagnosis.main) && !finding_blames_remote(&diagnosis.main));
}
END_TEST

/* A leak towards one server stays a leak: other servers would not help. */
START_TEST(leak_to_one_server)
{
    tcp(16384, STATE_CLOSE_WAIT, 49152, "10.0.0.9", 443, 900);
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_verdict(
        "TCP has run out of ports: process 900 (ended) uses 16,384 of 16,384 ports (100 %).");
}
END_TEST

START_TEST(first_sign_of_a_leak)
{
    fake_add_process(&fake, 77, "com.docker.backend.exe");
    tcp(4096, STATE_BOUND, 50000, NULL, 0, 77); /* 25 % */
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_verdict("TCP still has free ports, but one program does not release its ports: "
                   "com.docker.backend.exe, PID 77, uses 4,096 of 16,384 ports (25 %).");
    expect_said(&diagnosis.now, "Close or restart com.docker.backend.exe, PID 77");
    /* One less is no sign yet, and neither are open connections. */
    fake.sockets.count--;
    look(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    fake.sockets.count = 0;
    tcp_scattered(8000, STATE_ESTABLISHED, 50000, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(open_connections_may_be_an_honest_load)
{
    tcp_scattered(15000, STATE_ESTABLISHED, 49152, 77);
    fake_add_process(&fake, 77, "proxy.exe");
    look(1, false);
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

START_TEST(growth_between_looks)
{
    tcp(13500, STATE_BOUND, 49200, NULL, 0, 77);
    fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 0, grow, NULL);
    look(3, false);
    expect_kind(DIAGNOSIS_LEAK);
    ck_assert_uint_eq(snapshot.earlier_count, 2);
    ck_assert_uint_eq(diagnosis.main.process.ports_then, 13500);
    ck_assert_uint_eq(diagnosis.main.process.use.in_use, 13700);
    /* 2,684 left at 100 a second. */
    expect_said(&diagnosis.evidence, "Within 2.0 s this process went from 13,500 to 13,700 ports; "
                                     "at that rate the free ports last 26 s more");
    ck_assert(find(&diagnosis.evidence, "went from")->is_inferred);
}
END_TEST

START_TEST(many_looks_are_bounded)
{
    tcp(10, STATE_ESTABLISHED, 50000, "10.0.0.9", 443, 77);
    look(EARLIER_MAX + 5, false);
    ck_assert_uint_eq(snapshot.earlier_count, EARLIER_MAX);
}
END_TEST

START_TEST(advice_for_processes_of_all_kinds)
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
        {704, "evil\x1b]0;\".exe", "Close or restart evil\\x1b]0;\".exe, PID 704"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake.sockets.count = 0;
        tcp(16000, STATE_BOUND, 49200, NULL, 0, rows[i].id);
        fake_add_process(&fake, rows[i].id, rows[i].name);
        look(1, false);
        expect_kind(DIAGNOSIS_LEAK);
        expect_said(&diagnosis.now, rows[i].advice);
    }
    fake.sockets.count = 0;
    tcp(16000, STATE_BOUND, 49200, NULL, 0, 702);
    look(1, false);
    expect_said(&diagnosis.now, "but never RpcSs, DcomLaunch or PlugPlay");
    ck_assert_ptr_null(find(&diagnosis.now, "Close or restart"));
    fake.sockets.count = 0;
    tcp(16000, STATE_BOUND, 49200, NULL, 0, 4);
    look(1, false);
    expect_said(&diagnosis.now, "They probably belong to HTTP.sys");
    expect_said(&diagnosis.culprit, "System (probably HTTP.sys or SMB), PID 4");
}
END_TEST

/* The svchost.exe of these services cannot be ended without a restart of Windows. */
START_TEST(critical_services_are_never_to_be_restarted)
{
    static const char *const critical[] = {"RpcSs", "dcomlaunch", "PlugPlay"};

    for (uint32_t i = 0; i < sizeof critical / sizeof *critical; i++) {
        fake.sockets.count = 0;
        tcp(16000, STATE_BOUND, 49200, NULL, 0, 800 + i);
        fake_add_process(&fake, 800 + i, "svchost.exe");
        fake_add_service(&fake, 800 + i, "Aardvark", "Another");
        fake_add_service(&fake, 800 + i, critical[i], "Critical");
        look(1, false);
        expect_kind(DIAGNOSIS_LEAK);
        expect_said(&diagnosis.now, "Do not end or restart svchost.exe (Aardvark, ");
        ck_assert_ptr_null(find(&diagnosis.now, "Restart the service"));
    }
}
END_TEST

/* ---- one destination ---------------------------------------------------- */

START_TEST(one_destination_has_them_all)
{
    tcp(15000, STATE_ESTABLISHED, 49152, "10.0.0.9", 1433, 77);
    fake_add_process(&fake, 77, "shop.exe");
    look(1, false);
    expect_kind(DIAGNOSIS_DESTINATION_FULL);
    expect_verdict("One destination uses nearly all local ports: 15,000 of 16,384 ports are in use "
                   "for 10.0.0.9:1433. New connections to it fail first.");
    expect_said(&diagnosis.evidence, "Two limits apply. The pool is the total number of local "
                                     "ports. Windows identifies");
    expect_said(&diagnosis.evidence, "Without an auto-reuse range, Windows probably does not "
                                     "assign the port to another destination");
    expect_said(&diagnosis.culprit, "shop.exe, PID 77");
    expect_said(&diagnosis.culprit, "The destination 10.0.0.9:1433.");
    expect_said(&diagnosis.now, "a second address or port");
    /* 90 % of 16,384 are 14,745.6. */
    fake.sockets.count = 14745;
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
}
END_TEST

/* With an auto-reuse range the pool may be as good as empty. */
START_TEST(one_destination_of_the_auto_reuse_range)
{
    fake.auto_reuse = (struct port_range){10000, 1000};
    fake.is_auto_reuse_known = true;
    tcp(950, STATE_ESTABLISHED, 10000, "10.0.0.9", 1433, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_DESTINATION_FULL);
    ck_assert(diagnosis.main.is_auto_reuse);
    expect_verdict("One destination uses nearly all local ports: 950 of 1,000 ports of the "
                   "auto-reuse range are in use for 10.0.0.9:1433. New connections to it fail; "
                   "other destinations can still be reached.");
    expect_said(&diagnosis.evidence, "can probably serve other destinations at the same time.");
    expect_unsaid(&diagnosis.now, "maxport range set"); /* it is not what is full */
    fake.sockets.count = 800;
    look(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    ck_assert(!diagnosis.main.is_auto_reuse);
}
END_TEST

/* ---- TIME_WAIT ---------------------------------------------------------- */

static void storm(void)
{
    tcp(14000, STATE_TIME_WAIT, 49152, "10.0.0.9", 443, 0);
    tcp(3, STATE_ESTABLISHED, 64000, "10.0.0.9", 443, 5000);
    tcp(1, STATE_ESTABLISHED, 64010, "10.0.0.9", 443, 5001);
    tcp(50, STATE_ESTABLISHED, 64100, "10.0.0.8", 443, 5002);
    fake_add_process(&fake, 5000, "agent.exe");
    fake_add_process(&fake, 5001, "other.exe");
}

START_TEST(time_wait_storm)
{
    storm();
    look(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_verdict("TCP is filling up because connections are opened and closed faster than their "
                   "ports become free: 14,000 of 14,054 ports in use are in TIME_WAIT. 14,000 of "
                   "them are for 10.0.0.9:443.");
    ck_assert_uint_eq(diagnosis.main.owner_count, 2);
    ck_assert_uint_eq(diagnosis.main.owners[0].process, 5000);
    ck_assert_uint_eq(diagnosis.main.owners[0].now, 3);
    const struct sentence *owner = find(&diagnosis.evidence, "agent.exe, PID 5000: 3 open");
    ck_assert_ptr_nonnull(owner);
    ck_assert(owner->is_inferred);
    expect_said(&diagnosis.evidence, "Or they belonged to other.exe, PID 5001");
    expect_said(&diagnosis.evidence,
                "With 120 s in TIME_WAIT (the documented default), that is about 117 closed "
                "connections per second; 136 per second can be sustained.");
    expect_said(&diagnosis.culprit, "probably agent.exe, PID 5000 (inferred)");
    expect_said(&diagnosis.after_restart, "maxport set TcpTimedWaitDelay=30");
    expect_said(&diagnosis.after_restart, "4.0 times");
    ck_assert(finding_blames_remote(&diagnosis.main) && !finding_blames_process(&diagnosis.main));
    /* At 30 seconds there is nothing to gain. */
    fake_put_number(&fake, "TcpTimedWaitDelay", 30);
    look(1, false);
    expect_said(&diagnosis.evidence, "With 30 s in TIME_WAIT (TcpTimedWaitDelay)");
    expect_unsaid(&diagnosis.after_restart, "TcpTimedWaitDelay=");
}
END_TEST

/* Before the 2nd look: what agent.exe had open waits now, and agent.exe is gone. */
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

START_TEST(time_wait_of_a_process_that_was_caught)
{
    tcp(14000, STATE_TIME_WAIT, 49152, "10.0.0.9", 443, 0);
    tcp(5, STATE_ESTABLISHED, 64000, "10.0.0.9", 443, 7000);
    fake_add_process(&fake, 7000, "curl.exe");
    fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 1, close_connections, NULL);
    look(3, false);
    expect_kind(DIAGNOSIS_CHURN);
    ck_assert_uint_eq(diagnosis.main.owner_count, 1);
    ck_assert_uint_eq(diagnosis.main.owners[0].caught, 5);
    ck_assert_uint_eq(diagnosis.main.owners[0].now, 0);
    /* It has ended, but its name was kept. */
    expect_said(&diagnosis.evidence,
                "curl.exe, PID 7000: 5 of the ports now in TIME_WAIT belonged to it a moment ago.");
}
END_TEST

START_TEST(time_wait_that_nobody_seems_to_own)
{
    tcp(16000, STATE_TIME_WAIT, 49152, "10.0.0.9", 443, 0);
    look(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    ck_assert_uint_eq(diagnosis.main.owner_count, 0);
    expect_said(&diagnosis.culprit, "no program was seen connected to it.");
    expect_said(&diagnosis.now, "Slow down or stop the program that connects there so often;");
}
END_TEST

START_TEST(time_wait_to_many_places)
{
    tcp_scattered(16384, STATE_TIME_WAIT, 49152, 0);
    look(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_verdict("TCP has run out of ports because connections are opened and closed faster than "
                   "their ports become free: 16,384 of 16,384 ports in use are in TIME_WAIT.");
}
END_TEST

START_TEST(churn_by_event_only)
{
    fake_add_event(&fake, 4227, fake.now_ms - 60 * 1000);
    look(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_doubt("The only evidence is that event; enough ports");
    expect_unsaid(&diagnosis.now, "maxport range set");
    expect_said(&diagnosis.evidence,
                "Event 4227 (a port was still in TIME_WAIT for the same destination) was logged 1 "
                "time in the last 24 hours, most recently at 2026-11-22 09:59:00.");
    fake.log.rows[0].time_ms -= 3600 * 1000;
    look(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    expect_said(&diagnosis.evidence, "Event 4227");
    fake.log.rows[0].time_ms -= 24 * 3600 * 1000;
    look(1, false);
    expect_unsaid(&diagnosis.evidence, "Event 4227");
}
END_TEST

/* ---- UDP ---------------------------------------------------------------- */

START_TEST(udp_leak_breaks_dns)
{
    udp(16300, 49200, 77);
    fake_add_process(&fake, 77, "com.docker.backend.exe");
    look(1, false);
    expect_kind(DIAGNOSIS_UDP_LEAK);
    expect_verdict("UDP has run out of ports, so new DNS names no longer resolve: "
                   "com.docker.backend.exe, PID 77, uses 16,300 of 16,384 ports (99 %).");
    expect_said(&diagnosis.now, "maxport range set --start 32768 --count 32768 --udp");
    expect_unsaid(&diagnosis.after_restart, "maxport set 65534"); /* does not reach UDP here */
    ck_assert_int_eq(diagnosis.of[PROTOCOL_TCP].kind, DIAGNOSIS_HEALTHY);
}
END_TEST

START_TEST(a_dns_server_holds_ports_on_purpose)
{
    udp(2500, 50000, 77);
    fake_add_process(&fake, 77, "dns.exe");
    look(1, false);
    expect_kind(DIAGNOSIS_HEALTHY);
    udp(13000, 52500, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_UDP_LEAK);
    expect_said(&diagnosis.evidence, "By default a DNS server keeps 2,500 of them open.");
}
END_TEST

START_TEST(both_protocols)
{
    udp(16384, 49152, 77);
    tcp_scattered(14000, STATE_CLOSE_WAIT, 49200, 78);
    look(1, false);
    expect_kind(DIAGNOSIS_UDP_LEAK);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict), "TCP is filling up too."));
    expect_said(&diagnosis.evidence, "Process with the most TCP ports: process 78");
}
END_TEST

/* ---- full, filling, nobody named ----------------------------------------- */

START_TEST(full_without_a_culprit)
{
    for (uint32_t i = 0; i < 16; i++)
        tcp_scattered(1024, STATE_ESTABLISHED, (uint16_t)(49152 + i * 1024), 100 + i);
    fake_add_event(&fake, 4231, fake.now_ms - 1000);
    look(1, false);
    expect_kind(DIAGNOSIS_POOL_FULL);
    expect_verdict("TCP has run out of ports: 16,384 of 16,384 ports are in use, and no single "
                   "process or state accounts for half of them.");
    expect_said(&diagnosis.culprit, "Unknown.");
    expect_said(&diagnosis.now, "maxport ports");
    expect_said(&diagnosis.evidence, "Event 4231 (no TCP port was free)");
    fake.sockets.count = 14000;
    look(1, false);
    expect_kind(DIAGNOSIS_FILLING);
}
END_TEST

START_TEST(owners_are_not_shown)
{
    fake.can_show_owners = fake.can_show_bound = false;
    tcp_scattered(16384, STATE_ESTABLISHED, 49152, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_POOL_FULL);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict),
                                 "does not report which processes use "
                                 "them."));
    expect_said(&diagnosis.unseen, "This Windows does not report which process owns a socket.");
    expect_said(&diagnosis.unseen, "bound, idle");
    fake.sockets.count = 0;
    tcp(16384, STATE_TIME_WAIT, 49152, "10.0.0.9", 443, 0);
    look(1, false);
    expect_kind(DIAGNOSIS_CHURN);
    expect_said(&diagnosis.culprit, "this Windows does not report it");
}
END_TEST

START_TEST(names_and_services_are_not_shown)
{
    fake.services.is_known = false;
    fake_upset(&fake, FAKE_CALL(CALL_PROCESSES_LIST), 0, FAIL_BEFORE);
    tcp(16384, STATE_BOUND, 49152, NULL, 0, 77);
    look(2, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_said(&diagnosis.culprit, "process 77");
    expect_unsaid(&diagnosis.culprit, "ended"); /* nobody knows that */
    expect_said(&diagnosis.unseen, "The process names could not be read.");
    expect_said(&diagnosis.unseen, "The services of the processes");
}
END_TEST

START_TEST(partial_tables_and_rules_are_doubted)
{
    fake.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial = true;
    tcp(16000, STATE_BOUND, 49152, NULL, 0, 77);
    look(1, false);
    expect_doubt("kept growing");
    expect_said(&diagnosis.unseen, "TCP over IPv4 was counted only partly");
    fake.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial = false;
    fake.machine.ranges.read = NULL;
    fake_put_number(&fake, "MaxUserPort", 60000);
    fake.sockets.count = 0;
    tcp(58900, STATE_BOUND, 1024, NULL, 0, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_doubt("calculated from a rule");
}
END_TEST

START_TEST(old_windows)
{
    fake.machine.ranges.read = NULL;
    fake_set_windows(&fake, 5, 2, 3790, OS_SERVER);
    tcp(3976, STATE_BOUND, 1025, NULL, 0, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_unsaid(&diagnosis.now, "maxport range set");
    expect_said(&diagnosis.after_restart, "maxport set 65534");
    expect_said(&diagnosis.after_restart, "60,534 more TCP ports");
    expect_unsaid(&diagnosis.unseen, "excludedportrange");
    /* It reaches UDP as well there. */
    fake.sockets.count = 0;
    udp(3976, 1025, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_UDP_LEAK);
    expect_said(&diagnosis.after_restart, "60,534 more UDP ports");
    /* It is set and waits for the restart. */
    fake_put_number(&fake, "MaxUserPort", 65534);
    fake.machine.ranges.read = NULL;
    look(1, false);
    expect_unsaid(&diagnosis.after_restart, "maxport set");
}
END_TEST

START_TEST(nothing_wider_than_wide)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, f, 1025, 64511, RANGE_SOURCE_WMI);
    tcp(64000, STATE_BOUND, 1025, NULL, 0, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_unsaid(&diagnosis.now, "maxport range set");
    expect_unsaid(&diagnosis.after_restart, "maxport set");
}
END_TEST

START_TEST(ipv6_alone_is_full)
{
    fake_add_sockets(&fake, 16384, PROTOCOL_TCP, STATE_BOUND, "::", 49152, NULL, 0, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    ck_assert_int_eq(diagnosis.main.family, FAMILY_IPV6);
    expect_said(&diagnosis.now, "maxport range set --start 32768 --count 32768 --ipv6");
}
END_TEST

START_TEST(both_families_together)
{
    fake_add_sockets(&fake, 8192, PROTOCOL_TCP, STATE_BOUND, "::", 49152, NULL, 0, 77);
    tcp(8192, STATE_BOUND, 57344, NULL, 0, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    ck_assert(diagnosis.main.is_united);
    ck_assert_ptr_nonnull(strstr(text_string(&diagnosis.verdict), "IPv4 and IPv6 combined"));
}
END_TEST

START_TEST(exclusions_shrink_the_range)
{
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 49152, 12384, false);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV6, 49152, 12384, false);
    tcp(3900, STATE_BOUND, 61536, NULL, 0, 77);
    look(1, false);
    expect_kind(DIAGNOSIS_LEAK);
    expect_said(&diagnosis.evidence, "Excluded from the TCP range: 12,384 of 16,384 ports (75 %)");
    ck_assert_uint_eq(diagnosis.of[PROTOCOL_TCP].blocks.free, 100);
}
END_TEST

/* ---- hidden use ---------------------------------------------------------- */

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
    uint32_t low, high;
    probe_estimate(&probe.parts[PROTOCOL_TCP], &low, &high);
    ck_assert_uint_gt(low, 8000);
    ck_assert_uint_lt(low, 12000);
    ck_assert_uint_gt(high, 12000);
    ck_assert_uint_lt(high, 16384 - 8);
    ck_assert(find(&diagnosis.evidence, "between")->is_inferred);
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
                "This suggests that 10 of the 10 TCP ports that look free are not free.");
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
    tear_down();
    set_up();
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

START_TEST(estimates_are_careful)
{
    uint32_t low, high;
    for (uint32_t tried = 1; tried <= 64; tried++)
        for (uint32_t held = 0; held <= tried; held++) {
            struct probe_part part = {
                .looked_free = 65535, .tried = tried, .bound = tried - held, .in_use = held};
            probe_estimate(&part, &low, &high);
            ck_assert_uint_le(low, high);
            ck_assert_uint_ge(low, held);
            ck_assert_uint_le(high, 65535 - (tried - held));
            /* The proportion itself lies within. */
            ck_assert_uint_le(low, (uint64_t)65535 * held / tried + 1);
            ck_assert_uint_ge(high + 65, (uint64_t)65535 * held / tried);
        }
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

/* ---- at any scale --------------------------------------------------------- */

START_TEST(huge_tables_are_no_hurdle)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(&fake, PROTOCOL_TCP, f, 1025, 64511, RANGE_SOURCE_WMI);
    tcp(60000, STATE_TIME_WAIT, 1100, "10.0.0.9", 443, 0);
    for (uint32_t i = 0; i < 300; i++)
        tcp(10, STATE_ESTABLISHED, (uint16_t)(61200 + i * 10), "10.0.0.9", 443, 1000 + i);
    clock_t start = clock();
    look(3, true);
    expect_kind(DIAGNOSIS_CHURN);
    ck_assert_uint_eq(diagnosis.main.owner_count, PROBABLE_OWNERS_MAX);
    /* Some tenths of a second with all sanitizers on; msvcrt's clock counts what other
     * programs take, too. */
    ck_assert_msg(clock() - start < 20 * CLOCKS_PER_SEC, "%ld ms",
                  (long)((clock() - start) * 1000 / CLOCKS_PER_SEC));
}
END_TEST

START_TEST(odd_rows_do_no_harm)
{
    for (unsigned state = 0; state < 256; state++)
        tcp(1, state, (uint16_t)(50000 + state), "10.0.0.9", 443, state);
    tcp(1, STATE_ESTABLISHED, 0, "0.0.0.0", 0, 0xffffffff);
    tcp(1, STATE_ESTABLISHED, 65535, "255.255.255.255", 65535, 0xfffffffe);
    look(2, true);
    ck_assert_int_ne(diagnosis.main.kind, DIAGNOSIS_UNKNOWN);
}
END_TEST

START_TEST(text_from_outside_is_safe)
{
    char name[260];
    memset(name, '\x01', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    fake_add_process(&fake, 77, name);
    for (int i = 0; i < 40; i++)
        fake_add_service(&fake, 77, "a\nb\x7f", "c\td\xff");
    tcp(16384, STATE_BOUND, 49152, NULL, 0, 77);
    look(2, false);
    const struct sentences *lists[] = {&diagnosis.evidence, &diagnosis.culprit, &diagnosis.now,
                                       &diagnosis.after_restart, &diagnosis.unseen};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            for (const char *c = text_string(&lists[l]->rows[i].text); *c; c++)
                ck_assert(*c >= 0x20 && *c < 0x7f);
    expect_said(&diagnosis.now, "a\\x0ab\\x7f");
    expect_said(&diagnosis.culprit, "c\\x09d\\xff");
}
END_TEST

START_TEST(too_many_sentences_keep_to_their_place)
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
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, healthy);
    tcase_add_test(tests, unknown_without_tables);
    tcase_add_test(tests, unknown_without_ranges_or_one_protocol);
    tcase_add_test(tests, leak_of_one_process);
    tcase_add_test(tests, leak_to_one_server);
    tcase_add_test(tests, first_sign_of_a_leak);
    tcase_add_test(tests, open_connections_may_be_an_honest_load);
    tcase_add_test(tests, growth_between_looks);
    tcase_add_test(tests, many_looks_are_bounded);
    tcase_add_test(tests, advice_for_processes_of_all_kinds);
    tcase_add_test(tests, critical_services_are_never_to_be_restarted);
    tcase_add_test(tests, one_destination_has_them_all);
    tcase_add_test(tests, one_destination_of_the_auto_reuse_range);
    tcase_add_test(tests, time_wait_storm);
    tcase_add_test(tests, time_wait_of_a_process_that_was_caught);
    tcase_add_test(tests, time_wait_that_nobody_seems_to_own);
    tcase_add_test(tests, time_wait_to_many_places);
    tcase_add_test(tests, churn_by_event_only);
    tcase_add_test(tests, udp_leak_breaks_dns);
    tcase_add_test(tests, a_dns_server_holds_ports_on_purpose);
    tcase_add_test(tests, both_protocols);
    tcase_add_test(tests, full_without_a_culprit);
    tcase_add_test(tests, owners_are_not_shown);
    tcase_add_test(tests, names_and_services_are_not_shown);
    tcase_add_test(tests, partial_tables_and_rules_are_doubted);
    tcase_add_test(tests, old_windows);
    tcase_add_test(tests, nothing_wider_than_wide);
    tcase_add_test(tests, ipv6_alone_is_full);
    tcase_add_test(tests, both_families_together);
    tcase_add_test(tests, exclusions_shrink_the_range);
    tcase_add_test(tests, hidden_use_is_found);
    tcase_add_test(tests, a_few_refusals_are_no_verdict);
    tcase_add_test(tests, hidden_use_with_gaps_is_weak);
    tcase_add_test(tests, few_free_ports_are_all_tried);
    tcase_add_test(tests, sockets_opened_meanwhile_do_not_count);
    tcase_add_test(tests, probe_that_cannot_be_done);
    tcase_add_test(tests, probe_stops_at_ctrl_c);
    tcase_add_test(tests, estimates_are_careful);
    tcase_add_test(tests, hidden_use_by_event);
    tcase_add_test(tests, huge_tables_are_no_hurdle);
    tcase_add_test(tests, odd_rows_do_no_harm);
    tcase_add_test(tests, text_from_outside_is_safe);
    tcase_add_test(tests, too_many_sentences_keep_to_their_place);
    suite_add_tcase(suite, tests);
    return suite;
}
