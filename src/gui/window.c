#include "gui/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <commctrl.h>

#include "core/use/throttle.h"
#include "gui/comctl.h"
#include "gui/control.h"
#include "gui/dialog.h"
#include "gui/encoding.h"
#include "gui/list.h"
#include "gui/model/run_result.h"
#include "gui/paint/canvas.h"

/* ---- tables ----------------------------------------------------------- */

static const struct page_row {
    const wchar_t *key, *title, *menu;
    page_create create;
} page_rows[PAGE_COUNT] = {
    [PAGE_NOW] = {L"now", L"&Now", L"&Now\tCtrl+1", page_now_create},
    [PAGE_WHO] = {L"who", L"&Who", L"&Who\tCtrl+2", page_who_create},
    [PAGE_CHANGE] = {L"change", L"&Change", L"&Change\tCtrl+3", page_change_create},
    [PAGE_HISTORY] = {L"history", L"Hi&story", L"&History\tCtrl+4", page_history_create},
};

enum {
    ID_TAB = 1000, /* + enum page_id; also the menu's */
    ID_SAVE = 1100,
    ID_EXIT,
    ID_UNDO,
    ID_COPY,
    ID_REFRESH,
    ID_HELP,
    ID_ABOUT,
    ID_CANCEL_RUN,
    ID_MENU,
    ID_STATUS,
    ID_STATUS_RIGHT,
    ID_PROGRESS,
    ID_PROTOCOL = 1200, /* + enum protocol */
    ID_INTERVAL = 1300, /* + index of intervals */
};

static const struct interval {
    const wchar_t *menu;
    uint32_t ms;
} intervals[] = {
    {L"Every &second", 1000},
    {L"Every &2 seconds", 2000},
    {L"Every &5 seconds", 5000},
    {L"Every &10 seconds", 10000},
    {L"&Paused", 0},
};
enum { INTERVAL_COUNT = sizeof intervals / sizeof *intervals, INTERVAL_USUAL = 1 };

static const ACCEL keys[] = {
    {FVIRTKEY, VK_F5, ID_REFRESH},
    {FVIRTKEY, VK_F1, ID_HELP},
    {FVIRTKEY | FCONTROL, 'S', ID_SAVE},
    {FVIRTKEY | FCONTROL, 'C', ID_COPY},
    {FVIRTKEY | FCONTROL, 'Z', ID_UNDO},
    {FVIRTKEY | FCONTROL, '1', ID_TAB + PAGE_NOW},
    {FVIRTKEY | FCONTROL, '2', ID_TAB + PAGE_WHO},
    {FVIRTKEY | FCONTROL, '3', ID_TAB + PAGE_CHANGE},
    {FVIRTKEY | FCONTROL, '4', ID_TAB + PAGE_HISTORY},
};

enum {
    WIDTH = 1280,
    HEIGHT = 760,
    WIDTH_MINIMUM = 800, /* half of a small screen at 200 % */
    HEIGHT_MINIMUM = 570,
    TABS_HEIGHT = 44,
    MENU_HEIGHT = 30,
    STATUS_HEIGHT = 28,
    MARGIN = 16,
    STANDS_INTERVALS = 2, /* a sample stands a little over so many intervals */
    WINDOW_ICON = 1,      /* res/resource.h: ID_ICON */
    START_TIMER = 2,
    START_TIMER_MS = 10,
    PROGRESS_TIMER = 3,
    PROGRESS_TIMER_MS = 100,
    PROGRESS_AFTER_MS = 500, /* what is quicker needs none */
    PROGRESS_WIDTH = 120,
    PROGRESS_HEIGHT = 8,
    PICTURE_TIMER = 1,
    PICTURE_TIMER_MS = 100,
    PICTURE_SAMPLES = 3,     /* so that a chart has a line */
    PICTURE_TICKS_LINE = 40, /* ... but no longer than this: samples may be costly */
    PICTURE_TICKS_MAX = 600,
};

/* What the frame alone knows. */
struct frame {
    struct window window; /* the first: pages get this */
    HWND tabs[PAGE_COUNT], menu_button, status, status_right, progress, cancel;
    enum work shown_work; /* what the progress bar stands for; WORK_NONE: it is hidden */
    HMENU menu;
    const struct window_options *options;
    const struct machine *machine;
    const struct launcher *launcher;
    unsigned samples, ticks;
    int exit_code;
    char told[FAULT_TEXT_SIZE];
};

