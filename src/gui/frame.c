#include "gui/frame.h"

#include "gui/button.h"
#include "gui/control.h"
#include "gui/dialog.h"
#include "gui/menu.h"
#include "gui/placement.h"

enum {
    WIDTH_MINIMUM = 640, /* in dip; 640 x 480 is the smallest screen of Windows */
    HEIGHT_MINIMUM = 480,
    TABS_HEIGHT = 44,
    MENU_HEIGHT = 30,
    MARGIN = 16,
};

static void place_pages(struct frame *frame)
{
    const struct window *window = &frame->window;
    int tabs = scale_px(window->scale.dpi, TABS_HEIGHT);
    int status = status_bar_height(&window->scale);
    RECT client;

    GetClientRect(window->frame, &client);
    for (int i = 0; i < PAGE_COUNT; i++)
        MoveWindow(window->pages[i], 0, tabs, client.right, client.bottom - tabs - status, TRUE);
}

void frame_lay_out(struct frame *frame)
{
    struct window *window = &frame->window;
    unsigned dpi = window->scale.dpi;
    int tabs = scale_px(dpi, TABS_HEIGHT);
    int margin = scale_px(dpi, MARGIN), menu = scale_px(dpi, MENU_HEIGHT);
    int left = scale_px(dpi, 4), width;
    RECT client;

    GetClientRect(window->frame, &client);
    for (int i = 0; i < PAGE_COUNT; i++) {
        width = button_width(frame->tabs[i], &window->scale);
        MoveWindow(frame->tabs[i], left, 0, width, tabs, TRUE);
        left += width;
    }
    width = button_width(frame->menu_button, &window->scale);
    MoveWindow(frame->menu_button, client.right - margin - width, (tabs - menu) / 2, width, menu,
               TRUE);
    place_pages(frame);
    status_bar_place(&frame->status_bar);
    InvalidateRect(window->frame, NULL, TRUE);
}

void frame_restyle(struct frame *frame)
{
    struct window *window = &frame->window;

    if (frame->options->has_theme)
        theme_fixed(&window->theme, frame->options->theme);
    else
        theme_read(&window->theme);
    if (window->window_brush)
        DeleteObject(window->window_brush);
    if (window->panel_brush)
        DeleteObject(window->panel_brush);
    window->window_brush = CreateSolidBrush(window->theme.window);
    window->panel_brush = CreateSolidBrush(window->theme.panel);
    theme_dress(window->frame, &window->theme);
    controls_restyle(window->frame, &window->theme, &window->scale);
    for (int i = 0; i < PAGE_COUNT; i++)
        if (window->pages[i])
            SendMessageW(window->pages[i], PAGE_RESTYLE, 0, 0);
    dialogs_restyle();
    RedrawWindow(window->frame, NULL, NULL,
                 RDW_INVALIDATE | RDW_ERASE | RDW_FRAME | RDW_ALLCHILDREN);
}

void frame_send_to_pages(struct frame *frame, UINT message, WPARAM wparam, LPARAM lparam)
{
    for (int i = 0; i < PAGE_COUNT; i++)
        SendMessageW(frame->window.pages[i], message, wparam, lparam);
}

void frame_set_busy(struct frame *frame, bool is_busy)
{
    frame->window.is_busy = is_busy;
    frame_send_to_pages(frame, PAGE_ASSESSMENT, 0, 0);
    frame_lay_out(frame);
}

bool frame_make_page(struct frame *frame, enum page_id page)
{
    struct window *window = &frame->window;

    if (window->pages[page])
        return true;
    window->pages[page] = page_rows[page].create(window);
    if (!window->pages[page])
        return false;
    place_pages(frame);
    SendMessageW(window->pages[page], PAGE_RESTYLE, 0, 0);
    if (window->assessment)
        SendMessageW(window->pages[page], PAGE_ASSESSMENT, 0, 0);
    return true;
}

void window_update_wants(struct window *window)
{
    LRESULT wants = SendMessageW(window->pages[window->page], PAGE_WANTS, 0, 0);

    if (!window->worker)
        return; /* start_rest in window.c calls this function again when the worker has started */
    worker_watch(window->worker,
                 &(struct sample_request){.wants_owners = wants & (WANT_OWNERS | WANT_GROUPS),
                                          .wants_groups = wants & WANT_GROUPS,
                                          .grouping = window->grouping});
}

void window_show_page(struct window *window, enum page_id page)
{
    struct frame *frame = (struct frame *)window;

    if (!frame_make_page(frame, page)) {
        window_report(window, "Not enough memory to show the page.");
        return;
    }
    if (IsChild(window->pages[window->page], GetFocus()))
        SetFocus(frame->tabs[page]);
    window->page = page;
    for (int i = 0; i < PAGE_COUNT; i++) {
        button_choose(frame->tabs[i], i == (int)page);
        ShowWindow(window->pages[i], i == (int)page ? SW_SHOW : SW_HIDE);
    }
    menu_choose(frame->menu, ID_TAB, PAGE_COUNT, (UINT)page);
    window_update_wants(window);
    SendMessageW(window->pages[page], PAGE_SHOWN, 0, 0);
}

void window_set_protocol(struct window *window, enum protocol protocol)
{
    struct frame *frame = (struct frame *)window;

    window->protocol = protocol;
    menu_choose(frame->menu, ID_PROTOCOL, PROTOCOL_COUNT, (UINT)protocol);
    frame_send_to_pages(frame, PAGE_SAMPLE, 0, 0);
}

bool frame_create(struct frame *frame, HWND own)
{
    struct window *window = &frame->window;

    window->frame = own;
    scale_open(&window->scale, scale_window_dpi(own));
    for (int i = 0; i < PAGE_COUNT; i++)
        frame->tabs[i] = button_make(own, ID_TAB + i, page_rows[i].title, ROLE_TAB);
    frame->menu = menu_make();
    frame->menu_button = button_make(own, ID_MENU, L"&Menu", ROLE_MENU);
    status_bar_make(&frame->status_bar, window);
    /* before the pages are made, because the pages use the colours of the theme */
    frame_restyle(frame);
    window->span = (enum usage_history_span)placement_number(window, "Span", SPAN_60_S, SPAN_COUNT);
    window->grouping =
        (enum usage_group)placement_number(window, "Grouping", GROUP_PROCESS, GROUP_KIND_COUNT + 1);
    return true;
}

void frame_change_fonts(struct frame *frame, unsigned dpi)
{
    struct scale before = frame->window.scale;

    scale_open(&frame->window.scale, dpi);
    frame_restyle(frame);
    scale_close(&before); /* the old fonts; only now, because the controls used them until here */
    frame_lay_out(frame);
}

void frame_limit_size(const struct frame *frame, MINMAXINFO *info)
{
    unsigned dpi = frame->window.scale.dpi ? frame->window.scale.dpi : 96;
    RECT work = scale_work_area(MonitorFromWindow(frame->window.frame, MONITOR_DEFAULTTONEAREST));
    RECT least = {0, 0, scale_px(dpi, WIDTH_MINIMUM), scale_px(dpi, HEIGHT_MINIMUM)};

    scale_fit(&least, &work); /* at a high DPI, a small screen may be smaller than the minimum */
    info->ptMinTrackSize = (POINT){least.right - least.left, least.bottom - least.top};
}
