/* file.h - reads and writes whole files; used by the store and files.c.
 *
 * Every open shares read, write and delete, so that maxport does not block other programs. If a
 * program does not share a file (virus scanners, backup programs), the open is retried for up to
 * FILE_PATIENCE_MS. Every write is flushed.
 * Functions that can fail return a Win32 error code, 0 for success.
 */
#ifndef WIN32_LIB_FILE_H
#define WIN32_LIB_FILE_H

#include "core/base/fault.h"

#include <windows.h>

enum { FILE_PATIENCE_MS = 2000 };

/* CreateFileW with sharing and retries. flags: FILE_FLAG_... ; security may be NULL. If the path
 * is a pipe, its server may identify the caller, but not impersonate it. */
DWORD file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                SECURITY_ATTRIBUTES *security, HANDLE *file) MUST_CHECK;

/* Reads from the current position to the end. More than `limit` bytes: ERROR_FILE_TOO_LARGE.
 * *data is malloc'ed; a NUL follows the *length bytes. */
DWORD file_read(HANDLE file, size_t limit, char **data, size_t *length) MUST_CHECK;

/* Writes all bytes at the current position and flushes. */
DWORD file_write(HANDLE file, const void *data, size_t length) MUST_CHECK;

/* Renames within a volume atomically; the result is on disk when the function returns. flags:
 * 0 or MOVEFILE_REPLACE_EXISTING. Does not use ReplaceFile, which is not atomic. Retries also
 * after ERROR_ACCESS_DENIED, which Windows returns if a program has the target open. */
DWORD file_rename(const wchar_t *from, const wchar_t *to, DWORD flags) MUST_CHECK;

/* A missing file counts as deleted. */
DWORD file_delete(const wchar_t *path);

/* NUL, CON, COM1.txt ...: in any folder, such a name opens a device.
 * Source: Microsoft Learn, "Naming Files, Paths, and Namespaces". */
bool file_is_device_name(const wchar_t *component, size_t count);

#endif
