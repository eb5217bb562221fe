#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/random_machine.h"
#include "cli/run.h"
#include "suites.h"

static void server(struct fake *fake)
{
    fake_init(fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(fake, (enum protocol)p, (enum family)f, 50000, 1000,
                              RANGE_SOURCE_NETSH);
    fake_exclude(fake, PROTOCOL_TCP, FAMILY_IPV4, 50900, 100, true);
    fake_add_sockets(fake, 400, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 70, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50500, "10.0.0.9", 1433,
                     4711);
    fake_add_sockets(fake, 5, PROTOCOL_TCP, STATE_BOUND, "::", 50600, NULL, 0, 812);
    fake_add_sockets(fake, 40, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 1234);
    fake_add_process(fake, 4711, "w3wp.exe");
    fake_add_process(fake, 812, "docker.exe");
    fake_add_process(fake, 1234, "dns.exe");
}

START_TEST(each_format_is_printed)
{
    static const char *const formats[] = {"prometheus", "openmetrics", "influx"};

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct fake fake;
        char line[64], name[64];

        server(&fake);
        sprintf(line, "metrics --top 2 --with-addresses --format %s", formats[i]);
        sprintf(name, "metrics/format_%s", formats[i]);
        ck_assert_int_eq(run_line(&fake, line), 0);
        expect_screen(&fake, name);
        fake_release(&fake);
    }
}
END_TEST

/* Opens ports as time passes. */
static void open_ports(struct fake *fake, void *context)
{
    uint16_t *next = context;

    fake_add_sockets(fake, 10, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", *next, "10.0.0.9", 443,
                     4711);
    *next += 10;
}

START_TEST(the_time_to_full_is_measured_on_request)
{
    uint16_t next = 50620;
    struct fake fake;

    server(&fake);
    ck_assert_int_eq(run_line(&fake, "metrics --with-time-to-full"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_CLOCK_SLEEP], 10);
    expect_not_in(fake_out(&fake), "maxport_full_in_seconds");
    fake_when(&fake, FAKE_CALL(CALL_CLOCK_SLEEP), 0, open_ports, &next);
    ck_assert_int_eq(run_line(&fake, "metrics --with-time-to-full --format openmetrics"), 0);
    /* 1,000 ports, of which 100 are excluded and 570 are in use; 10 more per second. */
    expect_in(fake_out(&fake), "maxport_full_in_seconds{protocol=\"tcp\",family=\"ipv4\"} 33 ");
    fake_release(&fake);
}
END_TEST

START_TEST(ctrl_c_ends_the_watch_and_keeps_the_old_file)
{
    struct fake fake;

    server(&fake);
    fake_folder_put(&fake.files, "m.prom", "old", 3);
    fake.is_stop_requested = true;
    ck_assert_int_eq(run_line(&fake, "metrics --with-time-to-full --file m.prom"), 5);
    ck_assert_str_eq(fake_folder_find(&fake.files, "m.prom")->data, "old");
    fake_release(&fake);
}
END_TEST

START_TEST(owners_and_addresses_are_left_out_by_default)
{
    struct fake fake;

    server(&fake);
    ck_assert_int_eq(run_line(&fake, "metrics"), 0);
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert_uint_eq(fake.calls_of[CALL_PROCESSES_LIST], 0);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 1);
    expect_not_in(fake_out(&fake), "w3wp");
    expect_not_in(fake_out(&fake), "10.0.0.9");
    expect_in(fake_out(&fake), "maxport_worst_remote_ports{protocol=\"tcp\"} 400\n");
    fake_release(&fake);
}
END_TEST

/* Names of programs come from outside, and each format separates its parts by other characters. */
START_TEST(hostile_names_stay_inside_their_label)
{
    static const char *const names[] = {
        "a\"b.exe",  "c\\d.exe",     "e\nf 1.exe", "g,h=i j.exe", "\xe2\x80\xaekcab.exe",
        "} 7\r\n#x", "\xff\xfe.exe", "end\\",      "other"};
    static const char *const lines[] = {"metrics --top 20", "metrics --top 20 --format openmetrics",
                                        "metrics --top 20 --format influx",
                                        "metrics --top 20 --json"};
    struct fake fake;
    struct text screens;

    server(&fake);
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
        fake_add_process(&fake, 9000 + i, names[i]);
        fake_add_sockets(&fake, 10 + i, PROTOCOL_UDP, STATE_NONE, "0.0.0.0",
                         (uint16_t)(50100 + 30 * i), NULL, 0, 9000 + i);
    }
    text_init(&screens);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_int_eq(run_and_append(&fake, lines[i], &screens), 0);
    golden_check("cli/metrics/hostile_names.txt", text_string(&screens));
    text_release(&screens);
    fake_release(&fake);
}
END_TEST

