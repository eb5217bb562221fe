#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../suites.h"
#include "gui/model/rows_text.h"
#include "gui/model/usage_rows.h"

/* A sample of our own, and what is filled from it. */
struct scene {
    struct sockets sockets;
    struct usage_groups groups;
    struct processes processes;
    struct usage usage[PROTOCOL_COUNT];
    char *names[8];
    struct usage_rows usage_rows;
    struct usage_rows_input input;
};

static const struct port_range range = {49152, 16384};

static void open_scene(struct scene *scene, int kind)
{
    static struct process rows[] = {{.id = 8, .name = "Zeta.exe"},
                                    {.id = 12, .name = "alpha.exe"},
                                    {.id = 20, .name = "=cmd|calc.exe"}};

    memset(scene, 0, sizeof *scene);
    usage_rows_init(&scene->usage_rows);
    sockets_init(&scene->sockets);
    scene->sockets.has_owners = true;
    scene->processes = (struct processes){.rows = rows, .count = 3};
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        scene->usage[p] = (struct usage){
            .protocol = (enum protocol)p, .range = {range, range}, .is_available = {true, true}};
    scene->input = (struct usage_rows_input){.kind = kind,
                                             .sockets = &scene->sockets,
                                             .groups = &scene->groups,
                                             .processes = &scene->processes,
                                             .has_names = true,
                                             .usage = scene->usage};
}

static void close_scene(struct scene *scene)
{
    usage_rows_release(&scene->usage_rows);
    sockets_release(&scene->sockets);
    usage_groups_release(&scene->groups);
}

static struct socket_row *add(struct scene *scene, uint16_t local, uint16_t remote, unsigned state,
                              uint32_t owner)
{
    struct fault fault;
    struct socket_row *row;

    ck_assert(sockets_reserve(&scene->sockets, 1, &fault));
    row = &scene->sockets.rows[scene->sockets.count++];
    *row = (struct socket_row){.protocol = PROTOCOL_TCP,
                               .family = FAMILY_IPV4,
                               .state = (uint8_t)state,
                               .has_remote = remote != 0,
                               .local_port = local,
                               .remote_port = remote,
                               .owner = owner,
                               .local = {10, 0, 0, 1},
                               .remote = {10, 0, 0, 2}};
    if (!remote)
        memset(row->remote, 0, sizeof row->remote);
    return row;
}

static void fill(struct scene *scene)
{
    struct fault fault;

    if (scene->input.kind != USAGE_ROWS_SOCKETS) {
        struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT] = {{range, range}, {range, range}};

        usage_groups_release(&scene->groups);
        ck_assert(usage_group(&scene->sockets, (enum usage_group)scene->input.kind, ranges,
                              SIZE_MAX, &scene->groups, &fault));
    }
    ck_assert(usage_rows_fill(&scene->usage_rows, &scene->input, &fault));
}

/* "49200 new|49201 |": a column and the mark of each row that is shown. */
static const char *printed(const struct scene *scene, enum usage_rows_column column)
{
    static char line[4096];
    char cell[256], mark[32];

    line[0] = '\0';
    for (size_t i = 0; i < scene->usage_rows.shown_count; i++) {
        const struct usage_rows_row *row = rows_at(&scene->usage_rows, i);

        rows_text_cell(&scene->usage_rows, row, column, cell, sizeof cell);
        rows_text_cell(&scene->usage_rows, row, USAGE_ROWS_MARK, mark, sizeof mark);
        snprintf(line + strlen(line), sizeof line - strlen(line), "%s%s%s|", cell, *mark ? " " : "",
                 mark);
    }
    return line;
}

