#include "win32/services.h"

#include "core/base/text.h"
#include "win32/command_line.h"
#include "win32/lib/late.h"
#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"
#include "win32/locator.h"
#include "win32/processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shellapi.h>

enum {
    LIMIT_MS = 3000,
    BATCH_BYTES = 64 * 1024, /* limit of one call before XP SP3 and Server 2003 SP1 */
    BATCHES_MAX = 64,        /* limit, in case Windows returns a list that never ends */
    ATTEMPTS = 4,
    POOL_SIZE = 256,
    POOL_MS = 1000,
};

/* ---- read ------------------------------------------------------------- */

/* Result of the query; the thread works on its own copy. */
struct inquiry {
    struct services found;
    struct fault fault; /* the reason, if !found.is_known */
};

static bool append(struct services *services, const ENUM_SERVICE_STATUS_PROCESSW *rows, DWORD count)
{
    struct service *grown =
        realloc(services->rows, (services->count + count) * sizeof *services->rows);
    if (!grown)
        return false;
    services->rows = grown;
    for (DWORD i = 0; i < count; i++) {
        if (rows[i].ServiceStatusProcess.dwProcessId == 0)
            continue; /* the service is just starting or stopping: no process */
        struct service *row = &services->rows[services->count++];
        row->process = rows[i].ServiceStatusProcess.dwProcessId;
        wide_copy_utf8(rows[i].lpServiceName, row->name, sizeof row->name);
        wide_copy_utf8(rows[i].lpDisplayName, row->display, sizeof row->display);
    }
    return true;
}

static bool enumerate(SC_HANDLE manager, uint8_t *buffer, struct services *services,
                      struct fault *fault)
{
    DWORD resume = 0;
    for (int i = 0; i < BATCHES_MAX; i++) {
        DWORD needed = 0, count = 0;
        BOOL is_ok =
            EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_ACTIVE,
                                  buffer, BATCH_BYTES, &needed, &count, &resume, NULL);
        DWORD code = GetLastError();
        if (!is_ok && code != ERROR_MORE_DATA)
            return system_fault(fault, FAULT_UNAVAILABLE, code, "The services could not be listed");
        if (count > 0 &&
            !append(services, (const ENUM_SERVICE_STATUS_PROCESSW *)(void *)buffer, count)) {
            return fault_no_memory(fault);
        }
        if (is_ok)
            return true;
    }
    return fault_set(fault, FAULT_FAILED, 0,
                     "The services could not be listed: the list from Windows was too long.");
}

static bool list_once(uint8_t *buffer, struct services *services, struct fault *fault)
{
    SC_HANDLE manager =
        OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
    DWORD code = GetLastError();
    if (!manager) {
        return system_fault(fault, FAULT_UNAVAILABLE, code,
                            "The service control manager could not be queried");
    }
    bool is_ok = enumerate(manager, buffer, services, fault);
    CloseServiceHandle(manager);
    return is_ok;
}

static void list(void *data)
{
    struct inquiry *inquiry = data;
    uint8_t *buffer = malloc(BATCH_BYTES);
    if (!buffer) {
        fault_no_memory(&inquiry->fault);
        return;
    }
    /* Try again if a handle is invalid: under Wine, this sometimes happens while an abandoned
     * thread still runs a query. */
    for (int i = 0; i < ATTEMPTS; i++) {
        services_release(&inquiry->found);
        inquiry->fault.code = 0;
        inquiry->found.is_known = list_once(buffer, &inquiry->found, &inquiry->fault);
        if (inquiry->fault.code != ERROR_INVALID_HANDLE)
            break;
    }
    free(buffer);
    services_sort(&inquiry->found);
}

static void release(void *data)
{
    struct inquiry *inquiry = data;
    services_release(&inquiry->found);
}

static bool start(struct services_adapter *own, struct fault *fault)
{
    struct inquiry inquiry;
    memset(&inquiry, 0, sizeof inquiry);
    services_init(&inquiry.found);
    if (!own->job)
        own->job = background_start(list, release, &inquiry, sizeof inquiry, own->limit_ms, fault);
    return own->job != NULL;
}

static void begin(void *context)
{
    struct fault ignored; /* read_services() tries again and reports the fault */
    start(context, &ignored);
}

