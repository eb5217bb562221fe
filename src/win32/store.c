#include "win32/store.h"

#include "win32/file.h"
#include "win32/late.h"
#include "win32/random.h"
#include "win32/system_message.h"
#include "win32/trust.h"
#include "win32/wide.h"

#include <aclapi.h>
#include <sddl.h>
#include <shlobj.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum {
    PATH_CHARACTERS = STORE_FOLDER_CHARACTERS + 128, /* a folder and a name in it */
    LARGEST_FILE_BYTES = 256 << 20,
    LOCK_POLL_MS = 50,
    ASIDE_ATTEMPTS = 1000,
    MAKE_ATTEMPTS = 4,
};

/* Owner Administrators; protected: nothing comes down from ProgramData, where any
 * user may make files. 0x1200a9 is FILE_GENERIC_READ | FILE_GENERIC_EXECUTE. */
static const wchar_t folder_sddl[] =
    L"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)";
static const wchar_t private_folder_sddl[] = L"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
/* Of the lock and of what is appended to: whoever may open a file, if only to read it, may
 * keep everybody else from opening it. */
static const wchar_t private_file_sddl[] = L"O:BAG:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)";
/* No DACL: a file inherits its folder's. */
static const wchar_t file_sddl[] = L"O:BAG:BA";

static const wchar_t private_folder[] = L"changes";

/* ------------------------------------------------------------ faults */

/* *fault for what was tried with a file or folder. Writing failed: FAULT_STORE,
 * unless it is for want of rights or memory. */
static bool path_fault(struct fault *fault, enum fault_kind kind, DWORD error, const wchar_t *path,
                       const char *what)
{
    char utf8[STORE_PATH_SIZE];
    wide_copy_utf8(path, utf8, sizeof utf8);
    system_fault(fault, kind, error, "%s cannot be %s", utf8, what);
    if (kind == FAULT_STORE && fault->kind == FAULT_MISSING) {
        fault->kind = FAULT_STORE;
    }
    return false;
}

/* ------------------------------------------------------------ names */

static bool is_name_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/* "journal.jsonl", "changes\12.reg": ASCII, no way out of the folder, no device. */
static bool is_store_name(const char *name)
{
    const char *component = name;
    for (const char *c = name;; c++) {
        if (*c && *c != '/' && *c != '\\') {
            if (!is_name_character(*c)) {
                return false;
            }
            continue;
        }
        /* A dot at the end is dropped by Windows, so "..." and "x." are other names. */
        if (c == component || c[-1] == '.') {
            return false;
        }
        wchar_t wide[64];
        size_t count = (size_t)(c - component);
        if (count >= sizeof wide / sizeof *wide) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            wide[i] = (wchar_t)component[i];
        }
        if (file_is_device_name(wide, count)) {
            return false;
        }
        if (!*c) {
            return true;
        }
        component = c + 1;
    }
}

static bool locate(struct store_adapter *adapter, struct fault *fault);

static bool full_path(struct store_adapter *adapter, const char *name,
                      wchar_t path[PATH_CHARACTERS], struct fault *fault)
{
    if (!locate(adapter, fault)) {
        return false;
    }
    size_t count = wcslen(adapter->folder), length = strlen(name);
    if (!is_store_name(name) || count + 1 + length + sizeof ".tmp" > PATH_CHARACTERS) {
        return fault_set(fault, FAULT_STORE, ERROR_INVALID_NAME, "%s is no name within the store.",
                         name);
    }
    memcpy(path, adapter->folder, count * sizeof *path);
    path[count++] = L'\\';
    for (size_t i = 0; i <= length; i++) {
        path[count + i] = name[i] == '/' ? L'\\' : (wchar_t)name[i];
    }
    return true;
}

/* ------------------------------------------------------------ descriptors */

/* A descriptor to create with; LocalFree its lpSecurityDescriptor. */
static bool security_make(const wchar_t *sddl, SECURITY_ATTRIBUTES *security, struct fault *fault)
{
    *security = (SECURITY_ATTRIBUTES){.nLength = sizeof *security};
    BOOL is_made = ConvertStringSecurityDescriptorToSecurityDescriptorW(
        sddl, SDDL_REVISION_1, &security->lpSecurityDescriptor, NULL);
    DWORD error = GetLastError();
    if (!is_made) {
        return system_fault(fault, FAULT_STORE, error, "A security descriptor cannot be made");
    }
    return true;
}

/* Owner and DACL of an open file or folder; malloc'ed. */
static DWORD descriptor_read(HANDLE handle, void **descriptor, DWORD *length)
{
    DWORD needed = 512;
    for (;;) {
        void *buffer = malloc(needed);
        if (!buffer) {
            return ERROR_NOT_ENOUGH_MEMORY;
        }
        DWORD capacity = needed;
        BOOL is_read =
            GetKernelObjectSecurity(handle, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                    buffer, capacity, &needed);
        DWORD error = GetLastError();
        if (is_read) {
            *descriptor = buffer;
            *length = capacity;
            return ERROR_SUCCESS;
        }
        free(buffer);
        if (error != ERROR_INSUFFICIENT_BUFFER || needed <= capacity) {
            return error;
        }
    }
}

/* Does this path lie on a volume that keeps access lists? Asked of the folder above,
 * since the path itself might be a link to elsewhere. */
static bool has_access_lists(const wchar_t *path)
{
    wchar_t above[PATH_CHARACTERS], volume[PATH_CHARACTERS + 1];
    DWORD flags = 0;
    memcpy(above, path, (wcslen(path) + 1) * sizeof *above);
    wchar_t *last = wcsrchr(above, L'\\');
    if (last) {
        last[1] = L'\0';
    }
    /* In doubt there are some, and they are judged. */
    return !GetVolumePathNameW(above, volume, PATH_CHARACTERS) ||
           !GetVolumeInformationW(volume, NULL, 0, NULL, NULL, &flags, NULL, 0) ||
           flags & FILE_PERSISTENT_ACLS;
}

