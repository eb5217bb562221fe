#include "win32/sockets.h"

#include "win32/lib/system_message.h"
#include "win32/os_version.h"

#include <string.h>

#include <winsock2.h>

#include <iphlpapi.h>

enum {
    /* Size of the first buffer, which has room for 209,000 IPv4 connections without owners. A large
     * buffer costs little, because unused pages use no physical memory; if a buffer is too small,
     * the table must be read again. */
    FIRST_BYTES = 4 * 1024 * 1024,
    SLACK_BYTES = 64 * 1024,
    /* Upper limit; in a 64-bit program, it has room for 4.7 million IPv6 connections with
     * owners. */
    MAXIMUM_BYTES = sizeof(void *) == 8 ? 256 * 1024 * 1024 : 128 * 1024 * 1024,
    ATTEMPTS = 8,
    BOUND_ATTEMPTS = 3,
    BOUND_BUILD = 17763,
};

/* GetExtendedTcpTable also returns NTSTATUS values as error codes, such as 0xC0000001 if the table
 * changed while it was copied. */
enum { NTSTATUS_ERRORS = 0xC0000000 };

/* ---- layouts ---------------------------------------------------------- */

/* Row layouts of Windows. They are repeated here, because mingw does not provide some of them for
 * Windows before Vista. A table is a DWORD with the number of rows, followed by the rows without
 * padding, on x86 and x64. */
struct tcp4_row {
    DWORD state, local, local_port, remote, remote_port;
};
struct tcp4_owner_row {
    DWORD state, local, local_port, remote, remote_port, owner;
};
struct tcp4_row2 {
    DWORD state, local, local_port, remote, remote_port, owner, offload;
};
struct tcp6_row {
    DWORD state;
    uint8_t local[16];
    DWORD local_scope, local_port;
    uint8_t remote[16];
    DWORD remote_scope, remote_port;
};
struct tcp6_owner_row {
    uint8_t local[16];
    DWORD local_scope, local_port;
    uint8_t remote[16];
    DWORD remote_scope, remote_port, state, owner;
};
struct tcp6_row2 {
    uint8_t local[16];
    DWORD local_scope, local_port;
    uint8_t remote[16];
    DWORD remote_scope, remote_port, state, owner, offload;
};
struct udp4_row {
    DWORD local, local_port;
};
struct udp4_owner_row {
    DWORD local, local_port, owner;
};
struct udp6_row {
    uint8_t local[16];
    DWORD local_scope, local_port;
};
struct udp6_owner_row {
    uint8_t local[16];
    DWORD local_scope, local_port, owner;
};

_Static_assert(sizeof(struct tcp4_row) == 20 && sizeof(struct tcp4_row) == sizeof(MIB_TCPROW),
               "MIB_TCPROW");
_Static_assert(sizeof(struct tcp4_owner_row) == 24 &&
                   sizeof(struct tcp4_owner_row) == sizeof(MIB_TCPROW_OWNER_PID),
               "MIB_TCPROW_OWNER_PID");
_Static_assert(sizeof(struct tcp4_row2) == 28, "MIB_TCPROW2");
_Static_assert(sizeof(struct tcp6_row) == 52, "MIB_TCP6ROW");
_Static_assert(sizeof(struct tcp6_owner_row) == 56 &&
                   sizeof(struct tcp6_owner_row) == sizeof(MIB_TCP6ROW_OWNER_PID),
               "MIB_TCP6ROW_OWNER_PID");
_Static_assert(sizeof(struct tcp6_row2) == 60, "MIB_TCP6ROW2");
_Static_assert(sizeof(struct udp4_row) == 8 && sizeof(struct udp4_row) == sizeof(MIB_UDPROW),
               "MIB_UDPROW");
_Static_assert(sizeof(struct udp4_owner_row) == 12 &&
                   sizeof(struct udp4_owner_row) == sizeof(MIB_UDPROW_OWNER_PID),
               "MIB_UDPROW_OWNER_PID");
_Static_assert(sizeof(struct udp6_row) == 24, "MIB_UDP6ROW");
_Static_assert(sizeof(struct udp6_owner_row) == 28 &&
                   sizeof(struct udp6_owner_row) == sizeof(MIB_UDP6ROW_OWNER_PID),
               "MIB_UDP6ROW_OWNER_PID");
