/* chart.h - how the use went: in use, TIME_WAIT and bound over a span of time.
 *
 * The three lines differ in their strokes, too, and the legend says which is which and
 * how many there are now. The limit is a line of its own; where everything is far below
 * it, the chart shows the lower part only, and says where the limit is.
 */
#ifndef GUI_PAINT_CHART_H
#define GUI_PAINT_CHART_H

#include "core/use/usage_history.h"
#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

struct chart_view {
    enum usage_history_span span;
    int64_t now_ms;                           /* the right edge */
    const struct usage_history_point *points; /* as usage_history_read gave them */
    size_t count;
    uint32_t available;   /* the limit; 0: not known, no line */
    bool shows_time_wait; /* false for UDP, which has none */
    bool shows_bound;
    const char *bound_note; /* in place of the figure where bound cannot be seen; NULL: it can */
};

/* Fills the rectangle with theme->panel and paints into it. */
void chart_paint(HDC dc, const RECT *rect, const struct chart_view *view, const struct theme *theme,
                 const struct scale *scale);

/* Where the lines are painted, and where in it a figure or a moment lies. */
struct chart_frame {
    RECT plot;
    uint32_t top; /* the figure at the upper edge; 0 is at the lower one */
};

void chart_frame(const RECT *rect, const struct chart_view *view, const struct scale *scale,
                 struct chart_frame *frame);
int chart_y(const struct chart_frame *frame, uint32_t ports);
int chart_x(const struct chart_frame *frame, const struct chart_view *view, int64_t monotonic_ms);

/* 1, 2 or 5 times a power of ten, so that `top` is reached in at most `steps` of them. */
uint32_t chart_nice_step(uint32_t top, unsigned steps);

#endif
