#include "gui/drawing.h"

#include <stdlib.h>

#include <oleacc.h>
#include <windowsx.h>

#include "gui/accessible.h"
#include "gui/control.h"
#include "gui/paint/canvas.h"

static const wchar_t class_name[] = L"MaxportDrawing";

struct drawing {
    const struct drawing_calls *calls;
    struct canvas canvas;
    bool is_tracked;
};

static struct drawing *state_of(HWND window)
{
    return (struct drawing *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

static void paint(struct drawing *drawing, HWND window)
{
    PAINTSTRUCT what;
    RECT rect;
    HDC dc = BeginPaint(window, &what);

    GetClientRect(window, &rect);
    if (canvas_fit(&drawing->canvas, rect.right, rect.bottom)) {
        drawing->calls->paint(drawing->calls->context, window, drawing->canvas.dc, &rect);
        if (GetFocus() == window)
            DrawFocusRect(drawing->canvas.dc, &rect);
        canvas_show(&drawing->canvas, dc, 0, 0);
    }
    EndPaint(window, &what);
}

static void follow(struct drawing *drawing, HWND window, POINT at)
{
    const struct drawing_calls *calls = drawing->calls;
    TRACKMOUSEEVENT track = {.cbSize = sizeof track, .dwFlags = TME_LEAVE, .hwndTrack = window};

    if (!calls->hover)
        return;
    if (!drawing->is_tracked)
        drawing->is_tracked = TrackMouseEvent(&track);
    calls->hover(calls->context, window, at);
}

static void fill_facts(const struct drawing_calls *calls, HWND window,
                       struct accessible_facts *facts)
{
    facts->role = calls->role;
    if (!calls->key)
        facts->state = STATE_SYSTEM_READONLY;
    if (calls->value)
        calls->value(calls->context, window, facts->value, sizeof facts->value);
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct drawing *drawing = state_of(window);
    POINT at = {GET_X_LPARAM(lparam), GET_Y_LPARAM(lparam)};

    if (message == WM_NCCREATE) {
        drawing = calloc(1, sizeof *drawing);
        if (!drawing)
            return FALSE;
        drawing->calls = ((CREATESTRUCTW *)lparam)->lpCreateParams;
        SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)drawing);
    }
    if (!drawing)
        return DefWindowProcW(window, message, wparam, lparam);
    switch (message) {
    case WM_ERASEBKGND:
        return 1;
    case WM_PAINT:
        paint(drawing, window);
        return 0;
    case WM_SIZE:
        InvalidateRect(window, NULL, FALSE);
        return 0;
    case WM_SETFOCUS:
    case WM_KILLFOCUS:
        InvalidateRect(window, NULL, FALSE);
        return 0;
    case WM_MOUSEMOVE:
        follow(drawing, window, at);
        return 0;
    case WM_MOUSELEAVE:
        drawing->is_tracked = false;
        drawing->calls->hover(drawing->calls->context, window, (POINT){-1, -1});
        return 0;
    case WM_LBUTTONUP:
        if (drawing->calls->key)
            SetFocus(window);
        if (drawing->calls->click)
            drawing->calls->click(drawing->calls->context, window, at);
        return 0;
    case WM_GETDLGCODE:
        return !drawing->calls->key       ? DLGC_STATIC
               : control_is_enter(lparam) ? DLGC_WANTARROWS | DLGC_WANTMESSAGE
                                          : DLGC_WANTARROWS;
    case ACCESSIBLE_FACTS:
        fill_facts(drawing->calls, window, (struct accessible_facts *)lparam);
        return 0;
    case WM_GETOBJECT: {
        LRESULT answer = accessible_answer(window, wparam, lparam);

        if (answer)
            return answer;
        break;
    }
    case WM_KEYDOWN:
        if (drawing->calls->key && drawing->calls->key(drawing->calls->context, window, wparam))
            return 0;
        break;
    case WM_NCDESTROY:
        canvas_close(&drawing->canvas);
        free(drawing);
        SetWindowLongPtrW(window, GWLP_USERDATA, 0);
        break;
    }
    return DefWindowProcW(window, message, wparam, lparam);
}

static void register_class(void)
{
    WNDCLASSEXW class = {.cbSize = sizeof class,
                         .lpfnWndProc = procedure,
                         .hInstance = GetModuleHandleW(NULL),
                         .hCursor = LoadCursorW(NULL, IDC_ARROW),
                         .lpszClassName = class_name};

    RegisterClassExW(&class); /* fails if the class is already registered */
}

HWND drawing_make(HWND page, int id, const wchar_t *name, const struct drawing_calls *calls)
{
    register_class();
    return CreateWindowExW(0, class_name, name,
                           WS_CHILD | WS_VISIBLE | (calls->key ? WS_TABSTOP : 0), 0, 0, 0, 0, page,
                           (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), (void *)calls);
}

void drawing_refresh(HWND drawing, const char *name)
{
    if (name)
        control_set_text(drawing, name);
    InvalidateRect(drawing, NULL, FALSE);
}
