#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

/* Simulates a server that is almost out of ports. Most connections are in TIME_WAIT, and one
 * program has most of the others. */
static void busy(struct fake *fake)
{
    fake_init(fake);
    fake_add_sockets(fake, 12840, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 1500, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 62000, "10.0.0.9",
                     1433, 4711);
    fake_add_sockets(fake, 75, PROTOCOL_TCP, STATE_ESTABLISHED, "fe80::1", 64000,
                     "2001:db8:1111:2222:3333:4444:5555:6666", 443, 5000);
    fake_add_sockets(fake, 60, PROTOCOL_TCP, STATE_BOUND, "::", 63600, NULL, 0, 812);
    fake_add_sockets(fake, 3, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 49664, NULL, 0, 812);
    fake_add_sockets(fake, 40, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 1234);
    fake_add_process(fake, 4711, "sqlagent with a name that is longer than any line.exe");
    fake_add_process(fake, 812, "docker\x1b[31m.exe");
    fake_add_process(fake, 1234, "dns.exe");
}

START_TEST(ports_are_grouped_by_process)
{
    struct fake fake;
    busy(&fake);
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_screen(&fake, "ports/ports_are_grouped_by_process");
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_OWNERS | SOCKETS_BOUND);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 1);
    ck_assert_uint_eq(fake.calls_of[CALL_PROCESSES_LIST], 1);
    fake_release(&fake);
}
END_TEST

START_TEST(ports_are_grouped_by_remote_endpoint)
{
    struct fake fake;
    busy(&fake);
    ck_assert_int_eq(run_line(&fake, "ports --by remote"), 0);
    /* To leave room for whole addresses, maxport omits the TIME_WAIT column. */
    expect_screen(&fake, "ports/ports_are_grouped_by_remote_endpoint");
    /* Windows needs extra time to report owners, so maxport does not request them here. */
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert_uint_eq(fake.calls_of[CALL_PROCESSES_LIST], 0);
    fake_release(&fake);
}
END_TEST

/* Four copies of one program together use 5,046 of 16,384 ports. */
START_TEST(ports_are_grouped_by_program)
{
    static const unsigned ports[] = {2260, 1186, 900, 700};
    struct fake fake;
    uint16_t first = 49200;
    fake_init(&fake);
    for (uint32_t i = 0; i < 4; i++) {
        fake_add_sockets(&fake, ports[i], PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", first, NULL, 0,
                         100 + i);
        fake_add_process(&fake, 100 + i, "node.exe");
        first = (uint16_t)(first + ports[i]);
    }
    fake_add_sockets(&fake, 2500, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 60000, "10.0.0.9",
                     443, 8);
    fake_add_process(&fake, 8, "shop(\x1b[31m).exe");
    fake_add_sockets(&fake, 3, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 101);
    ck_assert_int_eq(run_line(&fake, "ports --by name"), 0);
    expect_screen(&fake, "ports/ports_are_grouped_by_program");
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_OWNERS | SOCKETS_BOUND);
    ck_assert_uint_eq(fake.calls_of[CALL_SERVICES_READ], 0);
    ck_assert_int_eq(run_line(&fake, "ports --by name --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "by"), "name");
    ck_assert_int_eq(json_number_at(document, "groups.0.ports"), 5046);
    ck_assert_str_eq(json_text_at(document, "groups.0.process"), "node.exe");
    ck_assert_int_eq(json_number_at(document, "groups.0.processes"), 4);
    ck_assert_int_eq(json_number_at(document, "groups.0.lowest_pid"), 100);
    ck_assert_int_eq(json_number_at(document, "groups.2.processes"), 1);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "ports --by name --csv"), 0);
    expect_out(&fake, "protocol,ports,sockets,time_wait,lowest_pid,process,processes\r\n"
                      "tcp,5046,5046,0,100,node.exe,4\r\n"
                      "tcp,2500,2500,0,8,shop(\\x1b[31m).exe,1\r\n"
                      "udp,3,3,0,101,node.exe,1\r\n");
    fake_upset(&fake, FAKE_CALL(CALL_PROCESSES_LIST), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "ports --by name --top 1"), 0);
    expect_in(fake_out(&fake), "process 8 (name unknown)\n");
    expect_in(fake_out(&fake), "  and 4 more");
    fake_release(&fake);
}
END_TEST

