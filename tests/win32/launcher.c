/* With another program in maxport.exe's place beside these tests: cmd.exe ends with what it
 * is told. */
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
        Sleep(50); /* just after its end it may still be in use */
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

START_TEST(an_exit_code_comes_back)
{
    const char *const arguments[] = {"/c", "exit", "7"};

    ck_assert_uint_eq(run(arguments, 3), 7);
}
END_TEST

/* Windows' shell looks there first how to "open" a program; Wine's does not, so there only
 * the next test notices a start by the shell. */
START_TEST(what_hkcu_says_of_programs_decides_nothing)
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

START_TEST(variables_of_the_user_are_not_handed_on)
{
    const char *const planted[] = {"/c", "if", "defined", "MAXPORT_PLANTED", "exit", "9"};
    const char *const needed[] = {"/c", "if", "not", "defined", "SystemRoot", "exit", "9"};

    ck_assert(SetEnvironmentVariableW(L"MAXPORT_PLANTED", L"1"));
    ck_assert_uint_eq(run(planted, 6), 0);
    ck_assert_uint_eq(run(needed, 7), 0);
    SetEnvironmentVariableW(L"MAXPORT_PLANTED", NULL);
}
END_TEST

START_TEST(without_the_program_nothing_is_started)
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

/* Somebody writes to it: what would be started is not what was looked at. */
START_TEST(a_program_that_is_being_written_is_not_started)
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

START_TEST(an_end_that_nobody_saw_has_no_exit_code)
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
    tcase_add_test(tests, an_exit_code_comes_back);
    tcase_add_test(tests, what_hkcu_says_of_programs_decides_nothing);
    tcase_add_test(tests, variables_of_the_user_are_not_handed_on);
    tcase_add_test(tests, without_the_program_nothing_is_started);
    tcase_add_test(tests, a_program_that_is_being_written_is_not_started);
    tcase_add_test(tests, an_end_that_nobody_saw_has_no_exit_code);
    suite_add_tcase(suite, tests);
    return suite;
}
