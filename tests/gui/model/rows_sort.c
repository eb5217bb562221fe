#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../suites.h"
#include "rows_scene.h"

START_TEST(every_column_is_sorted_by_its_meaning)
{
    static const struct {
        enum usage_rows_column column;
        bool is_descending;
        const char *ports;
    } rows[] = {
        {USAGE_ROWS_LOCAL, false, "9|100|50000|50001|"},
        {USAGE_ROWS_LOCAL, true, "50001|50000|100|9|"},
        {USAGE_ROWS_STATE, false, "100|50001|50000|9|"},  /* equal rows keep their order */
        {USAGE_ROWS_REMOTE, false, "100|50001|9|50000|"}, /* without endpoint, then 80, 443, 8080 */
        {USAGE_ROWS_PROCESS, false, "50001|9|50000|100|"}, /* (no process), alpha, alpha, Zeta */
        {USAGE_ROWS_PID, true, "9|50000|100|50001|"},
    };
    struct rows_scene scene;

    rows_scene_open(&scene, USAGE_ROWS_SOCKETS);
    rows_scene_add(&scene, 50000, 8080, STATE_ESTABLISHED, 12);
    rows_scene_add(&scene, 9, 443, STATE_ESTABLISHED, 12);
    rows_scene_add(&scene, 50001, 80, STATE_ESTABLISHED, 0);
    rows_scene_add(&scene, 100, 0, STATE_LISTEN, 8);
    rows_scene_fill(&scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ports[64] = "";

        usage_rows_sort(&scene.usage_rows, rows[i].column, rows[i].is_descending);
        for (size_t k = 0; k < scene.usage_rows.shown_count; k++)
            snprintf(ports + strlen(ports), sizeof ports - strlen(ports), "%u|",
                     (unsigned)rows_at(&scene.usage_rows, k)->key.local_port);
        ck_assert_msg(strcmp(ports, rows[i].ports) == 0, "row %zu: %s, not %s", i, ports,
                      rows[i].ports);
    }
    rows_scene_close(&scene);
}
END_TEST

START_TEST(sorting_matches_a_plain_comparison)
{
    struct rows_scene scene;
    uint32_t state = 1;

    rows_scene_open(&scene, USAGE_ROWS_SOCKETS);
    for (int i = 0; i < 3000; i++) {
        struct socket_row *row;

        state = state * 1664525u + 1013904223u;
        row = rows_scene_add(&scene, (uint16_t)(state >> 16), (uint16_t)(state >> 8 | 1),
                             STATE_ESTABLISHED, state % 3 ? 8 : 12);
        row->family = state >> 9 & 1 ? FAMILY_IPV6 : FAMILY_IPV4;
        memcpy(row->local, &state, sizeof state);
    }
    rows_scene_fill(&scene);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, false);
    ck_assert_uint_eq(scene.usage_rows.shown_count, 3000);
    for (size_t i = 1; i < scene.usage_rows.shown_count; i++) {
        const struct usage_rows_key *a = &rows_at(&scene.usage_rows, i - 1)->key;
        const struct usage_rows_key *b = &rows_at(&scene.usage_rows, i)->key;
        int order = a->family - b->family;

        order = order ? order : memcmp(a->local, b->local, sizeof a->local);
        order = order ? order : (int)a->local_port - (int)b->local_port;
        ck_assert_int_le(order, 0);
    }
    rows_scene_close(&scene);
}
END_TEST

Suite *rows_sort_suite(void)
{
    Suite *suite = suite_create("rows_sort");
    TCase *tcase = tcase_create("rows_sort");

    tcase_add_test(tcase, every_column_is_sorted_by_its_meaning);
    tcase_add_test(tcase, sorting_matches_a_plain_comparison);
    suite_add_tcase(suite, tcase);
    return suite;
}
