/* port_rows.h - the rows of the socket tables with one port, by their role.
 *
 * Pointers point into the snapshot. Nothing is owned, and nothing can fail.
 */
#ifndef CORE_DIAGNOSIS_PORT_ROWS_H
#define CORE_DIAGNOSIS_PORT_ROWS_H

#include "core/state/snapshot.h"

enum port_role {
    ROLE_LISTENER, /* or a UDP socket */
    ROLE_HELD,     /* bound, neither listening nor connected */
    ROLE_CONNECTION,
    ROLE_WAITING, /* closed */
    ROLE_COUNT
};

struct port_rows {
    uint32_t count[ROLE_COUNT];
    const struct socket_row *first[ROLE_COUNT]; /* NULL: none */
};

enum port_role port_row_role(const struct socket_row *row);

struct port_rows port_rows_find(const struct snapshot *snapshot, enum protocol protocol,
                                uint16_t port);
bool port_rows_has_any(const struct port_rows *rows);

/* The first row that prevents other programs from using the port; closed connections do not. NULL:
 * none. */
const struct socket_row *port_rows_deciding(const struct port_rows *rows);

/* Iterates over the rows from *at = 0; NULL: no more rows. */
const struct socket_row *port_rows_next(const struct snapshot *snapshot, enum protocol protocol,
                                        uint16_t port, size_t *at);

/* The local or remote endpoint of the row as address and port. */
void port_row_print_local(struct text *text, const struct socket_row *row);
void port_row_print_remote(struct text *text, const struct socket_row *row);

#endif
