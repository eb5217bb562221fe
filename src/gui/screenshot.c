#include "gui/screenshot.h"

#include "gui/paint/canvas.h"

enum {
    SAMPLES_MINIMUM = 3, /* enough for a line in the chart */
    TICKS_LINE = 40,     /* after this time one sample is enough, because samples may be slow */
    TICKS_MAXIMUM = 600,
    TICKS_PER_SECOND = 1000 / SCREENSHOT_TIMER_MS,
};

bool screenshot_save(const struct window *window, picture_encoder encode, const char *path,
                     struct fault *fault)
{
    struct canvas canvas = {0};
    char *png = NULL;
    size_t length;
    bool is_encoded;

    if (!canvas_of_window(&canvas, window->frame))
        return fault_set(fault, FAULT_FAILED, 0,
                         "Windows provided no picture of the window. Nothing was saved.");
    is_encoded = encode(canvas.pixels, (unsigned)canvas.width, (unsigned)canvas.height,
                        window->scale.dpi, &png, &length, fault);
    canvas_close(&canvas);
    if (!is_encoded)
        return fault_prefix(fault, "Nothing was saved");
    return worker_save(window->worker, png, length, path, fault); /* ANSWER_SAVED: the result */
}

enum screenshot_state screenshot_follow(struct screenshot *screenshot, const struct window *window,
                                        unsigned after_seconds)
{
    unsigned after = after_seconds * TICKS_PER_SECOND;
    bool has_line;

    if (++screenshot->ticks > TICKS_MAXIMUM + after)
        return SCREENSHOT_IS_LATE;
    has_line = after ? screenshot->samples && screenshot->ticks > after
                     : screenshot->samples >= SAMPLES_MINIMUM ||
                           (screenshot->samples && screenshot->ticks > TICKS_LINE);
    return window->assessment && has_line &&
                   SendMessageW(window->pages[window->page], PAGE_IS_READY, 0, 0)
               ? SCREENSHOT_IS_DUE
               : SCREENSHOT_WAITS;
}