/* ------------------------------------------------------------ judging what is there */

enum kind_wanted { WANT_FOLDER, WANT_FILE };

/* Is it of the wanted kind, itself and not a link, and trusted? False: *why says why not. */
static bool judge(HANDLE handle, const wchar_t *path, enum kind_wanted wanted, const char *it,
                  char *why, struct fault *fault, bool *is_trusted)
{
    BY_HANDLE_FILE_INFORMATION information;
    BOOL is_read = GetFileInformationByHandle(handle, &information);
    DWORD error = GetLastError();
    if (!is_read) {
        return path_fault(fault, FAULT_FAILED, error, path, "looked at");
    }
    /* Wine shows a symbolic link only by its path; Windows does by both. */
    DWORD by_path = GetFileAttributesW(path);
    DWORD attributes = information.dwFileAttributes;
    if (by_path != INVALID_FILE_ATTRIBUTES) {
        attributes |= by_path & FILE_ATTRIBUTE_REPARSE_POINT;
    }
    *is_trusted = false;
    if (attributes & FILE_ATTRIBUTE_REPARSE_POINT) {
        snprintf(why, STORE_PATH_SIZE, "%s is a link (a reparse point).", it);
        return true;
    }
    bool is_folder = (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    if (is_folder != (wanted == WANT_FOLDER)) {
        snprintf(why, STORE_PATH_SIZE, "%s is a %s.", it, is_folder ? "folder" : "file");
        return true;
    }
    if (!has_access_lists(path)) {
        *is_trusted = true;
        return true;
    }
    struct trust_account account;
    if (!trust_account_read(&account, fault)) {
        return false;
    }
    void *descriptor = NULL;
    DWORD length = 0;
    error = descriptor_read(handle, &descriptor, &length);
    if (error) {
        return path_fault(fault, FAULT_FAILED, error, path, "looked at (its owner and access)");
    }
    *is_trusted = trust_descriptor(descriptor, length, &account, it, why, STORE_PATH_SIZE);
    free(descriptor);
    return true;
}

/* What a path is. With `access` beyond judging, *handle stays open if it is trusted. */
static bool inspect_path(const wchar_t *path, enum kind_wanted wanted, DWORD access,
                         enum store_state *state, HANDLE *handle, char *why, struct fault *fault)
{
    char it[STORE_PATH_SIZE];
    wide_copy_utf8(path, it, sizeof it);
    why[0] = '\0';
    HANDLE opened;
    /* BACKUP_SEMANTICS also opens folders, so that a wrong kind can be named. */
    DWORD error =
        file_open(path, access | READ_CONTROL | FILE_READ_ATTRIBUTES, OPEN_EXISTING,
                  FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL, &opened);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
        *state = STORE_ABSENT;
        return true;
    }
    if (error == ERROR_ACCESS_DENIED && wanted == WANT_FOLDER) {
        /* No folder of our own keeps an administrator out. */
        struct trust_account account;
        if (!trust_account_read(&account, fault)) {
            return false;
        }
        if (account.is_elevated) {
            snprintf(why, STORE_PATH_SIZE, "%s keeps administrators out.", it);
            *state = STORE_UNTRUSTED;
            return true;
        }
    }
    if (error) {
        return path_fault(fault, FAULT_FAILED, error, path, "opened");
    }
    bool is_trusted = false;
    bool is_judged = judge(opened, path, wanted, it, why, fault, &is_trusted);
    if (is_judged) {
        *state = is_trusted ? STORE_TRUSTED : STORE_UNTRUSTED;
    }
    if (is_judged && is_trusted && handle) {
        *handle = opened;
    } else {
        CloseHandle(opened);
    }
    return is_judged;
}

/* ------------------------------------------------------------ which folder */

/* The first trusted folder named NAME-store-..., if there is one: see refuge_make. */
static bool refuge_find(const wchar_t *name, wchar_t folder[STORE_FOLDER_CHARACTERS])
{
    wchar_t pattern[PATH_CHARACTERS];
    WIN32_FIND_DATAW found;
    const wchar_t *last = wcsrchr(name, L'\\');
    size_t above = last ? (size_t)(last - name) + 1 : 0;
    bool is_found = false;
    snwprintf(pattern, PATH_CHARACTERS, L"%ls-store-*", name);
    HANDLE search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE) {
        return false;
    }
    do {
        wchar_t path[PATH_CHARACTERS];
        char why[STORE_PATH_SIZE];
        enum store_state state;
        struct fault ignored;
        if (above + wcslen(found.cFileName) >= STORE_FOLDER_CHARACTERS) {
            continue;
        }
        snwprintf(path, PATH_CHARACTERS, L"%.*ls%ls", (int)above, name, found.cFileName);
        is_found = inspect_path(path, WANT_FOLDER, 0, &state, NULL, why, &ignored) &&
                   state == STORE_TRUSTED;
        if (is_found) {
            memcpy(folder, path, (wcslen(path) + 1) * sizeof *folder);
        }
    } while (!is_found && FindNextFileW(search, &found));
    FindClose(search);
    return is_found;
}

/* Every function of the port comes by here before it touches the folder: the one that it
 * is named after, unless that is not to be trusted and an administrator had to make
 * another. */
static bool locate(struct store_adapter *adapter, struct fault *fault)
{
    char why[STORE_PATH_SIZE];
    enum store_state state;
    struct fault ignored;
    if (adapter->folder[0]) {
        return true;
    }
    if (!adapter->name[0] && !store_product_folder(adapter->name, fault)) {
        return false;
    }
    if ((inspect_path(adapter->name, WANT_FOLDER, 0, &state, NULL, why, &ignored) &&
         state == STORE_TRUSTED) ||
        !refuge_find(adapter->name, adapter->folder)) {
        memcpy(adapter->folder, adapter->name, sizeof adapter->folder);
    }
    return true;
}

