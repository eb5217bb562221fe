/* canvas.h - a picture in memory, painted with GDI and accessible as pixels.
 *
 * A canvas avoids flicker, because canvas_show copies the finished picture to the screen. A canvas
 * also has smooth lines, which GDI lacks. Tests and screenshots read the pixels of a canvas.
 */
#ifndef GUI_PAINT_CANVAS_H
#define GUI_PAINT_CANVAS_H

#include "gui/paint/scale.h"

#include <stddef.h>
#include <stdint.h>

struct canvas {
    HDC dc; /* NULL: not open */
    HBITMAP bitmap;
    HGDIOBJ previous; /* the bitmap that dc had before */
    uint32_t *pixels; /* 0x00rrggbb, `height` rows of `width` pixels, the top row first */
    int width, height;
};

/* Returns false if memory runs out, or if width or height is below 1 or above 32767 pixels; the
 * canvas is then not open. */
bool canvas_open(struct canvas *canvas, int width, int height);
void canvas_close(struct canvas *canvas); /* may be called if the canvas is not open */

/* Opens the canvas, or reopens it if its size differs from the wanted one. */
bool canvas_fit(struct canvas *canvas, int width, int height);

/* Copies the whole canvas to x, y of dc. */
void canvas_show(const struct canvas *canvas, HDC dc, int x, int y);

/* Opens the canvas with a picture of a window, without its frame and menu. Returns false if neither
 * Windows nor the screen provides a picture with more than one colour. */
bool canvas_of_window(struct canvas *canvas, HWND window);

/* Opens a canvas of the rectangle's size to paint a part of dc, and fills it with `color`. Returns
 * false if memory runs out; the function has then filled the rectangle of dc itself, and canvas_end
 * must not be called. */
bool canvas_begin(struct canvas *canvas, HDC dc, const RECT *rect, COLORREF color);
/* Copies the canvas to dc and closes it. */
void canvas_end(struct canvas *canvas, HDC dc, const RECT *rect);

/* ---- drawing, clipped to the canvas ----------------------------------- */

/* Returns the colour in the format of canvas.pixels. */
uint32_t color_pixel(COLORREF color);

/* Returns a blend of two colours; `share`, in 255ths, is the part of `to`. */
COLORREF color_blend(COLORREF from, COLORREF to, unsigned share);

void canvas_fill(struct canvas *canvas, const RECT *rect, COLORREF color);
void canvas_frame(struct canvas *canvas, const RECT *rect, int width_px, COLORREF color);
/* Fills a rectangle that has smooth round corners, but only the part inside `clip`. */
void canvas_round(struct canvas *canvas, const RECT *rect, double radius_px, const RECT *clip,
                  COLORREF color);
/* Draws hatching: lines that rise (slope 1) or fall (slope -1) from left to right, are width_px
 * wide and repeat every period_px. */
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
/* Blends `color` into the area between the line through the points and `bottom`. `share`: part of
 * `color` in 255ths. */
void canvas_area(struct canvas *canvas, const RECT *clip, const struct canvas_point *points,
                 size_t count, int bottom, COLORREF color, unsigned share);

/* Draws one line of UTF-8 text, centred vertically. format: DT_LEFT, DT_RIGHT, DT_CENTER or
 * DT_END_ELLIPSIS, or a combination. */
void canvas_text(struct canvas *canvas, const RECT *rect, HFONT font, COLORREF color, UINT format,
                 const char *text);
/* Draws wrapped text, with as many lines as fit. Returns their height. */
int canvas_paragraph(struct canvas *canvas, const RECT *rect, HFONT font, COLORREF color,
                     const char *text);
/* Returns the width of a text in pixels. */
int text_width(HFONT font, const char *text);

/* Reads one pixel, after pending GDI drawing was finished. Returns CLR_INVALID outside of the
 * canvas. */
COLORREF canvas_pixel(const struct canvas *canvas, int x, int y);

#endif
