#include "store_scene.h"
#include "suites.h"
#include "win32/lib/file.h"

#include <string.h>

static bool has_record(void)
{
    HKEY key;
    LSTATUS status = RegOpenKeyExW(scratch.key, L"SOFTWARE\\maxport", 0,
                                   KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    if (status == ERROR_SUCCESS)
        RegCloseKey(key);
    return status == ERROR_SUCCESS;
}

static void fill(void)
{
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "12345", 5, &fault));
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "123", 3, &fault));
    ASSERT_WORKS(store.create(&adapter, "changes\\1-undo.reg", "12", 2, &fault));
}

START_TEST(remove_deletes_all_files_and_the_record)
{
    struct store_size size, removed;
    fill();
    ASSERT_WORKS(store.measure(&adapter, STORE_PRIVATE, &size, &fault));
    ck_assert_uint_eq(size.files, 3);
    ck_assert_uint_eq(size.bytes, 10);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    ck_assert_uint_eq(removed.files, 4); /* three files and the lock */
    ck_assert_uint_eq(GetFileAttributesW(folder), INVALID_FILE_ATTRIBUTES);
    ck_assert(!has_record());
    /* After the removal, maxport can create a new store. */
    prepare();
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
}
END_TEST

START_TEST(remove_keeps_foreign_folders_and_reports_them)
{
    struct store_size removed;
    fill();
    ck_assert(CreateDirectoryW(in_store(L"changes\\mine"), NULL));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ck_assert(!store.remove(&adapter, &removed, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(strstr(fault.text, "changes\\mine is not a file of maxport and was left unchanged"));
    /* maxport deletes the backups before the journal, so the journal still exists. */
    expect_read(STORE_PRIVATE, "journal.jsonl", "12345");
    ck_assert(GetFileAttributesW(in_store(L"changes\\mine")) != INVALID_FILE_ATTRIBUTES);
    /* The failed removal must have released the lock. */
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
}
END_TEST

START_TEST(remove_names_a_file_in_use)
{
    struct store_size removed;
    fill();
    HANDLE holder = CreateFileW(in_store(L"changes\\1.reg"), GENERIC_READ, FILE_SHARE_READ, NULL,
                                OPEN_EXISTING, 0, NULL);
    ck_assert(holder != INVALID_HANDLE_VALUE);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ck_assert(!store.remove(&adapter, &removed, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(strstr(fault.text, "1.reg could not be removed"));
    expect_read(STORE_PRIVATE, "journal.jsonl", "12345");
    CloseHandle(holder);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    ck_assert_uint_eq(GetFileAttributesW(folder), INVALID_FILE_ATTRIBUTES);
}
END_TEST

START_TEST(remove_deletes_the_public_copies)
{
    struct store_size removed;
    fill();
    ASSERT_WORKS(store.publish(&adapter, &fault));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    ck_assert_uint_eq(removed.files, 4);
    ck_assert(!scratch_exists(folder));
}
END_TEST

START_TEST(an_open_copy_does_not_keep_the_private_files)
{
    struct store_size removed;
    fill();
    ASSERT_WORKS(store.publish(&adapter, &fault));
    HANDLE held = CreateFileW(in_store(L"public\\journal.jsonl"), GENERIC_READ, 0, NULL,
                              OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    DWORD start = GetTickCount();
    ck_assert(!store.remove(&adapter, &removed, &fault));
    ck_assert_uint_lt(GetTickCount() - start, FILE_PATIENCE_MS + 1000);
    ck_assert_msg(strstr(fault.text, "public\\journal.jsonl could not be removed") != NULL, "%s",
                  fault.text);
    CloseHandle(held);
    ck_assert(!scratch_exists(in_store(L"journal.jsonl")));
    ck_assert(has_record()); /* the folder of the store still exists */
    char *data;
    size_t length;
    ck_assert(!store.read(&adapter, STORE_PUBLIC, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING); /* maxport must not read the copy instead */
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    ck_assert(!scratch_exists(folder));
    ck_assert(!has_record());
}
END_TEST

/* An oplock can delay seven deletions. Four of them concern folders: the folder of the backups, the
 * folder of their copies, the folder of all copies, and the folder of the store. Three concern
 * files: the copies of the backup, of the undo file and of the journal. */
enum { DELETIONS = 7 };

START_TEST(a_deletion_that_never_returns_delays_remove_briefly)
{
    struct store_size removed;
    fill();
    ASSERT_WORKS(store.publish(&adapter, &fault));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    scene_hang_delete((unsigned)_i + 1);
    DWORD start = GetTickCount();
    ck_assert(!store.remove(&adapter, &removed, &fault));
    ck_assert_uint_lt(GetTickCount() - start, 3 * FILE_PATIENCE_MS);
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    /* Before the last of these deletions, maxport has already deleted the record. */
    ck_assert(has_record() == (_i + 1 < DELETIONS));
    scene_return_opens();
    prepare();
    expect_state(STORE_TRUSTED);
}
END_TEST

START_TEST(remove_deletes_the_record_of_a_missing_folder)
{
    struct store_size removed;
    fill();
    ck_assert(MoveFileW(folder, beside(L"elsewhere")));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    ck_assert_uint_eq(removed.files, 0);
    ck_assert(!has_record());
}
END_TEST

START_TEST(remove_keeps_foreign_values_in_the_key_of_the_record)
{
    struct store_size removed;
    fill();
    HKEY key = record_key(KEY_SET_VALUE);
    RegSetValueExW(key, L"Other", 0, REG_SZ, (const BYTE *)L"", 2);
    RegCloseKey(key);
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    key = record_key(KEY_QUERY_VALUE);
    ck_assert_int_eq(RegQueryValueExW(key, L"Other", NULL, NULL, NULL, NULL), ERROR_SUCCESS);
    ck_assert_int_ne(RegQueryValueExW(key, L"StorePath", NULL, NULL, NULL, NULL), ERROR_SUCCESS);
    RegCloseKey(key);
}
END_TEST

/* Checks after a failure that no record exists without a trusted folder, and that the store can be
 * used again. `n` is the number of the failed call. If `is_last`, all later calls failed, too. If
 * only one call failed, no folder may exist without a record either. */
static void expect_usable(unsigned n, bool is_last)
{
    char why[STORE_PATH_SIZE];
    struct store_size removed;
    enum store_state state = state_now(why);
    bool is_there = scratch_exists(folder);
    ck_assert_msg(!has_record() || state == STORE_TRUSTED, "call %u: a record of %s", n,
                  is_there ? why : "no folder");
    if (!is_last) {
        ck_assert_msg(!is_there || has_record(), "call %u: a folder without a record", n);
        ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
        ck_assert(!scratch_exists(folder) && !has_record());
    }
    prepare();
    expect_state(STORE_TRUSTED);
    ck_assert_int_eq(preparation.moved_to[0] != '\0',
                     is_last && is_there && state != STORE_TRUSTED);
}

/* Lets each call of the removal fail in turn. If `is_last`, all later calls fail, too, as if the
 * process had ended. Returns the number of calls. */
static unsigned fail_each_call(bool is_last)
{
    for (unsigned n = 1;; n++) {
        struct store_size removed;
        fill();
        ASSERT_WORKS(store.publish(&adapter, &fault));
        ASSERT_WORKS(store.lock(&adapter, 0, &fault));
        scene_fail_removal(n, is_last);
        bool is_removed = store.remove(&adapter, &removed, &fault);
        bool has_failed = scene_end_failures();
        ck_assert(is_removed == !has_failed);
        if (!has_failed)
            return n - 1;
        ck_assert(adapter.lock == INVALID_HANDLE_VALUE);
        expect_usable(n, is_last);
        ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
    }
}

/* At least 11 deletions can fail: six files, four folders and the record. */
START_TEST(a_removal_that_failed_at_any_call_can_be_repeated)
{
    ck_assert_uint_ge(fail_each_call(false), 11);
}
END_TEST

START_TEST(an_aborted_removal_leaves_no_record_without_a_folder)
{
    ck_assert_uint_ge(fail_each_call(true), 11);
}
END_TEST

/* An administrator has let users write to the folder of the copies. A user could then replace a
 * folder in that folder by a link, so maxport must not delete anything there. */
START_TEST(nothing_is_removed_if_users_can_write_to_the_copies)
{
    static const wchar_t *const writable[] = {L"public", L"public\\changes"};
    struct store_size removed;
    fill();
    ASSERT_WORKS(store.publish(&adapter, &fault));
    for (size_t i = 0; i < sizeof writable / sizeof *writable; i++) {
        set_dacl(in_store(writable[i]), L"D:P(A;OICI;FA;;;WD)");
        ASSERT_WORKS(store.lock(&adapter, 0, &fault));
        ck_assert(!store.remove(&adapter, &removed, &fault));
        ck_assert_int_eq(fault.kind, FAULT_STORE);
        ck_assert_ptr_nonnull(strstr(fault.text, "S-1-1-0"));
        ck_assert_ptr_nonnull(strstr(fault.text, "Nothing was removed."));
        ck_assert(scratch_exists(in_store(L"journal.jsonl")));
        ck_assert(has_record());
        set_dacl(in_store(writable[i]), L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FR;;;BU)");
    }
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    ASSERT_WORKS(store.remove(&adapter, &removed, &fault));
}
END_TEST

START_TEST(remove_does_not_follow_a_link_among_the_copies)
{
    wchar_t target[MAX_PATH], link[MAX_PATH], file[MAX_PATH];
    struct store_size removed;
    fill();
    ASSERT_WORKS(store.publish(&adapter, &fault));
    ck_assert(CreateDirectoryW(scratch_path(&scratch, L"target", target), NULL));
    scratch_write(scratch_path(&scratch, L"target\\hosts", file), "x");
    wcscpy(link, in_store(L"public\\changes"));
    ck_assert(MoveFileW(link, beside(L"changes")));
    if (!make_link(link, target, true))
        return;
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    bool is_removed = store.remove(&adapter, &removed, &fault);
    remove_link(link);
    ck_assert(!is_removed);
    ck_assert_ptr_nonnull(strstr(fault.text, "link"));
    scratch_expect(file, "x");
}
END_TEST

Suite *store_remove_suite(void)
{
    Suite *suite = suite_create("store_remove");
    TCase *tests = tcase_create("store_remove");
    tcase_add_checked_fixture(tests, scene_open, scene_close);
    tcase_add_test(tests, remove_deletes_all_files_and_the_record);
    tcase_add_test(tests, remove_keeps_foreign_folders_and_reports_them);
    tcase_add_test(tests, remove_names_a_file_in_use);
    tcase_add_test(tests, remove_deletes_the_public_copies);
    tcase_add_test(tests, an_open_copy_does_not_keep_the_private_files);
    tcase_add_test(tests, nothing_is_removed_if_users_can_write_to_the_copies);
    tcase_add_test(tests, remove_does_not_follow_a_link_among_the_copies);
    tcase_add_test(tests, remove_deletes_the_record_of_a_missing_folder);
    tcase_add_test(tests, remove_keeps_foreign_values_in_the_key_of_the_record);
    tcase_add_loop_test(tests, a_deletion_that_never_returns_delays_remove_briefly, 0, DELETIONS);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_removal_that_failed_at_any_call_can_be_repeated);
    tcase_add_test(tests, an_aborted_removal_leaves_no_record_without_a_folder);
    suite_add_tcase(suite, tests);
    return suite;
}
