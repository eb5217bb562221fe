#include "gui/status_bar.h"

#include <string.h>

#include <commctrl.h>

#include "core/use/throttle.h"
#include "gui/button.h"
#include "gui/control.h"
#include "gui/menu.h"
#include "gui/progress.h"

enum {
    HEIGHT = 28,
    MARGIN = 16,
    TIMER_MS = 100,
    PROGRESS_AFTER_MS = 500, /* faster work shows no progress */
    PROGRESS_WIDTH = 120,
    PROGRESS_HEIGHT = 8,
};

int status_bar_height(const struct scale *scale)
{
    return scale_px(scale->dpi, HEIGHT);
}

void status_bar_make(struct status_bar *bar, const struct window *window)
{
    HWND frame = window->frame;

    bar->window = window;
    bar->left = label_make(frame, ID_STATUS, L"", ROLE_MUTED);
    bar->progress = progress_make(frame, ID_PROGRESS, &window->theme);
    bar->cancel = button_make(frame, ID_CANCEL_RUN, L"Stop waiting", ROLE_PUSH);
    ShowWindow(bar->cancel, SW_HIDE);
    bar->right = label_make(frame, ID_STATUS_RIGHT, L"", ROLE_MUTED);
    SetWindowLongPtrW(bar->right, GWL_STYLE,
                      (GetWindowLongPtrW(bar->right, GWL_STYLE) & ~SS_TYPEMASK) | SS_RIGHT);
}

static int words_width(const struct status_bar *bar, HWND label)
{
    wchar_t words[512];

    GetWindowTextW(label, words, sizeof words / sizeof *words);
    return control_measure(&bar->window->scale, words, ROLE_MUTED, 0).cx +
           scale_px(bar->window->scale.dpi, MARGIN) / 2;
}

/* Returns the width of the right text in a room for both texts. If the room is too small, the left
 * text, which is news, keeps its width, but the right text gets at least a quarter of the room. */
static int right_width(int room, int left, int right)
{
    int rest = room - left > room / 4 ? room - left : room / 4;

    return right < rest ? right : rest;
}

void status_bar_place(struct status_bar *bar)
{
    const struct window *window = bar->window;
    unsigned dpi = window->scale.dpi;
    int height = status_bar_height(&window->scale), margin = scale_px(dpi, MARGIN), left = margin;
    RECT client;
    int right, width;

    GetClientRect(window->frame, &client);
    if (bar->shown_work) {
        width = scale_px(dpi, PROGRESS_WIDTH);
        MoveWindow(bar->progress, left,
                   client.bottom - (height + scale_px(dpi, PROGRESS_HEIGHT)) / 2, width,
                   scale_px(dpi, PROGRESS_HEIGHT), TRUE);
        left += width + margin / 2;
        width = button_width(bar->cancel, &window->scale);
        MoveWindow(bar->cancel, left, client.bottom - height + 2, width, height - 4, TRUE);
        left += width + margin / 2;
    }
    right = right_width(client.right - margin - left, words_width(bar, bar->left),
                        words_width(bar, bar->right));
    MoveWindow(bar->right, client.right - margin - right, client.bottom - height, right, height,
               TRUE);
    MoveWindow(bar->left, left, client.bottom - height, client.right - margin - right - left,
               height, TRUE);
}

static void print_interval(const struct status_bar *bar, struct text *text)
{
    const struct sample *sample = bar->window->sample;
    char duration[DURATION_SIZE];

    if (!bar->window->interval_ms) {
        text_puts(text, "paused, press F5 to refresh");
    } else if (sample && sample->pause_ms > bar->window->interval_ms) {
        text_printf(text, "every %s, because a sample takes %lu ms: at most %d %% of a core",
                    duration_string(duration, (sample->pause_ms + 999) / 1000),
                    (unsigned long)sample->cost_ms, THROTTLE_PERCENT);
    } else {
        text_printf(text, "every %s", duration_string(duration, bar->window->interval_ms / 1000));
    }
}

/* Prints that this Windows does not report the range. The pages that show sockets state which
 * sockets this Windows does not report. */
static void print_blind_spot(const struct status_bar *bar, struct text *text)
{
    const struct assessment *assessment = bar->window->assessment;

    if (assessment &&
        assessment->snapshot.survey.running[PROTOCOL_TCP][FAMILY_IPV4].source == RANGE_SOURCE_RULE)
        text_puts(text, "range calculated, not read \xc2\xb7 ");
}

static const char *work_words(const struct status_bar *bar)
{
    switch (bar->shown_work) {
    case WORK_ASSESSMENT:
        return "Checking this machine...";
    case WORK_PREVIEW:
    case WORK_ENTRY_DETAILS:
        return "Calculating what would be written...";
    case WORK_PORT_CHECK:
        return "Checking the port...";
    case WORK_FILE:
        return "Writing the file...";
    case WORK_NONE:
    case WORK_RUN: /* window_confirm_and_run has reported the run */
    case WORK_COUNT:
        break;
    }
    return bar->message;
}

void status_bar_show(struct status_bar *bar)
{
    struct text right;

    text_init(&right);
    print_blind_spot(bar, &right);
    print_interval(bar, &right);
    control_set_text(bar->right, text_string(&right));
    control_set_text(bar->left, work_words(bar));
    control_set_text(bar->progress, work_words(bar));
    status_bar_place(bar);
    text_release(&right);
}

void status_bar_report(struct status_bar *bar, const char *sentence)
{
    strncpy(bar->message, sentence, sizeof bar->message - 1);
    status_bar_show(bar);
}

/* Shows the bar for this work, or hides the bar if `work` is WORK_NONE. The remaining time is
 * unknown, so the bar only moves. */
static void show_progress(struct status_bar *bar, enum work work)
{
    if (bar->shown_work == work)
        return;
    bar->shown_work = work;
    status_bar_show(bar);
    SendMessageW(bar->progress, PBM_SETMARQUEE, work != WORK_NONE, 0);
    ShowWindow(bar->progress, work ? SW_SHOW : SW_HIDE);
    control_show(bar->cancel, work != WORK_NONE);
}

void status_bar_follow_work(struct status_bar *bar)
{
    uint32_t ms;
    enum work work = worker_waits(bar->window->worker, &ms);

    show_progress(bar, ms >= PROGRESS_AFTER_MS && !bar->window->is_picture ? work : WORK_NONE);
    if (work == WORK_NONE)
        KillTimer(bar->window->frame, STATUS_BAR_TIMER);
}

void status_bar_stop_waiting(struct status_bar *bar)
{
    enum work work = bar->shown_work;

    worker_stop_waiting(bar->window->worker);
    show_progress(bar, WORK_NONE);
    if (work != WORK_RUN) /* the result of a run is still reported later */
        status_bar_report(bar, "No longer waiting. The operation continues in the "
                               "background.");
}

void status_bar_await_work(struct status_bar *bar)
{
    SetTimer(bar->window->frame, STATUS_BAR_TIMER, TIMER_MS, NULL);
}