static struct frame *frame_of(HWND window)
{
    return (struct frame *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

enum page_id page_find(const wchar_t *key)
{
    int page = 0;

    while (page < PAGE_COUNT && lstrcmpiW(page_rows[page].key, key) != 0)
        page++;
    return (enum page_id)page;
}

/* ---- looks ------------------------------------------------------------ */

/* The title bar follows the theme from Windows 10 20H1 on (docs/windows.md, "Window");
 * elsewhere the call fails and nothing is lost. */
void window_dress(struct window *window, HWND top)
{
    enum { USE_IMMERSIVE_DARK_MODE = 20, SYSTEM32_ONLY = 0x800 };
    typedef HRESULT(WINAPI * set_attribute)(HWND, DWORD, const void *, DWORD);
    static HMODULE dwmapi;
    set_attribute set;
    BOOL is_dark = window->theme.is_dark && window->theme.kind != THEME_HIGH_CONTRAST;

    if (!dwmapi)
        dwmapi = LoadLibraryExW(L"dwmapi.dll", NULL, SYSTEM32_ONLY);
    set = dwmapi ? (set_attribute)(void (*)(void))GetProcAddress(dwmapi, "DwmSetWindowAttribute")
                 : NULL;
    if (set)
        set(top, USE_IMMERSIVE_DARK_MODE, &is_dark, sizeof is_dark);
}

/* The right one has the width of its text, the left one what remains. */
static void place_status(struct frame *frame)
{
    struct window *window = &frame->window;
    unsigned dpi = window->scale.dpi;
    int height = scale_px(dpi, STATUS_HEIGHT), margin = scale_px(dpi, MARGIN), left = margin;
    wchar_t words[512];
    RECT client;
    int right, width, most;

    GetClientRect(window->frame, &client);
    most = *frame->told || frame->shown_work ? client.right * 3 / 4 : client.right - 2 * margin;
    GetWindowTextW(frame->status_right, words, sizeof words / sizeof *words);
    right = control_measure(&window->scale, words, ROLE_MUTED, 0).cx + margin / 2;
    if (right > most)
        right = most;
    MoveWindow(frame->status_right, client.right - margin - right, client.bottom - height, right,
               height, TRUE);
    if (frame->shown_work) {
        width = scale_px(dpi, PROGRESS_WIDTH);
        MoveWindow(frame->progress, left,
                   client.bottom - (height + scale_px(dpi, PROGRESS_HEIGHT)) / 2, width,
                   scale_px(dpi, PROGRESS_HEIGHT), TRUE);
        left += width + margin / 2;
        width = button_width(frame->cancel, &window->scale);
        MoveWindow(frame->cancel, left, client.bottom - height + 2, width, height - 4, TRUE);
        left += width + margin / 2;
    }
    MoveWindow(frame->status, left, client.bottom - height,
               client.right - 2 * margin - right - left, height, TRUE);
}

static void place_pages(struct frame *frame)
{
    const struct window *window = &frame->window;
    int tabs = scale_px(window->scale.dpi, TABS_HEIGHT);
    int status = scale_px(window->scale.dpi, STATUS_HEIGHT);
    RECT client;

    GetClientRect(window->frame, &client);
    for (int i = 0; i < PAGE_COUNT; i++)
        MoveWindow(window->pages[i], 0, tabs, client.right, client.bottom - tabs - status, TRUE);
}

static void lay_out(struct frame *frame)
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
    place_status(frame);
    InvalidateRect(window->frame, NULL, TRUE);
}

static void restyle(struct frame *frame)
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
    window_dress(window, window->frame);
    controls_restyle(window->frame, &window->theme, &window->scale);
    for (int i = 0; i < PAGE_COUNT; i++)
        if (window->pages[i])
            SendMessageW(window->pages[i], PAGE_RESTYLE, 0, 0);
    RedrawWindow(window->frame, NULL, NULL,
                 RDW_INVALIDATE | RDW_ERASE | RDW_FRAME | RDW_ALLCHILDREN);
}

/* ---- the status bar --------------------------------------------------- */

static void put_interval(const struct frame *frame, struct text *text)
{
    const struct sample *sample = frame->window.sample;
    char duration[DURATION_SIZE];

    if (!frame->window.interval_ms) {
        text_puts(text, "paused, press F5 to refresh");
    } else if (sample && sample->pause_ms > frame->window.interval_ms) {
        text_printf(text, "every %s, because a sample takes %lu ms: at most %d %% of a core",
                    duration_string(duration, (sample->pause_ms + 999) / 1000),
                    (unsigned long)sample->cost_ms, THROTTLE_PERCENT);
    } else {
        text_printf(text, "every %s", duration_string(duration, frame->window.interval_ms / 1000));
    }
}

/* What this Windows cannot show. */
static void put_blind_spots(const struct frame *frame, struct text *text)
{
    const struct assessment *assessment = frame->window.assessment;
    const struct sample *sample = frame->window.sample;

    if (sample && !sample->is_missed && !sample->sockets.has_bound)
        text_puts(text, "this Windows does not list bound, idle sockets \xc2\xb7 ");
    if (assessment &&
        assessment->snapshot.survey.running[PROTOCOL_TCP][FAMILY_IPV4].source == RANGE_SOURCE_RULE)
        text_puts(text, "range calculated, not read \xc2\xb7 ");
}

static const char *work_words(const struct frame *frame)
{
    switch (frame->shown_work) {
    case WORK_LOOK:
        return "Checking this machine...";
    case WORK_PREVIEW:
    case WORK_SHEET:
        return "Calculating what would be written...";
    case WORK_STORY:
        return "Checking the port...";
    case WORK_FILE:
        return "Writing the file...";
    case WORK_NONE:
    case WORK_RUN: /* was told when it began */
    case WORK_COUNT:
        break;
    }
    return frame->told;
}

static void show_status(struct frame *frame)
{
    struct text right;

    text_init(&right);
    put_blind_spots(frame, &right);
    put_interval(frame, &right);
    control_set_text(frame->status_right, text_string(&right));
    control_set_text(frame->status, work_words(frame));
    control_set_text(frame->progress, work_words(frame));
    place_status(frame);
    text_release(&right);
}

