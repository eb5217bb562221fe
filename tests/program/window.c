/* The window as a whole: started, driven from outside, and checked by other programs. */
#include "program/planted.h"
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
    SAVE_COMMAND = 1100, /* of the window's menu; Ctrl+S */
};

START_TEST(it_has_its_pages_and_ends_when_it_is_closed)
{
    static const char *const tabs[] = {"&Now", "&Who", "&Change", "Hi&story"};
    const struct run *status;
    json_t *document;

    open_window("");
    ck_assert_str_eq(text_of(frame), "maxport");
    for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++)
        await(frame, L"BUTTON", tabs[i]);
    show_page("&Now", "Now");
    await_words(page("Now"), "TCP ports over the last 60 s");
    await_words(page("Now"), "of 16,384 in use");
    await_map();
    status = maxport("status --json");
    document = run_json(status);
    ck_assert(json_at(document, "verdict") != NULL);
    ck_assert(!says(texts(page("Now")), "Checking this machine..."));
    show_page("Hi&story", "History");
    await_words(page("History"), "maxport has not changed anything on this machine.");
    show_page("&Change", "Change");
    await_words(page("Change"), "MaxUserPort is not set");
    await_words(page("Change"), "TCP over IPv4 now: 49152-65535");
    close_window();
}
END_TEST

/* A hundred of ports of the dynamic range, another one each time: who runs these tests
 * beside us, or did a moment ago, has theirs in the same tables. */
static unsigned some_hundred(void)
{
    enum { FROM = 610, COUNT = 40 };

    return FROM + (GetTickCount() / 1000 + GetCurrentProcessId()) % COUNT;
}

