#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../suites.h"
#include "gui/model/rows_text.h"
#include "rows_scene.h"

START_TEST(only_a_second_fill_marks_changed_rows)
{
    struct rows_scene scene;

    rows_scene_open(&scene, USAGE_ROWS_SOCKETS);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, false);
    rows_scene_add(&scene, 50001, 443, STATE_ESTABLISHED, 8);
    rows_scene_add(&scene, 50000, 443, STATE_ESTABLISHED, 8);
    rows_scene_add(&scene, 50002, 443, STATE_ESTABLISHED, 12);
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50000|10.0.0.1:50001|10.0.0.1:50002|");
    scene.sockets.rows[0].state = STATE_TIME_WAIT;
    scene.sockets.rows[0].owner = 0;
    scene.sockets.rows[1].local_port = 50007;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50000 gone|10.0.0.1:50001 changed|10.0.0.1:50002|"
                     "10.0.0.1:50007 new|");
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_PROCESS),
                     "Zeta.exe gone|(TIME_WAIT, no process) changed|alpha.exe|Zeta.exe new|");
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50001|10.0.0.1:50002|10.0.0.1:50007|");
    usage_rows_clear(&scene.usage_rows);
    scene.sockets.rows[1].local_port = 50009;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50001|10.0.0.1:50002|10.0.0.1:50009|");
    rows_scene_close(&scene);
}
END_TEST

START_TEST(a_row_that_returns_is_marked_as_new)
{
    struct rows_scene scene;

    rows_scene_open(&scene, USAGE_ROWS_SOCKETS);
    rows_scene_add(&scene, 50000, 443, STATE_ESTABLISHED, 8);
    rows_scene_fill(&scene);
    scene.sockets.count = 0;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL), "10.0.0.1:50000 gone|");
    scene.sockets.count = 1;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL), "10.0.0.1:50000 new|");
    rows_scene_close(&scene);
}
END_TEST

START_TEST(equal_rows_are_matched_by_their_number)
{
    struct rows_scene scene;

    rows_scene_open(&scene, USAGE_ROWS_SOCKETS);
    for (int i = 0; i < 2; i++)
        rows_scene_add(&scene, 50000, 0, STATE_NONE, 8)->protocol = PROTOCOL_UDP;
    rows_scene_fill(&scene);
    rows_scene_add(&scene, 50000, 0, STATE_NONE, 8)->protocol = PROTOCOL_UDP;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50000|10.0.0.1:50000|10.0.0.1:50000 new|");
    scene.sockets.count = 1;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50000|10.0.0.1:50000 gone|10.0.0.1:50000 gone|");
    rows_scene_close(&scene);
}
END_TEST

START_TEST(the_filter_searches_every_column_and_the_marks)
{
    static const struct {
        const char *filter;
        size_t count;
    } rows[] = {{"ZETA", 1}, {"time_wait", 1}, {":443", 2}, {"10.0.0.1:500", 3},
                {"12", 1},   {"none such", 0}, {"", 3}};
    struct rows_scene scene;

    rows_scene_open(&scene, USAGE_ROWS_SOCKETS);
    rows_scene_add(&scene, 50000, 443, STATE_ESTABLISHED, 8);
    rows_scene_add(&scene, 50001, 443, STATE_TIME_WAIT, 0);
    rows_scene_add(&scene, 50002, 80, STATE_ESTABLISHED, 12);
    rows_scene_fill(&scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        usage_rows_filter(&scene.usage_rows, rows[i].filter);
        ck_assert_msg(scene.usage_rows.shown_count == rows[i].count, "\"%s\": %zu", rows[i].filter,
                      scene.usage_rows.shown_count);
    }
    usage_rows_filter(&scene.usage_rows, "zeta");
    rows_scene_add(&scene, 50003, 80, STATE_ESTABLISHED, 8);
    scene.sockets.rows[0].owner = 12;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_LOCAL), "10.0.0.1:50003 new|");
    usage_rows_filter(&scene.usage_rows, "new");
    ck_assert_uint_eq(scene.usage_rows.shown_count, 1);
    rows_scene_fill(&scene); /* the row is in both samples now, so it is not new */
    ck_assert_uint_eq(scene.usage_rows.shown_count, 0);
    rows_scene_close(&scene);
}
END_TEST

