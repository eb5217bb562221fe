/* status_bar.h - the line below the pages: the newest message, what is being waited for, and
 * on the right how often a sample is taken and what this Windows cannot show. */
#ifndef GUI_STATUS_BAR_H
#define GUI_STATUS_BAR_H

#include "gui/page.h"

enum { STATUS_BAR_TIMER = 3 };

struct status_bar {
    const struct window *window;
    HWND left, right, progress, cancel;
    enum work shown_work; /* what the progress bar stands for; WORK_NONE: it is hidden */
    char message[FAULT_TEXT_SIZE];
};

int status_bar_height(const struct scale *scale);

/* Makes the controls in window->frame. */
void status_bar_make(struct status_bar *bar, const struct window *window);
void status_bar_place(struct status_bar *bar);
/* Shows window->sample, window->assessment and window->interval_ms. */
void status_bar_show(struct status_bar *bar);
/* Shows a sentence until the next one; UTF-8. */
void status_bar_report(struct status_bar *bar, const char *sentence);

/* The worker was asked for something: progress is shown once it takes long. */
void status_bar_await_work(struct status_bar *bar);
void status_bar_follow_work(struct status_bar *bar); /* at STATUS_BAR_TIMER */
void status_bar_stop_waiting(struct status_bar *bar);

#endif
