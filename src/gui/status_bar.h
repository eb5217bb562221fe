/* status_bar.h - the line below the pages. Its left part shows the newest message and the progress
 * of the worker. Its right part shows the sampling interval and which data this Windows does not
 * report. */
#ifndef GUI_STATUS_BAR_H
#define GUI_STATUS_BAR_H

#include "gui/page.h"

enum { STATUS_BAR_TIMER = 3 };

struct status_bar {
    const struct window *window;
    HWND left, right, progress, cancel;
    enum work shown_work; /* the work that the progress bar shows; WORK_NONE: the bar is hidden */
    char message[FAULT_TEXT_SIZE];
};

int status_bar_height(const struct scale *scale);

/* Makes the controls in window->frame. */
void status_bar_make(struct status_bar *bar, const struct window *window);
void status_bar_place(struct status_bar *bar);
/* Shows window->sample, window->assessment and window->interval_ms. */
void status_bar_show(struct status_bar *bar);
/* Shows a sentence (UTF-8) until the next sentence. While slow work is shown, a text about the work
 * can replace the sentence. */
void status_bar_report(struct status_bar *bar, const char *sentence);

/* Call this function after a request to the worker. Progress is shown if the work takes at least
 * half a second. */
void status_bar_await_work(struct status_bar *bar);
void status_bar_follow_work(struct status_bar *bar); /* call this function at STATUS_BAR_TIMER */
void status_bar_stop_waiting(struct status_bar *bar);

#endif
