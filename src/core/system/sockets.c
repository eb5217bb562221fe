#include "core/system/sockets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    unsigned state;
    const char *name, *key;
} states[] = {
    {STATE_NONE, "", "none"},
    {STATE_CLOSED, "CLOSED", "closed"},
    {STATE_LISTEN, "LISTEN", "listen"},
    {STATE_SYN_SENT, "SYN_SENT", "syn_sent"},
    {STATE_SYN_RECEIVED, "SYN_RECEIVED", "syn_received"},
    {STATE_ESTABLISHED, "ESTABLISHED", "established"},
    {STATE_FIN_WAIT_1, "FIN_WAIT_1", "fin_wait_1"},
    {STATE_FIN_WAIT_2, "FIN_WAIT_2", "fin_wait_2"},
    {STATE_CLOSE_WAIT, "CLOSE_WAIT", "close_wait"},
    {STATE_CLOSING, "CLOSING", "closing"},
    {STATE_LAST_ACK, "LAST_ACK", "last_ack"},
    {STATE_TIME_WAIT, "TIME_WAIT", "time_wait"},
    {STATE_DELETE_TCB, "DELETE_TCB", "delete_tcb"},
    {STATE_BOUND, "BOUND", "bound"},
};

const char *socket_state_name(unsigned state)
{
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (states[i].state == state)
            return states[i].name;
    return "UNKNOWN";
}

const char *socket_state_key(unsigned state)
{
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (states[i].state == state)
            return states[i].key;
    return "unknown";
}

void sockets_init(struct sockets *sockets)
{
    memset(sockets, 0, sizeof *sockets);
}

void sockets_release(struct sockets *sockets)
{
    free(sockets->rows);
    sockets_init(sockets);
}

/* Allocates exactly the requested size, because callers know the size of a whole table, and
 * doubling would waste megabytes at 50,000 sockets. */
bool sockets_reserve(struct sockets *sockets, size_t more, struct fault *fault)
{
    if (more == 0)
        return true;
    if (more > SIZE_MAX / sizeof *sockets->rows - sockets->count)
        return fault_no_memory(fault);
    struct socket_row *rows =
        realloc(sockets->rows, (sockets->count + more) * sizeof *sockets->rows);
    if (!rows)
        return fault_no_memory(fault);
    sockets->rows = rows;
    return true;
}

static void append_ipv4(char *text, size_t size, const uint8_t *bytes)
{
    snprintf(text, size, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

/* Writes an address as in RFC 5952: lower case, no leading zeros, "::" for the longest run of two
 * or more zero groups (the first of equally long runs), and dotted IPv4 after ::ffff:. */
static void append_ipv6(char *text, size_t size, const uint8_t bytes[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        char ipv4[16];
        append_ipv4(ipv4, sizeof ipv4, bytes + 12);
        snprintf(text, size, "::ffff:%s", ipv4);
        return;
    }

    unsigned groups[8];
    int run_start = -1, run_length = 1;
    for (int i = 0; i < 8; i++)
        groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
    for (int i = 0; i < 8; i++) {
        int end = i;
        while (end < 8 && groups[end] == 0)
            end++;
        if (end - i > run_length) {
            run_start = i;
            run_length = end - i;
        }
    }

    size_t length = 0;
    const char *colon = "";
    for (int i = 0; i < 8; i++) {
        if (i == run_start) {
            length += (size_t)snprintf(text + length, size - length, "::");
            i += run_length - 1;
            colon = "";
        } else {
            length += (size_t)snprintf(text + length, size - length, "%s%x", colon, groups[i]);
            colon = ":";
        }
    }
}

const char *address_string(char buffer[ADDRESS_SIZE], enum family family, const uint8_t bytes[16])
{
    if (family == FAMILY_IPV6)
        append_ipv6(buffer, ADDRESS_SIZE, bytes);
    else
        append_ipv4(buffer, ADDRESS_SIZE, bytes);
    return buffer;
}

const char *endpoint_string(char buffer[ENDPOINT_SIZE], enum family family, const uint8_t bytes[16],
                            uint16_t port)
{
    char address[ADDRESS_SIZE];
    address_string(address, family, bytes);
    snprintf(buffer, ENDPOINT_SIZE, family == FAMILY_IPV6 ? "[%s]:%u" : "%s:%u", address, port);
    return buffer;
}

int socket_row_compare(const void *a, const void *b)
{
    const struct socket_row *left = a, *right = b;
    int order = (int)left->family - (int)right->family;

    if (order == 0)
        order = memcmp(left->remote, right->remote, sizeof left->remote);
    if (order == 0)
        order = (int)left->remote_port - (int)right->remote_port;
    if (order == 0)
        order = memcmp(left->local, right->local, sizeof left->local);
    return order ? order : (int)left->local_port - (int)right->local_port;
}
