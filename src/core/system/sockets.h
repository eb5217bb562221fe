/* sockets.h - the machine's TCP and UDP endpoints at one moment. */
#ifndef CORE_SYSTEM_SOCKETS_H
#define CORE_SYSTEM_SOCKETS_H

#include "core/base/place.h"

/* 1 to 12 are the numbers of MIB_TCP_STATE (Win32 MIB_TCPROW_OWNER_PID). UDP rows have no
 * state. 100 is maxport's number for bound, idle TCP sockets. */
enum socket_state {
    STATE_NONE = 0, /* UDP */
    STATE_CLOSED = 1,
    STATE_LISTEN = 2,
    STATE_SYN_SENT = 3,
    STATE_SYN_RECEIVED = 4,
    STATE_ESTABLISHED = 5,
    STATE_FIN_WAIT_1 = 6,
    STATE_FIN_WAIT_2 = 7,
    STATE_CLOSE_WAIT = 8,
    STATE_CLOSING = 9,
    STATE_LAST_ACK = 10,
    STATE_TIME_WAIT = 11,
    STATE_DELETE_TCB = 12,
    STATE_BOUND = 100,
};

/* Returns e.g. "TIME_WAIT"; "" for STATE_NONE; "UNKNOWN" for a number that is not listed above. */
const char *socket_state_name(unsigned state);
/* Returns the name for JSON, e.g. "time_wait". */
const char *socket_state_key(unsigned state);

enum { OWNER_UNKNOWN = 0xffffffff };

struct socket_row {
    uint8_t protocol;     /* enum protocol */
    uint8_t family;       /* enum family */
    uint8_t state;        /* enum socket_state, or an unknown number from Windows */
    uint8_t has_remote;   /* false for listeners, UDP, bound */
    uint16_t local_port;  /* host byte order */
    uint16_t remote_port; /* host byte order; 0 without a remote endpoint */
    uint32_t owner;       /* process id; 0: no process (TIME_WAIT); or OWNER_UNKNOWN */
    uint8_t local[16];    /* network byte order; IPv4 in the first 4 bytes */
    uint8_t remote[16];
};

/* Compares two rows of connections of one protocol, for qsort() and bsearch(): by remote endpoint,
 * then by local endpoint, so that the connections to one endpoint follow one another. */
int socket_row_compare(const void *a, const void *b);

/* Whether the table of one protocol and family could be read, and whether it is complete. */
struct socket_table {
    bool is_available; /* False: this Windows lacks the table, or the call failed */
    bool is_partial;   /* the table kept growing; rows are missing */
    uint32_t code;     /* error code of Windows if !is_available */
};

struct sockets {
    struct socket_row *rows; /* owned */
    size_t count;
    struct socket_table tables[PROTOCOL_COUNT][FAMILY_COUNT];
    bool has_owners; /* rows contain process ids */
    bool has_bound;  /* the rows include bound, idle TCP sockets */
    /* The time at which the tables had been read, set by the caller: monotonic, and ms since 1970
     * UTC; 0: not set. */
    int64_t taken_ms, taken_unix_ms;
};

void sockets_init(struct sockets *sockets);
void sockets_release(struct sockets *sockets);

/* Makes room for `more` rows. Fails only if memory runs out; *sockets is then unchanged. */
bool sockets_reserve(struct sockets *sockets, size_t more, struct fault *fault) MUST_CHECK;

enum socket_mask {
    SOCKETS_ROWS = 1,      /* always included */
    SOCKETS_OWNERS = 2,    /* process ids; slower */
    SOCKETS_BOUND = 4,     /* bound, idle TCP sockets, if the system lists them */
    SOCKETS_LISTENERS = 8, /* only TCP listeners and all UDP, with owners; fast on busy machines */
};

struct socket_source {
    void *context;
    /* Fills an empty *sockets. Marks each table that could not be read; fails only if no table
     * could be read. */
    bool (*fetch)(void *context, unsigned mask, struct sockets *, struct fault *);
};

/* Writes an address such as "10.0.0.5" or "fe80::1" into buffer. Returns buffer. */
enum { ADDRESS_SIZE = 48 };
const char *address_string(char buffer[ADDRESS_SIZE], enum family family, const uint8_t bytes[16]);
/* Like address_string(), with the port: "10.0.0.5:443" or "[fe80::1]:443". */
enum { ENDPOINT_SIZE = 56 };
const char *endpoint_string(char buffer[ENDPOINT_SIZE], enum family family, const uint8_t bytes[16],
                            uint16_t port);

#endif