/* A port of the dynamic range that nobody has, from `first` on. */
static SOCKET bind_from(uint16_t first, struct sockaddr_in *address)
{
    SOCKET opened = socket(AF_INET, SOCK_STREAM, 0);

    /* Programs that are started here would have it, too. */
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

START_TEST(a_port_that_is_opened_is_on_the_map_and_in_the_list)
{
    struct sockaddr_in server, client;
    SOCKET listener, connected, accepted;
    char endpoint[32], peer[32], owner[256], words[64];
    uint16_t port;
    int before;
    wchar_t filter[16];
    WSADATA wsa;
    HWND list, map;
    DWORD begun;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    open_window("");
    show_page("&Now", "Now");
    map = await_map();
    before = listening(map);
    port = (uint16_t)(some_hundred() * 100);
    listener = bind_from(port, &server);
    ck_assert_int_eq(listen(listener, 5), 0);
    connected = bind_from((uint16_t)(port + 50), &client);
    ck_assert_int_eq(connect(connected, (struct sockaddr *)&server, sizeof server), 0);
    /* Newer Wine's tables have only what a program holds. */
    accepted = accept(listener, NULL, NULL);
    ck_assert(accepted != INVALID_SOCKET);
    SetHandleInformation((HANDLE)accepted, HANDLE_FLAG_INHERIT, 0);
    /* Older Wine knows the owner of a socket only once something was sent. */
    ck_assert_int_eq(send(connected, "x", 1, 0), 1);
    press(VK_F5);
    for (begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        if (listening(map) > before)
            break;
        PostMessageW(map, WM_MOUSELEAVE, 0, 0);
    }
    ck_assert_int_gt(listening(map), before);
    show_page("&Who", "Who");
    click(page("Who"), "&Each socket");
    list = find(page("Who"), L"SysListView32", NULL);
    /* As one types: the rows of that port, by its own end and by the other. */
    snprintf(words, sizeof words, "0.1:%u", (unsigned)ntohs(client.sin_port));
    write_letters(behind(page("Who"), "&Filter"), words);
    await_cell(list, 1, 1, endpoint_of(&client, endpoint));
    ck_assert_uint_eq(row_count(list), 2);
    ck_assert_str_eq(cell(list, 1, 2), endpoint_of(&server, peer));
    ck_assert_str_eq(cell(list, 1, 3), "ESTABLISHED");
    ck_assert_str_eq(cell(list, 1, 4), "program-tests.exe");
    snprintf(words, sizeof words, "%lu", (unsigned long)GetCurrentProcessId());
    ck_assert_str_eq(cell(list, 1, 5), words);
    ck_assert(find_folder() == NULL);
    select_row(list, 1);
    choose_from_menu(list, L'f');
    await_and_close_folder();
    _snwprintf(filter, 16, L"0.1:%u", (unsigned)ntohs(server.sin_port));
    type(behind(page("Who"), "&Filter"), filter);
    ck_assert(has_row(list, 3, "LISTEN", owner, 1));
    ck_assert_str_eq(owner, endpoint_of(&server, peer));
    type(behind(page("Who"), "&Filter"), L"no such row");
    await_words(page("Who"), "No row contains \"no such row\".");
    closesocket(connected);
    closesocket(accepted);
    closesocket(listener);
    WSACleanup();
    close_window();
}
END_TEST

START_TEST(a_value_goes_in_and_out_by_the_window)
{
    static const char refusal[] =
        "\"4999\" is not valid for MaxUserPort; use a whole number from 5000 to 65534, or the same "
        "in hexadecimal (0x1388 to 0xfffe). Nothing was changed.";
    const struct run *refused, *query;
    HWND change, history, list, dialog;
    json_t *document;
    wchar_t exported[MAX_PATH];
    char *bytes, *backup;
    size_t length, backup_length;

    open_window("");
    show_page("&Change", "Change");
    change = page("Change");
    await_words(change, "MaxUserPort is not set");

    /* Refused in the command's own words, and nothing can be pressed. */
    refused = maxport("set MaxUserPort=4999 --dry-run");
    ASSERT_EXIT(refused, 2);
    ASSERT_SAYS(refused->err, refusal);
    type(behind(change, "New &value"), L"4999");
    await_words(change, refusal);
    ck_assert(!IsWindowEnabled(find(change, L"BUTTON", "&Apply")));

    /* Applied, and looked at by others. */
    type(behind(change, "New &value"), L"65534");
    type(behind(change, "&Reason"), L"CHG0815");
    click(change, "&Apply");
    dialog = await(NULL, L"MaxportDialog", NULL);
    await_words(dialog, "MaxUserPort");
    ASSERT_SAYS(texts(dialog), "65534 (0xfffe)");
    ck_assert(value_is_absent(L"MaxUserPort"));
    answer(dialog, IDOK);
    await_words(frame, "Complete and verified.");
    query = reg("query " KEY_FULL " /v MaxUserPort");
    ASSERT_EXIT(query, 0);
    ASSERT_SAYS(query->out, "REG_DWORD    0xfffe");
    document = run_json(maxport("history --json"));
    ck_assert_str_eq(json_text_at(document, "changes.0.reason"), "CHG0815");

    /* In the list, and its backup as a file. */
    show_page("Hi&story", "History");
    history = page("History");
    list = find(history, L"SysListView32", NULL);
    await_cell(list, 0, 3, "MaxUserPort not set \xe2\x86\x92 65534 (0xfffe)");
    ck_assert_str_eq(cell(list, 0, 0), "1");
    ck_assert_str_eq(cell(list, 0, 4), "done");
    ck_assert_str_eq(cell(list, 0, 6), "CHG0815");
    await_words(history, "changes\\1.reg");
    lstrcpynW(exported, scratch_path(L"exported.reg"), MAX_PATH);
    ASSERT_SAYS(texts(history), "Before and now");
    click(history, "&Export .reg");
    choose_file(exported);
    await_words(frame, "Saved as");
    bytes = file_read(exported, &length);
    backup = file_read(store_path(L"changes\\1.reg"), &backup_length);
    ck_assert_uint_eq(length, backup_length);
    ck_assert_mem_eq(bytes, backup, length);
    free(bytes);
    free(backup);

    /* Undone: first declined, then approved. */
    click(history, "&Undo");
    dialog = await(NULL, L"MaxportDialog", NULL);
    ASSERT_SAYS(texts(dialog), "65534 (0xfffe)");
    ASSERT_SAYS(texts(dialog), "not set");
    answer(dialog, IDCANCEL);
    await_words(frame, "Nothing was changed.");
    assert_number(L"MaxUserPort", 65534);
    click(history, "&Undo");
    answer(await(NULL, L"MaxportDialog", NULL), IDOK);
    await_cell(list, 0, 2, "undo");
    await_cell(list, 1, 4, "done, undone");
    query = reg("query " KEY_FULL " /v MaxUserPort");
    ASSERT_EXIT(query, 1);
    ck_assert(value_is_absent(L"MaxUserPort"));
    close_window();
}
END_TEST

START_TEST(what_another_program_changed_meanwhile_is_not_overwritten)
{
    HWND change, dialog;

    open_window("--page change");
    change = page("Change");
    await_words(change, "MaxUserPort is not set");
    type(behind(change, "New &value"), L"60000");
    click(change, "&Apply");
    dialog = await(NULL, L"MaxportDialog", NULL);
    value_write_number(L"MaxUserPort", 32768);
    answer(dialog, IDOK);
    answer(await(NULL, L"MaxportDialog", "maxport"), IDCANCEL); /* says why not */
    assert_number(L"MaxUserPort", 32768);
    value_delete(L"MaxUserPort");
    close_window();
}
END_TEST

/* Listeners side by side. */
enum { SERVERS = 3 };

START_TEST(the_list_is_sorted_copied_saved_and_asked)
{
    SOCKET listeners[SERVERS];
    struct sockaddr_in servers[SERVERS];
    unsigned hundred = some_hundred();
    char endpoints[SERVERS][32], title[32], *csv;
    wchar_t saved[MAX_PATH];
    size_t length;
    WSADATA wsa;
    HWND list, map, dialog;
    int port;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    for (int i = 0; i < SERVERS; i++) {
        listeners[i] = bind_from((uint16_t)(hundred * 100 + 30 * (unsigned)i), &servers[i]);
        ck_assert_int_eq(listen(listeners[i], 5), 0);
        endpoint_of(&servers[i], endpoints[i]);
    }
    open_window("--page who");
    click(page("Who"), "&Each socket");
    list = find(page("Who"), L"SysListView32", NULL);
    snprintf(title, sizeof title, "0.0.1:%u", hundred);
    write_letters(behind(page("Who"), "&Filter"), title);
    await_words(page("Who"), "rows matching the filter");

    /* Sorted by local end from the start; a click on the heading turns it round. */
    await_order(list, 1, endpoints[0], endpoints[SERVERS - 1]);
    click_heading(list, 1);
    await_order(list, 1, endpoints[SERVERS - 1], endpoints[0]);
    click_heading(list, 1);
    await_order(list, 1, endpoints[0], endpoints[SERVERS - 1]);

    /* Copied: all rows below their headings, or the one that is selected. */
    /* Another program looks at it just then, and for a moment only. */
    ck_assert(OpenClipboard(NULL));
    shortcut('C');
    Sleep(HOLD_MS);
    CloseClipboard();
    csv = _strdup(take_clipboard());
    ASSERT_SAYS(csv, "Protocol\tLocal\tRemote\tState\tProcess\tPID\tChange");
    for (int i = 0; i < SERVERS; i++)
        ASSERT_SAYS(csv, endpoints[i]);
    free(csv);
    select_row(list, row_of(list, 1, endpoints[1]));
    choose_from_menu(list, L'c');
    await_words(frame, "Copied the selected row.");
    csv = _strdup(take_clipboard());
    ASSERT_SAYS(csv, endpoints[1]);
    ASSERT_SAYS(csv, "\tLISTEN\t");
    ASSERT_NEVER_SAYS(csv, endpoints[0]);
    free(csv);

    /* Saved as CSV. */
    lstrcpynW(saved, scratch_path(L"ports.csv"), MAX_PATH);
    shortcut('S');
    choose_file(saved);
    await_words(frame, "Saved as");
    csv = file_read(saved, &length);
    ASSERT_SAYS(csv, "protocol,");
    for (int i = 0; i < SERVERS; i++)
        ASSERT_SAYS(csv, endpoints[i] + strlen("127.0.0.1:"));
    free(csv);

    /* Why that port? */
    select_row(list, row_of(list, 1, endpoints[1]));
    choose_from_menu(list, L'w');
    snprintf(title, sizeof title, "TCP port %u", (unsigned)ntohs(servers[1].sin_port));
    dialog = await(NULL, L"MaxportDialog", title);
    ASSERT_SAYS(texts(dialog), "is in use");
    ASSERT_SAYS(texts(dialog), endpoints[1]);
    answer(dialog, IDCANCEL);

    /* The map names the port that is pointed at, and goes on doing so while nothing moves. */
    show_page("&Now", "Now");
    map = await_map();
    port = ntohs(servers[0].sin_port);
    for (int i = 0; i < port / MAP_SIDE; i++)
        PostMessageW(map, WM_KEYDOWN, VK_DOWN, 1);
    for (int i = 0; i < port % MAP_SIDE; i++)
        PostMessageW(map, WM_KEYDOWN, VK_RIGHT, 1);
    snprintf(title, sizeof title, "TCP %d: LISTEN", port);
    await_name(map, title);
    closesocket(listeners[0]);
    snprintf(title, sizeof title, "TCP %d: free", port);
    await_name(map, title);
    for (int i = 1; i < SERVERS; i++)
        closesocket(listeners[i]);
    WSACleanup();
    close_window();
}
END_TEST

START_TEST(a_backup_is_restored_and_that_is_undone_by_a_key)
{
    const struct run *query;
    HWND history, list, dialog;
    json_t *document;

    value_write_number(L"MaxUserPort", 60000);
    ASSERT_EXIT(maxport("backup"), 0);
    value_write_number(L"MaxUserPort", 5000);
    open_window("--page history");
    history = page("History");
    list = find(history, L"SysListView32", NULL);
    await_cell(list, 0, 4, "backup");

    /* The plan first, and nothing written before somebody agrees. */
    click(history, "&Restore");
    dialog = await(NULL, L"MaxportDialog", "Restore the backup of entry 1?");
    ASSERT_SAYS(texts(dialog), "5000 (0x1388) -> 60000 (0xea60)");
    assert_number(L"MaxUserPort", 5000);
    answer(dialog, IDOK);
    await_cell(list, 0, 2, "restore");
    await_words(frame, "Complete and verified.");
    query = reg("query " KEY_FULL " /v MaxUserPort");
    ASSERT_EXIT(query, 0);
    ASSERT_SAYS(query->out, "REG_DWORD    0xea60");
    document = run_json(maxport("history --json"));
    ck_assert_str_eq(json_text_at(document, "changes.0.command"), "restore");
    ck_assert_str_eq(json_text_at(document, "changes.0.state"), "done");

    /* From any page, by Ctrl+Z. */
    show_page("&Now", "Now");
    shortcut('Z');
    dialog = await(NULL, L"MaxportDialog", "Undo change 2?");
    ASSERT_SAYS(texts(dialog), "60000 (0xea60) -> 5000 (0x1388)");
    answer(dialog, IDOK);
    await_words(frame, "Change 3:");
    await_words(frame, "Complete and verified.");
    query = reg("query " KEY_FULL " /v MaxUserPort");
    ASSERT_SAYS(query->out, "REG_DWORD    0x1388");
    value_delete(L"MaxUserPort");
    close_window();
}
END_TEST

/* What the map says of the port at that point; -1: it never named one. */
static int point_at(HWND map, int x, int y)
{
    int port = -1;

    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        PostMessageW(map, WM_MOUSEMOVE, 0, MAKELPARAM(x, y));
        if (sscanf(text_of(map), "TCP %d:", &port) == 1)
            break;
    }
    /* Or it would still say this one at the next point. */
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        PostMessageW(map, WM_MOUSELEAVE, 0, 0);
        if (says(text_of(map), "Map of all TCP ports"))
            break;
    }
    return port;
}

