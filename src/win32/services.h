/* services.h - the port `services`.
 *
 * read: EnumServicesStatusExW of the services that run (Win32; XP has it). Connecting
 * and enumerating are rights of every local user ("Service Security and Access Rights"),
 * so it works without elevation; services whose own descriptor hides them are left out.
 * In a thread of its own, three seconds at most.
 *
 * detail: the application pool of a w3wp.exe, which is its argument -ap (IIS: the Windows
 * Process Activation Service starts it so, w3wp.exe -ap "Shop" -v "v4.0" ...). The
 * command line comes from NtQueryInformationProcess, class ProcessCommandLineInformation
 * (60, Windows 8.1 on; System Informer's phnt), and before from the process's own memory,
 * for which program and process must be of the same bitness (winternl.h: PEB,
 * RTL_USER_PROCESS_PARAMETERS). Nothing but the pool's name leaves these functions:
 * command lines hold passwords. Only the w3wp.exe below this Windows' System32\inetsrv or
 * SysWOW64\inetsrv counts, by the path of its image (QueryFullProcessImageNameW, Vista
 * on; before, no pool is named).
 */
#ifndef WIN32_SERVICES_H
#define WIN32_SERVICES_H

#include "core/system/services.h"
#include "win32/lib/background.h"

struct services_adapter {
    DWORD limit_ms;
    struct background *job;
};

/* Fills *functions, which keeps a pointer to *services. Asks nothing yet. For one thread. */
void services_open(struct services_adapter *services, struct service_source *functions);
void services_close(struct services_adapter *services);

/* The parts of `detail`, here for tests. A command line is a NUL-terminated wide string
 * to be freed, NULL where rights or the system do not allow; FROM_MEMORY leaves the newer
 * call out. */
enum command_line_way { COMMAND_LINE_ANY, COMMAND_LINE_FROM_MEMORY };
wchar_t *services_command_line(uint32_t process, enum command_line_way way) MUST_CHECK;
bool services_is_pool_worker(const wchar_t *path) MUST_CHECK;
bool services_pool_of(const wchar_t *command_line, char *pool, size_t size) MUST_CHECK;

#endif