void window_tell(struct window *window, const char *sentence)
{
    struct frame *frame = (struct frame *)window;

    strncpy(frame->told, sentence, sizeof frame->told - 1);
    show_status(frame);
}

/* How much is left nobody can tell: the bar only moves. */
static void show_progress(struct frame *frame, enum work work)
{
    int show = work ? SW_SHOW : SW_HIDE;

    if (frame->shown_work == work)
        return;
    frame->shown_work = work;
    show_status(frame);
    SendMessageW(frame->progress, PBM_SETMARQUEE, work != WORK_NONE, 0);
    ShowWindow(frame->progress, show);
    ShowWindow(frame->cancel, show);
}

static void follow_progress(struct frame *frame)
{
    uint32_t ms;
    enum work work = worker_waits(frame->window.worker, &ms);

    show_progress(frame, ms >= PROGRESS_AFTER_MS && !frame->options->picture ? work : WORK_NONE);
    if (work == WORK_NONE)
        KillTimer(frame->window.frame, PROGRESS_TIMER);
}

static void stop_waiting(struct frame *frame)
{
    enum work work = frame->shown_work;

    worker_stop_waiting(frame->window.worker);
    show_progress(frame, WORK_NONE);
    if (work != WORK_RUN) /* whose outcome tells it */
        window_tell(&frame->window, "No longer waiting. The operation continues in the "
                                    "background.");
}

static void set_busy(struct frame *frame, bool is_busy)
{
    frame->window.is_busy = is_busy;
    for (int i = 0; i < PAGE_COUNT; i++)
        SendMessageW(frame->window.pages[i], PAGE_LOOK, 0, 0);
    lay_out(frame);
}

/* ---- what pages ask for ----------------------------------------------- */

static void send_to_pages(struct frame *frame, UINT message, WPARAM wparam, LPARAM lparam)
{
    for (int i = 0; i < PAGE_COUNT; i++)
        SendMessageW(frame->window.pages[i], message, wparam, lparam);
}

void window_update_wants(struct window *window)
{
    LRESULT wants = SendMessageW(window->pages[window->page], PAGE_WANTS, 0, 0);

    if (!window->worker)
        return; /* it is told when it starts */
    worker_watch(window->worker, wants & (WANT_OWNERS | WANT_GROUPS), wants & WANT_GROUPS,
                 window->grouping);
}

/* A page is made when it is first shown, or when there is nothing else to do: the first
 * one is seen the sooner. */
static bool make_page(struct frame *frame, enum page_id page)
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
        SendMessageW(window->pages[page], PAGE_LOOK, 0, 0);
    return true;
}

void window_show_page(struct window *window, enum page_id page)
{
    struct frame *frame = (struct frame *)window;

    if (!make_page(frame, page)) {
        window_tell(window, "Not enough memory to show the page.");
        return;
    }
    window->page = page;
    for (int i = 0; i < PAGE_COUNT; i++) {
        button_choose(frame->tabs[i], i == (int)page);
        ShowWindow(window->pages[i], i == (int)page ? SW_SHOW : SW_HIDE);
    }
    CheckMenuRadioItem(frame_of(window->frame)->menu, ID_TAB, ID_TAB + PAGE_COUNT - 1,
                       ID_TAB + (UINT)page, MF_BYCOMMAND);
    window_update_wants(window);
    SendMessageW(window->pages[page], PAGE_SHOWN, 0, 0);
}

void window_set_protocol(struct window *window, enum protocol protocol)
{
    window->protocol = protocol;
    CheckMenuRadioItem(frame_of(window->frame)->menu, ID_PROTOCOL, ID_PROTOCOL + PROTOCOL_COUNT - 1,
                       ID_PROTOCOL + (UINT)protocol, MF_BYCOMMAND);
    send_to_pages((struct frame *)window, PAGE_MOMENT, 0, 0);
}

void window_open_port_check(struct window *window, enum protocol protocol, uint16_t port)
{
    char told[96];

    snprintf(told, sizeof told, "Checking %s port %u...", protocol_name(protocol), (unsigned)port);
    window_tell(window, told);
    if (window->worker)
        worker_port_check(window->worker, protocol, port);
}

void window_confirm_and_run(struct window *window, const wchar_t *title, const char *text,
                            const wchar_t *verb, const char *const *arguments, size_t count)
{
    struct dialog dialog = {
        .title = title, .text = text, .verb = verb, .has_shield = !window->is_elevated};

    if (window->is_busy) {
        window_tell(window, "maxport.exe is still running the previous change.");
        return;
    }
    if (!dialog_show(window, &dialog)) {
        window_tell(window, "Nothing was changed.");
        return;
    }
    if (!worker_run(window->worker, arguments, count)) {
        window_complain(window, "Not enough memory to start maxport.exe. Nothing was changed.");
        return;
    }
    window_tell(window, window->is_elevated ? "maxport.exe is running..."
                                            : "Waiting for Windows and maxport.exe...");
    set_busy((struct frame *)window, true);
}

