#include "win32/store_public.h"

#include "win32/lib/background.h"
#include "win32/lib/file.h"
#include "win32/lib/wide.h"
#include "win32/ntdll.h"
#include "win32/store_file.h"
#include "win32/store_lock.h"
#include "win32/store_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum {
    LOCK_MS = 1000,
    TIDY_MS = 500,
    /* A copy with a higher number can be older, so tidy() also tries this many higher numbers. */
    OLDER = 16,
    COPIES = 1000,     /* number of names that publish() tries */
    READ_ATTEMPTS = 3, /* attempts while another maxport publishes new copies */
    LEAF_CHARACTERS = STORE_NAME_CHARACTERS + 16,
};

static const wchar_t journal_leaf[] = L"journal.jsonl";

/* Sets only the owner of a copy; its permissions are inherited from `public`. */
static const wchar_t copy_sddl[] = L"O:BAG:BA";

/* Prints "journal.jsonl" or "journal.3.jsonl". */
void store_public_leaf(const wchar_t *leaf, DWORD copy, wchar_t *name, size_t count)
{
    const wchar_t *end = wcsrchr(leaf, L'.');
    if (!end)
        end = leaf + wcslen(leaf);
    if (copy && copy != STORE_NO_COPY)
        snwprintf(name, count, L"%.*ls.%lu%ls", (int)(end - leaf), leaf, (unsigned long)copy, end);
    else
        snwprintf(name, count, L"%ls", leaf);
}

/* ---- reading ---------------------------------------------------------- */

static bool open_copies(struct store_adapter *adapter, struct store_folder *copies,
                        struct fault *fault)
{
    struct store_folder root;
    if (!store_folder_open(adapter, &root, fault))
        return false;
    bool is_open = store_folder_enter(&root, store_public_name, copies, fault);
    store_folder_close(&root);
    return is_open;
}

static bool read_once(struct store_adapter *adapter, const struct store_name *name, char **data,
                      size_t *length, struct fault *fault)
{
    struct store_trace trace;
    struct store_folder copies, folder;
    wchar_t leaf[LEAF_CHARACTERS];
    if (!store_record_read(adapter->root, &trace, fault))
        return false;
    /* Without a number in the record, an existing copy is from a removed store. */
    if (!name->folder[0] && trace.copy == STORE_NO_COPY)
        return fault_set(fault, FAULT_MISSING, ERROR_FILE_NOT_FOUND,
                         "No journal was published yet.");
    if (!open_copies(adapter, &copies, fault) || !store_name_enter(&copies, name, &folder, fault))
        return false;
    store_public_leaf(name->leaf, name->folder[0] ? 0 : trace.copy, leaf, LEAF_CHARACTERS);
    bool is_read = store_file_read(&folder, leaf, data, length, fault);
    store_folder_close(&folder);
    return is_read;
}

/* Returns whether another program blocks the file: it has opened the file without sharing, has
 * locked bytes, has an oplock, or keeps a deleted file open. */
static bool is_held(uint32_t code)
{
    return code == ERROR_SHARING_VIOLATION || code == ERROR_LOCK_VIOLATION ||
           code == ERROR_TIMEOUT || code == ERROR_DELETE_PENDING;
}

/* Adds the path of the private file to the fault, because any user can block a copy. */
static bool add_way_out(struct store_adapter *adapter, const struct store_name *name,
                        struct fault *fault)
{
    struct store_trace trace;
    struct fault ignored;
    wchar_t path[STORE_FOLDER_CHARACTERS];
    char utf8[STORE_PATH_SIZE], original[2 * STORE_NAME_CHARACTERS + 2];
    struct fault why = *fault;
    if (!store_folder_locate(adapter, path, &trace, &ignored))
        return false;
    wide_copy_utf8(path, utf8, sizeof utf8);
    snprintf(original, sizeof original, "%ls%s%ls", name->folder, name->folder[0] ? "\\" : "",
             name->leaf);
    return fault_set(fault, why.kind, why.code,
                     "%s Another program keeps this copy%s open. In an elevated prompt, an "
                     "administrator can read the original, %s\\%s; maxport undo and maxport "
                     "restore read it too.",
                     why.text, name->folder[0] ? "" : " of the journal", utf8, original);
}

/* Sets a fault if the public copy of the journal was lost: the record contains the number of a copy
 * that does not exist. Without this fault, maxport would report that it never changed the machine.
 * A store whose journal was never published has no copy, and its record has no number. */