START_TEST(the_first_filling_marks_nothing_and_the_next_what_has_changed)
{
    struct scene scene;

    open_scene(&scene, USAGE_ROWS_SOCKETS);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, false);
    add(&scene, 50001, 443, STATE_ESTABLISHED, 8);
    add(&scene, 50000, 443, STATE_ESTABLISHED, 8);
    add(&scene, 50002, 443, STATE_ESTABLISHED, 12);
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50000|10.0.0.1:50001|10.0.0.1:50002|");
    scene.sockets.rows[0].state = STATE_TIME_WAIT;
    scene.sockets.rows[0].owner = 0;
    scene.sockets.rows[1].local_port = 50007;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50000 gone|10.0.0.1:50001 changed|10.0.0.1:50002|"
                     "10.0.0.1:50007 new|");
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_PROCESS),
                     "Zeta.exe gone|(TIME_WAIT, no process) changed|alpha.exe|Zeta.exe new|");
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50001|10.0.0.1:50002|10.0.0.1:50007|");
    usage_rows_clear(&scene.usage_rows);
    scene.sockets.rows[1].local_port = 50009;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50001|10.0.0.1:50002|10.0.0.1:50009|");
    close_scene(&scene);
}
END_TEST

START_TEST(what_comes_back_after_it_was_gone_is_new)
{
    struct scene scene;

    open_scene(&scene, USAGE_ROWS_SOCKETS);
    add(&scene, 50000, 443, STATE_ESTABLISHED, 8);
    fill(&scene);
    scene.sockets.count = 0;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL), "10.0.0.1:50000 gone|");
    scene.sockets.count = 1;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL), "10.0.0.1:50000 new|");
    close_scene(&scene);
}
END_TEST

START_TEST(twins_are_told_apart_by_how_many_there_are)
{
    struct scene scene;

    open_scene(&scene, USAGE_ROWS_SOCKETS);
    for (int i = 0; i < 2; i++)
        add(&scene, 50000, 0, STATE_NONE, 8)->protocol = PROTOCOL_UDP;
    fill(&scene);
    add(&scene, 50000, 0, STATE_NONE, 8)->protocol = PROTOCOL_UDP;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50000|10.0.0.1:50000|10.0.0.1:50000 new|");
    scene.sockets.count = 1;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL),
                     "10.0.0.1:50000|10.0.0.1:50000 gone|10.0.0.1:50000 gone|");
    close_scene(&scene);
}
END_TEST

START_TEST(every_column_sorts_by_what_it_means)
{
    static const struct {
        enum usage_rows_column column;
        bool is_descending;
        const char *ports;
    } rows[] = {
        {USAGE_ROWS_LOCAL, false, "9|100|50000|50001|"},
        {USAGE_ROWS_LOCAL, true, "50001|50000|100|9|"},
        {USAGE_ROWS_STATE, false, "100|50001|50000|9|"},   /* what is equal stays as it was */
        {USAGE_ROWS_REMOTE, false, "100|50001|9|50000|"},  /* none first, then 80, 443, 8080 */
        {USAGE_ROWS_PROCESS, false, "50001|9|50000|100|"}, /* (waiting, alpha, alpha, Zeta */
        {USAGE_ROWS_PID, true, "9|50000|100|50001|"},
    };
    struct scene scene;

    open_scene(&scene, USAGE_ROWS_SOCKETS);
    add(&scene, 50000, 8080, STATE_ESTABLISHED, 12);
    add(&scene, 9, 443, STATE_ESTABLISHED, 12);
    add(&scene, 50001, 80, STATE_ESTABLISHED, 0);
    add(&scene, 100, 0, STATE_LISTEN, 8);
    fill(&scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ports[64] = "";

        usage_rows_sort(&scene.usage_rows, rows[i].column, rows[i].is_descending);
        for (size_t k = 0; k < scene.usage_rows.shown_count; k++)
            snprintf(ports + strlen(ports), sizeof ports - strlen(ports), "%u|",
                     (unsigned)rows_at(&scene.usage_rows, k)->key.local_port);
        ck_assert_msg(strcmp(ports, rows[i].ports) == 0, "row %zu: %s, not %s", i, ports,
                      rows[i].ports);
    }
    close_scene(&scene);
}
END_TEST

START_TEST(sorting_agrees_with_a_plain_one)
{
    struct scene scene;
    uint32_t state = 1;

    open_scene(&scene, USAGE_ROWS_SOCKETS);
    for (int i = 0; i < 3000; i++) {
        struct socket_row *row;

        state = state * 1664525u + 1013904223u;
        row = add(&scene, (uint16_t)(state >> 16), (uint16_t)(state >> 8 | 1), STATE_ESTABLISHED,
                  state % 3 ? 8 : 12);
        row->family = state >> 9 & 1 ? FAMILY_IPV6 : FAMILY_IPV4;
        memcpy(row->local, &state, sizeof state);
    }
    fill(&scene);
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
    close_scene(&scene);
}
END_TEST

