/* The command `ports --watch`: its page, lines, CSV and JSON, and the time between samples. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "suites.h"

static void stop(struct fake *fake, void *context)
{
    (void)context;
    fake->is_stop_requested = true;
}

/* Presses Ctrl-C while the command waits for the next sample, after it has taken `samples`
 * samples. */
static void stop_after(struct fake *fake, unsigned samples)
{
    fake_when(fake, FAKE_CALL(CALL_SCREEN_WAIT), samples, stop, NULL);
}

/* Adds *context connections each time the tables are read. */
static void grow(struct fake *fake, void *context)
{
    unsigned count = *(unsigned *)context;
    uint16_t next = (uint16_t)(49152 + fake->sockets.count);

    if (count)
        fake_add_sockets(fake, count, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", next, "10.0.0.9",
                         443, 4711);
}

static unsigned growth;

static void init_growing(struct fake *fake, unsigned each)
{
    fake_init(fake);
    growth = each;
    fake_add_process(fake, 4711, "leak.exe");
    fake_when(fake, FAKE_CALL(CALL_SOCKETS_FETCH), 0, grow, &growth);
}

static void use_console(struct fake *fake)
{
    fake->is_console[SCREEN_OUT] = true;
}

/* ---- the page --------------------------------------------------------- */

START_TEST(watch_draws_pages_in_place)
{
    struct fake fake;
    init_growing(&fake, 100);
    use_console(&fake);
    fake_add_sockets(&fake, 4, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 65000, "10.0.0.9", 80, 0);
    fake_add_sockets(&fake, 2, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 60000, NULL, 0, 77);
    stop_after(&fake, 6);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 6);
    ck_assert_uint_eq(fake.pages, 7); /* one page for each sample and one before the first sample */
    ck_assert(!fake.is_page_open);
    ck_assert_str_eq(fake_out(&fake), "");
    ck_assert_str_eq(fake_error(&fake), "");
    golden_check("cli/watch/watch_draws_pages_in_place.txt", fake_page(&fake));
    fake_release(&fake);
}
END_TEST

START_TEST(the_first_page_appears_before_any_table_is_read)
{
    struct fake fake;
    init_growing(&fake, 1);
    use_console(&fake);
    fake.is_stop_requested = true;
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    ck_assert_uint_eq(fake.pages, 1);
    golden_check("cli/watch/the_first_page_appears_before_any_table_is_read.txt", fake_page(&fake));
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 0);
    fake_release(&fake);
}
END_TEST

/* A page never exceeds the width of the window. If the window has at least 16 rows, it shows
 * the whole page, because maxport omits rows that do not fit and prints their number. */
START_TEST(a_page_fits_the_window)
{
    for (unsigned columns = 40; columns <= 130; columns += 15)
        for (unsigned rows = 1; rows <= 60; rows++) {
            struct fake fake;
            init_growing(&fake, 100);
            use_console(&fake);
            fake.page_columns = columns;
            fake.page_rows = rows;
            for (unsigned i = 0; i < 40; i++) {
                fake_add_sockets(&fake, 1 + i, PROTOCOL_TCP, STATE_CLOSE_WAIT, "10.0.0.5",
                                 (uint16_t)(51000 + 50 * i), "10.0.0.9", 80, 100 + i);
                fake_add_sockets(&fake, 1 + i, PROTOCOL_UDP, STATE_NONE, "0.0.0.0",
                                 (uint16_t)(51000 + 50 * i), NULL, 0, 100 + i);
            }
            stop_after(&fake, 2);
            ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
            expect_fits(fake_page(&fake), columns);
            if (rows >= 16) {
                ck_assert_msg(fake.cut == 0, "%u characters cut of %u x %u:\n%s", fake.cut, columns,
                              rows, fake_page(&fake));
                expect_in(fake_page(&fake), "more\n");
            }
            fake_release(&fake);
        }
}
END_TEST

START_TEST(by_and_top_apply_to_the_page)
{
    struct fake fake;
    init_growing(&fake, 3);
    use_console(&fake);
    fake_add_sockets(&fake, 9, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 65000, "10.0.0.7", 80,
                     5);
    stop_after(&fake, 1);
    ck_assert_int_eq(run_line(&fake, "ports --watch --by remote --top 1"), 0);
    expect_in(fake_page(&fake), "10.0.0.7:80\n  and 1 more\n");
    expect_not_in(fake_page(&fake), "10.0.0.9:443");
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_BOUND); /* without SOCKETS_OWNERS */
    fake_release(&fake);
}
END_TEST

