/* Tests of the map and the list of ports in the window, with ports that the tests open. */
#include "program/suites.h"
#include "program/window_driver.h"
#include "program/witness.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>

enum {
    HOLD_MS = 150,
    MAP_SIDE = 256,
};

/* Returns a number N. The test uses ports from N * 100 on. N depends on the time and the process,
 * because other runs of these tests may use ports of this machine at the same time. */
static unsigned some_hundred(void)
{
    enum { FROM = 610, COUNT = 40 };

    return FROM + (GetTickCount() / 1000 + GetCurrentProcessId()) % COUNT;
}

/* Binds the first port from `first` to `first` + 99 that is free. */
static SOCKET bind_from(uint16_t first, struct sockaddr_in *address)
{
    SOCKET opened = socket(AF_INET, SOCK_STREAM, 0);

    /* Programs that this process starts must not inherit the socket. */
    SetHandleInformation((HANDLE)opened, HANDLE_FLAG_INHERIT, 0);
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (uint16_t port = first; port < first + 100; port++) {
        address->sin_port = htons(port);
        if (bind(opened, (struct sockaddr *)address, sizeof *address) == 0)
            return opened;
    }
    ck_abort_msg("no port from %u on is free", (unsigned)first);
    return opened;
}

static const char *endpoint_of(const struct sockaddr_in *address, char buffer[32])
{
    snprintf(buffer, 32, "127.0.0.1:%u", (unsigned)ntohs(address->sin_port));
    return buffer;
}

/* A connection of this process to itself. */
struct connection {
    struct sockaddr_in server, client;
    SOCKET listener, connected, accepted;
};

static void connect_to_self(struct connection *own)
{
    uint16_t port = (uint16_t)(some_hundred() * 100);

    own->listener = bind_from(port, &own->server);
    ck_assert_int_eq(listen(own->listener, 5), 0);
    own->connected = bind_from((uint16_t)(port + 50), &own->client);
    ck_assert_int_eq(connect(own->connected, (struct sockaddr *)&own->server, sizeof own->server),
                     0);
    /* Newer versions of Wine list only sockets that a program has open, so the server must
     * accept. */
    own->accepted = accept(own->listener, NULL, NULL);
    ck_assert(own->accepted != INVALID_SOCKET);
    SetHandleInformation((HANDLE)own->accepted, HANDLE_FLAG_INHERIT, 0);
    /* Older versions of Wine report the owner of a socket only after data was sent. */
    ck_assert_int_eq(send(own->connected, "x", 1, 0), 1);
}

static void await_more_listening(HWND map, int before)
{
    press(VK_F5);
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        if (listening(map) > before)
            break;
        PostMessageW(map, WM_MOUSELEAVE, 0, 0);
    }
    ck_assert_int_gt(listening(map), before);
}

/* Enters the filter letter by letter, as a person types. The list must then contain both ends of
 * the connection. */
static void find_both_ends(HWND list, const struct connection *own)
{
    char client[32], server[32], words[64];

    snprintf(words, sizeof words, "0.1:%u", (unsigned)ntohs(own->client.sin_port));
    write_letters(behind(page("Who"), "&Filter"), words);
    await_cell(list, 1, 1, endpoint_of(&own->client, client));
    ck_assert_uint_eq(row_count(list), 2);
    ck_assert_str_eq(cell(list, 1, 2), endpoint_of(&own->server, server));
    ck_assert_str_eq(cell(list, 1, 3), "ESTABLISHED");
    ck_assert_str_eq(cell(list, 1, 4), "program-tests.exe");
    snprintf(words, sizeof words, "%lu", (unsigned long)GetCurrentProcessId());
    ck_assert_str_eq(cell(list, 1, 5), words);
}

static void open_folder_of_row(HWND list, int row)
{
    ck_assert(find_folder() == NULL);
    select_row(list, row);
    choose_from_menu(list, L'f');
    await_and_close_folder();
}

START_TEST(an_opened_port_is_shown_on_the_map_and_in_the_list)
{
    struct connection own;
    char server[32], found[256];
    int before;
    wchar_t filter[16];
    WSADATA wsa;
    HWND list, map;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    open_window("");
    show_page("&Now", "Now");
    map = await_map();
    before = listening(map);
    connect_to_self(&own);
    await_more_listening(map, before);
    show_page("&Who", "Who");
    click(page("Who"), "&Each socket");
    list = find(page("Who"), L"SysListView32", NULL);
    find_both_ends(list, &own);
    open_folder_of_row(list, 1);
    _snwprintf(filter, 16, L"0.1:%u", (unsigned)ntohs(own.server.sin_port));
    type(behind(page("Who"), "&Filter"), filter);
    ck_assert(has_row(list, 3, "LISTEN", found, 1));
    ck_assert_str_eq(found, endpoint_of(&own.server, server));
    type(behind(page("Who"), "&Filter"), L"no such row");
    await_words(page("Who"), "No row contains \"no such row\".");
    closesocket(own.connected);
    closesocket(own.accepted);
    closesocket(own.listener);
    WSACleanup();
    close_window();
}
END_TEST

