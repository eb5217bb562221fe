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
    bool is_known;    /* false: the figures must not be shown, and `detail` contains the reason */
    uint32_t in_use, available;
    /* UTF-8; the line below the bar. A line that is too long is cut with an ellipsis. NULL: no
     * line. */
    const char *detail;
};

/* Returns the height of a gauge with the fonts of `scale`. */
int gauge_height(const struct scale *scale);

/* Fills the rectangle with theme->panel and paints into it. */
void gauge_paint(HDC dc, const RECT *rect, const struct gauge_view *view, const struct theme *theme,
                 const struct scale *scale);

/* Writes the text of the gauge to buffer, such as "812 of 16,384 in use, 5 %", and returns buffer.
 * The name of the gauge for screen readers contains the text, too. */
enum { GAUGE_TEXT_SIZE = 160 };
const char *gauge_text(char buffer[GAUGE_TEXT_SIZE], const struct gauge_view *view);

/* Writes the value for screen readers to buffer, such as "812 of 16,384 (5 %)", or "" if the use is
 * unknown. Returns buffer. */
const char *gauge_value(char buffer[GAUGE_TEXT_SIZE], const struct gauge_view *view);

/* Computes the rectangle of the bar and its filled width in pixels, for painting and for tests. */
void gauge_bar(const RECT *rect, const struct gauge_view *view, const struct scale *scale,
               RECT *bar, int *filled_px);

#endif
