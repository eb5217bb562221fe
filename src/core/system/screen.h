/* screen.h - output of text, and input from the user.
 *
 * In the product, the screen is the console or the target of a redirection; every write is checked.
 * In the tests, the screen records the text.
 */
#ifndef CORE_SYSTEM_SCREEN_H
#define CORE_SYSTEM_SCREEN_H

#include "core/base/fault.h"

enum screen_stream { SCREEN_OUT, SCREEN_ERROR };

/* No information may depend on colour alone. */
enum screen_style { STYLE_NORMAL, STYLE_STRONG, STYLE_GOOD, STYLE_WARNING, STYLE_BAD };

struct screen {
    void *context;
    /* data: well-formed UTF-8. Returns false if the text could not be written (disk full, closed
     * pipe). */
    bool (*write)(void *context, enum screen_stream, const char *data, size_t length);
    /* Returns whether a write to SCREEN_OUT has failed because the program that reads the pipe has
     * closed it, as `more` and `head` do when they have read enough. */
    bool (*reader_has_closed)(void *context);
    /* Sets the style of the text that follows on SCREEN_OUT. Call it only if wants_color() is
     * true. */
    void (*style)(void *context, enum screen_style);
    /* Reads one line; the caller writes the question before. Returns false at the end of the input
     * or after Ctrl-C. Call it only if can_ask() is true. */
    bool (*ask)(void *context, char *answer, size_t size);
    bool (*can_ask)(void *context);                        /* standard input is a console */
    bool (*is_console)(void *context, enum screen_stream); /* the stream is a console */
    /* Standard output is a console that shows symbols such as U+2588 and U+2026 in one column each.
     * The fonts of Japanese, Chinese and Korean consoles show some of them in two. */
    bool (*has_symbols)(void *context);
    unsigned (*width)(void *context);   /* columns; 80 if not a console */
    bool (*wants_color)(void *context); /* standard output is a console, and NO_COLOR is not set */
    bool (*stop_requested)(void *context); /* Ctrl-C was pressed, or q or Esc on a page */
    /* Waits at most `ms` milliseconds. Returns early if Ctrl-C is pressed or, while a page is
     * shown, if the console window is resized. */
    void (*wait)(void *context, uint32_t ms);

    /* A page is redrawn in place on a console. Between page_begin and page_end, text for SCREEN_OUT
     * is collected from the top left of the page. page_show shows the whole page at once and
     * replaces the previous page. Text neither wraps nor scrolls; text that is too wide or too long
     * is cut. */
    bool (*page_begin)(void *context); /* False: a page is not possible; write lines instead */
    /* Begins an empty page. Sets *columns and *rows to the current size of the window. */
    void (*page_start)(void *context, unsigned *columns, unsigned *rows);
    unsigned (*page_row)(void *context); /* number of complete rows in the page so far */
    bool (*page_show)(void *context);    /* False: the page could not be shown */
    /* Leaves the last page on the screen. Moves the cursor to the line below the page and restores
     * the visibility of the cursor and the colours. */
    void (*page_end)(void *context);
};

#endif
