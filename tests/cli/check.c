#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static struct fake fake;

/* A range of 1,000 ports for each protocol and family, and `tcp` and `udp` ports in use. */
static void server(unsigned tcp, unsigned udp)
{
    fake_init(&fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 50000, 1000,
                              RANGE_SOURCE_NETSH);
            fake.exclusions.is_known[p][f] = true;
        }
    fake_add_sockets(&fake, tcp, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9",
                     443, 4711);
    fake_add_sockets(&fake, udp, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 812);
    fake_add_process(&fake, 4711, "w3wp.exe");
    fake_add_process(&fake, 812, "dns.exe");
}

/* ---- the contract of Nagios ------------------------------------------- */

/* Every output of --format nagios: ASCII, one pipe and only on the first line, a first line below
 * 1,000 bytes, the state as the guideline writes it, and nothing on standard error. */
static void expect_contract(int code)
{
    static const char *const starts[] = {"PORTS OK - ", "PORTS WARNING - ", "PORTS CRITICAL - ",
                                         "PORTS UNKNOWN - "};
    const char *out = fake_out(&fake);
    size_t line = strcspn(out, "\n");

    ck_assert_int_ge(code, 0);
    ck_assert_int_le(code, 3);
    ck_assert_msg(strncmp(out, starts[code], strlen(starts[code])) == 0, "exit %d: %s", code, out);
    ck_assert_str_eq(fake_error(&fake), "");
    expect_ascii(out);
    ck_assert_uint_lt(line, 1000);
    ck_assert_int_eq(out[strlen(out) - 1], '\n');
    for (const char *pipe = strchr(out, '|'), *next = pipe; next; next = strchr(next + 1, '|'))
        ck_assert_msg(next == pipe && next < out + line, "a second pipe: %s", out);
}

static int run_nagios(const char *line)
{
    int code = run_line(&fake, line);

    expect_contract(code);
    return code;
}

static void expect_code(const char *line, int code)
{
    int found = run_nagios(line);

    ck_assert_msg(found == code, "%s: exit %d instead of %d: %s", line, found, code,
                  fake_out(&fake));
}

/* ---- states ----------------------------------------------------------- */

START_TEST(each_state_is_printed)
{
    static const unsigned ports[] = {100, 810, 950};

    for (int i = 0; i < 3; i++) {
        server(ports[i], 40);
        expect_code("check", i);
        expect_screen_row(&fake, "check/state", i);
        fake_release(&fake);
    }
}
END_TEST

