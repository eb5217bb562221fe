/* Folders, files and links that imitate maxport's store or prevent its creation. Most tests are
 * attacks. Many of these attacks would succeed if maxport checked only the owner and the access
 * list of the store. */
#include "store_scene.h"
#include "suites.h"

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Creates a store with a journal as an elevated maxport does, and then makes the record of the
 * store in the registry incomplete, so that maxport does not use the record. */
static void make_perfect_store(void)
{
    prepare();
    append_line("planted\n");
    forget_record();
}

static void expect_fresh_store(void)
{
    char *data;
    size_t length;
    expect_state(STORE_TRUSTED);
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
}

START_TEST(a_perfect_folder_without_a_record_is_renamed)
{
    char why[STORE_PATH_SIZE];
    make_perfect_store();
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    ck_assert_ptr_nonnull(strstr(why, "No record"));
    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "maxport-untrusted-1"));
    expect_fresh_store();
    scratch_expect(beside(L"maxport-untrusted-1\\journal.jsonl"), "planted\n");
}
END_TEST

START_TEST(an_earlier_handle_gives_no_access_to_the_store)
{
    PSECURITY_DESCRIPTOR open_to_all;
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(
        L"D:P(A;OICI;FA;;;WD)", SDDL_REVISION_1, &open_to_all, NULL));
    make_open_folder(folder);
    HANDLE kept = CreateFileW(folder, READ_CONTROL | WRITE_DAC | DELETE, 7, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    ck_assert_ptr_ne(kept, INVALID_HANDLE_VALUE);
    set_dacl(folder, L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)");
    prepare();
    append_line("one\n");
    ck_assert(SetKernelObjectSecurity(kept, DACL_SECURITY_INFORMATION, open_to_all));
    CloseHandle(kept);
    LocalFree(open_to_all);
    expect_state(STORE_TRUSTED);
    expect_read(STORE_PRIVATE, "journal.jsonl", "one\n");
}
END_TEST

/* A user who may rename folders in ProgramData moves a folder with correct security to the path of
 * the store. */
START_TEST(a_folder_in_place_of_the_recorded_folder_is_renamed)
{
    char why[STORE_PATH_SIZE];
    make_perfect_store();
    ck_assert(MoveFileW(folder, beside(L"planted")));
    prepare();
    append_line("ours\n");
    ck_assert(MoveFileW(folder, beside(L"ours")));
    ck_assert(MoveFileW(beside(L"planted"), folder));
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    ck_assert_ptr_nonnull(strstr(why, "is not the folder that maxport created:"));
    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "maxport-untrusted-1"));
    expect_fresh_store();
    scratch_expect(beside(L"ours\\journal.jsonl"), "ours\n");
}
END_TEST

START_TEST(a_record_with_a_path_elsewhere_is_not_followed)
{
    static const wchar_t *const elsewhere[] = {L"other", L"maxport-store-1\\deeper", L"maxport2"};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        HKEY key;
        wchar_t path[MAX_PATH];
        scratch_path(&scratch, elsewhere[i], path);
        prepare();
        key = record_key(KEY_SET_VALUE);
        RegSetValueExW(key, L"StorePath", 0, REG_SZ, (const BYTE *)path,
                       (DWORD)(wcslen(path) + 1) * sizeof *path);
        RegCloseKey(key);
        expect_state(STORE_UNTRUSTED);
        prepare();
        ck_assert_ptr_nonnull(strstr(preparation.moved_to, "maxport-untrusted-"));
        expect_fresh_store();
        ck_assert(!scratch_exists(path));
    }
}
END_TEST

START_TEST(a_record_of_a_missing_folder_is_renewed)
{
    struct store_record record;
    prepare();
    ck_assert(MoveFileW(folder, beside(L"gone")));
    expect_state(STORE_ABSENT);
    ASSERT_WORKS(store.record(&adapter, &record, &fault));
    ck_assert(record.is_present);
    uint64_t index = record.index;
    prepare();
    expect_fresh_store();
    ASSERT_WORKS(store.record(&adapter, &record, &fault));
    ck_assert(record.index != index);
    ck_assert_ptr_nonnull(strstr(record.path, "\\maxport"));
}
END_TEST