START_TEST(ports_are_grouped_by_state)
{
    struct fake fake;
    busy(&fake);
    ck_assert_int_eq(run_line(&fake, "ports --by state --top 2"), 0);
    expect_screen(&fake, "ports/ports_are_grouped_by_state");
    fake_release(&fake);
}
END_TEST

START_TEST(ports_by_address_fit_a_narrow_screen)
{
    struct fake fake;
    busy(&fake);
    fake.width = 40;
    ck_assert_int_eq(run_line(&fake, "ports --by address"), 0);
    expect_screen(&fake, "ports/ports_by_address_fit_a_narrow_screen");
    fake_release(&fake);
}
END_TEST

START_TEST(names_are_shortened_between_characters)
{
    struct fake fake;
    fake_init(&fake);
    fake.width = 40;
    fake.is_console[SCREEN_OUT] = true;
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443, 8);
    fake_add_process(&fake, 8,
                     "\u00fcber\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"
                     "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc.exe");
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_screen(&fake, "ports/names_are_shortened_between_characters");
    fake_put_number(&fake, "MaxUserPort", 65534); /* the larger range needs wider columns */
    fake_add_sockets(&fake, 40000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 1024, "10.0.0.9", 443,
                     123456);
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_in(fake_out(&fake), "       1       8  \u00fcber\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"
                               "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"
                               "\u00fc\u2026\n");
    fake_release(&fake);
}
END_TEST

START_TEST(wide_names_are_shortened_to_their_columns)
{
    struct fake fake;

    fake_init(&fake);
    fake.width = 40;
    fake.is_console[SCREEN_OUT] = fake.is_east_asian = true;
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443, 8);
    fake_add_process(&fake, 8,
                     "\ud55c\uae00\ud55c\uae00\ud55c\uae00\ud55c\uae00\ud55c\uae00\ud55c\uae00"
                     "\ud55c\uae00\ud55c\uae00.exe");
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_in(fake_out(&fake), "\ud55c\uae00\ud55c...\n");
    for (const char *line = fake_out(&fake); *line; line += strcspn(line, "\n") + 1) {
        char row[256];

        snprintf(row, sizeof row, "%.*s", (int)strcspn(line, "\n"), line);
        ck_assert_msg(utf8_columns(row) <= 40, "%s", row);
    }
    fake_release(&fake);
}
END_TEST

START_TEST(ports_lists_20_rows_by_default)
{
    struct fake fake;
    fake_init(&fake);
    for (uint32_t i = 0; i < 25; i++)
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", (uint16_t)(50000 + i),
                        "10.0.0.9", 443, 1000 + i);
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_in(fake_out(&fake), "process 1019 (ended)\n"
                               "  and 5 more; to show all, use --top 25\n");
    ck_assert_int_eq(run_line(&fake, "ports --top 25"), 0);
    expect_in(fake_out(&fake), "process 1024 (ended)\n\nUDP");
    fake_release(&fake);
}
END_TEST

START_TEST(excluded_ports_are_not_counted_as_available)
{
    struct fake fake;
    fake_init(&fake);
    fake_answer_range(&fake, PROTOCOL_TCP, FAMILY_IPV4, 49152, 16384, RANGE_SOURCE_WMI);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 50000, 384, false);
    fake_add_sockets(&fake, 160, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 60000, "10.0.0.9",
                     443, 8);
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_in(fake_out(&fake), "TCP  IPv4 160 of 16,000 (1 %) - IPv6 0 of 16,384 (0 %)\n");
    fake_release(&fake);
}
END_TEST

START_TEST(ports_prints_zero_if_no_port_is_in_use)
{
    struct fake fake;
    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_screen(&fake, "ports/ports_prints_zero_if_no_port_is_in_use");
    fake_release(&fake);
}
END_TEST

START_TEST(ports_reports_data_missing_on_old_windows)
{
    struct fake fake;
    busy(&fake);
    fake_set_windows(&fake, 5, 1, 2600, OS_WORKSTATION);
    fake_put_number(&fake, "MaxUserPort", 65534); /* with this value, the IPv6 range is unknown */
    fake.can_show_bound = fake.can_show_owners = false;
    fake.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial = true;
    fake.tables[PROTOCOL_UDP][FAMILY_IPV4] = (struct socket_table){.code = 50};
    fake.tables[PROTOCOL_UDP][FAMILY_IPV6] = (struct socket_table){.code = 0};
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_screen(&fake, "ports/ports_reports_data_missing_on_old_windows");
    fake_release(&fake);
}
END_TEST

