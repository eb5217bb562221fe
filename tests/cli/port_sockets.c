#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static struct fake fake;

static void setup(void)
{
    fake_init(&fake);
    fake_add_sockets(&fake, 2, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443,
                     4711);
    fake_add_sockets(&fake, 1, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 80, NULL, 0, 4);
    fake_add_sockets(&fake, 30, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 51000, "10.0.0.9", 443,
                     0);
    fake_add_sockets(&fake, 1, PROTOCOL_TCP, STATE_ESTABLISHED, "2001:db8::5", 52000,
                     "2001:db8:1111:2222:3333:4444:5555:6666", 443, 812);
    fake_add_sockets(&fake, 3, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 812);
    fake_add_process(&fake, 4, "System");
    fake_add_process(&fake, 812, "svchost.exe");
    fake_add_process(&fake, 4711, "shop\x1b[31m.exe");
    fake_add_service(&fake, 812, "Dnscache", "DNS Client");
}

static void teardown(void)
{
    fake_release(&fake);
}

START_TEST(each_socket_is_listed_with_its_process)
{
    ck_assert_int_eq(run_line(&fake, "ports --sockets --top 40"), 0);
    expect_screen(&fake, "port_sockets/each_socket_is_listed_with_its_process");
    ck_assert_int_eq(run_line(&fake, "ports --sockets"), 0);
    expect_in(fake_out(&fake), "  and 17 more; to show all, use --top 37\n");
}
END_TEST

static const struct {
    const char *line;
    int count;
} filters[] = {
    {"ports --sockets --json", 37},
    {"ports --pid 812 --json", 4},
    {"ports --pid 812 --udp --json", 3},
    {"ports --pid 0 --json", 30},
    {"ports --pid 5 --json", 0},
    {"ports --name svchost --json", 4},
    {"ports --name SVCHOST.EXE --tcp --json", 1},
    {"ports --name svc --json", 0},
    {"ports --udp --json", 3},
    {"ports --tcp --json", 34},
    {"ports --tcp --udp --json", 37},
    {"ports --udp --top 2 --json", 3},
};