START_TEST(the_filter_looks_at_every_column_and_at_what_is_new)
{
    static const struct {
        const char *filter;
        size_t count;
    } rows[] = {{"ZETA", 1}, {"time_wait", 1}, {":443", 2}, {"10.0.0.1:500", 3},
                {"12", 1},   {"none such", 0}, {"", 3}};
    struct scene scene;

    open_scene(&scene, USAGE_ROWS_SOCKETS);
    add(&scene, 50000, 443, STATE_ESTABLISHED, 8);
    add(&scene, 50001, 443, STATE_TIME_WAIT, 0);
    add(&scene, 50002, 80, STATE_ESTABLISHED, 12);
    fill(&scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        usage_rows_filter(&scene.usage_rows, rows[i].filter);
        ck_assert_msg(scene.usage_rows.shown_count == rows[i].count, "\"%s\": %zu", rows[i].filter,
                      scene.usage_rows.shown_count);
    }
    usage_rows_filter(&scene.usage_rows, "zeta");
    add(&scene, 50003, 80, STATE_ESTABLISHED, 8);
    scene.sockets.rows[0].owner = 12;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_LOCAL), "10.0.0.1:50003 new|");
    usage_rows_filter(&scene.usage_rows, "new");
    ck_assert_uint_eq(scene.usage_rows.shown_count, 1);
    fill(&scene); /* it is new no longer */
    ck_assert_uint_eq(scene.usage_rows.shown_count, 0);
    close_scene(&scene);
}
END_TEST

START_TEST(a_selection_is_found_by_what_it_is)
{
    struct scene scene;
    struct usage_rows_key key;

    open_scene(&scene, USAGE_ROWS_SOCKETS);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, false);
    add(&scene, 50005, 443, STATE_ESTABLISHED, 8);
    fill(&scene);
    key = rows_at(&scene.usage_rows, 0)->key;
    add(&scene, 50001, 443, STATE_ESTABLISHED, 8);
    fill(&scene);
    ck_assert_int_eq(usage_rows_find(&scene.usage_rows, &key), 1);
    usage_rows_hide(&scene.usage_rows, PROTOCOL_TCP, true);
    ck_assert_int_eq(usage_rows_find(&scene.usage_rows, &key), -1);
    close_scene(&scene);
}
END_TEST

START_TEST(groups_have_figures_a_share_and_a_first_port)
{
    struct scene scene;
    char cell[64];
    uint16_t port;

    open_scene(&scene, GROUP_PROCESS);
    for (uint16_t i = 0; i < 200; i++)
        add(&scene, (uint16_t)(50101 + (i * 37 + 50) % 200), 443, STATE_ESTABLISHED, 8);
    add(&scene, 49999, 443, STATE_TIME_WAIT, 0);
    add(&scene, 80, 443, STATE_ESTABLISHED, 8); /* outside of the range */
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_NAME), "Zeta.exe|(TIME_WAIT, no process)|");
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_PORTS), "200|1|");
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_SHARE), "1 %|<1 %|");
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_PID), "8|-|");
    ck_assert(usage_rows_first_port(&scene.usage_rows, rows_at(&scene.usage_rows, 0), &scene.input,
                                    &port));
    ck_assert_uint_eq(port, 50101);
    scene.sockets.rows[0].local_port = 50102;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_PORTS), "199 changed|1|");
    scene.sockets.count = 0;
    ck_assert(!usage_rows_first_port(&scene.usage_rows, rows_at(&scene.usage_rows, 0), &scene.input,
                                     &port));
    scene.usage[PROTOCOL_TCP].range[0].count = scene.usage[PROTOCOL_TCP].range[1].count = 0;
    fill(&scene);
    ck_assert_str_eq(rows_text_cell(&scene.usage_rows, rows_at(&scene.usage_rows, 0),
                                    USAGE_ROWS_SHARE, cell, sizeof cell),
                     "-");
    close_scene(&scene);
}
END_TEST

