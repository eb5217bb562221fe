/* screen.h - where text goes and answers come from.
 *
 * The real one is the console (or whatever standard output is redirected to),
 * checked for failed writes; the tests' one records.
 */
#ifndef CORE_SCREEN_H
#define CORE_SCREEN_H

#include "core/fault.h"

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
    bool (*can_ask)(void *context);    /* standard input is a console */
    bool (*is_console)(void *context, enum screen_stream); /* that stream is a console */
    unsigned (*width)(void *context);  /* columns; 80 where it is no console */
    bool (*wants_color)(void *context);/* console, and NO_COLOR not set */
    bool (*stop_requested)(void *context); /* Ctrl-C was pressed */
};

#endif