void window_complain(struct window *window, const char *sentence)
{
    struct dialog dialog = {.title = L"maxport", .text = sentence};

    window_tell(window, sentence);
    dialog_show(window, &dialog);
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
            window_complain(window, fault.text);
        return false;
    }
    utf8 = encoding_utf8(name);
    if (!utf8 || strlen(utf8) >= STORE_PATH_SIZE) {
        free(utf8);
        return false;
    }
    strcpy(path, utf8);
    free(utf8);
    return true;
}

/* Whoever looks on, a clipboard's history or a remote desktop, has it open for a moment now
 * and then, right after somebody's copy above all. */
static bool open_clipboard(HWND owner)
{
    enum { TRIES = 25, PAUSE_MS = 20 };

    for (int i = 0; i < TRIES; i++) {
        if (OpenClipboard(owner))
            return true;
        Sleep(PAUSE_MS);
    }
    return false;
}

bool window_copy(struct window *window, const char *text)
{
    wchar_t *wide = encoding_wide(text);
    size_t bytes = wide ? (wcslen(wide) + 1) * sizeof *wide : 0;
    HGLOBAL memory = wide ? GlobalAlloc(GMEM_MOVEABLE, bytes) : NULL;
    void *to = memory ? GlobalLock(memory) : NULL;

    if (to) {
        memcpy(to, wide, bytes);
        GlobalUnlock(memory);
    }
    free(wide);
    if (to && open_clipboard(window->frame)) {
        bool is_set = EmptyClipboard() && SetClipboardData(CF_UNICODETEXT, memory);

        CloseClipboard();
        if (is_set)
            return true;
    }
    if (memory)
        GlobalFree(memory);
    return false;
}

/* ---- answers ---------------------------------------------------------- */

static void note_history(struct window *window, const struct sample *sample)
{
    uint32_t stands_ms = sample->pause_ms * STANDS_INTERVALS + sample->pause_ms / 2;

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        const struct usage *usage = &sample->usage[p];
        enum family fuller = usage_fuller(usage);
        const struct usage_count *count = &usage->family[fuller];
        struct sample_use use = {
            .is_known =
                !sample->is_missed && usage->is_available[fuller] && usage->range[fuller].count,
            .is_partial = usage->is_partial,
            .in_use = count->in_use,
            .time_wait = count->by_state[PORT_TIME_WAIT],
            .bound = count->by_state[PORT_BOUND],
            .available = usage_available(usage, fuller),
        };

        usage_history_add(&window->history[p], sample->monotonic_ms, stands_ms, &use);
    }
}

static void show_check(struct window *window, const struct check *check)
{
    const struct port_check *told = &check->check;
    bool is_udp = check->protocol == PROTOCOL_UDP;
    struct dialog dialog;
    struct text text;
    wchar_t title[64];

    window_tell(window, "");
    if (!check->is_told) {
        window_complain(window, check->fault.text);
        return;
    }
    text_init(&text);
    text_printf(&text, "%s\n", text_string(&told->verdict));
    dialog_put_sentences(&text, is_udp ? "UDP" : "TCP", &told->facts);
    dialog_put_sentences(&text, is_udp ? "TCP" : "UDP", &told->other);
    dialog_put_sentences(&text, "Remedies", &told->helps);
    dialog_put_sentences(&text, "What could not be checked", &told->unseen);
    _snwprintf(title, 63, L"%ls port %u", is_udp ? L"UDP" : L"TCP", (unsigned)check->port);
    title[63] = L'\0';
    dialog = (struct dialog){.title = title, .text = text_string(&text)};
    dialog_show(window, &dialog);
    text_release(&text);
}

static void show_outcome(struct frame *frame, const struct run_result *outcome)
{
    struct text text;

    text_init(&text);
    run_result_print(outcome,
                     frame->window.assessment ? &frame->window.assessment->snapshot.survey.journal
                                              : NULL,
                     &text);
    set_busy(frame, false);
    if (run_result_is_good(outcome) || outcome->state != RUN_ENDED ||
        outcome->fault.kind == FAULT_DECLINED)
        window_tell(&frame->window, text_string(&text));
    else
        window_complain(&frame->window, text_string(&text));
    text_release(&text);
}

static void hear(struct frame *frame, enum answer kind, void *what)
{
    struct window *window = &frame->window;

    switch (kind) {
    case ANSWER_MOMENT:
        answer_release(ANSWER_MOMENT, window->sample);
        window->sample = what;
        frame->samples++;
        note_history(window, window->sample);
        send_to_pages(frame, PAGE_MOMENT, 0, 0);
        show_status(frame);
        return;
    case ANSWER_LOOK:
        answer_release(ANSWER_LOOK, window->assessment);
        window->assessment = what;
        send_to_pages(frame, PAGE_LOOK, 0, 0);
        show_status(frame);
        return;
    case ANSWER_STORY:
        show_check(window, what);
        break;
    case ANSWER_OUTCOME:
        send_to_pages(frame, PAGE_ANSWER, kind, (LPARAM)what);
        show_outcome(frame, what);
        break;
    case ANSWER_SAVED: {
        const struct saved *saved = what;
        char told[STORE_PATH_SIZE + 16];

        if (frame->options->picture) {
            frame->exit_code = saved->is_saved ? 0 : 1;
            DestroyWindow(window->frame);
            break;
        }
        snprintf(told, sizeof told, "Saved as %s.", saved->path);
        if (saved->is_saved)
            window_tell(window, told);
        else
            window_complain(window, saved->fault.text);
        break;
    }
    case ANSWER_PREVIEW:
    case ANSWER_SHEET:
        send_to_pages(frame, PAGE_ANSWER, kind, (LPARAM)what);
        break;
    }
    answer_release(kind, what);
}

