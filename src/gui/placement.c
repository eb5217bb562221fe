#include "gui/placement.h"

enum { WIDTH = 1280, HEIGHT = 760 };

uint32_t placement_number(const struct window *window, const char *name, uint32_t usual,
                          uint32_t limit)
{
    uint32_t number = usual;

    if (!window->preferences->read(window->preferences->context, name, &number) || number >= limit)
        return usual;
    return number;
}

/* Returns the area of the monitor without task bars, in workspace coordinates (see
 * placement_apply). */
static RECT workspace(HMONITOR monitor)
{
    MONITORINFO info = {.cbSize = sizeof info};
    RECT area = scale_work_area(monitor);

    if (GetMonitorInfoW(monitor, &info))
        OffsetRect(&area, info.rcMonitor.left - area.left, info.rcMonitor.top - area.top);
    return area;
}

RECT placement_rect(const struct window *window, int width_dip, int height_dip)
{
    unsigned dpi;
    HMONITOR monitor;
    uint32_t left = (uint32_t)CW_USEDEFAULT, top = (uint32_t)CW_USEDEFAULT;
    int width = (int)placement_number(window, "Width", WIDTH, 10000);
    int height = (int)placement_number(window, "Height", HEIGHT, 10000);
    RECT rect, area;

    if (width_dip) {
        width = width_dip;
        height = height_dip;
    }
    window->preferences->read(window->preferences->context, "Left", &left);
    window->preferences->read(window->preferences->context, "Top", &top);
    rect = (RECT){(int)left, (int)top, (int)left + width, (int)top + height};
    monitor = MonitorFromRect(&rect, MONITOR_DEFAULTTONULL);
    dpi = monitor ? scale_monitor_dpi(monitor) : scale_system_dpi();
    width = scale_px(dpi, width);
    height = scale_px(dpi, height);
    if (window->is_picture) /* Windows selects the position */
        return (RECT){CW_USEDEFAULT, CW_USEDEFAULT, CW_USEDEFAULT + width, CW_USEDEFAULT + height};
    if (!monitor) { /* the monitor of the stored position was removed, or no position is stored */
        area = workspace(MonitorFromPoint((POINT){0, 0}, MONITOR_DEFAULTTOPRIMARY));
        rect.left = (area.left + area.right - width) / 2;
        rect.top = (area.top + area.bottom - height) / 2;
    } else {
        area = workspace(monitor);
    }
    rect.right = rect.left + width;
    rect.bottom = rect.top + height;
    scale_fit(&rect, &area);
    return rect;
}

/* The stored position is in workspace coordinates. They do not count a task bar at the top or at
 * the left of the screen (Win32, "WINDOWPLACEMENT"). CreateWindow expects screen coordinates, so it
 * would place the window too high or too far left by the size of the bar. */
void placement_apply(const struct window *window, const RECT *rect)
{
    WINDOWPLACEMENT place = {.length = sizeof place, .showCmd = SW_HIDE, .rcNormalPosition = *rect};

    if (rect->left != CW_USEDEFAULT)
        SetWindowPlacement(window->frame, &place);
}

/* Stores the placement. Position and size are those of the window when it is not maximized; the
 * size is in dip. */
void placement_save(const struct window *window)
{
    const struct preferences *to = window->preferences;
    WINDOWPLACEMENT place = {.length = sizeof place};
    unsigned dpi = window->scale.dpi;

    to->write(to->context, "Page", window->page);
    to->write(to->context, "Span", window->span);
    to->write(to->context, "Grouping", window->grouping);
    if (!GetWindowPlacement(window->frame, &place))
        return;
    to->write(to->context, "Left", (uint32_t)place.rcNormalPosition.left);
    to->write(to->context, "Top", (uint32_t)place.rcNormalPosition.top);
    to->write(
        to->context, "Width",
        (uint32_t)((place.rcNormalPosition.right - place.rcNormalPosition.left) * 96 / (int)dpi));
    to->write(
        to->context, "Height",
        (uint32_t)((place.rcNormalPosition.bottom - place.rcNormalPosition.top) * 96 / (int)dpi));
    to->write(to->context, "Maximized", place.showCmd == SW_SHOWMAXIMIZED);
}
