/* scale.h - sizes and fonts for one DPI.
 *
 * Sizes in the code are in "dip", pixels of a screen with 96 DPI. If the DPI of a window changes
 * (WM_DPICHANGED), the window closes its scale and opens a new one.
 */
#ifndef GUI_PAINT_SCALE_H
#define GUI_PAINT_SCALE_H

#include <stdbool.h>
#include <windows.h>

enum scale_font {
    FONT_BODY,   /* the system's font for messages: Segoe UI 9 unless the user changed it */
    FONT_SMALL,  /* axes and legends */
    FONT_STRONG, /* as body, semibold */
    FONT_TITLE,  /* headings and verdicts */
    FONT_FIGURE, /* the large figure of a gauge */
    FONT_FIXED,  /* fixed-width, for plans and reports with aligned columns */
    FONT_COUNT,
};

struct scale {
    unsigned dpi;
    HFONT font[FONT_COUNT];  /* owned; a stock font if the font could not be created */
    int line_px[FONT_COUNT]; /* line height */
};

/* Never fails; uses the system's stock font if memory runs out. */
void scale_open(struct scale *scale, unsigned dpi);
void scale_close(struct scale *scale);

/* Converts to pixels, rounded to nearest; at least 1 if dip is above 0. */
int scale_px(unsigned dpi, int dip);

unsigned scale_system_dpi(void);
/* The DPI of a monitor. Before Windows 8.1 every monitor has the DPI of the system. Source: Win32,
 * "GetDpiForMonitor". */
unsigned scale_monitor_dpi(HMONITOR monitor);
/* The DPI of a window. Before Windows 10 1607 a window has the DPI of its monitor. Source: Win32,
 * "GetDpiForWindow". */
unsigned scale_window_dpi(HWND window);

/* WM_DPICHANGED, which headers before Windows 8.1 lack. */
enum { SCALE_DPI_CHANGED = 0x02e0 };
/* Moves the window to the rectangle that Windows suggests with SCALE_DPI_CHANGED (lParam). */
void scale_follow_dpi(HWND window, LPARAM suggested);

/* GetSystemMetrics for `dpi`; scaled from the system's DPI if this Windows lacks the
 * function. */
int scale_metric(int index, unsigned dpi);

#endif
