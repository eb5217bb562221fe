/* command_line.h - reads the command line of a process.
 *
 * On Windows 8.1 and later, NtQueryInformationProcess returns the command line, with the class
 * ProcessCommandLineInformation (60; System Informer's phnt). Otherwise the command line can be
 * read from the memory of the process, if maxport and the process are both 32-bit or both 64-bit
 * (winternl.h: PEB, RTL_USER_PROCESS_PARAMETERS). In both cases the owner of the process can delay
 * the reading, so call these functions in a job (lib/background.h).
 */
#ifndef WIN32_COMMAND_LINE_H
#define WIN32_COMMAND_LINE_H

#include <stdint.h>

#include <windows.h>

#include "core/base/attributes.h"

/* The least right to query a process, on Windows Vista and later: PROCESS_QUERY_LIMITED_INFORMATION
 * (Win32, "Process Security and Access Rights"). */
enum { PROCESS_LIMITED = 0x1000 };

/* Returns a NUL-terminated string that the caller frees, or NULL if permission is missing or the
 * process is not supported. With COMMAND_LINE_FROM_MEMORY, class 60 is not tried. */
enum command_line_way { COMMAND_LINE_ANY, COMMAND_LINE_FROM_MEMORY };
wchar_t *command_line_read(uint32_t process, enum command_line_way way) MUST_CHECK;

/* Reads the command line with class 60 only; the caller frees *text. The handle needs
 * PROCESS_LIMITED. Returns a Win32 error code; ERROR_NOT_SUPPORTED: this Windows does not know the
 * class. */
DWORD command_line_query(HANDLE process, wchar_t **text) MUST_CHECK;

#endif
