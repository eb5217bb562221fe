/* Tests of the interfaces `os_version`, `processes` and `identity`. Under Wine, the prefix is
 * temporary, so these tests may write to its registry. */
#include "suites.h"
#include "win32/identity.h"
#include "win32/lib/wide.h"
#include "win32/os_version.h"
#include "win32/processes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

static struct fault fault;

static const wchar_t current_version[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

static HKEY open_current_version(void)
{
    HKEY key;
    ck_assert_int_eq(RegOpenKeyExW(HKEY_LOCAL_MACHINE, current_version, 0,
                                   KEY_QUERY_VALUE | KEY_SET_VALUE | KEY_WOW64_64KEY, &key),
                     0);
    return key;
}

START_TEST(the_version_agrees_with_the_registry)
{
    struct os_version_source functions;
    struct os_version os;
    wchar_t build[16];
    DWORD bytes = sizeof build;
    HKEY key = open_current_version();
    ck_assert_int_eq(
        RegQueryValueExW(key, L"CurrentBuildNumber", NULL, NULL, (BYTE *)build, &bytes), 0);
    RegCloseKey(key);
    os_version_open(&functions);
    ck_assert_msg(functions.read(functions.context, &os, &fault), "%s", fault.text);
    ck_assert_uint_eq(os.build, wcstoul(build, NULL, 10));
    ck_assert_uint_ge(os.major, 5);
    ck_assert(os.role == OS_WORKSTATION || os.role == OS_SERVER || os.role == OS_DOMAIN_CONTROLLER);
    ck_assert(os.is_64_bit); /* the tests run only on 64-bit systems */
    /* In Wine 8, the name begins with "Microsoft". */
    ck_assert_ptr_nonnull(strstr(os.product, "Windows"));
}
END_TEST

START_TEST(revision_and_product_are_optional)
{
    struct os_version_source functions;
    struct os_version os;
    const DWORD revision = 587;
    wchar_t product[128];
    DWORD bytes = sizeof product;
    HKEY key = open_current_version();
    os_version_open(&functions);
    ck_assert_int_eq(RegQueryValueExW(key, L"ProductName", NULL, NULL, (BYTE *)product, &bytes), 0);

    ck_assert(functions.read(functions.context, &os, &fault));
    ck_assert_uint_eq(os.revision, 0);
    RegSetValueExW(key, L"UBR", 0, REG_DWORD, (const BYTE *)&revision, sizeof revision);
    ck_assert(functions.read(functions.context, &os, &fault));
    ck_assert_uint_eq(os.revision, 587);
    RegSetValueExW(key, L"UBR", 0, REG_BINARY, (const BYTE *)&revision, 2);
    /* A text in the registry may lack the final NUL. */
    RegSetValueExW(key, L"ProductName", 0, REG_SZ, (const BYTE *)L"Win\u00e4", 8);
    ck_assert(functions.read(functions.context, &os, &fault));
    ck_assert_uint_eq(os.revision, 0);
    ck_assert_str_eq(os.product, "Win\xc3\xa4");
    RegDeleteValueW(key, L"UBR");
    RegDeleteValueW(key, L"ProductName");
    ck_assert(functions.read(functions.context, &os, &fault));
    ck_assert_str_eq(os.product, "");
    RegSetValueExW(key, L"ProductName", 0, REG_SZ, (const BYTE *)product, bytes);
    RegCloseKey(key);
}
END_TEST

START_TEST(the_process_list_contains_this_process)
{
    struct process_source functions;
    struct processes_adapter adapter;
    struct processes processes;
    wchar_t path[MAX_PATH];
    char name[MAX_PATH], buffer[300];
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wide_copy_utf8(wcsrchr(path, L'\\') + 1, name, sizeof name);

    processes_init(&processes);
    processes_open(&adapter, &functions);
    ck_assert_msg(functions.list(functions.context, &processes, &fault), "%s", fault.text);
    ck_assert_str_eq(processes_name(&processes, GetCurrentProcessId(), buffer), name);
    for (size_t i = 1; i < processes.count; i++)
        ck_assert_uint_lt(processes.rows[i - 1].id, processes.rows[i].id);
    processes_release(&processes);
}
END_TEST

START_TEST(the_identity_agrees_with_other_functions)
{
    struct identity_source functions;
    struct identity identity;
    wchar_t wide[IDENTITY_SIZE];
    char user[IDENTITY_SIZE], computer[IDENTITY_SIZE];
    DWORD count = IDENTITY_SIZE;
    ck_assert(GetUserNameW(wide, &count));
    wide_copy_utf8(wide, user, sizeof user);
    count = IDENTITY_SIZE;
    ck_assert(GetComputerNameW(wide, &count));
    wide_copy_utf8(wide, computer, sizeof computer);

    identity_open(&functions);
    ck_assert_msg(functions.read(functions.context, &identity, &fault), "%s", fault.text);
    const char *backslash = strchr(identity.account, '\\');
    ck_assert_ptr_nonnull(backslash);
    ck_assert_str_eq(backslash + 1, user);
    /* A NetBIOS name has at most 15 characters, so only these are compared. */
    ck_assert_int_eq(_strnicmp(identity.computer, computer, 15), 0);
    ck_assert_uint_eq(identity.process_id, GetCurrentProcessId());
    if (identity.session_user[0])
        ck_assert_ptr_nonnull(strstr(identity.session_user, user));
}
END_TEST

START_TEST(a_token_without_administrators_is_not_elevated)
{
    struct identity_source functions;
    struct identity identity;
    HANDLE token, restricted, impersonated;
    SID_IDENTIFIER_AUTHORITY authority = SECURITY_NT_AUTHORITY;
    SID_AND_ATTRIBUTES administrators = {.Attributes = 0};
    identity_open(&functions);
    ck_assert(functions.read(functions.context, &identity, &fault));
    ck_assert(identity.is_elevated);

    ck_assert(AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                       DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0,
                                       &administrators.Sid));
    ck_assert(OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY, &token));
    ck_assert(CreateRestrictedToken(token, 0, 1, &administrators, 0, NULL, 0, NULL, &restricted));
    ck_assert(DuplicateTokenEx(restricted, TOKEN_IMPERSONATE | TOKEN_QUERY, NULL,
                               SecurityImpersonation, TokenImpersonation, &impersonated));
    ck_assert(SetThreadToken(NULL, impersonated));
    bool is_read = functions.read(functions.context, &identity, &fault);
    RevertToSelf();
    ck_assert(is_read);
    ck_assert(!identity.is_elevated);
    CloseHandle(impersonated);
    CloseHandle(restricted);
    CloseHandle(token);
    FreeSid(administrators.Sid);
}
END_TEST

Suite *os_suite(void)
{
    Suite *suite = suite_create("os");
    TCase *tests = tcase_create("os");
    tcase_add_test(tests, the_version_agrees_with_the_registry);
    tcase_add_test(tests, revision_and_product_are_optional);
    tcase_add_test(tests, the_process_list_contains_this_process);
    tcase_add_test(tests, the_identity_agrees_with_other_functions);
    tcase_add_test(tests, a_token_without_administrators_is_not_elevated);
    suite_add_tcase(suite, tests);
    return suite;
}
