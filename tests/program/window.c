/* Tests of the complete window. The tests control the window by messages, and other programs check
 * the results. */
#include "program/planted.h"
#include "program/suites.h"
#include "program/window_driver.h"
#include "program/witness.h"
#include <stdlib.h>
#include <string.h>

enum { SAVE_COMMAND = 1100 }; /* menu command of Ctrl+S */

START_TEST(the_window_shows_its_pages_and_ends_when_it_is_closed)
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

/* The window must refuse an invalid value with the same words as the command, and must disable the
 * button Apply. */
static void refuse_4999(HWND change)
{
    static const char refusal[] = "MaxUserPort must be a whole number from 5000 to 65534 (0x1388 "
                                  "to 0xfffe), not \"4999\". Nothing was changed.";
    const struct run *refused = maxport("set MaxUserPort=4999 --dry-run");

    ASSERT_EXIT(refused, 2);
    ASSERT_SAYS(refused->err, refusal);
    type(behind(change, "New &value"), L"4999");
    await_words(change, refusal);
    ck_assert(!IsWindowEnabled(find(change, L"BUTTON", "&Apply")));
}

/* Applies a value in the window. Other programs then check the result. */
static void apply_65534(HWND change)
{
    const struct run *query;
    json_t *document;
    HWND dialog;

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
}

/* Checks that the list contains the change, and that the backup of the change can be saved as a
 * file. */
static void export_backup(HWND history, HWND list)
{
    wchar_t exported[MAX_PATH];
    char *bytes, *backup;
    size_t length, backup_length;

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
}

/* Starts an undo and declines it. Then starts the undo again and approves it. */
static void undo_change(HWND history, HWND list)
{
    const struct run *query;
    HWND dialog;

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
}

START_TEST(the_window_sets_and_undoes_a_value)
{
    HWND list;

    open_window("");
    show_page("&Change", "Change");
    await_words(page("Change"), "MaxUserPort is not set");
    refuse_4999(page("Change"));
    apply_65534(page("Change"));
    show_page("Hi&story", "History");
    list = find(page("History"), L"SysListView32", NULL);
    export_backup(page("History"), list);
    undo_change(page("History"), list);
    close_window();
}
END_TEST

START_TEST(the_window_overwrites_no_value_of_another_program)
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
    /* This dialog explains the refusal. */
    answer(await(NULL, L"MaxportDialog", "maxport"), IDCANCEL);
    assert_number(L"MaxUserPort", 32768);
    value_delete(L"MaxUserPort");
    close_window();
}
END_TEST

START_TEST(a_backup_is_restored_and_ctrl_z_undoes_the_restore)
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

    /* The window first shows the plan. Before the user approves the plan, the window must not write
     * anything. */
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

    /* Ctrl+Z must start an undo on every page. */
    show_page("&Now", "Now");
    press_key('Z', VK_CONTROL);
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

START_TEST(page_and_size_are_kept_and_f1_shows_the_help)
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
    /* Restore the page and the size of the window for later tests. */
    show_page("&Now", "Now");
    ck_assert(SetWindowPos(frame, NULL, 0, 0, 1280, 760, SWP_NOMOVE | SWP_NOZORDER));
    close_window();
}
END_TEST

static HANDLE lock_store(void)
{
    OVERLAPPED byte = {.Offset = 0, .OffsetHigh = 0x7fffffff}; /* the byte that maxport locks */
    HANDLE lock = CreateFileW(store_path(L"lock"), GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);

    ck_assert_ptr_ne(lock, INVALID_HANDLE_VALUE);
    ck_assert(
        LockFileEx(lock, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &byte));
    return lock;
}

