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
 * If one of the two calls is missing or fails, the other call is used. The extended calls exist on
 * XP SP2, Server 2003 SP1 and later. For TCP over IPv6, the extended calls have only the OWNER
 * classes (SDK, GetExtendedTcpTable, GetExtendedUdpTable).
 *
 * Bound, idle TCP sockets come from InternalGetBoundTcpEndpointTable and
 * InternalGetBoundTcp6EndpointTable. Microsoft does not document these functions. Their prototypes,
 * row layouts and minimum version (Windows 10 build 17763) are from System Informer (phnt
 * netprv.c). A socket that was bound and then connected may be listed twice, as BOUND and as
 * ESTABLISHED.
 *
 * Each table is read with one call into a large buffer, because a call that returns only the size
 * takes as long as reading the whole table. If the table does not fit, the call is repeated with a
 * larger buffer. The number of calls and the size are limited. Windows fills the buffer completely
 * or not at all. If a table keeps growing, the other call is tried. If the other call fails too, at
 * least the TCP listeners are read (is_partial).
 */
#ifndef WIN32_SOCKETS_H
#define WIN32_SOCKETS_H

#include "core/system/sockets.h"
#include "win32/lib/late.h"

struct sockets_adapter {
    struct late iphlpapi;
    size_t last_bytes[PROTOCOL_COUNT][FAMILY_COUNT]; /* size of each table at the last read */
    bool is_bound_allowed; /* this Windows has reliable tables of bound sockets */
};

/* Fills *functions, which retains a pointer to *sockets. Does not load iphlpapi.dll yet. There is
 * nothing to close. */
void sockets_open(struct sockets_adapter *sockets, struct socket_source *functions);

#endif
