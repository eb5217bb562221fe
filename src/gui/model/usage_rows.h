/* usage_rows.h - who uses the ports, as rows of a list: groups, or each socket.
 *
 * Plain data, no windows. Rows are found again from one filling to the next by what they
 * stand for (a process, an endpoint, a socket), so that they can be marked as new,
 * changed or gone, keep their order among equals, and a selection can stay on its row.
 * Made for 60,000 rows: no memory is taken for single rows, sorting compares nothing.
 */
#ifndef GUI_MODEL_USAGE_ROWS_H
#define GUI_MODEL_USAGE_ROWS_H

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

struct rows_at {
    struct usage_rows_key key;
    uint32_t hash;
    uint32_t owner, ports, sockets, time_wait;
    uint32_t name; /* index of roster.names */
    uint8_t state; /* of a socket: enum socket_state */
    uint8_t mark;
    bool is_match; /* by the filter */
    bool is_found; /* while a new filling looks for its rows */
};

/* What a roster is filled from: of one sample. */
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
    struct rows_at *rows, *spare; /* owned, of this filling and of the one before */
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

void usage_rows_init(struct usage_rows *usage_rows);
void usage_rows_release(struct usage_rows *usage_rows);
void usage_rows_clear(struct usage_rows *usage_rows); /* the next filling marks nothing */

/* FAULT: no memory; usage_rows is empty then. */
bool usage_rows_fill(struct usage_rows *usage_rows, const struct usage_rows_input *input,
                     struct fault *fault) MUST_CHECK;

void usage_rows_sort(struct usage_rows *usage_rows, enum usage_rows_column column,
                     bool is_descending);
/* Rows with that text in any column, ASCII letters alike; "" shows all. */
void usage_rows_filter(struct usage_rows *usage_rows, const char *utf8);
void usage_rows_hide(struct usage_rows *usage_rows, enum protocol protocol, bool is_hidden);

int usage_rows_find(const struct usage_rows *usage_rows,
                    const struct usage_rows_key *key); /* -1: not shown */
/* The row's own port, or the first one of its group. */
bool usage_rows_first_port(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                           const struct usage_rows_input *input, uint16_t *port);

#endif
