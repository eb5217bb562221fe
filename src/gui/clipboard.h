/* clipboard.h - text for other programs. */
#ifndef GUI_CLIPBOARD_H
#define GUI_CLIPBOARD_H

#include <stdbool.h>

#include <windows.h>

/* Replaces the clipboard's content by `text` (UTF-8). May take half a second while another
 * program has the clipboard open. False: it stayed open, or no memory. */
bool clipboard_copy(HWND owner, const char *text);

#endif
