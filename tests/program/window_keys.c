/* Tests of the window without a mouse. press_key() simulates the keyboard, so that each key passes
 * through IsDialogMessage() to the control that has the focus. */
#define COBJMACROS

#include "program/stage.h"
#include "program/suites.h"
#include "program/window_driver.h"
#include "program/witness.h"

#include <stdlib.h>
#include <string.h>

#include <initguid.h> /* defines IID_IAccessible; the libraries have a wrong one */

#include <commctrl.h>
#include <oleacc.h>

enum { STOPS_MOST = 64, FOCUS_MS = 4000 };

/* The list of page Who is hidden while no port of the range is in use. So each test has a socket in
 * the range. */
static SOCKET in_range;
static unsigned in_range_port;

static void open_in_range(void)
{
    WSADATA data;
    int error = SOCKET_ERROR;

    ck_assert_int_eq(WSAStartup(MAKEWORD(2, 2), &data), 0);
    in_range = socket(AF_INET, SOCK_STREAM, 0);
    for (unsigned port = 61000; error && port < 65535; port++) {
        struct sockaddr_in address = stage_loopback(port);

        error = bind(in_range, (struct sockaddr *)&address, sizeof address);
        in_range_port = port;
    }
    ck_assert_int_eq(error, 0);
    ck_assert_int_eq(listen(in_range, 1), 0);
}

static void close_in_range(void)
{
    closesocket(in_range);
    WSACleanup();
}

/* Returns the control of the window that has the focus. */
static HWND focus(void)
{
    GUITHREADINFO thread = {.cbSize = sizeof thread};

    GetGUIThreadInfo(GetWindowThreadProcessId(frame, NULL), &thread);
    return thread.hwndFocus;
}

static void await_focus(HWND control)
{
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(5))
        if (focus() == control)
            return;
    ck_abort_msg("\"%s\" does not get the focus", text_of(control));
}

/* Presses Tab, or Shift+Tab if `is_back`, and waits until the focus has moved. */
static HWND tab(bool is_back)
{
    HWND before = focus();

    press_key(VK_TAB, is_back ? VK_SHIFT : 0);
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < FOCUS_MS; Sleep(5))
        if (focus() && focus() != before)
            return focus();
    ck_abort_msg("Tab does not leave \"%s\" (%d)", text_of(before), GetDlgCtrlID(before));
    return NULL;
}

/* Presses Tab until the control has the focus. */
static void tab_to(HWND control)
{
    for (int i = 0; i < STOPS_MOST && focus() != control; i++)
        tab(false);
    ck_assert_msg(focus() == control, "Tab does not reach \"%s\"", text_of(control));
}

struct stops {
    HWND control[STOPS_MOST];
    size_t count;
};

static bool has_stop(const struct stops *stops, HWND control)
{
    for (size_t i = 0; i < stops->count; i++)
        if (stops->control[i] == control)
            return true;
    return false;
}

static BOOL CALLBACK expect_stop(HWND control, LPARAM lparam)
{
    const struct stops *stops = (const struct stops *)lparam;

    if (IsWindowVisible(control) && IsWindowEnabled(control) &&
        (GetWindowLongW(control, GWL_STYLE) & WS_TABSTOP))
        ck_assert_msg(has_stop(stops, control), "Tab does not reach \"%s\"", text_of(control));
    return TRUE;
}

/* Checks that Tab reaches every control once and then returns to the first one, and that Shift+Tab
 * reaches them in reverse order. */
static void walk(HWND parent)
{
    struct stops stops = {.count = 0};
    HWND first = tab(false), now = first;

    do {
        ck_assert_uint_lt(stops.count, STOPS_MOST);
        ck_assert_msg(!has_stop(&stops, now), "Tab returns to \"%s\" too early", text_of(now));
        stops.control[stops.count++] = now;
        now = tab(false);
    } while (now != first);
    EnumChildWindows(parent, expect_stop, (LPARAM)&stops);
    for (size_t i = stops.count; i-- > 0;)
        ck_assert_ptr_eq(tab(true), stops.control[i]);
}

