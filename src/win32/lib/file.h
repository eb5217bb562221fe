/* file.h - whole files, read and written with care. What the store and files.c share.
 *
 * Every open shares read, write and delete, so that maxport is in nobody's way.
 * Where others do not share (virus scanners, backup programs), the attempt is
 * repeated for up to FILE_PATIENCE_MS. Every write is flushed.
 * Functions that can fail return a Win32 error code, 0 for success.
 */
#ifndef WIN32_LIB_FILE_H
#define WIN32_LIB_FILE_H

#include "core/base/fault.h"

#include <windows.h>

enum { FILE_PATIENCE_MS = 2000 };

/* CreateFileW, shared and repeated. flags: FILE_FLAG_... ; security may be NULL. Where the path
 * leads to a pipe, its server may identify the caller, but not impersonate it. */
DWORD file_open(const wchar_t *path, DWORD access, DWORD disposition, DWORD flags,
                SECURITY_ATTRIBUTES *security, HANDLE *file) MUST_CHECK;

/* From where the handle is to the end. More than `limit` bytes: ERROR_FILE_TOO_LARGE.
 * *data is malloc'ed and has a NUL after *length bytes. */
DWORD file_read(HANDLE file, size_t limit, char **data, size_t *length) MUST_CHECK;

/* All of it from where the handle is, and flushed. */
DWORD file_write(HANDLE file, const void *data, size_t length) MUST_CHECK;

/* Renames within a volume as one step that is on disk when this returns. flags:
 * 0 or MOVEFILE_REPLACE_EXISTING. Never ReplaceFile, which is two steps. Somebody
 * holding the target shows as ERROR_ACCESS_DENIED, so that is repeated as well. */
DWORD file_rename(const wchar_t *from, const wchar_t *to, DWORD flags) MUST_CHECK;

/* A file that is not there counts as deleted. */
DWORD file_delete(const wchar_t *path);

/* NUL, CON, COM1.txt ...: opening such a name opens a device, in whatever folder.
 * Source: Microsoft Learn, "Naming Files, Paths, and Namespaces". */
bool file_is_device_name(const wchar_t *component, size_t count);

#endif
