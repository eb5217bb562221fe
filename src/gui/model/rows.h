/* rows.h - the rows of page Who as plain data: groups, or each socket.
 *
 * usage_rows.h fills and filters them, rows_sort.h sorts them, rows_text.h prints them.
 */
#ifndef GUI_MODEL_ROWS_H
#define GUI_MODEL_ROWS_H

#include "core/system/processes.h"
#include "core/use/usage_groups.h"

/* enum usage_group, or each socket. */
enum { USAGE_ROWS_SOCKETS = GROUP_KIND_COUNT, USAGE_ROWS_KIND_COUNT };

enum usage_rows_column {
    USAGE_ROWS_NAME, /* of a group: process with its services, endpoint, state, address */
    USAGE_ROWS_PID,
    USAGE_ROWS_PROTOCOL,
    USAGE_ROWS_PORTS,
    USAGE_ROWS_SHARE,   /* of the available ones */
    USAGE_ROWS_COUNT,   /* sockets */
    USAGE_ROWS_WAITING, /* sockets in TIME_WAIT */
    USAGE_ROWS_LOCAL,
    USAGE_ROWS_REMOTE,
    USAGE_ROWS_STATE,
    USAGE_ROWS_PROCESS, /* of a socket */
    USAGE_ROWS_MARK,    /* what has changed, in words */
    USAGE_ROWS_COLUMN_COUNT,
};

enum usage_rows_mark { MARK_NONE, MARK_NEW, MARK_CHANGED, MARK_GONE };

/* What a row stands for; its padding is 0. */
struct usage_rows_key {
    uint8_t protocol, family, state, has_remote; /* state: of GROUP_STATE */
    uint16_t local_port, remote_port;
    uint32_t owner; /* of a socket only where it has no remote end: else it may change */
    uint8_t local[16], remote[16];
    uint32_t padding;
};

struct usage_rows_row {
    struct usage_rows_key key;
    uint32_t hash;
    uint32_t owner, ports, sockets, time_wait;
    uint32_t name; /* index of usage_rows.names */
    uint8_t state; /* of a socket: enum socket_state */
    uint8_t mark;
    bool is_match; /* by the filter */
    bool is_found; /* while a new filling looks for its rows */
};

/* What usage_rows_fill reads: of one sample. */
struct usage_rows_input {
    int kind;
    const struct sockets *sockets;
    const struct usage_groups *groups; /* not for USAGE_ROWS_SOCKETS */
    char *const *group_names;          /* of GROUP_PROCESS, safe for a screen; NULL: not known */
    const struct processes *processes;
    bool has_names;
    const struct usage *usage; /* of PROTOCOL_COUNT */
};

struct usage_rows_name {
    uint32_t at;    /* in texts: as shown */
    uint32_t image; /* in texts: the program's own name, "" where not known */
    uint32_t rank;
};

struct usage_rows {
    int kind;
    bool is_filled;
    bool had_names;
    struct usage_rows_row *rows, *spare; /* owned, of this filling and of the one before */
    size_t count, capacity, spare_count, spare_capacity;
    struct text texts, spare_texts;
    struct usage_rows_name *names; /* owned */
    size_t name_count, name_capacity;
    uint32_t *order; /* owned, of count: rows as sorted */
    uint32_t *shown; /* owned, of shown_count: those of `order` that pass */
    size_t shown_count;
    uint32_t *slots; /* owned: hash table of the rows before */
    size_t slot_count;
    uint32_t *work; /* owned, for sorting */
    uint8_t *keys;  /* owned, for sorting */
    size_t work_capacity, key_capacity;
    uint32_t available[PROTOCOL_COUNT];
    enum usage_rows_column column;
    bool is_descending;
    bool hides[PROTOCOL_COUNT];
    char filter[128]; /* small ASCII letters; other characters as they are */
};

/* *data has room for `wanted` elements of that size afterwards; it never shrinks. False: no
 * memory, and nothing has changed. */
bool rows_grow(void **data, size_t *capacity, size_t wanted, size_t size) MUST_CHECK;

/* The string at an offset of `texts`; "" where there is none. */
const char *rows_string(const struct text *texts, uint32_t at);

/* Is it the number of a process? Neither "none" nor "unknown". */
bool rows_has_owner(uint32_t owner);

/* By its place among those shown; NULL: there is none. */
const struct usage_rows_row *rows_at(const struct usage_rows *usage_rows, size_t place);

#endif
