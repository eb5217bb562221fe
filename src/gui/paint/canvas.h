/* canvas.h - a picture in memory: painted with GDI, read and written as pixels.
 *
 * For painting without flicker (paint here, then canvas_show), for what GDI cannot
 * do (smooth lines), for tests, and for screenshots.
 */
#ifndef GUI_PAINT_CANVAS_H
#define GUI_PAINT_CANVAS_H

#include "gui/paint/scale.h"

#include <stddef.h>
#include <stdint.h>

struct canvas {
    HDC dc; /* NULL: not open */
    HBITMAP bitmap;
    HGDIOBJ previous; /* what dc had selected */
    uint32_t *pixels; /* 0x00rrggbb, the top row first, width in each row */
    int width, height;
};

/* False, and nothing to close: no memory, or no size. */
bool canvas_open(struct canvas *canvas, int width, int height);
void canvas_close(struct canvas *canvas); /* also one that is not open */

/* Opens, or reopens if the size is another one: a window keeps one canvas. */
bool canvas_fit(struct canvas *canvas, int width, int height);

/* All of it, to x, y of dc. */
void canvas_show(const struct canvas *canvas, HDC dc, int x, int y);

/* What a window that is shown looks like, without its frame and menu. The window must not
 * be covered. */
bool canvas_of_window(struct canvas *canvas, HWND window);

/* For painting a part of something else: a canvas of the rectangle's size, filled. The
 * rectangle itself is filled where there is no memory; nothing is to be ended then. */
bool canvas_begin(struct canvas *canvas, HDC dc, const RECT *rect, COLORREF color);
void canvas_end(struct canvas *canvas, HDC dc, const RECT *rect); /* shows and closes */

/* ---- drawing; whatever lies outside is left out */

/* As it is in canvas.pixels. */
uint32_t color_pixel(COLORREF color);

/* `from` to the share of 255, blended into what is there. */
COLORREF color_blend(COLORREF from, COLORREF to, unsigned share);

void canvas_fill(struct canvas *canvas, const RECT *rect, COLORREF color);
void canvas_frame(struct canvas *canvas, const RECT *rect, int width_px, COLORREF color);
/* Only what lies within `clip` of a rectangle with round corners, smoothly. */
void canvas_round(struct canvas *canvas, const RECT *rect, double radius_px, const RECT *clip,
                  COLORREF color);
/* Lines rising (slope 1) or falling (slope -1), width_px wide, one in every period_px. */
void canvas_hatch(struct canvas *canvas, const RECT *rect, int slope, int width_px, int period_px,
                  COLORREF color);

struct canvas_point {
    double x, y; /* in pixels, from the outer corner of the top left one */
};

struct canvas_stroke {
    double width_px;
    double dash_px[4]; /* drawn, left out, drawn, left out ...; dash_px[0] 0: unbroken */
    COLORREF color;
};

/* A smooth line through the points; a single one is a dot. */
void canvas_line(struct canvas *canvas, const RECT *clip, const struct canvas_point *points,
                 size_t count, const struct canvas_stroke *stroke);
/* What lies between that line and `bottom`, blended in to the share of 255. */
void canvas_area(struct canvas *canvas, const RECT *clip, const struct canvas_point *points,
                 size_t count, int bottom, COLORREF color, unsigned share);

/* One line of UTF-8. format: DT_LEFT, DT_RIGHT, DT_CENTER, DT_END_ELLIPSIS; the line is
 * centred from top to bottom. */
void canvas_text(struct canvas *canvas, const RECT *rect, HFONT font, COLORREF color, UINT format,
                 const char *text);
/* Broken between words, as many lines as fit. Returns the height that it took. */
int canvas_paragraph(struct canvas *canvas, const RECT *rect, HFONT font, COLORREF color,
                     const char *text);
/* In pixels, without a canvas. */
int text_width(HFONT font, const char *text);

/* One pixel; CLR_INVALID outside. Finishes what GDI still has to do. */
COLORREF canvas_pixel(const struct canvas *canvas, int x, int y);

#endif