static bool report_lost_copy(struct store_adapter *adapter, struct fault *fault)
{
    struct store_trace trace;
    struct fault ignored;
    if (!store_record_read(adapter->root, &trace, &ignored) || trace.copy == STORE_NO_COPY)
        return false;
    return fault_set(fault, FAULT_STORE, 0,
                     "The public copy of the journal is missing, so the changes that maxport made "
                     "are not shown. maxport undo and maxport restore read the original. The next "
                     "change, or maxport backup, makes the copy again.");
}

bool store_read_public(struct store_adapter *adapter, const char *text, char **data, size_t *length,
                       struct fault *fault)
{
    struct store_name name;
    if (!store_name_parse(text, &name, fault))
        return false;
    for (unsigned attempt = 1;; attempt++) {
        if (read_once(adapter, &name, data, length, fault))
            return true;
        /* The copy may have been deleted, because another maxport published a newer copy after the
         * record was read. */
        if (fault->kind != FAULT_MISSING || name.folder[0])
            return is_held(fault->code) && add_way_out(adapter, &name, fault);
        if (attempt == READ_ATTEMPTS)
            return report_lost_copy(adapter, fault);
    }
}

/* ---- one copy --------------------------------------------------------- */

/* Deletes a copy if no program has it open. An oplock can delay the deletion. Therefore publish()
 * copies the journal before it calls discard() for a backup, and deletes old copies of the journal
 * last. */
static void discard(const struct store_folder *folder, const wchar_t *leaf)
{
    struct ntdll_open request = {.folder = folder->handle, .name = leaf, .access = DELETE};
    HANDLE file;
    if (!ntdll_open(&request, &file)) {
        ntdll_delete(file);
        CloseHandle(file);
    }
}

/* Creates a file with this name, completely or not at all. Returns a Win32 error code;
 * ERROR_FILE_EXISTS: the name is in use. Does not retry, because a user can keep a name in use as
 * long as the user wants. written: the last-write time of the new file; NULL: now. */
static DWORD make_copy(const struct store_folder *folder, const wchar_t *leaf, const void *data,
                       size_t length, const FILETIME *written)
{
    struct ntdll_open request = {
        .folder = folder->handle,
        .name = leaf,
        .access = GENERIC_WRITE | DELETE,
        .purpose = NTDLL_MAKE_FILE,
        .security = store_security_make(copy_sddl),
    };
    HANDLE file;
    if (!request.security)
        return GetLastError();
    DWORD error = ntdll_open(&request, &file);
    LocalFree(request.security);
    if (error)
        return error;
    error = file_write(file, data, length);
    if (!error && written && !SetFileTime(file, NULL, NULL, written))
        error = GetLastError();
    if (error)
        ntdll_delete(file);
    CloseHandle(file);
    return error;
}

/* Returns whether the name cannot be used because another file has this name. ERROR_DELETE_PENDING:
 * the file is deleted, but a reader still has it open. */
static bool is_kept(DWORD error)
{
    return error == ERROR_FILE_EXISTS || error == ERROR_DELETE_PENDING ||
           error == ERROR_SHARING_VIOLATION || error == ERROR_ACCESS_DENIED;
}

static bool copy_fault(const struct store_folder *folder, const wchar_t *leaf, DWORD error,
                       struct fault *fault)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    return store_folder_path(folder, leaf, path, fault) &&
           store_fault(fault, FAULT_FAILED, error, path, "renewed");
}

/* Opens a folder that users may read; creates it if it is missing. */
static bool enter_public(const struct store_folder *above, const wchar_t *name,
                         struct store_folder *folder, struct fault *fault)
{
    HANDLE made;
    if (store_folder_enter(above, name, folder, fault))
        return true;
    if (fault->kind != FAULT_MISSING)
        return false;
    DWORD error = store_folder_make(above->handle, name, store_public_sddl, &made);
    if (error && error != ERROR_ALREADY_EXISTS)
        return store_fault(fault, FAULT_FAILED, error, folder->path, "created");
    if (!error)
        CloseHandle(made);
    return store_folder_enter(above, name, folder, fault);
}

/* ---- the journal ------------------------------------------------------ */

/* Extends the time limit for a long journal. This must happen before the journal is read, because
 * reading 100 MiB can take longer than the limit. */
