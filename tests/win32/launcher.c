/* Tests of the interface `launcher`. A copy of cmd.exe takes the place of maxport.exe, because the
 * arguments of cmd.exe can determine its exit code. */
#include "win32/launcher.h"

#include <check.h>
#include <string.h>
#include <wchar.h>

#include "win32/suites.h"

enum { PATIENCE_MS = 60000 };

static const wchar_t class_key[] = L"Software\\Classes\\exefile\\shell\\open\\command";
static wchar_t program[MAX_PATH + 64];
static struct launcher_adapter adapter;
static struct launcher launcher;

static void set_up(void)
{
    wchar_t shell[MAX_PATH + 64];
    UINT length = GetSystemDirectoryW(shell, MAX_PATH);

    ck_assert(length > 0 && length < MAX_PATH);
    wcscat(shell, L"\\cmd.exe");
    ck_assert(GetModuleFileNameW(NULL, program, MAX_PATH) > 0);
    wcscpy(wcsrchr(program, L'\\') + 1, L"maxport.exe");
    ck_assert(CopyFileW(shell, program, FALSE));
    launcher_open(&adapter, &launcher);
}

static void tear_down(void)
{
    launcher.close(launcher.context);
    for (int i = 0; i < 100 && !DeleteFileW(program); i++)
        Sleep(50); /* shortly after the process has ended, the file may still be in use */
}

static uint32_t run(const char *const *arguments, size_t count)
{
    uint32_t process = 0, code = 0xdead;
    struct fault fault;

    ck_assert_msg(launcher.start(launcher.context, NULL, arguments, count, &process, &fault), "%s",
                  fault.text);
    ck_assert_uint_ne(process, 0);
    ck_assert_int_eq(launcher.wait(launcher.context, PATIENCE_MS, &code), RUN_ENDED);
    launcher.close(launcher.context);
    return code;
}

START_TEST(the_launcher_returns_the_exit_code)
{
    const char *const arguments[] = {"/c", "exit", "7"};

    ck_assert_uint_eq(run(arguments, 3), 7);
}
END_TEST

/* To open a program, the shell of Windows first reads HKEY_CURRENT_USER, which programs without
 * administrator rights can change. Wine's shell does not read this key. So under Wine, this
 * test would not notice that the launcher uses the shell; only the test after it would. */
START_TEST(file_associations_in_hkcu_are_ignored)
{
    static const wchar_t command[] = L"cmd.exe /c exit 66";
    const char *const arguments[] = {"/c", "exit", "7"};
    HKEY key;
    uint32_t code;

    ck_assert_int_eq(
        RegCreateKeyExW(HKEY_CURRENT_USER, class_key, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL),
        0);
    ck_assert_int_eq(RegSetValueExW(key, NULL, 0, REG_SZ, (const BYTE *)command, sizeof command),
                     0);
    RegCloseKey(key);
    code = run(arguments, 3);
    ck_assert_int_eq(RegDeleteKeyW(HKEY_CURRENT_USER, class_key), 0);
    RegDeleteKeyW(HKEY_CURRENT_USER, L"Software\\Classes\\exefile\\shell\\open");
    RegDeleteKeyW(HKEY_CURRENT_USER, L"Software\\Classes\\exefile\\shell");
    RegDeleteKeyW(HKEY_CURRENT_USER, L"Software\\Classes\\exefile");
    ck_assert_uint_eq(code, 7);
}
END_TEST

START_TEST(user_environment_variables_are_not_passed_on)
{
    const char *const planted[] = {"/c", "if", "defined", "MAXPORT_PLANTED", "exit", "9"};
    const char *const needed[] = {"/c", "if", "not", "defined", "SystemRoot", "exit", "9"};

    ck_assert(SetEnvironmentVariableW(L"MAXPORT_PLANTED", L"1"));
    ck_assert_uint_eq(run(planted, 6), 0);
    ck_assert_uint_eq(run(needed, 7), 0);
    SetEnvironmentVariableW(L"MAXPORT_PLANTED", NULL);
}
END_TEST

START_TEST(a_missing_program_is_reported_and_not_started)
{
    const char *const arguments[] = {"/c", "exit", "7"};
    uint32_t process = 0;
    struct fault fault;

    ck_assert(DeleteFileW(program));
    ck_assert(!launcher.start(launcher.context, NULL, arguments, 3, &process, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_ptr_nonnull(strstr(fault.text, "Nothing was changed."));
}
END_TEST

/* While another program can write to the file, that program could change it after the check. So the
 * launcher must refuse to start the file. */
START_TEST(a_program_that_another_can_write_is_not_started)
{
    const char *const arguments[] = {"/c", "exit", "7"};
    HANDLE writer = CreateFileW(program, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, 0, NULL);
    uint32_t process = 0;
    struct fault fault;

    ck_assert(writer != INVALID_HANDLE_VALUE);
    ck_assert(!launcher.start(launcher.context, NULL, arguments, 3, &process, &fault));
    CloseHandle(writer);
    ck_assert_ptr_nonnull(strstr(fault.text, "could not be opened"));
    ck_assert_ptr_null(adapter.process);
}
END_TEST

START_TEST(without_a_process_wait_returns_no_exit_code)
{
    uint32_t code = 0xdead;

    ck_assert_int_eq(launcher.wait(launcher.context, 0, &code), RUN_UNSEEN);
    ck_assert_uint_eq(code, 0xdead);
}
END_TEST

Suite *launcher_suite(void)
{
    Suite *suite = suite_create("launcher");
    TCase *tests = tcase_create("launcher");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, the_launcher_returns_the_exit_code);
    tcase_add_test(tests, file_associations_in_hkcu_are_ignored);
    tcase_add_test(tests, user_environment_variables_are_not_passed_on);
    tcase_add_test(tests, a_missing_program_is_reported_and_not_started);
    tcase_add_test(tests, a_program_that_another_can_write_is_not_started);
    tcase_add_test(tests, without_a_process_wait_returns_no_exit_code);
    suite_add_tcase(suite, tests);
    return suite;
}
