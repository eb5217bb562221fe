/* services.h - the interface `services`.
 *
 * read: lists the running services with EnumServicesStatusExW (Win32; XP has it). Every local user
 * may connect and enumerate ("Service Security and Access Rights"), so it needs no elevation.
 * Services that their own descriptor hides are missing. Runs in a separate thread for at most
 * three seconds.
 *
 * detail: the application pool of a w3wp.exe, from its argument -ap (IIS: the Windows Process
 * Activation Service starts w3wp.exe -ap "Shop" -v "v4.0" ...). The command line comes from
 * NtQueryInformationProcess, class ProcessCommandLineInformation (60, Windows 8.1 on; System
 * Informer's phnt). Before Windows 8.1 it is read from the memory of the process, which requires
 * that program and process have the same bitness (winternl.h: PEB, RTL_USER_PROCESS_PARAMETERS).
 * These functions return nothing but the pool's name, because command lines can contain
 * passwords. Only the w3wp.exe in this Windows' System32\inetsrv or SysWOW64\inetsrv counts, by
 * the path of its image (QueryFullProcessImageNameW, Vista on; before, there is no detail).
 */
#ifndef WIN32_SERVICES_H
#define WIN32_SERVICES_H

#include "core/system/services.h"
#include "win32/lib/background.h"

struct services_adapter {
    DWORD limit_ms;
    struct background *job;
};

/* Fills *functions, which retains a pointer to *services. Starts no query. For one thread. */
void services_open(struct services_adapter *services, struct service_source *functions);
void services_close(struct services_adapter *services);

/* The parts of `detail`, public for tests. services_command_line returns a NUL-terminated string
 * that the caller frees; NULL: no permission, or not supported. COMMAND_LINE_FROM_MEMORY skips
 * the newer call. */
enum command_line_way { COMMAND_LINE_ANY, COMMAND_LINE_FROM_MEMORY };
wchar_t *services_command_line(uint32_t process, enum command_line_way way) MUST_CHECK;
bool services_is_pool_worker(const wchar_t *path, uint32_t session) MUST_CHECK;
bool services_pool_of(const wchar_t *command_line, char *pool, size_t size) MUST_CHECK;

#endif
