/* placement.h - stores position, size and choices of the window, and restores them at the next
 * start. */
#ifndef GUI_PLACEMENT_H
#define GUI_PLACEMENT_H

#include "gui/page.h"

/* Returns the stored number `name`, or `usual` if no number below `limit` is stored. */
uint32_t placement_number(const struct window *window, const char *name, uint32_t usual,
                          uint32_t limit);

/* Returns the rectangle for the new window, in workspace coordinates. The position is the stored
 * position, or the centre of the primary monitor if no monitor shows the stored position. The size
 * is the given size, or the stored size if width_dip is 0, or 1280 x 760 dip if no size is stored.
 * The rectangle is fitted into its monitor. For a screenshot, the position is CW_USEDEFAULT and the
 * size is not limited. */
RECT placement_rect(const struct window *window, int width_dip, int height_dip);

/* Moves the new window, which is still hidden, to the rectangle from placement_rect. Does nothing
 * if the position is CW_USEDEFAULT. */
void placement_apply(const struct window *window, const RECT *rect);

void placement_save(const struct window *window);

#endif
