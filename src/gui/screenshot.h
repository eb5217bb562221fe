/* screenshot.h - saves the window as a picture. */
#ifndef GUI_SCREENSHOT_H
#define GUI_SCREENSHOT_H

#include "gui/page.h"

/* See win32/picture.h, which gui does not include. */
typedef bool (*picture_encoder)(const uint32_t *pixels, unsigned width, unsigned height,
                                unsigned dpi, char **png, size_t *length, struct fault *);

enum { SCREENSHOT_TIMER = 1, SCREENSHOT_TIMER_MS = 100 };

/* State of a window that is started only to save a picture. */
struct screenshot {
    unsigned samples, ticks; /* so far */
};

enum screenshot_state { SCREENSHOT_WAITS, SCREENSHOT_IS_DUE, SCREENSHOT_IS_LATE };

/* Call it at each SCREENSHOT_TIMER. Returns whether the page is ready for the picture.
 * after_seconds 0: after a few samples. */
enum screenshot_state screenshot_follow(struct screenshot *screenshot, const struct window *window,
                                        unsigned after_seconds);

/* Lets the worker save the current window. ANSWER_SAVED reports the result. False: no answer will
 * come. */
bool screenshot_save(const struct window *window, picture_encoder encode, const char *path);

#endif
