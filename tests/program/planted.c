/* maxport never loads a DLL from the folder of the program, from the current folder or from PATH.
 *
 * The DLL planted.dll is built in the folder of this test. When a copy of planted.dll is loaded,
 * the copy creates a file.
 */
#include <stdlib.h>
#include <string.h>

#include "program/planted.h"
#include "program/suites.h"

/* The list contains DLLs that maxport and its window load late, other DLLs that are not KnownDLLs,
 * and programs that maxport might start. The list does not contain version.dll, because Wine's own
 * user32 imports version.dll before a program could prevent that. Nor does it contain kernel32,
 * msvcrt and advapi32, the only DLLs that maxport.exe imports (toolchain/imports.py). They are
 * KnownDLLs, which Windows always loads from System32, but Wine has no KnownDLLs. */
static const wchar_t *const names[] = {
    L"iphlpapi.dll", L"ws2_32.dll",    L"wtsapi32.dll", L"wevtapi.dll",  L"srclient.dll",
    L"netapi32.dll", L"cryptbase.dll", L"dnsapi.dll",   L"uxtheme.dll",  L"wbemcomn.dll",
    L"nsi.dll",      L"psapi.dll",     L"ole32.dll",    L"oleaut32.dll", L"shell32.dll",
    L"comdlg32.dll", L"shlwapi.dll",   L"dwmapi.dll",   L"user32.dll",   L"netsh.exe",
    L"reg.exe",      L"oleacc.dll",    L"shcore.dll",
};

enum { NAME_COUNT = sizeof names / sizeof *names };

static const wchar_t overrides[] = L"Software\\Wine\\DllOverrides";

/* Makes Wine prefer DLLs of other folders to its own. Otherwise Wine would load its own DLLs and
 * never a planted DLL. If `order` is NULL, Wine prefers its own DLLs again. */
static void prefer_native(const wchar_t *order)
{
    HKEY key;

    if (!is_wine())
        return;
    ck_assert_int_eq(
        RegCreateKeyExW(HKEY_CURRENT_USER, overrides, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL),
        ERROR_SUCCESS);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        wchar_t name[64];

        wcscpy(name, names[i]);
        if (wcsstr(name, L".dll"))
            *wcsstr(name, L".dll") = L'\0';
        if (order)
            RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)order,
                           (DWORD)(wcslen(order) + 1) * 2);
        else
            RegDeleteValueW(key, name);
    }
    RegCloseKey(key);
}

static void copy_from_own_folder(const wchar_t *name, const wchar_t *as)
{
    wchar_t path[MAX_PATH];

    ck_assert_uint_ne(GetModuleFileNameW(NULL, path, MAX_PATH - 16), 0);
    wcscpy(wcsrchr(path, L'\\') + 1, name);
    ck_assert_msg(CopyFileW(path, scratch_path(as), TRUE), "%ls cannot be copied", path);
}

static void planted_setup(void)
{
    wchar_t window[MAX_PATH + 16];

    bare_setup();
    for (size_t i = 0; i < NAME_COUNT; i++)
        copy_from_own_folder(L"planted.dll", names[i]);
    ck_assert(CopyFileW(run_maxport_path(), scratch_path(L"maxport.exe"), TRUE));
    wcscpy(window, run_maxport_path());
    wcscpy(wcsrchr(window, L'\\'), L"\\maxport-gui.exe");
    ck_assert(CopyFileW(window, scratch_path(L"maxport-gui.exe"), TRUE));
    prefer_native(L"native,builtin");
}

static void planted_teardown(void)
{
    prefer_native(NULL);
    bare_teardown();
}

void assert_nothing_was_loaded(void)
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        wchar_t mark[64];

        snwprintf(mark, 64, L"%ls.loaded", names[i]);
        ck_assert_msg(!is_there(scratch_path(mark)), "%ls was loaded", names[i]);
    }
}

static void run_everything(const struct way *way)
{
    static const char *const lines[] = {
        "status", "ports",      "set 60000 --yes", "history",     "verify",
        "backup", "undo --yes", "restore 1 --yes", "reset --yes", "--help"};

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ASSERT_EXIT(run_way(way, lines[i]), 0);
        assert_nothing_was_loaded();
    }
}

/* Checks that an unprotected program loads a planted DLL. Otherwise the other tests would prove
 * nothing. */
