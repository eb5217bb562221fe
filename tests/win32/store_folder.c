#include "store_scene.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

START_TEST(reading_never_creates_the_store)
{
    char why[STORE_PATH_SIZE] = "untouched", *data = NULL, path[STORE_PATH_SIZE];
    size_t length;
    ck_assert_int_eq(state_now(why), STORE_ABSENT);
    ck_assert_str_eq(why, "");
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_ptr_null(data);
    store.path(&adapter, STORE_PRIVATE, "changes/1.reg", path);
    ck_assert_ptr_nonnull(strstr(path, "\\maxport\\changes\\1.reg"));
    ck_assert(!scratch_exists(folder));
}
END_TEST

START_TEST(writing_does_not_create_the_folder)
{
    ck_assert(!store.append(&adapter, "journal.jsonl", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.create(&adapter, "a", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.replace(&adapter, "a", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.lock(&adapter, 0, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!scratch_exists(folder));
}
END_TEST

START_TEST(prepare_creates_a_trusted_folder)
{
    char why[STORE_PATH_SIZE];
    prepare();
    ck_assert_str_eq(preparation.why, "");
    ck_assert_str_eq(preparation.moved_to, "");
    ck_assert_str_eq(preparation.given_up, "");
    ck_assert_int_eq(state_now(why), STORE_TRUSTED);
    ck_assert_str_eq(why, "");
    ck_assert(scratch_exists(in_store(L"changes")));
}
END_TEST

START_TEST(prepare_keeps_the_files_of_the_store)
{
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    prepare();
    ck_assert_str_eq(preparation.moved_to, "");
    ck_assert_str_eq(preparation.given_up, "");
    expect_read(STORE_PRIVATE, "journal.jsonl", "one\n");
}
END_TEST

/* A user can make Windows encrypt the files and folders that other accounts create in ProgramData.
 * Windows does not encrypt files and folders with the attribute "system". */
START_TEST(the_folder_of_the_store_is_a_system_folder)
{
    prepare();
    ck_assert_uint_eq(scene_root_attributes(), FILE_ATTRIBUTE_SYSTEM);
}
END_TEST

START_TEST(an_encrypted_folder_is_not_used)
{
    scene_mark(FILE_ATTRIBUTE_ENCRYPTED, 0);
    ck_assert(!store.prepare(&adapter, &preparation, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert_ptr_nonnull(strstr(fault.text, "cipher /d"));
    ck_assert(!scratch_exists(folder));
    scene_mark(0, 0);
    expect_state(STORE_ABSENT);
    prepare();
}
END_TEST

START_TEST(prepare_creates_a_missing_folder_of_backups)
{
    prepare();
    ck_assert(RemoveDirectoryW(in_store(L"changes")));
    prepare();
    ck_assert(scratch_exists(in_store(L"changes")));
}
END_TEST

START_TEST(an_untrusted_folder_is_renamed_without_being_read)
{
    char why[STORE_PATH_SIZE], *data;
    size_t length;
    make_open_folder(folder);
    scratch_write(in_store(L"journal.jsonl"), "planted\n");
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    ck_assert_ptr_nonnull(strstr(why, "No record"));
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.append(&adapter, "journal.jsonl", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.lock(&adapter, 0, &fault));

    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "maxport-untrusted-1"));
    ck_assert_int_eq(state_now(why), STORE_TRUSTED);
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    wchar_t path[MAX_PATH];
    scratch_expect(scratch_path(&scratch, L"maxport-untrusted-1\\journal.jsonl", path),
                   "planted\n");
}
END_TEST

START_TEST(a_second_untrusted_folder_gets_the_next_number)
{
    wchar_t path[MAX_PATH];
    make_open_folder(scratch_path(&scratch, L"maxport-untrusted-1", path));
    make_open_folder(folder);
    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "maxport-untrusted-2"));
}
END_TEST

START_TEST(a_file_at_the_path_of_the_store_is_renamed)
{
    char why[STORE_PATH_SIZE];
    wchar_t path[MAX_PATH];
    scratch_write(folder, "I am a file");
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    prepare();
    ck_assert_str_ne(why, "");
    ck_assert_str_eq(preparation.why, why);
    scratch_expect(scratch_path(&scratch, L"maxport-untrusted-1", path), "I am a file");
    ck_assert_int_eq(state_now(why), STORE_TRUSTED);
}
END_TEST

START_TEST(a_link_at_the_path_of_the_store_is_never_followed)
{
    char why[STORE_PATH_SIZE], *data;
    size_t length;
    wchar_t target[MAX_PATH], path[MAX_PATH];
    /* The link points to a valid store, but maxport must not follow it. */
    scratch_path(&scratch, L"target", target);
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    ck_assert(MoveFileW(folder, target));
    if (!make_link(folder, target, true))
        return;
    ck_assert_int_eq(state_now(why), STORE_UNTRUSTED);
    ck_assert_ptr_nonnull(strstr(why, "link"));
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.append(&adapter, "journal.jsonl", "two\n", 4, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.lock(&adapter, 0, &fault));
    if (is_wine()) { /* in Wine, renaming follows a link */
        remove_link(folder);
    } else {
        prepare();
        ck_assert_int_eq(state_now(why), STORE_TRUSTED);
        ck_assert(GetFileAttributesW(scratch_path(&scratch, L"maxport-untrusted-1", path)) &
                  FILE_ATTRIBUTE_REPARSE_POINT);
        ck_assert(!(GetFileAttributesW(folder) & FILE_ATTRIBUTE_REPARSE_POINT));
    }
    scratch_expect(wcscat(target, L"\\journal.jsonl"), "one\n");
}
END_TEST

static const struct {
    const wchar_t *name; /* the file or folder that a link replaces */
    const char *file;    /* file to read and write; NULL: none */
    bool is_folder;
} linked[] = {
    {L"changes", "changes\\1.reg", true},       {L"public", NULL, true},
    {L"public\\changes", NULL, true},           {L"changes\\1.reg", "changes\\1.reg", false},
    {L"journal.jsonl", "journal.jsonl", false}, {L"lock", NULL, false},
};

/* maxport must refuse a link anywhere in the path of a file, even if the target is valid. In Wine,
 * a symbolic link to a file looks like the file itself, so the rows of files are skipped. */
START_TEST(a_link_in_the_store_is_never_followed)
{
    wchar_t target[MAX_PATH], link[MAX_PATH];
    char *data;
    size_t length;
    bool is_linked, is_done;
    if (is_wine() && !linked[_i].is_folder)
        return;
    prepare();
    ASSERT_WORKS(store.create(&adapter, "changes\\1.reg", "one", 3, &fault));
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    ASSERT_WORKS(store.lock(&adapter, 0, &fault));
    store.unlock(&adapter);
    ASSERT_WORKS(store.publish(&adapter, &fault));
    scratch_path(&scratch, L"target", target);
    wcscpy(link, in_store(linked[_i].name));
    ck_assert(MoveFileW(link, target));
    is_linked = make_link(link, target, linked[_i].is_folder);
    if (linked[_i].file) {
        is_done = is_linked &&
                  store.read(&adapter, STORE_PRIVATE, linked[_i].file, &data, &length, &fault);
        ck_assert(!is_done);
        ck_assert(!is_linked || fault.kind == FAULT_STORE);
        is_done = is_linked && store.append(&adapter, linked[_i].file, "two\n", 4, &fault);
    } else if (linked[_i].is_folder) {
        is_done = is_linked && store.publish(&adapter, &fault);
    } else {
        is_done = is_linked && store.lock(&adapter, 0, &fault);
    }
    ck_assert(!is_done);
    ck_assert_msg(!is_linked || strstr(fault.text, "link"), "%s", fault.text);
    if (is_linked && is_wine()) /* the clean-up would follow the link */
        remove_link(link);
}
END_TEST

START_TEST(an_untrusted_subfolder_is_not_used)
{
    char *data;
    size_t length;
    prepare();
    ck_assert(RemoveDirectoryW(in_store(L"changes")));
    make_open_folder(in_store(L"changes"));
    scratch_write(in_store(L"changes\\1.reg"), "planted");
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "changes\\1.reg", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.create(&adapter, "changes\\2.reg", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    prepare();
    ck_assert_ptr_nonnull(strstr(preparation.moved_to, "changes-untrusted-1"));
    ASSERT_WORKS(store.create(&adapter, "changes\\2.reg", "x", 1, &fault));
}
END_TEST

Suite *store_folder_suite(void)
{
    Suite *suite = suite_create("store_folder");
    TCase *tests = tcase_create("store_folder");
    tcase_add_checked_fixture(tests, scene_open, scene_close);
    tcase_add_test(tests, reading_never_creates_the_store);
    tcase_add_test(tests, writing_does_not_create_the_folder);
    tcase_add_test(tests, prepare_creates_a_trusted_folder);
    tcase_add_test(tests, prepare_keeps_the_files_of_the_store);
    tcase_add_test(tests, the_folder_of_the_store_is_a_system_folder);
    tcase_add_test(tests, an_encrypted_folder_is_not_used);
    tcase_add_test(tests, prepare_creates_a_missing_folder_of_backups);
    tcase_add_test(tests, an_untrusted_folder_is_renamed_without_being_read);
    tcase_add_test(tests, a_second_untrusted_folder_gets_the_next_number);
    tcase_add_test(tests, a_file_at_the_path_of_the_store_is_renamed);
    tcase_add_test(tests, a_link_at_the_path_of_the_store_is_never_followed);
    tcase_add_loop_test(tests, a_link_in_the_store_is_never_followed, 0,
                        sizeof linked / sizeof *linked);
    tcase_add_test(tests, an_untrusted_subfolder_is_not_used);
    suite_add_tcase(suite, tests);
    return suite;
}
