#include "gui/model/rows_text.h"

#include <stdio.h>
#include <string.h>

#include "core/use/csv.h"

enum { CELL_SIZE = 512 };

static const char *name_of(const struct usage_rows *usage_rows, const struct usage_rows_row *row)
{
    return row->name < usage_rows->name_count
               ? rows_string(&usage_rows->texts, usage_rows->names[row->name].at)
               : "";
}

static void print_share(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                        char *buffer, size_t size)
{
    uint32_t available = usage_rows->available[row->key.protocol];
    char share[SHARE_SIZE];

    snprintf(buffer, size, "%s", available ? share_string(share, row->ports, available) : "-");
}

static void print_name(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                       char *buffer, size_t size)
{
    char address[ENDPOINT_SIZE];
    const char *name = address;

    if (usage_rows->kind == GROUP_REMOTE)
        endpoint_string(address, (enum family)row->key.family, row->key.remote,
                        row->key.remote_port);
    else if (usage_rows->kind == GROUP_ADDRESS)
        address_string(address, (enum family)row->key.family, row->key.remote);
    else
        name = name_of(usage_rows, row);
    strncpy(buffer, name, size - 1);
    buffer[size - 1] = '\0';
}

const char *rows_text_cell(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                           enum usage_rows_column column, char *buffer, size_t size)
{
    static const char *const marks[] = {
        [MARK_NONE] = "", [MARK_NEW] = "new", [MARK_CHANGED] = "changed", [MARK_GONE] = "gone"};
    char number[NUMBER_SIZE], endpoint[ENDPOINT_SIZE];
    const char *words = number;

    switch (column) {
    case USAGE_ROWS_NAME:
    case USAGE_ROWS_PROCESS:
        print_name(usage_rows, row, buffer, size);
        return buffer;
    case USAGE_ROWS_SHARE:
        print_share(usage_rows, row, buffer, size);
        return buffer;
    case USAGE_ROWS_PID:
        if (rows_has_owner(row->owner))
            snprintf(number, sizeof number, "%lu", (unsigned long)row->owner);
        else
            words = "-";
        break;
    case USAGE_ROWS_PROTOCOL:
        words = protocol_name((enum protocol)row->key.protocol);
        break;
    case USAGE_ROWS_PORTS:
        number_string(number, row->ports);
        break;
    case USAGE_ROWS_COUNT:
        number_string(number, row->sockets);
        break;
    case USAGE_ROWS_WAITING:
        number_string(number, row->time_wait);
        break;
    case USAGE_ROWS_LOCAL:
        words = endpoint_string(endpoint, (enum family)row->key.family, row->key.local,
                                row->key.local_port);
        break;
    case USAGE_ROWS_REMOTE:
        words = row->key.has_remote ? endpoint_string(endpoint, (enum family)row->key.family,
                                                      row->key.remote, row->key.remote_port)
                                    : "-";
        break;
    case USAGE_ROWS_STATE:
        words = row->state == STATE_NONE ? "-" : socket_state_name(row->state);
        break;
    case USAGE_ROWS_MARK:
        words = marks[row->mark];
        break;
    case USAGE_ROWS_COLUMN_COUNT:
        words = "";
        break;
    }
    strncpy(buffer, words, size - 1);
    buffer[size - 1] = '\0';
    return buffer;
}

static void print_csv_row(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                          struct text *text)
{
    const char *image = row->name < usage_rows->name_count
                            ? rows_string(&usage_rows->texts, usage_rows->names[row->name].image)
                            : "";

    if (usage_rows->kind == USAGE_ROWS_SOCKETS) {
        struct socket_row socket = {.protocol = row->key.protocol,
                                    .family = row->key.family,
                                    .state = row->state,
                                    .has_remote = row->key.has_remote,
                                    .local_port = row->key.local_port,
                                    .remote_port = row->key.remote_port,
                                    .owner = row->owner};

        memcpy(socket.local, row->key.local, sizeof socket.local);
        memcpy(socket.remote, row->key.remote, sizeof socket.remote);
        csv_socket(text, &socket, image);
    } else {
        struct usage_bucket bucket = {.protocol = (enum protocol)row->key.protocol,
                                      .owner = row->owner,
                                      .family = row->key.family,
                                      .state = row->key.state,
                                      .port = row->key.remote_port,
                                      .ports = row->ports,
                                      .sockets = row->sockets,
                                      .time_wait = row->time_wait,
                                      .processes = row->processes};

        memcpy(bucket.address, row->key.remote, sizeof bucket.address);
        csv_group(text, (enum usage_group)usage_rows->kind, &bucket, image);
    }
}

void rows_text_print_csv(const struct usage_rows *usage_rows, struct text *text)
{
    text_puts(text, "\xef\xbb\xbf");
    if (usage_rows->kind == USAGE_ROWS_SOCKETS)
        csv_socket_heading(text);
    else
        csv_group_heading(text, (enum usage_group)usage_rows->kind);
    for (size_t i = 0; i < usage_rows->shown_count; i++) {
        const struct usage_rows_row *row = rows_at(usage_rows, i);

        if (row->mark != MARK_GONE)
            print_csv_row(usage_rows, row, text);
    }
}

void rows_text_print_row(const struct usage_rows *usage_rows, const struct usage_rows_row *row,
                         const enum usage_rows_column *columns, size_t count, struct text *text)
{
    char cell[CELL_SIZE];

    for (size_t i = 0; i < count; i++) {
        text_puts(text, i ? "\t" : "");
        text_puts(text, rows_text_cell(usage_rows, row, columns[i], cell, sizeof cell));
    }
    text_puts(text, "\r\n");
}
