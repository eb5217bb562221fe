/* theme.h - the colours of the window: light, dark, or the user's high contrast colours.
 *
 * Text has a contrast of at least 4.5 : 1 on `window` and `panel` (WCAG 2.1, 1.4.3). The colours of
 * states differ in hue and in lightness, so that users with colour blindness can distinguish them.
 * No information is shown by colour alone. In high contrast every colour is a system colour, and
 * several states may share a colour.
 *
 * Microsoft's "Support Dark and Light themes in Win32 apps" documents only the title bar. The class
 * "DarkMode_Explorer", which is not documented, makes scroll bars and tooltips dark; popup menus
 * are owner-drawn (gui/popup.h). Ordinals of uxtheme.dll are not used.
 */
#ifndef GUI_PAINT_THEME_H
#define GUI_PAINT_THEME_H

#include "gui/model/port_classes.h"

#include <windows.h>

enum theme_kind { THEME_LIGHT, THEME_DARK, THEME_HIGH_CONTRAST };

struct theme {
    enum theme_kind kind;
    bool is_dark; /* text is light on a dark background; can be true in high contrast too */
    COLORREF window, panel;       /* backgrounds of the window and of its panels */
    COLORREF text, muted;         /* normal text; less important text */
    COLORREF line, grid;          /* borders; grid lines of a chart */
    COLORREF accent, accent_text; /* filled buttons, lines and selected items; text on `accent` */
    COLORREF good, warn, bad;     /* fills of gauges, marks of rows, text of verdicts */
    COLORREF state[PORT_CLASS_COUNT]; /* by enum port_class */
};

/* Sets the theme by the current setting of the system. The theme is high contrast if
 * SPI_GETHIGHCONTRAST reports high contrast. Otherwise the value AppsUseLightTheme below
 * HKEY_CURRENT_USER decides; without this value, the theme is light. Call theme_read again at
 * WM_SETTINGCHANGE, WM_SYSCOLORCHANGE and WM_THEMECHANGED. */
void theme_read(struct theme *theme);

/* Sets this theme, whatever the setting of the system is. */
void theme_fixed(struct theme *theme, enum theme_kind kind);

/* Makes the title bar of a top-level window light or dark, like the theme. */
void theme_dress(HWND window, const struct theme *theme);

/* Makes a tooltip, or the scroll bars of a list or of an edit control, light or dark, like the
 * theme. */
void theme_dress_control(HWND control, const struct theme *theme);

/* Returns the contrast ratio of two colours as defined by WCAG 2.1, from 1 to 21. */
double color_contrast(COLORREF a, COLORREF b);

#endif
