#include "win32/lib/file.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum {
    POLL_MS = 25,
    CHUNK_BYTES = 1 << 20, /* large single writes fail on some network drives */
};

/* ---- patience --------------------------------------------------------- */

/* Returns whether to repeat an operation that failed with `error`. Waits a short time before
 * returning true. */
static bool is_worth_repeating(DWORD error, bool is_denial_passing, DWORD start)
{
    bool is_passing = error == ERROR_SHARING_VIOLATION || error == ERROR_LOCK_VIOLATION ||
                      (error == ERROR_ACCESS_DENIED && is_denial_passing);
    if (!is_passing || GetTickCount() - start >= FILE_PATIENCE_MS)
        return false;
    Sleep(POLL_MS);
    return true;
}

DWORD file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                SECURITY_ATTRIBUTES *security, HANDLE *file)
{
    DWORD start = GetTickCount(), error;
    do {
        HANDLE opened = CreateFileW(
            path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, security,
            disposition, flags | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
        error = GetLastError();
        if (opened != INVALID_HANDLE_VALUE) {
            *file = opened;
            return ERROR_SUCCESS;
        }
    } while (is_worth_repeating(error, false, start));
    return error;
}

DWORD file_rename(const wchar_t *from, const wchar_t *to, DWORD flags)
{
    DWORD start = GetTickCount(), error;
    do {
        BOOL is_moved = MoveFileExW(from, to, flags | MOVEFILE_WRITE_THROUGH);
        error = GetLastError();
        if (is_moved)
            return ERROR_SUCCESS;
    } while (is_worth_repeating(error, true, start));
    return error;
}

DWORD file_delete(const wchar_t *path)
{
    DWORD start = GetTickCount(), error;
    do {
        BOOL is_deleted = DeleteFileW(path);
        error = GetLastError();
        if (is_deleted || error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
            return ERROR_SUCCESS;
    } while (is_worth_repeating(error, true, start));
    return error;
}

/* ---- content ---------------------------------------------------------- */

DWORD file_read(HANDLE file, size_t limit, char **data, size_t *length)
{
    size_t capacity = 4096, count = 0;
    char *buffer = malloc(capacity);
    if (!buffer)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (;;) {
        DWORD room =
            capacity - 1 - count < CHUNK_BYTES ? (DWORD)(capacity - 1 - count) : (DWORD)CHUNK_BYTES;
        DWORD got = 0;
        BOOL is_read = ReadFile(file, buffer + count, room, &got, NULL);
        DWORD error = GetLastError();
        if (!is_read) {
            free(buffer);
            return error;
        }
        count += got;
        if (count > limit) {
            free(buffer);
            return ERROR_FILE_TOO_LARGE;
        }
        if (got == 0)
            break;
        if (count == capacity - 1) {
            char *grown = capacity <= SIZE_MAX / 2 ? realloc(buffer, capacity * 2) : NULL;
            if (!grown) {
                free(buffer);
                return ERROR_NOT_ENOUGH_MEMORY;
            }
            buffer = grown;
            capacity *= 2;
        }
    }
    buffer[count] = '\0';
    *data = buffer;
    *length = count;
    return ERROR_SUCCESS;
}

DWORD file_write(HANDLE file, const void *data, size_t length)
{
    const char *bytes = data;
    while (length > 0) {
        DWORD part = length < CHUNK_BYTES ? (DWORD)length : (DWORD)CHUNK_BYTES, written = 0;
        BOOL is_written = WriteFile(file, bytes, part, &written, NULL);
        DWORD error = GetLastError();
        if (!is_written)
            return error;
        if (written == 0)
            return ERROR_HANDLE_DISK_FULL; /* some network redirectors report a full disk in this
                                              way */
        bytes += written;
        length -= written;
    }
    BOOL is_flushed = FlushFileBuffers(file);
    DWORD error = GetLastError();
    return is_flushed ? ERROR_SUCCESS : error;
}

/* ---- names ------------------------------------------------------------ */

static bool is_digit_of_a_port(wchar_t c)
{
    /* Windows also accepts the Latin-1 superscripts 1, 2 and 3 as digits of a port's name. */
    return (c >= L'1' && c <= L'9') || c == 0xb9 || c == 0xb2 || c == 0xb3;
}

bool file_is_device_name(const wchar_t *component, size_t count)
{
    static const wchar_t *const names[] = {L"con", L"prn", L"aux", L"nul", L"conin$", L"conout$"};
    size_t base = 0;
    while (base < count && component[base] != L'.' && component[base] != L':')
        base++;
    while (base > 0 && component[base - 1] == L' ')
        base--;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wcslen(names[i]) == base && _wcsnicmp(component, names[i], base) == 0)
            return true;
    return base == 4 &&
           (_wcsnicmp(component, L"com", 3) == 0 || _wcsnicmp(component, L"lpt", 3) == 0) &&
           is_digit_of_a_port(component[3]);
}