/* The value is rated as it is printed, with one decimal. */
START_TEST(the_ends_belong_to_a_range)
{
    static const struct {
        unsigned ports;
        int code;
    } rows[] = {{0, 0}, {800, 0}, {801, 1}, {900, 1}, {901, 2}, {999, 2}, {1000, 2}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        server(rows[i].ports, 0);
        expect_code("check", rows[i].code);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(ranges_are_applied)
{
    static const struct {
        const char *line;
        int code;
    } rows[] = {
        {"check -w 50 -c 60", 1},
        {"check -w50 -c70", 1},
        {"check --warning 50 --critical 70", 1},
        {"check --WARNING=50 --Critical=70", 1},
        {"check -w 70 -c 80", 0},
        {"check -w 61: -c 0:", 1},
        {"check -w @60 -c @61:70", 1},
        {"check -w 60 -c 59.9", 2},
        {"check --protocol udp -c 4", 0},
        {"check --protocol udp -c 3.9", 2},
        {"check --protocol TCP -c 4", 2},
        {"check -w 1 -c 2 --for timewait", 0},
        {"check -c -5:5 --for bound", 0},
    };

    server(600, 40);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_code(rows[i].line, rows[i].code);
    fake_release(&fake);
}
END_TEST

/* ---- figures ---------------------------------------------------------- */

START_TEST(each_figure_has_its_words)
{
    static const char *const lines[] = {
        "check --for used",
        "check --for timewait",
        "check --for bound",
        "check --for full-in",
        "check --for blocks64",
        "check --for destination",
        "check --for restart-pending",
        "check --for blocks64 --protocol tcp -c 20:",
        "check --for timewait -w 10",
        "check --for destination -c 5",
    };
    struct text screens;

    server(100, 40);
    fake_exclude(&fake, PROTOCOL_TCP, FAMILY_IPV4, 50900, 100, true);
    fake_add_sockets(&fake, 150, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50200, "10.0.0.7", 80,
                     0);
    fake_add_sockets(&fake, 30, PROTOCOL_TCP, STATE_BOUND, "0.0.0.0", 50400, NULL, 0, 4711);
    text_init(&screens);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect_contract(run_and_append(&fake, lines[i], &screens));
    golden_check("cli/check/figures.txt", text_string(&screens));
    text_release(&screens);
    fake_release(&fake);
}
END_TEST

START_TEST(the_worse_family_counts)
{
    server(100, 0);
    fake_add_sockets(&fake, 850, PROTOCOL_TCP, STATE_TIME_WAIT, "fe80::1", 50000, "fe80::9", 443,
                     0);
    expect_code("check --protocol tcp", 1);
    expect_in(fake_out(&fake), "850 of 1,000 TCP IPv6 ports in use (85 %)");
    expect_code("check --for blocks64", 1);
    expect_in(fake_out(&fake), "2 free blocks of 64 TCP IPv4 ports");
    fake_release(&fake);
}
END_TEST

START_TEST(a_pending_restart_is_a_warning)
{
    server(0, 0);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes"), 0);
    expect_code("check --for restart-pending", 1);
    expect_screen(&fake, "check/restart_pending");
    expect_code("check --for restart-pending -c 0", 2);
    fake_release(&fake);
}
END_TEST

/* Adds ports as time passes. */
static void open_ports(struct fake *machine, void *context)
{
    static unsigned opened;
    unsigned *count = context;

    if (machine->calls_of[CALL_CLOCK_SLEEP] <= 1)
        opened = 0;
    fake_add_sockets(machine, *count, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5",
                     (uint16_t)(50100 + opened), "10.0.0.9", 443, 4711);
    opened += *count;
}

START_TEST(a_trend_is_watched)
{
    static const struct {
        unsigned per_second;
        const char *line;
        int code;
    } rows[] = {
        {0, "check --for full-in", 0},
        {1, "check --for full-in", 1},                 /* 890 seconds */
        {1, "check --for full-in -w 800:", 0},         /* the default for critical is 300: */
        {40, "check --for full-in --protocol tcp", 2}, /* 12 seconds */
        {40, "check --for full-in --protocol udp", 0},
        {40, "check --for full-in -t 1 -c 1:", 2}, /* ten samples in a third of a second */
    };
    struct text screens;

    text_init(&screens);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned count = rows[i].per_second;

        server(100, 0);
        fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 0, open_ports, &count);
        expect_contract(run_and_append(&fake, rows[i].line, &screens));
        ck_assert_uint_eq(fake.calls_of[CALL_CLOCK_SLEEP], 10);
        fake_release(&fake);
        server(100, 0);
        fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 0, open_ports, &count);
        expect_code(rows[i].line, rows[i].code);
        fake_release(&fake);
    }
    golden_check("cli/check/full_in.txt", text_string(&screens));
    text_release(&screens);
}
END_TEST

static void take_six_seconds(struct fake *machine, void *context)
{
    (void)context;
    machine->monotonic_ms += 6000;
}

START_TEST(a_slow_machine_gets_its_alert_without_programs)
{
    server(100, 0);
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 1, take_six_seconds, NULL);
    expect_code("check -c 0 -t 11", 2);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 1);
    fake_release(&fake);
    server(100, 0);
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 1, take_six_seconds, NULL);
    expect_code("check -c 0 -t 12", 2);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 2);
    fake_release(&fake);
}
END_TEST

/* The second reading, which lists the programs, fails. */
START_TEST(an_alert_is_not_lost)
{
    server(100, 0);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 2, FAIL_BEFORE);
    expect_code("check -c 0", 2);
    expect_not_in(fake_out(&fake), "Most TCP ports");
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 2);
    fake_release(&fake);
}
END_TEST

START_TEST(ctrl_c_ends_watching)
{
    server(100, 0);
    fake.is_stop_requested = true;
    expect_code("check --for full-in", 3);
    expect_in(fake_out(&fake), "Interrupted");
    fake_release(&fake);
}
END_TEST

