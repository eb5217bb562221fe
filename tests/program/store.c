/* Tests in which the store cannot be written, or in which another user may have written to it. */
#include <windows.h>

#include <sddl.h>
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

/* A forged change. An attacker wants undo to write the value "before" of this change. */
static const char planted_journal[] =
    "{\"v\":1,\"id\":7,\"state\":\"started\",\"command\":\"set\",\"steps\":[{\"place\":{\"kind\":"
    "\"registry\",\"key\":\"SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\","
    "\"name\":"
    "\"MaxUserPort\"},\"before\":1,\"after\":null}]}\n{\"v\":1,\"id\":7,\"state\":\"done\"}\n";

static const wchar_t *aside(unsigned number, const wchar_t *name)
{
    static wchar_t path[STORE_PATHS + 64];

    snwprintf(path, STORE_PATHS + 64, L"%ls-untrusted-%u%ls%ls", store_path(L""), number,
              *name ? L"\\" : L"", name);
    return path;
}

/* Creates a folder that everybody may write to. Any user can create such a folder in
 * ProgramData. */
static void make_open_store(void)
{
    PSECURITY_DESCRIPTOR descriptor;

    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(
        L"D:P(A;OICI;FA;;;WD)", SDDL_REVISION_1, &descriptor, NULL));
    ck_assert(CreateDirectoryW(store_path(L""), NULL));
    ck_assert(SetFileSecurityW(store_path(L""), DACL_SECURITY_INFORMATION, descriptor));
    LocalFree(descriptor);
    file_write(store_path(L"journal.jsonl"), planted_journal, sizeof planted_journal - 1);
}

START_TEST(a_folder_that_others_may_write_to_is_never_read)
{
    make_open_store();
    const struct run *run = maxport("status");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, "The store was not read");
    run = maxport("history");
    ck_assert_uint_eq(run->exit_code, 1);
    ASSERT_NEVER_SAYS(run->out, "7");
    ASSERT_EXIT(maxport("undo --yes"), 1);
    ASSERT_EXIT(maxport("undo 7 --yes"), 1);
    ASSERT_EXIT(maxport("restore 7 --yes"), 1);
    ASSERT_EXIT(maxport("verify"), 1);
    ck_assert(value_is_absent(L"MaxUserPort"));
    /* Commands that only read must not rename the folder. */
    ck_assert(!is_there(aside(1, L"")));
}
END_TEST

START_TEST(a_folder_that_others_may_write_to_is_renamed)
{
    size_t length;

    make_open_store();
    const struct run *run = maxport("set 60000 --yes");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->err, utf8(aside(1, L"")));
    assert_number(L"MaxUserPort", 60000);
    char *kept = file_read(aside(1, L"journal.jsonl"), &length);
    ck_assert_str_eq(kept, planted_journal);
    free(kept);
    json_t *changes = json_at(run_json(maxport("history --json")), "changes");
    ck_assert_uint_eq(json_array_size(changes), 1);
    ck_assert_int_eq(json_number_at(changes, "0.id"), 1);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

/* The owner, the access list and the journal of the folder are correct, but the registry contains
 * no complete record of the store. If an administrator's account runs a program without elevation,
 * that program can create such a folder. */
START_TEST(a_store_without_a_record_is_renamed)
{
    HKEY key;

    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ck_assert_int_eq(RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\maxport", 0,
                                   KEY_SET_VALUE | KEY_WOW64_64KEY, &key),
                     ERROR_SUCCESS);
    ck_assert_int_eq(RegDeleteValueW(key, L"StoreIndex"), ERROR_SUCCESS);
    RegCloseKey(key);
    ASSERT_EXIT(maxport("undo --yes"), 1);
    assert_number(L"MaxUserPort", 60000);
    const struct run *run = maxport("set 61000 --yes");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->err, utf8(aside(1, L"")));
    ck_assert(is_there(aside(1, L"journal.jsonl")));
    ASSERT_EXIT(maxport("undo --yes"), 0);
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(json_contains_the_new_path_of_an_untrusted_folder)
{
    make_open_store();
    const struct run *run = maxport("set 60000 --yes --json");
    ASSERT_EXIT(run, 0);
    ck_assert_str_eq(json_text_at(run_json(run), "store_moved_to"), utf8(aside(1, L"")));
}
END_TEST

