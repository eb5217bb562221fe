#include "win32/files.h"

#include "win32/bounded_open.h"
#include "win32/lib/file.h"
#include "win32/lib/late.h"
#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"
#include "win32/store_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { OWN_NAME_CHARACTERS = 64, RENAME_POLL_MS = 25 };

static const char exists_already[] = "%s already exists. It was left unchanged.";

static bool is_separator(wchar_t c)
{
    return c == L'\\' || c == L'/';
}

/* Returns the length of a full path's prefix: "C:", "\\?\C:", "\\" or "\\?\UNC". 0: maxport does
 * not accept the path. */
static size_t root_count(const wchar_t *full)
{
    size_t start = 0;
    if (wcsncmp(full, L"\\\\?\\", 4) == 0) {
        start = 4;
        if (_wcsnicmp(full + start, L"UNC\\", 4) == 0)
            return start + 3;
    } else if (wcsncmp(full, L"\\\\.\\", 4) == 0) {
        return 0;
    } else if (is_separator(full[0]) && is_separator(full[1])) {
        return 2;
    }
    wchar_t drive = full[start];
    bool is_letter = (drive >= L'A' && drive <= L'Z') || (drive >= L'a' && drive <= L'z');
    return is_letter && full[start + 1] == L':' && is_separator(full[start + 2]) ? start + 2 : 0;
}

static bool is_ordinary(const wchar_t *full)
{
    size_t i = root_count(full);
    if (i == 0)
        return false;
    while (full[i]) {
        size_t end = i;
        while (full[end] && !is_separator(full[end])) {
            if (full[end] == L':')
                return false;
            end++;
        }
        if (file_is_device_name(full + i, end - i))
            return false;
        i = full[end] ? end + 1 : end;
    }
    return true;
}

/* Converts a path of any length to a full path for CreateFileW. Adds a prefix if the path of a
 * temporary file in the same folder could have MAX_PATH characters or more. *resolved is
 * malloc'ed. */
static bool resolve(const char *path, wchar_t **resolved, struct fault *fault)
{
    static const wchar_t prefix[] = L"\\\\?\\", share_prefix[] = L"\\\\?\\UNC";
    if (path[0] == '\0')
        return fault_set(fault, FAULT_USAGE, 0, "The file name is empty.");
    wchar_t *wide;
    if (!wide_from_utf8_strict(path, &wide, fault))
        return false;
    DWORD capacity = GetFullPathNameW(wide, 0, NULL, NULL);
    DWORD error = GetLastError();
    wchar_t *full = malloc((capacity + 8) * sizeof *full); /* 8: room for a prefix */
    DWORD count = 0;
    if (full && capacity > 0) {
        count = GetFullPathNameW(wide, capacity, full, NULL);
        error = GetLastError();
    }
    /* Windows does not resolve anything in a path that begins with \\?\, not even a device name at
     * its end. */
    bool is_verbatim = wcsncmp(wide, prefix, 4) == 0;
    free(wide);
    if (!full)
        return fault_no_memory(fault);
    if (count == 0 || count >= capacity) {
        free(full);
        return system_fault(fault, FAULT_USAGE, error, "%s is not a file path", path);
    }
    if (!is_ordinary(full)) {
        free(full);
        return fault_set(fault, FAULT_USAGE, 0, "%s is a device or a stream, not a file.", path);
    }
    if (count + OWN_NAME_CHARACTERS >= MAX_PATH && !is_verbatim) {
        bool is_share = full[0] == L'\\';
        const wchar_t *added = is_share ? share_prefix : prefix;
        size_t skipped = is_share ? 1 : 0; /* \\server becomes \\?\UNC\server */
        memmove(full + wcslen(added), full + skipped, (count + 1 - skipped) * sizeof *full);
        memcpy(full, added, wcslen(added) * sizeof *full);
    }
    *resolved = full;
    return true;
}

/* ---- reading ---------------------------------------------------------- */

