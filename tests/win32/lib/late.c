#include "win32/lib/late.h"

#include "../scratch.h"
#include "../suites.h"
#include "win32/harden.h"

#include <string.h>

START_TEST(existing_functions_are_bound)
{
    struct late dll = {.name = L"version.dll"};
    struct fault fault;
    ck_assert_ptr_nonnull(late_bind(&dll, "GetFileVersionInfoW", &fault));
    HMODULE module = dll.module;
    ck_assert_ptr_nonnull(module);
    ck_assert_ptr_nonnull(late_bind(&dll, "VerQueryValueW", &fault));
    ck_assert_ptr_eq(dll.module, module);
    ck_assert_ptr_nonnull(late_kernel32("Sleep"));
}
END_TEST

START_TEST(dlls_are_loaded_from_system32)
{
    struct late dll = {.name = L"version.dll"};
    struct fault fault;
    wchar_t path[MAX_PATH], system[MAX_PATH];
    ck_assert_ptr_nonnull(late_bind(&dll, "GetFileVersionInfoW", &fault));
    ck_assert_uint_ne(GetModuleFileNameW(dll.module, path, MAX_PATH), 0);
    UINT count = GetSystemDirectoryW(system, MAX_PATH);
    ck_assert_int_eq(_wcsnicmp(path, system, count), 0);
    ck_assert_int_eq(path[count], L'\\');
}
END_TEST

START_TEST(the_fault_names_the_missing_dll_or_function)
{
    struct late absent = {.name = L"maxport-no-such.dll"}, dll = {.name = L"version.dll"};
    struct fault fault;
    ck_assert_ptr_null(late_bind(&absent, "Anything", &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fault.text, "maxport-no-such.dll"));
    ck_assert_ptr_null(late_bind(&dll, "NoSuchFunction", &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fault.text, "NoSuchFunction"));
    ck_assert_ptr_null(late_kernel32("NoSuchFunction"));
}
END_TEST

START_TEST(a_path_is_refused_as_a_dll_name)
{
    struct late dll = {.name = L"..\\system32\\version.dll"};
    struct fault fault;
    ck_assert_ptr_null(late_bind(&dll, "GetFileVersionInfoW", &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
}
END_TEST

/* Must be the last test, because the process cannot undo its hardening. */
START_TEST(a_hardened_process_loads_no_planted_dll)
{
    wchar_t program[MAX_PATH], planted[MAX_PATH], system[MAX_PATH];
    ck_assert_uint_ne(GetModuleFileNameW(NULL, program, MAX_PATH), 0);
    wcscpy(planted, program);
    wcscpy(wcsrchr(planted, L'\\') + 1, L"maxport-planted.dll");
    ck_assert_uint_ne(GetSystemDirectoryW(system, MAX_PATH - 32), 0);
    wcscat(system, L"\\version.dll");
    ck_assert(CopyFileW(system, planted, FALSE));
    HMODULE before = LoadLibraryW(L"maxport-planted.dll");
    if (before)
        FreeLibrary(before);
    bool is_hardened = harden_process();
    HMODULE after = LoadLibraryW(L"maxport-planted.dll");
    DeleteFileW(planted);
    /* Before the hardening, it must be possible to load the DLL. Otherwise the test would prove
     * nothing. */
    ck_assert_ptr_nonnull(before);
    ck_assert(is_hardened);
    ck_assert_ptr_null(after);
}
END_TEST

Suite *late_suite(void)
{
    Suite *suite = suite_create("late");
    TCase *tests = tcase_create("late");
    tcase_add_test(tests, existing_functions_are_bound);
    tcase_add_test(tests, dlls_are_loaded_from_system32);
    tcase_add_test(tests, the_fault_names_the_missing_dll_or_function);
    tcase_add_test(tests, a_path_is_refused_as_a_dll_name);
    tcase_add_test(tests, a_hardened_process_loads_no_planted_dll);
    suite_add_tcase(suite, tests);
    return suite;
}
