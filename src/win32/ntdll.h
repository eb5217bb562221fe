/* ntdll.h - what only the native interface of Windows can do with files.
 *
 * CreateFileW cannot be told to return at once where another program holds an oplock, nor
 * to open a name within a folder that is open already. NtCreateFile can do both, from
 * Windows XP on. Sources: Microsoft Learn, "NtCreateFile" (FILE_COMPLETE_IF_OPLOCKED,
 * RootDirectory), "NtSetInformationFile", "FILE_RENAME_INFORMATION".
 * Every function is one call and returns a Win32 error code, 0 for success. None retries.
 */
#ifndef WIN32_NTDLL_H
#define WIN32_NTDLL_H

#include "core/base/fault.h"

#include <windows.h>

enum ntdll_purpose {
    NTDLL_OPEN,        /* a file or folder that exists */
    NTDLL_MAKE_FILE,   /* ERROR_FILE_EXISTS: something has that name */
    NTDLL_MAKE_FOLDER, /* ERROR_ALREADY_EXISTS, likewise */
};

struct ntdll_open {
    HANDLE folder;       /* NULL: `name` is a full path, C:\... or \\server\... */
    const wchar_t *name; /* within `folder` */
    DWORD access;        /* SYNCHRONIZE is added */
    DWORD share;
    enum ntdll_purpose purpose;
    void *security; /* of what is made; NULL: inherited */
};

/* A link at the end of the name is opened itself. A server on the other side may identify
 * the caller, but not impersonate it. ERROR_SHARING_VIOLATION: in use, also where an oplock
 * would have to be broken first. ERROR_DELETE_PENDING: deleted, but still open elsewhere. */
DWORD ntdll_open(const struct ntdll_open *request, HANDLE *file) MUST_CHECK;

/* The handle has DELETE access. `name` is a full path, or within `folder` unless that is NULL. */
DWORD ntdll_rename(HANDLE file, HANDLE folder, const wchar_t *name, bool replace) MUST_CHECK;

/* The file or empty folder is deleted when its last handle is closed. DELETE access. */
DWORD ntdll_delete(HANDLE file);

#endif
