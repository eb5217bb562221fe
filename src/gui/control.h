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

HWND label_make(HWND page, int id, const wchar_t *text, enum role role);
/* Wraps; for sentences. */
HWND paragraph_make(HWND page, int id, const wchar_t *text, enum role role);
HWND button_make(HWND page, int id, const wchar_t *text, enum role role);
/* cue: what it shows while empty, NULL for nothing. style: further ES_ ones. The label made
 * just before it is its name for screen readers. */
HWND field_make(HWND page, int id, const wchar_t *cue, DWORD style);
HWND report_make(HWND page, int id);
/* UTF-8, lines end with \n. It scrolls only where it has to. */
void report_set(HWND report, const char *lines);
/* Up and down, for the number in `field`. *theme stays where it is. */
HWND spinner_make(HWND page, int id, HWND field, const struct theme *theme);

/* A bar that moves while PBM_SETMARQUEE says so; hidden at first. The label made just before
 * it is its name. *theme stays where it is. */
HWND progress_make(HWND page, int id, const struct theme *theme);

/* ROLE_CHOICE and ROLE_TAB: is it the chosen one? */
void button_choose(HWND button, bool is_chosen);

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
/* As wide as the button's own text needs. */
int button_width(HWND button, const struct scale *scale);

HFONT role_font(const struct scale *scale, enum role role);

/* Fonts of all controls of ours below `page`; a page restyles its lists itself. */
void controls_restyle(HWND page, const struct theme *theme, const struct scale *scale);

/* WM_DRAWITEM of our buttons. */
void button_draw(const DRAWITEMSTRUCT *item, const struct theme *theme, const struct scale *scale);
/* WM_CTLCOLOR...: text and background of a control; all backgrounds are theme->panel. */
void control_color(HWND control, HDC dc, const struct theme *theme);

/* Puts a field into a row of that height, its one line of text centred; the frame around
 * it, which the page draws, fills the rectangle. */
void field_place(HWND field, const struct scale *scale, int x, int y, int width, int height);
/* That frame. */
void field_frame(HWND field, HDC dc, const struct theme *theme, const struct scale *scale,
                 bool is_wrong);

#endif
