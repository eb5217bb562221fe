#include "fake_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

char *fake_state_read(const wchar_t *path)
{
    HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);
    DWORD size = file == INVALID_HANDLE_VALUE ? 0 : GetFileSize(file, NULL), got = 0;
    char *text = malloc((size_t)size + 1);
    if (text && size > 0 && !ReadFile(file, text, size, &got, NULL))
        got = 0;
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    if (text)
        text[got] = '\0';
    return text;
}

bool fake_state_write(const wchar_t *path, const char *text)
{
    wchar_t partial[MAX_PATH];
    DWORD written = 0, length = (DWORD)strlen(text);
    if (snwprintf(partial, MAX_PATH, L"%ls.partial", path) < 0)
        return false;
    HANDLE file = CreateFileW(partial, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool is_ok = WriteFile(file, text, length, &written, NULL) && written == length;
    CloseHandle(file);
    /* The move fails while another process reads the old file, so it is repeated. */
    for (int i = 0; is_ok && i < 100; i++) {
        if (MoveFileExW(partial, path, MOVEFILE_REPLACE_EXISTING))
            return true;
        Sleep(20);
    }
    return false;
}

void fake_state_log(const wchar_t *path, const char *line)
{
    char text[FAKE_LINE_SIZE + 2];
    DWORD written;
    int length = snprintf(text, sizeof text, "%.1000s\n", line);
    HANDLE file =
        CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_ALWAYS, 0, NULL);
    if (file != INVALID_HANDLE_VALUE) {
        WriteFile(file, text, (DWORD)length, &written, NULL);
        CloseHandle(file);
    }
}

static void split(struct fake_line *line)
{
    char *field = line->text;
    line->count = 0;
    while (field && line->count < FAKE_FIELDS_MAX) {
        line->fields[line->count++] = field;
        field = strchr(field, '|');
        if (field)
            *field++ = '\0';
    }
}

bool fake_state_next(const char **at, struct fake_line *line)
{
    while (**at) {
        size_t length = strcspn(*at, "\r\n");
        size_t kept = length < FAKE_LINE_SIZE - 1 ? length : FAKE_LINE_SIZE - 1;
        memcpy(line->text, *at, kept);
        line->text[kept] = '\0';
        *at += length;
        *at += strspn(*at, "\r\n");
        if (kept > 0 && line->text[0] != '#') {
            split(line);
            return true;
        }
    }
    return false;
}

bool fake_state_find(const char **at, const char *kind, size_t fields_min, struct fake_line *line)
{
    while (fake_state_next(at, line))
        if (line->count >= fields_min && strcmp(line->fields[0], kind) == 0)
            return true;
    return false;
}

bool fake_state_range(const char *netsh_state, const char *protocol, const char *family,
                      unsigned long *start, unsigned long *count)
{
    struct fake_line line;
    while (fake_state_find(&netsh_state, "range", 5, &line)) {
        if (strcmp(line.fields[1], protocol) == 0 && strcmp(line.fields[2], family) == 0) {
            *start = strtoul(line.fields[3], NULL, 10);
            *count = strtoul(line.fields[4], NULL, 10);
            return true;
        }
    }
    return false;
}