/* ---- owners ----------------------------------------------------------- */

START_TEST(owners_are_read_only_for_an_alert)
{
    static const struct {
        const char *line;
        unsigned fetches;
        bool has_owners;
    } rows[] = {
        {"check", 1, false},
        {"check -c 50", 2, true},
        {"check -c 50 --format checkmk", 2, true},
        {"check -c 50 --format npd", 1, false},
        {"check -c 50 --format prtg", 1, false},
        {"check -c 50 --json", 1, false},
        {"check --for restart-pending -c @0", 1, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        server(600, 40);
        run_line(&fake, rows[i].line);
        ck_assert_msg(fake.calls_of[CALL_SOCKETS_FETCH] == rows[i].fetches, "%s", rows[i].line);
        ck_assert_msg(!!(fake.socket_masks & SOCKETS_OWNERS) == rows[i].has_owners, "%s",
                      rows[i].line);
        ck_assert_uint_eq(fake.registry_writes + fake.store_writes + fake.range_writes, 0);
        fake_release(&fake);
    }
}
END_TEST

/* ---- formats ---------------------------------------------------------- */

START_TEST(each_format_is_printed)
{
    static const struct {
        const char *options;
        int codes[4]; /* checkmk, npd, prtg, json */
    } rows[] = {
        {"", {0, 0, 0, 0}},
        {" -w 50", {0, 1, 0, 1}},
        {" -w @70:80 -c 50", {0, 1, 0, 2}},
        {" -c @50:70 --protocol tcp", {0, 1, 0, 2}},
        {" --for full-in", {0, 0, 0, 0}},
        {" --for blocks64 -w 20:30", {0, 1, 0, 1}},
        {" --for restart-pending", {0, 0, 0, 0}},
        {" -w x", {0, 2, 0, 3}},
        {" --nonsense --for blocks64 --protocol udp", {0, 2, 0, 3}},
        {" --for nonsense", {0, 2, 0, 3}},
        {" -t", {0, 2, 0, 3}},
    };
    static const char *const formats[] = {"check --format checkmk", "check --format=npd",
                                          "check --FORMAT prtg", "check --json"};
    struct text screens;

    server(600, 40);
    text_init(&screens);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
            char line[128];
            int code;

            snprintf(line, sizeof line, "%s%s", formats[f], rows[i].options);
            code = run_and_append(&fake, line, &screens);
            ck_assert_msg(code == rows[i].codes[f], "%s: exit %d", line, code);
            ck_assert_str_eq(fake_error(&fake), "");
            expect_ascii(fake_out(&fake));
            if (f == 0 || f == 1)
                ck_assert_ptr_eq(strchr(fake_out(&fake), '\n')[1] ? fake_out(&fake) : NULL, NULL);
            if (f == 1)
                ck_assert_uint_le(strlen(fake_out(&fake)), 81);
            if (f >= 2)
                json_decref(out_json(&fake));
        }
    golden_check("cli/check/formats.txt", text_string(&screens));
    text_release(&screens);
    fake_release(&fake);
}
END_TEST

/* ---- invalid input ---------------------------------------------------- */

START_TEST(invalid_input_is_unknown)
{
    static const char *const lines[] = {
        "check -w 20:10",
        "check -c",
        "check -w 1 -w 2",
        "check --warning",
        "check -x 5",
        "check -v",
        "check -w 10|20",
        "check --for ports",
        "check --protocol icmp",
        "check --for timewait --protocol udp",
        "check --for restart-pending --protocol tcp",
        "check -t 0",
        "check -t 1.5",
        "check -t 86401",
        "check --format xml",
        "check C:\\new\\x.txt",
        "check --dry-run",
        "check -w \xff",
        "check -w \n",
    };
    struct text screens;

    text_init(&screens);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        server(0, 0);
        expect_code(lines[i], 3);
        run_and_append(&fake, lines[i], &screens);
        ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0);
        fake_release(&fake);
    }
    server(0, 0);
    ck_assert_int_eq(run_and_append(&fake, "check --json --format npd", &screens), 3);
    golden_check("cli/check/refused.txt", text_string(&screens));
    text_release(&screens);
    fake_release(&fake);
}
END_TEST

