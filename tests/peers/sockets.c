/* sockets.c - opens connections from ports that the system assigns, and keeps them.
 *
 * sockets PORT COUNT
 *
 * The program listens at 127.0.0.1:PORT and connects to this server COUNT times. bind() assigns the
 * local ports, because connect() could use a port again that is connected elsewhere. Then the
 * program prints "ready" and waits until it is ended. Each end has sent a byte, because otherwise
 * Wine reports no owner of a socket. Nobody reads these bytes, so the connections are reset when
 * the program ends, and no port remains in TIME_WAIT.
 */
#include <winsock2.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static bool open_connection(SOCKET server, const struct sockaddr_in *address)
{
    struct sockaddr_in any = {.sin_family = AF_INET};
    SOCKET client = socket(AF_INET, SOCK_STREAM, 0), accepted;

    any.sin_addr = address->sin_addr;
    if (client == INVALID_SOCKET || bind(client, (struct sockaddr *)&any, sizeof any) ||
        connect(client, (const struct sockaddr *)address, sizeof *address))
        return false;
    accepted = accept(server, NULL, NULL);
    return accepted != INVALID_SOCKET && send(client, "x", 1, 0) == 1 &&
           send(accepted, "x", 1, 0) == 1;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int opened = 0, wanted = argc == 3 ? atoi(argv[2]) : 0;
    WSADATA data;
    SOCKET server;

    if (!wanted || WSAStartup(MAKEWORD(2, 2), &data))
        return 2;
    address.sin_port = htons((u_short)atoi(argv[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 16))
        return 1;
    while (opened < wanted && open_connection(server, &address))
        opened++;
    if (opened < wanted) {
        printf("%d of %d connections: error %d\n", opened, wanted, WSAGetLastError());
        return 1;
    }
    puts("ready");
    fflush(stdout);
    Sleep(INFINITE);
    return 0;
}
