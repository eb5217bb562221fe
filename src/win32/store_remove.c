#include "win32/store_remove.h"

#include "win32/lib/background.h"
#include "win32/lib/file.h"
#include "win32/lib/wide.h"
#include "win32/ntdll.h"
#include "win32/store_folder.h"
#include "win32/store_lock.h"
#include "win32/store_record.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum { POLL_MS = 50, REMOVE_FOLDER_MS = FILE_PATIENCE_MS + 1000 };

/* ---- every file ------------------------------------------------------- */

static bool is_own_folder(const wchar_t *name)
{
    return !wcscmp(name, L".") || !wcscmp(name, L"..") || !wcscmp(name, store_changes_name) ||
           !wcscmp(name, store_public_name);
}

enum on_failure { STOP, GO_ON };

/* Calls visit() for every file in a folder, but not in its subfolders. `other`
 * (STORE_PATH_CHARACTERS) receives the path of the first entry for which visit() fails, or that is
 * not a file or a subfolder of the store. Returns the first error. */
static DWORD each_file(const wchar_t *folder, enum on_failure on_failure, wchar_t *other,
                       DWORD (*visit)(const wchar_t *path, uint64_t bytes, struct store_size *),
                       struct store_size *size)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    WIN32_FIND_DATAW found;
    snwprintf(path, STORE_PATH_CHARACTERS, L"%ls\\*", folder);
    HANDLE search = FindFirstFileW(path, &found);
    DWORD error = GetLastError();
    if (search == INVALID_HANDLE_VALUE) {
        bool is_empty = error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
        return is_empty ? ERROR_SUCCESS : error;
    }
    BOOL is_more = TRUE;
    for (error = ERROR_SUCCESS; is_more && (!error || on_failure == GO_ON);) {
        if (wcslen(folder) + 1 + wcslen(found.cFileName) >= STORE_PATH_CHARACTERS) {
            error = ERROR_FILENAME_EXCED_RANGE;
            break;
        }
        snwprintf(path, STORE_PATH_CHARACTERS, L"%ls\\%ls", folder, found.cFileName);
        bool is_file = !(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
        DWORD failure = ERROR_SUCCESS;
        if (is_file)
            failure = visit(path, (uint64_t)found.nFileSizeHigh << 32 | found.nFileSizeLow, size);
        if (!error)
            error = failure;
        if (!other[0] && (failure || (!is_file && !is_own_folder(found.cFileName))))
            memcpy(other, path, sizeof path);
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

/* Like count_file(), and counts the file as a backup if its name is a number and ".reg". */
static DWORD count_change(const wchar_t *path, uint64_t bytes, struct store_size *size)
{
    const wchar_t *name = wcsrchr(path, L'\\') + 1;
    size_t digits = wcsspn(name, L"0123456789");
    size->backups += digits && !_wcsicmp(name + digits, L".reg");
    return count_file(path, bytes, size);
}

static DWORD delete_file(const wchar_t *path, uint64_t bytes, struct store_size *size)
{
    DWORD error = file_delete(path);
    return error ? error : count_file(path, bytes, size);
}

/* Deletes a file, but not the lock file, which is in use, and not the journal, which is deleted
 * after the backups. */
static DWORD delete_early(const wchar_t *path, uint64_t bytes, struct store_size *size)
{
    const wchar_t *name = wcsrchr(path, L'\\') + 1;
    bool is_kept = !wcscmp(name, L"lock") || !wcscmp(name, L"journal.jsonl");
    return is_kept ? ERROR_SUCCESS : delete_file(path, bytes, size);
}

/* Deletes a file or empty folder without waiting for a program that has it open. */
static DWORD delete_at_once(const wchar_t *path)
{
    struct ntdll_open request = {
        .name = path,
        .access = DELETE,
        .share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
    };
    HANDLE file;
    DWORD error = ntdll_open(&request, &file);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return ERROR_SUCCESS;
    if (!error) {
        error = ntdll_delete(file);
        CloseHandle(file);
    }
    return error;
}

static DWORD delete_copy(const wchar_t *path, uint64_t bytes, struct store_size *size)
{
    (void)bytes;
    (void)size;
    return delete_at_once(path);
}

/* ---- measuring -------------------------------------------------------- */

static bool measure(struct store_adapter *adapter, enum store_view view, struct store_size *size,
                    struct fault *fault)
{
    struct store_size measured = {0};
    struct store_folder root, folder;
    wchar_t changes[STORE_PATH_CHARACTERS], other[STORE_PATH_CHARACTERS] = L"";
    if (!store_folder_open(adapter, &root, fault))
        return false;
    bool is_open = true;
    folder = root;
    if (view == STORE_PUBLIC) {
        is_open = store_folder_enter(&root, store_public_name, &folder, fault);
        store_folder_close(&root);
    }
    if (!is_open) {
        bool is_unpublished = view == STORE_PUBLIC && fault->kind == FAULT_MISSING;
        if (is_unpublished)
            *size = measured;
        return is_unpublished;
    }
    DWORD error = ERROR_FILENAME_EXCED_RANGE;
    if (store_folder_path(&folder, store_changes_name, changes, fault)) {
        error = each_file(folder.path, STOP, other, count_file, &measured);
        if (!error)
            error = each_file(changes, STOP, other, count_change, &measured);
    }
    store_folder_close(&folder);
    if (error)
        return store_fault(fault, FAULT_FAILED, error, folder.path, "listed");
    *size = measured;
    return true;
}

struct measurement {
    struct store_adapter adapter;
    enum store_view view;
    struct store_size size;
    struct fault fault;
    bool is_done;
};

static void measure_all(void *data)
{
    struct measurement *job = data;
    job->is_done = measure(&job->adapter, job->view, &job->size, &job->fault);
}

/* Lists the files in a separate thread, because an oplock on the folder of the copies can delay the
 * listing. */
bool store_measure(void *context, enum store_view view, struct store_size *size,
                   struct fault *fault)
{
    const struct store_adapter *adapter = context;
    struct measurement copy = {.adapter = *adapter, .view = view};
    struct background *background =
        background_start(measure_all, NULL, &copy, sizeof copy, FILE_PATIENCE_MS, fault);
    if (!background)
        return false;
    struct measurement *job = background_wait(background);
    bool is_done = job && job->is_done;
    if (is_done)
        *size = job->size;
    else if (job)
        *fault = job->fault;
    else
        fault_set(fault, FAULT_BUSY, ERROR_TIMEOUT,
                  "The files could not be listed within %d seconds.", FILE_PATIENCE_MS / 1000);
    background_close(background);
    return is_done;
}

/* ---- the copies ------------------------------------------------------- */

struct copies {
    wchar_t path[STORE_PATH_CHARACTERS], other[STORE_PATH_CHARACTERS];
    DWORD error;
};

static void remove_copies(void *data)
{
    struct copies *job = data;
    wchar_t changes[STORE_PATH_CHARACTERS + 16];
    struct store_size ignored;
    snwprintf(changes, STORE_PATH_CHARACTERS, L"%ls\\%ls", job->path, store_changes_name);
    job->error = each_file(changes, GO_ON, job->other, delete_copy, &ignored);
    if (!job->error)
        job->error = delete_at_once(changes);
    DWORD error = each_file(job->path, GO_ON, job->other, delete_copy, &ignored);
    if (!job->error)
        job->error = error;
    if (!job->error)
        job->error = delete_at_once(job->path);
}

/* Deletes the copies in a separate thread, because an oplock of a user can delay the deletion.
 * other: receives the path of a file or folder that could not be deleted. */
static DWORD remove_public(const struct store_folder *root, wchar_t *other)
{
    struct copies copy = {.error = ERROR_TIMEOUT};
    struct fault ignored;
    if (!store_folder_path(root, store_public_name, copy.path, &ignored))
        return ERROR_FILENAME_EXCED_RANGE;
    memcpy(other, copy.path, sizeof copy.path);
    struct background *background =
        background_start(remove_copies, NULL, &copy, sizeof copy, FILE_PATIENCE_MS, &ignored);
    if (!background)
        return ERROR_NOT_ENOUGH_MEMORY;
    struct copies *job = background_wait(background);
    DWORD error = job ? job->error : ERROR_TIMEOUT;
    if (job && job->other[0])
        memcpy(other, job->other, sizeof job->other);
    background_close(background);
    if (!error)
        other[0] = L'\0';
    return error;
}

/* ---- remove ----------------------------------------------------------- */

struct removal {
    wchar_t path[STORE_PATH_CHARACTERS];
    DWORD error;
};

/* Deletes a folder. Waits up to FILE_PATIENCE_MS until the folder's files have disappeared, because
 * a deleted file exists until its last handle is closed. */
static void delete_patiently(void *data)
{
    struct removal *job = data;
    DWORD start = GetTickCount();
    do {
        job->error = delete_at_once(job->path);
        if (job->error != ERROR_DIR_NOT_EMPTY && job->error != ERROR_SHARING_VIOLATION &&
            job->error != ERROR_DELETE_PENDING) {
            return;
        }
        Sleep(POLL_MS);
    } while (GetTickCount() - start < FILE_PATIENCE_MS);
}

/* Deletes a folder in a separate thread, because an oplock can delay the deletion. */
static DWORD remove_folder(const wchar_t *path)
{
    struct removal copy = {.error = ERROR_TIMEOUT};
    struct fault ignored;
    memcpy(copy.path, path, (wcslen(path) + 1) * sizeof *path);
    struct background *background =
        background_start(delete_patiently, NULL, &copy, sizeof copy, REMOVE_FOLDER_MS, &ignored);
    if (!background)
        return ERROR_NOT_ENOUGH_MEMORY;
    struct removal *job = background_wait(background);
    DWORD error = job ? job->error : ERROR_TIMEOUT;
    background_close(background);
    return error;
}

/* Deletes everything except the public copies, the journal and the lock file. other: receives the
 * path of a file or folder that could not be deleted. */
static DWORD remove_backups(const struct store_folder *root, const wchar_t *changes, wchar_t *other,
                            struct store_size *removed)
{
    DWORD error = each_file(changes, STOP, other, delete_file, removed);
    if (!error && !other[0])
        error = each_file(root->path, STOP, other, delete_early, removed);
    if (!error && !other[0]) {
        error = remove_folder(changes);
        if (error)
            memcpy(other, changes, (wcslen(changes) + 1) * sizeof *other);
    }
    return error;
}

/* Fails if a subfolder exists and is not trusted. */
static bool check_folder(const struct store_folder *above, const wchar_t *name,
                         enum store_state *state, struct fault *fault)
{
    char why[STORE_PATH_SIZE];
    if (!store_folder_look(above, name, STORE_KIND_FOLDER, 0, state, NULL, why, fault))
        return false;
    return *state != STORE_UNTRUSTED ||
           fault_set(fault, FAULT_STORE, 0, "%s Nothing was removed.", why);
}

/* Checks that all folders are trusted before anything is deleted. A user who may write to a folder
 * could replace its subfolder by a link to another folder, and maxport would delete the files
 * there. */
static bool check_folders(const struct store_folder *root, struct fault *fault)
{
    enum store_state state;
    struct store_folder copies;
    if (!check_folder(root, store_changes_name, &state, fault) ||
        !check_folder(root, store_public_name, &state, fault))
        return false;
    if (state == STORE_ABSENT)
        return true;
    if (!store_folder_enter(root, store_public_name, &copies, fault))
        return false;
    bool is_fine = check_folder(&copies, store_changes_name, &state, fault);
    store_folder_close(&copies);
    return is_fine;
}

/* Fills *fault for a failure that happened after the journal and the backups were deleted. */
static bool copies_fault(struct fault *fault, DWORD error, const wchar_t *other)
{
    store_fault(fault, FAULT_STORE, error, other, "removed");
    return fault_except(fault, "The journal and all backups are deleted. To remove the public "
                               "copies too, run maxport store remove again when no other program "
                               "uses them.");
}

static bool remove_fault(struct fault *fault, DWORD error, const wchar_t *other)
{
    char utf8[STORE_PATH_SIZE];
    if (error)
        return store_fault(fault, FAULT_STORE, error, other, "removed");
    wide_copy_utf8(other, utf8, sizeof utf8);
    return fault_set(fault, FAULT_STORE, 0,
                     "%s is not a file of maxport and was left unchanged, so the store still "
                     "exists.",
                     utf8);
}

/* Deletes the record, then the empty folder. The order matters: a folder without a record is never
 * trusted, but a record without its folder would be dangerous. The file system may reuse the
 * folder's identity for a user's folder, and maxport would trust that folder. If the folder cannot
 * be deleted, restores the record, so that the user can run maxport store remove again. If the
 * deletion times out, an oplock delays it, and Windows deletes the folder later. In this case, the
 * function does not restore the record. */
static bool remove_root(struct store_adapter *adapter, const wchar_t *path,
                        const struct store_identity *identity, struct fault *fault)
{
    struct fault ignored;
    DWORD error = ERROR_SUCCESS;
    bool is_removed = store_record_remove(adapter->root, fault);
    if (is_removed) {
        error = remove_folder(path);
        is_removed = !error || store_fault(fault, FAULT_STORE, error, path, "removed");
    }
    if (!is_removed && error != ERROR_TIMEOUT &&
        !store_record_write(adapter->root, path, identity, &ignored))
        return false; /* store_prepare() will rename the folder, which has no record now */
    return is_removed;
}

bool store_remove(void *context, struct store_size *removed, struct fault *fault)
{
    struct store_adapter *adapter = context;
    struct store_identity identity;
    wchar_t changes[STORE_PATH_CHARACTERS], other[STORE_PATH_CHARACTERS] = L"";
    struct store_folder root;
    *removed = (struct store_size){0};
    if (!store_folder_open(adapter, &root, fault)) {
        store_unlock(adapter);
        return fault->kind == FAULT_MISSING && store_record_remove(adapter->root, fault);
    }
    DWORD error = store_identity_read(root.handle, &identity);
    if (error || !store_folder_path(&root, store_changes_name, changes, fault) ||
        !check_folders(&root, fault)) {
        store_unlock(adapter);
        store_folder_close(&root);
        return error && store_fault(fault, FAULT_FAILED, error, root.path, "examined");
    }
    error = remove_backups(&root, changes, other, removed);
    store_unlock(adapter);
    if (!error && !other[0])
        error = each_file(root.path, STOP, other, delete_file, removed);
    if (error || other[0]) {
        store_folder_close(&root);
        return remove_fault(fault, error, other[0] ? other : root.path);
    }
    /* Reset the number of the newest copy first: a copy that remains, because a program has it
     * open, must not be shown as the journal any more. */
    error = store_record_write_copy(adapter->root, STORE_NO_COPY);
    if (!error)
        error = remove_public(&root, other);
    store_folder_close(&root);
    if (error)
        return copies_fault(fault, error, other[0] ? other : root.path);
    return remove_root(adapter, root.path, &identity, fault);
}