START_TEST(a_failed_sample_keeps_the_page)
{
    struct fake fake;
    init_growing(&fake, 10);
    use_console(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 3, FAIL_BEFORE);
    stop_after(&fake, 3);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    golden_check("cli/watch/a_failed_sample_keeps_the_page.txt", fake_page(&fake));
    fake_release(&fake);
}
END_TEST

static void lose_a_table(struct fake *fake, void *context)
{
    (void)context;
    fake->tables[PROTOCOL_TCP][FAMILY_IPV4] =
        (struct socket_table){.is_available = false, .is_partial = true, .code = 122};
}

START_TEST(a_growing_table_keeps_the_page)
{
    struct fake fake;
    init_growing(&fake, 10);
    use_console(&fake);
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 3, lose_a_table, NULL);
    stop_after(&fake, 5);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    golden_check("cli/watch/a_growing_table_keeps_the_page.txt", fake_page(&fake));
    fake_calm(&fake);

    /* If a table stays unavailable, maxport stops warning about it. */
    fake.is_stop_requested = false;
    fake.tables[PROTOCOL_TCP][FAMILY_IPV4] = (struct socket_table){.is_available = true};
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 3, lose_a_table, NULL);
    stop_after(&fake, 6);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    expect_not_in(fake_page(&fake), "! Not all");
    golden_check("cli/watch/a_growing_table_keeps_the_page_2.txt", fake_page(&fake));
    fake_release(&fake);
}
END_TEST

START_TEST(an_incomplete_table_is_shown_as_incomplete)
{
    struct fake fake;
    init_growing(&fake, 10);
    use_console(&fake);
    fake.tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial = true;
    stop_after(&fake, 7);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    golden_check("cli/watch/an_incomplete_table_is_shown_as_incomplete.txt", fake_page(&fake));
    fake_release(&fake);
}
END_TEST

START_TEST(each_coloured_line_ends_with_the_normal_colour)
{
    struct fake fake;
    init_growing(&fake, 1600);
    use_console(&fake);
    fake.wants_color = true;
    stop_after(&fake, 10);
    ck_assert_int_eq(run_line(&fake, "ports --watch 1"), 0);
    const char *page = fake_page(&fake), *last = page;
    for (const char *at = page; (at = strchr(at, '<')) != NULL; at++)
        last = at;
    expect_in(page, "<warning>       rising by 1,600 ports/s, full in 0 s at this rate\n<normal>");
    expect_in(page, "<warning>  ! TCP runs out of ports in 0 seconds at the rate of the last 9 "
                    "seconds; 98 %\n"
                    "  are in use now.\n"
                    "<normal>");
    ck_assert_int_eq(strncmp(last, "<normal>", 8), 0);
    fake_release(&fake);

    init_growing(&fake, 1700);
    use_console(&fake);
    stop_after(&fake, 9);
    ck_assert_int_eq(run_line(&fake, "ports --watch 1"), 0);
    golden_check("cli/watch/each_coloured_line_ends_with_the_normal_colour.txt", fake_page(&fake));
    fake.is_stop_requested = false;
    fake.page_rows = 12;
    growth = 0;
    fake_add_sockets(&fake, 1084, PROTOCOL_TCP, STATE_BOUND, "10.0.0.5", 64452, NULL, 0, 812);
    stop_after(&fake, 1);
    ck_assert_int_eq(run_line(&fake, "ports --watch 1"), 0);
    golden_check("cli/watch/each_coloured_line_ends_with_the_normal_colour_2.txt",
                 fake_page(&fake));
    fake_release(&fake);
}
END_TEST

START_TEST(a_console_without_pages_shows_lines)
{
    struct fake fake;
    init_growing(&fake, 1);
    use_console(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_PAGE), 1, FAIL_BEFORE);
    stop_after(&fake, 2);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    ck_assert_uint_eq(fake.pages, 0);
    expect_in(fake_out(&fake), "2026-11-22 10:00:02  TCP 2 of 16,384 (<1 %), ");
    fake_release(&fake);
}
END_TEST

