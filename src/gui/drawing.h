/* drawing.h - a control that shows data as a picture, such as a gauge, a chart or a map.
 *
 * The control paints into memory first, so that nothing flickers. For screen readers, its window
 * text describes the picture, and the control also reports its role and value.
 */
#ifndef GUI_DRAWING_H
#define GUI_DRAWING_H

#include <stdbool.h>
#include <stddef.h>

#include <windows.h>

struct drawing_calls {
    void *context;
    /* Fills the rectangle; `dc` draws into a picture in memory. */
    void (*paint)(void *context, HWND drawing, HDC dc, const RECT *rect);
    /* The mouse has moved to this point, or has left the drawing if x < 0. May be NULL. */
    void (*hover)(void *context, HWND drawing, POINT at);
    void (*click)(void *context, HWND drawing, POINT at); /* may be NULL */
    LONG role;                                            /* ROLE_SYSTEM_..., for screen readers */
    /* Writes the value for screen readers: UTF-8, at most `size` bytes. May be NULL. */
    void (*value)(void *context, HWND drawing, char *value, size_t size);
    /* A key was pressed; returns whether the key was handled. May be NULL. If `key` is set, the
     * drawing can have the focus and then has a focus rectangle. */
    bool (*key)(void *context, HWND drawing, WPARAM key);
};

/* Makes the control. *calls must stay at its address as long as the control exists. */
HWND drawing_make(HWND page, int id, const wchar_t *name, const struct drawing_calls *calls);
/* Repaints the drawing and sets its window text to `name` (UTF-8); NULL keeps the text. */
void drawing_refresh(HWND drawing, const char *name);

#endif