_Static_assert(
    offsetof(struct tcp4_owner_row, owner) == offsetof(MIB_TCPROW_OWNER_PID, dwOwningPid) &&
        offsetof(struct tcp6_owner_row, state) == offsetof(MIB_TCP6ROW_OWNER_PID, dwState) &&
        offsetof(struct tcp6_owner_row, remote_port) ==
            offsetof(MIB_TCP6ROW_OWNER_PID, dwRemotePort) &&
        offsetof(struct udp6_owner_row, owner) == offsetof(MIB_UDP6ROW_OWNER_PID, dwOwningPid),
    "fields where Windows has them");
_Static_assert(offsetof(MIB_TCPTABLE_OWNER_PID, table) == 4 &&
                   offsetof(MIB_TCP6TABLE_OWNER_PID, table) == 4 &&
                   offsetof(MIB_UDPTABLE_OWNER_PID, table) == 4 &&
                   offsetof(MIB_UDP6TABLE_OWNER_PID, table) == 4,
               "rows follow the count");

/* Offsets of the fields in a row; -1: the row does not have the field. */
struct layout {
    int row_bytes, state, local, local_port, remote, remote_port, owner;
};

#define AT(row, field) ((int)offsetof(struct row, field))
#define TCP_FIELDS(row)                                                                            \
    (int)sizeof(struct row), AT(row, state), AT(row, local), AT(row, local_port), AT(row, remote), \
        AT(row, remote_port)
#define UDP_FIELDS(row) (int)sizeof(struct row), -1, AT(row, local), AT(row, local_port), -1, -1

static const struct layout bound_layouts[FAMILY_COUNT] = {
    [FAMILY_IPV4] = {TCP_FIELDS(tcp4_row2), AT(tcp4_row2, owner)},
    [FAMILY_IPV6] = {TCP_FIELDS(tcp6_row2), AT(tcp6_row2, owner)},
};

/* ---- calls ------------------------------------------------------------ */

typedef ULONG(WINAPI *plain_call)(void *table, ULONG *bytes, BOOL is_sorted);
typedef DWORD(WINAPI *extended_call)(void *table, DWORD *bytes, BOOL is_sorted, ULONG family,
                                     int class, ULONG reserved);
typedef ULONG(WINAPI *bound_call)(void **table, HANDLE heap, ULONG heap_flags);

/* Both calls for one table. */
struct call {
    const char *plain;
    struct layout plain_layout;
    const char *extended;
    struct layout extended_layout;
    ULONG family;
    int class, listener_class;
};

static const struct call calls[PROTOCOL_COUNT][FAMILY_COUNT] = {
    [PROTOCOL_TCP] =
        {
            [FAMILY_IPV4] = {"GetTcpTable",
                             {TCP_FIELDS(tcp4_row), -1},
                             "GetExtendedTcpTable",
                             {TCP_FIELDS(tcp4_owner_row), AT(tcp4_owner_row, owner)},
                             AF_INET,
                             TCP_TABLE_OWNER_PID_ALL,
                             TCP_TABLE_OWNER_PID_LISTENER},
            [FAMILY_IPV6] = {"GetTcp6Table",
                             {TCP_FIELDS(tcp6_row), -1},
                             "GetExtendedTcpTable",
                             {TCP_FIELDS(tcp6_owner_row), AT(tcp6_owner_row, owner)},
                             AF_INET6,
                             TCP_TABLE_OWNER_PID_ALL,
                             TCP_TABLE_OWNER_PID_LISTENER},
        },
    [PROTOCOL_UDP] =
        {
            [FAMILY_IPV4] = {"GetUdpTable",
                             {UDP_FIELDS(udp4_row), -1},
                             "GetExtendedUdpTable",
                             {UDP_FIELDS(udp4_owner_row), AT(udp4_owner_row, owner)},
                             AF_INET,
                             UDP_TABLE_OWNER_PID,
                             UDP_TABLE_OWNER_PID},
            [FAMILY_IPV6] = {"GetUdp6Table",
                             {UDP_FIELDS(udp6_row), -1},
                             "GetExtendedUdpTable",
                             {UDP_FIELDS(udp6_owner_row), AT(udp6_owner_row, owner)},
                             AF_INET6,
                             UDP_TABLE_OWNER_PID,
                             UDP_TABLE_OWNER_PID},
        },
};

/* The call to make now. Exactly one of `plain` and `extended` is set. */
struct question {
    plain_call plain;
    extended_call extended;
    ULONG family;
    int class;
    const struct layout *layout;
};

static DWORD ask(const struct question *question, void *table, DWORD *bytes)
{
    if (question->plain) {
        ULONG size = *bytes;
        ULONG code = question->plain(table, &size, FALSE);
        *bytes = size;
        return code;
    }
    return question->extended(table, bytes, FALSE, question->family, question->class, 0);
}

