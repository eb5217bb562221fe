/* fake_iphlpapi.c - an iphlpapi.dll that reads its table for TCP over IPv4 from a text file.
 *
 * The DLL reads C:\fake\iphlpapi.txt (format: fake_state.h) at each call. Each line is a row:
 *
 *   tcp|STATE|LOCAL PORT|REMOTE PORT|OWNER   a connection between two ports of 127.0.0.1. STATE is
 *                                            the number that Windows uses. OWNER is a process ID,
 *                                            or 0.
 *   hang                                     every call waits forever
 *
 * The tables for UDP and IPv6 are empty.
 */
#include "fake_state.h"

#include <stdlib.h>

#include <winsock2.h>

#include <windows.h>

enum { TCP_BASIC = 5, TCP_WITH_OWNER = 6 }; /* size of a row in DWORDs */
enum { LOOPBACK = 0x0100007f };             /* 127.0.0.1 in network byte order */

#define EXPORTED __declspec(dllexport)
EXPORTED DWORD WINAPI GetTcpTable(DWORD *table, DWORD *bytes, BOOL is_sorted);
EXPORTED DWORD WINAPI GetTcp6Table(DWORD *table, DWORD *bytes, BOOL is_sorted);
EXPORTED DWORD WINAPI GetUdpTable(DWORD *table, DWORD *bytes, BOOL is_sorted);
EXPORTED DWORD WINAPI GetUdp6Table(DWORD *table, DWORD *bytes, BOOL is_sorted);
EXPORTED DWORD WINAPI GetExtendedTcpTable(DWORD *table, DWORD *bytes, BOOL is_sorted, ULONG family,
                                          int class, ULONG reserved);
EXPORTED DWORD WINAPI GetExtendedUdpTable(DWORD *table, DWORD *bytes, BOOL is_sorted, ULONG family,
                                          int class, ULONG reserved);

static DWORD number(const struct fake_line *line, size_t field)
{
    return strtoul(line->fields[field], NULL, 10);
}

static DWORD network_port(const struct fake_line *line, size_t field)
{
    DWORD port = number(line, field);

    return (port & 0xff) << 8 | port >> 8;
}

/* Writes the count and the rows, and sets *bytes to the size of the table. If the table does not
 * fit into the buffer, returns ERROR_INSUFFICIENT_BUFFER. */
static DWORD write_rows(const char *state, DWORD *table, DWORD *bytes, size_t row_words)
{
    DWORD count = 0, room = *bytes / sizeof *table;
    struct fake_line line;
    const char *at = state;

    while (fake_state_find(&at, "tcp", 5, &line)) {
        DWORD *row = table + 1 + count * row_words;

        count++;
        if (1 + count * row_words > room)
            continue;
        row[0] = number(&line, 1);
        row[1] = row[3] = LOOPBACK;
        row[2] = network_port(&line, 2);
        row[4] = network_port(&line, 3);
        if (row_words == TCP_WITH_OWNER)
            row[5] = number(&line, 4);
    }
    *bytes = (DWORD)((1 + count * row_words) * sizeof *table);
    if (*bytes / sizeof *table > room)
        return ERROR_INSUFFICIENT_BUFFER;
    table[0] = count;
    return NO_ERROR;
}

static DWORD fill(DWORD *table, DWORD *bytes, size_t row_words)
{
    char *state = fake_state_read(FAKE_IPHLPAPI_STATE);
    const char *at = state ? state : "";
    struct fake_line line;
    DWORD code;

    if (fake_state_find(&at, "hang", 1, &line))
        Sleep(INFINITE);
    code = state ? write_rows(state, table, bytes, row_words) : ERROR_NOT_ENOUGH_MEMORY;

    free(state);
    return code;
}

static DWORD fill_empty(DWORD *table, DWORD *bytes)
{
    DWORD room = *bytes;

    *bytes = sizeof *table;
    if (room < sizeof *table)
        return ERROR_INSUFFICIENT_BUFFER;
    table[0] = 0;
    return NO_ERROR;
}

DWORD WINAPI GetTcpTable(DWORD *table, DWORD *bytes, BOOL is_sorted)
{
    (void)is_sorted;
    return fill(table, bytes, TCP_BASIC);
}

DWORD WINAPI GetTcp6Table(DWORD *table, DWORD *bytes, BOOL is_sorted)
{
    (void)is_sorted;
    return fill_empty(table, bytes);
}

DWORD WINAPI GetUdpTable(DWORD *table, DWORD *bytes, BOOL is_sorted)
{
    (void)is_sorted;
    return fill_empty(table, bytes);
}

DWORD WINAPI GetUdp6Table(DWORD *table, DWORD *bytes, BOOL is_sorted)
{
    (void)is_sorted;
    return fill_empty(table, bytes);
}

DWORD WINAPI GetExtendedTcpTable(DWORD *table, DWORD *bytes, BOOL is_sorted, ULONG family,
                                 int class, ULONG reserved)
{
    (void)is_sorted, (void)class, (void)reserved;
    return family == AF_INET ? fill(table, bytes, TCP_WITH_OWNER) : fill_empty(table, bytes);
}

DWORD WINAPI GetExtendedUdpTable(DWORD *table, DWORD *bytes, BOOL is_sorted, ULONG family,
                                 int class, ULONG reserved)
{
    (void)is_sorted, (void)family, (void)class, (void)reserved;
    return fill_empty(table, bytes);
}