/* While another program has the folder open, maxport cannot rename it. */
START_TEST(a_folder_that_cannot_be_renamed_changes_the_store_path)
{
    make_open_store();
    HANDLE held = CreateFileW(store_path(L""), GENERIC_READ, 0, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    const struct run *set = maxport("set 60000 --yes --json");
    const struct run *history = maxport("history --json");
    const struct run *show = maxport("store show");
    CloseHandle(held);
    ASSERT_EXIT(set, 0);
    ck_assert_str_eq(json_text_at(run_json(set), "store_given_up"), utf8(store_path(L"")));
    ck_assert_uint_eq(json_array_size(json_at(run_json(history), "changes")), 1);
    ASSERT_SAYS(show->out, "maxport-store-");
    assert_number(L"MaxUserPort", 60000);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(a_change_of_the_store_path_is_reported_once)
{
    make_open_store();
    HANDLE held = CreateFileW(store_path(L""), GENERIC_READ, 0, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    const struct run *backup = maxport("backup");
    const struct run *set = maxport("set 60000 --yes");
    CloseHandle(held);
    ASSERT_EXIT(backup, 0);
    ASSERT_SAYS(backup->err, "prevents renaming");
    ASSERT_SAYS(backup->err, "maxport-store-");
    /* The next command finds the store at its new path and does not report the change of the path
     * again. */
    ASSERT_EXIT(set, 0);
    ASSERT_NEVER_SAYS(set->err, "renamed");
}
END_TEST

START_TEST(adopt_reports_a_change_of_the_store_path)
{
    wchar_t old[MAX_PATH];
    char line[2 * MAX_PATH];
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    wcscpy(old, scratch_path(L"old store"));
    ck_assert(MoveFileW(store_path(L""), old));
    make_open_store();
    HANDLE held = CreateFileW(store_path(L""), GENERIC_READ, 0, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    snprintf(line, sizeof line, "store adopt \"%s\" --yes", utf8(old));
    const struct run *adopt = maxport(line);
    CloseHandle(held);
    ASSERT_EXIT(adopt, 0);
    ASSERT_SAYS(adopt->err, "prevents renaming");
    ASSERT_SAYS(adopt->err, "maxport-store-");
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ck_assert(value_is_absent(L"MaxUserPort"));
}
END_TEST

START_TEST(a_second_untrusted_folder_gets_the_next_number)
{
    make_open_store();
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    tree_delete(store_path(L""));
    make_open_store();
    ASSERT_EXIT(maxport("set 61000 --yes"), 0);
    ck_assert(is_there(aside(1, L"journal.jsonl")));
    ck_assert(is_there(aside(2, L"journal.jsonl")));
}
END_TEST

START_TEST(a_file_at_the_path_of_the_store_is_renamed)
{
    file_write(store_path(L""), "mine", 4);
    ASSERT_EXIT(maxport("status"), 0);
    const struct run *run = maxport("set 60000 --yes");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->err, utf8(aside(1, L"")));
    assert_number(L"MaxUserPort", 60000);
    ck_assert(is_there(aside(1, L"")));
}
END_TEST

START_TEST(a_link_at_the_path_of_the_store_is_never_followed)
{
    BOOLEAN(WINAPI * link)
    (const wchar_t *, const wchar_t *, DWORD) =
        (void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "CreateSymbolicLinkW");

    if (!link || !link(store_path(L""), scratch_path(L""), 1) || !is_there(store_path(L"")))
        return; /* Wine 8 creates no links; Windows requires a privilege */
    const struct run *run = maxport("set 60000 --yes");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->err, "untrusted-1");
    ck_assert(!is_there(scratch_path(L"journal.jsonl")));
}
END_TEST

/* Checks that maxport exits with 6 and leaves the registry as before if it cannot write to the
 * store. */
static void assert_refused_with_exit_6(void)
{
    char *before = key_snapshot();
    const struct run *run = maxport("set 61000 --yes");
    ASSERT_EXIT(run, 6);
    ASSERT_SAYS(run->err, utf8(store_path(L"")));
    ASSERT_KEY_IS(before);
    run = maxport("set 61000 --yes --json");
    ASSERT_EXIT(run, 6);
    ck_assert_str_eq(json_text_at(run_json(run), "error.kind"), "store");
    ASSERT_KEY_IS(before);
    ASSERT_EXIT(maxport("status"), 0);
    free(before);
}

START_TEST(a_folder_at_the_path_of_the_journal_causes_exit_6)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ck_assert(DeleteFileW(store_path(L"journal.jsonl")));
    ck_assert(CreateDirectoryW(store_path(L"journal.jsonl"), NULL));
    assert_refused_with_exit_6();
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(a_folder_at_the_path_of_the_lock_causes_exit_6)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ck_assert(DeleteFileW(store_path(L"lock")));
    ck_assert(CreateDirectoryW(store_path(L"lock"), NULL));
    assert_refused_with_exit_6();
}
END_TEST

START_TEST(a_file_at_the_path_of_the_backups_is_renamed)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    tree_delete(store_path(L"changes"));
    file_write(store_path(L"changes"), "mine", 4);
    const struct run *run = maxport("set 61000 --yes");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->err, "changes-untrusted-1");
    ck_assert(is_there(store_path(L"changes\\2.reg")));
}
END_TEST

