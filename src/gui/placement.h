/* placement.h - stores position, size and page of the window, and restores them at its next
 * start. */
#ifndef GUI_PLACEMENT_H
#define GUI_PLACEMENT_H

#include "gui/page.h"

/* Returns the stored number `name`, or `usual` if no number below `limit` is stored. */
uint32_t placement_number(const struct window *window, const char *name, uint32_t usual,
                          uint32_t limit);

/* Returns the rectangle for the new window. Its position is the stored position. Its size is the
 * given size, or the stored size if width_dip is 0. */
RECT placement_rect(const struct window *window, int width_dip, int height_dip);

/* Moves the new window, which is still hidden, to the rectangle from placement_rect. */
void placement_apply(const struct window *window, const RECT *rect);

void placement_save(const struct window *window);

#endif
