/* roster.h - who has the ports, as rows of a list: groups, or each socket.
 *
 * Plain data, no windows. Rows are found again from one filling to the next by what they
 * stand for (a process, an endpoint, a socket), so that they can be marked as new,
 * changed or gone, keep their order among equals, and a selection can stay on its row.
 * Made for 60,000 rows: no memory is taken for single rows, sorting compares nothing.
 */
#ifndef GUI_MODEL_USAGE_ROWS_H
#define GUI_MODEL_USAGE_ROWS_H

#include "core/system/processes.h"
#include "core/use/usage.h"

/* enum usage_group, or each socket. */
enum { ROSTER_SOCKETS = GROUP_KIND_COUNT, ROSTER_KIND_COUNT };

enum roster_column {
    ROSTER_NAME,   /* of a group: process with its services, endpoint, state, address */
    ROSTER_PID,
    ROSTER_PROTOCOL,
    ROSTER_PORTS,
    ROSTER_SHARE,  /* of the available ones */
    ROSTER_COUNT,  /* sockets */
    ROSTER_WAITING, /* sockets in TIME_WAIT */
    ROSTER_LOCAL,
    ROSTER_REMOTE,
    ROSTER_STATE,
    ROSTER_PROCESS, /* of a socket */
    ROSTER_MARK,   /* what has changed, in words */
    ROSTER_COLUMN_COUNT,
};

enum roster_mark { MARK_NONE, MARK_NEW, MARK_CHANGED, MARK_GONE };

/* What a row stands for; its padding is 0. */
struct roster_key {
    uint8_t protocol, family, state, has_remote; /* state: of GROUP_STATE */
    uint16_t local_port, remote_port;
    uint32_t owner; /* of a socket only where it has no remote end: else it may change */
    uint8_t local[16], remote[16];
    uint32_t padding;
};

struct roster_row {
    struct roster_key key;
    uint32_t hash;
    uint32_t owner, ports, sockets, time_wait;
    uint32_t name;  /* index of roster.names */
    uint8_t state;  /* of a socket: enum socket_state */
    uint8_t mark;
    bool is_match;  /* by the filter */
    bool is_found;  /* while a new filling looks for its rows */
};

/* What a roster is filled from: of one sample. */
struct roster_input {
    int kind;
    const struct sockets *sockets;
    const struct usage_groups *groups; /* not for ROSTER_SOCKETS */
    char *const *group_names;          /* of GROUP_PROCESS, safe for a screen; NULL: not known */
    const struct processes *processes;
    bool has_names;
    const struct usage *usage; /* of PROTOCOL_COUNT */
};

struct roster_name {
    uint32_t at;    /* in texts: as shown */
    uint32_t image; /* in texts: the program's own name, "" where not known */
    uint32_t rank;
};

struct roster {
    int kind;
    bool is_filled;
    bool had_names;
    struct roster_row *rows, *spare; /* owned, of this filling and of the one before */
    size_t count, capacity, spare_count, spare_capacity;
    struct text texts, spare_texts;
    struct roster_name *names; /* owned */
    size_t name_count, name_capacity;
    uint32_t *order;  /* owned, of count: rows as sorted */
    uint32_t *shown;  /* owned, of shown_count: those of `order` that pass */
    size_t shown_count;
    uint32_t *slots;  /* owned: hash table of the rows before */
    size_t slot_count;
    uint32_t *work;   /* owned, for sorting */
    uint8_t *keys;    /* owned, for sorting */
    size_t work_capacity, key_capacity;
    uint32_t available[PROTOCOL_COUNT];
    enum roster_column column;
    bool is_descending;
    bool hides[PROTOCOL_COUNT];
    char filter[128]; /* small ASCII letters; other characters as they are */
};

void roster_init(struct roster *roster);
void roster_release(struct roster *roster);
void roster_clear(struct roster *roster); /* the next filling marks nothing */

/* FAULT: no memory; the roster is empty then. */
bool roster_fill(struct roster *roster, const struct roster_input *input,
                 struct fault *fault) MUST_CHECK;

void roster_sort(struct roster *roster, enum roster_column column, bool is_descending);
/* Rows with that text in any column, ASCII letters alike; "" shows all. */
void roster_filter(struct roster *roster, const char *utf8);
void roster_hide(struct roster *roster, enum protocol protocol, bool is_hidden);

/* Rows by their place among those shown. */
const struct roster_row *roster_row(const struct roster *roster, size_t place);
int roster_find(const struct roster *roster, const struct roster_key *key); /* -1: not shown */
/* What the column says of the row; returns buffer. */
const char *roster_cell(const struct roster *roster, const struct roster_row *row,
                        enum roster_column column, char *buffer, size_t size);

/* The row's own port, or the first one of its group. */
bool roster_first_port(const struct roster *roster, const struct roster_row *row,
                       const struct roster_input *input, uint16_t *port);

/* What is shown, but for what is gone: as `maxport ports --csv` prints it. */
void roster_print_csv(const struct roster *roster, struct text *text);
/* A row with these columns between tabs, and \r\n. */
void roster_print_row(const struct roster *roster, const struct roster_row *row,
                      const enum roster_column *columns, size_t count, struct text *text);

#endif
