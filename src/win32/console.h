/* console.h - the port `screen`: the console, or whatever the streams are redirected to.
 *
 * To a console goes UTF-16 by WriteConsoleW, whatever its code page; to a file or
 * pipe UTF-8 as it is, without a BOM and with the line ends it has. A stream that
 * the program was started without swallows what is written.
 *
 * Colours are set by SetConsoleTextAttribute, not by escape sequences: these need
 * Windows 10, and mislead Wine's console. The background stays the user's.
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
    WORD attributes;  /* standard output's, as found */
    struct page page; /* open from page_begin to page_end */
};

/* Fills *functions, which keeps a pointer to *console, and takes over Ctrl-C and
 * Ctrl-Break: the first only asks to stop, the second ends the process. At most
 * one is open at a time. */
void console_open(struct console *console, struct screen *functions);

/* Gives the console back as it was found. */
void console_close(struct console *console);

#endif