START_TEST(help_and_version_are_unknown)
{
    static const char *const lines[] = {"check --help",         "check -h",
                                        "check --version",      "check -V",
                                        "check -w x --version", "check --for x --help"};

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        server(0, 0);
        ck_assert_msg(run_line(&fake, lines[i]) == 3, "%s", lines[i]);
        ck_assert_str_eq(fake_error(&fake), "");
        if (i == 2 || i == 3)
            ck_assert_str_eq(fake_out(&fake), "maxport " MAXPORT_VERSION "\n");
        fake_release(&fake);
    }
    server(0, 0);
    ck_assert_int_eq(run_line(&fake, "help check"), 0);
    ck_assert_int_eq(run_line(&fake, "metrics -V"), 2);
    ck_assert_int_eq(run_line(&fake, "metrics -w 5"), 2);
    fake_release(&fake);
}
END_TEST

/* ---- what could not be read ------------------------------------------- */

static void lose_bound(void)
{
    fake.can_show_bound = false;
}

static void lose_exclusions(void)
{
    fake.exclusions.is_known[PROTOCOL_TCP][FAMILY_IPV4] = false;
}

static void lose_udp6_range(void)
{
    fake.ranges[PROTOCOL_UDP][FAMILY_IPV6] = (struct running_range){.why = "It broke | twice."};
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), 0, FAIL_BEFORE); /* needed by the rule */
}

static void lose_tables(void)
{
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 0, FAIL_BEFORE);
}

static void lose_tcp6_table(void)
{
    fake.tables[PROTOCOL_TCP][FAMILY_IPV6] = (struct socket_table){.code = 5};
}

static void lack_ipv6(void)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        fake.tables[p][FAMILY_IPV6] = (struct socket_table){.code = 127};
}

static void lack_udp(void)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake.tables[PROTOCOL_UDP][f] = (struct socket_table){.code = 50};
}

static void grow_tcp4(void)
{
    fake.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial = true;
}

static void lose_stored(void)
{
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), 0, FAIL_BEFORE);
}

static void lose_names(void)
{
    fake_upset(&fake, FAKE_CALL(CALL_PROCESSES_LIST), 0, FAIL_BEFORE);
}

static void lose_version(void)
{
    fake_upset(&fake, FAKE_CALL(CALL_OS_VERSION_READ), 0, FAIL_BEFORE);
}

START_TEST(only_a_missing_part_of_the_figure_is_unknown)
{
    static const struct {
        void (*lose)(void);
        const char *line;
        int code;
    } rows[] = {
        {lose_bound, "check", 0},
        {lose_bound, "check --for bound", 3},
        {lose_bound, "check --for timewait", 0},
        {lose_exclusions, "check", 0},
        {lose_exclusions, "check --for restart-pending", 0},
        {lose_udp6_range, "check", 3},
        {lose_udp6_range, "check --protocol tcp", 0},
        {lose_tables, "check", 3},
        {lose_tables, "check --for full-in", 3},
        {lose_tables, "check --for restart-pending", 0},
        {lose_tcp6_table, "check", 3},
        {lose_tcp6_table, "check --protocol udp", 0},
        {lose_tcp6_table, "check -c 20", 2},     /* more than 20 % at any rate */
        {lose_tcp6_table, "check -w 20", 3},     /* could be critical */
        {lose_tcp6_table, "check -c @20:40", 3}, /* could be above 40 % */
        {lose_tcp6_table, "check --for blocks64 -c 12:", 2},
        {lose_tcp6_table, "check --for blocks64 -c 5:", 3},
        {lack_ipv6, "check", 0},
        {lack_udp, "check", 3},
        {lack_udp, "check --protocol tcp", 0},
        {grow_tcp4, "check", 3},
        {grow_tcp4, "check -c 20", 2},
        {grow_tcp4, "check --for blocks64", 3},
        {grow_tcp4, "check --for full-in", 3},
        {grow_tcp4, "check --protocol udp", 0},
        {lose_stored, "check --for restart-pending", 3},
        {lose_stored, "check", 0},
        {lose_names, "check -w 20", 1},
        {lose_version, "check", 3},
    };
    struct text screens;

    text_init(&screens);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int code;

        server(300, 40);
        rows[i].lose();
        code = run_and_append(&fake, rows[i].line, &screens);
        ck_assert_msg(code == rows[i].code, "row %zu, %s: exit %d: %s", i, rows[i].line, code,
                      fake_out(&fake));
        expect_contract(code);
        fake_release(&fake);
    }
    golden_check("cli/check/missing.txt", text_string(&screens));
    text_release(&screens);
}
END_TEST

