/* services.h - the interface `services`.
 *
 * read() lists the running services with EnumServicesStatusExW (Win32, XP and later). Every local
 * user may connect to the service control manager and list the services ("Service Security and
 * Access Rights"), so no elevation is needed. A service whose own security descriptor hides it is
 * missing in the list. The query runs in a separate thread for at most three seconds.
 *
 * detail() returns the application pool of a w3wp.exe, from the argument -ap of its command line
 * (IIS: the Windows Process Activation Service starts w3wp.exe -ap "Shop" -v "v4.0" ...).
 * command_line.h explains how the command line is read. detail() returns only the pool's name,
 * because command lines can contain passwords. The process must run in
 * session 0, and its path must be w3wp.exe in System32\inetsrv or SysWOW64\inetsrv of this Windows
 * (QueryFullProcessImageNameW, Vista and later; on older versions there is no detail).
 */
#ifndef WIN32_SERVICES_H
#define WIN32_SERVICES_H

#include "core/system/services.h"
#include "win32/lib/background.h"

struct services_adapter {
    DWORD limit_ms;
    struct background *job;
    bool is_detail_slow; /* detail() took longer than its limit; it then reads nothing more */
};

/* Fills *functions, which retains a pointer to *services. Starts no query. For use by one
 * thread. */
void services_open(struct services_adapter *services, struct service_source *functions);
void services_close(struct services_adapter *services);

/* The parts of detail(), public for tests. */
bool services_is_pool_worker(const wchar_t *path, uint32_t session) MUST_CHECK;
bool services_pool_of(const wchar_t *command_line, char *pool, size_t size) MUST_CHECK;

#endif
