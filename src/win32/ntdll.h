/* ntdll.h - file operations that need the native API of Windows.
 *
 * CreateFileW cannot return immediately if another program holds an oplock, and cannot open a
 * name relative to an open folder. NtCreateFile can do both, from Windows XP on. Sources:
 * Microsoft Learn, "NtCreateFile" (FILE_COMPLETE_IF_OPLOCKED, RootDirectory),
 * "NtSetInformationFile", "FILE_RENAME_INFORMATION".
 * Every function makes one call, does not retry, and returns a Win32 error code, 0 for success.
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

/* If the last part of the name is a link, opens the link itself. A server may identify the
 * caller, but not impersonate it. ERROR_SHARING_VIOLATION: in use, or an oplock would have to be
 * broken first. ERROR_DELETE_PENDING: deleted, but still open in another program. */
DWORD ntdll_open(const struct ntdll_open *request, HANDLE *file) MUST_CHECK;

/* The handle needs DELETE access. `name`: relative to `folder`; a full path if folder is NULL. */
DWORD ntdll_rename(HANDLE file, HANDLE folder, const wchar_t *name, bool replace) MUST_CHECK;

/* Deletes the file or empty folder when the handle is closed; before Windows 10 1709 when its last
 * handle is closed. The handle needs DELETE access. Source: Microsoft Learn,
 * "FILE_DISPOSITION_INFORMATION_EX". */
DWORD ntdll_delete(HANDLE file);

/* The FILE_ATTRIBUTE_... bits of an open file or folder, and the tag if it is a reparse point. Both
 * are 0 on error. The handle needs FILE_READ_ATTRIBUTES access. */
DWORD ntdll_attributes(HANDLE file, DWORD *attributes, DWORD *tag) MUST_CHECK;

/* The FILE_... flags of GetVolumeInformationW for the volume of an open file or folder. */
DWORD ntdll_volume_flags(HANDLE file, DWORD *flags) MUST_CHECK;

#endif
