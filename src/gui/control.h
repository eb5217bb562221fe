/* control.h - the controls of a page, in the colours of the theme. They are standard Windows
 * controls, so keyboard, screen readers and test drivers work with them.
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
    ROLE_TEXT = 1, /* a static control with body text */
    /* A static control that is the label of the next control. The letter after & moves the focus to
     * that next control. */
    ROLE_LABEL,
    ROLE_MUTED,
    ROLE_STRONG,
    ROLE_TITLE,
    ROLE_WARN, /* strong text in theme->warn */
    ROLE_BAD,
    ROLE_WARN_TITLE, /* title in theme->warn */
    ROLE_BAD_TITLE,
    ROLE_TAB, /* a button that shows a page */
    ROLE_PUSH,
    ROLE_PRIMARY, /* the main button, filled with the accent colour */
    /* A main button with a shield; pressing the button leads to a prompt for administrator
     * approval. */
    ROLE_SHIELD,
    ROLE_CHOICE, /* one of several choices in a row */
    ROLE_MENU,   /* opens a menu below the button */
    ROLE_FIELD,  /* an edit control; the page draws its frame */
    ROLE_REPORT, /* a read-only edit control with several lines in a fixed-width font */
};

/* The window property of a control: its role, and flags for the look of buttons. */
enum { CONTROL_ROLE_MASK = 0xff, CONTROL_IS_CHOSEN = 1 << 8, CONTROL_IS_HOVERED = 1 << 9 };

HWND label_make(HWND page, int id, const wchar_t *text, enum role role);
/* A label that wraps its text, for sentences. */
HWND paragraph_make(HWND page, int id, const wchar_t *text, enum role role);
HWND slider_make(HWND page, int id, const wchar_t *name);
/* control_enable and control_show work like EnableWindow and ShowWindow, but move the focus to the
 * next control before they disable or hide the control that has the focus. Otherwise no control
 * would have the focus and no key would work. */
void control_enable(HWND control, bool is_enabled);
void control_show(HWND control, bool is_shown);

/* Returns whether a WM_GETDLGCODE with this lParam is about the key Enter. */
bool control_is_enter(LPARAM asked);

/* Changes the role, e.g. from ROLE_TEXT to ROLE_WARN. */
void control_set_role(HWND control, enum role role);
enum role control_role(HWND control); /* 0: the control has no role */

/* Set the text only if it differs from the present text, so that nothing flickers and screen
 * readers do not repeat the text. Return whether the text was set. */
bool control_set_text(HWND control, const char *utf8);
bool control_set_wide(HWND control, const wchar_t *text);
char *control_text(HWND control); /* malloc'ed UTF-8; NULL: out of memory */

/* Returns the size of the text in the font of the role, wrapped at max_width; max_width 0: one
 * line. */
SIZE control_measure(const struct scale *scale, const wchar_t *text, enum role role, int max_width);
HFONT role_font(const struct scale *scale, enum role role);

/* Removes the & before the shortcut letter, because the & takes no space on the screen. */
void control_strip_mnemonic(wchar_t *text);

/* Inside `page`, sets the margins of fields, the theme of reports, and the font of every control
 * that has a role. Lists have no role; a page calls list_restyle for each list. */
void controls_restyle(HWND page, const struct theme *theme, const struct scale *scale);

/* Sets the colours of a control; call this function at WM_CTLCOLOR... The background is always
 * theme->panel. */
void control_color(HWND control, HDC dc, const struct theme *theme);

/* Returns the height of the control's text, wrapped at this width; 0 if the control has no text. */
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
