#include "gui/paint/theme.h"

#include <math.h>

#include "gui/paint/system_function.h"

/* The colours of the states were chosen by their distance in CIE Lab, for normal and for
 * colour-blind vision (Machado, Oliveira and Fernandes, 2009). tests/gui/paint/theme.c checks the
 * distances. */
static const struct theme light = {
    .kind = THEME_LIGHT,
    .window = RGB(0xf3, 0xf3, 0xf3),
    .panel = RGB(0xff, 0xff, 0xff),
    .text = RGB(0x1b, 0x1b, 0x1b),
    .muted = RGB(0x5d, 0x5d, 0x5d),
    .line = RGB(0xe0, 0xe0, 0xe0),
    .grid = RGB(0xec, 0xec, 0xec),
    .accent = RGB(0x00, 0x5f, 0xb8),
    .accent_text = RGB(0xff, 0xff, 0xff),
    .good = RGB(0x0f, 0x7b, 0x0f),
    .warn = RGB(0x9a, 0x57, 0x00),
    .bad = RGB(0xc4, 0x2b, 0x1c),
    .state =
        {
            [PORT_CLASS_FREE] = RGB(0xe4, 0xe9, 0xee),
            [PORT_CLASS_LISTENING] = RGB(0x08, 0x45, 0x8c),
            [PORT_CLASS_CONNECTED] = RGB(0x0f, 0x9f, 0x79),
            [PORT_CLASS_TIME_WAIT] = RGB(0xdb, 0x7a, 0x0b),
            [PORT_CLASS_BOUND] = RGB(0xb4, 0x4f, 0xcb),
            [PORT_CLASS_EXCLUDED] = RGB(0x59, 0x60, 0x69),
        },
};

static const struct theme dark = {
    .kind = THEME_DARK,
    .is_dark = true,
    .window = RGB(0x20, 0x20, 0x20),
    .panel = RGB(0x2b, 0x2b, 0x2b),
    .text = RGB(0xff, 0xff, 0xff),
    .muted = RGB(0xb8, 0xb8, 0xb8),
    .line = RGB(0x3d, 0x3d, 0x3d),
    .grid = RGB(0x38, 0x38, 0x38),
    .accent = RGB(0x60, 0xcd, 0xff),
    .accent_text = RGB(0x00, 0x00, 0x00),
    .good = RGB(0x6c, 0xcb, 0x5f),
    .warn = RGB(0xfc, 0xb4, 0x4d),
    .bad = RGB(0xff, 0x99, 0xa4),
    .state =
        {
            [PORT_CLASS_FREE] = RGB(0x3a, 0x3f, 0x45),
            [PORT_CLASS_LISTENING] = RGB(0x42, 0x86, 0xde),
            [PORT_CLASS_CONNECTED] = RGB(0x57, 0xe0, 0xb0),
            [PORT_CLASS_TIME_WAIT] = RGB(0xf0, 0x93, 0x2b),
            [PORT_CLASS_BOUND] = RGB(0xeb, 0xa4, 0xfa),
            [PORT_CLASS_EXCLUDED] = RGB(0x8a, 0x8f, 0x98),
        },
};

