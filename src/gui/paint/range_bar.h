/* range_bar.h - the predicted range drawn against the present one, over all ports.
 *
 * Two bars on one line from 0 to 65535. Ports that come are hatched one way, ports that
 * go the other way; listeners inside the predicted range are ticks below it.
 */
#ifndef GUI_PAINT_RANGE_BAR_H
#define GUI_PAINT_RANGE_BAR_H

#include "core/base/value.h"
#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

struct range_bar_view {
    struct port_range present;   /* count 0: not known */
    struct port_range predicted; /* count 0: not known */
    const char *present_name;    /* "Now" */
    const char *predicted_name;  /* "After a restart" */
    const char *unknown_words;   /* in place of a predicted range; NULL: "not known" */
    const uint16_t *listeners;   /* ports, rising; those outside the predicted range are left out */
    size_t listener_count;
};

int range_bar_height(const struct scale *scale);

/* Fills the rectangle with theme->panel and paints into it. */
void range_bar_paint(HDC dc, const RECT *rect, const struct range_bar_view *view,
                     const struct theme *theme, const struct scale *scale);

/* Where the two bars are; port p starts at range_bar_x(bar, p), p = 65536 is the end. */
void range_bar_frame(const RECT *rect, const struct scale *scale, RECT *present, RECT *predicted);
int range_bar_x(const RECT *bar, uint32_t port);

/* Ports of `predicted` that are not in `present`, and the other way round. */
void range_difference(struct port_range present, struct port_range predicted, uint32_t *gained,
                      uint32_t *lost);

#endif
