#include "win32/store_public.h"

#include "store_scene.h"
#include "suites.h"

#include <sddl.h>
#include <stdlib.h>
#include <string.h>

static void publish(void)
{
    ASSERT_WORKS(store.publish(&adapter, &fault));
}

static bool users_may_open(const wchar_t *path)
{
    DWORD length = 0;
    wchar_t *sddl;
    GetFileSecurityW(path, DACL_SECURITY_INFORMATION, NULL, 0, &length);
    PSECURITY_DESCRIPTOR descriptor = malloc(length);
    ck_assert(GetFileSecurityW(path, DACL_SECURITY_INFORMATION, descriptor, length, &length));
    ck_assert(ConvertSecurityDescriptorToStringSecurityDescriptorW(
        descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &sddl, NULL));
    /* Wine stores the access list as a Unix file mode, so it returns an entry for everybody instead
     * of an entry for the group Users. */
    bool may_open = wcsstr(sddl, L";BU)") || wcsstr(sddl, L";WD)");
    LocalFree(sddl);
    free(descriptor);
    return may_open;
}

START_TEST(users_can_open_only_the_copies)
{
    prepare();
    append_line("one\n");
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "backup", 6, &fault));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
    publish();
    ck_assert(!users_may_open(in_store(L"journal.jsonl")));
    ck_assert(!users_may_open(in_store(L"lock")));
    ck_assert(!users_may_open(in_store(L"changes")));
    ck_assert(!users_may_open(in_store(L"changes\\1.reg")));
    ck_assert(users_may_open(in_store(L"public\\journal.jsonl")));
    ck_assert(users_may_open(in_store(L"public\\changes\\1.reg")));
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\n");
    expect_read(STORE_PUBLIC, "changes\\1.reg", "backup");
}
END_TEST