static bool files_read(void *context, const char *path, size_t limit, char **data, size_t *length,
                       struct fault *fault)
{
    (void)context;
    wchar_t *wide;
    if (!resolve(path, &wide, fault))
        return false;
    DWORD attributes = GetFileAttributesW(wide);
    if (attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY) {
        free(wide);
        return fault_set(fault, FAULT_USAGE, 0, "%s is a folder, not a file.", path);
    }
    HANDLE file;
    DWORD error = bounded_user_open(wide, GENERIC_READ, FILE_FLAG_SEQUENTIAL_SCAN, &file);
    free(wide);
    if (error)
        return system_fault(fault, FAULT_FAILED, error, "%s could not be opened", path);
    bool is_file = GetFileType(file) == FILE_TYPE_DISK;
    error = is_file ? file_read(file, limit, data, length) : ERROR_SUCCESS;
    CloseHandle(file);
    if (!is_file)
        return fault_set(fault, FAULT_USAGE, 0, "%s is a device or a pipe, not a file.", path);
    if (error == ERROR_FILE_TOO_LARGE) {
        char number[NUMBER_SIZE];
        return fault_set(fault, FAULT_USAGE, error, "%s is larger than the maximum of %s bytes.",
                         path, number_string(number, limit));
    }
    if (error)
        return system_fault(fault, FAULT_FAILED, error, "%s could not be read", path);
    return true;
}

/* ---- writing ---------------------------------------------------------- */

/* The file to write and its folder. All operations use the handle of the folder, so a link that
 * replaces the folder cannot redirect the file to another folder. */
struct target {
    HANDLE folder, file; /* INVALID_HANDLE_VALUE: not open */
    const wchar_t *leaf;
    wchar_t *folder_path; /* owned; ends with a separator */
};

static DWORD open_folder(const wchar_t *path, HANDLE *folder)
{
    return bounded_user_open(path, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS, folder);
}

static DWORD target_open(const wchar_t *path, struct target *target)
{
    size_t count = wcslen(path);
    while (count > 0 && !is_separator(path[count - 1]))
        count--;
    *target = (struct target){INVALID_HANDLE_VALUE, INVALID_HANDLE_VALUE, path + count, NULL};
    target->folder_path = calloc(count + 1, sizeof *path);
    if (!target->folder_path)
        return ERROR_NOT_ENOUGH_MEMORY;
    memcpy(target->folder_path, path, count * sizeof *path);
    return open_folder(target->folder_path, &target->folder);
}

static void target_close(struct target *target)
{
    if (target->file != INVALID_HANDLE_VALUE)
        CloseHandle(target->file);
    if (target->folder != INVALID_HANDLE_VALUE)
        CloseHandle(target->folder);
    free(target->folder_path);
}

/* Creates a file with a temporary name in the folder and fills it. */
static DWORD write_temporary(struct target *target, const void *data, size_t length)
{
    enum { ATTEMPTS = 100 };
    wchar_t name[OWN_NAME_CHARACTERS];
    DWORD error = ERROR_FILE_EXISTS;
    for (unsigned attempt = 0; attempt < ATTEMPTS && error == ERROR_FILE_EXISTS; attempt++) {
        struct ntdll_open request = {
            .folder = target->folder,
            .name = name,
            .access = FILE_GENERIC_WRITE | DELETE,
            .share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            .purpose = NTDLL_MAKE_FILE,
        };
        snwprintf(name, OWN_NAME_CHARACTERS, L"maxport-%lu-%u.tmp",
                  (unsigned long)GetCurrentProcessId(), attempt);
        error = bounded_open(&request, &target->file);
    }
    return error ? error : file_write(target->file, data, length);
}

/* Determines whether the path still leads to the open folder. Returns a Win32 error code. */
static DWORD compare_folder(const struct target *target, bool *is_same)
{
    struct store_identity open, now;
    HANDLE folder;
    DWORD error = open_folder(target->folder_path, &folder);
    *is_same = false;
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return ERROR_SUCCESS;
    if (error)
        return error;
    error = store_identity_read(folder, &now);
    CloseHandle(folder);
    if (!error)
        error = store_identity_read(target->folder, &open);
    *is_same = !error && store_identity_is_same(&open, &now);
    return error;
}

/* Gives the temporary file its final name. Also retries after ERROR_ACCESS_DENIED, which Windows
 * returns if a program has the target open. */
static DWORD give_name(const struct target *target, bool overwrite)
{
    DWORD start = GetTickCount(), error;
    for (;;) {
        error = ntdll_rename(target->file, target->folder, target->leaf, overwrite);
        bool is_passing = error == ERROR_SHARING_VIOLATION || error == ERROR_ACCESS_DENIED;
        if (!is_passing || GetTickCount() - start >= FILE_PATIENCE_MS)
            break;
        Sleep(RENAME_POLL_MS);
    }
    if (!error)
        FlushFileBuffers(target->file); /* writes the name to disk, if the volume supports this */
    return error;
}

