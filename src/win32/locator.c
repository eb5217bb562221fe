#include "win32/locator.h"

#include <stdlib.h>
#include <string.h>

#include "win32/lib/background.h"
#include "win32/lib/late.h"
#include "win32/lib/system_message.h"

/* QUERY_LIMITED_INFORMATION exists on Windows Vista and later. Windows grants this right for more
 * processes than PROCESS_QUERY_INFORMATION (Win32, "OpenProcess" and "Process Security and Access
 * Rights"). */
enum { QUERY_LIMITED_INFORMATION = 0x1000, PATH_COUNT = 32768, PATH_MS = 1000 };

typedef BOOL(WINAPI *query_image_name)(HANDLE, DWORD, LPWSTR, PDWORD);

static bool query_path(uint32_t process, wchar_t **path, struct fault *fault)
{
    query_image_name query = (query_image_name)late_kernel32("QueryFullProcessImageNameW");
    DWORD length = PATH_COUNT, code;
    HANDLE handle;
    bool is_found;

    if (!query)
        return fault_set(fault, FAULT_UNAVAILABLE, 0,
                         "This Windows does not report the path of a program.");
    handle = OpenProcess(QUERY_LIMITED_INFORMATION, FALSE, process);
    code = GetLastError();
    if (!handle && code == ERROR_INVALID_PARAMETER)
        return fault_set(fault, FAULT_MISSING, code, "Process %lu has ended.",
                         (unsigned long)process);
    if (!handle) {
        system_fault(fault, code == ERROR_ACCESS_DENIED ? FAULT_DENIED : FAULT_UNAVAILABLE, code,
                     "The path of the program could not be determined");
        return false;
    }
    *path = malloc(PATH_COUNT * sizeof **path);
    if (!*path) {
        CloseHandle(handle);
        return fault_no_memory(fault);
    }
    is_found = query(handle, 0, *path, &length) && length > 0;
    code = GetLastError();
    CloseHandle(handle);
    if (!is_found) {
        free(*path);
        system_fault(fault, FAULT_UNAVAILABLE, code,
                     "The path of the program could not be determined");
    }
    return is_found;
}

/* Data of a job. */
struct path_search {
    uint32_t process;
    wchar_t *path; /* owned, if is_found */
    bool is_found;
    struct fault fault; /* if !is_found */
};

static void search_path(void *data)
{
    struct path_search *search = data;

    search->is_found = query_path(search->process, &search->path, &search->fault);
}

static void release_search(void *data)
{
    struct path_search *search = data;

    if (search->is_found)
        free(search->path);
}

/* Queries the path in a job, because a file system can delay the path of an executable. */
bool locator_find(uint32_t process, wchar_t **path, struct fault *fault)
{
    struct path_search search = {.process = process};
    struct background *job;
    struct path_search *found;
    bool is_found;

    if (background_is_job())
        return query_path(process, path, fault);
    job = background_start(search_path, release_search, &search, sizeof search, PATH_MS, fault);
    if (!job)
        return false;
    found = background_wait(job);
    is_found = found && found->is_found;
    if (is_found) {
        *path = found->path;
        found->is_found = false; /* the caller owns the path now */
    } else if (found) {
        *fault = found->fault;
    } else {
        fault_set(fault, FAULT_UNAVAILABLE, ERROR_TIMEOUT,
                  "Windows did not return the path of the program within %d ms.", PATH_MS);
    }
    background_close(job);
    return is_found;
}

static wchar_t *append(wchar_t *to, const wchar_t *from)
{
    size_t length = wcslen(from);

    memcpy(to, from, (length + 1) * sizeof *to);
    return to + length;
}

/* explorer.exe expects /select,PATH as one argument. A path contains no quotation mark. */
static bool open_folder(const wchar_t *path, struct fault *fault)
{
    static const wchar_t name[] = L"\\explorer.exe";
    wchar_t explorer[MAX_PATH + sizeof name / sizeof *name], *line, *end;
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    UINT length = GetSystemWindowsDirectoryW(explorer, MAX_PATH);
    BOOL is_started;
    DWORD code;

    if (length == 0 || length >= MAX_PATH)
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "Windows did not report its own folder.");
    append(explorer + length, name);
    line = malloc((wcslen(path) + wcslen(explorer) + 32) * sizeof *line);
    if (!line)
        return fault_no_memory(fault);
    end = append(append(append(line, L"\""), explorer), L"\" /select,\"");
    append(append(end, path), L"\"");
    is_started =
        CreateProcessW(explorer, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process);
    code = GetLastError();
    free(line);
    if (!is_started) {
        system_fault(fault, FAULT_FAILED, code, "The file manager could not be started");
        return false;
    }
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return true;
}

static bool show(void *context, uint32_t process, struct fault *fault)
{
    wchar_t *path;
    bool is_shown;

    (void)context;
    if (!locator_find(process, &path, fault))
        return false;
    is_shown = open_folder(path, fault);
    free(path);
    return is_shown;
}

void locator_open(struct locator *locator)
{
    *locator = (struct locator){.show = show};
}
