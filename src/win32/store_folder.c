#include "win32/store_folder.h"

#include "win32/bounded_open.h"
#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"
#include "win32/program_data.h"
#include "win32/store_record.h"

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

const wchar_t store_changes_name[] = L"changes", store_public_name[] = L"public";

/* The owner is Administrators. The access lists are protected: they inherit nothing from
 * ProgramData, where any user may create files. 0x1200a9 is FILE_GENERIC_READ |
 * FILE_GENERIC_EXECUTE. */
const wchar_t store_private_sddl[] = L"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
const wchar_t store_public_sddl[] =
    L"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)";

enum { ALL_SHARED = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE };

bool store_fault(struct fault *fault, enum fault_kind kind, DWORD error, const wchar_t *path,
                 const char *what)
{
    char utf8[STORE_PATH_SIZE];
    wide_copy_utf8(path, utf8, sizeof utf8);
    system_fault(fault, kind, error, "%s could not be %s", utf8, what);
    if (kind == FAULT_STORE && (fault->kind == FAULT_MISSING || fault->kind == FAULT_FAILED))
        fault->kind = FAULT_STORE;
    return false;
}

/* ---- descriptors ------------------------------------------------------ */

void *store_security_make(const wchar_t *sddl)
{
    void *descriptor;
    return ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor,
                                                                NULL)
               ? descriptor
               : NULL;
}

/* Reads owner and DACL of an open file or folder. *descriptor is malloc'ed. */
static DWORD descriptor_read(HANDLE handle, void **descriptor, DWORD *length)
{
    DWORD needed = 512;
    for (;;) {
        void *buffer = malloc(needed);
        if (!buffer)
            return ERROR_NOT_ENOUGH_MEMORY;
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
        if (error != ERROR_INSUFFICIENT_BUFFER || needed <= capacity)
            return error;
    }
}

/* Returns whether the volume of this file supports access lists; also true if this is unknown. */
static bool has_access_lists(HANDLE handle)
{
    DWORD flags;
    return ntdll_volume_flags(handle, &flags) || flags & FILE_PERSISTENT_ACLS;
}

/* ---- checking trust --------------------------------------------------- */

/* A reparse point is a link only if it redirects to another name (Microsoft Learn, "Reparse Point
 * Tags"). A folder that a filter driver marks (cloud files, containers) is not a link. Wine reports
 * tag 0 for its symbolic links. Called only for folders: evaluate_kind() treats every file with a
 * reparse point as a link. */
static bool is_link_tag(HANDLE handle)
{
    DWORD attributes, tag;
    return ntdll_attributes(handle, &attributes, &tag) || !tag || IsReparseTagNameSurrogate(tag);
}

/* Checks that the handle is a file or folder, as `kind` requires, and not a link. Otherwise,
 * *is_fine is false and `why` receives the reason. */
