#include "core/diagnosis/port_rows.h"

enum port_role port_row_role(const struct socket_row *row)
{
    switch (port_state_of(row)) {
    case PORT_LISTEN:
    case PORT_OPEN:
        return ROLE_LISTENER;
    case PORT_BOUND:
        return ROLE_HELD;
    case PORT_TIME_WAIT:
    case PORT_DELETE_TCB:
    case PORT_CLOSED:
        return ROLE_WAITING;
    default:
        return ROLE_CONNECTION;
    }
}

const struct socket_row *port_rows_next(const struct snapshot *snapshot, enum protocol protocol,
                                        uint16_t port, size_t *at)
{
    while (*at < snapshot->sockets.count) {
        const struct socket_row *row = &snapshot->sockets.rows[(*at)++];

        if (row->protocol == (uint8_t)protocol && row->local_port == port &&
            row->family < FAMILY_COUNT)
            return row;
    }
    return NULL;
}

struct port_rows port_rows_find(const struct snapshot *snapshot, enum protocol protocol,
                                uint16_t port)
{
    struct port_rows rows = {{0}, {NULL}};
    const struct socket_row *row;
    size_t at = 0;

    while ((row = port_rows_next(snapshot, protocol, port, &at))) {
        enum port_role role = port_row_role(row);

        if (!rows.count[role]++)
            rows.first[role] = row;
    }
    return rows;
}

bool port_rows_has_any(const struct port_rows *rows)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        if (rows->count[role])
            return true;
    return false;
}

void port_row_print_local(struct text *text, const struct socket_row *row)
{
    char buffer[ENDPOINT_SIZE];

    text_puts(text, endpoint_string(buffer, (enum family)row->family, row->local, row->local_port));
}

void port_row_print_remote(struct text *text, const struct socket_row *row)
{
    char buffer[ENDPOINT_SIZE];

    text_puts(text,
              endpoint_string(buffer, (enum family)row->family, row->remote, row->remote_port));
}

const struct socket_row *port_rows_deciding(const struct port_rows *rows)
{
    for (int role = 0; role < ROLE_WAITING; role++)
        if (rows->first[role])
            return rows->first[role];
    return NULL;
}