/* Every folder on the way to `path`, the store's own first, is trusted. The names of
 * folders below the store end at backslashes after its name. */
static bool check_folders(struct store_adapter *adapter, wchar_t *path, struct fault *fault)
{
    for (wchar_t *end = path + wcslen(adapter->folder); end; end = wcschr(end + 1, L'\\')) {
        char why[STORE_PATH_SIZE];
        enum store_state state = STORE_ABSENT;
        *end = L'\0';
        bool is_inspected = inspect_path(path, WANT_FOLDER, 0, &state, NULL, why, fault);
        if (is_inspected && state == STORE_ABSENT) {
            is_inspected = path_fault(fault, FAULT_MISSING, ERROR_PATH_NOT_FOUND, path, "opened");
        } else if (is_inspected && state == STORE_UNTRUSTED) {
            is_inspected = fault_set(fault, FAULT_STORE, 0, "%s It is not used.", why);
        }
        *end = L'\\';
        if (!is_inspected) {
            return false;
        }
    }
    return true;
}

/* Path and folders of a file that is to be written. */
static bool writable_path(struct store_adapter *adapter, const char *name,
                          wchar_t path[PATH_CHARACTERS], struct fault *fault)
{
    if (!full_path(adapter, name, path, fault)) {
        return false;
    }
    if (!check_folders(adapter, path, fault)) {
        if (fault->kind == FAULT_MISSING || fault->kind == FAULT_FAILED) {
            fault->kind = FAULT_STORE;
        }
        return false;
    }
    return true;
}

/* Opens a file that is there and trusted. FAULT_MISSING: it is not there. */
static bool open_trusted(const wchar_t *path, DWORD access, HANDLE *file, struct fault *fault)
{
    char why[STORE_PATH_SIZE];
    enum store_state state;
    if (!inspect_path(path, WANT_FILE, access, &state, file, why, fault)) {
        return false;
    }
    if (state == STORE_ABSENT) {
        return path_fault(fault, FAULT_MISSING, ERROR_FILE_NOT_FOUND, path, "opened");
    }
    if (state == STORE_UNTRUSTED) {
        return fault_set(fault, FAULT_STORE, 0, "%s It is not used.", why);
    }
    return true;
}

/* ------------------------------------------------------------ making the folder */

static bool store_inspect(void *context, enum store_state *state, char *why, struct fault *fault)
{
    struct store_adapter *adapter = context;
    return locate(adapter, fault) &&
           inspect_path(adapter->folder, WANT_FOLDER, 0, state, NULL, why, fault);
}

/* No record is kept yet: trust is judged by owner and DACL. */
static bool store_record(void *context, struct store_record *record, struct fault *fault)
{
    (void)context;
    (void)fault;
    *record = (struct store_record){.is_present = false};
    return true;
}

/* Renames what is not trusted to NAME-untrusted-N, unread. */
static bool move_aside(const wchar_t *path, char *moved_to, struct fault *fault)
{
    wchar_t aside[PATH_CHARACTERS];
    DWORD error = ERROR_ALREADY_EXISTS;
    for (unsigned n = 1; n <= ASIDE_ATTEMPTS; n++) {
        snwprintf(aside, PATH_CHARACTERS, L"%ls-untrusted-%u", path, n);
        if (GetFileAttributesW(aside) != INVALID_FILE_ATTRIBUTES) {
            continue;
        }
        error = file_rename(path, aside, 0);
        if (error != ERROR_ALREADY_EXISTS && error != ERROR_FILE_EXISTS) {
            break;
        }
    }
    if (error) {
        return path_fault(fault, FAULT_STORE, error, path,
                          "trusted, and it could not be moved out of the way either");
    }
    wide_copy_utf8(aside, moved_to, STORE_PATH_SIZE);
    return true;
}

/* An error that says: this token may not give things to Administrators. The same is
 * then made as the account's own, which trust_descriptor accepts while it is elevated. */
static bool is_about_owner(DWORD error)
{
    return error == ERROR_INVALID_OWNER || error == ERROR_PRIVILEGE_NOT_HELD ||
           error == ERROR_INVALID_PRIMARY_GROUP;
}

/* The part of an SDDL string after "O:BAG:BA". */
static const wchar_t *without_owner(const wchar_t *sddl)
{
    return sddl + sizeof "O:BAG:BA" - 1;
}

static bool make_folder(const wchar_t *path, const wchar_t *sddl, bool *is_there,
                        struct fault *fault)
{
    SECURITY_ATTRIBUTES security;
    DWORD error = ERROR_INVALID_OWNER;
    for (unsigned attempt = 0; attempt < 2 && is_about_owner(error); attempt++) {
        if (!security_make(attempt == 0 ? sddl : without_owner(sddl), &security, fault)) {
            return false;
        }
        BOOL is_made = CreateDirectoryW(path, &security);
        error = GetLastError();
        LocalFree(security.lpSecurityDescriptor);
        if (is_made) {
            error = ERROR_SUCCESS;
        }
    }
    *is_there = error == ERROR_ALREADY_EXISTS;
    if (error && !*is_there) {
        return path_fault(fault, FAULT_STORE, error, path, "made");
    }
    return true;
}

static bool privilege_set(HANDLE token, const wchar_t *name, TOKEN_PRIVILEGES *before)
{
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1};
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    DWORD length;
    return LookupPrivilegeValueW(NULL, name, &wanted.Privileges[0].Luid) &&
           AdjustTokenPrivileges(token, FALSE, &wanted, sizeof *before, before, &length);
}

