/* rows_scene.h - an invented sample, and the rows of page Who that were filled from it. */
#ifndef TESTS_GUI_MODEL_ROWS_SCENE_H
#define TESTS_GUI_MODEL_ROWS_SCENE_H

#include "gui/model/usage_rows.h"

struct rows_scene {
    struct sockets sockets;
    struct usage_groups groups;
    struct processes processes;
    struct usage usage[PROTOCOL_COUNT];
    char *names[8];
    struct usage_rows usage_rows;
    struct usage_rows_input input;
};

void rows_scene_open(struct rows_scene *scene, int kind);
void rows_scene_close(struct rows_scene *scene);
struct socket_row *rows_scene_add(struct rows_scene *scene, uint16_t local, uint16_t remote,
                                  unsigned state, uint32_t owner);
void rows_scene_fill(struct rows_scene *scene);
/* Returns the cell in `column` and the mark of each shown row, such as "49200 new|49201 |". */
const char *rows_scene_print(const struct rows_scene *scene, enum usage_rows_column column);

#endif