START_TEST(the_record_shows_changes_that_are_not_yet_published)
{
    struct store_record record;
    char *data;
    size_t length;
    prepare();
    append_line("one\n");
    ck_assert(!store.read(&adapter, STORE_PUBLIC, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ASSERT_WORKS(store.record(&adapter, &record, &fault));
    ck_assert(record.is_public_behind);
    publish();
    ASSERT_WORKS(store.record(&adapter, &record, &fault));
    ck_assert(!record.is_public_behind);
    append_line("two\n");
    ASSERT_WORKS(store.record(&adapter, &record, &fault));
    ck_assert(record.is_public_behind);
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\n");
    publish();
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\ntwo\n");
}
END_TEST

START_TEST(a_missing_copy_of_the_journal_is_reported)
{
    char *data;
    size_t length;
    prepare();
    append_line("one\n");
    publish();
    ck_assert(DeleteFileW(in_store(L"public\\journal.jsonl")));
    ck_assert(!store.read(&adapter, STORE_PUBLIC, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert_ptr_nonnull(strstr(fault.text, "is missing"));
    publish();
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\n");
}
END_TEST

START_TEST(a_store_without_changes_publishes_nothing)
{
    prepare();
    publish();
    ck_assert(!scratch_exists(in_store(L"public\\journal.jsonl")));
}
END_TEST

/* Another program opens each new copy without sharing. maxport must still write new copies. */
START_TEST(open_copies_neither_delay_nor_prevent_new_copies)
{
    enum { CHANGES = 6 };
    HANDLE held[CHANGES];
    char expected[3 * CHANGES + 1] = "", path[STORE_PATH_SIZE];
    prepare();
    for (int i = 0; i < CHANGES; i++) {
        DWORD start = GetTickCount();
        append_line("x\n");
        strcat(expected, "x\n");
        publish();
        ck_assert_uint_lt(GetTickCount() - start, STORE_PUBLISH_MS + 1000);
        expect_read(STORE_PUBLIC, "journal.jsonl", expected);
        store.path(&adapter, STORE_PUBLIC, "journal.jsonl", path);
        held[i] = CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        ck_assert_msg(held[i] != INVALID_HANDLE_VALUE, "%s", path);
    }
    for (int i = 0; i < CHANGES; i++)
        CloseHandle(held[i]);
    publish();
    publish();
    expect_read(STORE_PUBLIC, "journal.jsonl", expected);
    /* All old copies must be deleted. */
    ck_assert(!scratch_exists(in_store(L"public\\journal.3.jsonl")));
    ck_assert(!scratch_exists(in_store(L"public\\journal.5.jsonl")));
}
END_TEST

START_TEST(a_copy_whose_open_never_returns_delays_only_publish)
{
    prepare();
    append_line("one\n");
    publish();
    scene_hang_opens(L".1.jsonl", MAXDWORD);
    DWORD start = GetTickCount();
    append_line("two\n");
    ck_assert_uint_lt(GetTickCount() - start, 1000);
    ck_assert(!store.publish(&adapter, &fault));
    ck_assert_uint_lt(GetTickCount() - start, STORE_PUBLISH_MS + 1000);
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    expect_read(STORE_PRIVATE, "journal.jsonl", "one\ntwo\n");
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\n");
    scene_return_opens();
    Sleep(300);
    publish();
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\ntwo\n");
}
END_TEST

START_TEST(reading_a_copy_ends_if_its_open_never_returns)
{
    char *data;
    size_t length;
    prepare();
    append_line("one\n");
    publish();
    scene_hang_opens(L"journal.jsonl", MAXDWORD);
    DWORD start = GetTickCount();
    ck_assert(!store.read(&adapter, STORE_PUBLIC, "journal.jsonl", &data, &length, &fault));
    ck_assert_uint_lt(GetTickCount() - start, 10000);
}
END_TEST

START_TEST(the_fault_of_a_copy_in_use_names_the_original)
{
    char *data;
    size_t length;
    prepare();
    append_line("one\n");
    publish();
    HANDLE held = CreateFileW(in_store(L"public\\journal.jsonl"), GENERIC_READ, 0, NULL,
                              OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    bool is_read = store.read(&adapter, STORE_PUBLIC, "journal.jsonl", &data, &length, &fault);
    CloseHandle(held);
    ck_assert(!is_read);
    ck_assert_msg(strstr(fault.text, "Another program keeps this copy of the journal open. In an "
                                     "elevated prompt, an administrator can read the original, ") &&
                      strstr(fault.text, "\\maxport\\journal.jsonl; "),
                  "%s", fault.text);
}
END_TEST

START_TEST(a_copy_that_users_can_write_is_not_read)
{
    char *data;
    size_t length;
    prepare();
    append_line("one\n");
    publish();
    set_dacl(in_store(L"public\\journal.jsonl"), L"D:P(A;;FA;;;WD)");
    ck_assert(!store.read(&adapter, STORE_PUBLIC, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    set_dacl(in_store(L"public"), L"D:P(A;OICI;FA;;;WD)");
    ck_assert(!store.publish(&adapter, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
}
END_TEST

START_TEST(an_incomplete_copy_of_a_backup_is_written_again)
{
    prepare();
    publish();
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "backup", 6, &fault));
    scratch_write(in_store(L"public\\changes\\1.reg"), "bac");
    publish();
    expect_read(STORE_PUBLIC, "changes\\1.reg", "backup");
}
END_TEST

/* Folders that a user opens for listing, without sharing. */
static const wchar_t *const held_folders[] = {L"public", L"public\\changes"};

START_TEST(an_open_folder_of_copies_delays_neither_change_nor_copy)
{
    prepare();
    append_line("one\n");
    publish();
    HANDLE held = CreateFileW(in_store(held_folders[_i]), GENERIC_READ, 0, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    DWORD start = GetTickCount();
    prepare();
    append_line("two\n");
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "backup", 6, &fault));
    publish();
    ck_assert_uint_lt(GetTickCount() - start, STORE_PUBLISH_MS);
    CloseHandle(held);
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\ntwo\n");
    expect_read(STORE_PUBLIC, "changes\\1.reg", "backup");
}
END_TEST

/* If a user has the folder of the copies open during `store remove`, the deletion of the folder
 * stays pending. A pending deletion must not prevent a change. */
START_TEST(a_folder_of_copies_in_deletion_prevents_no_change)
{
    prepare();
    publish();
    scene_delete_for(L"public", MAXDWORD / 2);
    DWORD start = GetTickCount();
    prepare();
    append_line("one\n");
    ck_assert_uint_lt(GetTickCount() - start, STORE_PUBLISH_MS);
    ck_assert(!store.publish(&adapter, &fault));
    ck_assert_uint_lt(GetTickCount() - start, 2 * STORE_PUBLISH_MS);
    scene_return_opens();
    expect_read(STORE_PRIVATE, "journal.jsonl", "one\n");
}
END_TEST

/* The file for the next copy of the journal is still being deleted. maxport must immediately use
 * the next number for the copy instead. */
START_TEST(a_copy_in_use_does_not_prevent_other_copies)
{
    prepare();
    append_line("one\n");
    publish();
    scene_delete_for(L"journal.1.jsonl", MAXDWORD / 2);
    append_line("two\n");
    DWORD start = GetTickCount();
    publish();
    ck_assert_uint_lt(GetTickCount() - start, STORE_PUBLISH_MS / 2);
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\ntwo\n");
    scene_return_opens();
    append_line("three\n");
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "backup", 6, &fault));
    ASSERT_WORKS(store.create(&adapter, "changes\\2.reg", "backup", 6, &fault));
    scene_hang_opens(L"1.reg", DELETE); /* this must not delay the copy of the journal */
    ck_assert(!store.publish(&adapter, &fault));
    scene_return_opens();
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\ntwo\nthree\n");
}
END_TEST

/* The deletion of the previous copy does not return, as if another program had an oplock on that
 * copy. maxport must still write the new copy. */
START_TEST(a_hanging_deletion_of_a_copy_prevents_no_new_copy)
{
    struct store_record record;
    prepare();
    append_line("one\n");
    publish();
    append_line("two\n");
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "backup", 6, &fault));
    scene_hang_delete(1);
    DWORD start = GetTickCount();
    publish();
    ck_assert_uint_lt(GetTickCount() - start, STORE_PUBLISH_MS);
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\ntwo\n");
    expect_read(STORE_PUBLIC, "changes\\1.reg", "backup");
    ASSERT_WORKS(store.record(&adapter, &record, &fault));
    ck_assert(!record.is_public_behind);
    scene_return_opens();
    append_line("three\n");
    publish();
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\ntwo\nthree\n");
}
END_TEST

/* A user has a copy of a backup open during `store remove`, so the copy stays. maxport must not
 * show this old copy as a backup of the new store. */
START_TEST(a_copy_from_before_store_remove_is_never_shown)
{
    struct store_size removed;
    prepare();
    append_line("one\n");
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "before", 6, &fault));
    ASSERT_WORKS(store.create(&adapter, "changes\\2.reg", "before", 6, &fault));
    publish();
    HANDLE held = CreateFileW(in_store(L"public\\changes\\1.reg"), GENERIC_READ,
                              FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ck_assert(!store.remove(&adapter, &removed, &fault));
    /* The open file stays, but the other files must be deleted. */
    ck_assert(!scratch_exists(in_store(L"public\\changes\\2.reg")));
    ck_assert(!scratch_exists(in_store(L"public\\journal.jsonl")));
    prepare();
    append_line("two\n");
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "behind", 6, &fault));
    ck_assert(!store.publish(&adapter, &fault));
    ck_assert_msg(strstr(fault.text, "1.reg could not be renewed") != NULL, "%s", fault.text);
    CloseHandle(held);
    publish();
    expect_read(STORE_PUBLIC, "changes\\1.reg", "behind");
    expect_read(STORE_PUBLIC, "journal.jsonl", "two\n");
}
END_TEST