/* Gives a trusted folder the owner and access that we would have made it with, as
 * far as this account may: it is trusted already, so failing changes nothing. */
static void mend_security(const wchar_t *path, const wchar_t *sddl)
{
    SECURITY_ATTRIBUTES security;
    struct fault ignored;
    if (!security_make(sddl, &security, &ignored)) {
        return;
    }
    /* To give the folder to Administrators may take these. */
    static const wchar_t *const privileges[] = {L"SeTakeOwnershipPrivilege", L"SeRestorePrivilege"};
    enum { PRIVILEGES = sizeof privileges / sizeof *privileges };
    TOKEN_PRIVILEGES before[PRIVILEGES];
    bool is_set[PRIVILEGES] = {false};
    HANDLE token = NULL;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token)) {
        for (unsigned i = 0; i < PRIVILEGES; i++) {
            is_set[i] = privilege_set(token, privileges[i], &before[i]);
        }
    }
    PSID owner = NULL;
    PACL dacl = NULL;
    BOOL is_present, is_defaulted;
    GetSecurityDescriptorOwner(security.lpSecurityDescriptor, &owner, &is_defaulted);
    GetSecurityDescriptorDacl(security.lpSecurityDescriptor, &is_present, &dacl, &is_defaulted);
    const SECURITY_INFORMATION of_dacl =
        DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    HANDLE folder;
    const DWORD flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
    if (!file_open(path, READ_CONTROL | WRITE_DAC, OPEN_EXISTING, flags, NULL, &folder)) {
        SetSecurityInfo(folder, SE_FILE_OBJECT, of_dacl, NULL, NULL, dacl, NULL);
        CloseHandle(folder);
    }
    if (!file_open(path, WRITE_OWNER, OPEN_EXISTING, flags, NULL, &folder)) {
        SetSecurityInfo(folder, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, owner, NULL, NULL,
                        NULL);
        CloseHandle(folder);
    }
    if (token) {
        for (unsigned i = 0; i < PRIVILEGES; i++) {
            if (is_set[i]) {
                AdjustTokenPrivileges(token, FALSE, &before[i], 0, NULL, NULL);
            }
        }
        CloseHandle(token);
    }
    LocalFree(security.lpSecurityDescriptor);
}

/* Ends with a trusted folder. Others may make or remove things meanwhile, so it is
 * looked at afresh after each step, but not for ever. */
static bool prepare_folder(const wchar_t *path, const wchar_t *sddl, char *moved_to,
                           struct fault *fault)
{
    char why[STORE_PATH_SIZE] = "";
    bool is_ours = false;
    for (unsigned attempt = 0; attempt < MAKE_ATTEMPTS; attempt++) {
        enum store_state state;
        if (!inspect_path(path, WANT_FOLDER, 0, &state, NULL, why, fault)) {
            break;
        }
        if (state == STORE_TRUSTED) {
            if (!is_ours) {
                mend_security(path, sddl);
            }
            return true;
        }
        if (state == STORE_UNTRUSTED && is_ours) {
            return fault_set(fault, FAULT_STORE, 0,
                             "%s It was only just made; this disk does not keep it safe.", why);
        }
        bool is_there = false;
        if (!(state == STORE_UNTRUSTED ? move_aside(path, moved_to, fault)
                                       : make_folder(path, sddl, &is_there, fault))) {
            return false;
        }
        is_ours = state == STORE_ABSENT && !is_there;
        char utf8[STORE_PATH_SIZE];
        wide_copy_utf8(path, utf8, sizeof utf8);
        fault_set(fault, FAULT_STORE, 0,
                  "%s cannot be made: another one is put there again and again.", utf8);
    }
    if (fault->kind != FAULT_DENIED && fault->kind != FAULT_NO_MEMORY) {
        fault->kind = FAULT_STORE;
    }
    return false;
}

/* Any user can make a folder of our name before we do, and keep it from being moved aside
 * by keeping it open. Then the store goes where nobody can predict it. */
static bool refuge_make(struct store_adapter *adapter, struct fault *fault)
{
    wchar_t path[PATH_CHARACTERS];
    char moved[STORE_PATH_SIZE];
    unsigned long long number;
    if (!random_fill(&number, sizeof number, fault)) {
        return false;
    }
    snwprintf(path, PATH_CHARACTERS, L"%ls-store-%016llx", adapter->name, number);
    if (wcslen(path) >= STORE_FOLDER_CHARACTERS ||
        !prepare_folder(path, folder_sddl, moved, fault)) {
        return false;
    }
    memcpy(adapter->folder, path, sizeof adapter->folder);
    return true;
}

/* The folder of the store itself, or one in its place. */
static bool prepare_store(struct store_adapter *adapter, struct store_preparation *preparation,
                          struct fault *fault)
{
    char why[STORE_PATH_SIZE];
    enum store_state state;
    struct fault ignored;
    if (prepare_folder(adapter->folder, folder_sddl, preparation->moved_to, fault)) {
        return true;
    }
    if (!inspect_path(adapter->folder, WANT_FOLDER, 0, &state, NULL, why, &ignored) ||
        state != STORE_UNTRUSTED || !refuge_make(adapter, fault)) {
        return false;
    }
    wide_copy_utf8(adapter->name, preparation->given_up, sizeof preparation->given_up);
    return true;
}