START_TEST(a_careless_program_loads_a_planted_dll)
{
    wchar_t folder[MAX_PATH];

    GetCurrentDirectoryW(MAX_PATH, folder);
    SetCurrentDirectoryW(scratch_path(L""));
    HMODULE module = LoadLibraryW(L"wbemcomn.dll"); /* this process has not loaded this DLL */
    SetCurrentDirectoryW(folder);
    bool is_marked = is_there(scratch_path(L"wbemcomn.dll.loaded"));
    if (module)
        FreeLibrary(module);
    ck_assert(is_marked);
}
END_TEST

START_TEST(no_dll_beside_the_program_is_loaded)
{
    wchar_t program[MAX_PATH];

    wcscpy(program, scratch_path(L"maxport.exe"));
    run_everything(&(struct way){.program = program});
}
END_TEST

START_TEST(no_dll_in_the_current_folder_is_loaded)
{
    wchar_t folder[MAX_PATH];

    wcscpy(folder, scratch_path(L""));
    run_everything(&(struct way){.folder = folder});
}
END_TEST

START_TEST(the_environment_affects_neither_dlls_nor_the_store)
{
    static const wchar_t *const moved[] = {
        L"PATH", L"ProgramData", L"ALLUSERSPROFILE", L"SystemRoot", L"windir", L"TEMP", L"TMP"};
    enum { MOVED = sizeof moved / sizeof *moved };
    static wchar_t old[MOVED][8192];

    for (size_t i = 0; i < MOVED; i++) {
        if (!GetEnvironmentVariableW(moved[i], old[i], 8192))
            old[i][0] = L'\0';
        SetEnvironmentVariableW(moved[i], scratch_path(L""));
    }
    struct started *set = run_start(&(struct way){0}, "set 60000 --yes");
    const struct run *set_run = run_finish(set);
    const struct run *status = maxport("status");
    for (size_t i = 0; i < MOVED; i++)
        SetEnvironmentVariableW(moved[i], old[i][0] ? old[i] : NULL);
    ASSERT_EXIT(set_run, 0);
    ASSERT_EXIT(status, 0);
    assert_nothing_was_loaded();
    ck_assert(is_there(store_path(L"journal.jsonl")));
    ck_assert(!is_there(scratch_path(L"maxport")));
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

/* maxport itself loads DLLs only by full path. But a DLL of Windows may load other DLLs by name,
 * and so may a DLL that a virus scanner injects into the process. */
START_TEST(harden_process_limits_bare_names_to_system32)
{
    wchar_t program[MAX_PATH], folder[MAX_PATH], path[8192];

    /* The folder "alone" contains only one planted DLL. In the scratch folder, by_name.exe with
     * "careless" would also load other planted DLLs, and Wine would then hang. */
    wcscpy(folder, scratch_path(L"alone"));
    ck_assert(CreateDirectoryW(folder, NULL));
    copy_from_own_folder(L"planted.dll", L"alone\\wbemcomn.dll");
    copy_from_own_folder(L"by_name.exe", L"alone\\by_name.exe");
    wcscpy(program, scratch_path(L"alone\\by_name.exe"));
    if (!GetEnvironmentVariableW(L"PATH", path, 8192))
        path[0] = L'\0';
    SetEnvironmentVariableW(L"PATH", folder);
    const struct run *hardened =
        run_way(&(struct way){.program = program, .folder = folder}, "wbemcomn.dll");
    bool is_marked = is_there(scratch_path(L"alone\\wbemcomn.dll.loaded"));
    const struct run *careless =
        run_way(&(struct way){.program = program, .folder = folder}, "wbemcomn.dll careless");
    SetEnvironmentVariableW(L"PATH", path[0] ? path : NULL);
    ASSERT_EXIT(hardened, 1);
    ck_assert(!is_marked);
    ASSERT_EXIT(careless, 0);
    ck_assert(is_there(scratch_path(L"alone\\wbemcomn.dll.loaded")));
}
END_TEST

TCase *planted_case(Suite *suite)
{
    TCase *tests = tcase_create("planted");

    tcase_add_checked_fixture(tests, planted_setup, planted_teardown);
    suite_add_tcase(suite, tests);
    return tests;
}

Suite *planted_suite(void)
{
    Suite *suite = suite_create("planted");
    TCase *tests = planted_case(suite);

    tcase_add_test(tests, a_careless_program_loads_a_planted_dll);
    tcase_add_test(tests, no_dll_beside_the_program_is_loaded);
    tcase_add_test(tests, no_dll_in_the_current_folder_is_loaded);
    tcase_add_test(tests, the_environment_affects_neither_dlls_nor_the_store);
    tcase_add_test(tests, harden_process_limits_bare_names_to_system32);
    return suite;
}
