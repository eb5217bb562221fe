/* memory.h - the interface `memory`.
 *
 * GlobalMemoryStatusEx returns the physical memory. GetPerformanceInfo returns the non-paged pool
 * in use, in pages (Win32, psapi, PERFORMANCE_INFORMATION.KernelNonpaged, XP and later). This
 * function is in psapi.dll; on Windows 7 and later, kernel32.dll has it too, as
 * K32GetPerformanceInfo. maxport looks the function up in both DLLs instead of importing it,
 * because current headers and import libraries map the name to K32GetPerformanceInfo, which is
 * missing before Windows 7. A pool of 0 pages means that the size is unknown; only Wine returns 0.
 * No documented call returns the pool's limit.
 */
#ifndef WIN32_MEMORY_H
#define WIN32_MEMORY_H

#include "core/system/memory.h"

void memory_open(struct memory_source *functions);

#endif