START_TEST(an_unknown_value_has_an_error_form_in_each_format)
{
    static const char *const lines[] = {"check --format checkmk", "check --format npd",
                                        "check --format prtg", "check --json"};
    struct text screens;

    text_init(&screens);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        server(300, 40);
        lose_tables();
        run_and_append(&fake, lines[i], &screens);
        fake_release(&fake);
        server(300, 40);
        lose_version();
        run_and_append(&fake, lines[i], &screens);
        fake_release(&fake);
    }
    golden_check("cli/check/unknown.txt", text_string(&screens));
    text_release(&screens);
}
END_TEST

/* ---- the deadline ----------------------------------------------------- */

static void hang(struct fake *machine, void *context)
{
    (void)context;
    machine->monotonic_ms += 3600 * 1000;
    machine->now_ms += 3600 * 1000;
}

static void run_hanging(void *line)
{
    run_line(&fake, line);
}

START_TEST(a_source_that_hangs_is_not_waited_for)
{
    static const struct {
        const char *line;
        enum fake_call call;
        int code;
    } rows[] = {
        {"check", CALL_SOCKETS_FETCH, 3},
        {"check -t 5", CALL_RANGES_READ, 3},
        {"check --timeout 5", CALL_STORE_READ, 3},
        {"check --for full-in", CALL_CLOCK_SLEEP, 3},
        {"check -w 20", CALL_PROCESSES_LIST, 3},
        {"check --format checkmk --for blocks64", CALL_SOCKETS_FETCH, 0},
        {"check --format npd", CALL_SOCKETS_FETCH, 2},
        {"check --format prtg", CALL_SOCKETS_FETCH, 0},
        {"check --json -t 7", CALL_SOCKETS_FETCH, 3},
    };
    struct text screens;

    text_init(&screens);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char line[64];

        server(300, 40);
        ck_assert_int_eq(run_line(&fake, "backup"), 0);
        text_release(&fake.out);
        fake_when(&fake, FAKE_CALL(rows[i].call), 1, hang, NULL);
        strcpy(line, rows[i].line);
        ck_assert_msg(!fake_run(&fake, run_hanging, line), "%s", line);
        ck_assert(fake.has_passed_deadline);
        ck_assert_int_eq(fake.deadline_code, rows[i].code);
        text_printf(&screens, "> maxport %s\n%s", line, fake_out(&fake));
        ck_assert_str_eq(fake_error(&fake), "");
        fake_release(&fake);
    }
    golden_check("cli/check/deadline.txt", text_string(&screens));
    text_release(&screens);
}
END_TEST

/* The deadline is cleared before the output, so that the answer is printed once. */
START_TEST(the_output_is_not_under_the_deadline)
{
    server(300, 40);
    fake_when(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 1, hang, NULL);
    expect_code("check", 0);
    ck_assert_uint_lt(fake_first(&fake, FAKE_CALL(CALL_DEADLINE_CLEAR)),
                      fake_first(&fake, FAKE_CALL(CALL_SCREEN_WRITE)));
    fake_release(&fake);
    server(300, 40);
    fake_upset(&fake, FAKE_CALL(CALL_DEADLINE_SET), 1, FAIL_BEFORE);
    expect_code("check", 3);
    fake_release(&fake);
}
END_TEST

START_TEST(lost_output_is_unknown)
{
    static const struct {
        const char *line;
        int code;
    } rows[] = {{"check", 3},
                {"check --format npd", 2},
                {"check -c 20", 2},
                {"check --help", 3},
                {"check --format prtg", 1}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        server(300, 40);
        fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 1, FAIL_BEFORE);
        ck_assert_int_eq(run_line(&fake, rows[i].line), rows[i].code);
        expect_in(fake_error(&fake), "Cannot write to standard output.");
        fake_release(&fake);
    }
}
END_TEST

