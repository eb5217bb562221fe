/* screen.h - where text goes and answers come from.
 *
 * The real one is the console (or whatever standard output is redirected to),
 * checked for failed writes; the tests' one records.
 */
#ifndef CORE_SYSTEM_SCREEN_H
#define CORE_SYSTEM_SCREEN_H

#include "core/base/fault.h"

enum screen_stream { SCREEN_OUT, SCREEN_ERROR };

/* Colour is an extra: nothing may be told by it alone. */
enum screen_style { STYLE_NORMAL, STYLE_STRONG, STYLE_GOOD, STYLE_WARNING, STYLE_BAD };

struct screen {
    void *context;
    /* UTF-8, well-formed. false: the text could not be written (disk full,
     * closed pipe). */
    bool (*write)(void *context, enum screen_stream, const char *data, size_t length);
    /* Takes effect for what is written next to SCREEN_OUT. Only called where
     * wants_color. */
    void (*style)(void *context, enum screen_style);
    /* Reads one line of the answer to a question already written. false: end of
     * input, or interrupted. Only called where can_ask. */
    bool (*ask)(void *context, char *answer, size_t size);
    bool (*can_ask)(void *context);                        /* standard input is a console */
    bool (*is_console)(void *context, enum screen_stream); /* that stream is a console */
    unsigned (*width)(void *context);                      /* columns; 80 where it is no console */
    bool (*wants_color)(void *context);                    /* console, and NO_COLOR not set */
    bool (*stop_requested)(void *context);                 /* Ctrl-C was pressed */
    /* Waits at most so long; ends early at Ctrl-C, and when a page's window was resized. */
    void (*wait)(void *context, uint32_t ms);

    /* A page that is drawn anew in the same place, where SCREEN_OUT is a console. From
     * page_begin to page_end what is written to SCREEN_OUT goes onto the page, from
     * its top left on, and is seen at page_show, all at once; what the page before it
     * had is gone. Nothing wraps or scrolls: what is too wide or too long is cut. */
    bool (*page_begin)(void *context); /* false: it cannot be had; write on as usual */
    /* Begins an empty page and tells how large it is: as the window is now. */
    void (*page_start)(void *context, unsigned *columns, unsigned *rows);
    unsigned (*page_row)(void *context); /* rows that are finished so far */
    bool (*page_show)(void *context);    /* false: it could not be shown */
    /* Leaves the last page standing; the cursor is behind it, on a line of its own,
     * seen and coloured as it was found. */
    void (*page_end)(void *context);
};

#endif
