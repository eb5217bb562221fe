/* os_version.h - the interface `os_version`.
 *
 * The version numbers come from RtlGetVersion, which manifests and compatibility settings do not
 * affect (WDK, RtlGetVersion). The values UBR and ProductName come from
 * HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion. Windows redirects this key for 32-bit
 * programs, so the 64-bit view is read. UBR exists on Windows 8.1 and later.
 */
#ifndef WIN32_OS_VERSION_H
#define WIN32_OS_VERSION_H

#include "core/system/os_version.h"

void os_version_open(struct os_version_source *functions);

/* Reads only the numbers from RtlGetVersion; the revision is 0, the product is empty, and is_64_bit
 * is false. Fails with FAULT_UNAVAILABLE if RtlGetVersion is missing (it exists since Windows 2000)
 * or failed. */
bool os_version_number(struct os_version *os, struct fault *fault) MUST_CHECK;

#endif