static void extend_by_size(const struct store_folder *root)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    WIN32_FILE_ATTRIBUTE_DATA found;
    struct fault ignored;
    if (!store_folder_path(root, journal_leaf, path, &ignored) ||
        !GetFileAttributesExW(path, GetFileExInfoStandard, &found))
        return;
    uint64_t length = (uint64_t)found.nFileSizeHigh << 32 | found.nFileSizeLow;
    background_extend((DWORD)(length / STORE_PUBLISH_BYTES_PER_MS));
}

/* Copies the journal to a name other than the current copy's. *last: the higher of the numbers of
 * the new copy and the current copy. */
static bool copy_journal(HKEY root_key, const struct store_folder *root,
                         const struct store_folder *copies, DWORD current, DWORD *last,
                         struct fault *fault)
{
    wchar_t leaf[LEAF_CHARACTERS];
    DWORD error = ERROR_FILE_EXISTS, copy = 0;
    char *data;
    size_t length;
    extend_by_size(root);
    if (!store_file_read(root, journal_leaf, &data, &length, fault))
        return fault->kind == FAULT_MISSING; /* no change was made yet */
    for (; copy < COPIES; copy++) {
        store_public_leaf(journal_leaf, copy, leaf, LEAF_CHARACTERS);
        error = copy == current ? ERROR_FILE_EXISTS : make_copy(copies, leaf, data, length, NULL);
        if (!is_kept(error))
            break;
    }
    free(data);
    if (!error)
        error = store_record_write_copy(root_key, copy);
    *last = current == STORE_NO_COPY || copy > current ? copy : current;
    return !error || copy_fault(copies, leaf, error, fault);
}

/* ---- the backups ------------------------------------------------------ */

/* Returns whether the copy has the size and time of the original. If not, the copy is of an earlier
 * file with this name: after a store is removed, a copy remains if a program keeps this copy
 * open. */
static bool is_copied(const wchar_t *path, const WIN32_FIND_DATAW *original)
{
    WIN32_FILE_ATTRIBUTE_DATA copy;
    return GetFileAttributesExW(path, GetFileExInfoStandard, &copy) &&
           copy.nFileSizeHigh == original->nFileSizeHigh &&
           copy.nFileSizeLow == original->nFileSizeLow &&
           CompareFileTime(&copy.ftLastWriteTime, &original->ftLastWriteTime) == 0;
}

static bool copy_backup(const struct store_folder *changes, const struct store_folder *copies,
                        const WIN32_FIND_DATAW *found, struct fault *fault)
{
    wchar_t path[STORE_PATH_CHARACTERS];
    char *data;
    size_t length;
    if (!store_folder_path(copies, found->cFileName, path, fault))
        return false;
    if (is_copied(path, found))
        return true;
    if (!store_file_read(changes, found->cFileName, &data, &length, fault))
        return false;
    const FILETIME *written = &found->ftLastWriteTime;
    DWORD error = make_copy(copies, found->cFileName, data, length, written);
    if (error == ERROR_FILE_EXISTS) {
        discard(copies, found->cFileName);
        error = make_copy(copies, found->cFileName, data, length, written);
    }
    free(data);
    return error ? copy_fault(copies, found->cFileName, error, fault) : true;
}

/* Copies every backup; continues after a failure. *fault is the first failure. */
static bool copy_each_backup(const struct store_folder *changes, const struct store_folder *copies,
                             struct fault *fault)
{
    wchar_t pattern[STORE_PATH_CHARACTERS];
    WIN32_FIND_DATAW found;
    bool is_done = true;
    if (!store_folder_path(changes, L"*", pattern, fault))
        return false;
    HANDLE search = FindFirstFileW(pattern, &found);
    DWORD error = GetLastError();
    if (search == INVALID_HANDLE_VALUE)
        return error == ERROR_FILE_NOT_FOUND ||
               store_fault(fault, FAULT_FAILED, error, changes->path, "listed");
    do {
        struct fault other;
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
            is_done = copy_backup(changes, copies, &found, is_done ? fault : &other) && is_done;
    } while (FindNextFileW(search, &found));
    FindClose(search);
    return is_done;
}

static bool copy_backups(const struct store_folder *root, const struct store_folder *copies,
                         struct fault *fault)
{
    struct store_folder changes, public_changes;
    if (!store_folder_enter(root, store_changes_name, &changes, fault))
        return false;
    bool is_done = enter_public(copies, store_changes_name, &public_changes, fault);
    if (is_done) {
        is_done = copy_each_backup(&changes, &public_changes, fault);
        store_folder_close(&public_changes);
    }
    store_folder_close(&changes);
    return is_done;
}

