/* drawing.h - a control that shows data as a picture: gauge, chart, map.
 *
 * It paints into memory first, so that nothing flickers. Its window text describes the picture
 * for screen readers.
 */
#ifndef GUI_DRAWING_H
#define GUI_DRAWING_H

#include <stdbool.h>
#include <windows.h>

struct drawing_calls {
    void *context;
    /* Fills the rectangle; dc is a picture in memory. */
    void (*paint)(void *context, HWND drawing, HDC dc, const RECT *rect);
    /* The mouse is at this point; x < 0: it has left. May be NULL. */
    void (*hover)(void *context, HWND drawing, POINT at);
    void (*click)(void *context, HWND drawing, POINT at); /* may be NULL */
    /* A key was pressed; returns whether it was handled. A drawing with this function can have
     * the focus and paints its focus mark itself. May be NULL. */
    bool (*key)(void *context, HWND drawing, WPARAM key);
};

/* *calls must not move. */
HWND drawing_make(HWND page, int id, const wchar_t *name, const struct drawing_calls *calls);
/* Repaints the drawing. `name`: its new text, UTF-8; NULL: unchanged. */
void drawing_refresh(HWND drawing, const char *name);

#endif