START_TEST(the_fault_of_a_locked_copy_names_the_original)
{
    char *data;
    size_t length;
    if (is_wine()) /* in Wine, locked bytes can be read */
        return;
    prepare();
    append_line("one\n");
    publish();
    HANDLE held = CreateFileW(in_store(L"public\\journal.jsonl"), GENERIC_READ,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);
    OVERLAPPED range = {0};
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    ck_assert(LockFileEx(held, LOCKFILE_EXCLUSIVE_LOCK, 0, MAXDWORD, 0, &range));
    bool is_read = store.read(&adapter, STORE_PUBLIC, "journal.jsonl", &data, &length, &fault);
    CloseHandle(held);
    ck_assert(!is_read);
    ck_assert_msg(strstr(fault.text, "\\maxport\\journal.jsonl; ") != NULL, "%s", fault.text);
}
END_TEST

START_TEST(private_and_public_files_are_measured)
{
    struct store_size size;
    prepare();
    ASSERT_WORKS(store.measure(&adapter, STORE_PUBLIC, &size, &fault));
    ck_assert_uint_eq(size.files, 0);
    append_line("12345");
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "123", 3, &fault));
    ASSERT_WORKS(store.create(&adapter, "changes\\1-undo.reg", "12", 2, &fault));
    publish();
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
    ASSERT_WORKS(store.measure(&adapter, STORE_PUBLIC, &size, &fault));
    ck_assert_uint_eq(size.files, 3);
    ck_assert_uint_eq(size.backups, 1);
    ck_assert_uint_eq(size.bytes, 10);
    ASSERT_WORKS(store.measure(&adapter, STORE_PRIVATE, &size, &fault));
    ck_assert_uint_eq(size.files, 4); /* three files and the lock */
    ck_assert_uint_eq(size.backups, 1);
    ck_assert_uint_eq(size.bytes, 10);
}
END_TEST