START_TEST(as_csv_it_is_what_the_console_prints)
{
    struct scene scene;
    struct text text;

    open_scene(&scene, GROUP_PROCESS);
    add(&scene, 50000, 443, STATE_ESTABLISHED, 8);
    add(&scene, 50001, 443, STATE_ESTABLISHED, 8);
    add(&scene, 50002, 443, STATE_TIME_WAIT, 0);
    fill(&scene);
    scene.sockets.count = 2;
    fill(&scene); /* what is gone is not saved */
    text_init(&text);
    rows_text_print_csv(&scene.usage_rows, &text);
    ck_assert_str_eq(text_string(&text), "protocol,ports,sockets,time_wait,pid,process\r\n"
                                         "tcp,2,2,0,8,Zeta.exe\r\n");
    text_release(&text);
    scene.input.kind = USAGE_ROWS_SOCKETS;
    scene.sockets.rows[1].owner = 4711;
    fill(&scene);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, true);
    text_init(&text);
    rows_text_print_csv(&scene.usage_rows, &text);
    ck_assert_str_eq(text_string(&text),
                     "protocol,family,local_address,local_port,remote_address,remote_port,state,"
                     "pid,process\r\n"
                     "tcp,ipv4,10.0.0.1,50001,10.0.0.2,443,established,4711,\r\n"
                     "tcp,ipv4,10.0.0.1,50000,10.0.0.2,443,established,8,Zeta.exe\r\n");
    text_release(&text);
    close_scene(&scene);
}
END_TEST

START_TEST(names_that_are_missing_are_said_in_words)
{
    struct scene scene;

    open_scene(&scene, USAGE_ROWS_SOCKETS);
    usage_rows_sort(&scene.usage_rows, USAGE_ROWS_LOCAL, false);
    add(&scene, 1, 443, STATE_ESTABLISHED, OWNER_UNKNOWN);
    add(&scene, 2, 443, STATE_TIME_WAIT, 0);
    add(&scene, 3, 443, STATE_ESTABLISHED, 0);
    add(&scene, 4, 443, STATE_ESTABLISHED, 4711);
    add(&scene, 5, 443, STATE_ESTABLISHED, 8);
    fill(&scene);
    ck_assert_str_eq(
        printed(&scene, USAGE_ROWS_PROCESS),
        "(process unknown)|(TIME_WAIT, no process)|(no process)|process 4711 (ended)|Zeta.exe|");
    scene.input.has_names = false;
    fill(&scene);
    ck_assert_str_eq(
        printed(&scene, USAGE_ROWS_PROCESS),
        "(process unknown)|(TIME_WAIT, no process)|(no process)|(name unknown)|(name unknown)|");
    scene.sockets.has_owners = false;
    fill(&scene);
    ck_assert_str_eq(printed(&scene, USAGE_ROWS_PID), "-|- changed|- changed|- changed|- changed|");
    close_scene(&scene);
}
END_TEST

Suite *usage_rows_suite(void)
{
    Suite *suite = suite_create("usage_rows");
    TCase *tcase = tcase_create("usage_rows");

    tcase_add_test(tcase, the_first_filling_marks_nothing_and_the_next_what_has_changed);
    tcase_add_test(tcase, what_comes_back_after_it_was_gone_is_new);
    tcase_add_test(tcase, twins_are_told_apart_by_how_many_there_are);
    tcase_add_test(tcase, every_column_sorts_by_what_it_means);
    tcase_add_test(tcase, sorting_agrees_with_a_plain_one);
    tcase_add_test(tcase, the_filter_looks_at_every_column_and_at_what_is_new);
    tcase_add_test(tcase, a_selection_is_found_by_what_it_is);
    tcase_add_test(tcase, groups_have_figures_a_share_and_a_first_port);
    tcase_add_test(tcase, as_csv_it_is_what_the_console_prints);
    tcase_add_test(tcase, names_that_are_missing_are_said_in_words);
    suite_add_tcase(suite, tcase);
    return suite;
}
