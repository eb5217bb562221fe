/* os_version.h - the port `os_version`.
 *
 * Numbers from RtlGetVersion, which no manifest or compatibility setting bends
 * (WDK, RtlGetVersion); UBR and ProductName from
 * HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion, read as a 64-bit program
 * would, since that key is redirected. UBR exists from Windows 8.1 on.
 */
#ifndef WIN32_OS_VERSION_H
#define WIN32_OS_VERSION_H

#include "core/system/os_version.h"

void os_version_open(struct os_version_source *functions);

/* Only what RtlGetVersion says: no revision, no product, is_64_bit false.
 * FAULT_UNAVAILABLE: ntdll lacks it (it has been there since Windows 2000). */
bool os_version_number(struct os_version *os, struct fault *fault) MUST_CHECK;

#endif