/* ---- names from outside ----------------------------------------------- */

START_TEST(hostile_names_are_encoded)
{
    static const char *const names[] = {
        "a\"b'c.exe",
        "c\\nd\\.exe",
        "e\nf\r\tg.exe",
        "h|x=9;1;1",
        "$HOME$`id`<b>&;",
        "\xef\xbc\xa1\xef\xbd\x82.exe",
        "\xe2\x80\xaekcab.exe",
        "\xff\xfe.exe",
        "PORTS OK - all is well % {}~*?!^",
        "a-name-of-more-than-ninety-six-bytes-a-name-of-more-than-ninety-six-bytes-a-name-of-more-"
        "than-ninety-six-bytes.exe",
    };
    static const char *const lines[] = {"check -c 0", "check -c 0 --format checkmk",
                                        "check -c 0 --format npd", "check -c @0:99 --format prtg"};
    struct text screens;

    text_init(&screens);
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
        server(1, 1);
        fake_add_process(&fake, 9000 + i, names[i]);
        fake_add_sockets(&fake, 10, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50100, "10.0.0.9",
                         443, 9000 + i);
        ck_assert_int_eq(run_and_append(&fake, lines[0], &screens), 2);
        expect_contract(2);
        for (size_t j = 1; j < sizeof lines / sizeof *lines; j++) {
            run_line(&fake, lines[j]);
            expect_ascii(fake_out(&fake));
            ck_assert_ptr_eq(strchr(fake_out(&fake), '\n'),
                             fake_out(&fake) + strlen(fake_out(&fake)) - 1);
        }
        fake_release(&fake);
    }
    golden_check("cli/check/hostile_names.txt", text_string(&screens));
    text_release(&screens);
}
END_TEST

/* The longest reasons and ranges. */
START_TEST(the_first_line_is_always_short)
{
    char line[256];

    server(1000, 1000);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        fake.ranges[p][FAMILY_IPV6] = (struct running_range){.is_known = false};
        memset(fake.ranges[p][FAMILY_IPV6].why, '|', RANGE_WHY_SIZE - 1);
    }
    fake_upset(&fake, FAKE_CALL(CALL_REGISTRY_READ), 0, FAIL_BEFORE);
    snprintf(line, sizeof line, "check -w %s -c %s", "@-123456789012.123456:123456789012.123456",
             "@-123456789012.123456:123456789012.123456");
    expect_code(line, 3);
    ck_assert_uint_gt(strcspn(fake_out(&fake), "\n"), 700);
    fake_release(&fake);
}
END_TEST

Suite *check_suite(void)
{
    Suite *suite = suite_create("check");
    TCase *tcase = tcase_create("check");

    tcase_add_test(tcase, each_state_is_printed);
    tcase_add_test(tcase, the_ends_belong_to_a_range);
    tcase_add_test(tcase, ranges_are_applied);
    tcase_add_test(tcase, each_figure_has_its_words);
    tcase_add_test(tcase, the_worse_family_counts);
    tcase_add_test(tcase, a_pending_restart_is_a_warning);
    tcase_add_test(tcase, a_trend_is_watched);
    tcase_add_test(tcase, a_slow_machine_gets_its_alert_without_programs);
    tcase_add_test(tcase, an_alert_is_not_lost);
    tcase_add_test(tcase, ctrl_c_ends_watching);
    tcase_add_test(tcase, owners_are_read_only_for_an_alert);
    tcase_add_test(tcase, each_format_is_printed);
    tcase_add_test(tcase, invalid_input_is_unknown);
    tcase_add_test(tcase, help_and_version_are_unknown);
    tcase_add_test(tcase, only_a_missing_part_of_the_figure_is_unknown);
    tcase_add_test(tcase, an_unknown_value_has_an_error_form_in_each_format);
    tcase_add_test(tcase, a_source_that_hangs_is_not_waited_for);
    tcase_add_test(tcase, the_output_is_not_under_the_deadline);
    tcase_add_test(tcase, lost_output_is_unknown);
    tcase_add_test(tcase, hostile_names_are_encoded);
    tcase_add_test(tcase, the_first_line_is_always_short);
    suite_add_tcase(suite, tcase);
    return suite;
}