START_TEST(a_failed_page_ends_the_watch)
{
    struct fake fake;
    init_growing(&fake, 1);
    use_console(&fake);
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_PAGE), 3, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 1);
    ck_assert(!fake.is_page_open);
    expect_screen(&fake, "watch/a_failed_page_ends_the_watch");
    fake_release(&fake);
}
END_TEST

static void resize(struct fake *fake, void *context)
{
    (void)context;
    fake->page_columns = 60;
    fake->page_rows = 30;
    fake->monotonic_ms -= 1500; /* simulates a wait that ends before its time */
}

START_TEST(a_resized_window_is_redrawn_immediately)
{
    struct fake fake;
    init_growing(&fake, 1);
    use_console(&fake);
    fake_when(&fake, FAKE_CALL(CALL_SCREEN_WAIT), 1, resize, NULL);
    stop_after(&fake, 2);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 1);
    ck_assert_uint_eq(fake.pages, 3);
    expect_fits(fake_page(&fake), 60);
    fake_release(&fake);
}
END_TEST

/* ---- lines ------------------------------------------------------------ */

START_TEST(redirected_output_has_a_line_per_sample)
{
    struct fake fake;
    init_growing(&fake, 100);
    fake_add_sockets(&fake, 4, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 65000, "10.0.0.9", 80, 0);
    stop_after(&fake, 6);
    ck_assert_int_eq(run_line(&fake, "ports --watch 10"), 0);
    expect_screen(&fake, "watch/redirected_output_has_a_line_per_sample");
    ck_assert_uint_eq(fake.socket_masks, SOCKETS_ROWS | SOCKETS_BOUND);
    ck_assert_uint_eq(fake.calls_of[CALL_PROCESSES_LIST], 0);
    fake_release(&fake);
}
END_TEST

START_TEST(a_failed_sample_has_its_own_line)
{
    struct fake fake;
    init_growing(&fake, 1);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 2, FAIL_BEFORE);
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 3, lose_a_table, NULL);
    fake.tables[PROTOCOL_TCP][FAMILY_IPV6].is_available = false;
    stop_after(&fake, 3);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    expect_screen(&fake, "watch/a_failed_sample_has_its_own_line");
    fake_release(&fake);

    /* If the first sample fails, the command fails, too. */
    init_growing(&fake, 1);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 1, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 1);
    ck_assert_str_eq(fake_out(&fake), "");
    fake_release(&fake);
}
END_TEST

START_TEST(csv_contains_a_header_and_rows)
{
    struct fake fake;
    init_growing(&fake, 100);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 2, FAIL_BEFORE);
    stop_after(&fake, 6);
    ck_assert_int_eq(run_line(&fake, "ports --watch 10 --csv"), 0);
    expect_in(fake_out(&fake),
              "time,protocol,family,in_use,available,percent,time_wait,bound,is_partial,"
              "ports_per_second,seconds_to_full\r\n"
              "2026-11-22T10:00:00Z,tcp,ipv4,100,16384,1,0,0,false,,\r\n"
              "2026-11-22T10:00:00Z,udp,ipv4,0,16384,0,0,0,false,,\r\n"
              "2026-11-22T10:00:10Z,tcp,,,,,,,,,\r\n"
              "2026-11-22T10:00:10Z,udp,,,,,,,,,\r\n");
    expect_in(fake_out(&fake), "2026-11-22T10:00:50Z,tcp,ipv4,600,16384,4,0,0,false,10.000,1578\r\n"
                               "2026-11-22T10:00:50Z,udp,ipv4,0,16384,0,0,0,false,0.000,\r\n");
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_an_object_per_line)
{
    struct fake fake;
    unsigned lines = 0;
    init_growing(&fake, 100);
    fake_upset(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 2, FAIL_BEFORE);
    stop_after(&fake, 6);
    ck_assert_int_eq(run_line(&fake, "ports --watch --json"), 0);
    for (const char *line = fake_out(&fake); *line; lines++) {
        size_t length = strcspn(line, "\n");
        json_t *object = json_loadb(line, length, 0, NULL);

        ck_assert_msg(object, "no JSON: %.*s", (int)length, line);
        ck_assert_str_eq(json_text_at(object, "schema"), "maxport.ports-watch/1");
        ck_assert_int_eq(json_number_at(object, "interval_ms"), 2000);
        ck_assert_ptr_null(json_object_get(object, "groups"));
        if (lines == 1) {
            ck_assert_str_eq(json_text_at(object, "error.kind"), "failed");
            ck_assert_str_eq(json_text_at(object, "time"), "2026-11-22T10:00:02Z");
        } else {
            ck_assert_int_eq(json_number_at(object, "tcp.in_use"), 100 + 100 * lines);
            ck_assert_int_eq(json_number_at(object, "udp.in_use"), 0);
        }
        if (lines == 0)
            ck_assert(json_is_null(json_at(object, "tcp.ports_per_second")));
        if (lines == 5) {
            ck_assert_str_eq(json_text_at(object, "tcp.trend"), "rising");
            ck_assert_double_eq_tol(json_real_value(json_at(object, "tcp.ports_per_second")), 50,
                                    0.01);
            ck_assert_int_eq(json_number_at(object, "tcp.seconds_to_full"), 315);
            ck_assert(json_is_null(json_at(object, "udp.seconds_to_full")));
            /* A rise watched for only 10 s causes no warning if the ports last another 315 s. */
            ck_assert(json_is_false(json_at(object, "tcp.runs_out_soon")));
        }
        json_decref(object);
        line += length + (line[length] == '\n');
    }
    ck_assert_uint_eq(lines, 6);
    fake_release(&fake);
}
END_TEST