/* ---- commands --------------------------------------------------------- */

static void show_help(struct window *window)
{
    static const char text[] =
        "Now       Shows whether ports are the problem: two gauges, a chart and a map of all "
        "ports.\n"
        "Who       Lists ports in use by process, remote endpoint, state or address.\n"
        "Change    Changes MaxUserPort and TcpTimedWaitDelay. The page shows the effect before "
        "you\n"
        "          apply it. Each change is backed up first and can be undone.\n"
        "History   Lists past changes, with Undo.\n"
        "\n"
        "F5              refresh now\n"
        "Ctrl+1 to 4     switch pages\n"
        "Ctrl+S          save what the page shows\n"
        "Ctrl+C          copy\n"
        "Ctrl+Z          undo the newest change\n"
        "Tab, Alt+letter move between controls\n"
        "\n"
        "The window itself changes nothing: it runs maxport.exe, and Windows asks for\n"
        "administrator approval. In a console, run maxport.exe directly: maxport help\n";
    struct dialog dialog = {.title = L"maxport help", .text = text};

    dialog_show(window, &dialog);
}

static void show_about(struct window *window)
{
    static const char text[] =
        "maxport " MAXPORT_VERSION "\n"
        "\n"
        "Shows which ephemeral ports are in use and by which programs, and changes\n"
        "MaxUserPort after a backup, with undo.\n"
        "\n"
        "MIT licence, the maxport authors. JSON by jansson.\n";
    struct dialog dialog = {.title = L"About maxport", .text = text};

    dialog_show(window, &dialog);
}

static void set_interval(struct frame *frame, size_t index)
{
    struct window *window = &frame->window;

    window->interval_ms = intervals[index].ms;
    CheckMenuRadioItem(frame_of(window->frame)->menu, ID_INTERVAL, ID_INTERVAL + INTERVAL_COUNT - 1,
                       ID_INTERVAL + (UINT)index, MF_BYCOMMAND);
    if (window->worker)
        worker_set_interval(window->worker, window->interval_ms);
    window->preferences->write(window->preferences->context, "Interval", (uint32_t)index);
    show_status(frame);
}

static bool save_picture(const struct frame *frame, const char *path)
{
    const struct window *window = &frame->window;
    struct canvas canvas = {0};
    struct fault ignored;
    char *png = NULL;
    size_t length;
    bool is_asked =
        canvas_of_window(&canvas, window->frame) &&
        frame->options->encode(canvas.pixels, (unsigned)canvas.width, (unsigned)canvas.height,
                               window->scale.dpi, &png, &length, &ignored) &&
        worker_save(window->worker, png, length, path);

    canvas_close(&canvas);
    return is_asked; /* ANSWER_SAVED says how it went */
}

/* What a page shows, where it is no list: as it is seen. */
static void save_page(struct frame *frame)
{
    struct window *window = &frame->window;
    char path[STORE_PATH_SIZE];
    wchar_t name[64];

    _snwprintf(name, 63, L"maxport-%ls.png", page_rows[window->page].key);
    name[63] = L'\0';
    if (!window_ask_path(window, L"Pictures (*.png)\0*.png\0", L"png", name, path))
        return;
    /* Without the dialog that was over it. */
    RedrawWindow(window->frame, NULL, NULL, RDW_INVALIDATE | RDW_UPDATENOW | RDW_ALLCHILDREN);
    if (!save_picture(frame, path))
        window_complain(window, "The picture could not be created. Nothing was saved.");
}

static void open_menu(struct frame *frame)
{
    RECT under;

    GetWindowRect(frame->menu_button, &under);
    TrackPopupMenu(frame->menu, TPM_RIGHTALIGN | TPM_TOPALIGN, under.right, under.bottom, 0,
                   frame->window.frame, NULL);
}

/* In a field these keys are the field's own. */
static bool give_to_field(UINT message)
{
    HWND focus = GetFocus();
    enum role role = focus ? control_role(focus) : 0;

    if (role != ROLE_FIELD && role != ROLE_REPORT)
        return false;
    SendMessageW(focus, message, 0, 0);
    return true;
}

static void obey(struct frame *frame, unsigned id)
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
    if (id >= ID_INTERVAL && id < ID_INTERVAL + INTERVAL_COUNT) {
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
        if (!give_to_field(WM_COPY))
            SendMessageW(page, PAGE_COPY, 0, 0);
        break;
    case ID_UNDO:
        if (!give_to_field(WM_UNDO) && make_page(frame, PAGE_HISTORY))
            SendMessageW(window->pages[PAGE_HISTORY], PAGE_UNDO, 0, 0);
        break;
    case ID_HELP:
        show_help(window);
        break;
    case ID_ABOUT:
        show_about(window);
        break;
    case ID_MENU:
        open_menu(frame);
        break;
    case ID_CANCEL_RUN:
        stop_waiting(frame);
        break;
    case ID_EXIT:
        SendMessageW(window->frame, WM_CLOSE, 0, 0);
        break;
    }
}

