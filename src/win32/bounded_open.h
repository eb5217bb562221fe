/* bounded_open.h - opens a file or folder without waiting for anybody for long.
 *
 * Whoever may read a file can hold an oplock on it and keep an ordinary CreateFileW waiting
 * for ever; a file system filter or a network can do the same. So the store opens by
 * ntdll_open, which returns instead of waiting, in a thread of its own (background.h), which
 * is abandoned when even that does not return. A job of background.h needs no other thread.
 */
#ifndef WIN32_BOUNDED_OPEN_H
#define WIN32_BOUNDED_OPEN_H

#include "win32/lib/file.h"
#include "win32/ntdll.h"

enum { BOUNDED_OPEN_MS = FILE_PATIENCE_MS + 1000 };

/* As ntdll_open. Repeated for up to FILE_PATIENCE_MS while the file is in use or is being
 * deleted; over after BOUNDED_OPEN_MS in any case, with ERROR_TIMEOUT. */
DWORD bounded_open(const struct ntdll_open *request, HANDLE *file) MUST_CHECK;

#endif
