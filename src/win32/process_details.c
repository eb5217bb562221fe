#include "core/system/process_details.h"

#include "win32/clock.h"
#include "win32/command_line.h"
#include "win32/identity.h"
#include "win32/lib/background.h"
#include "win32/lib/late.h"
#include "win32/lib/wide.h"
#include "win32/processes.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_COUNT = 32768, LINE_MS = 1000, SLOW_PATHS_MAX = 8 };

typedef BOOL(WINAPI *query_image_name)(HANDLE, DWORD, LPWSTR, PDWORD);

/* Returns the state of a detail whose reading ended with this error code. */
static enum detail_state state_of(DWORD code)
{
    switch (code) {
    case NO_ERROR:
        return DETAIL_KNOWN;
    case ERROR_ACCESS_DENIED:
        return identity_is_elevated() ? DETAIL_DENIED : DETAIL_NEEDS_ELEVATION;
    case ERROR_NOT_SUPPORTED:
        return DETAIL_NOT_OFFERED;
    default:
        return DETAIL_UNKNOWN;
    }
}

static void set_wide(struct process_details *details, enum process_detail detail,
                     const wchar_t *wide)
{
    char *text = wide_to_utf8(wide, wcslen(wide));
    if (text)
        text_puts(&details->text[detail], text);
    else
        details->text[detail].is_broken = true;
    free(text);
}

/* ---- start ------------------------------------------------------------ */

static DWORD read_started(HANDLE process, struct process_details *details)
{
    FILETIME created, ended, kernel, user;
    if (!GetProcessTimes(process, &created, &ended, &kernel, &user))
        return GetLastError();
    details->started_ms = clock_unix_ms(&created);
    return NO_ERROR;
}

/* ---- account ---------------------------------------------------------- */

/* Data of a job, which works on its own copy. */
struct account_search {
    uint8_t sid[SECURITY_MAX_SID_SIZE];
    char account[IDENTITY_SIZE]; /* "": not found */
};

static void find_account(void *data)
{
    struct account_search *search = data;
    struct fault ignored;
    if (!identity_name_sid(search->sid, search->account, &ignored))
        search->account[0] = '\0';
}

static DWORD read_sid(HANDLE process, uint8_t sid[SECURITY_MAX_SID_SIZE])
{
    union {
        TOKEN_USER user;
        uint8_t bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } data;
    HANDLE token;
    DWORD bytes, code = NO_ERROR;
    if (!OpenProcessToken(process, TOKEN_QUERY, &token))
        return GetLastError();
    if (!GetTokenInformation(token, TokenUser, &data, sizeof data, &bytes))
        code = GetLastError();
    else if (!CopySid(SECURITY_MAX_SID_SIZE, sid, data.user.User.Sid))
        code = GetLastError();
    CloseHandle(token);
    return code;
}

/* Looks up the name in a job, because a domain controller may not respond. After the first lookup
 * that took too long, only SIDs are shown. */
static DWORD read_account(struct processes_adapter *adapter, HANDLE process,
                          struct process_details *details)
{
    struct account_search search = {.account = ""};
    struct fault ignored;
    DWORD code = read_sid(process, search.sid);
    if (code != NO_ERROR)
        return code;
    struct background *job = adapter->is_lookup_slow
                                 ? NULL
                                 : background_start(find_account, NULL, &search, sizeof search,
                                                    adapter->lookup_ms, &ignored);
    const struct account_search *found = job ? background_wait(job) : NULL;
    if (job && !found)
        adapter->is_lookup_slow = true;
    if (found)
        memcpy(search.account, found->account, sizeof search.account);
    background_close(job);
    if (!search.account[0] && !identity_print_sid(search.sid, search.account, &ignored))
        return ERROR_GEN_FAILURE;
    text_puts(&details->text[DETAIL_ACCOUNT], search.account);
    return NO_ERROR;
}

/* ---- path and command line -------------------------------------------- */

/* Data of a job, which has its own handle. */
struct text_search {
    HANDLE process;
    wchar_t *text; /* owned, if code is NO_ERROR */
    DWORD code;
    bool is_in_system_folder; /* of a path */
};

/* Returns whether the path names a file directly in System32. */
static bool is_in_system_folder(const wchar_t *path)
{
    wchar_t folder[MAX_PATH];
    UINT length = GetSystemDirectoryW(folder, MAX_PATH);
    const wchar_t *name = wcsrchr(path, L'\\');
    return length && length < MAX_PATH && name == path + length &&
           _wcsnicmp(path, folder, length) == 0;
}

