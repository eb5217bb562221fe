#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static void answered(struct fake *fake)
{
    fake_init(fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(fake, p, f, 49152, 16384, RANGE_SOURCE_WMI);
            fake->exclusions.is_known[p][f] = true;
        }
    fake->services.is_known = true;
    fake_add_socket(fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 50443, NULL, 0, 812);
    fake_add_socket(fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50443, "10.0.0.7", 61000,
                    812);
    fake_add_socket(fake, PROTOCOL_UDP, STATE_NONE, "::", 50443, NULL, 0, 900);
    fake_add_process(fake, 812, "shop.exe");
    fake_add_process(fake, 900, "svchost.exe");
    fake_add_service(fake, 900, "Dnscache", "DNS Client");
    fake_exclude(fake, PROTOCOL_TCP, FAMILY_IPV4, 50500, 100, false);
    fake_exclude(fake, PROTOCOL_TCP, FAMILY_IPV6, 50500, 100, false);
}

START_TEST(port_shows_a_listener)
{
    struct fake fake;
    answered(&fake);
    ck_assert_int_eq(run_line(&fake, "port 50443"), 0);
    expect_screen(&fake, "port/port_shows_a_listener");
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], 0);
    ck_assert_uint_eq(fake.calls_of[CALL_EVENTS_READ], 0);
    fake_release(&fake);
}
END_TEST

START_TEST(port_explains_an_excluded_port)
{
    struct fake fake;
    answered(&fake);
    fake.bind_answers[PROTOCOL_TCP][50550] = BIND_EXCLUDED;
    ck_assert_int_eq(run_line(&fake, "port 50550"), 0);
    expect_screen(&fake, "port/port_explains_an_excluded_port");
    fake_release(&fake);
}
END_TEST

START_TEST(port_tries_real_binds_of_free_ports)
{
    struct fake fake;
    answered(&fake);
    ck_assert_int_eq(run_line(&fake, "port 50444"), 0);
    expect_screen(&fake, "port/port_tries_real_binds_of_free_ports");
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], 2);
    fake.bind_answers[PROTOCOL_UDP][50444] = BIND_IN_USE;
    ck_assert_int_eq(run_line(&fake, "port 50444 --udp"), 0);
    expect_screen(&fake, "port/port_tries_real_binds_of_free_ports_2");
    unsigned before = fake.calls_of[CALL_BINDER_TRY];
    ck_assert_int_eq(run_line(&fake, "port 50443 --probe"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_BINDER_TRY], before + 2);
    fake.machine.binder = (struct binder){0};
    ck_assert_int_eq(run_line(&fake, "port 50444"), 0);
    expect_screen(&fake, "port/port_tries_real_binds_of_free_ports_3");
    fake_release(&fake);
}
END_TEST

/* A DNS server binds random UDP ports, and one of them is the UDP port that a VPN needs. */
START_TEST(port_speaks_of_the_protocol_that_is_taken)
{
    struct fake fake;
    answered(&fake);
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 51820, NULL, 0, 901);
    fake_add_process(&fake, 901, "DnsService.exe");
    ck_assert_int_eq(run_line(&fake, "port 51820"), 0);
    expect_screen(&fake, "port/port_speaks_of_the_protocol_that_is_taken");
    ck_assert_int_eq(run_line(&fake, "port 51820 --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "protocol"), "udp");
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "port 51820 --tcp"), 0);
    expect_in(fake_out(&fake), "TCP port 51820 can be bound");
    expect_not_in(fake_out(&fake), "add --tcp");
    ck_assert_int_eq(run_line(&fake, "port 51820 --udp"), 0);
    expect_not_in(fake_out(&fake), "add --tcp");
    ck_assert_int_eq(run_line(&fake, "port 51820 --tcp --udp"), 2);
    expect_in(fake_error(&fake), "--tcp and --udp cannot be combined.");
    fake_release(&fake);
}
END_TEST

