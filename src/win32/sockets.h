/* sockets.h - the interface `sockets`, with functions of iphlpapi.dll.
 *
 * The call for each table:
 *
 *              plain                       with owners, listeners
 *   TCP IPv4   GetTcpTable                 GetExtendedTcpTable, OWNER_PID classes
 *   TCP IPv6   GetTcp6Table (Vista)        the same
 *   UDP IPv4   GetUdpTable                 GetExtendedUdpTable, OWNER_PID
 *   UDP IPv6   GetUdp6Table (Vista)        the same
 *
 * If one of the two calls is missing, the other is used. The extended calls exist from XP SP2 and
 * Server 2003 SP1 on; for IPv6 TCP they have only the OWNER classes (SDK, GetExtendedTcpTable,
 * GetExtendedUdpTable).
 *
 * Bound, idle TCP sockets come from InternalGetBoundTcpEndpointTable and
 * InternalGetBoundTcp6EndpointTable. Microsoft does not document them. Prototype, row layout and
 * the minimum version, Windows 10 build 17763, are from System Informer (phnt netprv.c). A bound
 * socket that then connects may be listed twice, as BOUND and ESTABLISHED.
 *
 * Each table is read with one call into a buffer of sufficient size, because a call that only
 * returns the size costs as much as the whole table. If the table has grown, the call is repeated
 * with a larger buffer; number of calls and size are limited. The calls fill a buffer completely
 * or not at all. If a table keeps growing, the other call is tried, and for TCP at least the
 * listeners are read (is_partial).
 */
#ifndef WIN32_SOCKETS_H
#define WIN32_SOCKETS_H

#include "core/system/sockets.h"
#include "win32/lib/late.h"

struct sockets_adapter {
    struct late iphlpapi;
    size_t last_bytes[PROTOCOL_COUNT][FAMILY_COUNT]; /* size of each table at the last read */
    bool is_bound_allowed;                           /* this Windows' bound tables are reliable */
};

/* Fills *functions, which retains a pointer to *sockets. Loads nothing yet. Nothing to close. */
void sockets_open(struct sockets_adapter *sockets, struct socket_source *functions);

#endif
