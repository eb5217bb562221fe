/* ranges.h - the interface `ranges`: reads and sets the dynamic port ranges of Windows.
 *
 *               running range                     excluded ports
 *   8 and later WMI; netsh if WMI fails           netsh
 *   Vista, 7    netsh                             netsh
 *   before      not available                     not available
 *
 * WMI has the classes MSFT_NetTCPSetting and MSFT_NetUDPSetting in root\StandardCimv2, on Windows 8
 * and Server 2012 and later (Win32, "MSFT_NetTCPSetting class"). The classes have no address
 * family, so their values are used for IPv4 and IPv6, with a remark in `why`. Instances without
 * numbers are ignored; the instance "Automatic" never has numbers (source: scripts of many admins).
 * If the other instances differ, the instance "Internet" is used; without this instance, the query
 * of WMI counts as failed. The properties AutoReusePortRange* are optional (documented for Windows
 * 10 and later, but present on 2012 R2 with KB3149157).
 *
 * The commands of netsh are `interface ipv4|ipv6 show dynamicport tcp|udp`, `set dynamicport` and
 * `show excludedportrange protocol=tcp|udp` (docs/windows.md, "Setting the range with netsh",
 * "Excluded ports").
 *
 * Each source is queried in a separate thread. The threads have six seconds, counted from begin()
 * (RANGES_LIMIT_MS). On Windows 8 and later, netsh is started for a range when WMI fails or has not
 * responded for a second. If netsh were started later, it might not finish in time.
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

/* As ranges_open(), but functions->write is NULL. */
void ranges_open_read_only(struct ranges_adapter *ranges, struct range_access *functions);

/* Abandons queries that were started and whose results were not read. */
void ranges_close(struct ranges_adapter *ranges);

#endif
