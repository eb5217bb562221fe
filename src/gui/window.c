#include "gui/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <commctrl.h>

#include "gui/button.h"
#include "gui/comctl.h"
#include "gui/control.h"
#include "gui/dialog.h"
#include "gui/encoding.h"
#include "gui/help.h"
#include "gui/menu.h"
#include "gui/placement.h"
#include "gui/popup.h"

enum {
    WINDOW_ICON = 1, /* res/resource.h: ID_ICON */
    START_TIMER = 2,
    START_TIMER_MS = 10,
};

static struct frame *frame_of(HWND window)
{
    return (struct frame *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

/* ---- functions for pages ---------------------------------------------- */

void window_report(struct window *window, const char *sentence)
{
    status_bar_report(&((struct frame *)window)->status_bar, sentence);
}

void window_open_port_check(struct window *window, enum protocol protocol, uint16_t port)
{
    char message[96];

    snprintf(message, sizeof message, "Checking %s port %u...", protocol_name(protocol),
             (unsigned)port);
    window_report(window, message);
    if (window->worker)
        worker_port_check(window->worker, protocol, port);
}

static bool show_dialog(struct window *window, struct dialog *dialog)
{
    dialog->owner = GetLastActivePopup(window->frame); /* an open dialog, or the window itself */
    dialog->theme = &window->theme;
    return dialog_show(dialog);
}

void window_confirm_and_run(struct window *window, const wchar_t *title, const char *text,
                            const wchar_t *verb, const char *const *arguments, size_t count)
{
    struct dialog dialog = {
        .title = title, .text = text, .verb = verb, .has_shield = !window->is_elevated};
    struct fault fault;

    if (window->is_busy) {
        window_report(window, "maxport.exe is still running the previous change.");
        return;
    }
    if (!show_dialog(window, &dialog)) {
        window_report(window, "Nothing was changed.");
        return;
    }
    if (!worker_run(window->worker, arguments, count, &fault)) {
        window_report_failure(window, fault.text);
        return;
    }
    window_report(window, window->is_elevated
                              ? "maxport.exe is running..."
                              : "Waiting for administrator approval and maxport.exe...");
    frame_set_busy((struct frame *)window, true);
}

void window_show_text(struct window *window, const wchar_t *title, const char *text)
{
    show_dialog(window, &(struct dialog){.title = title, .text = text});
}

void window_report_failure(struct window *window, const char *sentence)
{
    window_report(window, sentence);
    window_show_text(window, L"maxport", sentence);
}

bool window_ask_path(struct window *window, const wchar_t *filter, const wchar_t *extension,
                     const wchar_t *suggestion, char path[STORE_PATH_SIZE])
{
    const struct frame *frame = (const struct frame *)window;
    wchar_t name[MAX_PATH];
    struct fault fault;
    char *utf8;

    lstrcpynW(name, suggestion, MAX_PATH);
    if (!frame->options->ask_path(window->frame, filter, extension, name, &fault)) {
        if (fault.kind != FAULT_DECLINED)
            window_report_failure(window, fault.text);
        return false;
    }
    utf8 = encoding_utf8(name);
    if (!utf8 || strlen(utf8) >= STORE_PATH_SIZE) {
        window_report_failure(window, utf8 ? "The path is too long. Nothing was written."
                                           : "Not enough memory. Nothing was written.");
        free(utf8);
        return false;
    }
    strcpy(path, utf8);
    free(utf8);
    return true;
}

/* ---- answers ---------------------------------------------------------- */

static void show_check(struct window *window, const struct checked_port *check)
{
    const struct port_check *found = &check->check;
    bool is_udp = check->protocol == PROTOCOL_UDP;
    struct text text;
    wchar_t title[64];

    window_report(window, "");
    if (!check->is_made) {
        window_report_failure(window, check->fault.text);
        return;
    }
    text_init(&text);
    text_printf(&text, "%s\n", text_string(&found->verdict));
    dialog_print_sentences(&text, is_udp ? "UDP" : "TCP", &found->facts);
    dialog_print_sentences(&text, is_udp ? "TCP" : "UDP", &found->other);
    dialog_print_sentences(&text, "Remedies", &found->helps);
    dialog_print_sentences(&text, "What could not be checked", &found->unseen);
    _snwprintf(title, 63, L"%ls port %u", is_udp ? L"UDP" : L"TCP", (unsigned)check->port);
    title[63] = L'\0';
    window_show_text(window, title, text_string(&text));
    text_release(&text);
}

static void show_run_result(struct frame *frame, const struct run_result *result)
{
    struct text text;

    text_init(&text);
    run_result_print(result,
                     frame->window.assessment ? &frame->window.assessment->snapshot.survey.journal
                                              : NULL,
                     &text);
    frame_set_busy(frame, false);
    if (run_result_is_good(result) || result->state != RUN_ENDED ||
        result->fault.kind == FAULT_DECLINED)
        window_report(&frame->window, text_string(&text));
    else
        window_report_failure(&frame->window, text_string(&text));
    text_release(&text);
}

static void on_answer(struct frame *frame, enum answer kind, void *what)
{
    struct window *window = &frame->window;

    switch (kind) {
    case ANSWER_SAMPLE:
        answer_release(ANSWER_SAMPLE, window->sample);
        window->sample = what;
        frame->screenshot.samples++;
        sample_add_to_history(window->sample, window->history);
        frame_send_to_pages(frame, PAGE_SAMPLE, 0, 0);
        status_bar_show(&frame->status_bar);
        return;
    case ANSWER_ASSESSMENT:
        answer_release(ANSWER_ASSESSMENT, window->assessment);
        window->assessment = what;
        frame_send_to_pages(frame, PAGE_ASSESSMENT, 0, 0);
        status_bar_show(&frame->status_bar);
        return;
    case ANSWER_PORT_CHECK:
        show_check(window, what);
        break;
    case ANSWER_RUN_RESULT:
        frame_send_to_pages(frame, PAGE_ANSWER, kind, (LPARAM)what);
        show_run_result(frame, what);
        break;
    case ANSWER_SAVED: {
        const struct saved *saved = what;
        char message[STORE_PATH_SIZE + 16];

        if (frame->options->picture) {
            frame->exit_code = saved->is_saved ? 0 : 1;
            DestroyWindow(window->frame);
            break;
        }
        snprintf(message, sizeof message, "Saved as %s.", saved->path);
        if (saved->is_saved)
            window_report(window, message);
        else
            window_report_failure(window, saved->fault.text);
        break;
    }
    case ANSWER_PREVIEW:
    case ANSWER_ENTRY_DETAILS:
        frame_send_to_pages(frame, PAGE_ANSWER, kind, (LPARAM)what);
        break;
    }
    answer_release(kind, what);
}

/* ---- commands --------------------------------------------------------- */

static void set_interval(struct frame *frame, size_t index)
{
    struct window *window = &frame->window;

    window->interval_ms = menu_interval_ms(index);
    menu_choose(frame->menu, ID_INTERVAL, MENU_INTERVAL_COUNT, (UINT)index);
    if (window->worker)
        worker_set_interval(window->worker, window->interval_ms);
    window->preferences->write(window->preferences->context, "Interval", (uint32_t)index);
    status_bar_show(&frame->status_bar);
}

/* Saves a screenshot of the page, because the page has no other data to save. */
static void save_page(struct frame *frame)
{
    struct window *window = &frame->window;
    char path[STORE_PATH_SIZE];
    wchar_t name[64];
    struct fault fault;

    _snwprintf(name, 63, L"maxport-%ls.png", page_rows[window->page].key);
    name[63] = L'\0';
    if (!window_ask_path(window, L"PNG images (*.png)\0*.png\0", L"png", name, path))
        return;
    /* Repaint the area that the Save dialog covered, because the screenshot includes this area. */
    RedrawWindow(window->frame, NULL, NULL, RDW_INVALIDATE | RDW_UPDATENOW | RDW_ALLCHILDREN);
    if (!screenshot_save(window, frame->options->encode, path, &fault))
        window_report_failure(window, fault.text);
}

/* Sends the command of a key to the edit control that has the focus, for keys that edit controls
 * also handle. Returns false if no edit control has the focus. */
static bool send_to_field(UINT message)
{
    HWND focus = GetFocus();
    enum role role = focus ? control_role(focus) : 0;

    if (role != ROLE_FIELD && role != ROLE_REPORT)
        return false;
    SendMessageW(focus, message, 0, 0);
    return true;
}

static void on_command(struct frame *frame, unsigned id)
{
    struct window *window = &frame->window;
    HWND page = window->pages[window->page];

    if (id >= ID_TAB && id < ID_TAB + PAGE_COUNT) {
        window_show_page(window, (enum page_id)(id - ID_TAB));
        return;
    }
    if (id >= ID_PROTOCOL && id < ID_PROTOCOL + PROTOCOL_COUNT) {
        window_set_protocol(window, (enum protocol)(id - ID_PROTOCOL));
        return;
    }
    if (id >= ID_INTERVAL && id < ID_INTERVAL + MENU_INTERVAL_COUNT) {
        set_interval(frame, id - ID_INTERVAL);
        return;
    }
    switch (id) {
    case ID_REFRESH:
        if (window->worker)
            worker_assessment(window->worker);
        break;
    case ID_SAVE:
        if (!SendMessageW(page, PAGE_SAVE, 0, 0))
            save_page(frame);
        break;
    case ID_COPY:
        if (!send_to_field(WM_COPY))
            SendMessageW(page, PAGE_COPY, 0, 0);
        break;
    case ID_UNDO:
        if (!send_to_field(WM_UNDO) && frame_make_page(frame, PAGE_HISTORY))
            SendMessageW(window->pages[PAGE_HISTORY], PAGE_UNDO, 0, 0);
        break;
    case ID_HELP:
        help_show(window);
        break;
    case ID_ABOUT:
        help_show_about(window);
        break;
    case ID_MENU:
        menu_open(&frame->window, frame->menu, frame->menu_button);
        break;
    case ID_CANCEL_RUN:
        status_bar_stop_waiting(&frame->status_bar);
        break;
    case ID_EXIT:
        SendMessageW(window->frame, WM_CLOSE, 0, 0);
        break;
    }
}

/* The first call starts the worker; each later call makes one of the other pages. Called at
 * START_TIMER, but not before the first page was painted. */
static void start_rest(struct frame *frame)
{
    struct window *window = &frame->window;
    int page = 0;

    if (!window->worker) {
        window->worker =
            worker_start(frame->machine, frame->launcher, window->frame,
                         frame->options->picture ? INTERVAL_MS_MINIMUM : window->interval_ms);
        if (!window->worker) {
            frame->exit_code = 1;
            DestroyWindow(window->frame);
            return;
        }
        window_update_wants(window);
        if (frame->options->picture)
            SetTimer(window->frame, SCREENSHOT_TIMER, SCREENSHOT_TIMER_MS, NULL);
        return;
    }
    while (page < PAGE_COUNT && window->pages[page])
        page++;
    if (page == PAGE_COUNT || !frame_make_page(frame, (enum page_id)page))
        KillTimer(window->frame, START_TIMER);
}

/* ---- a screenshot of a page ------------------------------------------- */

static void follow_screenshot(struct frame *frame)
{
    struct window *window = &frame->window;
    enum screenshot_state state = screenshot_follow(
        &frame->screenshot, window, (unsigned)frame->options->picture_after_seconds);
    struct fault ignored;
    char *path;

    if (state == SCREENSHOT_WAITS)
        return;
    KillTimer(window->frame, SCREENSHOT_TIMER);
    RedrawWindow(window->frame, NULL, NULL, RDW_INVALIDATE | RDW_UPDATENOW | RDW_ALLCHILDREN);
    path = encoding_utf8(frame->options->picture);
    if (state == SCREENSHOT_IS_LATE || !path ||
        !screenshot_save(window, frame->options->encode, path, &ignored)) {
        frame->exit_code = 1;
        DestroyWindow(window->frame);
    }
    free(path);
}

/* ---- the window's procedure ------------------------------------------- */

static void on_timer(struct frame *frame, WPARAM timer)
{
    if (timer == SCREENSHOT_TIMER)
        follow_screenshot(frame);
    else if (timer == START_TIMER)
        start_rest(frame);
    else if (timer == STATUS_BAR_TIMER)
        status_bar_follow_work(&frame->status_bar);
}

/* Handles WM_ERASEBKGND, WM_CTLCOLOR..., WM_MEASUREITEM and WM_DRAWITEM. */
static LRESULT paint(const struct frame *frame, UINT message, WPARAM wparam, LPARAM lparam)
{
    const struct window *window = &frame->window;
    RECT client;

    switch (message) {
    case WM_ERASEBKGND:
        GetClientRect(window->frame, &client);
        FillRect((HDC)wparam, &client, window->window_brush);
        return 1;
    case WM_MEASUREITEM:
        popup_measure((MEASUREITEMSTRUCT *)lparam);
        return TRUE;
    case WM_DRAWITEM:
        if (((const DRAWITEMSTRUCT *)lparam)->CtlType == ODT_MENU)
            popup_draw((const DRAWITEMSTRUCT *)lparam);
        else
            button_draw((const DRAWITEMSTRUCT *)lparam, &window->theme, &window->scale);
        return TRUE;
    default:
        control_color((HWND)lparam, (HDC)wparam, &window->theme);
        SetBkColor((HDC)wparam, window->theme.window);
        return (LRESULT)window->window_brush;
    }
}

/* Returns whether `name` is the one that Windows broadcasts when the user selects the light or dark
 * theme. */
static bool is_theme_change(LPARAM name)
{
    return name && lstrcmpW((const wchar_t *)name, L"ImmersiveColorSet") == 0;
}

static LRESULT CALLBACK procedure(HWND own, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct frame *frame = frame_of(own);

    if (message == WM_NCCREATE) {
        frame = ((CREATESTRUCTW *)lparam)->lpCreateParams;
        SetWindowLongPtrW(own, GWLP_USERDATA, (LONG_PTR)frame);
    }
    if (!frame)
        return DefWindowProcW(own, message, wparam, lparam);
    switch (message) {
    case WM_CREATE:
        return frame_create(frame, own) ? 0 : -1;
    case WM_SIZE:
        if (wparam != SIZE_MINIMIZED && frame->window.pages[frame->window.page])
            frame_lay_out(frame);
        return 0;
    case WM_GETMINMAXINFO:
        frame_limit_size(frame, (MINMAXINFO *)lparam);
        return 0;
    case SCALE_DPI_CHANGED:
        frame_change_fonts(frame, HIWORD(wparam));
        scale_follow_dpi(own, lparam);
        return 0;
    case WM_SETTINGCHANGE:
        if (wparam == SPI_SETNONCLIENTMETRICS) /* the user may have changed the font */
            frame_change_fonts(frame, frame->window.scale.dpi);
        else if (wparam == SPI_SETHIGHCONTRAST || is_theme_change(lparam))
            frame_restyle(frame);
        return 0;
    case WM_SYSCOLORCHANGE:
    case WM_THEMECHANGED:
        frame_restyle(frame);
        return 0;
    case WM_ERASEBKGND:
    case WM_CTLCOLORSTATIC:
    case WM_CTLCOLORBTN:
    case WM_MEASUREITEM:
    case WM_DRAWITEM:
        return paint(frame, message, wparam, lparam);
    case WM_MENUCHAR: {
        LRESULT found = popup_find((HMENU)lparam, LOWORD(wparam));

        if (found)
            return found;
        break;
    }
    case WM_COMMAND:
        on_command(frame, LOWORD(wparam));
        return 0;
    case WM_SYSCOMMAND:
        /* The user has pressed F10, or Alt alone. Alt+Space is excluded, because it opens the
         * system menu. */
        if ((wparam & 0xfff0) == SC_KEYMENU && lparam == 0) {
            menu_open(&frame->window, frame->menu, frame->menu_button);
            return 0;
        }
        break;
    case WORKER_ASKED:
        status_bar_await_work(&frame->status_bar);
        return 0;
    case WORKER_ANSWER:
        on_answer(frame, (enum answer)wparam, (void *)lparam);
        return 0;
    case WM_TIMER:
        on_timer(frame, wparam);
        return 0;
    case WM_ENDSESSION: /* the session ends, and Windows may not send WM_DESTROY */
        if (wparam && !frame->options->picture)
            placement_save(&frame->window);
        return 0;
    case WM_DESTROY:
        if (!frame->options->picture)
            placement_save(&frame->window);
        PostQuitMessage(frame->exit_code);
        return 0;
    }
    return DefWindowProcW(own, message, wparam, lparam);
}

static int handle_messages(struct frame *frame)
{
    HACCEL accelerators = menu_accelerators();
    HWND own = frame->window.frame;
    MSG message;

    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        if (TranslateAcceleratorW(own, accelerators, &message) || IsDialogMessageW(own, &message))
            continue;
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    DestroyAcceleratorTable(accelerators);
    return (int)message.wParam;
}

/* Releases the answers that the message loop, which has ended, did not handle. */
static void release_answers(void)
{
    MSG message;

    while (PeekMessageW(&message, NULL, WORKER_ANSWER, WORKER_ANSWER, PM_REMOVE))
        answer_release((enum answer)message.wParam, (void *)message.lParam);
}

static bool open_frame(struct frame *frame)
{
    HINSTANCE instance = GetModuleHandleW(NULL);
    INITCOMMONCONTROLSEX controls = {.dwSize = sizeof controls,
                                     .dwICC = ICC_LISTVIEW_CLASSES | ICC_BAR_CLASSES |
                                              ICC_UPDOWN_CLASS | ICC_PROGRESS_CLASS |
                                              ICC_STANDARD_CLASSES};
    WNDCLASSEXW class = {.cbSize = sizeof class,
                         .lpfnWndProc = procedure,
                         .hInstance = instance,
                         .hCursor = LoadCursorW(NULL, IDC_ARROW),
                         .hIcon = LoadIconW(instance, MAKEINTRESOURCEW(WINDOW_ICON)),
                         .lpszClassName = L"Maxport"};
    RECT rect;

    comctl.init(&controls);
    RegisterClassExW(&class);
    rect = placement_rect(&frame->window, frame->options->width_dip, frame->options->height_dip);
    CreateWindowExW(WS_EX_CONTROLPARENT, L"Maxport", L"maxport",
                    WS_OVERLAPPEDWINDOW | WS_CLIPCHILDREN, rect.left, rect.top,
                    rect.right - rect.left, rect.bottom - rect.top, NULL, NULL, instance, frame);
    if (frame->window.frame)
        placement_apply(&frame->window, &rect);
    return frame->window.frame != NULL;
}

static void show(struct frame *frame)
{
    struct window *window = &frame->window;
    const struct window_options *options = frame->options;
    bool is_maximized;

    set_interval(frame,
                 placement_number(window, "Interval", MENU_INTERVAL_USUAL, MENU_INTERVAL_COUNT));
    is_maximized = !options->picture && placement_number(window, "Maximized", 0, 2);
    window_set_protocol(window, PROTOCOL_TCP);
    window_show_page(window, options->has_page ? options->page
                                               : (enum page_id)placement_number(
                                                     window, "Page", PAGE_NOW, PAGE_COUNT));
    ShowWindow(window->frame, is_maximized ? SW_SHOWMAXIMIZED : SW_SHOW);
    frame_lay_out(frame);
    UpdateWindow(window->frame);
    /* Windows sends timer messages only when nothing is left to paint (Win32, "About Messages"). So
     * the worker starts only after the first page was painted. */
    SetTimer(window->frame, START_TIMER, START_TIMER_MS, NULL);
}

int window_run(const struct machine *machine, const struct launcher *launcher,
               const struct locator *locator, const struct preferences *preferences,
               bool is_elevated, const struct window_options *options, bool *can_close)
{
    struct frame *frame = calloc(1, sizeof *frame);
    struct window *window;
    int code;

    *can_close = true;
    if (!frame || !comctl_load()) {
        free(frame);
        return 1;
    }
    window = &frame->window;
    frame->options = options;
    frame->machine = machine;
    frame->launcher = launcher;
    window->locator = locator;
    window->preferences = preferences;
    window->is_elevated = is_elevated;
    window->is_picture = options->picture != NULL;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        usage_history_init(&window->history[p]);
    if (!open_frame(frame)) {
        free(frame);
        return 1;
    }
    show(frame);
    code = handle_messages(frame);
    *can_close = !window->worker || worker_stop(window->worker);
    release_answers();
    answer_release(ANSWER_SAMPLE, window->sample);
    answer_release(ANSWER_ASSESSMENT, window->assessment);
    DestroyMenu(frame->menu);
    scale_close(&window->scale);
    DeleteObject(window->window_brush);
    DeleteObject(window->panel_brush);
    free(frame);
    return code;
}