static void read_services(void *context, struct services *services)
{
    struct services_adapter *own = context;
    struct fault fault;
    services_init(services);
    if (!start(own, &fault)) {
        fault_text(&fault, services->why, sizeof services->why);
        return;
    }
    struct inquiry *inquiry = background_wait(own->job);
    if (!inquiry) {
        snprintf(services->why, sizeof services->why,
                 "Timed out: the service control manager did not respond within %lu seconds.",
                 (unsigned long)(own->limit_ms + 999) / 1000);
    } else if (inquiry->found.is_known) {
        *services = inquiry->found;
        services_init(&inquiry->found);
    } else {
        fault_text(&inquiry->fault, services->why, sizeof services->why);
    }
    background_close(own->job);
    own->job = NULL;
}

/* ---- application pools ------------------------------------------------- */

bool services_pool_of(const wchar_t *command_line, char *pool, size_t size)
{
    int count = 0;
    bool is_found = false;
    typedef wchar_t **(WINAPI * split_call)(const wchar_t *, int *);
    struct late shell = {.name = L"shell32.dll"};
    struct fault ignored;
    split_call split = (split_call)late_bind(&shell, "CommandLineToArgvW", &ignored);
    wchar_t **words = split && *command_line ? split(command_line, &count) : NULL;
    for (int i = 1; words && i + 1 < count && !is_found; i++) {
        is_found = wcscmp(words[i], L"-ap") == 0 && words[i + 1][0] != L'\0';
        if (is_found)
            wide_copy_utf8(words[i + 1], pool, size);
    }
    LocalFree(words);
    return is_found;
}

bool services_is_pool_worker(const wchar_t *path, uint32_t session)
{
    static const wchar_t worker[] = L"\\inetsrv\\w3wp.exe";
    typedef UINT(WINAPI * directory_call)(wchar_t *, UINT);
    const directory_call calls[] = {GetSystemDirectoryW,
                                    (directory_call)late_kernel32("GetSystemWow64DirectoryW")};
    for (size_t i = 0; i < sizeof calls / sizeof *calls && session == SERVICES_SESSION; i++) {
        wchar_t expected[MAX_PATH + sizeof worker / sizeof *worker];
        UINT length = calls[i] ? calls[i](expected, MAX_PATH) : 0;
        if (length == 0 || length >= MAX_PATH)
            continue;
        memcpy(expected + length, worker, sizeof worker);
        if (_wcsicmp(path, expected) == 0)
            return true;
    }
    return false;
}

/* Checks the path and the session, because any user can name a program w3wp.exe. Any user can also
 * start Windows' own w3wp.exe with any arguments. On Vista and later, the desktop of a user is
 * never in session 0, but SSH and WinRM start programs of users there. The pool's name is therefore
 * only a claim of the process (docs/windows.md, "Processes and services"). */
static bool runs_pool_worker(uint32_t process)
{
    wchar_t *path;
    struct fault ignored;
    if (!locator_find(process, &path, &ignored))
        return false;
    bool is_worker = services_is_pool_worker(path, process_session(process));
    free(path);
    return is_worker;
}

struct pool_search {
    uint32_t process;
    char pool[POOL_SIZE];
    bool is_found;
};

static void find_pool(void *data)
{
    struct pool_search *search = data;
    wchar_t *command_line = runs_pool_worker(search->process)
                                ? command_line_read(search->process, COMMAND_LINE_ANY)
                                : NULL;
    search->is_found =
        command_line && services_pool_of(command_line, search->pool, sizeof search->pool);
    free(command_line);
}

/* Reads path and command line in a job, because the owner of a process can delay reading its
 * memory, and a file system can delay its path. */
static bool describe(void *context, uint32_t process, const char *name, char *pool, size_t size)
{
    struct services_adapter *own = context;
    struct pool_search copy = {.process = process};
    struct fault ignored;
    if (ascii_compare(name, "w3wp.exe") != 0 || own->is_detail_slow ||
        process_session(process) != SERVICES_SESSION)
        return false;
    struct background *background =
        background_start(find_pool, NULL, &copy, sizeof copy, POOL_MS, &ignored);
    const struct pool_search *search = background ? background_wait(background) : NULL;
    own->is_detail_slow = background && !search;
    bool is_printed =
        search && search->is_found && snprintf(pool, size, "%s", search->pool) < (int)size;
    background_close(background);
    return is_printed;
}

void services_open(struct services_adapter *services, struct service_source *functions)
{
    *services = (struct services_adapter){.limit_ms = LIMIT_MS};
    *functions = (struct service_source){
        .context = services, .begin = begin, .read = read_services, .detail = describe};
}

void services_close(struct services_adapter *services)
{
    background_close(services->job);
    services->job = NULL;
}
