#include "fake_wmi.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void log_line(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    fake_state_log(FAKE_WMI_LOG, line);
}

void to_utf8(const wchar_t *wide, char *utf8, int size)
{
    utf8[0] = '\0';
    if (wide)
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, utf8, size, NULL, NULL);
}

struct script *script_load(void)
{
    char *text = fake_state_read(FAKE_WMI_STATE);
    struct script *script = text ? malloc(sizeof *script + strlen(text) + 1) : NULL;
    if (script) {
        script->users = 1;
        strcpy(script->text, text);
    }
    free(text);
    return script;
}

struct script *script_share(struct script *script)
{
    InterlockedIncrement(&script->users);
    return script;
}

void script_leave(struct script *script)
{
    if (InterlockedDecrement(&script->users) == 0)
        free(script);
}

HRESULT result_of(const char *word)
{
    if (strcmp(word, "hang") == 0)
        Sleep(INFINITE);
    return (HRESULT)strtoul(word, NULL, 16);
}

HRESULT scripted_result(const char *state, const char *kind, const char *name, size_t row_field,
                        HRESULT otherwise)
{
    struct fake_line line;
    const char *at = state;
    while (fake_state_find(&at, kind, 3, &line))
        if (_stricmp(line.fields[1], name) == 0)
            return result_of(line.fields[2]);
    for (at = state; fake_state_find(&at, "row", 3, &line);)
        if (_stricmp(line.fields[row_field], name) == 0)
            return S_OK;
    return otherwise;
}

bool find_method(const char *state, const char *class, const char *method, struct fake_line *line)
{
    while (fake_state_find(&state, "method", 5, line))
        if (_stricmp(line->fields[1], class) == 0 && _stricmp(line->fields[2], method) == 0)
            return true;
    return false;
}