static bool evaluate_kind(HANDLE handle, const wchar_t *path, enum store_kind kind, char *why,
                          struct fault *fault, bool *is_fine)
{
    BY_HANDLE_FILE_INFORMATION information;
    BOOL is_read = GetFileInformationByHandle(handle, &information);
    DWORD error = GetLastError();
    if (!is_read)
        return store_fault(fault, FAULT_FAILED, error, path, "inspected");
    /* Query the path too, because Wine reports a symbolic link only for the path. */
    DWORD by_path = GetFileAttributesW(path), attributes = information.dwFileAttributes;
    if (by_path != INVALID_FILE_ATTRIBUTES)
        attributes |= by_path & FILE_ATTRIBUTE_REPARSE_POINT;
    bool is_folder = (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    bool is_link =
        (attributes & FILE_ATTRIBUTE_REPARSE_POINT) && (!is_folder || is_link_tag(handle));
    *is_fine = !is_link && is_folder == (kind == STORE_KIND_FOLDER);
    if (!*is_fine) {
        char it[STORE_PATH_SIZE];
        wide_copy_utf8(path, it, sizeof it);
        snprintf(why, STORE_PATH_SIZE, is_link ? "%s is a link (a reparse point)." : "%s is a %s.",
                 it, is_folder ? "folder" : "file");
    }
    return true;
}

enum rule { RULE_CONTENT, RULE_PARENT, RULE_ROOT };

static bool evaluate_access(HANDLE handle, const wchar_t *path, enum rule rule,
                            const struct trust_account *account, char *why, struct fault *fault,
                            bool *is_trusted)
{
    char it[STORE_PATH_SIZE];
    void *descriptor = NULL;
    DWORD length = 0;
    if (!has_access_lists(handle)) {
        *is_trusted = true;
        return true;
    }
    DWORD error = descriptor_read(handle, &descriptor, &length);
    if (error)
        return store_fault(fault, FAULT_FAILED, error, path, "inspected (owner and permissions)");
    wide_copy_utf8(path, it, sizeof it);
    *is_trusted = rule == RULE_CONTENT
                      ? trust_descriptor(descriptor, length, account, it, why, STORE_PATH_SIZE)
                      : trust_parent(descriptor, length, rule == RULE_ROOT, account, it, why,
                                     STORE_PATH_SIZE);
    free(descriptor);
    return true;
}

bool store_evaluate(HANDLE handle, const wchar_t *path, enum store_kind kind,
                    const struct trust_account *account, char *why, struct fault *fault,
                    bool *is_trusted)
{
    bool is_fine = false;
    why[0] = '\0';
    *is_trusted = false;
    if (!evaluate_kind(handle, path, kind, why, fault, &is_fine))
        return false;
    return !is_fine || evaluate_access(handle, path, RULE_CONTENT, account, why, fault, is_trusted);
}

/* ---- the folders above ------------------------------------------------ */

static bool evaluate_parent(const wchar_t *path, const struct trust_account *account,
                            struct fault *fault)
{
    struct ntdll_open request = {
        .name = path, .access = FILE_READ_ATTRIBUTES | READ_CONTROL, .share = ALL_SHARED};
    char why[STORE_PATH_SIZE] = "";
    bool is_root = path[wcslen(path) - 1] == L'\\', is_fine = false, is_trusted = false;
    HANDLE handle;
    DWORD error = bounded_open(&request, &handle);
    if (error)
        return store_fault(fault, FAULT_STORE, error, path, "opened");
    /* The root of a volume cannot be a link, but Wine may report it as a link. */
    bool is_evaluated =
        (is_root ? (is_fine = true)
                 : evaluate_kind(handle, path, STORE_KIND_FOLDER, why, fault, &is_fine)) &&
        (!is_fine || evaluate_access(handle, path, is_root ? RULE_ROOT : RULE_PARENT, account, why,
                                     fault, &is_trusted));
    CloseHandle(handle);
    if (is_evaluated && !is_trusted)
        return fault_set(fault, FAULT_STORE, 0,
                         "%s A store below it would not be safe. Nothing was written.", why);
    return is_evaluated;
}

bool store_parents_evaluate(const wchar_t *path, const struct trust_account *account,
                            struct fault *fault)
{
    wchar_t above[STORE_PATH_CHARACTERS];
    memcpy(above, path, (wcslen(path) + 1) * sizeof *above);
    for (wchar_t *last = wcsrchr(above, L'\\'); last; last = wcsrchr(above, L'\\')) {
        bool is_root = last > above && last[-1] == L':';
        last[is_root ? 1 : 0] = L'\0';
        if (!evaluate_parent(above, account, fault))
            return false;
        if (is_root)
            return true;
    }
    return store_fault(fault, FAULT_STORE, ERROR_BAD_PATHNAME, path,
                       "used, because it is not on a drive");
}

/* ---- which folder ----------------------------------------------------- */

/* Returns whether the path is the adapter's own folder or a refuge next to it (see
 * store_prepare.c). */
static bool is_our_place(const struct store_adapter *adapter, const wchar_t *path)
{
    size_t count = wcslen(adapter->name), middle = wcslen(STORE_REFUGE);
    if (_wcsnicmp(path, adapter->name, count) != 0)
        return false;
    return !path[count] || (_wcsnicmp(path + count, STORE_REFUGE, middle) == 0 &&
                            !wcspbrk(path + count + middle, L"\\/:"));
}

bool store_product_folder(wchar_t folder[STORE_FOLDER_CHARACTERS], struct fault *fault)
{
    static const wchar_t name[] = L"\\maxport";
    wchar_t found[MAX_PATH];
    if (!program_data_path(HKEY_LOCAL_MACHINE, found, fault))
        return false;
    if (wcslen(found) + wcslen(name) >= STORE_FOLDER_CHARACTERS)
        return fault_set(fault, FAULT_STORE, 0, "The path of ProgramData is too long.");
    /* wcscpy is not used, because FORTIFY replaces it with wcscpy_s, which Windows XP does not
     * have. */
    memcpy(folder, found, wcslen(found) * sizeof *folder);
    memcpy(folder + wcslen(found), name, sizeof name);
    return true;
}

bool store_folder_locate(struct store_adapter *adapter, wchar_t path[STORE_FOLDER_CHARACTERS],
                         struct store_trace *trace, struct fault *fault)
{
    if ((!adapter->name[0] && !store_product_folder(adapter->name, fault)) ||
        !store_record_read(adapter->root, trace, fault))
        return false;
    if (trace->is_present && !is_our_place(adapter, trace->path))
        trace->is_present = false;
    const wchar_t *found = trace->is_present ? trace->path : adapter->name;
    memcpy(path, found, (wcslen(found) + 1) * sizeof *path);
    return true;
}

/* ---- the store's folder ----------------------------------------------- */

/* Compares the identity of the folder with the record. If *is_same is false, `why` receives the
 * reason. */
static bool compare_with_record(HANDLE handle, const wchar_t *path, const struct store_trace *trace,
                                char *why, struct fault *fault, bool *is_same)
{
    struct store_identity identity;
    char it[STORE_PATH_SIZE];
    DWORD error = store_identity_read(handle, &identity);
    if (error)
        return store_fault(fault, FAULT_FAILED, error, path, "inspected (identity)");
    *is_same = trace->is_present && store_identity_is_same(&identity, &trace->identity);
    wide_copy_utf8(path, it, sizeof it);
    if (!trace->is_present)
        snprintf(why, STORE_PATH_SIZE,
                 "No record shows that an elevated maxport created %s: "
                 "HKEY_LOCAL_MACHINE\\SOFTWARE\\maxport does not name a store.",
                 it);
    else if (!*is_same)
        snprintf(why, STORE_PATH_SIZE,
                 "%s is not the folder that maxport created: "
                 "HKEY_LOCAL_MACHINE\\SOFTWARE\\maxport records another folder with that path.",
                 it);
    return true;
}

/* Returns whether the error proves that maxport did not create the folder. Administrators can open
 * every folder that maxport created, so a folder that denies them access is from another program.
 * Users cannot delete a folder that maxport created, so a folder whose deletion is pending, because
 * a program still has it open, is from another program too. */
static bool keeps_out(DWORD error, const wchar_t *path, const struct trust_account *account,
                      char *why)
{
    char it[STORE_PATH_SIZE];
    if ((error != ERROR_ACCESS_DENIED && error != ERROR_DELETE_PENDING) || !account->is_elevated)
        return false;
    wide_copy_utf8(path, it, sizeof it);
    snprintf(why, STORE_PATH_SIZE,
             error == ERROR_DELETE_PENDING
                 ? "%s is being deleted, but another program keeps it open."
                 : "%s denies access to administrators.",
             it);
    return true;
}

/* Opens the folder only to read its attributes, and compares it with the record. A user's handle on
 * the folder cannot block such an open, and the open does not break an oplock. */
static bool first_look(const wchar_t *path, const struct store_trace *trace,
                       enum store_state *state, const struct trust_account *account, char *why,
                       struct fault *fault)
{
    struct ntdll_open request = {.name = path, .access = FILE_READ_ATTRIBUTES, .share = ALL_SHARED};
    bool is_fine = false;
    HANDLE handle;
    DWORD error = bounded_open(&request, &handle);
    *state = STORE_ABSENT;
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return true;
    *state = STORE_UNTRUSTED;
    if (keeps_out(error, path, account, why))
        return true;
    if (error)
        return store_fault(fault, FAULT_FAILED, error, path, "opened");
    bool is_evaluated = evaluate_kind(handle, path, STORE_KIND_FOLDER, why, fault, &is_fine);
    if (is_evaluated && is_fine)
        is_evaluated = compare_with_record(handle, path, trace, why, fault, &is_fine);
    CloseHandle(handle);
    if (is_evaluated && is_fine)
        *state = STORE_TRUSTED; /* preliminary; open_root() checks the rest */
    return is_evaluated;
}

/* Determines the state of the store's folder. If the state is STORE_TRUSTED, *handle is the open
 * folder. */
static bool open_root(const wchar_t *path, const struct store_trace *trace,
                      const struct trust_account *account, enum store_state *state, HANDLE *handle,
                      char *why, struct fault *fault)
{
    struct ntdll_open request = {
        .name = path, .access = FILE_READ_ATTRIBUTES | READ_CONTROL, .share = ALL_SHARED};
    bool is_same = false, is_trusted = false;
    why[0] = '\0';
    if (!first_look(path, trace, state, account, why, fault))
        return false;
    if (*state != STORE_TRUSTED)
        return true;
    /* Add FILE_TRAVERSE, because an open handle prevents renaming only if it has a right that
     * counts for sharing. */
    if (account->is_elevated) {
        request.access |= FILE_TRAVERSE;
        request.share = FILE_SHARE_READ | FILE_SHARE_WRITE;
    }
    DWORD error = bounded_open(&request, handle);
    if (error)
        return store_fault(fault, FAULT_FAILED, error, path, "opened");
    /* Compare with the record again, because first_look() used another handle. */
    bool is_evaluated = compare_with_record(*handle, path, trace, why, fault, &is_same);
    if (is_evaluated && is_same)
        is_evaluated =
            store_evaluate(*handle, path, STORE_KIND_FOLDER, account, why, fault, &is_trusted);
    if (!is_evaluated || !is_trusted)
        CloseHandle(*handle);
    *state = is_trusted ? STORE_TRUSTED : STORE_UNTRUSTED;
    return is_evaluated;
}

bool store_folder_inspect(const wchar_t *path, const struct store_trace *trace,
                          enum store_state *state, char *why, struct fault *fault)
{
    struct trust_account account;
    HANDLE handle;
    if (!trust_account_read(&account, fault) ||
        !open_root(path, trace, &account, state, &handle, why, fault))
        return false;
    if (*state == STORE_TRUSTED)
        CloseHandle(handle);
    return true;
}

/* Fails if the file or folder is missing or not trusted. */
static bool accept(enum store_state state, const wchar_t *path, const char *why,
                   struct fault *fault)
{
    if (state == STORE_ABSENT)
        return store_fault(fault, FAULT_MISSING, ERROR_FILE_NOT_FOUND, path, "opened");
    if (state == STORE_UNTRUSTED)
        return fault_set(fault, FAULT_STORE, 0, "%s It is not used.", why);
    return true;
}

bool store_folder_open(struct store_adapter *adapter, struct store_folder *folder,
                       struct fault *fault)
{
    struct store_trace trace;
    enum store_state state = STORE_ABSENT;
    char why[STORE_PATH_SIZE] = "";
    return store_folder_locate(adapter, folder->path, &trace, fault) &&
           trust_account_read(&folder->account, fault) &&
           open_root(folder->path, &trace, &folder->account, &state, &folder->handle, why, fault) &&
           accept(state, folder->path, why, fault);
}

void store_folder_close(struct store_folder *folder)
{
    CloseHandle(folder->handle);
}

/* ---- contents --------------------------------------------------------- */

bool store_folder_path(const struct store_folder *folder, const wchar_t *name,
                       wchar_t path[STORE_PATH_CHARACTERS], struct fault *fault)
{
    if (wcslen(folder->path) + 1 + wcslen(name) >= STORE_PATH_CHARACTERS)
        return store_fault(fault, FAULT_STORE, ERROR_FILENAME_EXCED_RANGE, name, "used");
    snwprintf(path, STORE_PATH_CHARACTERS, L"%ls\\%ls", folder->path, name);
    return true;
}

bool store_folder_look(const struct store_folder *folder, const wchar_t *name, enum store_kind kind,
                       DWORD access, enum store_state *state, HANDLE *file, char *why,
                       struct fault *fault)
{
    struct ntdll_open request = {.folder = folder->handle, .name = name, .share = ALL_SHARED};
    wchar_t path[STORE_PATH_CHARACTERS];
    bool is_trusted = false;
    HANDLE opened;
    why[0] = '\0';
    if (!store_folder_path(folder, name, path, fault))
        return false;
    request.access = access | READ_CONTROL | FILE_READ_ATTRIBUTES;
    DWORD error = bounded_open(&request, &opened);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
        *state = STORE_ABSENT;
        return true;
    }
    *state = STORE_UNTRUSTED;
    if (kind == STORE_KIND_FOLDER && keeps_out(error, path, &folder->account, why))
        return true;
    if (error)
        return store_fault(fault, FAULT_FAILED, error, path, "opened");
    bool is_evaluated =
        store_evaluate(opened, path, kind, &folder->account, why, fault, &is_trusted);
    if (is_evaluated && is_trusted)
        *state = STORE_TRUSTED;
    if (is_evaluated && is_trusted && file)
        *file = opened;
    else
        CloseHandle(opened);
    return is_evaluated;
}

