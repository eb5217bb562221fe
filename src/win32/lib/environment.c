#include "win32/lib/environment.h"

#include <stdlib.h>

#include <windows.h>

/* The block consists of NUL-terminated variables in the order that Windows requires, and a final
 * NUL. */
wchar_t *environment_make(void)
{
    enum { COUNT = 8 * (MAX_PATH + 32) };
    wchar_t windows[MAX_PATH], system[MAX_PATH];
    UINT windows_length = GetSystemWindowsDirectoryW(windows, MAX_PATH);
    UINT system_length = GetSystemDirectoryW(system, MAX_PATH);
    wchar_t *block = calloc(COUNT, sizeof *block);

    if (!block || windows_length < 2 || windows_length >= MAX_PATH || system_length == 0 ||
        system_length >= MAX_PATH) {
        free(block);
        return NULL;
    }
    swprintf(block, COUNT,
             L"ComSpec=%ls\\cmd.exe|Path=%ls;%ls|PATHEXT=.COM;.EXE|SystemDrive=%.2ls|"
             L"SystemRoot=%ls|TEMP=%ls\\Temp|TMP=%ls\\Temp|windir=%ls|",
             system, system, windows, windows, windows, windows, windows, windows);
    for (wchar_t *at = block; *at; at++)
        if (*at == L'|') /* the end of a variable; paths contain no '|' */
            *at = L'\0';
    return block;
}
