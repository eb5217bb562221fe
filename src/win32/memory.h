/* memory.h - the interface `memory`.
 *
 * GlobalMemoryStatusEx returns the physical memory. The non-paged pool in use is
 * PERFORMANCE_INFORMATION.KernelNonpaged, in pages (Win32, psapi, GetPerformanceInfo, XP on).
 * That function is in psapi.dll, from Windows 7 on also in kernel32.dll as K32GetPerformanceInfo.
 * It is looked up in both, because current headers and import libraries map the name to a function
 * that is missing before Windows 7.
 * A pool of 0 pages means unknown; only Wine returns it. No documented call returns the pool's
 * limit.
 */
#ifndef WIN32_MEMORY_H
#define WIN32_MEMORY_H

#include "core/system/memory.h"

void memory_open(struct memory_source *functions);

#endif
