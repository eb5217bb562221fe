/* store.h - the folder that contains the journal and the backups.
 *
 * The store handles files, folders, trust and locks. journal.h defines the content of the
 * files. Names are ASCII and relative to the store, with '/' or '\' between folder and file,
 * e.g. "journal.jsonl", "changes\12.reg".
 *
 * Each file that users may read exists twice: a private file, which only administrators can
 * open, and a copy in `public`, which everybody may read. A user can therefore never block a
 * change by keeping a file open.
 *
 * win32/store.c and its helper files enforce these rules:
 *  - reading never creates anything;
 *  - only a folder that an elevated maxport created is trusted. A record, which only
 *    administrators can write, identifies that folder. A folder without a matching record, or with
 * a bad owner or DACL, is never read: `inspect` reports such a folder, and `prepare` renames it and
 * creates a new folder;
 *  - every file is opened with sharing of read, write and delete; after a sharing violation,
 *    maxport retries for a limited time.
 *
 * If a write fails, the function fails with FAULT_STORE; without permission to read or write, it
 * fails with FAULT_DENIED. In a read-only machine every writing function is NULL, and reading a
 * private file fails with FAULT_DENIED.
 */
#ifndef CORE_SYSTEM_STORE_H
#define CORE_SYSTEM_STORE_H

#include "core/base/fault.h"

enum store_state {
    STORE_ABSENT, /* no folder: maxport has not changed this machine, or the store was removed */
    STORE_TRUSTED,
    STORE_UNTRUSTED, /* no elevated maxport created it, or others may write to it */
};

/* Selects the private file or its copy. A command that writes reads the private files. Every other
 * command, a dry run and the window read the copies, even if an administrator runs them. */
enum store_view { STORE_PUBLIC, STORE_PRIVATE };

enum { STORE_PATH_SIZE = 1024 };

struct store_size {
    uint32_t files;
    uint32_t backups; /* files changes\N.reg; only `measure` counts them */
    uint64_t bytes;
};

/* What `prepare` did with an untrusted folder at the store's path. */
struct store_preparation {
    char why[STORE_PATH_SIZE]; /* a sentence: why the folder was not trusted; "" if there was no
                                  such folder, or if only a folder within the store was renamed */
    char moved_to[STORE_PATH_SIZE]; /* the folder's new name; "" if no folder was renamed */
    char given_up[STORE_PATH_SIZE]; /* the folder's name if a program prevented the renaming, so
                                       that the store is now another folder; else "" */
};

/* Identifies the folder that an elevated maxport created. The record is written before the folder
 * is used. */
struct store_record {
    bool is_present;
    char path[STORE_PATH_SIZE]; /* full path */
    uint32_t volume;            /* serial number */
    uint64_t index;             /* the folder's identity on the volume */
    /* A private file was written after the last complete `publish`: a change is running or was
     * interrupted, or the copies could not be updated. The copies may then have old content. */
    bool is_public_behind;
};

struct store {
    void *context;

    /* Determines the state of the store. `why` (STORE_PATH_SIZE bytes) is set to the reason why the
     * store is not trusted, else to "". Works for every user. Fails if the state cannot be
     * determined. */
    bool (*inspect)(void *context, enum store_state *, char *why, struct fault *);

    /* Reads the record. is_present is false if there is none. Works for every user. */
    bool (*record)(void *context, struct store_record *, struct fault *);

    /* Creates the private folder, sets owner and DACL, and writes the record. Renames an untrusted
     * folder. If a program prevents the renaming, creates a folder with another name, which the
     * record then identifies. Fills the struct store_preparation even on failure. */
    bool (*prepare)(void *context, struct store_preparation *, struct fault *);

    /* Locks the store for one writer. Waits up to wait_ms, then fails with FAULT_BUSY; the text
     * names the process that has the lock, if possible. `unlock` never fails. When a process ends,
     * its lock is released. */
    bool (*lock)(void *context, uint32_t wait_ms, struct fault *);
    void (*unlock)(void *context);

    /* Reads a whole file. *data is malloc'ed, the caller frees it; one NUL follows the *length
     * bytes. Fails with FAULT_MISSING if the file does not exist, and with FAULT_DENIED if the file
     * is private and the caller is not an elevated administrator. */
    bool (*read)(void *context, enum store_view view, const char *name, char **data, size_t *length,
                 struct fault *);

    /* Creates a private file, writes and flushes it. Fails with FAULT_EXISTS if the file exists
     * already. A file that could not be written completely is deleted. */
    bool (*create)(void *context, const char *name, const void *data, size_t length,
                   struct fault *);

    /* Replaces a private file atomically: if the process is killed, the file has either the old
     * or the new content. */
    bool (*replace)(void *context, const char *name, const void *data, size_t length,
                    struct fault *);

    /* Appends to a private file and flushes it. On failure, truncates the file to its former
     * length; if that fails too, the reader detects the incomplete line. */
    bool (*append)(void *context, const char *name, const void *data, size_t length,
                   struct fault *);

    /* Updates the copies: the journal first, then the backups and undo files. Creates `public` if
     * it is missing. Called without the lock, after a change has ended. Takes at most two seconds,
     * even if users keep the copies open. A failure does not affect the change; the fault says why
     * the copies are old. */
    bool (*publish)(void *context, struct fault *);

    /* Sets `full` to the full path, for display. The name "" is the folder itself, in either
     * view. */
    void (*path)(void *context, enum store_view view, const char *name, char full[STORE_PATH_SIZE]);

    /* Counts the private files or, in the view STORE_PUBLIC, the copies of a trusted store, and
     * their bytes. */
    bool (*measure)(void *context, enum store_view view, struct store_size *, struct fault *);

    /* Deletes the files and subfolders of the store, then the record, then the folder of the store.
     * If the folder cannot be deleted, restores the record if possible. The caller must have locked
     * the store; this function releases the lock, even on failure. The journal is deleted after the
     * files that it names, so that the journal is correct at any moment. A file that does not
     * belong to the store is kept, and its folder too; the function then fails with FAULT_STORE,
     * which names the first such file. *removed counts the deleted private files, even on
     * failure. */
    bool (*remove)(void *context, struct store_size *removed, struct fault *);
};

/* Files outside the store that the user names (backup FILE, restore FILE). */
struct files {
    void *context;
    /* Like store.read. Fails with FAULT_USAGE if the file is larger than `limit` bytes. */
    bool (*read)(void *context, const char *path, size_t limit, char **data, size_t *length,
                 struct fault *);
    /* Writes a temporary file and renames it, so that the file is never incomplete. If the file
     * exists and `overwrite` is false, fails with FAULT_USAGE and Windows' error code. */
    bool (*write)(void *context, const char *path, bool overwrite, const void *data, size_t length,
                  struct fault *);
    /* Sets `full` to the full path, for display, or to `path` if the full path cannot be
     * determined. */
    void (*path)(void *context, const char *path, char full[STORE_PATH_SIZE]);
    /* Sets `folder` to the full path of the user's Documents folder. Fails with FAULT_UNAVAILABLE
     * if the account has none or Windows does not report it. */
    bool (*documents)(void *context, char folder[STORE_PATH_SIZE], struct fault *);
};

#endif
