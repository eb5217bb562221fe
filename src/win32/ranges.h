/* ranges.h - the port `ranges`: what Windows says about its dynamic port ranges.
 *
 *               running range                     excluded ports
 *   8 and later WMI, and netsh where it fails     netsh
 *   Vista, 7    netsh                             netsh
 *   before      nobody can be asked               nobody can be asked
 *
 * WMI is root\StandardCimv2, MSFT_NetTCPSetting and MSFT_NetUDPSetting, from Windows 8
 * and Server 2012 on (Win32, "MSFT_NetTCPSetting class"). Neither has an address
 * family, so what they say is taken for IPv4 and IPv6 both, and `why` says so.
 * Of its instances "Automatic" has no numbers (scripts of many admins): instances
 * without are passed over, and where the others disagree "Internet" is believed.
 * AutoReusePortRange* is an optional property (documented from Windows 10 on, but
 * there on 2012 R2 with KB3149157).
 *
 * netsh is `interface ipv4|ipv6 show dynamicport tcp|udp`, `set dynamicport` and
 * `show excludedportrange protocol=tcp|udp` (docs/windows.md, "Setting the range
 * with netsh", "Excluded ports").
 *
 * Each source is asked in a thread of its own and has three seconds, from `begin` on.
 * On Windows 8 and later netsh is asked for a range as soon as WMI has failed, or has
 * been silent for a second: it could not answer in time if it had to wait longer.
 */
#ifndef WIN32_RANGES_H
#define WIN32_RANGES_H

#include "core/system/os_version.h"
#include "core/system/ranges.h"
#include "win32/lib/background.h"

struct wmi_gate;

struct ranges_adapter {
    struct os_version os; /* what decides whom to ask */
    bool is_os_known;
    bool has_begun;
    struct background *wmi[PROTOCOL_COUNT];
    struct background *netsh[PROTOCOL_COUNT][FAMILY_COUNT];
    struct background *exclusions[PROTOCOL_COUNT][FAMILY_COUNT];
    struct wmi_gate *gates[PROTOCOL_COUNT];
    struct fault wmi_fault[PROTOCOL_COUNT]; /* why it was not even asked; FAULT_NONE: it was */
};

/* Fills *functions, which keeps a pointer to *ranges. Starts nothing. */
void ranges_open(struct ranges_adapter *ranges, struct range_access *functions);

/* The same without write, which is NULL. */
void ranges_open_read_only(struct ranges_adapter *ranges, struct range_access *functions);

/* Lets go of what was begun and not read. */
void ranges_close(struct ranges_adapter *ranges);

#endif