START_TEST(json_contains_groups_with_by)
{
    struct fake fake;
    init_growing(&fake, 5);
    stop_after(&fake, 1);
    ck_assert_int_eq(run_line(&fake, "ports --json --watch --by process"), 0);
    json_t *object = out_json(&fake);
    ck_assert_str_eq(json_text_at(object, "groups.0.process"), "leak.exe");
    ck_assert_int_eq(json_number_at(object, "groups.0.ports"), 5);
    json_decref(object);
    fake_release(&fake);
}
END_TEST

/* ---- between samples -------------------------------------------------- */

static void delay_sample(struct fake *fake, void *context)
{
    fake->monotonic_ms += *(int64_t *)context;
    fake->now_ms += *(int64_t *)context;
}

START_TEST(slow_sampling_lengthens_the_interval)
{
    static int64_t long_ms = 400;
    struct fake fake;
    init_growing(&fake, 1);
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 0, delay_sample, &long_ms);
    stop_after(&fake, 3);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 0);
    expect_screen(&fake, "watch/slow_sampling_lengthens_the_interval");
    fake_release(&fake);

    init_growing(&fake, 1);
    use_console(&fake);
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 0, delay_sample, &long_ms);
    stop_after(&fake, 2);
    ck_assert_int_eq(run_line(&fake, "ports --watch 7"), 0);
    golden_check("cli/watch/slow_sampling_lengthens_the_interval_page.txt", fake_page(&fake));
    fake_release(&fake);

    init_growing(&fake, 1);
    fake_when(&fake, FAKE_CALL(CALL_SOCKETS_FETCH), 0, delay_sample, &long_ms);
    stop_after(&fake, 2);
    ck_assert_int_eq(run_line(&fake, "ports --watch 8"), 0);
    ck_assert_str_eq(fake_error(&fake), "");
    fake_release(&fake);
}
END_TEST

static void move_range(struct fake *fake, void *context)
{
    (void)context;
    fake_answer_range(fake, PROTOCOL_TCP, FAMILY_IPV4, 40000, 20000, RANGE_SOURCE_WMI);
}

START_TEST(watch_shows_a_range_changed_meanwhile)
{
    struct fake fake;
    init_growing(&fake, 1);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake_answer_range(&fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_WMI);
    fake_when(&fake, FAKE_CALL(CALL_SCREEN_WAIT), 1, move_range, NULL);
    stop_after(&fake, 5);
    ck_assert_int_eq(run_line(&fake, "ports --watch 30"), 0);
    expect_in(fake_out(&fake), "10:00:30  TCP 2 of 16,384 ");
    expect_in(fake_out(&fake), "10:01:00  TCP 3 of 20,000 ");
    ck_assert_uint_eq(fake.calls_of[CALL_RANGES_READ], 3);
    fake_release(&fake);
}
END_TEST

START_TEST(a_closed_pipe_ends_the_watch)
{
    struct fake fake;
    init_growing(&fake, 1);
    fake_upset(&fake, FAKE_CALL(CALL_SCREEN_WRITE), 3, FAIL_BEFORE);
    ck_assert_int_eq(run_line(&fake, "ports --watch"), 1);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 3);
    fake_release(&fake);
}
END_TEST

