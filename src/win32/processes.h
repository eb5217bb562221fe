/* processes.h - the interface `processes`.
 *
 * list() takes one Toolhelp snapshot, which contains numbers and names only, so no process is
 * opened and no permission is needed (Win32, CreateToolhelp32Snapshot). detail() opens one process
 * with the right PROCESS_QUERY_INFORMATION or, on Vista and later, if that is denied,
 * PROCESS_QUERY_LIMITED_INFORMATION:
 *
 * path          QueryFullProcessImageNameW, Windows Vista and later, within path_ms
 * account       the user of its token, named by LookupAccountSidW within lookup_ms, or the SID
 * start         GetProcessTimes
 * command line  class 60 of NtQueryInformationProcess, Windows 8.1 and later (command_line.h); the
 *               memory of the process is not read
 */
#ifndef WIN32_PROCESSES_H
#define WIN32_PROCESSES_H

#include "core/system/processes.h"

/* Returns the session of a process (Win32, ProcessIdToSessionId), or UNKNOWN_SESSION. On Vista and
 * later, services run in SERVICES_SESSION. */
enum { SERVICES_SESSION = 0, UNKNOWN_SESSION = -1 };
uint32_t process_session(uint32_t process) MUST_CHECK;

struct processes_adapter {
    uint32_t lookup_ms, path_ms; /* time limits for an account and for a path */
    bool is_lookup_slow;         /* a lookup of an account took longer than lookup_ms */
    unsigned slow_paths;         /* queries for a path that took longer than path_ms */
};

/* Fills *functions, which retains a pointer to *processes. For use by one thread. There is nothing
 * to close. */
void processes_open(struct processes_adapter *processes, struct process_source *functions);

/* process_source.detail, in process_details.c. */
bool process_details_query(void *context, uint32_t id, bool wants_command_line,
                           struct process_details *details, struct fault *fault) MUST_CHECK;

#endif
