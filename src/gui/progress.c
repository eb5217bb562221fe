#include "gui/progress.h"

#include <commctrl.h>

#include "gui/comctl.h"
#include "gui/control.h"

enum { PROGRESS_TIMER = 7, PROGRESS_STEP_MS = 40, PROGRESS_ROUND_MS = 1600 };

/* Draws a block that moves repeatedly from left to right. */
static void draw_progress(HWND progress, HDC dc, const struct theme *theme)
{
    RECT rect, block, before, behind;
    int length, left;

    GetClientRect(progress, &rect);
    length = rect.right / 3;
    left = (int)(GetTickCount() % PROGRESS_ROUND_MS) * (rect.right + length) / PROGRESS_ROUND_MS -
           length;
    before = block = behind = rect;
    before.right = block.left = left > 0 ? left : 0;
    block.right = behind.left = left + length < rect.right ? left + length : rect.right;
    control_fill(dc, &before, theme->line);
    control_fill(dc, &block, theme->accent);
    control_fill(dc, &behind, theme->line);
}

/* Paints the bar, because the standard bar remains light in a dark window: with visual styles,
 * Windows ignores the colours that a program sets (Win32, "PBM_SETBARCOLOR"). */
static LRESULT CALLBACK paint_progress(HWND progress, UINT message, WPARAM wparam, LPARAM lparam,
                                       UINT_PTR id, DWORD_PTR data)
{
    PAINTSTRUCT what;

    switch (message) {
    case WM_ERASEBKGND:
        return 1;
    case WM_PAINT:
        draw_progress(progress, BeginPaint(progress, &what), (const struct theme *)data);
        EndPaint(progress, &what);
        return 0;
    case WM_TIMER:
        if (wparam != PROGRESS_TIMER)
            break;
        InvalidateRect(progress, NULL, FALSE);
        return 0;
    case PBM_SETMARQUEE:
        if (wparam)
            SetTimer(progress, PROGRESS_TIMER, PROGRESS_STEP_MS, NULL);
        else
            KillTimer(progress, PROGRESS_TIMER);
        return TRUE;
    case WM_NCDESTROY:
        comctl.remove_subclass(progress, paint_progress, id);
        break;
    }
    return comctl.call_next(progress, message, wparam, lparam);
}

HWND progress_make(HWND page, int id, const struct theme *theme)
{
    HWND progress = CreateWindowExW(0, PROGRESS_CLASSW, L"", WS_CHILD | PBS_MARQUEE, 0, 0, 0, 0,
                                    page, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);

    SetWindowLongPtrW(progress, GWL_EXSTYLE, 0); /* no sunken edge */
    comctl.set_subclass(progress, paint_progress, 0, (DWORD_PTR)theme);
    return progress;
}
