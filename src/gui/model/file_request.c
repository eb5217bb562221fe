#include "gui/model/file_request.h"

#include <stdlib.h>
#include <string.h>

static struct file_request *make(const char *path, struct fault *fault)
{
    struct file_request *request;

    if (strlen(path) >= sizeof request->path) {
        fault_set(fault, FAULT_USAGE, 0,
                  "The path is longer than %d bytes. Nothing was written. Choose a shorter path.",
                  STORE_PATH_SIZE - 1);
        return NULL;
    }
    request = calloc(1, sizeof *request);
    if (!request) {
        fault_no_memory(fault);
        fault_prefix(fault, "Nothing was written");
        return NULL;
    }
    strcpy(request->path, path);
    return request;
}

struct file_request *file_request_copy(const char *backup, const char *path, struct fault *fault)
{
    struct file_request *request;

    if (strlen(backup) >= sizeof request->backup) {
        fault_set(fault, FAULT_USAGE, 0,
                  "The name of the backup \"%.80s\" is longer than %d bytes. Nothing was written.",
                  backup, (int)sizeof request->backup - 1);
        return NULL;
    }
    request = make(path, fault);
    if (request)
        strcpy(request->backup, backup);
    return request;
}

struct file_request *file_request_write(char *data, size_t length, const char *path,
                                        struct fault *fault)
{
    struct file_request *request = make(path, fault);

    if (!request) {
        free(data);
        return NULL;
    }
    request->data = data;
    request->length = length;
    return request;
}

bool file_request_serve(struct file_request *request, const struct machine *machine,
                        struct fault *fault)
{
    if (!request->data &&
        !machine->store.read(machine->store.context, STORE_PUBLIC, request->backup, &request->data,
                             &request->length, fault))
        return false;
    return machine->files.write(machine->files.context, request->path, true, request->data,
                                request->length, fault);
}

void file_request_release(struct file_request *request)
{
    if (!request)
        return;
    free(request->data);
    free(request);
}