static bool store_prepare(void *context, struct store_preparation *preparation,
                          struct fault *fault)
{
    struct store_adapter *adapter = context;
    wchar_t changes[PATH_CHARACTERS];
    char changes_moved[STORE_PATH_SIZE] = "";
    *preparation = (struct store_preparation){0};
    if (!locate(adapter, fault)) {
        return false;
    }
    struct trust_account account;
    if (!trust_account_read(&account, fault)) {
        return false;
    }
    if (!account.is_elevated) {
        return fault_set(fault, FAULT_DENIED, ERROR_ACCESS_DENIED,
                         "Only an administrator may set up maxport's folder.");
    }
    bool is_prepared = prepare_store(adapter, preparation, fault);
    if (is_prepared) {
        snwprintf(changes, PATH_CHARACTERS, L"%ls\\%ls", adapter->folder, private_folder);
        is_prepared = prepare_folder(changes, private_folder_sddl, changes_moved, fault);
    }
    if (!preparation->moved_to[0]) {
        strcpy(preparation->moved_to, changes_moved);
    }
    return is_prepared;
}

/* ------------------------------------------------------------ the lock */

/* A byte that no content reaches: on Windows a locked byte cannot be read either,
 * and others want to read who holds the lock. */
static OVERLAPPED lock_byte(void)
{
    return (OVERLAPPED){.Offset = 0, .OffsetHigh = 0x7fffffff};
}

/* "process 1234 (Administrator)", as the holder wrote it; false when it did not. */
static bool read_holder(HANDLE file, char holder[256])
{
    DWORD got = 0;
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    if (!ReadFile(file, holder, 255, &got, NULL) || got == 0) {
        return false;
    }
    struct text safe;
    text_init(&safe);
    text_safe(&safe, holder, got);
    snprintf(holder, 256, "%s", text_string(&safe));
    text_release(&safe);
    return holder[0] != '\0';
}

/* For people only, so failing is harmless. */
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

static DWORD create_with(const wchar_t *path, const wchar_t *sddl, DWORD access, HANDLE *file,
                         struct fault *fault)
{
    SECURITY_ATTRIBUTES security;
    if (!security_make(sddl, &security, fault)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    DWORD error = file_open(path, access, CREATE_NEW,
                            FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, &security, file);
    LocalFree(security.lpSecurityDescriptor);
    return error;
}

/* As create_with, owned by Administrators or else by the account. */
static DWORD create_owned(const wchar_t *path, const wchar_t *sddl, DWORD access, HANDLE *file,
                          struct fault *fault)
{
    DWORD error = create_with(path, sddl, access, file, fault);
    if (is_about_owner(error)) {
        error = create_with(path, without_owner(sddl), access, file, fault);
    }
    return error;
}

/* Opens a trusted file, or makes one. *is_new says which. */
static bool open_or_create(const wchar_t *path, const wchar_t *sddl, DWORD access, bool *is_new,
                           HANDLE *file, struct fault *fault)
{
    DWORD error = ERROR_FILE_EXISTS;
    for (unsigned attempt = 0; attempt < MAKE_ATTEMPTS && error == ERROR_FILE_EXISTS; attempt++) {
        *is_new = false;
        if (open_trusted(path, access, file, fault)) {
            return true;
        }
        if (fault->kind != FAULT_MISSING) {
            if (fault->kind == FAULT_FAILED) {
                fault->kind = FAULT_STORE;
            }
            return false;
        }
        *is_new = true;
        error = create_owned(path, sddl, access, file, fault);
    }
    return error ? path_fault(fault, FAULT_STORE, error, path, "made") : true;
}

static bool store_lock(void *context, uint32_t wait_ms, struct fault *fault)
{
    struct store_adapter *adapter = context;
    wchar_t path[PATH_CHARACTERS];
    HANDLE file;
    bool is_new;
    if (adapter->lock != INVALID_HANDLE_VALUE) {
        return fault_set(fault, FAULT_FAILED, 0, "The store is locked by this program already.");
    }
    if (!writable_path(adapter, "lock", path, fault) ||
        !open_or_create(path, private_file_sddl, GENERIC_READ | GENERIC_WRITE, &is_new, &file,
                        fault)) {
        return false;
    }
    DWORD start = GetTickCount(), error;
    for (;;) {
        OVERLAPPED byte = lock_byte();
        BOOL is_locked =
            LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &byte);
        error = GetLastError();
        if (is_locked) {
            write_holder(file);
            adapter->lock = file;
            return true;
        }
        DWORD waited = GetTickCount() - start;
        if ((error != ERROR_LOCK_VIOLATION && error != ERROR_IO_PENDING) || waited >= wait_ms) {
            break;
        }
        Sleep(wait_ms - waited < LOCK_POLL_MS ? wait_ms - waited : LOCK_POLL_MS);
    }
    char holder[256];
    bool is_known = read_holder(file, holder);
    CloseHandle(file);
    if (error != ERROR_LOCK_VIOLATION && error != ERROR_IO_PENDING) {
        return path_fault(fault, FAULT_STORE, error, path, "locked");
    }
    return fault_set(fault, FAULT_BUSY, error,
                     "Another maxport is changing things%s%s. Nothing was touched; try again when "
                     "it is done.",
                     is_known ? ": " : "", is_known ? holder : "");
}

static void store_unlock(void *context)
{
    store_close(context);
}

void store_close(struct store_adapter *adapter)
{
    if (adapter->lock == INVALID_HANDLE_VALUE) {
        return;
    }
    /* The name goes first, or the next holder's would be wiped. */
    SetFilePointer(adapter->lock, 0, NULL, FILE_BEGIN);
    SetEndOfFile(adapter->lock);
    OVERLAPPED byte = lock_byte();
    UnlockFileEx(adapter->lock, 0, 1, 0, &byte);
    CloseHandle(adapter->lock);
    adapter->lock = INVALID_HANDLE_VALUE;
}

/* ------------------------------------------------------------ writing one file */