START_TEST(a_folder_whose_deletion_stays_pending_is_replaced)
{
    enum { BEYOND_PATIENCE_MS = 60000 };
    prepare();
    ck_assert(MoveFileW(folder, beside(L"gone")));
    make_open_folder(folder);
    scene_delete_for(L"\\maxport", BEYOND_PATIENCE_MS);
    prepare();
    scene_delete_for(NULL, 0);
    ck_assert_ptr_nonnull(strstr(preparation.why, "is being deleted"));
    expect_state(STORE_TRUSTED);
}
END_TEST

START_TEST(an_incomplete_record_is_not_used)
{
    static const wchar_t *const values[] = {L"StorePath", L"StoreVolume", L"StoreIndex"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        prepare();
        expect_state(STORE_TRUSTED);
        HKEY key = record_key(KEY_SET_VALUE);
        RegSetValueExW(key, values[i], 0, REG_BINARY, (const BYTE *)"x", 1);
        RegCloseKey(key);
        expect_state(STORE_UNTRUSTED);
    }
}
END_TEST

static void set_key_security(HKEY key, const wchar_t *sddl)
{
    PSECURITY_DESCRIPTOR descriptor;
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                                   &descriptor, NULL));
    ck_assert_int_eq(
        RegSetKeySecurity(key, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, descriptor),
        ERROR_SUCCESS);
    LocalFree(descriptor);
}

/* While users can write to the key, maxport must refuse the record in the key. The function
 * restores the security of the key before it checks the results, because a failed check ends the
 * test, and the key could then not be deleted. */
static void expect_key_is_refused(HKEY key, const wchar_t *sddl)
{
    static const wchar_t good[] = L"O:BAD:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;BU)";
    char why[STORE_PATH_SIZE], *data;
    size_t length;
    enum store_state state;
    struct store_record record;
    struct fault inspecting, preparing;
    set_key_security(key, sddl);
    bool is_inspected = store.inspect(&adapter, &state, why, &inspecting);
    bool is_recorded = store.record(&adapter, &record, &fault);
    bool is_read = store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault) ||
                   store.read(&adapter, STORE_PUBLIC, "journal.jsonl", &data, &length, &fault);
    bool is_prepared = store.prepare(&adapter, &preparation, &preparing);
    set_key_security(key, good);
    ck_assert_msg(!is_inspected && !is_recorded && !is_read && !is_prepared, "%ls: %d%d%d%d", sddl,
                  is_inspected, is_recorded, is_read, is_prepared);
    ck_assert_int_eq(inspecting.kind, FAULT_STORE);
    ck_assert_int_eq(preparing.kind, FAULT_STORE);
    ck_assert_msg(strstr(inspecting.text, "key HKEY_LOCAL_MACHINE\\SOFTWARE\\maxport") &&
                      strstr(inspecting.text, "The record of the store in it is not used."),
                  "%ls: %s", sddl, inspecting.text);
    expect_state(STORE_TRUSTED); /* no folder was renamed */
}

START_TEST(a_record_that_users_can_write_is_not_used)
{
    prepare();
    append_line("1\n");
    ASSERT_WORKS(store.publish(&adapter, &fault));
    HKEY key = record_key(READ_CONTROL | WRITE_DAC | WRITE_OWNER);
    expect_key_is_refused(key, L"O:BAD:P(A;;KA;;;SY)(A;;KA;;;BA)(A;;KW;;;BU)");
    expect_key_is_refused(key, L"O:BAD:P(A;;KA;;;SY)(A;;KA;;;BA)(A;;KR;;;BU)(A;;WD;;;WD)");
    expect_key_is_refused(key, L"O:BUD:P(A;;KA;;;SY)(A;;KA;;;BA)(A;;KR;;;BU)");
    RegCloseKey(key);
    expect_read(STORE_PRIVATE, "journal.jsonl", "1\n");
}
END_TEST

