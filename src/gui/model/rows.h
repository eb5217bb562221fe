/* rows.h - the data of the rows of page Who: groups, or single sockets.
 *
 * usage_rows.h fills and filters them, rows_sort.h sorts them, rows_text.h prints them.
 */
#ifndef GUI_MODEL_ROWS_H
#define GUI_MODEL_ROWS_H

#include "core/system/processes.h"
#include "core/use/usage_groups.h"

/* The kind of rows: enum usage_group, or USAGE_ROWS_SOCKETS for single sockets. */
enum { USAGE_ROWS_SOCKETS = GROUP_KIND_COUNT, USAGE_ROWS_KIND_COUNT };

enum usage_rows_column {
    USAGE_ROWS_NAME, /* name of a group: process with its services, program, endpoint, state or
                        address */
    USAGE_ROWS_PID,
    USAGE_ROWS_PROTOCOL,
    USAGE_ROWS_PORTS,
    USAGE_ROWS_SHARE,   /* ports as a percentage of the usable ports */
    USAGE_ROWS_COUNT,   /* sockets */
    USAGE_ROWS_WAITING, /* sockets in TIME_WAIT */
    USAGE_ROWS_LOCAL,
    USAGE_ROWS_REMOTE,
    USAGE_ROWS_STATE,
    USAGE_ROWS_PROCESS, /* process of a socket */
    USAGE_ROWS_MARK,    /* enum usage_rows_mark as text */
    USAGE_ROWS_COLUMN_COUNT,
};

enum usage_rows_mark { MARK_NONE, MARK_NEW, MARK_CHANGED, MARK_GONE };

/* Identifies a row. The padding must be 0, because keys are compared as bytes. */
struct usage_rows_key {
    uint8_t protocol, family, state, has_remote; /* state: only set for GROUP_STATE */
    uint16_t local_port, remote_port;
    uint32_t owner; /* 0 for a socket with a remote endpoint, because its owner may change */
    uint8_t local[16], remote[16];
    uint32_t padding;
};

struct usage_rows_row {
    struct usage_rows_key key;
    uint32_t hash;
    uint32_t owner, ports, sockets, time_wait, processes;
    uint32_t name; /* index of usage_rows.names */
    uint8_t state; /* enum socket_state; only for a socket */
    uint8_t mark;
    bool is_match; /* passes the filter */
    /* Only for usage_rows_fill. A previous row: it is not compared any more, because a row of the
     * new sample has matched it, or because it was already marked as gone. A new row: unchanged in
     * this sample and in the previous one, so that is_match is still valid. */
    bool is_found;
};

/* Input of usage_rows_fill, from one sample. */
struct usage_rows_input {
    int kind;
    const struct sockets *sockets;
    const struct usage_groups *groups; /* not used for USAGE_ROWS_SOCKETS */
    /* Only for GROUP_PROCESS and GROUP_NAME; safe for a screen; NULL: the names are unknown. */
    char *const *group_names;
    const struct processes *processes;
    bool has_names;
    const struct usage *usage; /* array of PROTOCOL_COUNT */
};

struct usage_rows_name {
    uint32_t at;    /* offset of the shown name in usage_rows.texts */
    uint32_t image; /* offset of the program's name in usage_rows.texts; "" if unknown */
    uint32_t rank;
};

struct usage_rows {
    int kind;
    bool is_filled;
    bool had_names;
    struct usage_rows_row *rows, *spare; /* owned; rows of the current and the previous sample */
    size_t count, capacity, spare_count, spare_capacity;
    struct text texts, spare_texts;
    struct usage_rows_name *names; /* owned */
    size_t name_count, name_capacity;
    uint32_t *order; /* owned; `count` indexes of rows in sorted order */
    uint32_t *shown; /* owned; `shown_count` entries of `order` that pass the filter */
    size_t shown_count;
    uint32_t *slots; /* owned; hash table of the previous rows */
    size_t slot_count;
    uint32_t *work; /* owned; for sorting */
    uint8_t *keys;  /* owned; for sorting */
    size_t work_capacity, key_capacity;
    uint32_t available[PROTOCOL_COUNT];
    enum usage_rows_column column;
    bool is_descending;
    bool hides[PROTOCOL_COUNT];
    char filter[128]; /* ASCII letters in lower case, other characters unchanged */
};

/* Grows *data to at least `wanted` elements of `size` bytes, but never shrinks it. Returns false if
 * memory runs out; *data and *capacity are then unchanged. */
bool rows_grow(void **data, size_t *capacity, size_t wanted, size_t size) MUST_CHECK;

/* Returns the string at the offset `at` of `texts`, or "" if the offset is outside. */
const char *rows_string(const struct text *texts, uint32_t at);

/* Returns whether `owner` is a process id, not 0 or OWNER_UNKNOWN. */
bool rows_has_owner(uint32_t owner);

/* Returns the shown row at index `place`, or NULL if there are fewer rows. */
const struct usage_rows_row *rows_at(const struct usage_rows *usage_rows, size_t place);

#endif