/* ---- publish ---------------------------------------------------------- */

struct publication {
    struct store_adapter adapter; /* a copy, in which `lock` is not set */
    struct fault fault;
    DWORD last; /* result of copy_journal() */
    bool is_journal_done, is_done;
};

/* The caller has the lock of the copies. Because of this lock, the updates of several processes run
 * one after another, and the last update copies the newest content. */
static bool publish_locked(struct publication *job, const struct store_folder *root)
{
    struct store_adapter *adapter = &job->adapter;
    struct fault *fault = &job->fault;
    struct store_trace before, after;
    struct store_folder copies;
    if (!store_record_read(adapter->root, &before, fault) ||
        !enter_public(root, store_public_name, &copies, fault))
        return false;
    /* Copy the backups even if copying the journal failed, because a user who blocks one copy must
     * not keep the other copies outdated. */
    struct fault ignored;
    job->is_journal_done =
        copy_journal(adapter->root, root, &copies, before.copy, &job->last, fault);
    bool is_done = copy_backups(root, &copies, job->is_journal_done ? fault : &ignored);
    store_folder_close(&copies);
    /* If another maxport wrote meanwhile, it has changed `behind`, so do not reset `behind`. */
    if (is_done && job->is_journal_done && before.behind &&
        store_record_read(adapter->root, &after, fault) && after.behind == before.behind)
        store_record_write_behind(adapter->root, 0);
    return is_done && job->is_journal_done;
}

/* Opens the store, locks the copies and runs work(). Returns the result of work(), or false if the
 * store could not be opened or locked. */
static bool with_lock(struct publication *job, uint32_t wait_ms,
                      bool (*work)(struct publication *, const struct store_folder *root))
{
    struct store_folder root;
    HANDLE lock;
    if (!store_folder_open(&job->adapter, &root, &job->fault))
        return false;
    bool is_done = store_lock_copies(&root, wait_ms, &lock, &job->fault);
    if (is_done) {
        is_done = work(job, &root);
        CloseHandle(lock);
    }
    store_folder_close(&root);
    return is_done;
}

static void publish(void *data)
{
    struct publication *job = data;
    job->is_done = with_lock(job, LOCK_MS, publish_locked);
}

static bool tidy_locked(struct publication *job, const struct store_folder *root)
{
    struct store_folder copies;
    struct store_trace trace;
    wchar_t leaf[LEAF_CHARACTERS];
    if (!store_record_read(job->adapter.root, &trace, &job->fault) || trace.copy == STORE_NO_COPY ||
        !store_folder_enter(root, store_public_name, &copies, &job->fault))
        return false;
    for (DWORD copy = 0; copy <= job->last + OLDER; copy++) {
        store_public_leaf(journal_leaf, copy, leaf, LEAF_CHARACTERS);
        if (copy != trace.copy)
            discard(&copies, leaf);
    }
    store_folder_close(&copies);
    return true;
}

/* Deletes the copies of the journal except the one in the record. */
static void tidy(void *data)
{
    struct publication *job = data;
    job->is_done = with_lock(job, TIDY_MS / 2, tidy_locked);
}

bool store_publish(void *context, struct fault *fault)
{
    struct store_adapter *adapter = context;
    struct publication copy = {.adapter = *adapter};
    struct fault ignored;
    copy.adapter.lock = INVALID_HANDLE_VALUE;
    struct background *background =
        background_start(publish, NULL, &copy, sizeof copy, STORE_PUBLISH_MS, fault);
    if (!background)
        return false;
    struct publication *job = background_wait(background);
    bool is_done = job && job->is_done;
    if (!job)
        fault_set(fault, FAULT_BUSY, ERROR_TIMEOUT, "The public copies were not updated in time.");
    else if (!is_done)
        *fault = job->fault;
    copy.last = job && job->is_journal_done ? job->last : 0;
    background_close(background);
    /* Delete old copies in a separate job, because a program that blocks an old copy must not make
     * publish() fail. */
    if (copy.last > 0) {
        background = background_start(tidy, NULL, &copy, sizeof copy, TIDY_MS, &ignored);
        if (background)
            background_wait(background);
        background_close(background);
    }
    return is_done;
}
