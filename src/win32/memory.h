/* memory.h - the port `memory`.
 *
 * Physical memory by GlobalMemoryStatusEx. The non-paged pool in use is
 * PERFORMANCE_INFORMATION.KernelNonpaged, in pages (Win32, psapi, GetPerformanceInfo,
 * XP on). That function is in psapi.dll, and from Windows 7 on in kernel32.dll too,
 * as K32GetPerformanceInfo; it is looked up in either, since what today's headers and
 * import libraries make of the name is missing before Windows 7.
 * A pool of 0 pages is an answer that no Windows gives (Wine does): not known.
 * No documented call tells the pool's limit.
 */
#ifndef WIN32_MEMORY_H
#define WIN32_MEMORY_H

#include "core/system/memory.h"

void memory_open(struct memory_source *functions);

#endif
