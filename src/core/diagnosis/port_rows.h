/* port_rows.h - finds the rows of the socket tables for one local port, and groups them by role.
 *
 * Returned pointers point into the snapshot. The structs own nothing, and the functions cannot
 * fail.
 */
#ifndef CORE_DIAGNOSIS_PORT_ROWS_H
#define CORE_DIAGNOSIS_PORT_ROWS_H

#include "core/state/snapshot.h"

enum port_role {
    ROLE_LISTENER, /* listening TCP socket, or UDP socket */
    ROLE_HELD,     /* bound, but neither listening nor connected */
    ROLE_CONNECTION,
    ROLE_WAITING, /* closed, but the port is not free yet */
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

/* Returns the first row that prevents other programs from using the port, or NULL. Closed
 * connections do not prevent this. */
const struct socket_row *port_rows_deciding(const struct port_rows *rows);

/* Returns the next row with the port, or NULL after the last. Set *at to 0 before the first
 * call. */
const struct socket_row *port_rows_next(const struct snapshot *snapshot, enum protocol protocol,
                                        uint16_t port, size_t *at);

/* Append the local or the remote endpoint of the row as address and port. */
void port_row_print_local(struct text *text, const struct socket_row *row);
void port_row_print_remote(struct text *text, const struct socket_row *row);

#endif