START_TEST(missing_process_names_are_replaced_with_pids)
{
    struct fake fake;
    busy(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_PROCESSES_LIST), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_screen(&fake, "ports/missing_process_names_are_replaced_with_pids");
    ck_assert_int_eq(run_line(&fake, "ports --json --top 2"), 0);
    json_t *document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "groups.1.pid"), 4711);
    ck_assert(json_is_null(json_at(document, "groups.1.process")));
    ck_assert(json_is_false(json_at(document, "shows_names")));
    json_decref(document);
    fake_release(&fake);
}
END_TEST

/* Several services share one svchost.exe. Drivers use the ports of the process with PID 4. */
START_TEST(services_are_named_with_their_process)
{
    struct fake fake;
    fake_init(&fake);
    fake_add_sockets(&fake, 30, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443,
                     900);
    fake_add_sockets(&fake, 20, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 51000, "10.0.0.9", 443,
                     4);
    fake_add_sockets(&fake, 10, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 52000, "10.0.0.9", 443,
                     901);
    fake_add_process(&fake, 900, "svchost.exe");
    fake_add_process(&fake, 901, "w3wp.exe");
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_screen(&fake, "ports/services_are_named_with_their_process");
    fake_add_service(&fake, 900, "Dnscache", "DNS Client");
    fake_add_service(&fake, 900, "Evil\x1b[31m", "");
    ck_assert_int_eq(run_line(&fake, "ports"), 0);
    expect_screen(&fake, "ports/services_are_named_with_their_process_2");
    expect_not_in(fake_out(&fake), "could not be listed");
    ck_assert_int_eq(run_line(&fake, "ports --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "groups.0.process"), "svchost.exe");
    ck_assert_str_eq(json_text_at(document, "groups.0.services.0"), "Dnscache");
    ck_assert_str_eq(json_text_at(document, "groups.0.services.1"), "Evil\x1b[31m");
    json_decref(document);
    /* The CSV output and `--by remote` show no services, so maxport does not read them. */
    unsigned before = fake.calls_of[CALL_SERVICES_READ];
    ck_assert_int_eq(run_line(&fake, "ports --csv"), 0);
    ck_assert_int_eq(run_line(&fake, "ports --by remote"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_SERVICES_READ], before);
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_ranges_usage_and_groups)
{
    struct fake fake;
    busy(&fake);
    fake_add_process(&fake, 5000, "bad\xff\xfe.exe");
    ck_assert_int_eq(run_line(&fake, "ports --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.ports/1");
    ck_assert_str_eq(json_text_at(document, "time"), "2026-11-22T10:00:00Z");
    ck_assert_str_eq(json_text_at(document, "computer"), "SERVER1");
    ck_assert_str_eq(json_text_at(document, "by"), "process");
    ck_assert_int_eq(json_number_at(document, "ranges.tcp.ipv4.start"), 49152);
    ck_assert_int_eq(json_number_at(document, "usage.tcp.in_use"), 14340);
    ck_assert_int_eq(json_number_at(document, "usage.tcp.both_families_in_use"), 14475);
    ck_assert_int_eq(json_number_at(document, "usage.tcp.by_state.time_wait"), 12837);
    ck_assert(json_is_true(json_at(document, "shows_bound")));
    ck_assert(json_is_true(json_at(document, "shows_owners")));
    ck_assert(json_is_true(json_at(document, "tables.udp.ipv6.is_available")));
    ck_assert_int_eq(json_number_at(document, "group_count"), 5);
    ck_assert_uint_eq(json_array_size(json_at(document, "groups")), 5);
    ck_assert_str_eq(json_text_at(document, "groups.0.protocol"), "tcp");
    ck_assert_int_eq(json_number_at(document, "groups.0.ports"), 12840);
    ck_assert_int_eq(json_number_at(document, "groups.0.sockets"), 12840);
    ck_assert_int_eq(json_number_at(document, "groups.0.time_wait"), 12840);
    ck_assert_int_eq(json_number_at(document, "groups.0.pid"), 0);
    ck_assert(json_is_null(json_at(document, "groups.0.process")));
    ck_assert_str_eq(json_text_at(document, "groups.2.process"), "bad\ufffd\ufffd.exe");
    ck_assert_str_eq(json_text_at(document, "groups.3.process"), "docker\x1b[31m.exe");
    ck_assert_str_eq(json_text_at(document, "groups.4.protocol"), "udp");
    json_decref(document);

    /* In JSON, each group has its own line. */
    ck_assert_int_eq(run_line(&fake, "ports --json --by remote --top 1"), 0);
    expect_in(fake_out(&fake), "  \"groups\": [\n"
                               "    {\"protocol\":\"tcp\",\"ports\":12840,\"sockets\":12840,"
                               "\"time_wait\":12840,\"family\":\"ipv4\",\"address\":\"10.0.0.9\","
                               "\"port\":443}\n"
                               "  ]\n"
                               "}\n");
    json_decref(out_json(&fake));
    ck_assert_int_eq(run_line(&fake, "ports --json --by state --top 1"), 0);
    expect_in(fake_out(&fake), "\"state\":\"time_wait\"}");
    expect_in(fake_out(&fake), "\"state\":\"open\"}");
    json_decref(out_json(&fake));
    ck_assert_int_eq(run_line(&fake, "ports --json --by address --top 1"), 0);
    expect_in(fake_out(&fake), "\"family\":\"ipv4\",\"address\":\"10.0.0.5\"}");
    json_decref(out_json(&fake));
    fake_release(&fake);

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "ports --json"), 0);
    document = out_json(&fake);
    ck_assert_uint_eq(json_array_size(json_at(document, "groups")), 0);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(csv_contains_a_row_per_group)
{
    struct fake fake;
    busy(&fake);
    ck_assert_int_eq(run_line(&fake, "ports --csv"), 0);
    expect_screen(&fake, "ports/csv_contains_a_row_per_group");
    ck_assert_int_eq(run_line(&fake, "ports --csv --by remote"), 0);
    expect_out(&fake, "protocol,ports,sockets,time_wait,family,address,port\r\n"
                      "tcp,12840,12840,12840,ipv4,10.0.0.9,443\r\n"
                      "tcp,1500,1500,0,ipv4,10.0.0.9,1433\r\n"
                      "tcp,75,75,0,ipv6,2001:db8:1111:2222:3333:4444:5555:6666,443\r\n");
    ck_assert_int_eq(run_line(&fake, "ports --csv --by state --top 1"), 0);
    expect_out(&fake, "protocol,ports,sockets,time_wait,state\r\n"
                      "tcp,12840,12840,12840,time_wait\r\n"
                      "udp,40,40,0,open\r\n");
    ck_assert_int_eq(run_line(&fake, "ports --csv --by address --top 1"), 0);
    expect_out(&fake, "protocol,ports,sockets,time_wait,family,address\r\n"
                      "tcp,14340,14340,12840,ipv4,10.0.0.5\r\n"
                      "udp,40,40,0,ipv4,0.0.0.0\r\n");
    ck_assert_str_eq(fake_error(&fake), "");

    /* maxport reports missing data on standard error, not in the CSV output. */
    fake.can_show_owners = false;
    fake_add_process(&fake, 1, "a,\"b\".exe");
    ck_assert_int_eq(run_line(&fake, "ports --csv --top 1"), 0);
    expect_screen(&fake, "ports/csv_contains_a_row_per_group_2");
    fake_release(&fake);

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "ports --csv"), 0);
    expect_out(&fake, "protocol,ports,sockets,time_wait,pid,process\r\n");
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 50000, NULL, 0, 8);
    fake_add_process(&fake, 8, "a,\"b\".exe");
    ck_assert_int_eq(run_line(&fake, "ports --csv"), 0);
    expect_in(fake_out(&fake), "tcp,1,1,0,8,\"a,\"\"b\"\".exe\"\r\n");
    fake_release(&fake);
}
END_TEST