Suite *store_public_suite(void)
{
    Suite *suite = suite_create("store_public");
    TCase *tests = tcase_create("store_public");
    tcase_add_checked_fixture(tests, scene_open, scene_close);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, users_can_open_only_the_copies);
    tcase_add_test(tests, the_record_shows_changes_that_are_not_yet_published);
    tcase_add_test(tests, a_missing_copy_of_the_journal_is_reported);
    tcase_add_test(tests, a_store_without_changes_publishes_nothing);
    tcase_add_test(tests, open_copies_neither_delay_nor_prevent_new_copies);
    tcase_add_test(tests, a_copy_whose_open_never_returns_delays_only_publish);
    tcase_add_test(tests, reading_a_copy_ends_if_its_open_never_returns);
    tcase_add_test(tests, the_fault_of_a_copy_in_use_names_the_original);
    tcase_add_test(tests, a_copy_that_users_can_write_is_not_read);
    tcase_add_test(tests, an_incomplete_copy_of_a_backup_is_written_again);
    tcase_add_loop_test(tests, an_open_folder_of_copies_delays_neither_change_nor_copy, 0,
                        sizeof held_folders / sizeof *held_folders);
    tcase_add_test(tests, a_folder_of_copies_in_deletion_prevents_no_change);
    tcase_add_test(tests, a_copy_in_use_does_not_prevent_other_copies);
    tcase_add_test(tests, a_hanging_deletion_of_a_copy_prevents_no_new_copy);
    tcase_add_test(tests, a_copy_from_before_store_remove_is_never_shown);
    tcase_add_test(tests, the_fault_of_a_locked_copy_names_the_original);
    tcase_add_test(tests, private_and_public_files_are_measured);
    suite_add_tcase(suite, tests);
    return suite;
}
