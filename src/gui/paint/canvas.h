/* canvas.h - a picture in memory, painted with GDI and accessible as pixels.
 *
 * It avoids flicker (paint, then canvas_show) and has smooth lines, which GDI lacks. Tests and
 * screenshots read its pixels.
 */
#ifndef GUI_PAINT_CANVAS_H
#define GUI_PAINT_CANVAS_H

#include "gui/paint/scale.h"

#include <stddef.h>
#include <stdint.h>

struct canvas {
    HDC dc; /* NULL: not open */
    HBITMAP bitmap;
    HGDIOBJ previous; /* the former bitmap of dc */
    uint32_t *pixels; /* 0x00rrggbb, `height` rows of `width` pixels, the top row first */
    int width, height;
};

/* False, with nothing to close: out of memory, or an empty size. */
bool canvas_open(struct canvas *canvas, int width, int height);
void canvas_close(struct canvas *canvas); /* allowed if not open */

/* Opens the canvas, or reopens it if the size has changed. */
bool canvas_fit(struct canvas *canvas, int width, int height);

/* Copies the whole canvas to x, y of dc. */
void canvas_show(const struct canvas *canvas, HDC dc, int x, int y);

/* Copies a visible window without its frame and menu. No other window may cover it. */
bool canvas_of_window(struct canvas *canvas, HWND window);

/* Opens a canvas of the rectangle's size, filled with `color`, to paint a part of dc. False: out of
 * memory; the rectangle of dc is filled, and canvas_end must not be called. */
bool canvas_begin(struct canvas *canvas, HDC dc, const RECT *rect, COLORREF color);
void canvas_end(struct canvas *canvas, HDC dc, const RECT *rect); /* shows and closes */

/* ---- drawing, clipped to the canvas ----------------------------------- */

/* The colour in the format of canvas.pixels. */
uint32_t color_pixel(COLORREF color);

/* Blends two colours; `share` of 255 is the part of `from`. */
COLORREF color_blend(COLORREF from, COLORREF to, unsigned share);

void canvas_fill(struct canvas *canvas, const RECT *rect, COLORREF color);
void canvas_frame(struct canvas *canvas, const RECT *rect, int width_px, COLORREF color);
/* Fills a rectangle with smooth round corners, only inside `clip`. */
void canvas_round(struct canvas *canvas, const RECT *rect, double radius_px, const RECT *clip,
                  COLORREF color);
/* Draws hatching with rising (slope 1) or falling (slope -1) lines, width_px wide, one every
 * period_px. */
void canvas_hatch(struct canvas *canvas, const RECT *rect, int slope, int width_px, int period_px,
                  COLORREF color);

struct canvas_point {
    double x, y; /* pixels from the top left corner of the canvas */
};

struct canvas_stroke {
    double width_px;
    double dash_px[4]; /* lengths of dash, gap, dash, gap; dash_px[0] 0: a solid line */
    COLORREF color;
};

/* Draws a smooth line through the points; a single point is a dot. */
void canvas_line(struct canvas *canvas, const RECT *clip, const struct canvas_point *points,
                 size_t count, const struct canvas_stroke *stroke);
/* Blends `color` into the area between that line and `bottom`; `share` of 255. */
void canvas_area(struct canvas *canvas, const RECT *clip, const struct canvas_point *points,
                 size_t count, int bottom, COLORREF color, unsigned share);

/* Draws one line of UTF-8, centred vertically. format: DT_LEFT, DT_RIGHT, DT_CENTER,
 * DT_END_ELLIPSIS. */
void canvas_text(struct canvas *canvas, const RECT *rect, HFONT font, COLORREF color, UINT format,
                 const char *text);
/* Draws wrapped text, as many lines as fit. Returns the height used. */
int canvas_paragraph(struct canvas *canvas, const RECT *rect, HFONT font, COLORREF color,
                     const char *text);
/* The width of a text in pixels. Needs no canvas. */
int text_width(HFONT font, const char *text);

/* Reads one pixel; CLR_INVALID outside. Flushes GDI first. */
COLORREF canvas_pixel(const struct canvas *canvas, int x, int y);

#endif