START_TEST(invalid_options_are_refused)
{
    static const struct {
        const char *line, *sentence;
    } rows[] = {
        {"ports --by x\x1b",
         "--by must be process, name, remote, state or address, not \"x\\x1b\"."},
        {"ports --by=", "--by must be process, name, remote, state or address, not \"\"."},
        {"ports --top 0", "--top must be a whole number from 1 to 9999999, not \"0\"."},
        {"ports --top 1x", "--top must be a whole number"},
        {"ports --top=-1", "--top must be a whole number"},
        {"ports --top 99999999999999999999", "--top must be a whole number"},
        {"ports tcp", "does not accept the argument \"tcp\""},
        {"ports --json --csv", "--json and --csv cannot be combined."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake fake;
        busy(&fake);
        fake.width = 120;
        ck_assert_int_eq(run_line(&fake, rows[i].line), 2);
        ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0);
        expect_in(strstr(rows[i].line, "--json") ? fake_out(&fake) : fake_error(&fake),
                  rows[i].sentence);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(ports_fails_without_any_table)
{
    struct fake fake;
    busy(&fake);
    memset(fake.tables, 0, sizeof fake.tables);
    ck_assert_int_eq(run_line(&fake, "ports"), 1);
    expect_screen(&fake, "ports/ports_fails_without_any_table");
    fake_release(&fake);
}
END_TEST

static void press_ctrl_c(struct fake *fake, void *context)
{
    (void)context;
    fake->is_stop_requested = true;
}

START_TEST(ctrl_c_ends_the_list)
{
    struct fake fake;
    busy(&fake);
    fake_when(&fake, FAKE_CALL(CALL_SCREEN_STOP), 3, press_ctrl_c, NULL);
    ck_assert_int_eq(run_line(&fake, "ports --csv"), 5);
    expect_screen(&fake, "ports/ctrl_c_ends_the_list");
    fake_release(&fake);
}
END_TEST

/* If a call fails, maxport must not crash, leak memory or write to the machine. If its output is
 * incomplete, the exit code must not be 0. */
START_TEST(ports_survives_every_failing_call)
{
    static const char *const lines[] = {"ports", "ports --csv", "ports --json", "ports --by remote",
                                        "ports --by name"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        for (unsigned nth = 1;; nth++) {
            struct fake fake;
            busy(&fake);
            fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_BEFORE);
            int code = run_line(&fake, lines[i]);
            bool has_struck = fake.has_struck;
            ck_assert(code == 0 || code == 1);
            if (has_struck &&
                (fake.struck == CALL_SOCKETS_FETCH || fake.struck == CALL_OS_VERSION_READ ||
                 fake.struck == CALL_SCREEN_WRITE))
                ck_assert_int_eq(code, 1);
            ck_assert_uint_eq(fake.registry_writes + fake.store_writes, 0);
            fake_release(&fake);
            if (!has_struck)
                break;
        }
}
END_TEST

Suite *ports_suite(void)
{
    Suite *suite = suite_create("ports");
    TCase *tests = tcase_create("ports");
    tcase_add_test(tests, ports_are_grouped_by_process);
    tcase_add_test(tests, ports_are_grouped_by_remote_endpoint);
    tcase_add_test(tests, ports_are_grouped_by_program);
    tcase_add_test(tests, ports_are_grouped_by_state);
    tcase_add_test(tests, ports_by_address_fit_a_narrow_screen);
    tcase_add_test(tests, names_are_shortened_between_characters);
    tcase_add_test(tests, wide_names_are_shortened_to_their_columns);
    tcase_add_test(tests, ports_lists_20_rows_by_default);
    tcase_add_test(tests, excluded_ports_are_not_counted_as_available);
    tcase_add_test(tests, ports_prints_zero_if_no_port_is_in_use);
    tcase_add_test(tests, ports_reports_data_missing_on_old_windows);
    tcase_add_test(tests, missing_process_names_are_replaced_with_pids);
    tcase_add_test(tests, services_are_named_with_their_process);
    tcase_add_test(tests, json_contains_ranges_usage_and_groups);
    tcase_add_test(tests, csv_contains_a_row_per_group);
    tcase_add_test(tests, invalid_options_are_refused);
    tcase_add_test(tests, ports_fails_without_any_table);
    tcase_add_test(tests, ctrl_c_ends_the_list);
    tcase_add_test(tests, ports_survives_every_failing_call);
    suite_add_tcase(suite, tests);
    return suite;
}