START_TEST(a_click_on_the_map_explains_that_port)
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

START_TEST(page_and_size_are_remembered_and_f1_helps)
{
    enum { WIDTH = 1000, HEIGHT = 640 };
    HWND dialog;
    RECT rect;

    open_window("");
    show_page("&Who", "Who");
    ck_assert(SetWindowPos(frame, NULL, 0, 0, WIDTH, HEIGHT, SWP_NOMOVE | SWP_NOZORDER));
    press(VK_F1);
    dialog = await(NULL, L"MaxportDialog", "maxport help");
    ASSERT_SAYS(texts(dialog), "undo the newest change");
    answer(dialog, IDCANCEL);
    close_window();
    open_window("");
    ck_assert(IsWindowVisible(page("Who")));
    GetWindowRect(frame, &rect);
    ck_assert_int_eq(rect.right - rect.left, WIDTH);
    ck_assert_int_eq(rect.bottom - rect.top, HEIGHT);
    /* For the tests after this one. */
    show_page("&Now", "Now");
    ck_assert(SetWindowPos(frame, NULL, 0, 0, 1280, 760, SWP_NOMOVE | SWP_NOZORDER));
    close_window();
}
END_TEST

static HANDLE lock_store(void)
{
    OVERLAPPED byte = {.Offset = 0, .OffsetHigh = 0x7fffffff}; /* the one that store.c locks */
    HANDLE lock = CreateFileW(store_path(L"lock"), GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);

    ck_assert_ptr_ne(lock, INVALID_HANDLE_VALUE);
    ck_assert(
        LockFileEx(lock, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &byte));
    return lock;
}