/* Writes a file that is not there yet, whole or not at all. */
static bool create_at(const wchar_t *path, const void *data, size_t length, struct fault *fault)
{
    HANDLE file;
    DWORD error = create_owned(path, file_sddl, GENERIC_WRITE, &file, fault);
    if (error) {
        bool is_there = error == ERROR_FILE_EXISTS || error == ERROR_ALREADY_EXISTS;
        return path_fault(fault, is_there ? FAULT_EXISTS : FAULT_STORE, error, path, "made");
    }
    error = file_write(file, data, length);
    CloseHandle(file);
    if (error) {
        file_delete(path);
        return path_fault(fault, FAULT_STORE, error, path, "written");
    }
    return true;
}

/* Back to what it was. */
static void cut_off(HANDLE file, LARGE_INTEGER end)
{
    if (SetFilePointerEx(file, end, NULL, FILE_BEGIN) && SetEndOfFile(file)) {
        FlushFileBuffers(file);
    }
}

/* ------------------------------------------------------------ the copy of a private file */

static void copy_path(const wchar_t *path, wchar_t copy[PATH_CHARACTERS])
{
    snwprintf(copy, PATH_CHARACTERS, L"%ls.copy", path);
}

/* For whoever may not read the file itself. An old copy, which somebody kept from being
 * written, is none. */
static bool read_copy(const wchar_t *path, char **data, size_t *length, struct fault *fault)
{
    wchar_t copy[PATH_CHARACTERS];
    DWORD start = GetTickCount();
    copy_path(path, copy);
    for (;;) {
        WIN32_FILE_ATTRIBUTE_DATA original;
        HANDLE file;
        if (!open_trusted(copy, GENERIC_READ, &file, fault)) {
            return false;
        }
        DWORD error = file_read(file, LARGEST_FILE_BYTES, data, length);
        CloseHandle(file);
        if (error) {
            return path_fault(fault, FAULT_FAILED, error, copy, "read");
        }
        if (GetFileAttributesExW(path, GetFileExInfoStandard, &original) &&
            original.nFileSizeHigh == 0 && original.nFileSizeLow == *length) {
            return true;
        }
        free(*data);
        if (GetTickCount() - start >= FILE_PATIENCE_MS) {
            char utf8[STORE_PATH_SIZE];
            wide_copy_utf8(copy, utf8, sizeof utf8);
            return fault_set(fault, FAULT_FAILED, ERROR_SHARING_VIOLATION,
                             "%s is not up to date. An administrator sees everything.", utf8);
        }
        Sleep(LOCK_POLL_MS); /* a change may be on its way */
    }
}

/* The whole file, in place of a copy that is of something else. */
static void renew_copy(const wchar_t *path, const wchar_t *copy)
{
    wchar_t temporary[PATH_CHARACTERS];
    HANDLE file;
    char *data;
    size_t length;
    struct fault ignored;
    snwprintf(temporary, PATH_CHARACTERS, L"%ls.tmp", path);
    if (!open_trusted(path, GENERIC_READ, &file, &ignored)) {
        return;
    }
    DWORD error = file_read(file, LARGEST_FILE_BYTES, &data, &length);
    CloseHandle(file);
    if (error) {
        return;
    }
    if (!file_delete(temporary) && create_at(temporary, data, length, &ignored) &&
        file_rename(temporary, copy, MOVEFILE_REPLACE_EXISTING)) {
        file_delete(temporary);
    }
    free(data);
}

/* After an append to the file that had so many bytes. Best effort, and without patience:
 * users may open the copy, so they can be in its way, but not in ours. */
