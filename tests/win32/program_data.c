#include "win32/program_data.h"

#include "scratch.h"
#include "suites.h"
#include "win32/store_folder.h"

#include <string.h>

static struct scratch scratch;
static HKEY key;
static struct fault fault;

static void open_key(void)
{
    scratch_open(&scratch);
    ck_assert_int_eq(
        RegCreateKeyExW(scratch.key,
                        L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList", 0, NULL, 0,
                        KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL),
        ERROR_SUCCESS);
}

static void close_key(void)
{
    RegCloseKey(key);
    scratch_close(&scratch);
}

static void set(const wchar_t *name, DWORD type, const wchar_t *text)
{
    ck_assert_int_eq(RegSetValueExW(key, name, 0, type, (const BYTE *)text,
                                    (DWORD)(wcslen(text) + 1) * sizeof *text),
                     ERROR_SUCCESS);
}

static void expect(const wchar_t *wanted)
{
    wchar_t path[MAX_PATH];
    ASSERT_WORKS(program_data_path(scratch.key, path, &fault));
    ck_assert_msg(_wcsicmp(path, wanted) == 0, "%ls", path);
}

START_TEST(the_registry_and_not_the_environment_names_the_path)
{
    static const wchar_t *const variables[] = {L"ProgramData", L"ALLUSERSPROFILE", L"SystemDrive",
                                               L"SystemRoot", L"windir"};
    wchar_t windows[MAX_PATH], before[STORE_FOLDER_CHARACTERS], after[STORE_FOLDER_CHARACTERS];
    ASSERT_WORKS(store_product_folder(before, &fault));
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        SetEnvironmentVariableW(variables[i], L"D:\\planted");
    GetSystemWindowsDirectoryW(windows, MAX_PATH);
    windows[2] = L'\0';
    set(L"ProgramData", REG_EXPAND_SZ, L"%SystemDrive%\\ProgramData");
    wcscat(windows, L"\\ProgramData");
    expect(windows);
    ASSERT_WORKS(store_product_folder(after, &fault));
    ck_assert(wcscmp(before, after) == 0);
    ck_assert(wcscmp(wcsrchr(after, L'\\'), L"\\maxport") == 0);
}
END_TEST

START_TEST(windows_xp_uses_the_profile_of_all_users)
{
    set(L"ProfilesDirectory", REG_EXPAND_SZ, L"C:\\Documents and Settings");
    set(L"AllUsersProfile", REG_SZ, L"All Users");
    expect(L"C:\\Documents and Settings\\All Users");
}
END_TEST

START_TEST(a_path_that_is_not_a_folder_on_a_drive_is_refused)
{
    static const wchar_t *const texts[] = {L"%TEMP%\\x",     L"ProgramData",   L"\\\\server\\share",
                                           L"C:\\",          L"%SystemDrive%", L"C:x",
                                           L"C:\\%USERNAME%"};
    wchar_t path[MAX_PATH];
    ck_assert(!program_data_path(scratch.key, path, &fault));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        set(L"ProgramData", REG_EXPAND_SZ, texts[i]);
        ck_assert_msg(!program_data_path(scratch.key, path, &fault), "%ls", texts[i]);
        ck_assert_int_eq(fault.kind, FAULT_STORE);
    }
    set(L"ProgramData", REG_SZ, L"D:/Data/");
    expect(L"D:\\Data");
}
END_TEST

Suite *program_data_suite(void)
{
    Suite *suite = suite_create("program_data");
    TCase *tests = tcase_create("program_data");
    tcase_add_checked_fixture(tests, open_key, close_key);
    tcase_add_test(tests, the_registry_and_not_the_environment_names_the_path);
    tcase_add_test(tests, windows_xp_uses_the_profile_of_all_users);
    tcase_add_test(tests, a_path_that_is_not_a_folder_on_a_drive_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