START_TEST(filters_select_sockets)
{
    ck_assert_int_eq(run_line(&fake, filters[_i].line), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.ports-sockets/1");
    ck_assert_msg(json_number_at(document, "socket_count") == filters[_i].count, "%s: %lld",
                  filters[_i].line, (long long)json_number_at(document, "socket_count"));
    size_t listed = json_array_size(json_at(document, "sockets"));
    ck_assert_uint_eq(listed, strstr(filters[_i].line, "--top") ? 2 : (size_t)filters[_i].count);
    json_decref(document);
}
END_TEST

START_TEST(a_socket_of_json_names_services_and_both_ends)
{
    ck_assert_int_eq(run_line(&fake, "ports --pid 812 --tcp --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "sockets.0.local.address"), "2001:db8::5");
    ck_assert_int_eq(json_number_at(document, "sockets.0.remote.port"), 443);
    ck_assert_str_eq(json_text_at(document, "sockets.0.state"), "established");
    ck_assert_str_eq(json_text_at(document, "sockets.0.services.0"), "Dnscache");
    json_decref(document);
}
END_TEST

START_TEST(a_selected_process_is_shown_with_its_details)
{
    ck_assert_int_eq(run_line(&fake, "ports --pid 4711"), 0);
    expect_screen(&fake, "port_sockets/a_selected_process_is_shown_with_its_details");
    ck_assert_int_eq(run_line(&fake, "ports --pid 4711 --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "details.path"), "C:\\Apps\\shop\x1b[31m.exe");
    ck_assert_str_eq(json_text_at(document, "details.account"), "SHOP\\service");
    ck_assert_str_eq(json_text_at(document, "details.started"), "2026-11-22T09:30:00Z");
    ck_assert_str_eq(json_text_at(document, "details.command_line"),
                     "\"C:\\Apps\\shop\x1b[31m.exe\" " FAKE_SECRET);
    ck_assert_uint_eq(json_object_size(json_at(document, "details.not_read")), 0);
    json_decref(document);
}
END_TEST

START_TEST(unreadable_details_are_reported_one_by_one)
{
    fake.detail_states[DETAIL_PATH] = DETAIL_NEEDS_ELEVATION;
    fake.detail_states[DETAIL_ACCOUNT] = DETAIL_DENIED;
    fake.detail_states[DETAIL_STARTED] = DETAIL_UNKNOWN;
    fake.detail_states[DETAIL_COMMAND_LINE] = DETAIL_NOT_OFFERED;
    ck_assert_int_eq(run_line(&fake, "ports --pid 4711 --top 1"), 0);
    expect_screen(&fake, "port_sockets/unreadable_details_are_reported_one_by_one");
    ck_assert_int_eq(run_line(&fake, "ports --pid 4711 --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "details.path")));
    ck_assert_str_eq(json_text_at(document, "details.not_read.path"), "needs_elevation");
    ck_assert_str_eq(json_text_at(document, "details.not_read.account"), "denied");
    ck_assert_str_eq(json_text_at(document, "details.not_read.started"), "unknown");
    ck_assert_str_eq(json_text_at(document, "details.not_read.command_line"), "not_offered");
    json_decref(document);
}
END_TEST

START_TEST(an_ended_process_has_no_details)
{
    fake.have_processes_ended = true;
    ck_assert_int_eq(run_line(&fake, "ports --pid 4711"), 0);
    expect_in(fake_out(&fake), "\n  Process 4711 has ended meanwhile.\n");
    expect_in(fake_out(&fake), "10.0.0.5:50000");
    ck_assert_int_eq(run_line(&fake, "ports --pid 4711 --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "details")));
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "ports --pid 5"), 0);
    expect_in(fake_out(&fake), "\n  Process 5 does not exist.\n");
    ck_assert_int_eq(run_line(&fake, "ports --pid 4"), 0);
    expect_not_in(fake_out(&fake), "Process 4");
}
END_TEST

/* People send the output of these commands to others, and a command line can contain passwords. */
static const char *const without_command_lines[] = {
    "ports",
    "ports --json",
    "ports --sockets",
    "ports --sockets --json",
    "ports --csv",
    "ports --name shop*",
    "why",
    "why --json",
    "port 50000",
    "port 50000 --json",
    "status",
    "status --json",
    "report x.html",
    "report --json",
};

START_TEST(only_a_selected_process_discloses_its_command_line)
{
    fake_add_sockets(&fake, 14000, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 51152, "10.0.0.9",
                     443, 4711);
    ck_assert_int_eq(run_line(&fake, "ports --pid 4711"), 0);
    expect_in(fake_out(&fake), FAKE_SECRET);
    ck_assert_int_eq(run_line(&fake, without_command_lines[_i]), 0);
    expect_not_in(fake_out(&fake), FAKE_SECRET);
    const struct fake_file *page = fake_folder_find(&fake.files, "x.html");
    ck_assert(page || !strstr(without_command_lines[_i], "x.html"));
    if (page)
        expect_not_in(page->data, FAKE_SECRET);
}
END_TEST

START_TEST(sockets_are_written_as_csv)
{
    ck_assert_int_eq(run_line(&fake, "ports --pid 4711 --csv"), 0);
    expect_out(&fake,
               "protocol,family,local_address,local_port,remote_address,remote_port,state,"
               "pid,process\r\n"
               "tcp,ipv4,10.0.0.5,50000,10.0.0.9,443,established,4711,shop\\x1b[31m.exe\r\n"
               "tcp,ipv4,10.0.0.5,50001,10.0.0.9,443,established,4711,shop\\x1b[31m.exe\r\n");
}
END_TEST

static const char *const refused[] = {
    "ports --pid",
    "ports --pid abc",
    "ports --pid -1",
    "ports --pid 99999999999",
    "ports --pid 1 --by remote",
    "ports --tcp --watch",
    "ports --sockets --top 0",
};

START_TEST(wrong_filters_are_refused)
{
    ck_assert_int_eq(run_line(&fake, refused[_i]), 2);
    expect_screen_row(&fake, "port_sockets/refused", _i);
}
END_TEST

START_TEST(without_owners_a_process_cannot_be_selected)
{
    fake_upset(&fake, FAKE_CALL(CALL_PROCESSES_LIST), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "ports --name svchost"), 1);
    expect_printed(fake_error(&fake),
                   "The list of processes could not be read, so --name cannot be used.");
    ck_assert_int_eq(run_line(&fake, "ports --pid 812 --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "sockets.0.process")));
    json_decref(document);
}
END_TEST

Suite *port_sockets_suite(void)
{
    Suite *suite = suite_create("port_sockets");
    TCase *tests = tcase_create("port_sockets");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, each_socket_is_listed_with_its_process);
    tcase_add_loop_test(tests, filters_select_sockets, 0, sizeof filters / sizeof *filters);
    tcase_add_test(tests, a_socket_of_json_names_services_and_both_ends);
    tcase_add_test(tests, a_selected_process_is_shown_with_its_details);
    tcase_add_test(tests, unreadable_details_are_reported_one_by_one);
    tcase_add_test(tests, an_ended_process_has_no_details);
    tcase_add_loop_test(tests, only_a_selected_process_discloses_its_command_line, 0,
                        sizeof without_command_lines / sizeof *without_command_lines);
    tcase_add_test(tests, sockets_are_written_as_csv);
    tcase_add_loop_test(tests, wrong_filters_are_refused, 0, sizeof refused / sizeof *refused);
    tcase_add_test(tests, without_owners_a_process_cannot_be_selected);
    suite_add_tcase(suite, tests);
    return suite;
}
