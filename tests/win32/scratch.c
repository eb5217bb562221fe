#include "scratch.h"

#include "win32/store.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

late_function scratch_query_process;

static const wchar_t lock_holder_variable[] = L"MAXPORT_TEST_LOCK_HOLDER";
static const wchar_t key_variable[] = L"MAXPORT_TEST_KEY";
static const wchar_t ready_variable[] = L"MAXPORT_TEST_READY";

static void remove_tree(const wchar_t *path)
{
    wchar_t pattern[MAX_PATH + 2], child[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    snwprintf(pattern, MAX_PATH + 2, L"%ls\\*", path);
    HANDLE search = FindFirstFileW(pattern, &found);
    while (search != INVALID_HANDLE_VALUE) {
        snwprintf(child, 2 * MAX_PATH, L"%ls\\%ls", path, found.cFileName);
        SetFileAttributesW(child, FILE_ATTRIBUTE_NORMAL);
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0) {
            /* "." and ".." are the folder itself and its parent. */
        } else if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) {
            DeleteFileW(child);
        } else if (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) {
            RemoveDirectoryW(child);
        } else {
            remove_tree(child);
        }
        if (!FindNextFileW(search, &found)) {
            FindClose(search);
            break;
        }
    }
    RemoveDirectoryW(path);
}

static void remove_key(HKEY parent, const wchar_t *name)
{
    HKEY key;
    wchar_t child[256];
    DWORD count = 256;
    if (RegOpenKeyExW(parent, name, 0, KEY_READ, &key) == ERROR_SUCCESS) {
        while (RegEnumKeyExW(key, 0, child, &count, NULL, NULL, NULL, NULL) == ERROR_SUCCESS) {
            remove_key(key, child);
            count = 256;
        }
        RegCloseKey(key);
    }
    RegDeleteKeyW(parent, name);
}

void scratch_open(struct scratch *scratch)
{
    static unsigned count; /* makes the names of each scratch unique */
    wchar_t base[MAX_PATH];
    count++;
    ck_assert_uint_ne(GetTempPathW(MAX_PATH - 64, base), 0);
    snwprintf(scratch->folder, MAX_PATH, L"%lsmaxport-test-%lu-%u", base,
              (unsigned long)GetCurrentProcessId(), count);
    /* An earlier run that was killed may have had the same process ID and left this folder. */
    remove_tree(scratch->folder);
    ck_assert(CreateDirectoryW(scratch->folder, NULL));
    snwprintf(scratch->key_name, 64, L"Software\\maxport-test-%lu-%u",
              (unsigned long)GetCurrentProcessId(), count);
    LSTATUS status =
        RegCreateKeyExW(HKEY_CURRENT_USER, scratch->key_name, 0, NULL, REG_OPTION_NON_VOLATILE,
                        KEY_ALL_ACCESS, NULL, &scratch->key, NULL);
    ck_assert_int_eq(status, ERROR_SUCCESS);
}

void scratch_close(struct scratch *scratch)
{
    RegCloseKey(scratch->key);
    remove_key(HKEY_CURRENT_USER, scratch->key_name);
    /* An abandoned thread of the store may still create a file in the folder. */
    for (int i = 0; i < 60 && scratch_exists(scratch->folder); i++) {
        if (i)
            Sleep(50);
        remove_tree(scratch->folder);
    }
    ck_assert(!scratch_exists(scratch->folder));
}

wchar_t *scratch_path(const struct scratch *scratch, const wchar_t *name, wchar_t path[MAX_PATH])
{
    snwprintf(path, MAX_PATH, L"%ls\\%ls", scratch->folder, name);
    return path;
}

void scratch_write(const wchar_t *path, const char *content)
{
    DWORD written;
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    ck_assert_ptr_ne(file, INVALID_HANDLE_VALUE);
    ck_assert(WriteFile(file, content, (DWORD)strlen(content), &written, NULL));
    CloseHandle(file);
}

void scratch_expect(const wchar_t *path, const char *content)
{
    char data[4096];
    DWORD got = 0;
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(file, INVALID_HANDLE_VALUE);
    ck_assert(ReadFile(file, data, sizeof data - 1, &got, NULL));
    CloseHandle(file);
    data[got] = '\0';
    ck_assert_str_eq(data, content);
}

bool scratch_exists(const wchar_t *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* ------------------------------------------------------------ other programs */

struct held {
    HANDLE file;
    DWORD ms;
};

static DWORD WINAPI close_later(void *context)
{
    struct held *held = context;
    Sleep(held->ms);
    CloseHandle(held->file);
    HeapFree(GetProcessHeap(), 0, held);
    return 0;
}

HANDLE scratch_hold(const wchar_t *path, DWORD ms)
{
    struct held *held = HeapAlloc(GetProcessHeap(), 0, sizeof *held);
    ck_assert_ptr_nonnull(held);
    held->ms = ms;
    held->file = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(held->file, INVALID_HANDLE_VALUE);
    HANDLE thread = CreateThread(NULL, 0, close_later, held, 0, NULL);
    ck_assert_ptr_nonnull(thread);
    return thread;
}

HANDLE scratch_start_lock_holder(const struct scratch *scratch, const wchar_t *folder)
{
    wchar_t program[MAX_PATH], ready[64];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    snwprintf(ready, 64, L"maxport-test-ready-%lu", (unsigned long)GetCurrentProcessId());
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, ready);
    ck_assert_ptr_nonnull(event);
    ck_assert_uint_ne(GetModuleFileNameW(NULL, program, MAX_PATH), 0);
    SetEnvironmentVariableW(lock_holder_variable, folder);
    SetEnvironmentVariableW(key_variable, scratch->key_name);
    SetEnvironmentVariableW(ready_variable, ready);
    BOOL is_started =
        CreateProcessW(program, NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process);
    SetEnvironmentVariableW(lock_holder_variable, NULL);
    SetEnvironmentVariableW(key_variable, NULL);
    SetEnvironmentVariableW(ready_variable, NULL);
    ck_assert(is_started);
    CloseHandle(process.hThread);
    HANDLE either[] = {event, process.hProcess};
    ck_assert_uint_eq(WaitForMultipleObjects(2, either, FALSE, 20000), WAIT_OBJECT_0);
    CloseHandle(event);
    return process.hProcess;
}

bool scratch_play_other_process(int *exit_code)
{
    wchar_t folder[MAX_PATH], key_name[64], ready[64];
    HKEY key;
    struct store_adapter adapter;
    struct store store;
    struct fault fault;
    if (!GetEnvironmentVariableW(lock_holder_variable, folder, MAX_PATH) ||
        !GetEnvironmentVariableW(key_variable, key_name, 64) ||
        !GetEnvironmentVariableW(ready_variable, ready, 64)) {
        return false;
    }
    *exit_code = 1;
    HANDLE event = OpenEventW(EVENT_MODIFY_STATE, FALSE, ready);
    if (event && RegOpenKeyExW(HKEY_CURRENT_USER, key_name, 0, KEY_ALL_ACCESS, &key) == 0 &&
        store_at(folder, key, &adapter, &store, &fault) && store.lock(&adapter, 0, &fault)) {
        SetEvent(event);
        Sleep(30000); /* the test ends this process earlier */
    }
    return true;
}