START_TEST(what_could_not_be_read_is_named)
{
    struct fake fake;

    server(&fake);
    fake.can_show_bound = false;
    fake.exclusions.is_known[PROTOCOL_UDP][FAMILY_IPV6] = false;
    fake_upset(&fake, FAKE_CALL(CALL_PROCESSES_LIST), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "metrics --top 5"), 0);
    expect_screen(&fake, "metrics/unseen");
    fake_calm(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "metrics"), 0);
    expect_in(fake_out(&fake), "maxport_unseen{what=\"tcp_ipv4_table\"} 1\n");
    expect_not_in(fake_out(&fake), "maxport_used_ports");
    expect_in(fake_out(&fake), "maxport_range_ports{protocol=\"tcp\",family=\"ipv4\"} 1000\n");
    fake_release(&fake);
}
END_TEST

/* ---- the file --------------------------------------------------------- */

/* The value with which Windows started is in the journal, which a user can keep open. */
START_TEST(without_the_journal_a_pending_restart_is_unknown)
{
    struct fake fake;

    server(&fake);
    ck_assert_int_eq(run_line(&fake, "set 60000 --yes --restore-point skip"), 0);
    fake_upset(&fake, FAKE_CALL(CALL_STORE_READ), 0, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "metrics"), 0);
    ck_assert(!strstr(fake_out(&fake), "maxport_restart_pending"));
    ck_assert(strstr(fake_out(&fake), "maxport_unseen{what=\"restart_pending\"} 1\n"));
    ck_assert_int_eq(run_line(&fake, "check --for restart-pending"), 3);
    fake_release(&fake);
}
END_TEST

START_TEST(the_file_is_replaced)
{
    struct fake fake;
    const struct fake_file *file;
    struct text printed;

    server(&fake);
    text_init(&printed);
    fake_folder_put(&fake.files, "maxport.prom", "old", 3);
    ck_assert_int_eq(run_line(&fake, "metrics"), 0);
    text_puts(&printed, fake_out(&fake));
    ck_assert_int_eq(run_line(&fake, "metrics --file maxport.prom"), 0);
    ck_assert_str_eq(fake_out(&fake), "");
    ck_assert_str_eq(fake_error(&fake), "");
    file = fake_folder_find(&fake.files, "maxport.prom");
    ck_assert_str_eq((const char *)file->data, text_string(&printed));
    ck_assert_uint_eq(fake.registry_writes + fake.store_writes + fake.range_writes, 0);
    text_release(&printed);
    fake_release(&fake);
}
END_TEST

START_TEST(the_old_file_stays_after_a_failure)
{
    struct fake fake;
    const struct fake_file *file;

    server(&fake);
    fake_folder_put(&fake.files, "maxport.prom", "old", 3);
    fake_upset(&fake, FAKE_CALL(CALL_FILES_WRITE), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "metrics --file maxport.prom"), 1);
    expect_screen(&fake, "metrics/the_old_file_stays_after_a_failure");
    file = fake_folder_find(&fake.files, "maxport.prom");
    ck_assert_str_eq((const char *)file->data, "old");
    fake_release(&fake);
}
END_TEST

START_TEST(wrong_options_are_refused)
{
    static const char *const lines[] = {
        "metrics --format xml",    "metrics --top 0",    "metrics --top x",
        "metrics --json --file x", "metrics C:\\x.prom", "metrics --json --format influx",
        "metrics --format",        "metrics --file",
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct fake fake;

        server(&fake);
        ck_assert_int_eq(run_line(&fake, lines[i]), 2);
        expect_screen_row(&fake, "metrics/refused", (int)i);
        ck_assert_uint_eq(fake.calls_of[CALL_FILES_WRITE], 0);
        fake_release(&fake);
    }
}
END_TEST

