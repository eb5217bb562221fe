/* scale.h - sizes and fonts for one DPI.
 *
 * Sizes in the code are in dip: one dip is the size of a pixel on a screen with 96 DPI. If the DPI
 * of a window changes (WM_DPICHANGED), the window closes its scale and opens a new one.
 */
#ifndef GUI_PAINT_SCALE_H
#define GUI_PAINT_SCALE_H

#include <stdbool.h>
#include <windows.h>

enum scale_font {
    FONT_BODY,   /* the system's font for messages: Segoe UI 9 if the user has not changed it */
    FONT_SMALL,  /* for axes and legends */
    FONT_STRONG, /* the font of the body, but semibold */
    FONT_TITLE,  /* for headings and verdicts */
    FONT_FIXED,  /* fixed-width, for plans and reports with aligned columns */
    FONT_COUNT,
};

struct scale {
    unsigned dpi;
    HFONT font[FONT_COUNT];  /* owned; a stock font if the font could not be created */
    int line_px[FONT_COUNT]; /* line height */
};

/* Opens the fonts for this DPI. scale_open never fails: for a font that cannot be created, it uses
 * a stock font of the system. */
void scale_open(struct scale *scale, unsigned dpi);
void scale_close(struct scale *scale);

/* Converts dip to pixels and rounds to the nearest. The result is at least 1 if dip is above 0. */
int scale_px(unsigned dpi, int dip);

unsigned scale_system_dpi(void);
/* Returns the DPI of a monitor. Before Windows 8.1 every monitor has the DPI of the system. Source:
 * Win32, "GetDpiForMonitor". */
unsigned scale_monitor_dpi(HMONITOR monitor);
/* Returns the DPI of a window. Before Windows 10 1607 a window has the DPI of its monitor. Source:
 * Win32, "GetDpiForWindow". */
unsigned scale_window_dpi(HWND window);

/* Returns the area of the monitor without task bars, in screen coordinates. */
RECT scale_work_area(HMONITOR monitor);

/* Makes the rectangle as small as the area where it is larger, and moves it into the area. */
void scale_fit(RECT *rect, const RECT *area);

/* The value of WM_DPICHANGED, which headers before Windows 8.1 do not define. */
enum { SCALE_DPI_CHANGED = 0x02e0 };
/* Moves the window to the rectangle that Windows suggests in the lParam of SCALE_DPI_CHANGED. */
void scale_follow_dpi(HWND window, LPARAM suggested);

/* Returns a value of GetSystemMetrics for `dpi`. If this Windows lacks GetSystemMetricsForDpi, the
 * value for the system's DPI is scaled. */
int scale_metric(int index, unsigned dpi);

#endif
