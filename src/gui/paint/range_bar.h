/* range_bar.h - shows the running and the predicted range in two bars over all ports.
 *
 * Both bars have the same scale from 0 to 65535. Ports that are only in the predicted range are
 * hatched in one direction. Ports that are only in the running range are hatched in the other
 * direction. Ticks below the lower bar mark listeners inside the predicted range.
 */
#ifndef GUI_PAINT_RANGE_BAR_H
#define GUI_PAINT_RANGE_BAR_H

#include "core/base/value.h"
#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

struct range_bar_view {
    struct port_range present;   /* the running range; count 0: unknown */
    struct port_range predicted; /* count 0: unknown */
    const char *present_name;    /* "Now" */
    const char *predicted_name;  /* "After a restart" */
    const char *unknown_words;   /* text if the predicted range is unknown; NULL: "unknown" */
    const uint16_t *listeners;   /* ports, ascending; only those inside `predicted` are shown */
    size_t listener_count;
};

int range_bar_height(const struct scale *scale);

/* Fills the rectangle with theme->panel and paints into it. */
void range_bar_paint(HDC dc, const RECT *rect, const struct range_bar_view *view,
                     const struct theme *theme, const struct scale *scale);

/* Computes the rectangles of the two bars. In a bar, port p starts at range_bar_x(bar, p); the bar
 * ends at range_bar_x(bar, 65536). */
void range_bar_frame(const RECT *rect, const struct scale *scale, RECT *present, RECT *predicted);
int range_bar_x(const RECT *bar, uint32_t port);

/* gained: number of ports only in `predicted`; lost: number of ports only in `present`. */
void range_difference(struct port_range present, struct port_range predicted, uint32_t *gained,
                      uint32_t *lost);

#endif
