#include "gui/paint/scale.h"

#include <string.h>
#include <wchar.h>

#include "gui/paint/system_function.h"

/* Looks up a function of user32, which every program with a window has loaded. Returns NULL if this
 * Windows lacks the function. */
static FARPROC newer(const char *function)
{
    return GetProcAddress(GetModuleHandleW(L"user32.dll"), function);
}

int scale_px(unsigned dpi, int dip)
{
    int px = MulDiv(dip, (int)dpi, 96);

    return dip > 0 && px < 1 ? 1 : px;
}

unsigned scale_system_dpi(void)
{
    HDC dc = GetDC(NULL);
    int dpi;

    if (!dc)
        return 96;
    dpi = GetDeviceCaps(dc, LOGPIXELSX);
    ReleaseDC(NULL, dc);
    return dpi > 0 ? (unsigned)dpi : 96;
}

unsigned scale_monitor_dpi(HMONITOR monitor)
{
    enum { EFFECTIVE_DPI = 0 };
    typedef HRESULT(WINAPI * get_monitor_dpi)(HMONITOR, int kind, UINT *x, UINT *y);
    static HMODULE shcore;
    get_monitor_dpi get =
        (get_monitor_dpi)system_function(&shcore, L"shcore.dll", "GetDpiForMonitor");
    UINT x = 0, y = 0;

    return get && get(monitor, EFFECTIVE_DPI, &x, &y) == S_OK && x ? x : scale_system_dpi();
}

unsigned scale_window_dpi(HWND window)
{
    UINT(WINAPI * get_dpi)(HWND) = (UINT(WINAPI *)(HWND))(void (*)(void))newer("GetDpiForWindow");
    UINT dpi = get_dpi ? get_dpi(window) : 0;

    return dpi ? dpi : scale_monitor_dpi(MonitorFromWindow(window, MONITOR_DEFAULTTONEAREST));
}

RECT scale_work_area(HMONITOR monitor)
{
    MONITORINFO info = {.cbSize = sizeof info};

    if (!GetMonitorInfoW(monitor, &info))
        SetRect(&info.rcWork, 0, 0, GetSystemMetrics(SM_CXSCREEN), GetSystemMetrics(SM_CYSCREEN));
    return info.rcWork;
}

static void fit(LONG *from, LONG *to, LONG area_from, LONG area_to)
{
    if (*to - *from > area_to - area_from)
        *to = *from + area_to - area_from;
    if (*to > area_to) {
        *from -= *to - area_to;
        *to = area_to;
    }
    if (*from < area_from) {
        *to += area_from - *from;
        *from = area_from;
    }
}

void scale_fit(RECT *rect, const RECT *area)
{
    fit(&rect->left, &rect->right, area->left, area->right);
    fit(&rect->top, &rect->bottom, area->top, area->bottom);
}

void scale_follow_dpi(HWND window, LPARAM suggested)
{
    const RECT *rect = (const RECT *)suggested;

    SetWindowPos(window, NULL, rect->left, rect->top, rect->right - rect->left,
                 rect->bottom - rect->top, SWP_NOZORDER | SWP_NOACTIVATE);
}

int scale_metric(int index, unsigned dpi)
{
    int(WINAPI * metric)(int, UINT) =
        (int(WINAPI *)(int, UINT))(void (*)(void))newer("GetSystemMetricsForDpi");

    return metric ? metric(index, dpi)
                  : MulDiv(GetSystemMetrics(index), (int)dpi, (int)scale_system_dpi());
}

