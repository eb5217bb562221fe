#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "core/explanation.h"
#include "suites.h"

/* A client that opens and closes too fast. */
static void churning(struct fake *fake)
{
    fake_init(fake);
    fake_add_sockets(fake, 12840, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 1500, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 62000, "10.0.0.9",
                     1433, 4711);
    fake_add_sockets(fake, 40, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 1234);
    fake_add_event(fake, 4231, fake->now_ms - 50 * 60 * 1000);
    fake_add_event(fake, 4227, fake->now_ms - 40 * 60 * 1000);
    fake_add_event(fake, 4227, fake->now_ms - 30 * 60 * 1000);
}

START_TEST(an_error_is_held_against_this_machine)
{
    struct fake fake;

    churning(&fake);
    ck_assert_int_eq(run_line(&fake, "explain 10048"), 0);
    expect_in(fake_out(&fake),
              "Error 10048 (0x2740), WSAEADDRINUSE: the address is already in use\n"
              "\n"
              "  Meaning    The port that a program wants is taken. For a server that is\n"
              "             another program, or a second copy of itself, on the same port. For\n"
              "             a client it is subtler: the same pair of local and remote ends was\n"
              "             in use a moment ago and still waits in TIME_WAIT.\n"
              "  When       bind, when another socket holds that address and port. connect,\n"
              "             when the chosen local port was used for the same destination too\n"
              "             recently; then event 4227 is logged too. Many short connections to\n"
              "             one destination lead there.\n"
              "  Sources    Win32 \"Windows Sockets Error Codes\"\n"
              "             cc727709 (event 4227, Server 2008)\n"
              "\n"
              "This machine now\n"
              "  Verdict    TCP is filling up (IPv4: 87 %); 89 % of it is connections waiting\n"
              "             in TIME_WAIT.\n"
              "  TCP        14,340 of 16,384 ports in use over IPv4 (87 %), 12,840 of them in\n"
              "             TIME_WAIT\n"
              "  Capacity   one destination sustains 136.5 new connections a second (16,384\n"
              "             ports / 120 s in TIME_WAIT, documented); half of that if the wait\n"
              "             is 240 s, as other pages of Microsoft say\n"
              "  Events     4227: 2 in the System log since Windows started, the last at\n"
              "             2026-11-22 09:30:00\n"
              "  So         It fits: most of the ports in use wait in TIME_WAIT.\n"
              "\n"
              "  Next       ");
    expect_in(fake_out(&fake), "maxport ports --by remote: which destination has the most\n");
    ck_assert_str_eq(fake_error(&fake), "");
    ck_assert_uint_eq(fake.registry_writes + fake.store_writes + fake.range_writes, 0);
    fake_release(&fake);
}
END_TEST

START_TEST(an_event_is_held_against_the_log)
{
    struct fake fake;

    churning(&fake);
    ck_assert_int_eq(run_line(&fake, "explain 4231"), 0);
    expect_in(fake_out(&fake),
              "Event 4231 of source Tcpip, TCP_GLOBAL_EPHEMERAL_PORT_SPACE_EXHAUSTED: no free\n"
              "TCP port was left\n");
    expect_in(fake_out(&fake),
              "  Events     4231: 1 in the System log since Windows started, the last at\n"
              "             2026-11-22 09:10:00\n"
              "  So         Ports are free now, but the log says that they ran out.\n");
    expect_not_in(fake_out(&fake), "  UDP  ");
    ck_assert_int_eq(run_line(&fake, "explain 4266"), 0);
    expect_in(fake_out(&fake),
              "  UDP        40 of 16,384 ports in use over IPv4 (0 %)\n"
              "  Events     4266: none in the System log since Windows started (2026-11-22\n"
              "             09:00:00), which proves nothing\n"
              "  So         Ports are free now: it was a peak, or ports are held that no table\n"
              "             shows, or it has another cause.\n");
    fake_release(&fake);
}
END_TEST

START_TEST(exclusions_are_listed_for_10013)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "explain WSAEACCES"), 0);
    expect_in(fake_out(&fake), "  Excluded   TCP over IPv4: not known");
    expect_in(fake_out(&fake), "  So         Whether ports are excluded here is not known.\n");
    expect_not_in(fake_out(&fake), "  Events ");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_NETSH);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 50000, 60, true);
    for (unsigned i = 0; i < 9; i++)
        fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 51000 + i * 200, 100, false);
    ck_assert_int_eq(run_line(&fake, "explain 10013"), 0);
    expect_in(fake_out(&fake),
              "  Excluded   TCP over IPv4: 50000-50059*, 51000-51099, 51200-51299, 51400-51499,\n"
              "             51600-51699, 51800-51899, 52000-52099, 52200-52299 and 2 more\n"
              "             TCP over IPv6: none\n"
              "             UDP over IPv4: none\n"
              "             UDP over IPv6: none\n"
              "             * set by an administrator; it outlasts a restart\n"
              "  So         It fits if the port lies in one of these ranges.\n");
    fake_release(&fake);
}
END_TEST

START_TEST(what_cannot_be_seen_is_said_to_be_unknown)
{
    struct fake fake;

    fake_init(&fake);
    fake.is_boot_known = false;
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH) | FAKE_CALL(CALL_MEMORY_READ), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "explain 0x2747"), 0);
    expect_in(fake_out(&fake),
              "  TCP        use unknown: the tables of sockets could not be read\n"
              "  UDP        use unknown: the tables of sockets could not be read\n"
              "  Pool       use of non-paged pool unknown\n"
              "  Events     4231 and 4266: the System log could not be read: The fake was not\n"
              "             told.\n"
              "  So         Whether that is so now cannot be told.\n");
    fake.machine.events.read = NULL;
    ck_assert_int_eq(run_line(&fake, "explain 10055"), 0);
    expect_in(fake_out(&fake), "log that could be asked.");
    fake_release(&fake);
}
END_TEST