START_TEST(a_journal_opened_without_sharing_prevents_the_change)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    HANDLE held =
        CreateFileW(store_path(L"journal.jsonl"), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    char *before = key_snapshot();
    const struct run *run = maxport("set 61000 --yes");
    CloseHandle(held);
    ck_assert_msg(run->exit_code == 6 || run->exit_code == 1, "exit code %lu\n%s", run->exit_code,
                  run->err);
    ASSERT_SAYS(run->err, "journal.jsonl");
    ASSERT_KEY_IS(before);
    free(before);
    ASSERT_EXIT(maxport("set 61000 --yes"), 0);
}
END_TEST

/* Simulates a virus scanner that has the journal open for a moment. */
static DWORD WINAPI close_soon(void *file)
{
    Sleep(300);
    CloseHandle(file);
    return 0;
}

START_TEST(set_waits_while_a_scanner_has_the_journal_open)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    HANDLE held =
        CreateFileW(store_path(L"journal.jsonl"), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE thread = CreateThread(NULL, 0, close_soon, held, 0, NULL);
    const struct run *run = maxport("set 61000 --yes");
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    ASSERT_EXIT(run, 0);
    assert_number(L"MaxUserPort", 61000);
}
END_TEST

START_TEST(a_read_only_journal_causes_exit_6)
{
    HANDLE file;

    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ck_assert(SetFileAttributesW(store_path(L"journal.jsonl"), FILE_ATTRIBUTE_READONLY));
    file =
        CreateFileW(store_path(L"journal.jsonl"), GENERIC_WRITE, 7, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) /* Wine as root can write to a read-only file */
        assert_refused_with_exit_6();
    else
        CloseHandle(file);
}
END_TEST

