/* control.h - the controls of a page, in the colours of the theme. They are standard Windows
 * controls, which keyboards, screen readers and test drivers support.
 *
 * The role of a control is a window property. page_default (page.h) draws and colours the control
 * by its role; controls_restyle sets the font for the current scale. Every control has a text,
 * even if it paints a picture: screen readers use the text as its name.
 */
#ifndef GUI_CONTROL_H
#define GUI_CONTROL_H

#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

enum role {
    ROLE_TEXT = 1, /* static: body */
    ROLE_LABEL,    /* label of the next field; the letter after & selects the field */
    ROLE_MUTED,
    ROLE_STRONG,
    ROLE_TITLE,
    ROLE_WARN, /* strong text in theme->warn */
    ROLE_BAD,
    ROLE_WARN_TITLE, /* title in theme->warn */
    ROLE_BAD_TITLE,
    ROLE_TAB, /* button: the tab of a page */
    ROLE_PUSH,
    ROLE_PRIMARY, /* the default button */
    ROLE_SHIELD,  /* the default button, with a prompt for administrator approval */
    ROLE_CHOICE,  /* one choice of a row */
    ROLE_MENU,    /* opens a menu below the button */
    ROLE_FIELD,   /* an edit control; the page draws its frame */
    ROLE_REPORT,  /* a read-only edit control with several lines in a fixed-width font */
};

/* The window property of a control: its role, and flags for the look of buttons. */
enum { CONTROL_ROLE_MASK = 0xff, CONTROL_IS_CHOSEN = 1 << 8, CONTROL_IS_HOVERED = 1 << 9 };

HWND label_make(HWND page, int id, const wchar_t *text, enum role role);
/* A label that wraps its text, for sentences. */
HWND paragraph_make(HWND page, int id, const wchar_t *text, enum role role);
/* EnableWindow and ShowWindow that pass the focus on to the next control: a control that is
 * disabled or hidden would lose the focus, and no key would work. */
void control_enable(HWND control, bool is_enabled);
void control_show(HWND control, bool is_shown);

/* Returns whether the lParam of WM_GETDLGCODE asks about Enter. */
bool control_is_enter(LPARAM asked);

/* Changes the role, e.g. from ROLE_TEXT to ROLE_WARN. */
void control_set_role(HWND control, enum role role);
enum role control_role(HWND control); /* 0: not made by this file */

/* Sets the text only if it has changed, so that nothing flickers and screen readers do not repeat
 * it. Returns whether it has changed. */
bool control_set_text(HWND control, const char *utf8);
bool control_set_wide(HWND control, const wchar_t *text);
char *control_text(HWND control); /* malloc'ed UTF-8; NULL: out of memory */

/* The size of a text in the font of the role; max_width 0: one line. */
SIZE control_measure(const struct scale *scale, const wchar_t *text, enum role role, int max_width);
HFONT role_font(const struct scale *scale, enum role role);

/* Sets the fonts of all controls of this file below `page`. A page restyles its lists itself. */
void controls_restyle(HWND page, const struct theme *theme, const struct scale *scale);

/* Handles WM_CTLCOLOR...: sets the text colour of a control; every background is theme->panel. */
void control_color(HWND control, HDC dc, const struct theme *theme);

/* The height of the control's text at that width; 0: no text. */
int control_height(HWND control, const struct scale *scale, int width);

/* ---- for files that make and draw controls ---------------------------- */

HWND control_make(HWND page, int id, const wchar_t *class_name, const wchar_t *text, DWORD style,
                  enum role role);
void control_forget(HWND control); /* removes the role, at WM_NCDESTROY */
UINT_PTR control_flags(HWND control);
void control_set_flags(HWND control, UINT_PTR flags);
void control_fill(HDC dc, const RECT *rect, COLORREF color);
void control_fill_round(HDC dc, const RECT *rect, COLORREF inside, COLORREF line, int radius);

#endif
