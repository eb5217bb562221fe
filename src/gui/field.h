/* field.h - edits: a field of one line, a report of many. */
#ifndef GUI_FIELD_H
#define GUI_FIELD_H

#include "gui/control.h"

/* cue: what it shows while empty, NULL for nothing. style: further ES_ ones. The label made
 * just before it is its name for screen readers. */
HWND field_make(HWND page, int id, const wchar_t *cue, DWORD style);
HWND report_make(HWND page, int id);
/* UTF-8, lines end with \n. It scrolls only where it has to. */
void report_set(HWND report, const char *lines);

/* Puts a field into a row of that height, its one line of text centred; the frame around
 * it, which the page draws, fills the rectangle. */
void field_place(HWND field, const struct scale *scale, int x, int y, int width, int height);
/* That frame. */
void field_frame(HWND field, HDC dc, const struct theme *theme, const struct scale *scale,
                 bool is_wrong);

#endif
