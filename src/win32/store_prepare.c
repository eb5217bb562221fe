#include "win32/store_prepare.h"

#include "win32/bounded_open.h"
#include "win32/lib/background.h"
#include "win32/lib/wide.h"
#include "win32/random.h"
#include "win32/store_folder.h"
#include "win32/store_guard.h"
#include "win32/store_record.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum {
    ASIDE_ATTEMPTS = 1000,
    MAKE_ATTEMPTS = 4,
    ASIDE_MS = 2 * FILE_PATIENCE_MS,
};

/* Users may read the folder's attributes and owner, but may not list it; they can list its
 * subfolder `public`. Users do not get FILE_TRAVERSE, because a handle with this right could
 * prevent administrators from listing the folder. By default, users can reach subfolders without
 * this right. */
static const wchar_t root_sddl[] = L"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;0x120080;;;BU)";

/* ---- renaming an untrusted folder ------------------------------------- */

struct move {
    wchar_t path[STORE_PATH_CHARACTERS], aside[STORE_PATH_CHARACTERS + 16];
    DWORD error;
};

/* Renames a folder to NAME-untrusted-N without reading its content. */
static void move(void *data)
{
    struct move *job = data;
    struct ntdll_open request = {
        .name = job->path,
        .access = DELETE,
        .share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
    };
    HANDLE file;
    job->error = bounded_open(&request, &file);
    if (job->error)
        return;
    job->error = ERROR_ALREADY_EXISTS;
    for (unsigned n = 1; n <= ASIDE_ATTEMPTS && job->error == ERROR_ALREADY_EXISTS; n++) {
        snwprintf(job->aside, sizeof job->aside / sizeof *job->aside, L"%ls-untrusted-%u",
                  job->path, n);
        job->error = ntdll_rename(file, NULL, job->aside, false);
    }
    CloseHandle(file);
}

/* Renames a folder in a separate thread, because an oplock can delay renaming. */
static bool move_aside(const wchar_t *path, char *moved_to, struct fault *fault)
{
    struct move copy = {.error = ERROR_TIMEOUT};
    memcpy(copy.path, path, (wcslen(path) + 1) * sizeof *path);
    struct background *background =
        background_start(move, NULL, &copy, sizeof copy, ASIDE_MS, fault);
    if (!background)
        return false;
    struct move *job = background_wait(background);
    DWORD error = job ? job->error : ERROR_TIMEOUT;
    if (!error)
        wide_copy_utf8(job->aside, moved_to, STORE_PATH_SIZE);
    background_close(background);
    return error ? store_fault(fault, FAULT_STORE, error, path, "renamed") : true;
}

/* ---- making a folder -------------------------------------------------- */

/* Checks the access list of a new folder, because not every disk stores access lists. Also checks
 * that Windows does not encrypt the folder (EFS). */
static bool evaluate_new(HANDLE handle, const wchar_t *path, const struct trust_account *account,
                         struct fault *fault)
{
    DWORD attributes, tag;
    char why[STORE_PATH_SIZE];
    bool is_trusted;
    if (!store_evaluate(handle, path, STORE_KIND_FOLDER, account, why, fault, &is_trusted))
        return false;
    if (!ntdll_attributes(handle, &attributes, &tag) && attributes & FILE_ATTRIBUTE_ENCRYPTED) {
        char utf8[STORE_PATH_SIZE];
        wide_copy_utf8(path, utf8, sizeof utf8);
        return fault_set(fault, FAULT_STORE, 0,
                         "Windows would encrypt %s (EFS), so that only this account could read "
                         "it. Nothing was written. Decrypt the folder above it (cipher /d).",
                         utf8);
    }
    return is_trusted ||
           fault_set(fault, FAULT_STORE, 0,
                     "%s maxport just created this folder, so the disk does not store "
                     "access permissions as NTFS does.",
                     why);
}

/* Creates a folder and records it. *is_there: the folder was not created, because the name is in
 * use. */
