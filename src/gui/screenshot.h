/* screenshot.h - the window as a picture in a file. */
#ifndef GUI_SCREENSHOT_H
#define GUI_SCREENSHOT_H

#include "gui/page.h"

/* See win32/picture.h, of which the window knows nothing. */
typedef bool (*picture_encoder)(const uint32_t *pixels, unsigned width, unsigned height,
                                unsigned dpi, char **png, size_t *length, struct fault *);

enum { SCREENSHOT_TIMER = 1, SCREENSHOT_TIMER_MS = 100 };

/* Of a window that is started only to be painted into a file. */
struct screenshot {
    unsigned samples, ticks; /* seen so far */
};

enum screenshot_state { SCREENSHOT_WAITS, SCREENSHOT_IS_DUE, SCREENSHOT_IS_LATE };

/* At each SCREENSHOT_TIMER: does the page show all that the picture needs? after_seconds 0: a
 * few samples are enough. */
enum screenshot_state screenshot_follow(struct screenshot *screenshot, const struct window *window,
                                        unsigned after_seconds);

/* Asks the worker to write the window as it is now. ANSWER_SAVED reports the result; false: there
 * will be none. */
bool screenshot_save(const struct window *window, picture_encoder encode, const char *path);

#endif
