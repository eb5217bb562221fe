/* processes.h - the interface `processes`: lists processes with one Toolhelp snapshot.
 *
 * A snapshot contains numbers and names only, so no process is opened and no permission is needed.
 * Source: Win32, CreateToolhelp32Snapshot.
 */
#ifndef WIN32_PROCESSES_H
#define WIN32_PROCESSES_H

#include "core/system/processes.h"

/* Returns the session of a process (Win32, ProcessIdToSessionId), or UNKNOWN_SESSION. On Vista and
 * later, services run in SERVICES_SESSION. */
enum { SERVICES_SESSION = 0, UNKNOWN_SESSION = -1 };
uint32_t process_session(uint32_t process) MUST_CHECK;

void processes_open(struct process_source *functions);

#endif