START_TEST(what_takes_long_shows_progress_and_need_not_be_waited_for)
{
    HWND change, list, bar;
    HANDLE lock;

    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    open_window("--page change");
    change = page("Change");
    await_words(change, "60000 (0xea60)");
    bar = find(frame, L"msctls_progress32", NULL);
    ck_assert(bar != NULL);
    for (DWORD begun = GetTickCount();
         IsWindowVisible(bar) && GetTickCount() - begun < PATIENCE_MS;)
        Sleep(POLL_MS); /* the first assessment may take its time */
    ck_assert(!IsWindowVisible(bar));
    lock = lock_store();
    type(behind(change, "New &value"), L"61000");
    click(change, "&Apply");
    answer(await(NULL, L"MaxportDialog", NULL), IDOK);
    await(frame, L"msctls_progress32", "maxport.exe is running...");
    await_words(frame, "maxport.exe is running...");
    ck_assert(!IsWindowEnabled(find(change, L"BUTTON", "&Apply")));

    /* Nobody has to wait for it; it ends by itself. */
    click(frame, "Stop waiting");
    await_words(frame, "maxport.exe is still running");
    ck_assert(!IsWindowVisible(bar));
    ck_assert(!IsWindowVisible(find(frame, L"BUTTON", "Stop waiting")));
    assert_number(L"MaxUserPort", 60000);
    CloseHandle(lock);
    show_page("Hi&story", "History");
    list = find(page("History"), L"SysListView32", NULL);
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(500)) {
        if (row_count(list) == 2 && strcmp(cell(list, 0, 4), "done") == 0)
            break;
        press(VK_F5);
    }
    await_cell(list, 0, 4, "done");
    assert_number(L"MaxUserPort", 61000);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    close_window();
}
END_TEST