static double channel(unsigned value)
{
    double v = value / 255.0;

    return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(COLORREF color)
{
    return 0.2126 * channel(GetRValue(color)) + 0.7152 * channel(GetGValue(color)) +
           0.0722 * channel(GetBValue(color));
}

double color_contrast(COLORREF a, COLORREF b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

    return x > y ? x / y : y / x;
}

/* Returns `color`, or `otherwise` if `color` is hard to see on the window. */
static COLORREF visible_on(COLORREF window, COLORREF color, COLORREF otherwise)
{
    return color_contrast(window, color) >= 3 ? color : otherwise;
}

/* Uses the system's colours. Only these pairs of them are certainly readable: COLOR_WINDOW with
 * COLOR_WINDOWTEXT, COLOR_HOTLIGHT or COLOR_GRAYTEXT, and COLOR_HIGHLIGHT with COLOR_HIGHLIGHTTEXT.
 * Source: Win32, "GetSysColor" and "High contrast parameter". */
static void high_contrast(struct theme *theme)
{
    COLORREF window = GetSysColor(COLOR_WINDOW), text = GetSysColor(COLOR_WINDOWTEXT),
             highlight = GetSysColor(COLOR_HIGHLIGHT),
             link = visible_on(window, GetSysColor(COLOR_HOTLIGHT), text),
             gray = GetSysColor(COLOR_GRAYTEXT);

    *theme = (struct theme){
        .kind = THEME_HIGH_CONTRAST,
        .is_dark = GetRValue(window) * 299 + GetGValue(window) * 587 + GetBValue(window) * 114 <
                   128 * 1000,
        .window = window,
        .panel = window,
        .text = text,
        .muted = text, /* not gray, because gray text marks a disabled control */
        .line = text,
        .grid = gray,
        .accent = highlight,
        .accent_text = GetSysColor(COLOR_HIGHLIGHTTEXT),
        .good = text,
        .warn = text,
        .bad = text,
        .state = {[PORT_CLASS_FREE] = window,
                  [PORT_CLASS_LISTENING] = link,
                  [PORT_CLASS_CONNECTED] = text,
                  [PORT_CLASS_TIME_WAIT] = visible_on(window, highlight, text),
                  [PORT_CLASS_BOUND] = link,
                  [PORT_CLASS_EXCLUDED] = gray},
    };
}

void theme_fixed(struct theme *theme, enum theme_kind kind)
{
    if (kind == THEME_HIGH_CONTRAST)
        high_contrast(theme);
    else
        *theme = kind == THEME_DARK ? dark : light;
}

static bool is_high_contrast(void)
{
    HIGHCONTRASTW contrast = {.cbSize = sizeof contrast};

    return SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0) &&
           (contrast.dwFlags & HCF_HIGHCONTRASTON);
}

/* Returns whether the user has set dark mode. The value AppsUseLightTheme exists on Windows 10 1607
 * and later. The value is not documented: Microsoft Learn, "Support Dark and Light themes in Win32
 * apps", documents the setting only with its WinRT interface. */
static bool wants_dark(void)
{
    DWORD is_light = 1, type, size = sizeof is_light;
    HKEY key;
    LONG error;

    if (RegOpenKeyExW(HKEY_CURRENT_USER,
                      L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize", 0,
                      KEY_QUERY_VALUE, &key))
        return false;
    error = RegQueryValueExW(key, L"AppsUseLightTheme", NULL, &type, (BYTE *)&is_light, &size);
    RegCloseKey(key);
    return !error && type == REG_DWORD && size == sizeof is_light && is_light == 0;
}

void theme_read(struct theme *theme)
{
    theme_fixed(theme, is_high_contrast() ? THEME_HIGH_CONTRAST
                       : wants_dark()     ? THEME_DARK
                                          : THEME_LIGHT);
}

/* DWMWA_USE_IMMERSIVE_DARK_MODE is 20 in Windows 10 20H1 and later, and 19 in Windows 10 1809 to
 * 1909 (docs/windows.md, "Window"). On earlier versions both calls fail, and the title bar remains
 * light. */
void theme_dress(HWND window, const struct theme *theme)
{
    enum { DARK_MODE = 20, DARK_MODE_BEFORE_20H1 = 19 };
    typedef HRESULT(WINAPI * set_attribute)(HWND, DWORD, const void *, DWORD);
    static HMODULE dwmapi;
    set_attribute set =
        (set_attribute)system_function(&dwmapi, L"dwmapi.dll", "DwmSetWindowAttribute");
    BOOL is_dark = theme->is_dark && theme->kind != THEME_HIGH_CONTRAST;

    if (!set || (FAILED(set(window, DARK_MODE, &is_dark, sizeof is_dark)) &&
                 FAILED(set(window, DARK_MODE_BEFORE_20H1, &is_dark, sizeof is_dark))))
        return;
    if (IsWindowVisible(
            window)) { /* Windows repaints the title bar only when its active state changes */
        bool is_active = GetForegroundWindow() == window;

        SendMessageW(window, WM_NCACTIVATE, !is_active, 0);
        SendMessageW(window, WM_NCACTIVATE, is_active, 0);
    }
}

/* Selects the dark class of control themes, which is not documented (docs/windows.md, "Window"). A
 * Windows without this class uses the usual class. */
void theme_dress_control(HWND control, const struct theme *theme)
{
    typedef HRESULT(WINAPI * set_theme)(HWND, const wchar_t *, const wchar_t *);
    static HMODULE uxtheme;
    set_theme set = (set_theme)system_function(&uxtheme, L"uxtheme.dll", "SetWindowTheme");
    bool is_dark = theme->kind == THEME_DARK;

    if (set)
        set(control, is_dark ? L"DarkMode_Explorer" : NULL, NULL);
}
