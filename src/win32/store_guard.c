#include "win32/store_guard.h"

#include "win32/clock.h"
#include "win32/lib/system_message.h"
#include "win32/store_folder.h"
#include "win32/store_record.h"

static const wchar_t name[] = L"Creating", key_name[] = STORE_RECORD_KEY L"\\Creating";
/* Only administrators can open the key, so no user can keep it open. */
static const wchar_t key_sddl[] = L"O:BAG:BAD:P(A;;KA;;;SY)(A;;KA;;;BA)";
static const wchar_t process_name[] = L"Process", start_name[] = L"Start";

/* Creating the store ends within OLD_MS, because each of its steps has a time limit. */
enum { POLL_MS = 50, SETTLE_MS = 100, OLD_MS = 120000 };

struct holder {
    DWORD process; /* 0: not written yet */
    ULONGLONG start;
    bool is_old; /* the key was written more than OLD_MS ago */
};

static bool start_of(HANDLE process, ULONGLONG *start)
{
    FILETIME created, ended, kernel, user;
    if (!GetProcessTimes(process, &created, &ended, &kernel, &user))
        return false;
    *start = (ULONGLONG)created.dwHighDateTime << 32 | created.dwLowDateTime;
    return true;
}

static LSTATUS read_holder(HKEY root, struct holder *holder)
{
    HKEY key;
    DWORD bytes = sizeof holder->process;
    FILETIME written, now;
    *holder = (struct holder){0};
    LSTATUS status = RegOpenKeyExW(root, key_name, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    if (status != ERROR_SUCCESS)
        return status;
    status = RegQueryValueExW(key, process_name, NULL, NULL, (BYTE *)&holder->process, &bytes);
    bytes = sizeof holder->start;
    if (status == ERROR_SUCCESS)
        status = RegQueryValueExW(key, start_name, NULL, NULL, (BYTE *)&holder->start, &bytes);
    if (RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                         &written) == ERROR_SUCCESS) {
        GetSystemTimeAsFileTime(&now);
        holder->is_old = clock_unix_ms(&now) - clock_unix_ms(&written) > OLD_MS;
    }
    RegCloseKey(key);
    return status;
}

/* Returns whether the holder has ended. A process that cannot be opened can be another process with
 * the ID of the holder, e.g. of a user who denies access to it. */
static bool has_ended(const struct holder *holder)
{
    ULONGLONG start;
    HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, holder->process);
    if (!process)
        return GetLastError() == ERROR_INVALID_PARAMETER || holder->is_old;
    DWORD code = STILL_ACTIVE;
    bool has = (GetExitCodeProcess(process, &code) && code != STILL_ACTIVE) ||
               (start_of(process, &start) && start != holder->start);
    CloseHandle(process);
    return has;
}

/* Creates the subkey. *is_there: it exists already. */
static LSTATUS create(HKEY root, const struct holder *own, bool *is_there)
{
    HKEY parent, key;
    DWORD disposition;
    SECURITY_ATTRIBUTES security = {sizeof security, store_security_make(key_sddl), FALSE};
    if (!security.lpSecurityDescriptor)
        return ERROR_NOT_ENOUGH_MEMORY;
    /* Below an open key, so that a missing parent is not created, too, as a volatile key. */
    LSTATUS status =
        RegOpenKeyExW(root, STORE_RECORD_KEY, 0, KEY_CREATE_SUB_KEY | KEY_WOW64_64KEY, &parent);
    if (status == ERROR_SUCCESS) {
        status = RegCreateKeyExW(parent, name, 0, NULL, REG_OPTION_VOLATILE,
                                 KEY_SET_VALUE | KEY_WOW64_64KEY, &security, &key, &disposition);
        RegCloseKey(parent);
    }
    LocalFree(security.lpSecurityDescriptor);
    if (status != ERROR_SUCCESS)
        return status;
    *is_there = disposition != REG_CREATED_NEW_KEY;
    if (!*is_there) {
        status = RegSetValueExW(key, start_name, 0, REG_BINARY, (const BYTE *)&own->start,
                                sizeof own->start);
        if (status == ERROR_SUCCESS)
            status = RegSetValueExW(key, process_name, 0, REG_DWORD, (const BYTE *)&own->process,
                                    sizeof own->process);
    }
    RegCloseKey(key);
    return status;
}

/* Two processes can find the guard of an ended process at the same time, and the later one deletes
 * the guard that the other one has just created. So the holder looks again. */
static bool is_own(HKEY root, const struct holder *own)
{
    struct holder found;
    Sleep(SETTLE_MS);
    return read_holder(root, &found) == ERROR_SUCCESS && found.process == own->process &&
           found.start == own->start;
}

bool store_guard_enter(HKEY root, struct fault *fault)
{
    struct holder own = {.process = GetCurrentProcessId()}, found;
    DWORD begun = GetTickCount(), silent_since = begun;
    start_of(GetCurrentProcess(), &own.start);
    while (GetTickCount() - begun < STORE_GUARD_WAIT_MS) {
        bool is_there = false;
        LSTATUS status = create(root, &own, &is_there);
        if (status == ERROR_FILE_NOT_FOUND && !store_record_prepare(root, fault))
            return false;
        if (status != ERROR_SUCCESS && status != ERROR_KEY_DELETED &&
            status != ERROR_FILE_NOT_FOUND)
            return system_fault(fault, FAULT_STORE, (uint32_t)status,
                                "The registry key HKEY_LOCAL_MACHINE\\SOFTWARE\\maxport\\Creating "
                                "could not be written");
        if (status == ERROR_SUCCESS && !is_there && is_own(root, &own))
            return true;
        bool is_known = read_holder(root, &found) == ERROR_SUCCESS;
        if (is_known)
            silent_since = GetTickCount();
        /* A process that was ended right after it created the key has written nothing into it. */
        if (is_known ? has_ended(&found) : GetTickCount() - silent_since > STORE_GUARD_WAIT_MS / 2)
            store_guard_leave(root);
        else
            Sleep(POLL_MS);
    }
    return fault_set(fault, FAULT_BUSY, 0,
                     "Another maxport (process %lu) is creating the store. Nothing was written. "
                     "Run the command again.",
                     (unsigned long)found.process);
}

void store_guard_leave(HKEY root)
{
    store_record_delete_key(root, key_name);
}