static const struct {
    WORD key, letter;
    const char *page, *words;
} pages[] = {{'1', 'N', "Now", "in use"},
             {'2', 'W', "Who", "TCP"},
             {'3', 'C', "Change", "MaxUserPort is not set"},
             {'4', 'S', "History", "MaxUserPort"}};

/* Switches to a page with Ctrl and the number of the page. */
static HWND show_by_key(size_t i)
{
    HWND wanted = page(pages[i].page), list = find(wanted, L"SysListView32", NULL);

    press_key(pages[i].key, VK_CONTROL);
    await_shown(wanted);
    await_words(wanted, pages[i].words);
    if (list)
        await_shown(list); /* the list is hidden until it has rows */
    return wanted;
}

START_TEST(tab_reaches_and_leaves_every_control)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    open_window("");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        show_by_key(i);
        walk(frame);
    }
    close_window();
}
END_TEST

static BOOL CALLBACK take_report(HWND control, LPARAM lparam)
{
    wchar_t name[16];
    LONG style = GetWindowLongW(control, GWL_STYLE);

    if (!GetClassNameW(control, name, 16) || lstrcmpiW(name, L"Edit") != 0 ||
        !(style & ES_MULTILINE))
        return TRUE;
    *(HWND *)lparam = control;
    return FALSE;
}

/* Returns the control of a page that shows a text with several lines. */
static HWND report_of(HWND parent)
{
    HWND report = NULL;

    EnumChildWindows(parent, take_report, (LPARAM)&report);
    ck_assert(report != NULL);
    return report;
}

START_TEST(escape_does_not_destroy_a_page)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    open_window("");
    for (size_t i = 2; i < sizeof pages / sizeof *pages; i++) {
        HWND shown = show_by_key(i), report = report_of(shown);

        tab_to(report);
        press_key(VK_ESCAPE, 0);
        press_key(VK_TAB, 0);
        await_words(shown, pages[i].words);
        ck_assert(IsWindow(report) && IsWindowVisible(shown));
    }
    close_window();
}
END_TEST

/* Enters 60000 on the page Change, presses Apply, and returns the dialog that asks for
 * confirmation. */
static HWND ask_60000(HWND change)
{
    HWND dialog;

    type(behind(change, "New &value"), L"60000");
    await_enabled(change, "&Apply");
    tab_to(find(change, L"BUTTON", "&Apply"));
    press_key(VK_RETURN, 0);
    dialog = await(NULL, L"MaxportDialog", NULL);
    /* The dialog sets the focus shortly after it has become visible. */
    await_focus(GetDlgItem(dialog, IDCANCEL));
    return dialog;
}

START_TEST(enter_presses_the_button_that_has_the_focus)
{
    HWND change, dialog;

    open_window("");
    change = show_by_key(2);
    tab_to(find(change, L"BUTTON", "TcpTimedWaitDelay"));
    press_key(VK_RETURN, 0);
    await_words(change, "TcpTimedWaitDelay is not set");
    tab_to(find(change, L"BUTTON", "MaxUserPort"));
    press_key(VK_SPACE, 0);
    await_words(change, "MaxUserPort is not set");

    /* At first, Cancel has the focus, so that a user who presses Enter by mistake changes
     * nothing. */
    dialog = ask_60000(change);
    press_key(VK_RETURN, 0);
    await_words(frame, "Nothing was changed.");
    ck_assert(value_is_absent(L"MaxUserPort"));
    for (int i = 0; i < 10; i++) { /* a new assessment must not move the focus */
        press_key(VK_F5, 0);
        Sleep(200);
        ck_assert_ptr_eq(focus(), find(change, L"BUTTON", "&Apply"));
    }
    dialog = ask_60000(change);
    press_key(VK_ESCAPE, 0);
    await_gone(dialog);
    ck_assert(value_is_absent(L"MaxUserPort"));
    dialog = ask_60000(change);
    walk(dialog);
    tab_to(GetDlgItem(dialog, IDOK));
    press_key(VK_RETURN, 0);
    await_words(frame, "Complete and verified.");
    ck_assert(focus() && IsWindowEnabled(focus()));
    assert_number(L"MaxUserPort", 60000);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    close_window();
}
END_TEST

