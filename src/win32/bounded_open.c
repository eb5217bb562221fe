#include "win32/bounded_open.h"

#include "win32/lib/background.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { POLL_MS = 25, NAME_CHARACTERS = 600, SECURITY_BYTES = 512 };

/* The data of the thread: a copy of the request, and the result. */
struct job {
    struct ntdll_open request;
    wchar_t name[NAME_CHARACTERS];
    unsigned char security[SECURITY_BYTES];
    HANDLE file; /* NULL: not opened, or taken by the caller */
    DWORD error;
};

static void run(void *data)
{
    struct job *job = data;
    DWORD start = GetTickCount();
    job->request.name = job->name;
    if (job->request.security)
        job->request.security = job->security;
    for (;;) {
        job->error = ntdll_open(&job->request, &job->file);
        if ((job->error != ERROR_SHARING_VIOLATION && job->error != ERROR_DELETE_PENDING) ||
            GetTickCount() - start >= FILE_PATIENCE_MS) {
            break;
        }
        Sleep(POLL_MS);
    }
}

static void release(void *data)
{
    struct job *job = data;
    if (job->file)
        CloseHandle(job->file);
    if (job->request.folder)
        CloseHandle(job->request.folder);
}

static bool copy_request(const struct ntdll_open *request, struct job *job)
{
    size_t count = wcslen(request->name) + 1;
    DWORD security_bytes = request->security ? GetSecurityDescriptorLength(request->security) : 0;
    *job = (struct job){.request = *request};
    if (count > NAME_CHARACTERS || security_bytes > SECURITY_BYTES)
        return false;
    memcpy(job->name, request->name, count * sizeof *job->name);
    if (security_bytes)
        memcpy(job->security, request->security, security_bytes);
    /* Duplicate the handle, because the caller may close the original before the thread uses it. */
    return !request->folder ||
           DuplicateHandle(GetCurrentProcess(), request->folder, GetCurrentProcess(),
                           &job->request.folder, 0, FALSE, DUPLICATE_SAME_ACCESS);
}

DWORD bounded_open(const struct ntdll_open *request, HANDLE *file)
{
    struct job copy;
    struct fault fault;
    if (!copy_request(request, &copy))
        return ERROR_INVALID_NAME;
    if (background_is_job()) {
        run(&copy);
        if (!copy.error)
            *file = copy.file;
        copy.file = NULL;
        release(&copy);
        return copy.error;
    }
    struct background *background =
        background_start(run, release, &copy, sizeof copy, BOUNDED_OPEN_MS, &fault);
    if (!background) {
        release(&copy);
        return fault.kind == FAULT_NO_MEMORY ? ERROR_NOT_ENOUGH_MEMORY : ERROR_NO_SYSTEM_RESOURCES;
    }
    struct job *job = background_wait(background);
    DWORD error = job ? job->error : ERROR_TIMEOUT;
    if (!error) {
        *file = job->file;
        job->file = NULL;
    }
    background_close(background);
    return error;
}

/* ---- deleting --------------------------------------------------------- */

struct deletion {
    HANDLE file;
    DWORD error;
};

static void run_deletion(void *data)
{
    struct deletion *job = data;
    job->error = ntdll_delete(job->file);
}

static void release_deletion(void *data)
{
    struct deletion *job = data;
    CloseHandle(job->file);
}

DWORD bounded_delete(HANDLE file)
{
    struct deletion copy = {.file = file};
    struct fault ignored;
    struct background *background = background_start(run_deletion, release_deletion, &copy,
                                                     sizeof copy, BOUNDED_OPEN_MS, &ignored);
    if (!background) {
        CloseHandle(file);
        return ERROR_NO_SYSTEM_RESOURCES;
    }
    struct deletion *job = background_wait(background);
    DWORD error = job ? job->error : ERROR_TIMEOUT;
    background_close(background);
    return error;
}

/* ---- a user's file ---------------------------------------------------- */

struct user_open {
    wchar_t *path; /* owned; may be longer than the store's paths */
    DWORD access, flags, error;
    HANDLE file; /* NULL: not opened, or taken by the caller */
};

static void run_user_open(void *data)
{
    struct user_open *job = data;
    job->error = file_open(job->path, job->access, OPEN_EXISTING, job->flags, NULL, &job->file);
}

static void release_user_open(void *data)
{
    struct user_open *job = data;
    free(job->path);
    if (job->file)
        CloseHandle(job->file);
}

DWORD bounded_user_open(const wchar_t *path, DWORD access, DWORD flags, HANDLE *file)
{
    struct user_open copy = {.path = _wcsdup(path), .access = access, .flags = flags};
    struct fault ignored;
    if (!copy.path)
        return ERROR_NOT_ENOUGH_MEMORY;
    struct background *background = background_start(run_user_open, release_user_open, &copy,
                                                     sizeof copy, BOUNDED_USER_OPEN_MS, &ignored);
    if (!background) {
        release_user_open(&copy);
        return ERROR_NO_SYSTEM_RESOURCES;
    }
    struct user_open *job = background_wait(background);
    DWORD error = job ? job->error : ERROR_TIMEOUT;
    if (!error) {
        *file = job->file;
        job->file = NULL;
    }
    background_close(background);
    return error;
}