/* maxport finds a moved store only by the record. The name of a folder proves nothing. */
START_TEST(folders_named_like_a_moved_store_are_ignored)
{
    char path[STORE_PATH_SIZE];
    make_perfect_store();
    ck_assert(MoveFileW(folder, beside(L"maxport-store-0000000000000000")));
    expect_state(STORE_ABSENT);
    prepare();
    store.path(&adapter, STORE_PRIVATE, "", path);
    ck_assert_ptr_null(strstr(path, "maxport-store-"));
    expect_fresh_store();
}
END_TEST

/* ------------------------------------------------------------ foreign folders and files */

static void expect_moved_store(void)
{
    char path[STORE_PATH_SIZE];
    struct store_adapter other_adapter;
    struct store other;
    expect_state(STORE_TRUSTED);
    store.path(&adapter, STORE_PRIVATE, "", path);
    ck_assert_ptr_nonnull(strstr(path, "maxport-store-"));
    ck_assert_str_eq(preparation.moved_to, "");
    ck_assert_ptr_nonnull(strstr(preparation.given_up, "maxport"));
    append_line("one\n");
    /* Another program must find the store at its new path. */
    open_second(&other_adapter, &other);
    ASSERT_WORKS(other.prepare(&other_adapter, &preparation, &fault));
    ck_assert_str_eq(preparation.given_up, "");
    ASSERT_WORKS(other.append(&other_adapter, "journal.jsonl", "two\n", 4, &fault));
    expect_read(STORE_PRIVATE, "journal.jsonl", "one\ntwo\n");
}

