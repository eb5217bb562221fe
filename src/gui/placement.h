/* placement.h - stores position, size and page of the window until its next start. */
#ifndef GUI_PLACEMENT_H
#define GUI_PLACEMENT_H

#include "gui/page.h"

/* A stored number below `limit`; `usual` if there is none. */
uint32_t placement_number(const struct window *window, const char *name, uint32_t usual,
                          uint32_t limit);

/* The rectangle of the new window: the stored position; the stored size if width_dip is 0. */
RECT placement_rect(const struct window *window, int width_dip, int height_dip);

/* Moves the new, hidden window to the result of placement_rect. */
void placement_apply(const struct window *window, const RECT *rect);

void placement_save(const struct window *window);

#endif