static void find_path(void *data)
{
    struct text_search *search = data;
    query_image_name query = (query_image_name)late_kernel32("QueryFullProcessImageNameW");
    DWORD length = PATH_COUNT;
    search->code = query ? ERROR_NOT_ENOUGH_MEMORY : ERROR_NOT_SUPPORTED;
    search->text = query ? malloc(PATH_COUNT * sizeof *search->text) : NULL;
    if (!search->text)
        return;
    search->code = query(search->process, 0, search->text, &length) ? NO_ERROR : GetLastError();
    if (search->code == NO_ERROR && length == 0)
        search->code = ERROR_GEN_FAILURE;
    if (search->code == NO_ERROR)
        search->is_in_system_folder = is_in_system_folder(search->text);
    else
        free(search->text);
}

static void find_line(void *data)
{
    struct text_search *search = data;
    search->code = command_line_query(search->process, &search->text);
}

static void release_search(void *data)
{
    struct text_search *search = data;
    if (search->code == NO_ERROR)
        free(search->text);
    CloseHandle(search->process);
}

/* Reads a text in a job: the owner of a process can delay reading its memory, and a file system can
 * delay the path of an executable. */
static DWORD read_text(HANDLE process, background_run find, DWORD limit_ms,
                       enum process_detail detail, struct process_details *details)
{
    struct text_search search = {.code = ERROR_TIMEOUT};
    struct fault ignored;
    if (!DuplicateHandle(GetCurrentProcess(), process, GetCurrentProcess(), &search.process, 0,
                         FALSE, DUPLICATE_SAME_ACCESS))
        return GetLastError();
    struct background *job =
        background_start(find, release_search, &search, sizeof search, limit_ms, &ignored);
    if (!job)
        release_search(&search);
    const struct text_search *found = job ? background_wait(job) : NULL;
    DWORD code = found ? found->code : ERROR_TIMEOUT;
    if (code == NO_ERROR) {
        set_wide(details, detail, found->text);
        details->is_in_system_folder |= found->is_in_system_folder;
    }
    background_close(job);
    return code;
}

/* After SLOW_PATHS_MAX paths that took too long, no path is read: each query that does not return
 * keeps a thread. */
static DWORD read_path(struct processes_adapter *adapter, HANDLE process,
                       struct process_details *details)
{
    if (adapter->slow_paths >= SLOW_PATHS_MAX)
        return ERROR_TIMEOUT;
    DWORD code = read_text(process, find_path, adapter->path_ms, DETAIL_PATH, details);
    if (code == ERROR_TIMEOUT)
        adapter->slow_paths++;
    return code;
}

/* ---- all details ------------------------------------------------------ */

/* A process that has ended exists until all handles to it are closed. */
static bool has_ended(HANDLE process)
{
    DWORD code;
    return GetExitCodeProcess(process, &code) && code != STILL_ACTIVE;
}

/* Windows Vista and later grant PROCESS_LIMITED for more processes than PROCESS_QUERY_INFORMATION.
 * Windows XP knows only the latter. */
static HANDLE open_process(uint32_t id, DWORD *code)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, id);
    *code = process ? NO_ERROR : GetLastError();
    if (*code != ERROR_ACCESS_DENIED)
        return process;
    process = OpenProcess(PROCESS_LIMITED, FALSE, id);
    *code = process ? NO_ERROR : GetLastError();
    return process;
}

bool process_details_query(void *context, uint32_t id, bool wants_command_line,
                           struct process_details *details, struct fault *fault)
{
    DWORD code;
    HANDLE process = open_process(id, &code);
    FILETIME now;
    if (code == ERROR_INVALID_PARAMETER || (process && has_ended(process))) {
        if (process)
            CloseHandle(process);
        return fault_set(fault, FAULT_MISSING, code, "Process %lu has ended meanwhile.",
                         (unsigned long)id);
    }
    GetSystemTimeAsFileTime(&now);
    details->read_ms = clock_unix_ms(&now);
    if (!process) {
        for (int i = 0; i < DETAIL_COUNT; i++)
            details->state[i] = state_of(code);
        return true;
    }
    details->state[DETAIL_PATH] = state_of(read_path(context, process, details));
    details->state[DETAIL_ACCOUNT] = state_of(read_account(context, process, details));
    details->state[DETAIL_STARTED] = state_of(read_started(process, details));
    if (wants_command_line)
        details->state[DETAIL_COMMAND_LINE] =
            state_of(read_text(process, find_line, LINE_MS, DETAIL_COMMAND_LINE, details));
    CloseHandle(process);
    return true;
}
