#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../suites.h"
#include "gui/model/rows_text.h"
#include "rows_scene.h"

START_TEST(csv_equals_the_csv_of_the_console)
{
    struct rows_scene scene;
    struct text text;

    rows_scene_open(&scene, GROUP_PROCESS);
    rows_scene_add(&scene, 50000, 443, STATE_ESTABLISHED, 8);
    rows_scene_add(&scene, 50001, 443, STATE_ESTABLISHED, 8);
    rows_scene_add(&scene, 50002, 443, STATE_TIME_WAIT, 0);
    rows_scene_fill(&scene);
    scene.sockets.count = 2;
    rows_scene_fill(&scene); /* rows marked as gone are not saved */
    text_init(&text);
    rows_text_print_csv(&scene.usage_rows, &text);
    ck_assert_str_eq(text_string(&text), "\xef\xbb\xbf"
                                         "protocol,ports,sockets,time_wait,pid,process\r\n"
                                         "tcp,2,2,0,8,Zeta.exe\r\n");
    text_release(&text);
    scene.input.kind = USAGE_ROWS_SOCKETS;
    scene.sockets.rows[1].owner = 4711;
    rows_scene_fill(&scene);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, true);
    text_init(&text);
    rows_text_print_csv(&scene.usage_rows, &text);
    ck_assert_str_eq(text_string(&text),
                     "\xef\xbb\xbf"
                     "protocol,family,local_address,local_port,remote_address,remote_port,state,"
                     "pid,process\r\n"
                     "tcp,ipv4,10.0.0.1,50001,10.0.0.2,443,established,4711,\r\n"
                     "tcp,ipv4,10.0.0.1,50000,10.0.0.2,443,established,8,Zeta.exe\r\n");
    text_release(&text);
    rows_scene_close(&scene);
}
END_TEST

START_TEST(missing_names_are_replaced_with_words)
{
    struct rows_scene scene;

    rows_scene_open(&scene, USAGE_ROWS_SOCKETS);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, false);
    rows_scene_add(&scene, 1, 443, STATE_ESTABLISHED, OWNER_UNKNOWN);
    rows_scene_add(&scene, 2, 443, STATE_TIME_WAIT, 0);
    rows_scene_add(&scene, 3, 443, STATE_ESTABLISHED, 0);
    rows_scene_add(&scene, 4, 443, STATE_ESTABLISHED, 4711);
    rows_scene_add(&scene, 5, 443, STATE_ESTABLISHED, 8);
    rows_scene_fill(&scene);
    ck_assert_str_eq(
        rows_scene_print(&scene, USAGE_ROWS_PROCESS),
        "(process unknown)|(TIME_WAIT, no process)|(no process)|process 4711 (ended)|Zeta.exe|");
    scene.input.has_names = false;
    rows_scene_fill(&scene);
    ck_assert_str_eq(
        rows_scene_print(&scene, USAGE_ROWS_PROCESS),
        "(process unknown)|(TIME_WAIT, no process)|(no process)|(name unknown)|(name unknown)|");
    scene.sockets.has_owners = false;
    rows_scene_fill(&scene);
    ck_assert_str_eq(rows_scene_print(&scene, USAGE_ROWS_PID),
                     "-|- changed|- changed|- changed|- changed|");
    rows_scene_close(&scene);
}
END_TEST

Suite *rows_text_suite(void)
{
    Suite *suite = suite_create("rows_text");
    TCase *tcase = tcase_create("rows_text");

    tcase_add_test(tcase, csv_equals_the_csv_of_the_console);
    tcase_add_test(tcase, missing_names_are_replaced_with_words);
    suite_add_tcase(suite, tcase);
    return suite;
}