/* ---- rows ------------------------------------------------------------- */

static DWORD dword_at(const uint8_t *row, int offset)
{
    DWORD value;
    memcpy(&value, row + offset, sizeof value);
    return value;
}

/* The port is in network byte order in the low 16 bits; the high bits are undefined (SDK,
 * MIB_TCPROW_OWNER_PID). */
static uint16_t port_at(const uint8_t *row, int offset)
{
    return (uint16_t)(row[offset] << 8 | row[offset + 1]);
}

static void convert(const uint8_t *from, const struct layout *layout, enum protocol protocol,
                    enum family family, bool with_owner, struct socket_row *to)
{
    size_t address_bytes = family == FAMILY_IPV6 ? 16 : 4;
    *to = (struct socket_row){
        .protocol = (uint8_t)protocol,
        .family = (uint8_t)family,
        .local_port = port_at(from, layout->local_port),
        .owner = with_owner ? dword_at(from, layout->owner) : (uint32_t)OWNER_UNKNOWN,
    };
    memcpy(to->local, from + layout->local, address_bytes);
    if (layout->state >= 0) {
        DWORD state = dword_at(from, layout->state);
        to->state = state <= UINT8_MAX ? (uint8_t)state : UINT8_MAX;
        uint16_t remote_port = port_at(from, layout->remote_port);
        /* A listener's remote endpoint is undefined (SDK, MIB_TCPROW_OWNER_PID); port 0 is not a
         * destination. */
        to->has_remote = state != STATE_LISTEN && state != STATE_BOUND && remote_port != 0;
        to->remote_port = to->has_remote ? remote_port : 0;
    }
    if (to->has_remote)
        memcpy(to->remote, from + layout->remote, address_bytes);
}

/* Appends all rows of a table. The table has `bytes` readable bytes. */
static bool append(struct sockets *sockets, const uint8_t *table, size_t bytes,
                   const struct layout *layout, enum protocol protocol, enum family family,
                   bool with_owner, uint8_t forced_state, struct fault *fault)
{
    size_t room = bytes < sizeof(DWORD) ? 0 : (bytes - sizeof(DWORD)) / (size_t)layout->row_bytes;
    size_t count = bytes < sizeof(DWORD) ? 0 : dword_at(table, 0);
    if (count > room) {
        count = room;
        sockets->tables[protocol][family].is_partial = true;
    }
    if (!sockets_reserve(sockets, count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct socket_row *row = &sockets->rows[sockets->count++];
        convert(table + sizeof(DWORD) + i * (size_t)layout->row_bytes, layout, protocol, family,
                with_owner, row);
        if (forced_state != STATE_NONE) {
            row->state = forced_state;
            row->has_remote = false;
            row->remote_port = 0;
            memset(row->remote, 0, sizeof row->remote);
        }
    }
    return true;
}

/* ---- fetching --------------------------------------------------------- */

/* Returns whether to repeat the call with a larger buffer. A code of at least NTSTATUS_ERRORS means
 * that the table changed while it was copied; Microsoft does not document these codes. */
static bool is_outgrown(DWORD code)
{
    return code == ERROR_INSUFFICIENT_BUFFER || code == ERROR_MORE_DATA || code >= NTSTATUS_ERRORS;
}

/* Returns the size of the next buffer if the table needed `needed` bytes. The size is a quarter
 * more than `needed` for the first attempts, twice `needed` for later attempts, in case the table
 * grows faster, and eight times `needed` for the last attempt. */
static size_t grown(size_t needed, int attempt)
{
    size_t more = needed + needed / 4 + SLACK_BYTES;
    if (attempt == ATTEMPTS - 2)
        more = needed * 8;
    else if (attempt >= ATTEMPTS / 2 - 1)
        more = needed * 2;
    return more < MAXIMUM_BYTES ? more : MAXIMUM_BYTES;
}

/* Frees the unused part of the buffer before the rows are copied, because unused pages count as
 * committed memory. */
static void decommit_rest(uint8_t *table, size_t size, size_t taken)
{
    enum { UNIT = 64 * 1024 }; /* a multiple of every page size */
    size_t kept = (taken + UNIT - 1) / UNIT * UNIT;
    if (kept < size)
        VirtualFree(table + kept, size - kept, MEM_DECOMMIT);
}

/* Repeats the call until the table fits. The result is VirtualAlloc'ed, so that unused pages use no
 * physical memory. On failure returns NULL; *code is the reason. */
static uint8_t *read_table(const struct question *question, size_t *last_bytes, size_t *bytes,
                           DWORD *code)
{
    size_t size = *last_bytes ? *last_bytes : FIRST_BYTES;
    *bytes = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        uint8_t *table = VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (!table) {
            *code = GetLastError();
            return NULL;
        }
        DWORD needed = (DWORD)size;
        *code = ask(question, table, &needed);
        if (*code == NO_ERROR) {
            size_t rows = dword_at(table, 0), row_bytes = (size_t)question->layout->row_bytes;
            size_t room = (size - sizeof(DWORD)) / row_bytes;
            size_t taken = sizeof(DWORD) + (rows < room ? rows : room) * row_bytes;
            size_t next = grown(taken, 0);
            *last_bytes = next > FIRST_BYTES ? next : FIRST_BYTES;
            *bytes = taken;
            decommit_rest(table, size, taken);
            return table;
        }
        VirtualFree(table, 0, MEM_RELEASE);
        if (!is_outgrown(*code)) /* ERROR_NO_DATA means that the table is empty, on old versions of
                                    Windows */
            return NULL;
        if (needed > MAXIMUM_BYTES)
            needed = MAXIMUM_BYTES;
        size = grown(needed > size ? needed : size, attempt);
        *last_bytes = size; /* the next read of this table starts with this size */
    }
    return NULL;
}

