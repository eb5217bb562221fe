/* bounded_open.h - opens a file or folder within a time limit.
 *
 * Any program that may read a file can hold an oplock on the file and block CreateFileW forever. A
 * file system filter or a network can block the call too. The store therefore calls ntdll_open(),
 * which does not wait for oplocks, in a separate thread (background.h). If the call does not
 * return, the thread is abandoned. If bounded_open() is called in such a thread, it opens the file
 * directly in this thread.
 */
#ifndef WIN32_BOUNDED_OPEN_H
#define WIN32_BOUNDED_OPEN_H

#include "win32/lib/file.h"
#include "win32/ntdll.h"

enum { BOUNDED_OPEN_MS = FILE_PATIENCE_MS + 1000 };

/* Calls ntdll_delete() and closes the handle. Returns ERROR_TIMEOUT after BOUNDED_OPEN_MS, if an
 * oplock on the file or folder delays the deletion; Windows then completes the deletion when the
 * oplock ends. */
DWORD bounded_delete(HANDLE file);

/* Opens a user's own file with file_open(); follows links. Returns ERROR_TIMEOUT after
 * BOUNDED_USER_OPEN_MS. */
enum { BOUNDED_USER_OPEN_MS = 10000 };
DWORD bounded_user_open(const wchar_t *path, DWORD access, DWORD flags, HANDLE *file) MUST_CHECK;

/* Opens a file like ntdll_open(). Retries for up to FILE_PATIENCE_MS while the file is in use or is
 * being deleted. Returns ERROR_TIMEOUT if the call has not returned after BOUNDED_OPEN_MS. */
DWORD bounded_open(const struct ntdll_open *request, HANDLE *file) MUST_CHECK;

#endif