/* ---- making it -------------------------------------------------------- */

/* Behind a button: a bar would stay light in a dark window. */
static HMENU make_menu(void)
{
    HMENU bar = CreatePopupMenu(), file = CreatePopupMenu(), edit = CreatePopupMenu(),
          view = CreatePopupMenu(), every = CreatePopupMenu(), help = CreatePopupMenu();

    AppendMenuW(file, MF_STRING, ID_SAVE, L"&Save...\tCtrl+S");
    AppendMenuW(file, MF_SEPARATOR, 0, NULL);
    AppendMenuW(file, MF_STRING, ID_EXIT, L"E&xit\tAlt+F4");
    AppendMenuW(edit, MF_STRING, ID_UNDO, L"&Undo the newest change\tCtrl+Z");
    AppendMenuW(edit, MF_STRING, ID_COPY, L"&Copy\tCtrl+C");
    for (UINT i = 0; i < PAGE_COUNT; i++)
        AppendMenuW(view, MF_STRING, ID_TAB + i, page_rows[i].menu);
    AppendMenuW(view, MF_SEPARATOR, 0, NULL);
    AppendMenuW(view, MF_STRING, ID_PROTOCOL + PROTOCOL_TCP, L"&TCP");
    AppendMenuW(view, MF_STRING, ID_PROTOCOL + PROTOCOL_UDP, L"&UDP");
    AppendMenuW(view, MF_SEPARATOR, 0, NULL);
    AppendMenuW(view, MF_STRING, ID_REFRESH, L"&Refresh now\tF5");
    for (UINT i = 0; i < INTERVAL_COUNT; i++)
        AppendMenuW(every, MF_STRING, ID_INTERVAL + i, intervals[i].menu);
    AppendMenuW(view, MF_POPUP, (UINT_PTR)every, L"Refresh &interval");
    AppendMenuW(help, MF_STRING, ID_HELP, L"&Help\tF1");
    AppendMenuW(help, MF_STRING, ID_ABOUT, L"&About maxport");
    AppendMenuW(bar, MF_POPUP, (UINT_PTR)file, L"&File");
    AppendMenuW(bar, MF_POPUP, (UINT_PTR)edit, L"&Edit");
    AppendMenuW(bar, MF_POPUP, (UINT_PTR)view, L"&View");
    AppendMenuW(bar, MF_POPUP, (UINT_PTR)help, L"&Help");
    return bar;
}

static uint32_t preference(const struct window *window, const char *name, uint32_t usual,
                           uint32_t limit)
{
    uint32_t number = usual;

    if (!window->preferences->read(window->preferences->context, name, &number) || number >= limit)
        return usual;
    return number;
}

static bool create(struct frame *frame, HWND own)
{
    struct window *window = &frame->window;

    window->frame = own;
    scale_open(&window->scale, scale_window_dpi(own));
    for (int i = 0; i < PAGE_COUNT; i++)
        frame->tabs[i] = button_make(own, ID_TAB + i, page_rows[i].title, ROLE_TAB);
    frame->menu = make_menu();
    frame->menu_button = button_make(own, ID_MENU, L"&Menu", ROLE_MENU);
    frame->status = label_make(own, ID_STATUS, L"", ROLE_MUTED);
    frame->progress = progress_make(own, ID_PROGRESS, &window->theme);
    frame->cancel = button_make(own, ID_CANCEL_RUN, L"Stop waiting", ROLE_PUSH);
    ShowWindow(frame->cancel, SW_HIDE);
    frame->status_right = label_make(own, ID_STATUS_RIGHT, L"", ROLE_MUTED);
    SetWindowLongPtrW(frame->status_right, GWL_STYLE,
                      (GetWindowLongPtrW(frame->status_right, GWL_STYLE) & ~SS_TYPEMASK) |
                          SS_RIGHT);
    restyle(frame); /* pages are made in its colours */
    window->span = (enum usage_history_span)preference(window, "Span", SPAN_60_S, SPAN_COUNT);
    window->grouping =
        (enum usage_group)preference(window, "Grouping", GROUP_PROCESS, GROUP_KIND_COUNT + 1);
    return true;
}

/* When the first page is painted: the worker, and then page by page the others. */
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
            SetTimer(window->frame, PICTURE_TIMER, PICTURE_TIMER_MS, NULL);
        return;
    }
    while (page < PAGE_COUNT && window->pages[page])
        page++;
    if (page == PAGE_COUNT || !make_page(frame, (enum page_id)page))
        KillTimer(window->frame, START_TIMER);
}

static void change_dpi(struct frame *frame, unsigned dpi, const RECT *rect)
{
    struct window *window = &frame->window;

    scale_close(&window->scale);
    scale_open(&window->scale, dpi);
    restyle(frame);
    SetWindowPos(window->frame, NULL, rect->left, rect->top, rect->right - rect->left,
                 rect->bottom - rect->top, SWP_NOZORDER | SWP_NOACTIVATE);
    lay_out(frame);
}

static void limit_size(const struct frame *frame, MINMAXINFO *info)
{
    unsigned dpi = frame->window.scale.dpi ? frame->window.scale.dpi : 96;

    info->ptMinTrackSize = (POINT){scale_px(dpi, WIDTH_MINIMUM), scale_px(dpi, HEIGHT_MINIMUM)};
}

