/* Uses all ports, so that the system cannot assign another one. `why` must report the full range
 * and name the culprit. The script tests/program/own-network runs this suite in a network of its
 * own that has only 300 ports. */
#include <stdio.h>

#include "program/fakes.h"
#include "program/stage.h"
#include "program/suites.h"
#include "program/witness.h"

enum { FIRST_PORT = 50000, PORTS = 300, DESTINATIONS = 4, SERVER_PORT = 20000 };

/* Checks that this network has the small range. Otherwise the test would use all ports that real
 * programs need. */
static void expect_own_network(void)
{
    unsigned first = 0, last = 0;
    FILE *file = fopen("Z:\\proc\\sys\\net\\ipv4\\ip_local_port_range", "r");

    ck_assert_msg(file != NULL, "the range of this network could not be read");
    ck_assert_int_eq(fscanf(file, "%u %u", &first, &last), 2);
    fclose(file);
    ck_assert_msg(first == FIRST_PORT && last == FIRST_PORT + PORTS - 1,
                  "run this suite by tests/program/own-network: the ports here are %u-%u", first,
                  last);
}

static void set_up(void)
{
    if (fakes_can_run())
        expect_own_network();
    stage_open();
    if (fakes_can_run())
        stage_set_range(FIRST_PORT, PORTS);
}

