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
    fakes_set_wmi(fakes_plain_wmi);
}

void stage_close(void)
{
    while (held_count)
        stage_close_newest();
    if (fakes_can_run()) {
        fakes_uninstall_netsh();
        fakes_uninstall_wmi();
    }
    WSACleanup();
    bare_teardown();
}

void stage_set_range(unsigned first, unsigned count)
{
    char state[256];

    snprintf(state, sizeof state,
             "language|english\n"
             "range|tcp|ipv4|%u|%u\nrange|tcp|ipv6|%u|%u\n"
             "range|udp|ipv4|%u|%u\nrange|udp|ipv6|%u|%u\n",
             first, count, first, count, first, count, first, count);
    fakes_set_netsh(state);
}

unsigned stage_choose_range(unsigned lowest, unsigned highest, unsigned count)
{
    for (unsigned first = lowest; first <= highest; first += count) {
        stage_set_range(first, count);
        const struct run *run = maxport("status --json");
        ASSERT_EXIT(run, 0);
        json_t *status = run_json(run);
        if (json_number_at(status, "usage.tcp.in_use") == 0 &&
            json_number_at(status, "usage.udp.in_use") == 0)
            return first;
    }
    ck_abort_msg("no range is empty");
    return 0;
}

struct sockaddr_in stage_loopback(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

SOCKET stage_keep(SOCKET s)
{
    ck_assert(s != INVALID_SOCKET);
    ck_assert_uint_lt(held_count, STAGE_ROOM);
    held[held_count++] = s;
    return s;
}

/* Returns whether GetTcpTable() lists a connection in TIME_WAIT on this local port. Each row of the
 * table contains the state, the local address and port, and the remote address and port. */
static bool is_in_time_wait(unsigned short network_port)
{
    typedef DWORD(WINAPI * get_table)(void *, DWORD *, BOOL);
    enum { FIELDS = 5, STATE_TIME_WAIT = 11 };
    static DWORD table[1 + FIELDS * 100000];
    DWORD bytes = sizeof table;
    wchar_t path[MAX_PATH + 16];
    get_table get;

    ck_assert_uint_ne(GetSystemDirectoryW(path, MAX_PATH), 0);
    wcscat(path, L"\\iphlpapi.dll");
    get = (get_table)(void (*)(void))GetProcAddress(LoadLibraryW(path), "GetTcpTable");
    ck_assert(get != NULL && get(table, &bytes, FALSE) == NO_ERROR);
    for (DWORD i = 0; i < table[0]; i++)
        if (table[1 + FIELDS * i] == STATE_TIME_WAIT &&
            (unsigned short)table[1 + FIELDS * i + 2] == network_port)
            return true;
    return false;
}

bool stage_shows_time_wait(void)
{
    enum { TRIES = 20, TRY_MS = 50 };
    struct sockaddr_in server = stage_loopback(0), own = stage_loopback(0);
    int length = sizeof server;
    bool is_shown = false;
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    SOCKET peer;

    ck_assert_int_eq(bind(listener, (struct sockaddr *)&server, sizeof server), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&server, &length), 0);
    ck_assert_int_eq(connect(client, (struct sockaddr *)&server, sizeof server), 0);
    ck_assert_int_eq(getsockname(client, (struct sockaddr *)&own, &length), 0);
    peer = accept(listener, NULL, NULL);
    ck_assert(peer != INVALID_SOCKET);
    closesocket(client); /* the side that closes first enters TIME_WAIT */
    closesocket(peer);
    closesocket(listener);
    for (int i = 0; i < TRIES && !is_shown; i++) {
        is_shown = is_in_time_wait(own.sin_port);
        if (!is_shown)
            Sleep(TRY_MS);
    }
    return is_shown;
}

void stage_close_newest(void)
{
    struct linger at_once = {1, 0};
    SOCKET s = held[--held_count];

    setsockopt(s, SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once);
    closesocket(s);
}