static void append_to_copy(const wchar_t *path, LONGLONG before, const void *data, size_t length)
{
    wchar_t copy[PATH_CHARACTERS];
    LARGE_INTEGER zero = {.QuadPart = 0}, end;
    copy_path(path, copy);
    HANDLE file =
        CreateFileW(copy, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    DWORD error = GetLastError();
    if (file == INVALID_HANDLE_VALUE) {
        if (error == ERROR_FILE_NOT_FOUND) {
            renew_copy(path, copy);
        }
        return;
    }
    bool is_alike = SetFilePointerEx(file, zero, &end, FILE_END) && end.QuadPart == before;
    if (is_alike && file_write(file, data, length)) {
        cut_off(file, end);
    }
    CloseHandle(file);
    if (!is_alike) {
        renew_copy(path, copy);
    }
}

/* ------------------------------------------------------------ files in the folder */

static bool store_read(void *context, enum store_view view, const char *name, char **data,
                       size_t *length, struct fault *fault)
{
    struct store_adapter *adapter = context;
    wchar_t path[PATH_CHARACTERS];
    HANDLE file;
    if (!full_path(adapter, name, path, fault) || !check_folders(adapter, path, fault)) {
        return false;
    }
    if (!open_trusted(path, GENERIC_READ, &file, fault)) {
        struct fault of_copy; /* where there is none, what is wrong with the file is told */
        if (view == STORE_PUBLIC && fault->kind == FAULT_DENIED &&
            !read_copy(path, data, length, &of_copy)) {
            if (of_copy.kind != FAULT_MISSING) {
                *fault = of_copy;
            }
            return false;
        }
        return view == STORE_PUBLIC && fault->kind == FAULT_DENIED;
    }
    DWORD error = file_read(file, LARGEST_FILE_BYTES, data, length);
    CloseHandle(file);
    return error ? path_fault(fault, FAULT_FAILED, error, path, "read") : true;
}

static bool store_create(void *context, const char *name, const void *data, size_t length,
                         struct fault *fault)
{
    struct store_adapter *adapter = context;
    wchar_t path[PATH_CHARACTERS];
    return writable_path(adapter, name, path, fault) && create_at(path, data, length, fault);
}

static bool store_replace(void *context, const char *name, const void *data, size_t length,
                          struct fault *fault)
{
    struct store_adapter *adapter = context;
    wchar_t path[PATH_CHARACTERS], temporary[PATH_CHARACTERS];
    if (!writable_path(adapter, name, path, fault)) {
        return false;
    }
    snwprintf(temporary, PATH_CHARACTERS, L"%ls.tmp", path);
    DWORD error = file_delete(temporary); /* what a kill left behind */
    if (error) {
        return path_fault(fault, FAULT_STORE, error, temporary, "deleted");
    }
    if (!create_at(temporary, data, length, fault)) {
        return false;
    }
    error = file_rename(temporary, path, MOVEFILE_REPLACE_EXISTING);
    if (error) {
        file_delete(temporary);
        return path_fault(fault, FAULT_STORE, error, path, "replaced");
    }
    return true;
}

static bool store_append(void *context, const char *name, const void *data, size_t length,
                         struct fault *fault)
{
    struct store_adapter *adapter = context;
    wchar_t path[PATH_CHARACTERS];
    HANDLE file;
    bool is_new;
    if (!writable_path(adapter, name, path, fault) ||
        !open_or_create(path, private_file_sddl, GENERIC_WRITE, &is_new, &file, fault)) {
        return false;
    }
    LARGE_INTEGER zero = {.QuadPart = 0}, end;
    BOOL is_at_end = SetFilePointerEx(file, zero, &end, FILE_END);
    DWORD error = GetLastError();
    if (is_at_end) {
        error = file_write(file, data, length);
        if (error) {
            cut_off(file, end);
        }
    }
    CloseHandle(file);
    if (error && is_new) {
        file_delete(path);
    }
    if (!error) {
        append_to_copy(path, end.QuadPart, data, length);
    }
    return error ? path_fault(fault, FAULT_STORE, error, path, "written") : true;
}

/* Each append keeps its copy up to date. */
static bool store_publish(void *context, struct fault *fault)
{
    (void)context;
    (void)fault;
    return true;
}

static void store_path(void *context, enum store_view view, const char *name,
                       char full[STORE_PATH_SIZE])
{
    (void)view; /* one folder holds both */
    struct store_adapter *adapter = context;
    struct fault ignored; /* then the path is that of the name alone */
    if (!locate(adapter, &ignored)) {
        adapter->folder[0] = L'\0';
    }
    wide_copy_utf8(adapter->folder, full, STORE_PATH_SIZE);
    size_t length = strlen(full);
    if (name[0] == '\0' || length + 1 + strlen(name) >= STORE_PATH_SIZE) {
        return; /* the folder itself */
    }
    full[length++] = '\\';
    for (; *name; name++) {
        full[length++] = *name == '/' ? '\\' : *name;
    }
    full[length] = '\0';
}

/* ------------------------------------------------------------ all of it */

/* Every file directly in a folder; what is no file is named in `other` (of PATH_CHARACTERS). */
static DWORD each_file(const wchar_t *folder, wchar_t *other,
                       DWORD (*visit)(const wchar_t *path, uint64_t bytes, struct store_size *),
                       struct store_size *size)
{
    wchar_t path[PATH_CHARACTERS];
    WIN32_FIND_DATAW found;
    snwprintf(path, PATH_CHARACTERS, L"%ls\\*", folder);
    HANDLE search = FindFirstFileW(path, &found);
    DWORD error = GetLastError();
    if (search == INVALID_HANDLE_VALUE) {
        bool is_empty = error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
        return is_empty ? ERROR_SUCCESS : error;
    }
    BOOL is_more = TRUE;
    for (error = ERROR_SUCCESS; is_more && !error;) {
        if (wcslen(folder) + 1 + wcslen(found.cFileName) >= PATH_CHARACTERS) {
            error = ERROR_FILENAME_EXCED_RANGE;
            break;
        }
        snwprintf(path, PATH_CHARACTERS, L"%ls\\%ls", folder, found.cFileName);
        bool is_itself = !wcscmp(found.cFileName, L".") || !wcscmp(found.cFileName, L"..") ||
                         !wcscmp(found.cFileName, private_folder);
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) {
            error = visit(path, (uint64_t)found.nFileSizeHigh << 32 | found.nFileSizeLow, size);
        } else if (!is_itself && !other[0]) {
            memcpy(other, path, sizeof path);
        }
        if (error && !other[0]) {
            memcpy(other, path, sizeof path);
        }
        is_more = FindNextFileW(search, &found);
    }
    FindClose(search);
    return error;
}

static DWORD count_file(const wchar_t *path, uint64_t bytes, struct store_size *size)
{
    (void)path;
    size->files++;
    size->bytes += bytes;
    return ERROR_SUCCESS;
}

static DWORD delete_file(const wchar_t *path, uint64_t bytes, struct store_size *size)
{
    DWORD error = file_delete(path);
    return error ? error : count_file(path, bytes, size);
}

/* What is named last: the lock, which is held, and the journal. */
static bool is_kept_to_the_end(const wchar_t *path)
{
    const wchar_t *name = wcsrchr(path, L'\\') + 1;
    return !wcscmp(name, L"lock") || !wcscmp(name, L"journal.jsonl");
}

static DWORD delete_early(const wchar_t *path, uint64_t bytes, struct store_size *size)
{
    return is_kept_to_the_end(path) ? ERROR_SUCCESS : delete_file(path, bytes, size);
}

static bool trusted_folder(struct store_adapter *adapter, wchar_t changes[PATH_CHARACTERS],
                           struct fault *fault)
{
    wchar_t beneath[PATH_CHARACTERS];
    return full_path(adapter, "changes", changes, fault) &&
           full_path(adapter, "journal.jsonl", beneath, fault) &&
           check_folders(adapter, beneath, fault);
}