/* Looks up one of the two calls. False: this Windows does not have it. */
static bool choose(struct sockets_adapter *own, const struct call *call, bool is_extended,
                   bool only_listeners, struct question *question)
{
    struct fault ignored;
    late_function function =
        late_bind(&own->iphlpapi, is_extended ? call->extended : call->plain, &ignored);
    *question = (struct question){.family = call->family};
    if (is_extended) {
        question->extended = (extended_call)function;
        question->class = only_listeners ? call->listener_class : call->class;
        question->layout = &call->extended_layout;
    } else {
        question->plain = (plain_call)function;
        question->layout = &call->plain_layout;
    }
    return function != NULL;
}

/* Removes connections from the rows that start at index `first`, and keeps listeners and UDP rows.
 * Used after a call that cannot filter listeners. */
static void drop_connections(struct sockets *sockets, size_t first)
{
    size_t kept = first;
    for (size_t i = first; i < sockets->count; i++)
        if (sockets->rows[i].state == STATE_LISTEN || sockets->rows[i].state == STATE_NONE)
            sockets->rows[kept++] = sockets->rows[i];
    sockets->count = kept;
}

/* Makes one call and appends the rows. *is_answered: the call succeeded; if it did not, *code is
 * the reason. False: out of memory. */
static bool fetch_by(struct sockets_adapter *own, const struct question *question,
                     enum protocol protocol, enum family family, bool wants_owners,
                     bool only_listeners, struct sockets *sockets, bool *is_answered, DWORD *code,
                     struct fault *fault)
{
    size_t bytes, first = sockets->count;
    /* Do not remember the size of a table of listeners, because it is too small for a full
     * table. */
    size_t listener_bytes = 0;
    size_t *last_bytes =
        only_listeners && question->extended ? &listener_bytes : &own->last_bytes[protocol][family];
    uint8_t *data = read_table(question, last_bytes, &bytes, code);
    *is_answered = data || *code == ERROR_NO_DATA;
    if (!data)
        return true;
    bool has_owner = question->layout->owner >= 0;
    bool is_ok = append(sockets, data, bytes, question->layout, protocol, family,
                        wants_owners && has_owner, STATE_NONE, fault);
    VirtualFree(data, 0, MEM_RELEASE);
    if (is_ok && only_listeners && question->plain)
        drop_connections(sockets, first);
    if (wants_owners && !has_owner)
        sockets->has_owners = false;
    return is_ok;
}

/* Reads one table and appends its rows. False: out of memory. */
static bool fetch_table(struct sockets_adapter *own, enum protocol protocol, enum family family,
                        unsigned mask, struct sockets *sockets, struct fault *fault)
{
    const struct call *call = &calls[protocol][family];
    bool only_listeners = (mask & SOCKETS_LISTENERS) != 0;
    bool wants_owners = only_listeners || (mask & SOCKETS_OWNERS) != 0;
    /* Try the preferred call first. If it is missing or fails, or if the table keeps growing, try
     * the other call. Finally, for TCP, read only the listeners, because they change rarely. */
    const struct {
        bool is_extended, only_listeners;
    } ways[] = {{wants_owners, only_listeners}, {!wants_owners, only_listeners}, {true, true}};
    size_t way_count = protocol == PROTOCOL_TCP && !only_listeners ? 3 : 2;
    struct socket_table *table = &sockets->tables[protocol][family];
    *table = (struct socket_table){.code = ERROR_PROC_NOT_FOUND};
    for (size_t i = 0; i < way_count && !table->is_available; i++) {
        struct question question;
        bool is_partial = i == 2;
        DWORD code;
        if (!choose(own, call, ways[i].is_extended, ways[i].only_listeners, &question))
            continue;
        if (!fetch_by(own, &question, protocol, family, wants_owners, ways[i].only_listeners,
                      sockets, &table->is_available, &code, fault)) {
            return false;
        }
        if (table->is_available) {
            table->code = 0;
            table->is_partial |= is_partial;
        } else if (table->code == ERROR_PROC_NOT_FOUND) {
            table->code = code; /* the first error of a call that exists */
        }
    }
    return true;
}

