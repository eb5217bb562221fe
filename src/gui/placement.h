/* placement.h - what the window remembers until its next start: its place and size, and what
 * it showed. */
#ifndef GUI_PLACEMENT_H
#define GUI_PLACEMENT_H

#include "gui/page.h"

/* A remembered number below `limit`; `usual` where there is none. */
uint32_t placement_number(const struct window *window, const char *name, uint32_t usual,
                          uint32_t limit);

/* Where to open the window: as remembered. width_dip 0: the size as remembered, too. */
RECT placement_rect(const struct window *window, int width_dip, int height_dip);

void placement_save(const struct window *window);

#endif