START_TEST(invalid_port_numbers_are_refused)
{
    static const char *const lines[] = {"port 0",    "port 65536", "port -1",   "port abc",
                                        "port 0x50", "port",       "port 80 81"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct fake fake;
        answered(&fake);
        ck_assert_msg(run_line(&fake, lines[i]) == 2, "%s", lines[i]);
        ck_assert_str_eq(fake_out(&fake), "");
        ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(json_describes_a_port)
{
    struct fake fake;
    answered(&fake);
    ck_assert_int_eq(run_line(&fake, "port 50443 --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.port/1");
    ck_assert_int_eq(json_number_at(document, "port"), 50443);
    ck_assert_str_eq(json_text_at(document, "kind"), "listening");
    ck_assert_str_eq(json_text_at(document, "owner.name"), "shop.exe");
    ck_assert_int_eq(json_number_at(document, "counts.connections"), 1);
    ck_assert(json_is_true(json_at(document, "families.ipv4.is_in_dynamic_range")));
    ck_assert(json_is_false(json_at(document, "families.ipv4.exclusion")));
    ck_assert(json_is_null(json_at(document, "families.ipv4.bind")));
    ck_assert_str_eq(json_text_at(document, "sockets.1.remote_address"), "10.0.0.7");
    json_decref(document);
    fake.bind_answers[PROTOCOL_TCP][50550] = BIND_EXCLUDED;
    ck_assert_int_eq(run_line(&fake, "port 50550 --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "kind"), "excluded");
    ck_assert_int_eq(json_number_at(document, "families.ipv6.exclusion.start"), 50500);
    ck_assert_str_eq(json_text_at(document, "families.ipv4.bind.answer"), "excluded");
    ck_assert_int_eq(json_number_at(document, "families.ipv4.bind.code"), 10013);
    ck_assert(json_is_null(json_at(document, "owner")));
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "port 0 --json"), 2);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "error.kind"), "usage");
    json_decref(document);
    fake_release(&fake);
}
END_TEST

/* maxport counts all 200 connections of a server, but lists only 100 of them. */
START_TEST(json_lists_at_most_100_sockets)
{
    struct fake fake;
    answered(&fake);
    for (uint16_t i = 0; i < 200; i++)
        fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 443, "10.0.0.7",
                        (uint16_t)(50000 + i), 812);
    ck_assert_int_eq(run_line(&fake, "port 443 --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "counts.connections"), 200);
    ck_assert_uint_eq(json_array_size(json_at(document, "sockets")), 100);
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(every_line_fits_every_width)
{
    static const char *const lines[] = {"port 50443 --probe", "port 50550", "port 50443 --udp",
                                        "port 1", "port 65535 --udp --probe"};
    for (unsigned width = 40; width <= 120; width += 10)
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            struct fake fake;
            answered(&fake);
            fake.width = width;
            fake_add_process(&fake, 901, "evil\x1b[2J.exe");
            fake_add_socket(&fake, PROTOCOL_TCP, STATE_LISTEN,
                            "2001:db8:1111:2222:3333:4444:5555:1", 1, NULL, 0, 901);
            ck_assert_int_eq(run_line(&fake, lines[i]), 0);
            expect_fits(fake_out(&fake), width);
            expect_ascii(fake_out(&fake));
            fake_release(&fake);
        }
}
END_TEST

START_TEST(port_survives_every_failing_call)
{
    static const char *const lines[] = {"port 50443 --probe", "port 50550 --json"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        for (unsigned nth = 1;; nth++) {
            struct fake fake;
            answered(&fake);
            fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_BEFORE);
            int code = run_line(&fake, lines[i]);
            bool has_struck = fake.has_struck;
            ck_assert(code == 0 || code == 1);
            ck_assert_uint_eq(fake.registry_writes + fake.store_writes + fake.range_writes, 0);
            fake_release(&fake);
            if (!has_struck)
                break;
        }
}
END_TEST

Suite *port_suite(void)
{
    Suite *suite = suite_create("port");
    TCase *tests = tcase_create("port");
    tcase_add_test(tests, port_shows_a_listener);
    tcase_add_test(tests, port_explains_an_excluded_port);
    tcase_add_test(tests, port_tries_real_binds_of_free_ports);
    tcase_add_test(tests, port_speaks_of_the_protocol_that_is_taken);
    tcase_add_test(tests, invalid_port_numbers_are_refused);
    tcase_add_test(tests, json_describes_a_port);
    tcase_add_test(tests, json_lists_at_most_100_sockets);
    tcase_add_test(tests, every_line_fits_every_width);
    tcase_add_test(tests, port_survives_every_failing_call);
    suite_add_tcase(suite, tests);
    return suite;
}
