#include "gui/clipboard.h"

#include <stdlib.h>
#include <string.h>

#include "gui/encoding.h"

/* Tries to open the clipboard several times. Other programs, such as a clipboard history or a
 * remote desktop, open the clipboard briefly, usually right after a copy. */
static bool open_clipboard(HWND owner)
{
    enum { TRIES = 25, PAUSE_MS = 20 };

    for (int i = 0; i < TRIES; i++) {
        if (OpenClipboard(owner))
            return true;
        Sleep(PAUSE_MS);
    }
    return false;
}

bool clipboard_copy(HWND owner, const char *text)
{
    wchar_t *wide = encoding_wide(text);
    size_t bytes = wide ? (wcslen(wide) + 1) * sizeof *wide : 0;
    HGLOBAL memory = wide ? GlobalAlloc(GMEM_MOVEABLE, bytes) : NULL;
    void *to = memory ? GlobalLock(memory) : NULL;

    if (to) {
        memcpy(to, wide, bytes);
        GlobalUnlock(memory);
    }
    free(wide);
    if (to && open_clipboard(owner)) {
        bool is_set = EmptyClipboard() && SetClipboardData(CF_UNICODETEXT, memory);

        CloseClipboard();
        if (is_set)
            return true;
    }
    if (memory)
        GlobalFree(memory);
    return false;
}
