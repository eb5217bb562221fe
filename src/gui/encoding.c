#include "gui/encoding.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "core/base/text.h"

wchar_t *encoding_wide(const char *utf8)
{
    struct text safe;

    text_init(&safe);
    text_safe_lines(&safe, utf8, strlen(utf8));

    int count =
        safe.is_broken ? 0 : MultiByteToWideChar(CP_UTF8, 0, text_string(&safe), -1, NULL, 0);
    wchar_t *wide = count > 0 ? malloc((size_t)count * sizeof *wide) : NULL;

    if (wide)
        MultiByteToWideChar(CP_UTF8, 0, text_string(&safe), -1, wide, count);
    text_release(&safe);
    return wide;
}

char *encoding_utf8(const wchar_t *wide)
{
    int length = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *utf8 = length > 0 ? malloc((size_t)length) : NULL;

    if (utf8)
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, utf8, length, NULL, NULL);
    return utf8;
}

wchar_t *encoding_fit(wchar_t *buffer, size_t count, const char *utf8)
{
    wchar_t *wide = encoding_wide(utf8);

    buffer[0] = L'\0';
    if (wide)
        lstrcpynW(buffer, wide, (int)count);
    free(wide);
    return buffer;
}
