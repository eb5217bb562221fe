/* store.h - the folder that holds the journal and the backups.
 *
 * The store knows files and folders, trust and locks, but not what is in the files: that is
 * journal.h's. Names are relative to the store, with '/' or '\\' between folder and file,
 * ASCII, e.g. "journal.jsonl", "changes\\12.reg".
 *
 * Each file that users may read exists twice. Administrators write and read the private file;
 * `public` holds a copy of it that everybody may read. Nobody but an administrator can open a
 * private file, so no user can keep a change from reading or writing it.
 *
 * Rules that the real one (win32/store.c) enforces:
 *  - reading never creates;
 *  - only a folder that an elevated maxport made is trusted: a record of it lies where only
 *    administrators write. A folder without a matching record, or with a bad owner or DACL,
 *    is never read: `inspect` says so, and `prepare` renames it aside and makes a new one;
 *  - every open shares read, write and delete; sharing violations are retried, bounded.
 * Failures to write are FAULT_STORE; no right to look or write FAULT_DENIED. In a read-only
 * machine every writing function is NULL, and a private file is FAULT_DENIED.
 */
#ifndef CORE_SYSTEM_STORE_H
#define CORE_SYSTEM_STORE_H

#include "core/base/fault.h"

enum store_state {
    STORE_ABSENT, /* no folder: nothing was ever changed here */
    STORE_TRUSTED,
    STORE_UNTRUSTED, /* there, but no elevated maxport made it, or others may write to it */
};

/* Which of its two files a name means. Who reads what, the invocation decides: a command that
 * writes reads the private files; every other command, a dry run and the window read the
 * copies, whoever runs them. */
enum store_view { STORE_PUBLIC, STORE_PRIVATE };

enum { STORE_PATH_SIZE = 1024 };

struct store_size {
    uint32_t files;
    uint64_t bytes;
};

/* What became of an untrusted folder in the store's place. */
struct store_preparation {
    char why[STORE_PATH_SIZE];      /* it was not trusted, a sentence; "" where there was none, or
                                     * where only a folder within the store was moved */
    char moved_to[STORE_PATH_SIZE]; /* its new name; "" where there was none */
    char given_up[STORE_PATH_SIZE]; /* its name, where somebody keeps it from being renamed: the
                                     * store is another folder from now on. Else "" */
};

/* Which folder an elevated maxport made. Written before the folder is used. */
struct store_record {
    bool is_present;
    char path[STORE_PATH_SIZE]; /* full */
    uint32_t volume;            /* serial number */
    uint64_t index;             /* the folder's identity on the volume */
    /* A private file was written and `publish` has not finished since: a change is running, was
     * interrupted, or the copies could not be renewed. What STORE_PUBLIC reads may lack it. */
    bool is_public_behind;
};

struct store {
    void *context;

    /* What is there; `why` (of STORE_PATH_SIZE) says why it is not trusted, else "".
     * Works for users. Fails when it cannot be determined. */
    bool (*inspect)(void *context, enum store_state *, char *why, struct fault *);

    /* The record. is_present is false where there is none. Works for users. */
    bool (*record)(void *context, struct store_record *, struct fault *);

    /* Makes the folder, sets owner and DACL, writes the record, moves an untrusted folder aside;
     * where somebody keeps that from being moved, makes another in its place, which the record
     * then names. The preparation is filled also on failure. */
    bool (*prepare)(void *context, struct store_preparation *, struct fault *);

    /* One writer at a time. Waits up to wait_ms; FAULT_BUSY then, naming the
     * holder where possible. unlock never fails. The lock dies with the process. */
    bool (*lock)(void *context, uint32_t wait_ms, struct fault *);
    void (*unlock)(void *context);

    /* Reads a whole file; *data is malloc'ed and has one NUL after *length bytes.
     * FAULT_MISSING: there is no such file. FAULT_DENIED: a private file, and the caller is no
     * administrator or is not elevated. */
    bool (*read)(void *context, enum store_view view, const char *name, char **data, size_t *length,
                 struct fault *);

    /* Makes a new private file that must not exist (FAULT_EXISTS), writes, flushes. A file that
     * could not be written whole is removed again. */
    bool (*create)(void *context, const char *name, const void *data, size_t length,
                   struct fault *);

    /* Replaces a private file as one step: the old or the new content survives a kill. */
    bool (*replace)(void *context, const char *name, const void *data, size_t length,
                    struct fault *);

    /* Appends to a private file and flushes. On failure what was appended is cut off again where
     * possible; if even that fails, the reader recognises the torn line. */
    bool (*append)(void *context, const char *name, const void *data, size_t length,
                   struct fault *);

    /* Brings the copies in `public` up to date: the journal, the backups, the undo files. Called
     * without the lock, after a change has ended. Takes two seconds at most, whatever users do
     * with the copies. Failing changes nothing about the change: the fault says why the copies
     * are old. */
    bool (*publish)(void *context, struct fault *);

    /* The full path for showing to a person; "" names the folder itself, in either view. */
    void (*path)(void *context, enum store_view view, const char *name, char full[STORE_PATH_SIZE]);

    /* How much lies in a trusted store: the private files, or the copies. */
    bool (*measure)(void *context, enum store_view view, struct store_size *, struct fault *);

    /* Removes all those files, the folders and then the record, under the caller's lock, which is
     * given up whether it succeeds or not. The journal is deleted after all that it names, so that
     * at any moment what is left is true. A file that is not the store's stays, and then the
     * folder, too: FAULT_STORE names the first of them. *removed: private files that were deleted,
     * also on failure. */
    bool (*remove)(void *context, struct store_size *removed, struct fault *);
};

/* Files that the user names (backup FILE, restore FILE): plain, outside the store. */
struct files {
    void *context;
    /* As store.read, at most `limit` bytes (more: FAULT_USAGE). */
    bool (*read)(void *context, const char *path, size_t limit, char **data, size_t *length,
                 struct fault *);
    /* Writes whole or not at all (by a temporary name and a rename). Refuses an
     * existing file with FAULT_USAGE, and Windows' code for that, unless `overwrite`. */
    bool (*write)(void *context, const char *path, bool overwrite, const void *data, size_t length,
                  struct fault *);
    /* The full path for showing to a person; `path` itself where it cannot be told. */
    void (*path)(void *context, const char *path, char full[STORE_PATH_SIZE]);
};

#endif