START_TEST(a_selected_row_is_found_by_its_key)
{
    struct rows_scene scene;
    struct usage_rows_key key;

    rows_scene_open(&scene, USAGE_ROWS_SOCKETS);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, false);
    rows_scene_add(&scene, 50005, 443, STATE_ESTABLISHED, 8);
    rows_scene_fill(&scene);
    key = rows_at(&scene.usage_rows, 0)->key;
    rows_scene_add(&scene, 50001, 443, STATE_ESTABLISHED, 8);
    rows_scene_fill(&scene);
    ck_assert_int_eq(usage_rows_find(&scene.usage_rows, &key), 1);
    usage_rows_hide(&scene.usage_rows, PROTOCOL_TCP, true);
    ck_assert_int_eq(usage_rows_find(&scene.usage_rows, &key), -1);
    rows_scene_close(&scene);
}
END_TEST

START_TEST(groups_have_counts_a_share_and_a_first_port)
{
    struct rows_scene scene;
    char cell[64];
    uint16_t port;

    rows_scene_open(&scene, GROUP_PROCESS);
    for (uint16_t i = 0; i < 200; i++)
        rows_scene_add(&scene, (uint16_t)(50101 + (i * 37 + 50) % 200), 443, STATE_ESTABLISHED, 8);
    rows_scene_add(&scene, 49999, 443, STATE_TIME_WAIT, 0);
    rows_scene_add(&scene, 80, 443, STATE_ESTABLISHED, 8); /* outside the range */
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_NAME),
                     "Zeta.exe|(TIME_WAIT, no process)|");
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_PORTS), "200|1|");
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_SHARE), "1 %|<1 %|");
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_PID), "8|-|");
    ck_assert(usage_rows_first_port(&scene.usage_rows, rows_at(&scene.usage_rows, 0), &scene.input,
                                    &port));
    ck_assert_uint_eq(port, 50101);
    scene.sockets.rows[0].local_port = 50102;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_PORTS), "199 changed|1|");
    scene.sockets.count = 0;
    ck_assert(!usage_rows_first_port(&scene.usage_rows, rows_at(&scene.usage_rows, 0), &scene.input,
                                     &port));
    scene.usage[PROTOCOL_TCP].range[0].count = scene.usage[PROTOCOL_TCP].range[1].count = 0;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_text_cell(&scene.usage_rows, rows_at(&scene.usage_rows, 0),
                                    USAGE_ROWS_SHARE, cell, sizeof cell),
                     "-");
    rows_scene_close(&scene);
}
END_TEST

START_TEST(programs_group_their_processes)
{
    char first[] = "alpha.exe (2 processes)", second[] = "Zeta.exe (PID 8)";
    char *names[] = {first, second};
    struct rows_scene scene;
    struct text text;
    uint16_t port;

    rows_scene_open(&scene, GROUP_NAME);
    rows_scene_add(&scene, 50003, 443, STATE_ESTABLISHED, 30);
    rows_scene_add(&scene, 50002, 443, STATE_ESTABLISHED, 12);
    rows_scene_add(&scene, 50001, 443, STATE_ESTABLISHED, 8);
    scene.input.group_names = names;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_NAME),
                     "alpha.exe (2 processes)|Zeta.exe (PID 8)|");
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_PORTS), "2|1|");
    ck_assert(usage_rows_first_port(&scene.usage_rows, rows_at(&scene.usage_rows, 0), &scene.input,
                                    &port));
    ck_assert_uint_eq(port, 50002);
    scene.sockets.rows[1].local_port = 50004; /* now the first port is that of the other process */
    ck_assert(usage_rows_first_port(&scene.usage_rows, rows_at(&scene.usage_rows, 0), &scene.input,
                                    &port));
    ck_assert_uint_eq(port, 50003);
    text_init(&text);
    rows_text_print_csv(&scene.usage_rows, &text);
    ck_assert_str_eq(text_string(&text),
                     "\xef\xbb\xbf"
                     "protocol,ports,sockets,time_wait,lowest_pid,process,processes\r\n"
                     "tcp,2,2,0,12,alpha.exe,2\r\ntcp,1,1,0,8,Zeta.exe,1\r\n");
    text_release(&text);
    rows_scene_close(&scene);
}
END_TEST

Suite *usage_rows_suite(void)
{
    Suite *suite = suite_create("usage_rows");
    TCase *tcase = tcase_create("usage_rows");

    tcase_add_test(tcase, only_a_second_fill_marks_changed_rows);
    tcase_add_test(tcase, a_row_that_returns_is_marked_as_new);
    tcase_add_test(tcase, equal_rows_are_matched_by_their_number);
    tcase_add_test(tcase, the_filter_searches_every_column_and_the_marks);
    tcase_add_test(tcase, a_selected_row_is_found_by_its_key);
    tcase_add_test(tcase, groups_have_counts_a_share_and_a_first_port);
    tcase_add_test(tcase, programs_group_their_processes);
    suite_add_tcase(suite, tcase);
    return suite;
}