/* Adds the bound, idle sockets of one family. Sets *is_failed if these could not be read. False:
 * out of memory. */
static bool fetch_bound(struct sockets_adapter *own, enum family family, bool with_owner,
                        struct sockets *sockets, bool *is_failed, struct fault *fault)
{
    static const char *const names[FAMILY_COUNT] = {
        [FAMILY_IPV4] = "InternalGetBoundTcpEndpointTable",
        [FAMILY_IPV6] = "InternalGetBoundTcp6EndpointTable",
    };
    struct fault ignored;
    bound_call call = (bound_call)late_bind(&own->iphlpapi, names[family], &ignored);
    if (!call)
        return true;
    HANDLE heap = GetProcessHeap();
    void *table = NULL;
    ULONG code = NTSTATUS_ERRORS;
    for (int attempt = 0; attempt < BOUND_ATTEMPTS && is_outgrown(code); attempt++)
        code = call(&table, heap, 0); /* the call allocates the table itself */
    *is_failed |= code != NO_ERROR;
    if (code != NO_ERROR)
        return true;
    if (!table) { /* there are no bound sockets */
        sockets->has_bound = true;
        return true;
    }
    SIZE_T bytes = HeapSize(heap, 0, table);
    bool is_ok = append(sockets, table, bytes == (SIZE_T)-1 ? 0 : bytes, &bound_layouts[family],
                        PROTOCOL_TCP, family, with_owner, STATE_BOUND, fault);
    HeapFree(heap, 0, table);
    sockets->has_bound |= is_ok;
    return is_ok;
}

static bool fetch(void *context, unsigned mask, struct sockets *sockets, struct fault *fault)
{
    struct sockets_adapter *own = context;
    bool with_owners = (mask & (SOCKETS_OWNERS | SOCKETS_LISTENERS)) != 0;
    bool is_any_available = false;
    DWORD code = 0;
    sockets->has_owners = with_owners;
    sockets->has_bound = false;

    if (!late_bind(&own->iphlpapi, "GetTcpTable", fault))
        return fault_prefix(fault, "The TCP and UDP tables could not be read");

    for (int protocol = 0; protocol < PROTOCOL_COUNT; protocol++) {
        for (int family = 0; family < FAMILY_COUNT; family++) {
            if (!fetch_table(own, (enum protocol)protocol, (enum family)family, mask, sockets,
                             fault)) {
                sockets_release(sockets);
                return false;
            }
            const struct socket_table *table = &sockets->tables[protocol][family];
            is_any_available |= table->is_available;
            if (code == 0)
                code = table->code;
        }
    }
    if (!is_any_available) {
        sockets_release(sockets);
        return system_fault(fault, FAULT_UNAVAILABLE, code,
                            "The TCP and UDP tables could not be read");
    }
    if ((mask & SOCKETS_BOUND) && own->is_bound_allowed) {
        bool is_any_failed = false;
        for (int family = 0; family < FAMILY_COUNT; family++) {
            if (!fetch_bound(own, (enum family)family, with_owners, sockets, &is_any_failed,
                             fault)) {
                sockets_release(sockets);
                return false;
            }
        }
        /* has_bound promises a complete list, so it is false if one family could not be read. */
        sockets->has_bound &= !is_any_failed;
    }
    return true;
}

void sockets_open(struct sockets_adapter *sockets, struct socket_source *functions)
{
    struct os_version os;
    struct fault ignored;
    *sockets = (struct sockets_adapter){.iphlpapi = {.name = L"iphlpapi.dll"}};
    sockets->is_bound_allowed =
        os_version_number(&os, &ignored) && os_at_least(&os, 10, 0, BOUND_BUILD);
    *functions = (struct socket_source){.context = sockets, .fetch = fetch};
}
