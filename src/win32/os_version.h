/* os_version.h - the interface `os_version`.
 *
 * The numbers come from RtlGetVersion, which manifests and compatibility settings do not affect
 * (WDK, RtlGetVersion). UBR and ProductName come from
 * HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion. The key is redirected, so the 64-bit view is
 * read. UBR exists from Windows 8.1 on.
 */
#ifndef WIN32_OS_VERSION_H
#define WIN32_OS_VERSION_H

#include "core/system/os_version.h"

void os_version_open(struct os_version_source *functions);

/* Reads only the numbers from RtlGetVersion: no revision, no product, is_64_bit false.
 * FAULT_UNAVAILABLE: ntdll lacks the function (it exists since Windows 2000). */
bool os_version_number(struct os_version *os, struct fault *fault) MUST_CHECK;

#endif
