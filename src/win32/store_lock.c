#include "win32/store_lock.h"

#include "core/base/text.h"
#include "win32/lib/wide.h"
#include "win32/store_file.h"

#include <stdio.h>
#include <string.h>

enum { LOCK_POLL_MS = 50 };

static const wchar_t lock_name[] = L"lock";

/* The locked bytes are far beyond the content of the file. Windows does not allow other processes
 * to read a locked byte, but they must be able to read the holder's name in the content. */
enum lock_byte { BYTE_OF_WRITER, BYTE_OF_COPIES };

static OVERLAPPED place_of(enum lock_byte byte)
{
    return (OVERLAPPED){.Offset = byte, .OffsetHigh = 0x7fffffff};
}

static bool is_taken(DWORD error)
{
    return error == ERROR_LOCK_VIOLATION || error == ERROR_IO_PENDING;
}

/* Locks a byte. Returns a Win32 error code. If another process still had the lock after wait_ms,
 * is_taken() returns true for this code. */
static DWORD lock_byte(HANDLE file, enum lock_byte byte, uint32_t wait_ms)
{
    DWORD start = GetTickCount();
    for (;;) {
        OVERLAPPED place = place_of(byte);
        BOOL is_locked =
            LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &place);
        DWORD error = GetLastError(), waited = GetTickCount() - start;
        if (is_locked)
            return ERROR_SUCCESS;
        if (!is_taken(error) || waited >= wait_ms)
            return error;
        Sleep(wait_ms - waited < LOCK_POLL_MS ? wait_ms - waited : LOCK_POLL_MS);
    }
}

/* Reads the text that the holder wrote, e.g. "process 1234 (Administrator)". Returns
 * false if the holder wrote nothing. */
static bool read_holder(HANDLE file, char holder[256])
{
    DWORD got = 0;
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    if (!ReadFile(file, holder, 255, &got, NULL) || got == 0)
        return false;
    struct text safe;
    text_init(&safe);
    text_safe(&safe, holder, got);
    snprintf(holder, 256, "%s", text_string(&safe));
    text_release(&safe);
    return holder[0] != '\0';
}

/* Writes who has the lock. The text is only informative, so failures are ignored. */
static void write_holder(HANDLE file)
{
    wchar_t account[257] = L"";
    DWORD count = 257, written;
    char utf8[257 * 3], holder[sizeof utf8 + 64];
    GetUserNameW(account, &count);
    wide_copy_utf8(account, utf8, sizeof utf8);
    snprintf(holder, sizeof holder, "process %lu (%s)", (unsigned long)GetCurrentProcessId(), utf8);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    SetEndOfFile(file);
    WriteFile(file, holder, (DWORD)strlen(holder), &written, NULL);
}

bool store_lock(void *context, uint32_t wait_ms, struct fault *fault)
{
    struct store_adapter *adapter = context;
    struct store_name name;
    struct store_folder folder;
    wchar_t path[STORE_PATH_CHARACTERS];
    HANDLE file = NULL;
    bool is_new;
    if (adapter->lock != INVALID_HANDLE_VALUE)
        return fault_set(fault, FAULT_FAILED, 0, "This program has already locked the store.");
    if (!store_file_locate(adapter, "lock", &name, &folder, fault))
        return false;
    bool is_open = store_folder_path(&folder, lock_name, path, fault) &&
                   store_file_open_or_make(&folder, lock_name, GENERIC_READ | GENERIC_WRITE,
                                           &is_new, &file, fault);
    store_folder_close(&folder);
    if (!is_open)
        return false;
    DWORD error = lock_byte(file, BYTE_OF_WRITER, wait_ms);
    if (!error) {
        write_holder(file);
        adapter->lock = file;
        return true;
    }
    char holder[256];
    bool is_known = read_holder(file, holder);
    CloseHandle(file);
    if (!is_taken(error))
        return store_fault(fault, FAULT_STORE, error, path, "locked");
    return fault_set(fault, FAULT_BUSY, error,
                     "Another maxport is making a change%s%s. Nothing was changed; try again "
                     "when it is done.",
                     is_known ? ": " : "", is_known ? holder : "");
}

void store_unlock(void *context)
{
    struct store_adapter *adapter = context;
    if (adapter->lock == INVALID_HANDLE_VALUE)
        return;
    /* Delete the holder's name before unlocking, because afterwards the file may contain the next
     * holder's name. */
    SetFilePointer(adapter->lock, 0, NULL, FILE_BEGIN);
    SetEndOfFile(adapter->lock);
    OVERLAPPED place = place_of(BYTE_OF_WRITER);
    UnlockFileEx(adapter->lock, 0, 1, 0, &place);
    CloseHandle(adapter->lock);
    adapter->lock = INVALID_HANDLE_VALUE;
}

bool store_lock_copies(const struct store_folder *root, uint32_t wait_ms, HANDLE *file,
                       struct fault *fault)
{
    bool is_new;
    if (!store_file_open_or_make(root, lock_name, GENERIC_READ | GENERIC_WRITE, &is_new, file,
                                 fault))
        return false;
    DWORD error = lock_byte(*file, BYTE_OF_COPIES, wait_ms);
    if (!error)
        return true;
    CloseHandle(*file);
    if (is_taken(error))
        return fault_set(fault, FAULT_BUSY, error, "Another maxport is updating them.");
    wchar_t path[STORE_PATH_CHARACTERS];
    return store_folder_path(root, lock_name, path, fault) &&
           store_fault(fault, FAULT_STORE, error, path, "locked");
}
