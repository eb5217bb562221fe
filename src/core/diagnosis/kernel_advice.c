#include "core/diagnosis/kernel_advice.h"

#include "core/diagnosis/port_rows.h"

/* A client in the kernel. Its remote ports are registered with IANA. maxport infers that a
 * connection of the kernel to such a port belongs to the client. */
struct client {
    uint16_t ports[2]; /* remote ports; 0: none */
    const char *name;  /* what probably owns the connection */
    const char *how;   /* how to close the connection */
    const char *command;
};

static const struct client clients[] = {
    {{445, 139},
     "the SMB client (a mapped drive or an open file share)",
     "To disconnect a share, run net use with the name of the share and /delete, as the user who "
     "connected it. To list the shares in use:",
     "net use"},
    {{2049, 111},
     "Client for NFS",
     "To disconnect an NFS share, run umount with the drive of the share. To list the NFS "
     "shares in use:",
     "mount"},
    {{3260, 0},
     "the iSCSI initiator (a disk of a storage server)",
     "Log off an iSCSI session only if its disk is not needed. To list the iSCSI sessions:",
     "iscsicli SessionList"},
    {{1723, 0},
     "a PPTP VPN",
     "To end a VPN connection, run rasdial with the name of the connection and /disconnect. To "
     "list the connections:",
     "rasdial"},
    {{80, 443},
     "a driver that uses HTTP, for example for WebDAV or a security product",
     "If a WebDAV folder is open, close it. To see whether the service WebClient runs:",
     "sc query webclient"},
};

enum { CLIENT_COUNT = sizeof clients / sizeof *clients };

/* Returns CLIENT_COUNT if the table does not contain the remote port. */
static size_t find_client(uint16_t remote_port)
{
    for (size_t i = 0; i < CLIENT_COUNT; i++)
        if (remote_port == clients[i].ports[0] || remote_port == clients[i].ports[1])
            return i;
    return CLIENT_COUNT;
}

static void add_client(size_t client, uint16_t remote_port, struct sentences *sentences)
{
    struct text *text = sentences_infer(sentences);

    text_puts(text,
              "The kernel (PID 4) uses the port for an outgoing connection and cannot be ended. ");
    if (client == CLIENT_COUNT) {
        text_printf(
            text,
            "Windows does not report which driver owns the connection. Find out what uses port "
            "%u of the remote computer; file shares, NFS, iSCSI, VPN and security products "
            "connect from the kernel.",
            (unsigned)remote_port);
        return;
    }
    text_printf(text, "The connection probably belongs to %s, because it leads to port %u. %s",
                clients[client].name, (unsigned)remote_port, clients[client].how);
    sentences_command(sentences, "%s", clients[client].command);
}

void kernel_advice_add_connection(const struct socket_row *row, struct sentences *sentences)
{
    add_client(find_client(row->remote_port), row->remote_port, sentences);
}

static void add_listener(struct sentences *sentences)
{
    text_puts(sentences_add(sentences),
              "The kernel (PID 4) uses these ports and cannot be ended. They probably belong to "
              "HTTP.sys (IIS and programs with web listeners) or SMB (file shares). To list what "
              "HTTP.sys serves:");
    sentences_command(sentences, "netsh http show servicestate");
}

/* ---- all ports of the kernel ------------------------------------------ */

struct tally {
    size_t connections, others;
    size_t of_client[CLIENT_COUNT + 1];
    uint16_t remote_port[CLIENT_COUNT + 1]; /* of the first connection of each client */
};

/* A connection whose local port has a listener was accepted, so it is not outgoing. */
static void count_rows(const struct sockets *sockets, struct tally *tally)
{
    bool listens[PROTOCOL_COUNT][ALL_PORTS] = {{false}};

    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];

        if (row->protocol < PROTOCOL_COUNT && port_row_role(row) == ROLE_LISTENER)
            listens[row->protocol][row->local_port] = true;
    }
    for (size_t i = 0; i < sockets->count; i++) {
        const struct socket_row *row = &sockets->rows[i];
        size_t client = find_client(row->remote_port);

        if (row->owner != SYSTEM_PROCESS || row->protocol >= PROTOCOL_COUNT)
            continue;
        if (port_row_role(row) != ROLE_CONNECTION || !row->has_remote ||
            listens[row->protocol][row->local_port]) {
            tally->others++;
            continue;
        }
        tally->connections++;
        if (!tally->of_client[client]++)
            tally->remote_port[client] = row->remote_port;
    }
}

void kernel_advice_add(const struct snapshot *snapshot, struct sentences *sentences)
{
    struct tally tally = {0};
    size_t most = 0;

    count_rows(&snapshot->sockets, &tally);
    if (tally.connections <= tally.others) {
        add_listener(sentences);
        return;
    }
    for (size_t i = 1; i <= CLIENT_COUNT; i++)
        if (tally.of_client[i] > tally.of_client[most])
            most = i;
    add_client(most, tally.remote_port[most], sentences);
}