/* Reads the system's font for messages, for `dpi`. */
static void message_font(unsigned dpi, LOGFONTW *font)
{
    BOOL(WINAPI * parameters)
    (UINT, UINT, void *, UINT, UINT) = (BOOL(WINAPI *)(UINT, UINT, void *, UINT, UINT))(
        void (*)(void))newer("SystemParametersInfoForDpi");
    NONCLIENTMETRICSW metrics = {.cbSize = sizeof metrics};

    if (parameters && parameters(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0, (UINT)dpi)) {
        *font = metrics.lfMessageFont;
    } else if (SystemParametersInfoW(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0)) {
        *font = metrics.lfMessageFont;
        font->lfHeight = MulDiv(font->lfHeight, (int)dpi, (int)scale_system_dpi());
    } else {
        *font = (LOGFONTW){.lfHeight = -MulDiv(9, (int)dpi, 72),
                           .lfWeight = FW_NORMAL,
                           .lfCharSet = DEFAULT_CHARSET,
                           .lfFaceName = L"Segoe UI"};
    }
    font->lfWidth = 0;
    font->lfQuality = DEFAULT_QUALITY; /* the user's setting for smooth text applies */
}

static bool has_face(HDC dc, const LOGFONTW *wanted)
{
    wchar_t face[LF_FACESIZE] = L"";
    HFONT font = CreateFontIndirectW(wanted);
    HGDIOBJ previous;

    if (!font)
        return false;
    previous = SelectObject(dc, font);
    GetTextFaceW(dc, LF_FACESIZE, face);
    SelectObject(dc, previous);
    DeleteObject(font);
    return _wcsicmp(face, wanted->lfFaceName) == 0;
}

/* Makes the font semibold. For GDI, the semibold Segoe UI is a font family of its own. */
static void make_strong(HDC dc, LOGFONTW *font)
{
    LOGFONTW semibold = *font;

    if (_wcsicmp(font->lfFaceName, L"Segoe UI") == 0) {
        memcpy(semibold.lfFaceName, L"Segoe UI Semibold", sizeof L"Segoe UI Semibold");
        if (has_face(dc, &semibold)) {
            *font = semibold;
            return;
        }
    }
    font->lfWeight = FW_BOLD;
}

/* Makes the font a fixed-width one. On Windows XP, which lacks Consolas, GDI selects another
 * fixed-width font. */
static void make_fixed(LOGFONTW *font)
{
    memcpy(font->lfFaceName, L"Consolas", sizeof L"Consolas");
    font->lfPitchAndFamily = FIXED_PITCH | FF_MODERN;
}

void scale_open(struct scale *scale, unsigned dpi)
{
    /* Size as a percentage of the message font, which has 12 pixels at 96 DPI by default. */
    static const struct {
        int percent;
        bool is_strong;
    } kinds[FONT_COUNT] = {
        [FONT_BODY] = {100, false}, [FONT_SMALL] = {92, false},  [FONT_STRONG] = {100, true},
        [FONT_TITLE] = {142, true}, [FONT_FIXED] = {100, false},
    };
    HDC dc = CreateCompatibleDC(NULL);
    LOGFONTW base;

    *scale = (struct scale){.dpi = dpi};
    message_font(dpi, &base);
    for (int i = 0; i < FONT_COUNT; i++) {
        LOGFONTW wanted = base;
        TEXTMETRICW metrics;
        HGDIOBJ previous;

        wanted.lfHeight = MulDiv(base.lfHeight, kinds[i].percent, 100);
        if (kinds[i].is_strong)
            make_strong(dc, &wanted);
        if (i == FONT_FIXED)
            make_fixed(&wanted);
        scale->font[i] = CreateFontIndirectW(&wanted);
        if (!scale->font[i])
            scale->font[i] = GetStockObject(DEFAULT_GUI_FONT);
        previous = SelectObject(dc, scale->font[i]);
        scale->line_px[i] = GetTextMetricsW(dc, &metrics) ? metrics.tmHeight : scale_px(dpi, 16);
        SelectObject(dc, previous);
    }
    DeleteDC(dc);
}

void scale_close(struct scale *scale)
{
    for (int i = 0; i < FONT_COUNT; i++)
        DeleteObject(scale->font[i]); /* harmless for a stock font */
    *scale = (struct scale){.dpi = 0};
}
