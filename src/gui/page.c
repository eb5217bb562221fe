#include "gui/page.h"

#include "gui/button.h"
#include "gui/control.h"
#include "gui/list.h"

const struct page_row page_rows[PAGE_COUNT] = {
    [PAGE_NOW] = {L"now", L"&Now", L"&Now\tCtrl+1", page_now_create},
    [PAGE_WHO] = {L"who", L"&Who", L"&Who\tCtrl+2", page_who_create},
    [PAGE_CHANGE] = {L"change", L"&Change", L"&Change\tCtrl+3", page_change_create},
    [PAGE_HISTORY] = {L"history", L"Hi&story", L"&History\tCtrl+4", page_history_create},
};

enum page_id page_find(const wchar_t *key)
{
    int page = 0;

    while (page < PAGE_COUNT && lstrcmpiW(page_rows[page].key, key) != 0)
        page++;
    return (enum page_id)page;
}

/* ---- what all pages have in common ------------------------------------ */

static const wchar_t state_property[] = L"maxport.state";

struct page_setup {
    struct window *window;
    void *state;
    WNDPROC procedure;
};

/* Stores the state at the first message of a page, so that all later messages can use it. */
static LRESULT CALLBACK attach(HWND page, UINT message, WPARAM wparam, LPARAM lparam)
{
    if (message == WM_NCCREATE) {
        const struct page_setup *setup = ((const CREATESTRUCTW *)lparam)->lpCreateParams;

        SetWindowLongPtrW(page, GWLP_USERDATA, (LONG_PTR)setup->window);
        SetPropW(page, state_property, setup->state);
        SetWindowLongPtrW(page, GWLP_WNDPROC, (LONG_PTR)setup->procedure);
    }
    return DefWindowProcW(page, message, wparam, lparam);
}

HWND page_window(struct window *window, const wchar_t *name, WNDPROC page_procedure, void *state)
{
    WNDCLASSEXW class = {.cbSize = sizeof class,
                         .lpfnWndProc = attach,
                         .hInstance = GetModuleHandleW(NULL),
                         .hCursor = LoadCursorW(NULL, IDC_ARROW),
                         .lpszClassName = L"MaxportPage"};
    struct page_setup setup = {window, state, page_procedure};

    RegisterClassExW(&class); /* fails if the class is already registered */
    return CreateWindowExW(WS_EX_CONTROLPARENT, L"MaxportPage", name, WS_CHILD | WS_CLIPCHILDREN, 0,
                           0, 0, 0, window->frame, NULL, GetModuleHandleW(NULL), &setup);
}

void *page_state(HWND page)
{
    return GetPropW(page, state_property);
}

static struct window *page_owner(HWND page)
{
    return (struct window *)GetWindowLongPtrW(page, GWLP_USERDATA);
}

LRESULT page_default(HWND page, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct window *window = page_owner(page);
    LRESULT result;

    switch (message) {
    case WM_ERASEBKGND: {
        RECT client;

        GetClientRect(page, &client);
        FillRect((HDC)wparam, &client, window->panel_brush);
        return 1;
    }
    case WM_CTLCOLORSTATIC:
    case WM_CTLCOLOREDIT:
    case WM_CTLCOLORBTN:
        control_color((HWND)lparam, (HDC)wparam, &window->theme);
        return (LRESULT)window->panel_brush;
    case WM_DRAWITEM:
        button_draw((const DRAWITEMSTRUCT *)lparam, &window->theme, &window->scale);
        return TRUE;
    case WM_NOTIFY:
        if (list_notify((const NMHDR *)lparam, &result))
            return result;
        break;
    case WM_CONTEXTMENU:
        list_context_menu((HWND)wparam, lparam);
        return 0;
    case WM_CLOSE:
        return 0; /* a page exists as long as the window */
    case PAGE_RESTYLE:
        controls_restyle(page, &window->theme, &window->scale);
        SendMessageW(page, WM_SIZE, 0, 0);
        return 0;
    case PAGE_IS_READY:
        return TRUE;
    case WM_NCDESTROY:
        RemovePropW(page, state_property);
        break;
    }
    return DefWindowProcW(page, message, wparam, lparam);
}
