/* ranges.h - the interface `ranges`: reads and sets the dynamic port ranges of Windows.
 *
 *               running range                     excluded ports
 *   8 and later WMI; netsh if WMI fails           netsh
 *   Vista, 7    netsh                             netsh
 *   before      not available                     not available
 *
 * WMI: root\StandardCimv2, MSFT_NetTCPSetting and MSFT_NetUDPSetting, from Windows 8 and Server
 * 2012 on (Win32, "MSFT_NetTCPSetting class"). Neither has an address family; their values are
 * used for IPv4 and IPv6, with a remark in `why`. The instance "Automatic" has no numbers (scripts
 * of many admins). Instances without numbers are ignored; if the others differ, "Internet" is
 * used. AutoReusePortRange* is an optional property (documented from Windows 10 on, but present
 * on 2012 R2 with KB3149157).
 *
 * netsh is `interface ipv4|ipv6 show dynamicport tcp|udp`, `set dynamicport` and
 * `show excludedportrange protocol=tcp|udp` (docs/windows.md, "Setting the range
 * with netsh", "Excluded ports").
 *
 * Each source is queried in a separate thread and has three seconds from `begin` on. On Windows 8
 * and later netsh is started for a range when WMI fails or has not responded for a second; with a
 * later start netsh could not finish in time.
 */
#ifndef WIN32_RANGES_H
#define WIN32_RANGES_H

#include "core/system/os_version.h"
#include "core/system/ranges.h"
#include "win32/lib/background.h"

struct ranges_gate;

struct ranges_adapter {
    struct os_version os; /* determines the sources */
    bool is_os_known;
    bool has_begun;
    struct background *wmi[PROTOCOL_COUNT];
    struct background *netsh[PROTOCOL_COUNT][FAMILY_COUNT];
    struct background *exclusions[PROTOCOL_COUNT][FAMILY_COUNT];
    struct ranges_gate *gates[PROTOCOL_COUNT];
    struct fault wmi_fault[PROTOCOL_COUNT]; /* why no WMI query was started, or FAULT_NONE */
};

/* Fills *functions, which retains a pointer to *ranges. Starts no query. */
void ranges_open(struct ranges_adapter *ranges, struct range_access *functions);

/* The same without write, which is NULL. */
void ranges_open_read_only(struct ranges_adapter *ranges, struct range_access *functions);

/* Abandons queries that were begun and not read. */
void ranges_close(struct ranges_adapter *ranges);

#endif
