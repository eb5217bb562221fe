#include "program/stage.h"

#include <stdio.h>

#include "program/fakes.h"
#include "program/witness.h"

static SOCKET held[STAGE_ROOM];
static size_t held_count;

void stage_open(void)
{
    WSADATA data;

    bare_setup();
    ck_assert_int_eq(WSAStartup(MAKEWORD(2, 2), &data), 0);
    if (!fakes_can_run())
        return;
    fakes_install_wmi();
    fakes_install_netsh();
    fakes_say_wmi(fakes_plain_wmi);
}

void stage_close(void)
{
    while (held_count)
        stage_let_go();
    if (fakes_can_run()) {
        fakes_uninstall_netsh();
        fakes_uninstall_wmi();
    }
    WSACleanup();
    bare_teardown();
}

void stage_say_range(unsigned first, unsigned count)
{
    char state[256];

    snprintf(state, sizeof state,
             "language|english\n"
             "range|tcp|ipv4|%u|%u\nrange|tcp|ipv6|%u|%u\n"
             "range|udp|ipv4|%u|%u\nrange|udp|ipv6|%u|%u\n",
             first, count, first, count, first, count, first, count);
    fakes_say_netsh(state);
}

struct sockaddr_in stage_loopback(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

SOCKET stage_hold(SOCKET s)
{
    ck_assert(s != INVALID_SOCKET);
    ck_assert_uint_lt(held_count, STAGE_ROOM);
    held[held_count++] = s;
    return s;
}

void stage_let_go(void)
{
    struct linger at_once = {1, 0};
    SOCKET s = held[--held_count];

    setsockopt(s, SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once);
    closesocket(s);
}
