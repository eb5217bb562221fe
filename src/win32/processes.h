/* processes.h - the port `processes`: one Toolhelp snapshot.
 *
 * Names only, for which no process has to be opened; so it needs no right.
 * Source: Win32, CreateToolhelp32Snapshot.
 */
#ifndef WIN32_PROCESSES_H
#define WIN32_PROCESSES_H

#include "core/system/processes.h"

void processes_open(struct process_source *functions);

#endif
