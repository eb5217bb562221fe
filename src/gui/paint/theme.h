/* theme.h - the colours of the window: light, dark, or the user's own high contrast.
 *
 * Text has a contrast of at least 4.5 : 1 on `window` and `panel` (WCAG 2.1, 1.4.3). The
 * colours of states differ in lightness as well as in hue, so that they can be told
 * apart with red, green or blue missing; and wherever they are used, words say the same.
 * In high contrast every colour is one of the system's, and several states may share one.
 *
 * Popup menus and scroll bars stay light in the dark: Microsoft's "Support Dark and Light
 * themes in Win32 apps" documents the title bar alone. The ordinals of uxtheme.dll and its
 * class "DarkMode_Explorer" that others use are not documented, and not used here.
 */
#ifndef GUI_PAINT_THEME_H
#define GUI_PAINT_THEME_H

#include "gui/model/port_classes.h"

#include <windows.h>

enum theme_kind { THEME_LIGHT, THEME_DARK, THEME_HIGH_CONTRAST };

struct theme {
    enum theme_kind kind;
    bool is_dark;                     /* light text on dark; in high contrast, too */
    COLORREF window, panel;           /* backgrounds: of the window, of what lies on it */
    COLORREF text, muted;             /* both are for text */
    COLORREF line, grid;              /* borders; the quiet lines of a chart */
    COLORREF accent, accent_text;     /* a filled button and its text */
    COLORREF good, warn, bad;         /* fills of gauges and text of verdicts */
    COLORREF state[PORT_CLASS_COUNT]; /* by enum port_class */
};

/* What the system says now: high contrast wins (SPI_GETHIGHCONTRAST), else
 * AppsUseLightTheme below HKEY_CURRENT_USER; a Windows without that is light.
 * To be called again at WM_SETTINGCHANGE, WM_SYSCOLORCHANGE and WM_THEMECHANGED. */
void theme_read(struct theme *theme);

/* That one, whatever the system says. */
void theme_fixed(struct theme *theme, enum theme_kind kind);

/* Gives a top-level window a title bar in the theme's light or dark. */
void theme_dress(HWND window, const struct theme *theme);

/* 1 .. 21, as WCAG 2.1 reckons it. */
double color_contrast(COLORREF a, COLORREF b);

#endif