static bool make_recorded(struct store_adapter *adapter, const wchar_t *path,
                          const struct trust_account *account, bool *is_there, struct fault *fault)
{
    struct store_identity identity;
    HANDLE handle;
    DWORD error = store_folder_make(NULL, path, root_sddl, &handle);
    *is_there = error == ERROR_ALREADY_EXISTS;
    if (error)
        return store_fault(fault, FAULT_STORE, error, path, "created");
    bool is_made = evaluate_new(handle, path, account, fault);
    if (is_made) {
        error = store_identity_read(handle, &identity);
        is_made = error ? store_fault(fault, FAULT_STORE, error, path, "inspected (identity)")
                        : store_record_write(adapter->root, path, &identity, fault);
    }
    if (is_made)
        CloseHandle(handle);
    else
        bounded_delete(handle); /* otherwise an empty, untrusted folder would remain */
    return is_made;
}

/* Creates the folder; renames an untrusted folder first. Tries a few times, because another program
 * may create a folder with this name again. */
static bool make_at(struct store_adapter *adapter, const wchar_t *path,
                    const struct trust_account *account, char *moved_to, struct fault *fault)
{
    for (unsigned attempt = 0; attempt < MAKE_ATTEMPTS; attempt++) {
        bool is_there;
        if (make_recorded(adapter, path, account, &is_there, fault))
            return true;
        if (!is_there)
            return false;
        if (!move_aside(path, moved_to, fault))
            return false;
    }
    char utf8[STORE_PATH_SIZE];
    wide_copy_utf8(path, utf8, sizeof utf8);
    return fault_set(fault, FAULT_STORE, 0,
                     "%s could not be created: another program keeps creating a folder with this "
                     "name.",
                     utf8);
}

/* Creates the store under an unpredictable name. Such a name is needed if a user has created a
 * folder with the store's usual name and keeps this folder open, so that maxport cannot rename
 * it. */
static bool make_refuge(struct store_adapter *adapter, const struct trust_account *account,
                        struct fault *fault)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    bool is_there = true, is_made = false;
    for (unsigned attempt = 0; attempt < MAKE_ATTEMPTS && is_there && !is_made; attempt++) {
        unsigned long long number;
        if (!random_fill(&number, sizeof number, fault))
            return false;
        snwprintf(path, STORE_PATH_CHARACTERS, L"%ls" STORE_REFUGE L"%016llx", adapter->name,
                  number);
        if (wcslen(path) >= STORE_FOLDER_CHARACTERS)
            return store_fault(fault, FAULT_STORE, ERROR_FILENAME_EXCED_RANGE, path, "created");
        is_made = make_recorded(adapter, path, account, &is_there, fault);
    }
    return is_made;
}

/* Creates the store. `found` is the path that was inspected; is_untrusted: the folder there is not
 * trusted. */
static bool make_store(struct store_adapter *adapter, const wchar_t *found, bool is_untrusted,
                       const struct trust_account *account, struct store_preparation *preparation,
                       struct fault *fault)
{
    bool is_refuge = _wcsicmp(found, adapter->name) != 0;
    if (is_refuge && is_untrusted)
        wide_copy_utf8(found, preparation->given_up, sizeof preparation->given_up);
    if (make_at(adapter, adapter->name, account, preparation->moved_to, fault))
        return true;
    if (fault->kind == FAULT_NO_MEMORY || !make_refuge(adapter, account, fault))
        return false;
    wide_copy_utf8(adapter->name, preparation->given_up, sizeof preparation->given_up);
    return true;
}

/* ---- the subfolders --------------------------------------------------- */

/* Creates the folder `changes` if it does not exist. An existing folder that is not trusted is
 * renamed first. */