START_TEST(json_says_the_same)
{
    struct fake fake;
    json_t *document;

    churning(&fake);
    fake.memory.is_pool_known = true;
    fake.memory.nonpaged_pool_bytes = 1000;
    ck_assert_int_eq(run_line(&fake, "explain 10055 --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.explain/1");
    ck_assert_int_eq(json_number_at(document, "code"), 10055);
    ck_assert_str_eq(json_text_at(document, "name"), "WSAENOBUFS");
    ck_assert_str_eq(json_text_at(document, "kind"), "error");
    ck_assert_str_eq(json_text_at(document, "machine.verdict.kind"), "filling");
    ck_assert_int_eq(json_number_at(document, "machine.usage.tcp.in_use"), 14340);
    ck_assert_int_eq(json_number_at(document, "machine.events.count"), 1);
    ck_assert_str_eq(json_text_at(document, "machine.events.last"), "2026-11-22T09:10:00Z");
    ck_assert_int_eq(json_number_at(document, "machine.pool_in_use_bytes"), 1000);
    ck_assert(json_is_null(json_at(document, "machine.exclusions")));
    ck_assert(json_array_size(json_at(document, "next")) > 0);
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "explain 10013 --json"), 0);
    document = out_json(&fake);
    ck_assert(json_is_null(json_at(document, "machine.events")));
    ck_assert(json_is_null(json_at(document, "machine.exclusions.tcp.ipv4")));
    json_decref(document);
    ck_assert_int_eq(run_line(&fake, "explain 10054 --json"), 2);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "error.kind"), "usage");
    json_decref(document);
    fake_release(&fake);
}
END_TEST

START_TEST(what_is_at_its_highest_is_not_raised)
{
    struct fake fake;

    fake_init(&fake);
    run_line(&fake, "explain 10055");
    expect_in(fake_out(&fake), "maxport set 65534 --dry-run: what raising the limit would do\n");
    fake_put_number(&fake, "MaxUserPort", 65534);
    run_line(&fake, "explain 10055");
    expect_not_in(fake_out(&fake), "maxport set");
    expect_in(fake_out(&fake), "maxport report: all of it in a file");
    fake_release(&fake);
}
END_TEST

START_TEST(unknown_codes_are_refused_with_the_list)
{
    struct fake fake;

    fake_init(&fake);
    ck_assert_int_eq(run_line(&fake, "explain 10061"), 2);
    ck_assert_str_eq(fake_error(&fake),
                     "maxport: There is no explanation of \"10061\". There is one of 10055 "
                     "(WSAENOBUFS),\n10048 (WSAEADDRINUSE), 10013 (WSAEACCES), event 4227, event "
                     "4231 and event 4266.\n");
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0);
    ck_assert_int_eq(run_line(&fake, "explain"), 2);
    expect_in(fake_error(&fake), "maxport explain needs a code");
    fake_release(&fake);
}
END_TEST

START_TEST(every_code_fits_every_width)
{
    static const unsigned widths[] = {40, 57, 80, 120};
    const struct explanation *row;

    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t i = 0; (row = explanation_at(i)); i++) {
            struct fake fake;
            struct text line;

            churning(&fake);
            fake.width = widths[w];
            text_init(&line);
            text_printf(&line, "explain %u", (unsigned)row->code);
            ck_assert_int_eq(run_line(&fake, text_string(&line)), 0);
            expect_fits(fake_out(&fake), widths[w]);
            expect_ascii(fake_out(&fake));
            text_release(&line);
            fake_release(&fake);
        }
}
END_TEST

START_TEST(a_call_that_fails_never_breaks_it)
{
    for (unsigned nth = 1;; nth++) {
        struct fake fake;
        bool has_struck;

        churning(&fake);
        fake_upset(&fake, FAKE_FAILABLE & ~FAKE_CALL(CALL_SCREEN_WRITE), nth, FAIL_BEFORE);
        int code = run_line(&fake, "explain 10055");
        has_struck = fake.has_struck;
        ck_assert(code == 0 || (has_struck && fake.struck == CALL_OS_VERSION_READ && code == 1));
        fake_release(&fake);
        if (!has_struck)
            break;
    }
}
END_TEST

Suite *explain_suite(void)
{
    Suite *suite = suite_create("explain");
    TCase *tcase = tcase_create("explain");

    tcase_add_test(tcase, an_error_is_held_against_this_machine);
    tcase_add_test(tcase, an_event_is_held_against_the_log);
    tcase_add_test(tcase, exclusions_are_listed_for_10013);
    tcase_add_test(tcase, what_cannot_be_seen_is_said_to_be_unknown);
    tcase_add_test(tcase, json_says_the_same);
    tcase_add_test(tcase, what_is_at_its_highest_is_not_raised);
    tcase_add_test(tcase, unknown_codes_are_refused_with_the_list);
    tcase_add_test(tcase, every_code_fits_every_width);
    tcase_add_test(tcase, a_call_that_fails_never_breaks_it);
    suite_add_tcase(suite, tcase);
    return suite;
}