START_TEST(a_folder_that_a_user_has_open_changes_the_store_path)
{
    make_open_folder(folder);
    HANDLE held =
        CreateFileW(folder, GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    expect_state(STORE_UNTRUSTED);
    prepare();
    CloseHandle(held);
    expect_moved_store();
}
END_TEST

START_TEST(a_file_that_a_user_has_open_changes_the_store_path)
{
    scratch_write(folder, "mine");
    HANDLE held = CreateFileW(folder, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    prepare();
    CloseHandle(held);
    expect_moved_store();
}
END_TEST

static const wchar_t guard_key[] = L"SOFTWARE\\maxport\\Creating";

static void write_guard(DWORD process, ULONGLONG start)
{
    HKEY key;
    ck_assert_int_eq(RegCreateKeyExW(adapter.root, guard_key, 0, NULL, REG_OPTION_VOLATILE,
                                     KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL),
                     ERROR_SUCCESS);
    RegSetValueExW(key, L"Process", 0, REG_DWORD, (const BYTE *)&process, sizeof process);
    RegSetValueExW(key, L"Start", 0, REG_BINARY, (const BYTE *)&start, sizeof start);
    RegCloseKey(key);
}

static bool is_guarded(void)
{
    HKEY key;
    if (RegOpenKeyExW(adapter.root, guard_key, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) !=
        ERROR_SUCCESS)
        return false;
    RegCloseKey(key);
    return true;
}

START_TEST(only_one_maxport_at_a_time_creates_the_store)
{
    FILETIME created, ended, kernel, user;
    GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user);
    ULONGLONG start = (ULONGLONG)created.dwHighDateTime << 32 | created.dwLowDateTime;
    ASSERT_WORKS(store_record_prepare(adapter.root, &fault));
    write_guard(GetCurrentProcessId(), start);
    ck_assert(!store.prepare(&adapter, &preparation, &fault));
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    ck_assert(is_guarded());
    /* A process with this ID, but another start, has ended; so has a process that does not exist.
     */
    write_guard(GetCurrentProcessId(), start - 1);
    prepare();
    ck_assert(!is_guarded());
}
END_TEST

START_TEST(the_guard_of_an_ended_process_is_taken_over)
{
    ASSERT_WORKS(store_record_prepare(adapter.root, &fault));
    write_guard(0xfffffff0, 1);
    prepare();
    ck_assert(!is_guarded());
}
END_TEST

/* An open with one of these rights never returns, as if another program had an oplock on the folder
 * or a file system filter never responded. */
static const DWORD hanging_rights[] = {DELETE, FILE_READ_ATTRIBUTES};

START_TEST(a_folder_whose_open_never_returns_changes_the_store_path)
{
    make_open_folder(folder);
    scene_hang_opens(L"\\maxport", hanging_rights[_i]);
    DWORD start = GetTickCount();
    prepare();
    DWORD took = GetTickCount() - start;
    scene_return_opens();
    ck_assert_uint_lt(took, 20000);
    expect_moved_store();
}
END_TEST

START_TEST(a_lack_of_names_for_the_old_folder_changes_the_store_path)
{
    make_open_folder(folder);
    for (unsigned n = 1; n <= 1000; n++) {
        wchar_t name[64];
        snwprintf(name, 64, L"maxport-untrusted-%u", n);
        ck_assert(CreateDirectoryW(beside(name), NULL));
    }
    prepare();
    expect_moved_store();
}
END_TEST

START_TEST(prepare_waits_for_a_folder_that_is_being_deleted)
{
    char path[STORE_PATH_SIZE];
    scene_delete_for(L"\\maxport", 500);
    prepare();
    ck_assert_str_eq(preparation.moved_to, "");
    ck_assert_str_eq(preparation.given_up, "");
    store.path(&adapter, STORE_PRIVATE, "", path);
    ck_assert_ptr_null(strstr(path, "maxport-store-"));
}
END_TEST

/* ------------------------------------------------------------ parent folders */

static void expect_refused_parent(const wchar_t *path, const char *word)
{
    ASSERT_WORKS(store_at(path, scratch.key, &adapter, &store, &fault));
    ck_assert(!store.prepare(&adapter, &preparation, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert_msg(strstr(fault.text, word) != NULL, "%s", fault.text);
    ck_assert(!scratch_exists(path));
}

START_TEST(a_parent_in_which_users_can_rename_is_refused)
{
    wchar_t path[MAX_PATH];
    make_open_folder(beside(L"data"));
    expect_refused_parent(scratch_path(&scratch, L"data\\maxport", path), "S-1-1-0");
    /* A folder further up must also be refused. */
    ck_assert(CreateDirectoryW(beside(L"data\\deeper"), NULL));
    expect_refused_parent(scratch_path(&scratch, L"data\\deeper\\maxport", path), "S-1-1-0");
}
END_TEST

START_TEST(a_parent_that_is_a_link_is_refused)
{
    wchar_t link[MAX_PATH], target[MAX_PATH], path[MAX_PATH];
    scratch_path(&scratch, L"data", link);
    ck_assert(CreateDirectoryW(scratch_path(&scratch, L"target", target), NULL));
    if (!make_link(link, target, true))
        return;
    expect_refused_parent(scratch_path(&scratch, L"data\\maxport", path), "link");
    remove_link(link);
    ck_assert(!scratch_exists(beside(L"target\\maxport")));
}
END_TEST

/* A file system filter may mark a folder with a reparse tag that does not mean a link. If maxport
 * treated such a folder as a link, a user could mark ProgramData, and maxport would refuse every
 * change. */
START_TEST(a_parent_that_a_filter_marks_is_not_a_link)
{
    wchar_t link[MAX_PATH], target[MAX_PATH], path[MAX_PATH];
    scratch_path(&scratch, L"data", link);
    ck_assert(CreateDirectoryW(scratch_path(&scratch, L"target", target), NULL));
    if (!make_link(link, target, true))
        return;
    scratch_path(&scratch, L"data\\maxport", path);
    ASSERT_WORKS(store_at(path, scratch.key, &adapter, &store, &fault));
    scene_mark(0, IO_REPARSE_TAG_CLOUD);
    bool is_prepared = store.prepare(&adapter, &preparation, &fault);
    remove_link(link);
    ck_assert_msg(is_prepared, "%s", fault.text);
    ck_assert(scratch_exists(beside(L"target\\maxport")));
}
END_TEST

/* ------------------------------------------------------------ record and access list */

START_TEST(without_the_right_to_record_no_store_is_created)
{
    PSECURITY_DESCRIPTOR denied;
    HKEY key = record_key(WRITE_DAC);
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(A;;KR;;;WD)",
                                                                   SDDL_REVISION_1, &denied, NULL));
    ck_assert_int_eq(RegSetKeySecurity(key, DACL_SECURITY_INFORMATION, denied), ERROR_SUCCESS);
    bool is_prepared = store.prepare(&adapter, &preparation, &fault);
    LocalFree(denied);
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:(A;;KA;;;WD)",
                                                                   SDDL_REVISION_1, &denied, NULL));
    RegSetKeySecurity(key, DACL_SECURITY_INFORMATION, denied);
    LocalFree(denied);
    RegCloseKey(key);
    ck_assert(!is_prepared);
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_ptr_nonnull(strstr(fault.text, "SOFTWARE\\maxport"));
    ck_assert(!scratch_exists(folder));
}
END_TEST

