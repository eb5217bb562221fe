/* Tests of `maxport check` as a monitoring agent runs it: the exit code and standard output, with
 * real sockets in a range that is small enough to fill, and with calls to Windows that never
 * return. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "program/fakes.h"
#include "program/stage.h"
#include "program/suites.h"
#include "program/witness.h"

enum { PORTS = 300, LOWEST = 30000, HIGHEST = 39700, SOME = 150, MANY = 250, MOST = 280 };

static unsigned first_port;

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

/* Checks what every plugin must keep to: nothing on standard error, ASCII, one pipe on the first
 * line. */
static void assert_plugin(const struct run *run, DWORD code, const char *start)
{
    size_t line = strcspn(run->out, "\r\n");
    const char *pipe = strchr(run->out, '|');

    ASSERT_EXIT(run, code);
    ck_assert_str_eq(run->err, "");
    ck_assert_msg(strncmp(run->out, start, strlen(start)) == 0, "%s", run->out);
    ck_assert_uint_lt(line, 1000);
    ck_assert_msg(!pipe || (pipe < run->out + line && !strchr(pipe + 1, '|')), "%s", run->out);
    for (size_t i = 0; i < run->out_length; i++)
        ck_assert_int_lt((unsigned char)run->out[i], 0x80);
}

/* Binds UDP sockets until `count` ports of the range are in use. */
static void open_udp(unsigned count)
{
    static unsigned opened, last_first;

    if (last_first != first_port)
        opened = 0;
    last_first = first_port;
    for (; opened < count; opened++) {
        struct sockaddr_in address = stage_loopback(first_port + opened);
        SOCKET s = stage_keep(socket(AF_INET, SOCK_DGRAM, 0));

        ck_assert_int_eq(bind(s, (struct sockaddr *)&address, sizeof address), 0);
        /* Wine reports the owner of a socket only after data was sent. */
        ck_assert_int_eq(sendto(s, "x", 1, 0, (struct sockaddr *)&address, sizeof address), 1);
    }
}

START_TEST(real_sockets_lead_through_all_states)
{
    if (!fakes_can_run())
        return;
    open_udp(SOME);
    assert_plugin(maxport("check"), 0, "PORTS OK - 150 of 300 UDP IPv4 ports in use (50 %), ");
    open_udp(MANY);
    assert_plugin(maxport("check"), 1,
                  "PORTS WARNING - 250 of 300 UDP IPv4 ports in use (83.3 %), ");
    open_udp(MOST);
    const struct run *run = maxport("check");
    assert_plugin(run, 2, "PORTS CRITICAL - 280 of 300 UDP IPv4 ports in use (93.3 %), ");
    ASSERT_SAYS(run->out, "udp_used=93.3%;80;90;0;100");
    ASSERT_SAYS(run->out, "Most UDP ports: program-tests.exe 280");
    assert_plugin(maxport("check --protocol tcp"), 0, "PORTS OK - 0 of 300 TCP IPv4 ports");
    assert_plugin(maxport("check -w 20:95 -c ~:99"), 1, "PORTS WARNING - ");
    assert_plugin(maxport("check -w ~:95 -c @94:96"), 0, "PORTS OK - ");
    assert_plugin(maxport("check --for blocks64"), 2,
                  "PORTS CRITICAL - 0 free blocks of 64 UDP IPv4 ports, 4 free blocks of 64 TCP");
    ASSERT_EXIT(maxport("check --format npd"), 1);
    ASSERT_EXIT(maxport("check --format checkmk"), 0);
    ASSERT_EXIT(maxport("check --format prtg"), 0);
    json_t *check = run_json(maxport("check --json"));
    ck_assert_str_eq(json_text_at(check, "state"), "critical");
    ck_assert_str_eq(json_text_at(check, "values.1.value"), "93.3");
}
END_TEST

START_TEST(invalid_input_help_and_version_are_unknown)
{
    assert_plugin(maxport("check -w 20:10"), 3, "PORTS UNKNOWN - --warning \"20:10\" is not");
    assert_plugin(maxport("check --nonsense"), 3, "PORTS UNKNOWN - check has no option");
    assert_plugin(maxport("check --format xml"), 3, "PORTS UNKNOWN - --format must be");
    assert_plugin(maxport("check --version"), 3, "maxport ");
    assert_plugin(maxport("check -V"), 3, "maxport ");
    ASSERT_EXIT(maxport("check --help"), 3);
    ASSERT_EXIT(maxport("check -h"), 3);
    ASSERT_EXIT(maxport("help check"), 0);
}
END_TEST

/* Runs a check whose time limit of 2 seconds must end it. The rest of the limit allows for a busy
 * machine. */
static const struct run *run_limited(const char *line)
{
    DWORD started = GetTickCount();
    const struct run *run = maxport("%s", line);
    DWORD took = GetTickCount() - started;

    ck_assert_msg(took >= 1900 && took < 15000, "%s: %lu ms", line, (unsigned long)took);
    return run;
}

START_TEST(a_netsh_that_never_answers_is_not_waited_for)
{
    if (!fakes_can_run())
        return;
    fakes_uninstall_wmi();
    fakes_set_netsh("language|english\nmode|hang\n");
    const struct run *run = run_limited("check -t 2");
    assert_plugin(run, 3, "PORTS UNKNOWN - Windows did not answer within 2 seconds.");
    ck_assert_ptr_eq(strchr(run->out, '\n')[1] ? run->out : NULL, NULL);
    for (int i = 0; i < 100 && fakes_netsh_hangs(); i++)
        Sleep(100);
    ck_assert(!fakes_netsh_hangs()); /* the netsh that maxport has started is ended too */
    fakes_install_wmi();
}
END_TEST

/* A call of iphlpapi has no time limit of its own. */
START_TEST(a_table_that_never_comes_is_not_waited_for)
{
    if (!fakes_can_run())
        return;
    fakes_install_iphlpapi();
    fakes_set_iphlpapi("hang\n");
    assert_plugin(run_limited("check -t 2"), 3,
                  "PORTS UNKNOWN - Windows did not answer within 2 seconds.");
    const struct run *run = run_limited("check -t 2 --format npd");
    ASSERT_EXIT(run, 2);
    ASSERT_SAYS(run->out, "Windows did not answer within 2 seconds.");
    run = run_limited("check -t 2 --format prtg");
    ASSERT_EXIT(run, 0);
    ck_assert_int_eq(json_number_at(run_json(run), "prtg.error"), 1);
    run = run_limited("check -t 2 --json");
    ASSERT_EXIT(run, 3);
    ck_assert_str_eq(json_text_at(run_json(run), "error.kind"), "unavailable");
}
END_TEST

START_TEST(lost_output_is_unknown)
{
    const struct way unwritable = {.is_unwritable = true};

    ASSERT_EXIT(run_way(&unwritable, "check"), 3);
}
END_TEST

Suite *check_suite(void)
{
    Suite *suite = suite_create("check");
    TCase *tests = tcase_create("check");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, real_sockets_lead_through_all_states);
    tcase_add_test(tests, invalid_input_help_and_version_are_unknown);
    tcase_add_test(tests, a_netsh_that_never_answers_is_not_waited_for);
    tcase_add_test(tests, a_table_that_never_comes_is_not_waited_for);
    tcase_add_test(tests, lost_output_is_unknown);
    return suite;
}
