/* field.h - edit controls: a field with one line, a report with many. */
#ifndef GUI_FIELD_H
#define GUI_FIELD_H

#include "gui/control.h"

/* cue: the hint in an empty field; NULL: no hint. style: further ES_ styles. Screen readers use the
 * label that was made just before the field as the name of the field. */
HWND field_make(HWND page, int id, const wchar_t *cue, DWORD style);
HWND report_make(HWND page, int id);
/* Sets the text: UTF-8, lines end with \n. Shows a scroll bar only if the text does not fit. */
void report_set(HWND report, const char *lines);

/* Places a field inside this rectangle, with its line of text centred vertically. The page draws
 * the frame with field_frame; the frame is as wide as the rectangle and surrounds the line of
 * text. */
void field_place(HWND field, const struct scale *scale, int x, int y, int width, int height);
/* Draws the frame around a field. is_wrong: the value in the field is invalid. */
void field_frame(HWND field, HDC dc, const struct theme *theme, const struct scale *scale,
                 bool is_wrong);

#endif