/* If a user clicks "Continue" in Explorer, Explorer adds an entry for the user's account to the
 * access list. In this test, the entry is for everybody. */
START_TEST(backups_with_an_entry_for_another_account_are_renamed)
{
    char why[STORE_PATH_SIZE], *data;
    size_t length;
    prepare();
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "x", 1, &fault));
    set_dacl(in_store(L"changes"), L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;WD)");
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "changes\\1.reg", &data, &length, &fault));
    strcpy(why, fault.text);
    ck_assert_msg(strstr(why, "changes can be changed by S-1-1-0") != NULL, "%s", why);
    ck_assert_ptr_null(strstr(why, "belongs to"));
    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "changes-untrusted-1"));
}
END_TEST

START_TEST(a_deletion_that_never_returns_delays_prepare_briefly)
{
    scene_fail_removal(1, false); /* simulates that the record cannot be written */
    scene_hang_delete(1);
    DWORD start = GetTickCount();
    prepare();
    ck_assert_uint_lt(GetTickCount() - start, 10000);
    scene_end_failures();
    expect_moved_store();
}
END_TEST

Suite *store_attack_suite(void)
{
    Suite *suite = suite_create("store_attack");
    TCase *tests = tcase_create("store_attack");
    tcase_add_checked_fixture(tests, scene_open, scene_close);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_perfect_folder_without_a_record_is_renamed);
    tcase_add_test(tests, an_earlier_handle_gives_no_access_to_the_store);
    tcase_add_test(tests, a_folder_in_place_of_the_recorded_folder_is_renamed);
    tcase_add_test(tests, a_record_with_a_path_elsewhere_is_not_followed);
    tcase_add_test(tests, a_record_of_a_missing_folder_is_renewed);
    tcase_add_test(tests, a_folder_whose_deletion_stays_pending_is_replaced);
    tcase_add_test(tests, an_incomplete_record_is_not_used);
    tcase_add_test(tests, a_record_that_users_can_write_is_not_used);
    tcase_add_test(tests, folders_named_like_a_moved_store_are_ignored);
    tcase_add_test(tests, only_one_maxport_at_a_time_creates_the_store);
    tcase_add_test(tests, the_guard_of_an_ended_process_is_taken_over);
    tcase_add_test(tests, a_folder_that_a_user_has_open_changes_the_store_path);
    tcase_add_test(tests, a_file_that_a_user_has_open_changes_the_store_path);
    tcase_add_loop_test(tests, a_folder_whose_open_never_returns_changes_the_store_path, 0,
                        sizeof hanging_rights / sizeof *hanging_rights);
    tcase_add_test(tests, a_lack_of_names_for_the_old_folder_changes_the_store_path);
    tcase_add_test(tests, prepare_waits_for_a_folder_that_is_being_deleted);
    tcase_add_test(tests, a_parent_in_which_users_can_rename_is_refused);
    tcase_add_test(tests, a_parent_that_is_a_link_is_refused);
    tcase_add_test(tests, a_parent_that_a_filter_marks_is_not_a_link);
    tcase_add_test(tests, without_the_right_to_record_no_store_is_created);
    tcase_add_test(tests, backups_with_an_entry_for_another_account_are_renamed);
    tcase_add_test(tests, a_deletion_that_never_returns_delays_prepare_briefly);
    suite_add_tcase(suite, tests);
    return suite;
}