/* Several listeners whose ports are about 30 apart. */
enum { SERVERS = 3 };

struct servers {
    SOCKET listeners[SERVERS];
    uint16_t ports[SERVERS];
    char endpoints[SERVERS][32];
};

static void listen_from(struct servers *servers, unsigned hundred)
{
    for (int i = 0; i < SERVERS; i++) {
        struct sockaddr_in address;

        servers->listeners[i] = bind_from((uint16_t)(hundred * 100 + 30 * (unsigned)i), &address);
        ck_assert_int_eq(listen(servers->listeners[i], 5), 0);
        servers->ports[i] = ntohs(address.sin_port);
        endpoint_of(&address, servers->endpoints[i]);
    }
}

/* At first, the list is sorted by local endpoint. A click on the heading must reverse the order. */
static void sort_by_local_end(HWND list, const struct servers *servers)
{
    const char *first = servers->endpoints[0], *last = servers->endpoints[SERVERS - 1];

    await_order(list, 1, first, last);
    click_heading(list, 1);
    await_order(list, 1, last, first);
    click_heading(list, 1);
    await_order(list, 1, first, last);
}

/* Reverses the order without a mouse: with the item of the second column, Local, in the menu of a
 * row. */
static void sort_with_the_menu(HWND list, const struct servers *servers)
{
    const char *first = servers->endpoints[0], *last = servers->endpoints[SERVERS - 1];
    HWND menu;

    select_row(list, row_of(list, 1, first));
    choose_from_menu(list, L's');
    menu = await(NULL, L"#32768", NULL);
    PostMessageW(menu, WM_KEYDOWN, VK_DOWN, 1);
    PostMessageW(menu, WM_KEYDOWN, VK_RETURN, 1);
    await_order(list, 1, last, first);
    click_heading(list, 1);
    await_order(list, 1, first, last);
}

/* Copies all rows with their headings. While Ctrl+C is handled, this process has the clipboard
 * open, so the window must wait for a moment. */
static void copy_all_rows(const struct servers *servers)
{
    char *copied;

    ck_assert(OpenClipboard(NULL));
    press_key('C', VK_CONTROL);
    Sleep(HOLD_MS);
    CloseClipboard();
    copied = _strdup(take_clipboard());
    ASSERT_SAYS(copied, "Protocol\tLocal\tRemote\tState\tProcess\tPID\tChange");
    for (int i = 0; i < SERVERS; i++)
        ASSERT_SAYS(copied, servers->endpoints[i]);
    free(copied);
}

static void copy_selected_row(HWND list, const struct servers *servers)
{
    char *copied;

    select_row(list, row_of(list, 1, servers->endpoints[1]));
    choose_from_menu(list, L'c');
    await_words(frame, "Copied the selected row.");
    copied = _strdup(take_clipboard());
    ASSERT_SAYS(copied, servers->endpoints[1]);
    ASSERT_SAYS(copied, "\tLISTEN\t");
    ASSERT_NEVER_SAYS(copied, servers->endpoints[0]);
    free(copied);
}

static void save_as_csv(const struct servers *servers)
{
    wchar_t saved[MAX_PATH];
    size_t length;
    char *csv;

    lstrcpynW(saved, scratch_path(L"ports.csv"), MAX_PATH);
    press_key('S', VK_CONTROL);
    choose_file(saved);
    await_words(frame, "Saved as");
    csv = file_read(saved, &length);
    ASSERT_SAYS(csv, "protocol,");
    for (int i = 0; i < SERVERS; i++)
        ASSERT_SAYS(csv, servers->endpoints[i] + strlen("127.0.0.1:"));
    free(csv);
}

static void ask_why_a_port_is_in_use(HWND list, const struct servers *servers)
{
    char title[32];
    HWND dialog;

    select_row(list, row_of(list, 1, servers->endpoints[1]));
    choose_from_menu(list, L'w');
    snprintf(title, sizeof title, "TCP port %u", (unsigned)servers->ports[1]);
    dialog = await(NULL, L"MaxportDialog", title);
    ASSERT_SAYS(texts(dialog), "is in use");
    ASSERT_SAYS(texts(dialog), servers->endpoints[1]);
    answer(dialog, IDCANCEL);
}

