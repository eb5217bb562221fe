/* drawing.h - a control that shows plain data as a picture: gauge, chart, map.
 *
 * It paints into memory and shows that, so that nothing flickers. Its window text says in
 * words what the picture shows, for screen readers.
 */
#ifndef GUI_DRAWING_H
#define GUI_DRAWING_H

#include <stdbool.h>
#include <windows.h>

struct drawing_calls {
    void *context;
    /* Fills the rectangle; dc is a picture in memory. */
    void (*paint)(void *context, HWND drawing, HDC dc, const RECT *rect);
    /* The mouse is there; x below 0: it left. May be NULL. */
    void (*hover)(void *context, HWND drawing, POINT at);
    void (*click)(void *context, HWND drawing, POINT at); /* may be NULL */
    /* A key was pressed; returns whether it was meant. A drawing with this takes the
     * focus, and shows it by itself. May be NULL. */
    bool (*key)(void *context, HWND drawing, WPARAM key);
};

/* *calls stays where it is. */
HWND drawing_make(HWND page, int id, const wchar_t *name, const struct drawing_calls *calls);
/* Paint it anew; `name` (UTF-8) is its new text, NULL: as before. */
void drawing_refresh(HWND drawing, const char *name);

#endif
