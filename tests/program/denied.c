/* Without administrator rights, all commands that only read must work. If a change is requested,
 * maxport must explain how to get the rights. */
#include <windows.h>

#include <sddl.h>
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

static HANDLE limited;
static PSECURITY_DESCRIPTOR key_descriptor; /* security of the key before the tests */

static DWORD key_set_descriptor(PSECURITY_DESCRIPTOR descriptor)
{
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, KEY_PATH, 0, WRITE_DAC, &key);

    if (error == ERROR_SUCCESS) {
        error = RegSetKeySecurity(key, DACL_SECURITY_INFORMATION, descriptor);
        RegCloseKey(key);
    }
    return (DWORD)error;
}

static void key_set_access(const wchar_t *sddl)
{
    PSECURITY_DESCRIPTOR descriptor;

    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                                   &descriptor, NULL));
    ck_assert_uint_eq(key_set_descriptor(descriptor), ERROR_SUCCESS);
    LocalFree(descriptor);
}

/* Returns a copy of this process' token without the rights of the Administrators group and without
 * privileges. UAC creates such a token for programs that the user has not approved. */
static HANDLE make_limited_token(void)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};
    SID_AND_ATTRIBUTES administrators = {NULL, 0};
    HANDLE own, result;

    ck_assert(AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                       DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0,
                                       &administrators.Sid));
    ck_assert(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
    ck_assert(CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 1, &administrators, 0, NULL, 0,
                                    NULL, &result));
    CloseHandle(own);
    FreeSid(administrators.Sid);
    return result;
}

static void denied_setup(void)
{
    HKEY key;
    DWORD length = 0;

    bare_setup();
    key = key_open(KEY_PATH, READ_CONTROL);
    RegGetKeySecurity(key, DACL_SECURITY_INFORMATION, NULL, &length);
    key_descriptor = malloc(length);
    ck_assert_int_eq(RegGetKeySecurity(key, DACL_SECURITY_INFORMATION, key_descriptor, &length),
                     ERROR_SUCCESS);
    RegCloseKey(key);
    limited = make_limited_token();
    /* Wine checks access only if the key has an access list. On Windows, the key already has a
     * suitable list. */
    if (is_wine())
        key_set_access(L"D:(A;;KA;;;BA)(A;;KA;;;SY)(A;;KR;;;BU)");
}

static void denied_teardown(void)
{
    if (is_wine())
        ck_assert_uint_eq(key_set_descriptor(key_descriptor), ERROR_SUCCESS);
    free(key_descriptor);
    CloseHandle(limited);
    bare_teardown();
}

/* Checks that a program with the limited token cannot write to the key. Otherwise the other tests
 * would prove nothing. */
START_TEST(reg_exe_cannot_write_with_the_limited_token)
{
    wchar_t program[MAX_PATH];

    GetSystemDirectoryW(program, MAX_PATH - 16);
    wcscat(program, L"\\reg.exe");
    run_way(&(struct way){.program = program, .token = limited},
            "add " KEY_FULL " /v MaxUserPort /t REG_DWORD /d 60000 /f");
    ck_assert(value_is_absent(L"MaxUserPort"));
    run_way(&(struct way){.program = program},
            "add " KEY_FULL " /v MaxUserPort /t REG_DWORD /d 60000 /f");
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(changing_without_rights_is_refused_with_advice)
{
    static const char *const lines[] = {"set 60000 --yes", "set 60000",
                                        "reset --yes",     "undo --yes",
                                        "restore 1 --yes", "set TcpTimedWaitDelay=30 --yes",
                                        "backup"};

    char *before = key_snapshot();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct run *run = run_way(&(struct way){.token = limited}, lines[i]);
        ck_assert_msg(run->exit_code == 3, "%s: exit code %lu\n%s%s", lines[i], run->exit_code,
                      run->out, run->err);
        ASSERT_SAYS(run->err, "administrator");
    }
    const struct run *run = run_way(&(struct way){.token = limited}, "set 60000 --yes");
    ASSERT_SAYS(run->err, "elevated");
    ASSERT_SAYS(run->err, "Nothing was changed.");
    run = run_way(&(struct way){.token = limited}, "set 60000 --yes --json");
    ASSERT_EXIT(run, 3);
    ck_assert_str_eq(json_text_at(run_json(run), "error.kind"), "denied");
    ASSERT_KEY_IS(before);
    ck_assert(!is_there(store_path(L"")));
    free(before);
}
END_TEST