/* Selects a port on the map with the arrow keys. The map must show the port and its state, and must
 * update the state after the listener is closed. */
static void point_at_a_port_until_it_is_free(HWND map, struct servers *servers)
{
    int port = servers->ports[0];
    char name[32];

    for (int i = 0; i < port / MAP_SIDE; i++)
        PostMessageW(map, WM_KEYDOWN, VK_DOWN, 1);
    for (int i = 0; i < port % MAP_SIDE; i++)
        PostMessageW(map, WM_KEYDOWN, VK_RIGHT, 1);
    snprintf(name, sizeof name, "TCP %d: LISTEN", port);
    await_name(map, name);
    closesocket(servers->listeners[0]);
    snprintf(name, sizeof name, "TCP %d: free", port);
    await_name(map, name);
}

START_TEST(the_list_can_be_sorted_copied_saved_and_queried)
{
    struct servers servers;
    unsigned hundred = some_hundred();
    char filter[32];
    WSADATA wsa;
    HWND list;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    listen_from(&servers, hundred);
    open_window("--page who");
    click(page("Who"), "&Each socket");
    list = find(page("Who"), L"SysListView32", NULL);
    snprintf(filter, sizeof filter, "0.0.1:%u", hundred);
    write_letters(behind(page("Who"), "&Filter"), filter);
    await_words(page("Who"), "rows matching the filter");
    sort_by_local_end(list, &servers);
    copy_all_rows(&servers);
    copy_selected_row(list, &servers);
    sort_with_the_menu(list, &servers);
    save_as_csv(&servers);
    ask_why_a_port_is_in_use(list, &servers);
    show_page("&Now", "Now");
    point_at_a_port_until_it_is_free(await_map(), &servers);
    for (int i = 1; i < SERVERS; i++)
        closesocket(servers.listeners[i]);
    WSACleanup();
    close_window();
}
END_TEST

/* Returns the port that the map shows at a point, or -1. */
static int point_at(HWND map, int x, int y)
{
    int port = -1;

    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        PostMessageW(map, WM_MOUSEMOVE, 0, MAKELPARAM(x, y));
        if (sscanf(text_of(map), "TCP %d:", &port) == 1)
            break;
    }
    /* Wait until the map no longer shows this port. Otherwise the next call could read it again. */
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        PostMessageW(map, WM_MOUSELEAVE, 0, 0);
        if (says(text_of(map), "Map of all TCP ports"))
            break;
    }
    return port;
}

START_TEST(a_click_on_the_map_explains_the_port)
{
    enum { LOWER = 60 };
    struct sockaddr_in server;
    SOCKET listener;
    RECT rect;
    WSADATA wsa;
    char title[64];
    HWND map, dialog;
    int port, first, second, cell_px, x, y;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    listener = bind_from((uint16_t)(some_hundred() * 100), &server);
    ck_assert_int_eq(listen(listener, 5), 0);
    port = ntohs(server.sin_port);
    open_window("");
    show_page("&Now", "Now");
    map = await_map();
    GetClientRect(map, &rect);
    x = rect.right / 4;
    y = rect.bottom / 4;
    first = point_at(map, x, y);
    second = point_at(map, x, y + LOWER);
    ck_assert_int_gt(first, 0);
    ck_assert_int_gt(second, first);
    ck_assert_int_eq(second % MAP_SIDE, first % MAP_SIDE);
    cell_px = LOWER * MAP_SIDE / (second - first);
    x += (port % MAP_SIDE - first % MAP_SIDE) * cell_px;
    y += (port / MAP_SIDE - first / MAP_SIDE) * cell_px;
    ck_assert_int_eq(point_at(map, x, y), port);
    PostMessageW(map, WM_LBUTTONUP, 0, MAKELPARAM(x, y));
    snprintf(title, sizeof title, "TCP port %d", port);
    dialog = await(NULL, L"MaxportDialog", title);
    ASSERT_SAYS(texts(dialog), "is in use");
    answer(dialog, IDCANCEL);
    closesocket(listener);
    WSACleanup();
    close_window();
}
END_TEST

Suite *window_ports_suite(void)
{
    Suite *suite = suite_create("window_ports");
    TCase *tcase = bare_case(suite, "window_ports");

    tcase_set_timeout(tcase, 0);
    tcase_add_checked_fixture(tcase, need_no_window_manager, NULL);
    tcase_add_test(tcase, an_opened_port_is_shown_on_the_map_and_in_the_list);
    tcase_add_test(tcase, the_list_can_be_sorted_copied_saved_and_queried);
    tcase_add_test(tcase, a_click_on_the_map_explains_the_port);
    return suite;
}
