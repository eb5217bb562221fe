#include "win32/lib/late.h"

#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <string.h>
#include <wchar.h>

static HMODULE load(const wchar_t *name, DWORD *error)
{
    wchar_t path[MAX_PATH + 64];
    if (wcspbrk(name, L"\\/:")) {
        *error = ERROR_INVALID_NAME;
        return NULL;
    }
    UINT count = GetSystemDirectoryW(path, MAX_PATH);
    *error = GetLastError();
    if (count == 0)
        return NULL;
    if (count >= MAX_PATH || wcslen(name) >= 63) {
        *error = ERROR_BUFFER_OVERFLOW;
        return NULL;
    }
    path[count] = L'\\';
    memcpy(path + count + 1, name, (wcslen(name) + 1) * sizeof *name);
    /* With this flag Windows searches System32 for the DLL's own imports too. */
    HMODULE module = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    *error = GetLastError();
    return module;
}

late_function late_bind(struct late *dll, const char *function, struct fault *fault)
{
    char name[64];
    wide_copy_utf8(dll->name, name, sizeof name);
    if (!dll->module) {
        DWORD error;
        dll->module = load(dll->name, &error);
        if (!dll->module) {
            system_fault(fault, FAULT_UNAVAILABLE, error, "%s could not be loaded", name);
            fault->kind = FAULT_UNAVAILABLE;
            return NULL;
        }
    }
    FARPROC address = GetProcAddress(dll->module, function);
    if (!address) {
        fault_set(fault, FAULT_UNAVAILABLE, ERROR_PROC_NOT_FOUND,
                  "This Windows has no function %s in %s.", function, name);
    }
    return (late_function)address;
}

late_function late_kernel32(const char *function)
{
    return (late_function)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), function);
}