/* An open popup menu receives the keys of the keyboard, but does not have the focus. So Escape is
 * sent to the menu itself. */
static void close_menu(void)
{
    HWND menu = await(NULL, L"#32768", NULL);

    PostMessageW(menu, WM_KEYDOWN, VK_ESCAPE, 1);
    await_hidden(menu);
}

START_TEST(enter_opens_a_row_and_a_port_of_the_map)
{
    HWND map, list;
    wchar_t filter[16];

    open_window("");
    show_by_key(0);
    map = await_map();
    tab_to(map);
    press_key(VK_RIGHT, 0);
    await_name(map, "TCP 1:");
    press_key(VK_RETURN, 0);
    answer(await(NULL, L"MaxportDialog", "TCP port 1"), IDCANCEL);
    show_by_key(1);
    click(page("Who"), "&Each socket");
    list = find(page("Who"), L"SysListView32", NULL);
    /* Show only the socket of this test, because another socket might be closed before its menu
     * opens. */
    _snwprintf(filter, 16, L"0.1:%u", in_range_port);
    type(behind(page("Who"), "&Filter"), filter);
    await_words(page("Who"), "matching the filter");
    await_shown(list); /* the list is hidden while it is empty */
    tab_to(list);
    press_key(VK_HOME, 0);
    press_key(VK_RETURN, 0);
    answer(await(NULL, L"MaxportDialog", "TCP port "), IDCANCEL);
    await_focus(list); /* a key is lost if it is pressed before the list has the focus again */
    press_key(VK_APPS, 0);
    close_menu();
    await_focus(list);
    press_key(VK_F10, 0);
    close_menu();
    close_window();
}
END_TEST

START_TEST(every_page_opens_by_its_letter)
{
    open_window("");
    for (size_t i = sizeof pages / sizeof *pages; i-- > 0;) {
        HWND wanted = page(pages[i].page);

        press_key(pages[i].letter, VK_MENU);
        await_shown(wanted);
    }
    close_window();
}
END_TEST

/* ---- names for screen readers ------------------------------------------ */

struct answer {
    wchar_t name[256], value[64];
    LONG role, state;
};

static void copy_string(BSTR string, wchar_t *to, int count)
{
    lstrcpynW(to, string ? string : L"", count);
    SysFreeString(string);
}

/* Returns name, value, role and state of a control as a screen reader reads them: from another
 * process. */
static struct answer ask_accessible(HWND control)
{
    IAccessible *accessible = NULL;
    VARIANT self = {.vt = VT_I4, .lVal = CHILDID_SELF}, found = {.vt = VT_EMPTY};
    struct answer answer = {.role = 0};
    BSTR text = NULL;

    ck_assert_int_eq(AccessibleObjectFromWindow(control, (DWORD)OBJID_CLIENT, &IID_IAccessible,
                                                (void **)&accessible),
                     S_OK);
    ck_assert_int_eq(IAccessible_get_accName(accessible, self, &text), S_OK);
    copy_string(text, answer.name, 256);
    text = NULL;
    IAccessible_get_accValue(accessible, self, &text);
    copy_string(text, answer.value, 64);
    ck_assert_int_eq(IAccessible_get_accRole(accessible, self, &found), S_OK);
    answer.role = found.lVal;
    ck_assert_int_eq(IAccessible_get_accState(accessible, self, &found), S_OK);
    answer.state = found.lVal;
    IAccessible_Release(accessible);
    return answer;
}

static void expect_accessible(HWND control, const wchar_t *name, LONG role, LONG mask, LONG state)
{
    struct answer answer = ask_accessible(control);

    ck_assert_msg(lstrcmpW(answer.name, name) == 0, "%ls", answer.name);
    ck_assert_int_eq(answer.role, role);
    ck_assert_int_eq(answer.state & mask, state);
}

