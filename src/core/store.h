/* store.h - the folder that holds the journal and the backups.
 *
 * The port knows files and folders, trust and locks, but not what is in them:
 * that is journal.h's. Names are relative to the store, with '/' or '\\' between
 * folder and file, ASCII, e.g. "journal.jsonl", "changes\\12.reg".
 *
 * Rules that the real one (win32/store.c) enforces:
 *  - reading never creates;
 *  - a folder that is not trusted (owner, DACL) is never read: `inspect` says so,
 *    and `prepare` renames it aside and makes a new one;
 *  - every open shares read, write and delete; sharing violations are retried, bounded.
 * Failures to write are FAULT_STORE; no right to look or write FAULT_DENIED.
 */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include "core/fault.h"

enum store_state {
    STORE_ABSENT,    /* no folder: nothing was ever changed here */
    STORE_TRUSTED,
    STORE_UNTRUSTED, /* there, but others than administrators could have written it */
};

enum { STORE_PATH_SIZE = 1024 };

struct store_size {
    uint32_t files;
    uint64_t bytes;
};

/* What became of an untrusted folder in the store's place. */
struct store_preparation {
    char moved_to[STORE_PATH_SIZE]; /* its new name; "" where there was none */
    char given_up[STORE_PATH_SIZE]; /* its name, where somebody keeps it from being renamed: the
                                     * store is another folder from now on. Else "" */
};

struct store {
    void *context;

    /* What is there; `why` (of STORE_PATH_SIZE) says why it is not trusted, else "".
     * Fails when it cannot be told. */
    bool (*inspect)(void *context, enum store_state *, char *why, struct fault *);

    /* Makes the folder, sets owner and DACL, moves an untrusted one aside; where somebody
     * keeps that from being moved, makes another in its place, which is found from then on.
     * The preparation is filled also on failure. */
    bool (*prepare)(void *context, struct store_preparation *, struct fault *);

    /* One writer at a time. Waits up to wait_ms; FAULT_BUSY then, naming the
     * holder where possible. unlock never fails. The lock dies with the process. */
    bool (*lock)(void *context, uint32_t wait_ms, struct fault *);
    void (*unlock)(void *context);

    /* Reads a whole file; *data is malloc'ed and has one NUL after *length bytes.
     * FAULT_MISSING: no such file. */
    bool (*read)(void *context, const char *name, char **data, size_t *length, struct fault *);

    /* Makes a new file that must not exist (FAULT_EXISTS), writes, flushes. A file that could
     * not be written whole is removed again. */
    bool (*create)(void *context, const char *name, const void *data, size_t length,
                   struct fault *);

    /* Replaces a file as one step: the old or the new content survives a kill. */
    bool (*replace)(void *context, const char *name, const void *data, size_t length,
                    struct fault *);

    /* Appends and flushes. On failure what was appended is cut off again where
     * possible; if even that fails, the reader recognises the torn line. */
    bool (*append)(void *context, const char *name, const void *data, size_t length,
                   struct fault *);

    /* The full path for showing to a person. */
    void (*path)(void *context, const char *name, char full[STORE_PATH_SIZE]);

    /* How much lies in a trusted store: all files in the folder and in changes. */
    bool (*measure)(void *context, struct store_size *, struct fault *);

    /* Removes those files and the folders, under the caller's lock, which is given up
     * whether it succeeds or not. The journal goes after all that it speaks of, so that at
     * any moment what is left is true. What is no file of the store's stays, and then the
     * folder, too: FAULT_STORE names the first of it. *removed: what is gone, also on failure. */
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
    bool (*write)(void *context, const char *path, bool overwrite, const void *data,
                  size_t length, struct fault *);
    /* The full path for showing to a person; `path` itself where it cannot be told. */
    void (*path)(void *context, const char *path, char full[STORE_PATH_SIZE]);
};

#endif
