/* chart.h - a chart of port use: in use, TIME_WAIT and bound over a span of time.
 *
 * The three lines differ in colour and in stroke. The legend contains the names and current figures
 * of the lines. A fourth line shows the limit, i.e. the number of usable ports. If all values are
 * far below the limit, the chart does not reach up to the limit and states the limit as text.
 */
#ifndef GUI_PAINT_CHART_H
#define GUI_PAINT_CHART_H

#include "core/use/usage_history.h"
#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

struct chart_view {
    enum usage_history_span span;
    int64_t now_ms;                           /* the right edge */
    const struct usage_history_point *points; /* from usage_history_read */
    size_t count;
    uint32_t available;   /* the limit; 0: unknown and not drawn */
    bool shows_time_wait; /* false for UDP, which has no TIME_WAIT */
    bool shows_bound;
    /* Text instead of the figure if bound ports are unknown; otherwise NULL. */
    const char *bound_note;
};

/* Fills the rectangle with theme->panel and paints into it. */
void chart_paint(HDC dc, const RECT *rect, const struct chart_view *view, const struct theme *theme,
                 const struct scale *scale);

/* The area that contains the lines. It is used to convert figures and times to positions. */
struct chart_frame {
    RECT plot;
    uint32_t top; /* the figure at the upper edge; the lower edge is 0 */
};

void chart_frame(const RECT *rect, const struct chart_view *view, const struct scale *scale,
                 struct chart_frame *frame);
int chart_y(const struct chart_frame *frame, uint32_t ports);
int chart_x(const struct chart_frame *frame, const struct chart_view *view, int64_t monotonic_ms);

/* Returns the smallest step that reaches `top` in at most `steps` steps. A step is 1, 2 or 5 times
 * a power of ten. */
uint32_t chart_nice_step(uint32_t top, unsigned steps);

#endif
