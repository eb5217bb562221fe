/* Simulates outages with real sockets, in a range that is small enough to fill. The fakes of netsh
 * and WMI report this range. `why` must name the right culprit. */
#include <stdio.h>
#include <string.h>

#include "program/fakes.h"
#include "program/stage.h"
#include "program/suites.h"
#include "program/witness.h"

enum { PORTS = 300, MANY = 280, DESTINATIONS = 4, LOWEST = 10000, HIGHEST = 19700 };

static unsigned first_port; /* first port of the range of this test */

static void set_up(void)
{
    stage_open();
    if (fakes_can_run())
        first_port = stage_choose_range(LOWEST, HIGHEST, PORTS);
}

static void tear_down(void)
{
    if (fakes_can_run())
        fakes_uninstall_iphlpapi();
    stage_close();
}

/* Opens a server on a port outside the range. */
static unsigned short listen_somewhere(SOCKET *server)
{
    struct sockaddr_in address = stage_loopback(0);
    int length = sizeof address;

    for (unsigned short port = 20000; port < 21000; port++) {
        *server = socket(AF_INET, SOCK_STREAM, 0);
        address = stage_loopback(port);
        if (bind(*server, (struct sockaddr *)&address, length) == 0 && listen(*server, 400) == 0) {
            stage_keep(*server);
            return port;
        }
        closesocket(*server);
    }
    ck_abort_msg("no port to listen on");
    return 0;
}

/* Connects to a server from the next free port of the range. Returns both ends of the
 * connection. */
static void connect_from_range(unsigned short to, SOCKET server, SOCKET *client, SOCKET *peer)
{
    static unsigned short next;
    struct sockaddr_in target = stage_loopback(to);

    for (int tries = 0; tries < PORTS; tries++) {
        struct sockaddr_in own = stage_loopback((unsigned short)(first_port + next++ % PORTS));

        *client = socket(AF_INET, SOCK_STREAM, 0);
        if (bind(*client, (struct sockaddr *)&own, sizeof own) == 0 &&
            connect(*client, (struct sockaddr *)&target, sizeof target) == 0) {
            *peer = accept(server, NULL, NULL);
            ck_assert(*peer != INVALID_SOCKET);
            /* Wine reports the owner of a socket only after data was sent. */
            ck_assert_int_eq(send(*client, "x", 1, 0), 1);
            return;
        }
        closesocket(*client);
    }
    ck_abort_msg("the range is full");
}

static const char *diagnose(json_t **document)
{
    const struct run *run = maxport("why --json --samples 1");

    ASSERT_EXIT(run, 0);
    *document = run_json(run);
    return json_text_at(*document, "verdict.kind");
}

START_TEST(why_reports_a_healthy_machine)
{
    json_t *why;

    if (!fakes_can_run())
        return;
    ck_assert_str_eq(diagnose(&why), "healthy");
}
END_TEST

START_TEST(why_names_a_leaking_process)
{
    SOCKET servers[DESTINATIONS], client, peer;
    unsigned short ports[DESTINATIONS];
    json_t *why;

    if (!fakes_can_run())
        return;
    for (int i = 0; i < DESTINATIONS; i++)
        ports[i] = listen_somewhere(&servers[i]);
    for (int i = 0; i < MANY; i++) {
        connect_from_range(ports[i % DESTINATIONS], servers[i % DESTINATIONS], &client, &peer);
        stage_keep(client);
        stage_keep(peer);
    }
    ck_assert_str_eq(diagnose(&why), "process_leak");
    const struct run *run = maxport("why --samples 1");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "program-tests.exe");
}
END_TEST

START_TEST(why_names_a_full_destination)
{
    SOCKET server, client, peer;
    unsigned short port = 0;
    json_t *why;
    char endpoint[32];

    if (!fakes_can_run())
        return;
    port = listen_somewhere(&server);
    for (int i = 0; i < MANY; i++) {
        connect_from_range(port, server, &client, &peer);
        stage_keep(client);
        stage_keep(peer);
    }
    ck_assert_str_eq(diagnose(&why), "destination_full");
    const struct run *run = maxport("why --samples 1");
    ASSERT_EXIT(run, 0);
    snprintf(endpoint, sizeof endpoint, "127.0.0.1:%u", port);
    ASSERT_SAYS(run->out, endpoint);
}
END_TEST

/* Uses the fake socket tables, because some versions of Wine do not list connections in
 * TIME_WAIT. */
START_TEST(why_distinguishes_time_wait_from_a_leak)
{
    enum { TIME_WAIT = 11, ROW_SIZE = 40, SERVER_PORT = 20000 };
    char rows[MANY * ROW_SIZE + 1] = "";
    size_t length = 0;
    json_t *why;

    if (!fakes_can_run())
        return;
    for (unsigned i = 0; i < MANY; i++)
        length += (size_t)snprintf(rows + length, ROW_SIZE, "tcp|%d|%u|%u|0\n", TIME_WAIT,
                                   first_port + i, SERVER_PORT + i % DESTINATIONS);
    fakes_install_iphlpapi();
    fakes_set_iphlpapi(rows);
    ck_assert_str_eq(diagnose(&why), "time_wait_churn");
    fakes_set_iphlpapi("");
    ck_assert_str_eq(diagnose(&why), "healthy");
}
END_TEST

START_TEST(why_reports_udp_as_the_full_protocol)
{
    json_t *why;

    if (!fakes_can_run())
        return;
    struct sockaddr_in target = stage_loopback(9);
    for (int i = 0; i < MANY; i++) {
        struct sockaddr_in own = stage_loopback((unsigned short)(first_port + i));
        SOCKET s = stage_keep(socket(AF_INET, SOCK_DGRAM, 0));

        ck_assert_int_eq(bind(s, (struct sockaddr *)&own, sizeof own), 0);
        sendto(s, "x", 1, 0, (struct sockaddr *)&target, sizeof target);
    }
    const char *kind = diagnose(&why);
    /* If Wine does not report the owners of UDP sockets, as on some kernels, `why` only reports
     * that the range is filling up or full. */
    ck_assert_msg(strcmp(kind, "udp_leak") == 0 || strcmp(kind, "filling") == 0 ||
                      strcmp(kind, "pool_full") == 0,
                  "%s", kind);
    ck_assert_str_eq(json_text_at(why, "verdict.protocol"), "udp");
}
END_TEST

Suite *outages_suite(void)
{
    Suite *suite = suite_create("outages");
    TCase *tests = tcase_create("outages");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, why_reports_a_healthy_machine);
    tcase_add_test(tests, why_names_a_leaking_process);
    tcase_add_test(tests, why_names_a_full_destination);
    tcase_add_test(tests, why_distinguishes_time_wait_from_a_leak);
    tcase_add_test(tests, why_reports_udp_as_the_full_protocol);
    suite_add_tcase(suite, tests);
    return suite;
}
