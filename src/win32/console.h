/* console.h - the interface `screen`: the console, or the targets of redirected streams.
 *
 * Text for a console is written as UTF-16 with WriteConsoleW, so the code page does not matter.
 * Text for a file or pipe is written as UTF-8 without a BOM, and line ends are not changed. If the
 * program was started without standard output or standard error, text for that stream is discarded.
 *
 * SetConsoleTextAttribute sets the colours. STYLE_STRONG is bold if the console supports escape
 * sequences (Windows 10 1511 and later) and bold text would be visible on the background.
 * Otherwise, and always on a page, STYLE_STRONG looks like STYLE_NORMAL. The background colour is
 * not changed.
 */
#ifndef WIN32_CONSOLE_H
#define WIN32_CONSOLE_H

#include "core/system/screen.h"
#include "win32/page.h"

#include <windows.h>

struct console {
    HANDLE streams[2]; /* by enum screen_stream */
    bool is_console[2];
    bool has_reader_closed; /* a write to standard output failed because its pipe has no reader */
    HANDLE input;
    bool can_ask;
    bool wants_color;
    bool has_bold;    /* the console supports escape sequences */
    bool is_bold;     /* the style is now bold */
    WORD attributes;  /* colours of standard output before console_open() */
    struct page page; /* open from page_begin() to page_end() */
};

/* Fills *functions, which retains a pointer to *console. Handles Ctrl-C and Ctrl-Break: after the
 * first press, stop_requested() returns true; the second press ends the process. Only one console
 * may be open. */
void console_open(struct console *console, struct screen *functions);

/* Restores the state that the console had before console_open(). */
void console_close(struct console *console);

#endif
