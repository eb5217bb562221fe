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
    /* Wine has everybody where Windows has the users, since a file mode knows no groups. */
    bool may_open = wcsstr(sddl, L";BU)") || wcsstr(sddl, L";WD)");
    LocalFree(sddl);
    free(descriptor);
    return may_open;
}

START_TEST(users_can_open_the_copies_alone)
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

START_TEST(nothing_is_copied_before_publish_and_the_record_shows_it)
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

START_TEST(a_copy_that_was_lost_is_not_a_machine_without_changes)
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

/* One who opens each copy as soon as it is there, and shares nothing. */
START_TEST(who_keeps_copies_open_neither_delays_nor_keeps_them_old)
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
    /* And nothing old stays behind. */
    ck_assert(!scratch_exists(in_store(L"public\\journal.3.jsonl")));
    ck_assert(!scratch_exists(in_store(L"public\\journal.5.jsonl")));
}
END_TEST

START_TEST(a_copy_whose_open_never_returns_delays_publish_alone)
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

START_TEST(reading_a_copy_whose_open_never_returns_ends)
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

START_TEST(a_copy_that_is_kept_open_is_not_read_and_the_fault_names_the_original)
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

START_TEST(a_copy_that_others_could_have_written_is_not_read)
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

START_TEST(half_a_copy_of_a_backup_is_made_again)
{
    prepare();
    publish();
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "backup", 6, &fault));
    scratch_write(in_store(L"public\\changes\\1.reg"), "bac");
    publish();
    expect_read(STORE_PUBLIC, "changes\\1.reg", "backup");
}
END_TEST

/* A user's handle for listing that shares nothing. */
static const wchar_t *const held_folders[] = {L"public", L"public\\changes"};

START_TEST(who_keeps_a_folder_of_copies_open_delays_neither_change_nor_copies)
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

/* What `store remove` leaves while a user has the folder open. */
START_TEST(a_folder_of_copies_that_is_being_deleted_stops_no_change)
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

/* Of the journal: the next number is taken at once. */
START_TEST(a_copy_in_a_users_hands_keeps_no_other_old)
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
    scene_hang_opens(L"1.reg", DELETE); /* the journal does not wait for a backup */
    ck_assert(!store.publish(&adapter, &fault));
    scene_return_opens();
    expect_read(STORE_PUBLIC, "journal.jsonl", "one\ntwo\nthree\n");
}
END_TEST

/* With an oplock, which delays the deletion of the copy before. */
START_TEST(an_old_copy_whose_deletion_never_returns_keeps_nothing_old)
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

/* A user who kept a copy through `store remove` has no old backup shown as one of the new store. */
START_TEST(a_copy_from_before_remove_is_not_taken_for_a_new_one)
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
    ck_assert(!scratch_exists(in_store(L"public\\changes\\2.reg"))); /* one stops no other */
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

START_TEST(a_copy_whose_bytes_are_locked_is_not_read_and_the_fault_names_the_original)
{
    char *data;
    size_t length;
    if (is_wine()) /* which reads what is locked */
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

START_TEST(both_views_are_measured)
{
    struct store_size size;
    prepare();
    ASSERT_WORKS(store.measure(&adapter, STORE_PUBLIC, &size, &fault));
    ck_assert_uint_eq(size.files, 0);
    append_line("12345");
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "123", 3, &fault));
    publish();
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
    ASSERT_WORKS(store.measure(&adapter, STORE_PUBLIC, &size, &fault));
    ck_assert_uint_eq(size.files, 2);
    ck_assert_uint_eq(size.bytes, 8);
    ASSERT_WORKS(store.measure(&adapter, STORE_PRIVATE, &size, &fault));
    ck_assert_uint_eq(size.files, 3); /* the lock, too */
    ck_assert_uint_eq(size.bytes, 8);
}
END_TEST

Suite *store_public_suite(void)
{
    Suite *suite = suite_create("store_public");
    TCase *tests = tcase_create("store_public");
    tcase_add_checked_fixture(tests, scene_open, scene_close);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, users_can_open_the_copies_alone);
    tcase_add_test(tests, nothing_is_copied_before_publish_and_the_record_shows_it);
    tcase_add_test(tests, a_copy_that_was_lost_is_not_a_machine_without_changes);
    tcase_add_test(tests, a_store_without_changes_publishes_nothing);
    tcase_add_test(tests, who_keeps_copies_open_neither_delays_nor_keeps_them_old);
    tcase_add_test(tests, a_copy_whose_open_never_returns_delays_publish_alone);
    tcase_add_test(tests, reading_a_copy_whose_open_never_returns_ends);
    tcase_add_test(tests, a_copy_that_is_kept_open_is_not_read_and_the_fault_names_the_original);
    tcase_add_test(tests, a_copy_that_others_could_have_written_is_not_read);
    tcase_add_test(tests, half_a_copy_of_a_backup_is_made_again);
    tcase_add_loop_test(tests, who_keeps_a_folder_of_copies_open_delays_neither_change_nor_copies,
                        0, sizeof held_folders / sizeof *held_folders);
    tcase_add_test(tests, a_folder_of_copies_that_is_being_deleted_stops_no_change);
    tcase_add_test(tests, a_copy_in_a_users_hands_keeps_no_other_old);
    tcase_add_test(tests, an_old_copy_whose_deletion_never_returns_keeps_nothing_old);
    tcase_add_test(tests, a_copy_from_before_remove_is_not_taken_for_a_new_one);
    tcase_add_test(tests,
                   a_copy_whose_bytes_are_locked_is_not_read_and_the_fault_names_the_original);
    tcase_add_test(tests, both_views_are_measured);
    suite_add_tcase(suite, tests);
    return suite;
}