START_TEST(a_long_command_shows_progress_and_can_be_left)
{
    HWND change, list, bar;
    HANDLE lock;

    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    open_window("--page change");
    change = page("Change");
    await_words(change, "60000 (0xea60)");
    bar = find(frame, L"msctls_progress32", NULL);
    ck_assert(bar != NULL);
    await_hidden(bar); /* the bar may be visible during a slow first assessment */
    lock = lock_store();
    type(behind(change, "New &value"), L"61000");
    click(change, "&Apply");
    answer(await(NULL, L"MaxportDialog", NULL), IDOK);
    await(frame, L"msctls_progress32", "maxport.exe is running...");
    await_words(frame, "maxport.exe is running...");
    ck_assert(!IsWindowEnabled(find(change, L"BUTTON", "&Apply")));

    /* When the user stops waiting, the command continues in the background. */
    click(frame, "Stop waiting");
    await_words(frame, "maxport.exe is still running");
    await_hidden(bar); /* a slow assessment may also show the bar for a moment */
    await_hidden(find(frame, L"BUTTON", "Stop waiting"));
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

/* The program catalog-gui.exe is a maxport-gui.exe whose catalog of settings has a third row. */
START_TEST(a_new_row_of_the_catalog_adds_a_setting_to_the_window)
{
    wchar_t program[MAX_PATH];
    HWND change;

    GetModuleFileNameW(NULL, program, MAX_PATH);
    wcscpy(wcsrchr(program, L'\\') + 1, L"catalog-gui.exe");
    open_window_of(program, "--page change");
    change = page("Change");
    await_words(change, "MaxUserPort is not set");
    click(change, "KeepAliveTime");
    await_words(change, "KeepAliveTime is not set (default 7200000)");
    ASSERT_SAYS(texts(change), "1 to 7200000 milliseconds");
    type(behind(change, "New &value"), L"0");
    await_words(change, "not \"0\". Nothing was changed.");
    type(behind(change, "New &value"), L"300000");
    await_words(change, "Programs may set their own time.");
    ck_assert(value_is_absent(L"KeepAliveTime"));
    close_window();
}
END_TEST

/* Like the tests of planted.c, but for the window. The test uses COM, the shell and the file
 * dialog, which load their DLLs late. */
START_TEST(no_dll_beside_the_window_is_loaded)
{
    HWND change, dialog;

    /* user32.dll and ole32.dll are KnownDLLs, which Wine does not have (see planted.c). The window
     * imports user32, and Wine's input methods load ole32 by name, so neither may be planted. */
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

/* A script that made a typing error must not wait for somebody to close a message box. */
START_TEST(a_wrong_argument_is_reported_without_a_message_box)
{
    static const char *const lines[] = {"--pages now", "--screenshot x.png --page nothing"};
    wchar_t program[MAX_PATH];
    wchar_t *name;

    lstrcpynW(program, run_maxport_path(), MAX_PATH);
    name = wcsrchr(program, L'\\') + 1;
    lstrcpynW(name, L"maxport-gui.exe", (int)(program + MAX_PATH - name));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct way way = {.program = program, .limit_ms = 30000};
        const struct run *run = run_way(&way, lines[i]);

        ck_assert_msg(!run->is_over_time, "%s waits", lines[i]);
        ASSERT_EXIT(run, 2);
        ASSERT_SAYS(run->err, "maxport-gui does not recognize \"");
        ASSERT_SAYS(run->err, "--screenshot FILE.png");
        way.err = STREAM_NONE;
        run = run_way(&way, "--screenshot x.png --pages");
        ASSERT_EXIT(run, 2);
    }
}
END_TEST

Suite *window_suite(void)
{
    Suite *suite = suite_create("window");
    TCase *tcase = bare_case(suite, "window");

    tcase_set_timeout(tcase, 0);
    tcase_add_checked_fixture(tcase, need_no_window_manager, NULL);
    tcase_add_test(tcase, a_wrong_argument_is_reported_without_a_message_box);
    tcase_add_test(tcase, the_window_shows_its_pages_and_ends_when_it_is_closed);
    tcase_add_test(tcase, page_and_size_are_kept_and_f1_shows_the_help);
    tcase_add_test(tcase, the_window_sets_and_undoes_a_value);
    tcase_add_test(tcase, a_backup_is_restored_and_ctrl_z_undoes_the_restore);
    tcase_add_test(tcase, a_long_command_shows_progress_and_can_be_left);
    tcase_add_test(tcase, the_window_overwrites_no_value_of_another_program);
    tcase_add_test(tcase, a_new_row_of_the_catalog_adds_a_setting_to_the_window);
    tcase = planted_case(suite);
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, no_dll_beside_the_window_is_loaded);
    return suite;
}
