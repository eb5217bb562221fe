#include "win32/processes.h"

#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <stdlib.h>

#include <windows.h>

#include <tlhelp32.h>

enum { FIRST_COUNT = 256, ATTEMPTS = 8, LOOKUP_MS = 1500, PATH_MS = 1000 };

static bool append(struct processes *processes, size_t *capacity, const PROCESSENTRY32W *entry)
{
    if (processes->count == *capacity) {
        size_t more = *capacity ? *capacity * 2 : FIRST_COUNT;
        struct process *rows = realloc(processes->rows, more * sizeof *rows);
        if (!rows)
            return false;
        processes->rows = rows;
        *capacity = more;
    }
    struct process *row = &processes->rows[processes->count++];
    row->id = entry->th32ProcessID;
    row->parent = entry->th32ParentProcessID;
    wide_copy_utf8(entry->szExeFile, row->name, sizeof row->name);
    return true;
}

static bool list(void *context, struct processes *processes, struct fault *fault)
{
    (void)context;
    HANDLE snapshot = INVALID_HANDLE_VALUE;
    DWORD code = ERROR_BAD_LENGTH; /* Windows returns this error if the list has changed meanwhile;
                                      in this case, the loop tries again */
    for (int i = 0; i < ATTEMPTS && code == ERROR_BAD_LENGTH; i++) {
        snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
        code = snapshot == INVALID_HANDLE_VALUE ? GetLastError() : NO_ERROR;
    }
    if (snapshot == INVALID_HANDLE_VALUE)
        return system_fault(fault, FAULT_FAILED, code, "The processes could not be listed");

    struct processes found;
    size_t capacity = 0;
    bool has_memory = true;
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    processes_init(&found);
    for (BOOL is_more = Process32FirstW(snapshot, &entry); is_more && has_memory;
         is_more = Process32NextW(snapshot, &entry)) {
        has_memory = append(&found, &capacity, &entry);
    }
    CloseHandle(snapshot);
    if (!has_memory) {
        processes_release(&found);
        return fault_no_memory(fault);
    }
    processes_sort(&found);
    processes_release(processes);
    *processes = found;
    return true;
}

void processes_open(struct processes_adapter *processes, struct process_source *functions)
{
    *processes = (struct processes_adapter){.lookup_ms = LOOKUP_MS, .path_ms = PATH_MS};
    *functions = (struct process_source){
        .context = processes, .list = list, .detail = process_details_query};
}

uint32_t process_session(uint32_t process)
{
    DWORD session;
    return ProcessIdToSessionId(process, &session) ? session : (uint32_t)UNKNOWN_SESSION;
}
