/* file.h - reads and writes whole files; used by the store, by files.c and by bounded_open.c.
 *
 * Every file is opened with sharing for read, write and delete, so that maxport does not block
 * other programs. If another program has a file open without sharing (virus scanners, backup
 * programs), maxport retries for up to FILE_PATIENCE_MS. Every write is flushed.
 *
 * Functions that can fail return a Win32 error code; 0 is success.
 */
#ifndef WIN32_LIB_FILE_H
#define WIN32_LIB_FILE_H

#include "core/base/fault.h"

#include <windows.h>

enum { FILE_PATIENCE_MS = 2000 };

/* Calls CreateFileW with sharing and retries. flags: FILE_FLAG_... `security` may be NULL. If the
 * path is a pipe, its server may identify the caller, but not impersonate it. */
DWORD file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                SECURITY_ATTRIBUTES *security, HANDLE *file) MUST_CHECK;

/* Reads from the current position to the end. Returns ERROR_FILE_TOO_LARGE if there are more than
 * `limit` bytes. *data is malloc'ed and has a NUL after its *length bytes. */
DWORD file_read(HANDLE file, size_t limit, char **data, size_t *length) MUST_CHECK;

/* Writes all bytes at the current position and flushes. */
DWORD file_write(HANDLE file, const void *data, size_t length) MUST_CHECK;

/* Renames a file within a volume. The rename is atomic, and it is on disk when the function
 * returns. flags: 0 or MOVEFILE_REPLACE_EXISTING. ReplaceFile is not used, because it is not
 * atomic. Also retries after ERROR_ACCESS_DENIED, which Windows returns if a program has the target
 * open. */
DWORD file_rename(const wchar_t *from, const wchar_t *to, DWORD flags) MUST_CHECK;

/* Deletes a file. Succeeds also if the file does not exist. Retries after the same errors as
 * file_rename(). */
DWORD file_delete(const wchar_t *path);

/* Returns whether the name is a device's name, such as NUL, CON or COM1.txt. In any folder, such a
 * name opens a device.
 * Source: Microsoft Learn, "Naming Files, Paths, and Namespaces". */
bool file_is_device_name(const wchar_t *component, size_t count);

#endif
