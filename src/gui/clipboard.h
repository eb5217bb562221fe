/* clipboard.h - copies text to the clipboard. */
#ifndef GUI_CLIPBOARD_H
#define GUI_CLIPBOARD_H

#include <stdbool.h>

#include <windows.h>

/* Replaces the clipboard's content with `text` (UTF-8). Waits up to half a second if another
 * program has the clipboard open. Returns false if the clipboard remained open or could not be set,
 * or if memory runs out. */
bool clipboard_copy(HWND owner, const char *text);

#endif