/* Opens a server on a port outside the range. */
static SOCKET listen_at(unsigned port)
{
    struct sockaddr_in address = stage_loopback(port);
    SOCKET server = stage_keep(socket(AF_INET, SOCK_STREAM, 0));

    ck_assert_int_eq(bind(server, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(server, 400), 0);
    return server;
}

/* Connects from a port that the system assigns, as most programs do: in bind() if `binds_first`,
 * else in connect(). Returns 0 or the error code. */
static int connect_to(unsigned port, SOCKET server, bool binds_first)
{
    struct sockaddr_in target = stage_loopback(port), any = stage_loopback(0);
    SOCKET client = socket(AF_INET, SOCK_STREAM, 0);
    int error = 0;

    ck_assert(client != INVALID_SOCKET);
    if ((binds_first && bind(client, (struct sockaddr *)&any, sizeof any)) ||
        connect(client, (struct sockaddr *)&target, sizeof target)) {
        error = WSAGetLastError();
        closesocket(client);
        return error;
    }
    stage_keep(client);
    stage_keep(accept(server, NULL, NULL));
    /* Wine reports the owner of a socket only after data was sent. */
    ck_assert_int_eq(send(client, "x", 1, 0), 1);
    return 0;
}

/* Windows and Wine report different error codes if no port is left. */
static void expect_no_port_left(int error)
{
    ck_assert_msg(error == WSAENOBUFS || error == WSAEADDRINUSE || error == WSAEADDRNOTAVAIL,
                  "the system refused for another reason: %d", error);
}

static json_t *diagnose(const char *arguments)
{
    const struct run *run = maxport("why --json --samples 1%s", arguments);

    ASSERT_EXIT(run, 0);
    return run_json(run);
}

static const char *screen(const char *arguments)
{
    const struct run *run = maxport("%s", arguments);

    ASSERT_EXIT(run, 0);
    return run->out;
}

START_TEST(why_names_the_process_that_uses_all_ports)
{
    SOCKET servers[DESTINATIONS];
    int error = 0, count = 0;

    if (!fakes_can_run())
        return;
    for (unsigned i = 0; i < DESTINATIONS; i++)
        servers[i] = listen_at(SERVER_PORT + i);
    for (; !error && count <= PORTS; count += !error)
        error = connect_to(SERVER_PORT + (unsigned)count % DESTINATIONS,
                           servers[count % DESTINATIONS], true);
    expect_no_port_left(error);
    ck_assert_int_eq(count, PORTS);

    json_t *why = diagnose("");
    ck_assert_str_eq(json_text_at(why, "verdict.level"), "full");
    ck_assert_str_eq(json_text_at(why, "verdict.kind"), "process_leak");
    ck_assert_int_eq(json_number_at(why, "verdict.in_use"), PORTS);
    ck_assert_int_eq(json_number_at(why, "verdict.available"), PORTS);
    ck_assert_str_eq(json_text_at(why, "culprit.name"), "program-tests.exe");
    ck_assert_int_eq(json_number_at(why, "culprit.pid"), GetCurrentProcessId());
    const char *said = screen("why --samples 1");
    ASSERT_SAYS(said, "TCP has run out of ports");
    ASSERT_SAYS(said, "program-tests.exe");
    ASSERT_SAYS(screen("status"), "300 of 300 ports 100 %");
    ASSERT_SAYS(screen("status"), "TCP is full (IPv4: no port is free)");
    ASSERT_SAYS(screen("explain 10055"), "300 of 300");

    /* When connections are closed, the system can assign their ports again. */
    stage_close_newest();
    stage_close_newest();
    ck_assert_int_eq(connect_to(SERVER_PORT, servers[0], true), 0);
}
END_TEST

START_TEST(why_names_the_destination_that_uses_all_ports)
{
    SOCKET server, other;
    int error = 0, count = 0;

    if (!fakes_can_run())
        return;
    server = listen_at(SERVER_PORT);
    for (; !error && count <= PORTS; count += !error)
        error = connect_to(SERVER_PORT, server, false);
    expect_no_port_left(error);
    ck_assert_int_eq(count, PORTS);
    other = listen_at(SERVER_PORT + 1);
    ck_assert_int_eq(connect_to(SERVER_PORT + 1, other, false), 0);

    json_t *why = diagnose("");
    ck_assert_str_eq(json_text_at(why, "verdict.kind"), "destination_full");
    ck_assert_str_eq(json_text_at(why, "destination.address"), "127.0.0.1");
    ck_assert_int_eq(json_number_at(why, "destination.port"), SERVER_PORT);
    ASSERT_SAYS(screen("why --samples 1"), "127.0.0.1:20000");
}
END_TEST

/* Starts a Linux program that binds all remaining ports, and returns their number. Wine does not
 * list the idle sockets of such a program. The program writes the number to the file at `path`.
 * When the test deletes the file, the program ends and so releases the ports. */
static int bind_all_outside_wine(const wchar_t *path)
{
    typedef char *(CDECL * unix_name)(const wchar_t *);
    static const char script[] = "import os, socket, sys, time\n"
                                 "held = []\n"
                                 "try:\n"
                                 " while True:\n"
                                 "  held.append(socket.socket())\n"
                                 "  held[-1].bind(('127.0.0.1', 0))\n"
                                 "except OSError:\n"
                                 " open(sys.argv[1], 'w').write(str(len(held) - 1) + '\\n')\n"
                                 "while os.path.exists(sys.argv[1]): time.sleep(0.05)";
    enum { TRIES = 400, TRY_MS = 50 };
    unix_name name = (unix_name)(void (*)(void))GetProcAddress(GetModuleHandleW(L"kernel32.dll"),
                                                               "wine_get_unix_file_name");
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    wchar_t line[2048];
    int count = 0;

    ck_assert_ptr_nonnull(name);
    CloseHandle(CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    snwprintf(line, 2048, L"python3 -c \"%hs\" \"%hs\"", script, name(path));
    ck_assert(CreateProcessW(L"Z:\\usr\\bin\\python3", line, NULL, NULL, FALSE, 0, NULL, NULL,
                             &startup, &process));
    for (int i = 0; i < TRIES && count == 0; i++) {
        FILE *file = _wfopen(path, L"r");

        Sleep(TRY_MS);
        if (file && fscanf(file, "%d\n", &count) != 1)
            count = 0;
        if (file)
            fclose(file);
    }
    return count;
}

START_TEST(a_probe_finds_port_use_that_no_table_lists)
{
    wchar_t held[MAX_PATH];

    if (!fakes_can_run())
        return;
    wcscpy(held, scratch_path(L"held.txt"));
    ck_assert_int_eq(bind_all_outside_wine(held), PORTS);

    json_t *why = diagnose("");
    ck_assert_str_eq(json_text_at(why, "verdict.kind"), "healthy");
    ck_assert(!json_is_true_at(why, "shows_bound"));
    ASSERT_SAYS(screen("why"), "bound, idle");
    why = diagnose(" --probe");
    ck_assert_str_eq(json_text_at(why, "verdict.kind"), "hidden_use");
    ck_assert_int_eq(json_number_at(why, "protocols.tcp.probe.bound"), 0);
    ck_assert_int_le(json_number_at(why, "protocols.tcp.probe.tried") +
                         json_number_at(why, "protocols.udp.probe.tried"),
                     64);
    ck_assert_int_eq(json_number_at(why, "protocols.udp.probe.in_use"), 0);
    ck_assert(DeleteFileW(held));
}
END_TEST

START_TEST(why_reports_that_udp_has_run_out_of_ports)
{
    struct sockaddr_in any = stage_loopback(0), target = stage_loopback(9);
    int error = 0, count = 0;

    if (!fakes_can_run())
        return;
    for (; !error && count <= PORTS; count += !error) {
        SOCKET s = socket(AF_INET, SOCK_DGRAM, 0);

        ck_assert(s != INVALID_SOCKET);
        if (bind(s, (struct sockaddr *)&any, sizeof any) == 0) {
            stage_keep(s);
            sendto(s, "x", 1, 0, (struct sockaddr *)&target, sizeof target);
        } else {
            error = WSAGetLastError();
            closesocket(s);
        }
    }
    expect_no_port_left(error);
    ck_assert_int_eq(count, PORTS);

    json_t *why = diagnose("");
    ck_assert_str_eq(json_text_at(why, "verdict.protocol"), "udp");
    ck_assert_str_eq(json_text_at(why, "verdict.level"), "full");
    ck_assert_int_eq(json_number_at(why, "verdict.in_use"), PORTS);
    ASSERT_SAYS(screen("status"), "DNS queries fail");
}
END_TEST

Suite *exhaustion_suite(void)
{
    Suite *suite = suite_create("exhaustion");
    TCase *tests = tcase_create("exhaustion");

    tcase_add_checked_fixture(tests, set_up, stage_close);
    tcase_add_test(tests, why_names_the_process_that_uses_all_ports);
    tcase_add_test(tests, why_names_the_destination_that_uses_all_ports);
    tcase_add_test(tests, a_probe_finds_port_use_that_no_table_lists);
    tcase_add_test(tests, why_reports_that_udp_has_run_out_of_ports);
    suite_add_tcase(suite, tests);
    return suite;
}
