/* gauge.h - the ports in use of one protocol: figures, text and a bar.
 *
 *     TCP                            812 of 16,384 in use, 5 %
 *     ▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░┊░░░░┊░░
 *     TIME_WAIT 120 · established 31
 */
#ifndef GUI_PAINT_GAUGE_H
#define GUI_PAINT_GAUGE_H

#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

struct gauge_view {
    const char *name; /* "TCP" */
    bool is_known;    /* False: the figures are meaningless, and `detail` says why */
    uint32_t in_use, available;
    const char *detail; /* one line below the bar, cut with an ellipsis; NULL: none. UTF-8 */
};

/* The height of a gauge with the fonts of `scale`. */
int gauge_height(const struct scale *scale);

/* Fills the rectangle with theme->panel and paints into it. */
void gauge_paint(HDC dc, const RECT *rect, const struct gauge_view *view, const struct theme *theme,
                 const struct scale *scale);

/* "812 of 16,384 in use, 5 %": the text of the gauge, also for screen readers. */
enum { GAUGE_TEXT_SIZE = 160 };
const char *gauge_text(char buffer[GAUGE_TEXT_SIZE], const struct gauge_view *view);

/* The rectangle of the bar and its filled width in pixels; for tests and hit tests. */
void gauge_bar(const RECT *rect, const struct gauge_view *view, const struct scale *scale,
               RECT *bar, int *filled_px);

#endif