/* As planted.c of maxport.exe. What is asked for late, COM, the shell and the question where
 * to save, is asked for here. */
START_TEST(nothing_beside_the_window_is_loaded)
{
    HWND change, dialog;

    /* KnownDLLs, as planted.c has it: the window imports the one, and Wine's input methods
     * ask for the other by its name. */
    ck_assert(DeleteFileW(scratch_path(L"user32.dll")));
    ck_assert(DeleteFileW(scratch_path(L"ole32.dll")));
    open_window_of(scratch_path(L"maxport-gui.exe"), "--page change");
    change = page("Change");
    await_words(change, "MaxUserPort is not set");
    type(behind(change, "New &value"), L"60000");
    click(change, "&Apply");
    answer(await(NULL, L"MaxportDialog", NULL), IDOK);
    await_words(frame, "Complete and verified.");
    PostMessageW(frame, WM_COMMAND, SAVE_COMMAND, 0);
    dialog = await(NULL, L"#32770", NULL);
    answer(dialog, IDCANCEL);
    close_window();
    assert_nothing_was_loaded();
    value_delete(L"MaxUserPort");
}
END_TEST

/* Wine gives a window manager 2 s to say that a window is gone, and here there is none:
 * windows that it is told not to give to one go at once. */
static void need_no_window_manager(void)
{
    HKEY key;

    if (!is_wine())
        return;
    ck_assert_int_eq(RegCreateKeyExW(HKEY_CURRENT_USER, L"Software\\Wine\\X11 Driver", 0, NULL, 0,
                                     KEY_SET_VALUE, NULL, &key, NULL),
                     0);
    ck_assert_int_eq(RegSetValueExW(key, L"Managed", 0, REG_SZ, (const BYTE *)L"N", 4), 0);
    RegCloseKey(key);
}

Suite *window_suite(void)
{
    Suite *suite = suite_create("window");
    TCase *tcase = bare_case(suite, "window");

    tcase_set_timeout(tcase, 0);
    tcase_add_checked_fixture(tcase, need_no_window_manager, NULL);
    tcase_add_test(tcase, it_has_its_pages_and_ends_when_it_is_closed);
    tcase_add_test(tcase, a_port_that_is_opened_is_on_the_map_and_in_the_list);
    tcase_add_test(tcase, the_list_is_sorted_copied_saved_and_asked);
    tcase_add_test(tcase, a_click_on_the_map_explains_that_port);
    tcase_add_test(tcase, page_and_size_are_remembered_and_f1_helps);
    tcase_add_test(tcase, a_value_goes_in_and_out_by_the_window);
    tcase_add_test(tcase, a_backup_is_restored_and_that_is_undone_by_a_key);
    tcase_add_test(tcase, what_takes_long_shows_progress_and_need_not_be_waited_for);
    tcase_add_test(tcase, what_another_program_changed_meanwhile_is_not_overwritten);
    tcase = planted_case(suite);
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, nothing_beside_the_window_is_loaded);
    return suite;
}