START_TEST(valid_intervals_are_accepted_and_others_refused)
{
    static const struct {
        const char *line;
        int64_t interval_ms; /* 0: maxport refuses the interval */
    } rows[] = {
        {"ports --watch", 2000},
        {"ports --watch 5", 5000},
        {"ports --watch=5", 5000},
        {"ports --watch 3600", 3600000},
        {"ports --watch 1 --json", 1000},
        {"ports --watch --csv", 2000},
        {"ports --json --watch", 2000},
        {"ports --watch 0", 0},
        {"ports --watch 3601", 0},
        {"ports --watch 99999", 0},
        {"ports --watch 1.5", 0},
        {"ports --watch five", 0},
        {"ports --watch -5", 0},
        {"ports --watch 5 6", 0},
        {"ports --watch --watch", 0},
        {"ports --watch --by process", 0},
        {"ports --watch --top 3 --csv", 0},
        {"ports 5", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake fake;
        init_growing(&fake, 1);
        int64_t started_ms = fake.now_ms;
        fake_when(&fake, FAKE_CALL(CALL_SCREEN_WAIT), 2, stop, NULL);
        int code = run_line(&fake, rows[i].line);
        ck_assert_msg(code == (rows[i].interval_ms ? 0 : 2), "%s: exit %d\n%s", rows[i].line, code,
                      fake_error(&fake));
        ck_assert_int_eq(fake.now_ms - started_ms, rows[i].interval_ms);
        fake_release(&fake);
    }
    struct fake fake;
    init_growing(&fake, 1);
    ck_assert_int_eq(run_line(&fake, "ports --watch 4x"), 2);
    expect_screen(&fake, "watch/valid_intervals_are_accepted_and_others_refused");
    ck_assert_int_eq(run_line(&fake, "ports --watch --help"), 0);
    expect_in(fake_out(&fake), "  --watch [SECONDS]");
    fake_release(&fake);
}
END_TEST

/* After many samples, the command must still work, and must not have leaked memory. */
START_TEST(watch_runs_for_2000_samples)
{
    struct fake fake;
    init_growing(&fake, 0);
    use_console(&fake);
    stop_after(&fake, 2000);
    ck_assert_int_eq(run_line(&fake, "ports --watch 3600"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_SOCKETS_FETCH], 2000);
    expect_in(fake_page(&fake), "       steady\n");
    fake_release(&fake);
}
END_TEST

Suite *watch_suite(void)
{
    Suite *suite = suite_create("watch");
    TCase *page = tcase_create("page"), *lines = tcase_create("lines");
    TCase *between = tcase_create("between samples");
    tcase_set_timeout(page, 60);
    tcase_add_test(page, watch_draws_pages_in_place);
    tcase_add_test(page, the_first_page_appears_before_any_table_is_read);
    tcase_add_test(page, a_page_fits_the_window);
    tcase_add_test(page, by_and_top_apply_to_the_page);
    tcase_add_test(page, a_failed_sample_keeps_the_page);
    tcase_add_test(page, a_growing_table_keeps_the_page);
    tcase_add_test(page, an_incomplete_table_is_shown_as_incomplete);
    tcase_add_test(page, each_coloured_line_ends_with_the_normal_colour);
    tcase_add_test(page, a_console_without_pages_shows_lines);
    tcase_add_test(page, a_failed_page_ends_the_watch);
    tcase_add_test(page, a_resized_window_is_redrawn_immediately);
    suite_add_tcase(suite, page);
    tcase_add_test(lines, redirected_output_has_a_line_per_sample);
    tcase_add_test(lines, a_failed_sample_has_its_own_line);
    tcase_add_test(lines, csv_contains_a_header_and_rows);
    tcase_add_test(lines, json_contains_an_object_per_line);
    tcase_add_test(lines, json_contains_groups_with_by);
    suite_add_tcase(suite, lines);
    tcase_set_timeout(between, 60);
    tcase_add_test(between, slow_sampling_lengthens_the_interval);
    tcase_add_test(between, watch_shows_a_range_changed_meanwhile);
    tcase_add_test(between, a_closed_pipe_ends_the_watch);
    tcase_add_test(between, valid_intervals_are_accepted_and_others_refused);
    tcase_add_test(between, watch_runs_for_2000_samples);
    suite_add_tcase(suite, between);
    return suite;
}
