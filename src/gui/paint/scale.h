/* scale.h - sizes and fonts for one DPI.
 *
 * Sizes are written down in "dip", pixels of a screen with 96 DPI. A window on a monitor
 * with another DPI (WM_DPICHANGED) closes its scale and opens a new one.
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
    FONT_FIXED,  /* plans and reports, whose columns line up */
    FONT_COUNT,
};

struct scale {
    unsigned dpi;
    HFONT font[FONT_COUNT];  /* owned, but where none could be made: a stock font */
    int line_px[FONT_COUNT]; /* how high a line of it is */
};

/* Never fails: without memory for fonts they are the system's stock font. */
void scale_open(struct scale *scale, unsigned dpi);
void scale_close(struct scale *scale);

/* Rounded to the nearest pixel; never 0 for what is above 0. */
int scale_px(unsigned dpi, int dip);

/* The DPI that the window is shown with. Before Windows 10 1607 all windows have the
 * system's. Source: Win32, "GetDpiForWindow". */
unsigned scale_window_dpi(HWND window);
unsigned scale_system_dpi(void);

/* GetSystemMetrics for that DPI; scaled from the system's where this Windows cannot. */
int scale_metric(int index, unsigned dpi);

#endif