/* In dip, and only for a window that stands freely: a maximized one is remembered so. */
static void remember(const struct frame *frame)
{
    const struct window *window = &frame->window;
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

/* ---- a picture of a page ---------------------------------------------- */

static void give_up_picture(struct frame *frame)
{
    frame->exit_code = 1;
    DestroyWindow(frame->window.frame);
}

static void take_picture(struct frame *frame)
{
    struct window *window = &frame->window;
    bool is_late =
        ++frame->ticks > PICTURE_TICKS_MAX + (unsigned)frame->options->picture_after_seconds * 10;
    unsigned after = (unsigned)frame->options->picture_after_seconds * 1000 / PICTURE_TIMER_MS;
    bool has_line = after ? frame->samples && frame->ticks > after
                          : frame->samples >= PICTURE_SAMPLES ||
                                (frame->samples && frame->ticks > PICTURE_TICKS_LINE);
    char *path;

    if (!is_late && (!window->assessment || !has_line ||
                     !SendMessageW(window->pages[window->page], PAGE_IS_READY, 0, 0)))
        return;
    KillTimer(window->frame, PICTURE_TIMER);
    RedrawWindow(window->frame, NULL, NULL, RDW_INVALIDATE | RDW_UPDATENOW | RDW_ALLCHILDREN);
    path = encoding_utf8(frame->options->picture);
    if (is_late || !path || !save_picture(frame, path))
        give_up_picture(frame);
    free(path);
}

/* ---- the window's procedure ------------------------------------------- */

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
        return create(frame, own) ? 0 : -1;
    case WM_SIZE:
        if (wparam != SIZE_MINIMIZED && frame->window.pages[frame->window.page])
            lay_out(frame);
        return 0;
    case WM_GETMINMAXINFO:
        limit_size(frame, (MINMAXINFO *)lparam);
        return 0;
    case 0x02e0: /* WM_DPICHANGED, which headers before Windows 8.1 lack */
        change_dpi(frame, HIWORD(wparam), (const RECT *)lparam);
        return 0;
    case WM_SETTINGCHANGE:
    case WM_SYSCOLORCHANGE:
    case WM_THEMECHANGED:
        restyle(frame);
        return 0;
    case WM_ERASEBKGND: {
        RECT client;

        GetClientRect(own, &client);
        FillRect((HDC)wparam, &client, frame->window.window_brush);
        return 1;
    }
    case WM_CTLCOLORSTATIC:
    case WM_CTLCOLORBTN:
        control_color((HWND)lparam, (HDC)wparam, &frame->window.theme);
        SetBkColor((HDC)wparam, frame->window.theme.window);
        return (LRESULT)frame->window.window_brush;
    case WM_DRAWITEM:
        button_draw((const DRAWITEMSTRUCT *)lparam, &frame->window.theme, &frame->window.scale);
        return TRUE;
    case WM_COMMAND:
        obey(frame, LOWORD(wparam));
        return 0;
    case WM_SYSCOMMAND:
        /* F10, or Alt alone; not Alt+Space, which opens the window's own. */
        if ((wparam & 0xfff0) == SC_KEYMENU && lparam == 0) {
            open_menu(frame);
            return 0;
        }
        break;
    case WORKER_ASKED:
        SetTimer(own, PROGRESS_TIMER, PROGRESS_TIMER_MS, NULL);
        return 0;
    case WORKER_ANSWER:
        hear(frame, (enum answer)wparam, (void *)lparam);
        return 0;
    case WM_TIMER:
        if (wparam == PICTURE_TIMER)
            take_picture(frame);
        else if (wparam == START_TIMER)
            start_rest(frame);
        else if (wparam == PROGRESS_TIMER)
            follow_progress(frame);
        return 0;
    case WM_CLOSE:
        DestroyWindow(own);
        return 0;
    case WM_DESTROY:
        if (!frame->options->picture)
            remember(frame);
        PostQuitMessage(frame->exit_code);
        return 0;
    }
    return DefWindowProcW(own, message, wparam, lparam);
}

static RECT place(const struct frame *frame)
{
    const struct window *window = &frame->window;
    const struct window_options *options = frame->options;
    unsigned dpi = scale_system_dpi();
    uint32_t left = (uint32_t)CW_USEDEFAULT, top = (uint32_t)CW_USEDEFAULT;
    int width = (int)preference(window, "Width", WIDTH, 10000);
    int height = (int)preference(window, "Height", HEIGHT, 10000);
    RECT rect;

    if (options->width_dip) {
        width = options->width_dip;
        height = options->height_dip;
    }
    window->preferences->read(window->preferences->context, "Left", &left);
    window->preferences->read(window->preferences->context, "Top", &top);
    rect = (RECT){(int)left, (int)top, (int)left + scale_px(dpi, width),
                  (int)top + scale_px(dpi, height)};
    /* A screen that is gone keeps no window. */
    if (options->picture || !MonitorFromRect(&rect, MONITOR_DEFAULTTONULL))
        rect = (RECT){CW_USEDEFAULT, CW_USEDEFAULT, CW_USEDEFAULT + scale_px(dpi, width),
                      CW_USEDEFAULT + scale_px(dpi, height)};
    return rect;
}