static bool store_measure(void *context, enum store_view view, struct store_size *size,
                          struct fault *fault)
{
    (void)view;
    struct store_adapter *adapter = context;
    struct store_size measured = {0};
    wchar_t changes[PATH_CHARACTERS], other[PATH_CHARACTERS] = L"";
    if (!trusted_folder(adapter, changes, fault)) {
        return false;
    }
    DWORD error = each_file(adapter->folder, other, count_file, &measured);
    if (!error) {
        error = each_file(changes, other, count_file, &measured);
    }
    if (error) {
        return path_fault(fault, FAULT_FAILED, error, changes, "listed");
    }
    *size = measured;
    return true;
}

/* A file that somebody still holds open is there until he closes it, though deleted. */
static DWORD remove_folder(const wchar_t *path)
{
    DWORD error, start = GetTickCount();
    do {
        error = RemoveDirectoryW(path) ? ERROR_SUCCESS : GetLastError();
        if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
            return ERROR_SUCCESS;
        }
        if (error != ERROR_DIR_NOT_EMPTY && error != ERROR_SHARING_VIOLATION) {
            return error;
        }
        Sleep(LOCK_POLL_MS);
    } while (GetTickCount() - start < FILE_PATIENCE_MS);
    return error;
}

static bool store_remove(void *context, struct store_size *removed, struct fault *fault)
{
    struct store_adapter *adapter = context;
    wchar_t changes[PATH_CHARACTERS], other[PATH_CHARACTERS] = L"";
    *removed = (struct store_size){0};
    bool is_trusted = trusted_folder(adapter, changes, fault);
    enum store_state state = STORE_ABSENT;
    char why[STORE_PATH_SIZE];
    is_trusted = is_trusted &&
                 inspect_path(changes, WANT_FOLDER, 0, &state, NULL, why, fault);
    if (is_trusted && state == STORE_UNTRUSTED) {
        is_trusted = fault_set(fault, FAULT_STORE, 0, "%s Nothing was removed.", why);
    }
    if (!is_trusted) {
        store_close(adapter);
        return false;
    }
    DWORD error = each_file(changes, other, delete_file, removed);
    if (!error && !other[0]) {
        error = each_file(adapter->folder, other, delete_early, removed);
    }
    if (!error && !other[0]) {
        error = remove_folder(changes);
        memcpy(other, changes, error ? sizeof other : 0);
    }
    bool is_journals_turn = !error && !other[0];
    store_close(adapter);
    if (is_journals_turn) {
        error = each_file(adapter->folder, other, delete_file, removed);
    }
    if (is_journals_turn && !error && !other[0]) {
        error = remove_folder(adapter->folder);
        memcpy(other, adapter->folder, error ? (wcslen(adapter->folder) + 1) * sizeof *other : 0);
    }
    if (error) {
        return path_fault(fault, FAULT_STORE, error, other[0] ? other : adapter->folder, "removed");
    }
    if (other[0]) {
        char utf8[STORE_PATH_SIZE];
        wide_copy_utf8(other, utf8, sizeof utf8);
        return fault_set(fault, FAULT_STORE, 0,
                         "%s is no file of maxport's and was left alone, so the store is still "
                         "there.",
                         utf8);
    }
    return true;
}

/* ------------------------------------------------------------ opening */

bool store_product_folder(wchar_t folder[STORE_FOLDER_CHARACTERS], struct fault *fault)
{
    static const wchar_t name[] = L"\\maxport";
    wchar_t found[MAX_PATH];
    typedef HRESULT(WINAPI * get_folder_path)(HWND, int, HANDLE, DWORD, wchar_t *);
    struct late shell = {.name = L"shell32.dll"};
    get_folder_path call = (get_folder_path)late_bind(&shell, "SHGetFolderPathW", fault);
    if (!call) {
        return false;
    }
    HRESULT result = call(NULL, CSIDL_COMMON_APPDATA, NULL, SHGFP_TYPE_CURRENT, found);
    if (result != S_OK) {
        return system_fault(fault, FAULT_STORE, (uint32_t)result,
                            "The folder for the data of all users (ProgramData) cannot be found");
    }
    if (wcslen(found) + wcslen(name) >= STORE_FOLDER_CHARACTERS) {
        return fault_set(fault, FAULT_STORE, 0, "The path of ProgramData is too long.");
    }
    /* wcscpy, once fortified, imports wcscpy_s, which Windows XP's msvcrt lacks. */
    memcpy(folder, found, wcslen(found) * sizeof *folder);
    memcpy(folder + wcslen(found), name, sizeof name);
    return true;
}

bool store_at(const wchar_t *folder, struct store_adapter *adapter, struct store *port,
              struct fault *fault)
{
    size_t count = wcslen(folder);
    while (count > 0 && (folder[count - 1] == L'\\' || folder[count - 1] == L'/')) {
        count--;
    }
    if (count == 0 || count >= STORE_FOLDER_CHARACTERS) {
        return fault_set(fault, FAULT_USAGE, 0, "The path of the store is empty or too long.");
    }
    store_open(adapter, port);
    memcpy(adapter->name, folder, count * sizeof *folder);
    adapter->name[count] = L'\0';
    return true;
}

void store_open(struct store_adapter *adapter, struct store *port)
{
    store_open_read_only(adapter, port);
    port->prepare = store_prepare;
    port->lock = store_lock;
    port->unlock = store_unlock;
    port->create = store_create;
    port->replace = store_replace;
    port->append = store_append;
    port->publish = store_publish;
    port->remove = store_remove;
}

void store_open_read_only(struct store_adapter *adapter, struct store *port)
{
    *adapter = (struct store_adapter){.lock = INVALID_HANDLE_VALUE};
    *port = (struct store){
        .context = adapter,
        .inspect = store_inspect,
        .record = store_record,
        .read = store_read,
        .path = store_path,
        .measure = store_measure,
    };
}
