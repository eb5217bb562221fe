/* sockets.h - the port `sockets`, from iphlpapi.dll.
 *
 * Which call is asked, for each table:
 *
 *              plain                       with owners, listeners
 *   TCP IPv4   GetTcpTable                 GetExtendedTcpTable, OWNER_PID classes
 *   TCP IPv6   GetTcp6Table (Vista)        the same
 *   UDP IPv4   GetUdpTable                 GetExtendedUdpTable, OWNER_PID
 *   UDP IPv6   GetUdp6Table (Vista)        the same
 *
 * and where the one is missing, the other. The extended calls exist from XP SP2
 * and Server 2003 SP1; for IPv6 TCP they know only the OWNER classes (SDK,
 * GetExtendedTcpTable, GetExtendedUdpTable).
 *
 * Bound, idle TCP sockets come from InternalGetBoundTcpEndpointTable and
 * InternalGetBoundTcp6EndpointTable. No page of Microsoft's describes them;
 * prototype, row layout and the gate, Windows 10 build 17763, are System
 * Informer's (phnt netprv.c). A bound socket that then connects may come twice,
 * BOUND and ESTABLISHED.
 *
 * Each table is asked for once, into a buffer that already fits: the call with
 * no buffer costs as much as the whole table. A table that grew meanwhile is asked for
 * again with more room, a bounded number of times and into bounded room. These calls
 * fill a buffer wholly or not at all, so what kept growing is had by other ways: by the
 * other call, and of TCP at least the listeners (is_partial).
 */
#ifndef WIN32_SOCKETS_H
#define WIN32_SOCKETS_H

#include "core/system/sockets.h"
#include "win32/lib/late.h"

struct sockets_adapter {
    struct late iphlpapi;
    size_t last_bytes[PROTOCOL_COUNT][FAMILY_COUNT]; /* what each table took the last time */
    bool is_bound_allowed;                           /* this Windows' bound tables can be trusted */
};

/* Fills *functions, which keeps a pointer to *sockets. Loads nothing yet. Nothing to close. */
void sockets_open(struct sockets_adapter *sockets, struct socket_source *functions);

#endif
