/* file_request.h - a request to write a file of the user: a copy of a backup, or bytes. */
#ifndef GUI_MODEL_FILE_REQUEST_H
#define GUI_MODEL_FILE_REQUEST_H

#include "core/system/machine.h"

struct file_request {
    struct file_request *next; /* for a list of the caller */
    char *data;                /* owned; the bytes to write; NULL: write a copy of the backup */
    size_t length;
    char backup[64]; /* name in the store; only if `data` is NULL */
    char path[STORE_PATH_SIZE];
};

/* Makes a request to copy a backup to the file `path`. Returns NULL with FAULT_USAGE if the name of
 * the backup or the path is too long, or with FAULT_NO_MEMORY. */
struct file_request *file_request_copy(const char *backup, const char *path, struct fault *fault);

/* Makes a request to write bytes to the file `path`. Takes ownership of `data`, which must be
 * malloc'ed, even on failure. Returns NULL with FAULT_USAGE if the path is too long, or with
 * FAULT_NO_MEMORY. */
struct file_request *file_request_write(char *data, size_t length, const char *path,
                                        struct fault *fault);

/* Writes the file. An existing file is replaced. */
bool file_request_serve(struct file_request *request, const struct machine *machine,
                        struct fault *fault) MUST_CHECK;

void file_request_release(struct file_request *request); /* NULL is allowed */

#endif