static bool write_target(struct target *target, const char *path, bool overwrite, const void *data,
                         size_t length, struct fault *fault)
{
    bool is_same = false;
    DWORD error = write_temporary(target, data, length);
    if (!error)
        error = compare_folder(target, &is_same);
    bool is_moved = !error && !is_same;
    if (!error && is_same)
        error = give_name(target, overwrite);
    if (!error && is_same)
        return true;
    DWORD delete_error =
        target->file != INVALID_HANDLE_VALUE ? bounded_delete(target->file) : ERROR_SUCCESS;
    target->file = INVALID_HANDLE_VALUE;
    if (is_moved)
        return fault_set(
            fault, FAULT_FAILED, 0,
            "%s was not written: its folder was moved or replaced meanwhile. Write to a "
            "folder that only administrators can change.",
            path);
    if (!overwrite && (error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS))
        return fault_set(fault, FAULT_USAGE, error, exists_already, path);
    return system_fault(fault, FAULT_FAILED, error,
                        delete_error ? "%s could not be written (a file maxport-*.tmp remains in "
                                       "its folder)"
                                     : "%s could not be written",
                        path);
}

static bool write_resolved(const char *path, const wchar_t *wide, bool overwrite, const void *data,
                           size_t length, struct fault *fault)
{
    DWORD attributes = GetFileAttributesW(wide);
    if (attributes != INVALID_FILE_ATTRIBUTES) {
        if (attributes & FILE_ATTRIBUTE_DIRECTORY)
            return fault_set(fault, FAULT_USAGE, 0, "%s is a folder, not a file.", path);
        if (!overwrite)
            return fault_set(fault, FAULT_USAGE, ERROR_FILE_EXISTS, exists_already, path);
    }
    struct target target;
    DWORD error = target_open(wide, &target);
    bool is_written =
        error ? system_fault(fault, FAULT_FAILED, error, "%s could not be written", path)
              : write_target(&target, path, overwrite, data, length, fault);
    target_close(&target);
    return is_written;
}

static bool files_write(void *context, const char *path, bool overwrite, const void *data,
                        size_t length, struct fault *fault)
{
    (void)context;
    wchar_t *wide;
    if (!resolve(path, &wide, fault))
        return false;
    bool is_written = write_resolved(path, wide, overwrite, data, length, fault);
    free(wide);
    return is_written;
}

/* ---- showing ---------------------------------------------------------- */

static void files_path(void *context, const char *path, char full[STORE_PATH_SIZE])
{
    (void)context;
    wchar_t absolute[STORE_PATH_SIZE];
    wchar_t *wide = wide_from_utf8(path);
    DWORD count = wide ? GetFullPathNameW(wide, STORE_PATH_SIZE, absolute, NULL) : 0;
    free(wide);
    if (count > 0 && count < STORE_PATH_SIZE)
        wide_copy_utf8(absolute, full, STORE_PATH_SIZE);
    else
        snprintf(full, STORE_PATH_SIZE, "%s", path);
}

typedef HRESULT(WINAPI *get_folder_path)(HWND, int, HANDLE, DWORD, LPWSTR);

/* docs/windows.md, "Documents folder". Does not create the folder. */
static bool files_documents(void *context, char folder[STORE_PATH_SIZE], struct fault *fault)
{
    enum { CSIDL_DOCUMENTS = 5, SHGFP_CURRENT = 0 };
    static struct late shell = {.name = L"shell32.dll"};
    (void)context;
    get_folder_path get = (get_folder_path)late_bind(&shell, "SHGetFolderPathW", fault);
    if (!get)
        return false;
    wchar_t wide[MAX_PATH];
    HRESULT result = get(NULL, CSIDL_DOCUMENTS, NULL, SHGFP_CURRENT, wide);
    if (result != S_OK || wide[0] == L'\0')
        return fault_set(fault, FAULT_UNAVAILABLE, (uint32_t)result,
                         "Windows reports no Documents folder for this account.");
    wide_copy_utf8(wide, folder, STORE_PATH_SIZE);
    return true;
}

void files_open(struct files *functions)
{
    *functions = (struct files){
        .read = files_read,
        .write = files_write,
        .path = files_path,
        .documents = files_documents,
    };
}
