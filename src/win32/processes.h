/* processes.h - the interface `processes`: one Toolhelp snapshot.
 *
 * Reads only names, so it opens no process and needs no permission.
 * Source: Win32, CreateToolhelp32Snapshot.
 */
#ifndef WIN32_PROCESSES_H
#define WIN32_PROCESSES_H

#include "core/system/processes.h"

/* Sessions as in "ProcessIdToSessionId". Services run in SERVICES_SESSION. */
enum { SERVICES_SESSION = 0, UNKNOWN_SESSION = -1 };
uint32_t process_session(uint32_t process) MUST_CHECK;

void processes_open(struct process_source *functions);

#endif
