#include "rows_scene.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "gui/model/rows_text.h"

static const struct port_range range = {49152, 16384};

void rows_scene_open(struct rows_scene *scene, int kind)
{
    static struct process rows[] = {{.id = 8, .name = "Zeta.exe"},
                                    {.id = 12, .name = "alpha.exe"},
                                    {.id = 20, .name = "=cmd|calc.exe"},
                                    {.id = 30, .name = "ALPHA.exe"}};

    memset(scene, 0, sizeof *scene);
    usage_rows_init(&scene->usage_rows);
    sockets_init(&scene->sockets);
    scene->sockets.has_owners = true;
    scene->processes = (struct processes){.rows = rows, .count = 4};
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

void rows_scene_close(struct rows_scene *scene)
{
    usage_rows_release(&scene->usage_rows);
    sockets_release(&scene->sockets);
    usage_groups_release(&scene->groups);
}

struct socket_row *rows_scene_add(struct rows_scene *scene, uint16_t local, uint16_t remote,
                                  unsigned state, uint32_t owner)
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

void rows_scene_fill(struct rows_scene *scene)
{
    struct fault fault;

    if (scene->input.kind != USAGE_ROWS_SOCKETS) {
        struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT] = {{range, range}, {range, range}};

        usage_groups_release(&scene->groups);
        ck_assert(scene->input.kind == GROUP_NAME
                      ? usage_group_names(&scene->sockets, &scene->processes, ranges, SIZE_MAX,
                                          &scene->groups, &fault)
                      : usage_group(&scene->sockets, (enum usage_group)scene->input.kind, ranges,
                                    SIZE_MAX, &scene->groups, &fault));
    }
    ck_assert(usage_rows_fill(&scene->usage_rows, &scene->input, &fault));
}

const char *rows_scene_print(const struct rows_scene *scene, enum usage_rows_column column)
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