START_TEST(screen_readers_learn_what_is_selected)
{
    const LONG tab = ROLE_SYSTEM_PAGETAB, radio = ROLE_SYSTEM_RADIOBUTTON;
    const LONG selected = STATE_SYSTEM_SELECTED, checked = STATE_SYSTEM_CHECKED;
    HWND who, now, tcp, udp;

    CoInitialize(NULL);
    open_window("");
    now = find(frame, L"BUTTON", "&Now");
    who = find(frame, L"BUTTON", "&Who");
    show_by_key(1);
    expect_accessible(who, L"Who", tab, selected, selected);
    expect_accessible(now, L"Now", tab, selected, 0);
    show_by_key(0);
    expect_accessible(who, L"Who", tab, selected, 0);
    expect_accessible(now, L"Now", tab, selected, selected);
    tcp = find(page("Now"), L"BUTTON", "&TCP");
    udp = find(page("Now"), L"BUTTON", "&UDP");
    expect_accessible(tcp, L"TCP", radio, checked, checked);
    expect_accessible(udp, L"UDP", radio, checked, 0);
    click(page("Now"), "&UDP");
    expect_accessible(tcp, L"TCP", radio, checked, 0);
    expect_accessible(udp, L"UDP", radio, checked, checked);
    close_window();
    CoUninitialize();
}
END_TEST

START_TEST(screen_readers_learn_the_figures_of_gauge_and_map)
{
    struct answer gauge, port;
    const wchar_t *share;
    HWND map;

    CoInitialize(NULL);
    open_window("");
    show_by_key(0);
    gauge = ask_accessible(find(page("Now"), L"MaxportDrawing", "TCP: "));
    ck_assert_int_eq(gauge.role, ROLE_SYSTEM_PROGRESSBAR);
    ck_assert(gauge.state & STATE_SYSTEM_READONLY);
    share = wcschr(gauge.value, L'('); /* "12 of 16,384 (<1 %)" */
    ck_assert_msg(share && wcsstr(share, L" %)") && wcsstr(gauge.value, L" of "), "%ls",
                  gauge.value);
    map = await_map();
    tab_to(map);
    press_key(VK_RIGHT, 0);
    await_name(map, "TCP 1:");
    port = ask_accessible(map);
    ck_assert_int_eq(port.role, ROLE_SYSTEM_DIAGRAM);
    ck_assert(!(port.state & STATE_SYSTEM_READONLY));
    ck_assert_msg(lstrcmpW(port.value, L"TCP port 1") == 0, "%ls", port.value);
    close_window();
    CoUninitialize();
}
END_TEST

/* ---- changes by Windows ------------------------------------------------ */

START_TEST(a_second_dialog_leaves_the_window_disabled_under_the_first)
{
    enum { HELP = 1105 }; /* command of the menu for help */
    HWND change, question, help;

    open_window("");
    change = show_by_key(2);
    question = ask_60000(change);
    PostMessageW(frame, WM_COMMAND, HELP, 0);
    help = await(NULL, L"MaxportDialog", "maxport help");
    ck_assert_ptr_eq(GetWindow(help, GW_OWNER), question);
    ck_assert(!IsWindowEnabled(question));
    answer(help, IDCANCEL);
    ck_assert(IsWindowEnabled(question));
    ck_assert(!IsWindowEnabled(frame));
    answer(question, IDCANCEL);
    ck_assert(IsWindowEnabled(frame));
    close_window();
}
END_TEST

/* Drags the right edge of a column heading, as a user does to change the width of the column. */
static void drag_edge(HWND list, int column, int by)
{
    HWND headings = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    int before = (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, (WPARAM)column, 0), x = before - 2;

    while (column-- > 0)
        x += (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, (WPARAM)column, 0);
    SendMessageW(headings, WM_LBUTTONDOWN, MK_LBUTTON, MAKELPARAM(x, 8));
    SendMessageW(headings, WM_MOUSEMOVE, MK_LBUTTON, MAKELPARAM(x + by, 8));
    SendMessageW(headings, WM_LBUTTONUP, 0, MAKELPARAM(x + by, 8));
}

