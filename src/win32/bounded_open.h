/* bounded_open.h - opens a file or folder within a time limit.
 *
 * A program that may read a file can hold an oplock on it and block CreateFileW forever; so can
 * a file system filter or a network. The store therefore opens files with ntdll_open, which does
 * not wait for oplocks, in a separate thread (background.h), which is abandoned if the call does
 * not return. A caller that is already such a thread opens directly.
 */
#ifndef WIN32_BOUNDED_OPEN_H
#define WIN32_BOUNDED_OPEN_H

#include "win32/lib/file.h"
#include "win32/ntdll.h"

enum { BOUNDED_OPEN_MS = FILE_PATIENCE_MS + 1000 };

/* ntdll_delete, then closes the handle. ERROR_TIMEOUT after BOUNDED_OPEN_MS: an oplock on the file
 * or folder delays the deletion, which completes as soon as the oplock ends. */
DWORD bounded_delete(HANDLE file);

/* file_open of a user's own file; follows links. ERROR_TIMEOUT after BOUNDED_USER_OPEN_MS. */
enum { BOUNDED_USER_OPEN_MS = 10000 };
DWORD bounded_user_open(const wchar_t *path, DWORD access, DWORD flags, HANDLE *file) MUST_CHECK;

/* As ntdll_open. Retries for up to FILE_PATIENCE_MS while the file is in use or is being
 * deleted. ERROR_TIMEOUT: not finished after BOUNDED_OPEN_MS. */
DWORD bounded_open(const struct ntdll_open *request, HANDLE *file) MUST_CHECK;

#endif
