/* ntdll.h - file operations that need the native API of Windows.
 *
 * CreateFileW waits if another program holds an oplock, and cannot open a name relative to an open
 * folder. NtCreateFile can return immediately and can open relative names, on Windows XP and later.
 * Sources: Microsoft Learn, "NtCreateFile" (FILE_COMPLETE_IF_OPLOCKED, RootDirectory),
 * "NtSetInformationFile", "FILE_RENAME_INFORMATION".
 *
 * No function retries. Every function returns a Win32 error code; 0 is success.
 */
#ifndef WIN32_NTDLL_H
#define WIN32_NTDLL_H

#include "core/base/fault.h"

#include <windows.h>

enum ntdll_purpose {
    NTDLL_OPEN,        /* an existing file or folder */
    NTDLL_MAKE_FILE,   /* ERROR_FILE_EXISTS: the name is in use */
    NTDLL_MAKE_FOLDER, /* ERROR_ALREADY_EXISTS: the name is in use */
};

struct ntdll_open {
    HANDLE folder;       /* NULL: `name` is a full path, C:\... or \\server\... */
    const wchar_t *name; /* relative to `folder` */
    DWORD access;        /* SYNCHRONIZE is added */
    DWORD share;
    enum ntdll_purpose purpose;
    void *security;   /* descriptor of a new file or folder; NULL: inherited */
    DWORD attributes; /* of a new file or folder; 0: none */
};

/* If the last part of the name is a link, opens the link itself. If the name is a pipe, its server
 * may identify the caller, but not impersonate it. Returns ERROR_SHARING_VIOLATION if the file is
 * in use or another program has an oplock on it, and ERROR_DELETE_PENDING if the file is deleted
 * but another program still has it open. */
DWORD ntdll_open(const struct ntdll_open *request, HANDLE *file) MUST_CHECK;

/* Renames an open file. The handle needs DELETE access. `name` is relative to `folder`; if `folder`
 * is NULL, `name` is a full path. */
DWORD ntdll_rename(HANDLE file, HANDLE folder, const wchar_t *name, bool replace) MUST_CHECK;

/* Deletes a file or an empty folder as soon as this handle is closed. Before Windows 10 1709,
 * Windows deletes the file or folder only when all handles to it are closed. The handle needs
 * DELETE access. Source: Microsoft Learn, "FILE_DISPOSITION_INFORMATION_EX". */
DWORD ntdll_delete(HANDLE file);

/* Reads the FILE_ATTRIBUTE_... bits of an open file or folder, and the tag of a reparse point. On
 * error, *attributes and *tag are 0. The handle needs FILE_READ_ATTRIBUTES access. */
DWORD ntdll_attributes(HANDLE file, DWORD *attributes, DWORD *tag) MUST_CHECK;

/* Reads the flags of the volume of an open file or folder, as GetVolumeInformationW returns them
 * (FILE_...). */
DWORD ntdll_volume_flags(HANDLE file, DWORD *flags) MUST_CHECK;

#endif