bool store_folder_enter(const struct store_folder *above, const wchar_t *name,
                        struct store_folder *folder, struct fault *fault)
{
    enum store_state state = STORE_ABSENT;
    char why[STORE_PATH_SIZE];
    folder->account = above->account;
    return store_folder_path(above, name, folder->path, fault) &&
           store_folder_look(above, name, STORE_KIND_FOLDER, 0, &state, &folder->handle, why,
                             fault) &&
           accept(state, folder->path, why, fault);
}

bool store_folder_open_file(const struct store_folder *folder, const wchar_t *name, DWORD access,
                            HANDLE *file, struct fault *fault)
{
    enum store_state state = STORE_ABSENT;
    char why[STORE_PATH_SIZE];
    wchar_t path[STORE_PATH_CHARACTERS];
    return store_folder_path(folder, name, path, fault) &&
           store_folder_look(folder, name, STORE_KIND_FILE, access, &state, file, why, fault) &&
           accept(state, path, why, fault);
}

DWORD store_folder_make(HANDLE folder, const wchar_t *name, const wchar_t *sddl, HANDLE *handle)
{
    struct ntdll_open request = {
        .folder = folder,
        .name = name,
        .access = FILE_READ_ATTRIBUTES | READ_CONTROL | FILE_TRAVERSE | DELETE,
        .share = ALL_SHARED,
        .purpose = NTDLL_MAKE_FOLDER,
        .security = store_security_make(sddl),
        .attributes = folder ? 0 : FILE_ATTRIBUTE_SYSTEM,
    };
    if (!request.security)
        return GetLastError();
    DWORD error = bounded_open(&request, handle);
    LocalFree(request.security);
    return error;
}

DWORD store_folder_make_file(const struct store_folder *folder, const wchar_t *name, DWORD access,
                             HANDLE *file)
{
    struct ntdll_open request = {
        .folder = folder->handle,
        .name = name,
        .access = access,
        .share = ALL_SHARED,
        .purpose = NTDLL_MAKE_FILE,
        .security = store_security_make(store_private_sddl),
    };
    if (!request.security)
        return GetLastError();
    DWORD error = bounded_open(&request, file);
    LocalFree(request.security);
    return error;
}