static int live(struct frame *frame)
{
    HACCEL accelerators = CreateAcceleratorTableW((ACCEL *)keys, sizeof keys / sizeof *keys);
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

/* Answers that nobody heard any more. */
static void drain(void)
{
    MSG message;

    while (PeekMessageW(&message, NULL, WORKER_ANSWER, WORKER_ANSWER, PM_REMOVE))
        answer_release((enum answer)message.wParam, (void *)message.lParam);
}

int window_run(const struct machine *machine, const struct launcher *launcher,
               const struct locator *locator, const struct preferences *preferences,
               bool is_elevated, const struct window_options *options, bool *can_close)
{
    HINSTANCE instance = GetModuleHandleW(NULL);
    INITCOMMONCONTROLSEX controls = {.dwSize = sizeof controls,
                                     .dwICC = ICC_LISTVIEW_CLASSES | ICC_BAR_CLASSES |
                                              ICC_UPDOWN_CLASS | ICC_PROGRESS_CLASS |
                                              ICC_STANDARD_CLASSES};
    struct frame *frame = calloc(1, sizeof *frame);
    WNDCLASSEXW class = {.cbSize = sizeof class,
                         .lpfnWndProc = procedure,
                         .hInstance = instance,
                         .hCursor = LoadCursorW(NULL, IDC_ARROW),
                         .hIcon = LoadIconW(instance, MAKEINTRESOURCEW(WINDOW_ICON)),
                         .lpszClassName = L"Maxport"};
    struct window *window = frame ? &frame->window : NULL;
    bool is_maximized;
    RECT rect;
    int code;

    *can_close = true;
    if (!frame || !comctl_load()) {
        free(frame);
        return 1;
    }
    comctl.init(&controls);
    RegisterClassExW(&class);
    frame->options = options;
    frame->machine = machine;
    frame->launcher = launcher;
    window->locator = locator;
    window->preferences = preferences;
    window->is_elevated = is_elevated;
    window->is_picture = options->picture != NULL;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        usage_history_init(&window->history[p]);
    rect = place(frame);
    CreateWindowExW(WS_EX_CONTROLPARENT, L"Maxport", L"maxport",
                    WS_OVERLAPPEDWINDOW | WS_CLIPCHILDREN, rect.left, rect.top,
                    rect.right - rect.left, rect.bottom - rect.top, NULL, NULL, instance, frame);
    if (!window->frame) {
        free(frame);
        return 1;
    }
    set_interval(frame, preference(window, "Interval", INTERVAL_USUAL, INTERVAL_COUNT));
    is_maximized = !options->picture && preference(window, "Maximized", 0, 2);
    window_set_protocol(window, PROTOCOL_TCP);
    window_show_page(window, options->has_page
                                 ? options->page
                                 : (enum page_id)preference(window, "Page", PAGE_NOW, PAGE_COUNT));
    ShowWindow(window->frame, is_maximized ? SW_SHOWMAXIMIZED : SW_SHOW);
    lay_out(frame);
    UpdateWindow(window->frame);
    /* A timer's turn comes when nothing is left to paint (Win32, "About Messages"). */
    SetTimer(window->frame, START_TIMER, START_TIMER_MS, NULL);
    code = live(frame);
    *can_close = !window->worker || worker_stop(window->worker);
    drain();
    answer_release(ANSWER_MOMENT, window->sample);
    answer_release(ANSWER_LOOK, window->assessment);
    DestroyMenu(frame->menu);
    scale_close(&window->scale);
    DeleteObject(window->window_brush);
    DeleteObject(window->panel_brush);
    free(frame);
    return code;
}

/* ---- pages, as far as they are alike ---------------------------------- */

static const wchar_t state_property[] = L"maxport.state";

struct birth {
    struct window *window;
    void *state;
    WNDPROC procedure;
};

/* The state is found by a page's first messages already. */
static LRESULT CALLBACK be_born(HWND page, UINT message, WPARAM wparam, LPARAM lparam)
{
    if (message == WM_NCCREATE) {
        const struct birth *birth = ((const CREATESTRUCTW *)lparam)->lpCreateParams;

        SetWindowLongPtrW(page, GWLP_USERDATA, (LONG_PTR)birth->window);
        SetPropW(page, state_property, birth->state);
        SetWindowLongPtrW(page, GWLP_WNDPROC, (LONG_PTR)birth->procedure);
    }
    return DefWindowProcW(page, message, wparam, lparam);
}

HWND page_window(struct window *window, const wchar_t *name, WNDPROC page_procedure, void *state)
{
    WNDCLASSEXW class = {.cbSize = sizeof class,
                         .lpfnWndProc = be_born,
                         .hInstance = GetModuleHandleW(NULL),
                         .hCursor = LoadCursorW(NULL, IDC_ARROW),
                         .lpszClassName = L"MaxportPage"};
    struct birth birth = {window, state, page_procedure};

    RegisterClassExW(&class); /* a second time it fails, and the first one stands */
    return CreateWindowExW(WS_EX_CONTROLPARENT, L"MaxportPage", name, WS_CHILD | WS_CLIPCHILDREN, 0,
                           0, 0, 0, window->frame, NULL, GetModuleHandleW(NULL), &birth);
}

void *page_state(HWND page)
{
    return GetPropW(page, state_property);
}

struct window *page_owner(HWND page)
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
