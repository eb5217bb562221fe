/* console.h - the interface `screen`: the console, or the targets of redirected streams.
 *
 * Text for a console is written as UTF-16 with WriteConsoleW, independent of the code page. Text
 * for a file or pipe is written as UTF-8 without a BOM, line ends unchanged. If the program was
 * started without a stream, text for the stream is discarded.
 *
 * SetConsoleTextAttribute sets the colours. Escape sequences would need Windows 10 and
 * confuse Wine's console. The background colour is not changed.
 */
#ifndef WIN32_CONSOLE_H
#define WIN32_CONSOLE_H

#include "core/system/screen.h"
#include "win32/page.h"

#include <windows.h>

struct console {
    HANDLE streams[2]; /* by enum screen_stream */
    bool is_console[2];
    HANDLE input;
    bool can_ask;
    bool wants_color;
    WORD attributes;  /* of standard output at the start */
    struct page page; /* open from page_begin to page_end */
};

/* Fills *functions, which retains a pointer to *console. Handles Ctrl-C and Ctrl-Break: the first
 * press sets stop_requested, the second press ends the process. Only one console may be open. */
void console_open(struct console *console, struct screen *functions);

/* Restores the console to its state at console_open. */
void console_close(struct console *console);

#endif