START_TEST(commands_that_read_work_without_rights)
{
    static const struct {
        const char *arguments;
        bool needs_journal;
    } lines[] = {
        {"status", false},          {"status --json", false},
        {"ports", false},           {"set 61000 --dry-run", false},
        {"reset --dry-run", false}, {"history", true},
        {"history 1", true},        {"history --json", true},
        {"verify", true},           {"undo --dry-run", true},
    };

    ASSERT_EXIT(maxport("set 60000 --yes --reason because"), 0);
    char *listing = store_listing();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct run *run = run_way(&(struct way){.token = limited}, lines[i].arguments);
        /* In Wine, the account of the test owns the store. With this token, the account is not an
         * administrator, so maxport must not trust the store. */
        if (lines[i].needs_journal && is_wine()) {
            ASSERT_EXIT(run, 1);
            continue;
        }
        ASSERT_EXIT(run, 0);
        ck_assert_uint_eq(run->err_length, 0);
    }
    char *listing_after = store_listing();
    ck_assert_str_eq(listing_after, listing);
    free(listing);
    free(listing_after);
}
END_TEST

START_TEST(a_backup_into_a_named_file_needs_no_rights)
{
    char line[512];

    sprintf(line, "backup \"%s\"", utf8(scratch_path(L"own.reg")));
    ASSERT_EXIT(run_way(&(struct way){.token = limited}, line), 0);
    ck_assert(is_there(scratch_path(L"own.reg")));
    ck_assert(!is_there(store_path(L"")));
}
END_TEST

START_TEST(a_key_that_denies_administrators_is_left_unchanged)
{
    if (!is_wine())
        return; /* only in Wine: a real machine needs this key */
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    key_set_access(L"D:(A;;KR;;;WD)(A;;RCWDKR;;;BA)");
    const struct run *run = maxport("set 61000 --yes");
    ASSERT_EXIT(run, 3);
    ASSERT_SAYS(run->err, "as it was before");
    assert_number(L"MaxUserPort", 60000);
    json_t *history = run_json(maxport("history --json"));
    ck_assert_str_eq(json_text_at(history, "changes.0.state"), "rolled_back");
    ck_assert_str_eq(json_text_at(history, "changes.1.state"), "done");
    ck_assert(json_is_null_at(run_json(maxport("status --json")), "open_change"));
    ASSERT_EXIT(maxport("undo --yes"), 3);
    assert_number(L"MaxUserPort", 60000);
    ck_assert_uint_eq(key_set_descriptor(key_descriptor), ERROR_SUCCESS);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(a_value_that_cannot_be_read_is_reported_as_unknown)
{
    if (!is_wine())
        return;
    value_write_number(L"MaxUserPort", 60000);
    key_set_access(L"D:(A;;RCWD;;;WD)(A;;RCWD;;;BA)");
    const struct run *run = maxport("status --json");
    ASSERT_EXIT(run, 0);
    ck_assert(!json_is_true_at(run_json(run), "settings.MaxUserPort.is_known"));
    ck_assert(json_is_null_at(run_json(run), "settings.MaxUserPort.stored"));
    run = maxport("status");
    ASSERT_SAYS(run->out, "could not be read");
    run = maxport("set 61000 --yes");
    ASSERT_EXIT(run, 3);
    ck_assert_uint_eq(key_set_descriptor(key_descriptor), ERROR_SUCCESS);
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

Suite *denied_suite(void)
{
    Suite *suite = suite_create("denied");
    TCase *tests = tcase_create("denied");

    tcase_add_checked_fixture(tests, denied_setup, denied_teardown);
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, reg_exe_cannot_write_with_the_limited_token);
    tcase_add_test(tests, changing_without_rights_is_refused_with_advice);
    tcase_add_test(tests, commands_that_read_work_without_rights);
    tcase_add_test(tests, a_backup_into_a_named_file_needs_no_rights);
    tcase_add_test(tests, a_key_that_denies_administrators_is_left_unchanged);
    tcase_add_test(tests, a_value_that_cannot_be_read_is_reported_as_unknown);
    return suite;
}