/* ---- the same figures everywhere -------------------------------------- */

static long long sample_at(json_t *metrics, const char *name, const char *protocol,
                           const char *family)
{
    json_t *sample;
    size_t i;

    json_array_foreach(json_object_get(metrics, "samples"), i, sample)
    {
        json_t *labels = json_object_get(sample, "labels");
        const char *p = json_string_value(json_object_get(labels, "protocol"));
        const char *f = json_string_value(json_object_get(labels, "family"));

        if (strcmp(json_string_value(json_object_get(sample, "name")), name) == 0 && p && f &&
            strcmp(p, protocol) == 0 && strcmp(f, family) == 0)
            return json_integer_value(json_object_get(sample, "value"));
    }
    ck_abort_msg("no sample of %s for %s over %s", name, protocol, family);
    return 0;
}

static unsigned seed;

static void compare(json_t *status, json_t *metrics, const char *protocol, const char *family)
{
    static const struct {
        const char *metric, *key;
    } rows[] = {
        {"maxport_used_ports", "in_use"},
        {"maxport_usable_ports", "available"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[64];

        sprintf(path, "usage.%s.%s.%s", protocol, family, rows[i].key);
        ck_assert_msg(sample_at(metrics, rows[i].metric, protocol, family) ==
                          json_number_at(status, path),
                      "seed %u: %s %s %s", seed, rows[i].metric, protocol, family);
    }
    ck_assert(sample_at(metrics, "maxport_used_ports", protocol, family) +
                  sample_at(metrics, "maxport_excluded_ports", protocol, family) <=
              2 * sample_at(metrics, "maxport_range_ports", protocol, family));
    ck_assert(sample_at(metrics, "maxport_largest_free_block_ports", protocol, family) <=
              sample_at(metrics, "maxport_usable_ports", protocol, family));
}

/* Checks that the ports of all states add up to the ports in use, and that no process has more
 * ports than are in use. */
static void check_parts(json_t *metrics, json_t *status)
{
    long long states = 0, programs = 0, used = 0;
    json_t *sample;
    size_t i;

    json_array_foreach(json_object_get(metrics, "samples"), i, sample)
    {
        const char *name = json_string_value(json_object_get(sample, "name"));
        long long value = json_integer_value(json_object_get(sample, "value"));

        used += strcmp(name, "maxport_used_ports") == 0 ? value : 0;
        states += strcmp(name, "maxport_state_ports") == 0 ? value : 0;
        if (strcmp(name, "maxport_process_ports") == 0) {
            programs += value;
            ck_assert_int_le(value, used);
        }
    }
    ck_assert_int_eq(states, used);
    ck_assert_int_ge(programs, json_number_at(status, "usage.tcp.both_families_in_use") +
                                   json_number_at(status, "usage.udp.both_families_in_use"));
}

static const char *fuller_of(json_t *status, const char *protocol)
{
    char path[64];

    snprintf(path, sizeof path, "usage.%s.family", protocol);
    return json_text_at(status, path);
}

/* Reads the number behind "LABEL=" in the performance data of the last output. */
static double performance_at(const struct fake *fake, const char *protocol, const char *label)
{
    char start[64];
    const char *at;

    snprintf(start, sizeof start, " %s_%s=", protocol, label);
    at = strstr(fake_out(fake), start);
    ck_assert_msg(at, "no %s in %s", start, fake_out(fake));
    return strtod(at + strlen(start), NULL);
}

/* Returns the sample of the state, 0 if there is none. */
static long long state_at(json_t *metrics, const char *family, const char *state)
{
    json_t *sample;
    size_t i;

    json_array_foreach(json_object_get(metrics, "samples"), i, sample)
    {
        json_t *labels = json_object_get(sample, "labels");
        const char *s = json_string_value(json_object_get(labels, "state"));
        const char *f = json_string_value(json_object_get(labels, "family"));

        if (s && strcmp(s, state) == 0 && strcmp(f, family) == 0)
            return json_integer_value(json_object_get(sample, "value"));
    }
    return 0;
}

static void check_agrees(struct fake *fake, json_t *status, json_t *metrics, const char *protocol)
{
    const char *family = fuller_of(status, protocol);
    long long used = sample_at(metrics, "maxport_used_ports", protocol, family);
    long long usable = sample_at(metrics, "maxport_usable_ports", protocol, family);
    double share, least = 1e9;
    char line[64], of_usable[64];

    snprintf(line, sizeof line, "check -w 0: -c 0: --protocol %s", protocol);
    ck_assert_int_eq(run_line(fake, line), 0);
    ck_assert_msg(performance_at(fake, protocol, "used_ports") == (double)used, "seed %u: %s", seed,
                  fake_out(fake));
    snprintf(of_usable, sizeof of_usable, "=%lld;;;0;%lld\n", used, usable);
    expect_in(fake_out(fake), of_usable);
    share = performance_at(fake, protocol, "used") - (usable ? 100.0 * used / usable : 0);
    ck_assert_msg(share <= 0.0501 && share >= -0.1001, "seed %u: %s", seed, fake_out(fake));
    snprintf(line, sizeof line, "check -w 0: -c 0: --for blocks64 --protocol %s", protocol);
    ck_assert_int_eq(run_line(fake, line), 0);
    for (int f = 0; f < FAMILY_COUNT; f++) {
        double blocks =
            (double)sample_at(metrics, "maxport_free_blocks", protocol, family_key((enum family)f));

        least = blocks < least ? blocks : least;
    }
    ck_assert_msg(performance_at(fake, protocol, "blocks_64") == least, "seed %u: %s", seed,
                  fake_out(fake));
}

/* A share is that of the family for which it is worse. */
static void check_shares_agree(struct fake *fake, json_t *metrics, const char *figure,
                               const char *label, const char *state)
{
    double worst = 0, found;
    char line[64];

    snprintf(line, sizeof line, "check -w 0: -c 0: --for %s", figure);
    ck_assert_int_eq(run_line(fake, line), 0);
    for (int f = 0; f < FAMILY_COUNT; f++) {
        const char *family = family_key((enum family)f);
        long long usable = sample_at(metrics, "maxport_usable_ports", "tcp", family);
        double share = usable ? 100.0 * state_at(metrics, family, state) / usable : 0;

        worst = share > worst ? share : worst;
    }
    found = performance_at(fake, "tcp", label);
    ck_assert_msg(found - worst <= 0.0501 && found - worst >= -0.1001, "seed %u: %s", seed,
                  fake_out(fake));
}

START_TEST(metrics_and_check_agree_with_status)
{
    for (unsigned number = 1; number <= 150; number++) {
        struct fake fake;
        json_t *status, *metrics;

        random_start(seed = number);
        random_machine(&fake);
        ck_assert_int_eq(run_line(&fake, "status --json"), 0);
        status = out_json(&fake);
        ck_assert_int_eq(run_line(&fake, "metrics --top 3 --json"), 0);
        metrics = out_json(&fake);
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++)
                compare(status, metrics, protocol_key((enum protocol)p),
                        family_key((enum family)f));
        check_parts(metrics, status);
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            check_agrees(&fake, status, metrics, protocol_key((enum protocol)p));
        check_shares_agree(&fake, metrics, "timewait", "time_wait", "time_wait");
        check_shares_agree(&fake, metrics, "bound", "bound", "bound");
        json_decref(status);
        json_decref(metrics);
        fake_release(&fake);
    }
}
END_TEST

Suite *metrics_suite(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tcase = tcase_create("metrics");

    tcase_add_test(tcase, each_format_is_printed);
    tcase_add_test(tcase, the_time_to_full_is_measured_on_request);
    tcase_add_test(tcase, ctrl_c_ends_the_watch_and_keeps_the_old_file);
    tcase_add_test(tcase, owners_and_addresses_are_left_out_by_default);
    tcase_add_test(tcase, hostile_names_stay_inside_their_label);
    tcase_add_test(tcase, what_could_not_be_read_is_named);
    tcase_add_test(tcase, without_the_journal_a_pending_restart_is_unknown);
    tcase_add_test(tcase, the_file_is_replaced);
    tcase_add_test(tcase, the_old_file_stays_after_a_failure);
    tcase_add_test(tcase, wrong_options_are_refused);
    tcase_add_test(tcase, metrics_and_check_agree_with_status);
    suite_add_tcase(suite, tcase);
    return suite;
}