START_TEST(backups_of_a_deleted_journal_are_never_overwritten)
{
    size_t length;

    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    char *backup = file_read(store_path(L"changes\\1.reg"), &length);
    ck_assert(DeleteFileW(store_path(L"journal.jsonl")));
    ASSERT_EXIT(maxport("set 61000 --yes"), 0);
    size_t length_after;
    char *backup_after = file_read(store_path(L"changes\\1.reg"), &length_after);
    ck_assert_uint_eq(length_after, length);
    ck_assert_int_eq(memcmp(backup, backup_after, length), 0);
    free(backup);
    free(backup_after);
    ASSERT_EXIT(maxport("undo --yes"), 0);
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

START_TEST(a_journal_of_a_newer_maxport_is_left_unchanged)
{
    static const char newer[] = "{\"v\":99,\"id\":1,\"state\":\"started\"}\n";
    size_t length;

    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    file_write(store_path(L"journal.jsonl"), newer, sizeof newer - 1);
    char *before = key_snapshot();
    const struct run *run = maxport("set 61000 --yes");
    ck_assert_uint_ne(run->exit_code, 0);
    ASSERT_EXIT(maxport("status"), 0);
    char *journal = file_read(store_path(L"journal.jsonl"), &length);
    ck_assert_str_eq(journal, newer);
    ASSERT_KEY_IS(before);
    free(journal);
    free(before);
}
END_TEST

START_TEST(undo_refuses_a_forbidden_value_in_the_journal)
{
    size_t length;
    char *journal, *name;

    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    journal = file_read(store_path(L"journal.jsonl"), &length);
    name = strstr(journal, "\"MaxUserPort\"");
    ck_assert_ptr_nonnull(name);
    memcpy(name, "\"DhcpServer0\"", 13);
    file_write(store_path(L"journal.jsonl"), journal, length);
    free(journal);
    /* Write the value "after" of the forged change, so that undo would find the value that it
     * expects. */
    value_write_number(L"DhcpServer0", 60000);
    char *before = key_snapshot();
    const struct run *run = maxport("undo --yes");
    bool is_refused = run->exit_code != 0;
    char *after = key_snapshot();
    bool is_same = strcmp(before, after) == 0;
    value_delete(L"DhcpServer0");
    free(before);
    free(after);
    ck_assert_msg(is_refused, "exit code %lu\n%s%s", run->exit_code, run->out, run->err);
    ck_assert(is_same);
}
END_TEST

START_TEST(store_remove_refuses_while_a_change_can_be_undone)
{
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    const struct run *run = maxport("store remove --yes");
    ASSERT_EXIT(run, 1);
    ASSERT_SAYS(run->err, "Change 1 can still be undone.");
    ck_assert(is_there(store_path(L"journal.jsonl")));
    ASSERT_EXIT(maxport("undo --yes"), 0);
    ASSERT_EXIT(maxport("store remove --yes"), 0);
    ck_assert(!is_there(store_path(L"")));
    ASSERT_EXIT(maxport("store remove --yes"), 0);
    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    ASSERT_EXIT(maxport("store remove --yes --force"), 0);
    ck_assert(!is_there(store_path(L"")));
    assert_number(L"MaxUserPort", 60000);
}
END_TEST

Suite *store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *tests = bare_case(suite, "store");

    tcase_add_test(tests, a_folder_that_others_may_write_to_is_never_read);
    tcase_add_test(tests, a_folder_that_others_may_write_to_is_renamed);
    tcase_add_test(tests, a_store_without_a_record_is_renamed);
    tcase_add_test(tests, json_contains_the_new_path_of_an_untrusted_folder);
    tcase_add_test(tests, a_folder_that_cannot_be_renamed_changes_the_store_path);
    tcase_add_test(tests, a_change_of_the_store_path_is_reported_once);
    tcase_add_test(tests, adopt_reports_a_change_of_the_store_path);
    tcase_add_test(tests, a_second_untrusted_folder_gets_the_next_number);
    tcase_add_test(tests, a_file_at_the_path_of_the_store_is_renamed);
    tcase_add_test(tests, a_link_at_the_path_of_the_store_is_never_followed);
    tcase_add_test(tests, a_folder_at_the_path_of_the_journal_causes_exit_6);
    tcase_add_test(tests, a_folder_at_the_path_of_the_lock_causes_exit_6);
    tcase_add_test(tests, a_file_at_the_path_of_the_backups_is_renamed);
    tcase_add_test(tests, a_journal_opened_without_sharing_prevents_the_change);
    tcase_add_test(tests, set_waits_while_a_scanner_has_the_journal_open);
    tcase_add_test(tests, a_read_only_journal_causes_exit_6);
    tcase_add_test(tests, backups_of_a_deleted_journal_are_never_overwritten);
    tcase_add_test(tests, a_journal_of_a_newer_maxport_is_left_unchanged);
    tcase_add_test(tests, undo_refuses_a_forbidden_value_in_the_journal);
    tcase_add_test(tests, store_remove_refuses_while_a_change_can_be_undone);
    return suite;
}
