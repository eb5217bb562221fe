#include "win32/lib/system_message.h"

#include "win32/lib/wide.h"

#include <windows.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void system_message(struct text *text, uint32_t code)
{
    wchar_t wide[512];
    /* MAX_WIDTH_MASK puts the message on one line. IGNORE_INSERTS is needed, because there are no
     * arguments. */
    DWORD count = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                                     FORMAT_MESSAGE_MAX_WIDTH_MASK,
                                 NULL, code, 0, wide, sizeof wide / sizeof *wide, NULL);
    while (count > 0 && (wide[count - 1] <= L' ' || wide[count - 1] == L'.'))
        count--;
    char number[32];
    if (code >= 0x80000000u)
        snprintf(number, sizeof number, "error 0x%08lx", (unsigned long)code);
    else
        snprintf(number, sizeof number, "error %lu", (unsigned long)code);
    char *utf8 = count > 0 ? wide_to_utf8(wide, count) : NULL;
    if (utf8)
        text_printf(text, "%s (%s)", utf8, number);
    else
        text_puts(text, number);
    free(utf8);
}

enum fault_kind system_fault_kind(uint32_t code, enum fault_kind otherwise)
{
    switch (code) {
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case 740: /* ERROR_ELEVATION_REQUIRED; headers for Windows XP lack it */
    case (uint32_t)E_ACCESSDENIED:
        return FAULT_DENIED;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case (uint32_t)E_OUTOFMEMORY:
        return FAULT_NO_MEMORY;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
        return FAULT_MISSING;
    default:
        return otherwise;
    }
}

bool system_fault(struct fault *fault, enum fault_kind otherwise, uint32_t code, const char *format,
                  ...)
{
    struct text what, message;
    text_init(&what);
    text_init(&message);
    char buffer[FAULT_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    /* Names come from outside maxport and may be cut within a character. */
    text_repair(&what, buffer, strlen(buffer));
    system_message(&message, code);
    fault_set(fault, system_fault_kind(code, otherwise), code, "%s: %s.", text_string(&what),
              text_string(&message));
    text_release(&message);
    text_release(&what);
    return false;
}
