/* field.h - edit controls: a field with one line, a report with many. */
#ifndef GUI_FIELD_H
#define GUI_FIELD_H

#include "gui/control.h"

/* cue: the text of an empty field, NULL for none. style: further ES_ styles. For screen readers,
 * the label made just before the field is its name. */
HWND field_make(HWND page, int id, const wchar_t *cue, DWORD style);
HWND report_make(HWND page, int id);
/* Sets the text: UTF-8, lines end with \n. Shows a scroll bar only if needed. */
void report_set(HWND report, const char *lines);

/* Places a field in a row of that height, with its line of text centred. The frame, which the page
 * draws, fills the whole rectangle. */
void field_place(HWND field, const struct scale *scale, int x, int y, int width, int height);
/* Draws the frame of a field. */
void field_frame(HWND field, HDC dc, const struct theme *theme, const struct scale *scale,
                 bool is_wrong);

#endif
