/* screenshot.h - saves the window as a picture. */
#ifndef GUI_SCREENSHOT_H
#define GUI_SCREENSHOT_H

#include "gui/page.h"

/* The type of the encoder in win32/picture.h, which gui must not include. */
typedef bool (*picture_encoder)(const uint32_t *pixels, unsigned width, unsigned height,
                                unsigned dpi, char **png, size_t *length, struct fault *);

enum { SCREENSHOT_TIMER = 1, SCREENSHOT_TIMER_MS = 100 };

/* State of a window that was started only to save a picture. */
struct screenshot {
    unsigned samples, ticks; /* number of samples and of timer messages so far */
};

enum screenshot_state { SCREENSHOT_WAITS, SCREENSHOT_IS_DUE, SCREENSHOT_IS_LATE };

/* Call this function at each message of SCREENSHOT_TIMER. The picture is due when the window has an
 * assessment and at least one sample, the page is ready, and after_seconds have passed. If
 * after_seconds is 0, the picture is due after three samples, or after one sample if 4 seconds have
 * passed. Returns SCREENSHOT_IS_LATE if 60 seconds more than after_seconds have passed; the caller
 * then gives up. */
enum screenshot_state screenshot_follow(struct screenshot *screenshot, const struct window *window,
                                        unsigned after_seconds);

/* Takes a picture of the window and requests the worker to save it. ANSWER_SAVED reports the
 * result. On failure nothing was requested, so that no answer follows: FAULT_FAILED if no picture
 * could be taken, and the faults of the encoder and of worker_save. */
bool screenshot_save(const struct window *window, picture_encoder encode, const char *path,
                     struct fault *fault) MUST_CHECK;

#endif
