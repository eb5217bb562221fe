/* canvas.h - a picture in memory: painted with GDI, read and written as pixels.
 *
 * For painting without flicker (paint here, then canvas_show), for what GDI cannot
 * do (smooth lines), for tests, and for screenshots.
 */
#ifndef GUI_CANVAS_H
#define GUI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

struct canvas {
    HDC dc;           /* NULL: not open */
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

/* What a window that is shown looks like, its frame included. The window must not be
 * covered. */
bool canvas_of_window(struct canvas *canvas, HWND window);

/* One pixel; CLR_INVALID outside. Finishes what GDI still has to do. */
COLORREF canvas_pixel(const struct canvas *canvas, int x, int y);

#endif
