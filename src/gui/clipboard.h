/* clipboard.h - copies text to the clipboard. */
#ifndef GUI_CLIPBOARD_H
#define GUI_CLIPBOARD_H

#include <stdbool.h>

#include <windows.h>

/* Replaces the clipboard's content with `text` (UTF-8). Waits up to half a second while another
 * program has the clipboard open. False: it remained open, or out of memory. */
bool clipboard_copy(HWND owner, const char *text);

#endif