START_TEST(settings_of_windows_leave_the_widths_of_columns)
{
    static const UINT messages[] = {WM_SETTINGCHANGE, WM_SYSCOLORCHANGE, WM_THEMECHANGED};
    enum { WIDTH = 321, CHANGE = 40 };
    HWND list;
    int wide;

    open_window("");
    list = find(show_by_key(1), L"SysListView32", NULL);
    drag_edge(list, 0, -CHANGE);
    wide = (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, 0, 0);
    SendMessageW(list, LVM_SETCOLUMNWIDTH, 1, WIDTH);
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        SendMessageW(frame, messages[i], 0, 0);
    SendMessageW(frame, WM_SETTINGCHANGE, SPI_SETNONCLIENTMETRICS, 0);
    SendMessageW(frame, WM_SETTINGCHANGE, SPI_SETHIGHCONTRAST, 0);
    ck_assert_int_eq((int)SendMessageW(list, LVM_GETCOLUMNWIDTH, 0, 0), wide);
    ck_assert_int_eq((int)SendMessageW(list, LVM_GETCOLUMNWIDTH, 1, 0), WIDTH);
    close_window();
}
END_TEST

static uint32_t preference(const wchar_t *name)
{
    DWORD number = 0, bytes = sizeof number;
    HKEY key;

    if (RegOpenKeyExW(HKEY_CURRENT_USER, L"Software\\maxport", 0, KEY_QUERY_VALUE, &key))
        return 0;
    RegQueryValueExW(key, name, NULL, NULL, (BYTE *)&number, &bytes);
    RegCloseKey(key);
    return number;
}

START_TEST(place_and_size_survive_the_end_of_the_session)
{
    enum { LEFT = 70, TOP = 50, WIDTH = 990, HEIGHT = 650 };
    RECT rect;

    open_window("");
    ck_assert(SetWindowPos(frame, NULL, LEFT, TOP, WIDTH, HEIGHT, SWP_NOZORDER));
    SendMessageW(frame, WM_ENDSESSION, FALSE, 0);
    ck_assert_uint_ne(preference(L"Width"), WIDTH);
    SendMessageW(frame, WM_ENDSESSION, TRUE, 0);
    ck_assert_uint_eq(preference(L"Width"), WIDTH);
    close_window();
    for (int i = 0; i < 2; i++) { /* start twice: the window must not move at a start */
        open_window("");
        GetWindowRect(frame, &rect);
        ck_assert_int_eq(rect.left, LEFT);
        ck_assert_int_eq(rect.top, TOP);
        ck_assert_int_eq(rect.right - rect.left, WIDTH);
        ck_assert_int_eq(rect.bottom - rect.top, HEIGHT);
        close_window();
    }
}
END_TEST

Suite *window_keys_suite(void)
{
    Suite *suite = suite_create("window_keys");
    TCase *tcase = bare_case(suite, "window_keys");

    tcase_set_timeout(tcase, 0);
    tcase_add_checked_fixture(tcase, need_no_window_manager, NULL);
    tcase_add_checked_fixture(tcase, open_in_range, close_in_range);
    tcase_add_test(tcase, tab_reaches_and_leaves_every_control);
    tcase_add_test(tcase, escape_does_not_destroy_a_page);
    tcase_add_test(tcase, enter_presses_the_button_that_has_the_focus);
    tcase_add_test(tcase, enter_opens_a_row_and_a_port_of_the_map);
    tcase_add_test(tcase, every_page_opens_by_its_letter);
    tcase_add_test(tcase, screen_readers_learn_what_is_selected);
    tcase_add_test(tcase, screen_readers_learn_the_figures_of_gauge_and_map);
    tcase_add_test(tcase, a_second_dialog_leaves_the_window_disabled_under_the_first);
    tcase_add_test(tcase, settings_of_windows_leave_the_widths_of_columns);
    tcase_add_test(tcase, place_and_size_survive_the_end_of_the_session);
    return suite;
}
