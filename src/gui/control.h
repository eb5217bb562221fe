/* control.h - the controls of a page, in the window's theme: real Windows controls, so
 * that keyboards, screen readers and test drivers find what they know.
 *
 * A control keeps its role as a window property; page_default (page.h) draws and colours
 * it by that, and control_restyle gives it the font of the current scale. Every control
 * has a text, also where it paints something else: it is its name for screen readers.
 */
#ifndef GUI_CONTROL_H
#define GUI_CONTROL_H

#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

enum role {
    ROLE_TEXT = 1, /* static: body */
    ROLE_LABEL,    /* the label before a field: its letter after & leads there */
    ROLE_MUTED,
    ROLE_STRONG,
    ROLE_TITLE,
    ROLE_WARN, /* strong text in that colour */
    ROLE_BAD,
    ROLE_WARN_TITLE, /* a title in that colour */
    ROLE_BAD_TITLE,
    ROLE_TAB, /* buttons: a page's tab */
    ROLE_PUSH,
    ROLE_PRIMARY, /* the one that does it */
    ROLE_SHIELD,  /* the same, and Windows will ask for an administrator */
    ROLE_CHOICE,  /* one of a row, of which one is chosen */
    ROLE_MENU,    /* opens a menu below it */
    ROLE_FIELD,   /* an edit; the page draws a frame around it */
    ROLE_REPORT,  /* a read-only edit of several lines, in a fixed font */
};

/* In the role's property of a control: the role, and for buttons how they look. */
enum { CONTROL_ROLE_MASK = 0xff, CONTROL_IS_CHOSEN = 1 << 8, CONTROL_IS_HOVERED = 1 << 9 };

HWND label_make(HWND page, int id, const wchar_t *text, enum role role);
/* Wraps; for sentences. */
HWND paragraph_make(HWND page, int id, const wchar_t *text, enum role role);
/* Another role, such as ROLE_WARN for what was ROLE_TEXT. */
void control_set_role(HWND control, enum role role);
enum role control_role(HWND control); /* 0: none of ours */

/* Sets the text only where it is another one: no flicker, no chatter for screen readers.
 * Returns whether it is. */
bool control_set_text(HWND control, const char *utf8);
bool control_set_wide(HWND control, const wchar_t *text);
char *control_text(HWND control); /* malloc'ed UTF-8; NULL: no memory */

/* How wide and high a text is in that role's font; max_width 0: one line. */
SIZE control_measure(const struct scale *scale, const wchar_t *text, enum role role, int max_width);
HFONT role_font(const struct scale *scale, enum role role);

/* Fonts of all controls of ours below `page`; a page restyles its lists itself. */
void controls_restyle(HWND page, const struct theme *theme, const struct scale *scale);

/* WM_CTLCOLOR...: text and background of a control; all backgrounds are theme->panel. */
void control_color(HWND control, HDC dc, const struct theme *theme);

/* How high the control's own text is in that width; 0: it has none. */
int control_height(HWND control, const struct scale *scale, int width);

/* ---- for what makes and draws controls -------------------------------- */

HWND control_make(HWND page, int id, const wchar_t *class_name, const wchar_t *text, DWORD style,
                  enum role role);
void control_forget(HWND control); /* at WM_NCDESTROY: its role */
UINT_PTR control_flags(HWND control);
void control_set_flags(HWND control, UINT_PTR flags);
void control_fill(HDC dc, const RECT *rect, COLORREF color);
void control_fill_round(HDC dc, const RECT *rect, COLORREF inside, COLORREF line, int radius);

#endif