static bool prepare_changes(const struct store_folder *root, char *moved_to, struct fault *fault)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    if (!store_folder_path(root, store_changes_name, path, fault))
        return false;
    for (unsigned attempt = 0; attempt < MAKE_ATTEMPTS; attempt++) {
        enum store_state state = STORE_ABSENT;
        char why[STORE_PATH_SIZE];
        if (!store_folder_look(root, store_changes_name, STORE_KIND_FOLDER, 0, &state, NULL, why,
                               fault))
            return false;
        if (state == STORE_TRUSTED)
            return true;
        HANDLE handle;
        if (state == STORE_UNTRUSTED) {
            if (!move_aside(path, moved_to, fault))
                return false;
            continue;
        }
        DWORD error =
            store_folder_make(root->handle, store_changes_name, store_private_sddl, &handle);
        if (error && error != ERROR_ALREADY_EXISTS)
            return store_fault(fault, FAULT_STORE, error, path, "created");
        if (!error) {
            bool is_safe = evaluate_new(handle, path, &root->account, fault);
            CloseHandle(handle);
            return is_safe;
        }
    }
    return store_fault(fault, FAULT_STORE, ERROR_ALREADY_EXISTS, path, "created");
}

/* Creates only the private subfolder `changes`. publish() creates the subfolder `public`, because a
 * user who keeps `public` open could make this function fail. */
static bool prepare_folders(struct store_adapter *adapter, struct store_preparation *preparation,
                            struct fault *fault)
{
    struct store_folder root;
    char ignored[STORE_PATH_SIZE],
        *moved_to = preparation->moved_to[0] ? ignored : preparation->moved_to;
    if (!store_folder_open(adapter, &root, fault))
        return false;
    bool is_prepared = prepare_changes(&root, moved_to, fault);
    store_folder_close(&root);
    return is_prepared;
}

/* ---- prepare ---------------------------------------------------------- */

/* Determines the state of the store's folder, and creates the store if it is not trusted. */
static bool inspect_and_make(struct store_adapter *adapter, const struct trust_account *account,
                             struct store_preparation *preparation, struct fault *fault)
{
    struct store_trace trace;
    wchar_t path[STORE_FOLDER_CHARACTERS];
    enum store_state state;
    char why[STORE_PATH_SIZE];
    if (!store_folder_locate(adapter, path, &trace, fault))
        return false;
    if (!store_folder_inspect(path, &trace, &state, why, fault)) {
        /* Without a record, a folder that cannot be inspected is not the store. */
        if (trace.is_present || fault->kind == FAULT_DENIED || fault->kind == FAULT_NO_MEMORY)
            return false;
        state = STORE_UNTRUSTED;
        snprintf(why, sizeof why, "%s", fault->text);
    }
    if (state == STORE_UNTRUSTED)
        memcpy(preparation->why, why, sizeof why);
    return state == STORE_TRUSTED ||
           make_store(adapter, path, state == STORE_UNTRUSTED, account, preparation, fault);
}

bool store_prepare(void *context, struct store_preparation *preparation, struct fault *fault)
{
    struct store_adapter *adapter = context;
    struct trust_account account;
    wchar_t path[STORE_FOLDER_CHARACTERS];
    struct store_trace trace;
    enum store_state state;
    char why[STORE_PATH_SIZE];
    struct fault ignored; /* inspect_and_make() inspects again */
    *preparation = (struct store_preparation){0};
    if (!trust_account_read(&account, fault))
        return false;
    if (!account.is_elevated)
        return fault_set(fault, FAULT_DENIED, ERROR_ACCESS_DENIED,
                         "Only an administrator can set up the folder of maxport.");
    if (!store_folder_locate(adapter, path, &trace, fault) ||
        !store_parents_evaluate(path, &account, fault) ||
        !store_record_prepare(adapter->root, fault))
        return false;
    if (!store_folder_inspect(path, &trace, &state, why, &ignored) || state != STORE_TRUSTED) {
        if (!store_guard_enter(adapter->root, fault))
            return false;
        bool is_made = inspect_and_make(adapter, &account, preparation, fault);
        store_guard_leave(adapter->root);
        if (!is_made)
            return false;
    }
    return prepare_folders(adapter, preparation, fault);
}
