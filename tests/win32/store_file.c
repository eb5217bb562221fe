#include "store_scene.h"
#include "suites.h"
#include "win32/lib/file.h"

#include <stdlib.h>
#include <string.h>

START_TEST(names_stay_within_the_store)
{
    static const char *const names[] = {
        "",    ".",     "..",      "../x",         "a/../b",   "/x",       "\\x",
        "C:x", "C:\\x", "a//b",    "a/",           "x.",       "x ",       "a b",
        "a*",  "nul",   "con.txt", "changes/lpt1", "x:stream", "\xc3\xa4",
    };
    prepare();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *data;
        size_t length;
        ck_assert_msg(!store.create(&adapter, names[i], "x", 1, &fault), "%s", names[i]);
        ck_assert_msg(fault.kind == FAULT_STORE, "%s", names[i]);
        ck_assert_msg(!store.read(&adapter, STORE_PRIVATE, names[i], &data, &length, &fault), "%s",
                      names[i]);
        ck_assert_msg(!store.append(&adapter, names[i], "x", 1, &fault), "%s", names[i]);
        ck_assert_msg(!store.replace(&adapter, names[i], "x", 1, &fault), "%s", names[i]);
    }
}
END_TEST

START_TEST(create_never_replaces_a_file)
{
    prepare();
    ASSERT_WORKS(store.create(&adapter, "changes/12.reg", "one", 3, &fault));
    ck_assert(!store.create(&adapter, "changes\\12.reg", "two", 3, &fault));
    ck_assert_int_eq(fault.kind, FAULT_EXISTS);
    ck_assert_uint_eq(fault.code, ERROR_FILE_EXISTS);
    expect_read(STORE_PRIVATE, "changes\\12.reg", "one");
    ASSERT_WORKS(store.create(&adapter, "empty", "", 0, &fault));
    expect_read(STORE_PRIVATE, "empty", "");
}
END_TEST

START_TEST(replace_leaves_no_temporary_file)
{
    prepare();
    ASSERT_WORKS(store.replace(&adapter, "state.json", "one", 3, &fault));
    expect_read(STORE_PRIVATE, "state.json", "one");
    scratch_write(in_store(L"state.json.tmp"), "left behind by a kill");
    ASSERT_WORKS(store.replace(&adapter, "state.json", "two", 3, &fault));
    expect_read(STORE_PRIVATE, "state.json", "two");
    ck_assert(!scratch_exists(in_store(L"state.json.tmp")));
}
END_TEST

START_TEST(append_adds_to_the_end)
{
    prepare();
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "one\n", 4, &fault));
    ASSERT_WORKS(store.append(&adapter, "journal.jsonl", "two\n", 4, &fault));
    expect_read(STORE_PRIVATE, "journal.jsonl", "one\ntwo\n");
}
END_TEST

START_TEST(large_files_are_complete)
{
    enum { LENGTH = 5 * 1000 * 1000 };
    char *written = malloc(LENGTH), *data;
    size_t length;
    ck_assert_ptr_nonnull(written);
    for (size_t i = 0; i < LENGTH; i++)
        written[i] = (char)(i * 31 + i / 251);
    prepare();
    ASSERT_WORKS(store.create(&adapter, "large", written, LENGTH, &fault));
    ASSERT_WORKS(store.append(&adapter, "large", written, LENGTH, &fault));
    ASSERT_WORKS(store.read(&adapter, STORE_PRIVATE, "large", &data, &length, &fault));
    ck_assert_uint_eq(length, 2 * LENGTH);
    ck_assert_int_eq(memcmp(data, written, LENGTH), 0);
    ck_assert_int_eq(memcmp(data + LENGTH, written, LENGTH), 0);
    ck_assert_int_eq(data[length], '\0');
    free(data);
    free(written);
}
END_TEST

START_TEST(reading_and_writing_wait_for_a_file_in_use)
{
    struct {
        const char *name;
        bool (*work)(void *, const char *, const void *, size_t, struct fault *);
    } const works[] = {{"append", store.append}, {"replace", store.replace}};
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "one\n", 4, &fault));
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        HANDLE holder = scratch_hold(in_store(L"journal.jsonl"), 300);
        DWORD start = GetTickCount();
        bool is_done = works[i].work(&adapter, "journal.jsonl", "two\n", 4, &fault);
        DWORD waited = GetTickCount() - start;
        WaitForSingleObject(holder, INFINITE);
        CloseHandle(holder);
        ck_assert_msg(is_done, "%s: %s", works[i].name, fault.text);
        ck_assert_uint_ge(waited, 200);
    }
    HANDLE holder = scratch_hold(in_store(L"journal.jsonl"), 300);
    expect_read(STORE_PRIVATE, "journal.jsonl", "two\n");
    WaitForSingleObject(holder, INFINITE);
    CloseHandle(holder);
}
END_TEST

START_TEST(writing_fails_if_a_file_stays_in_use)
{
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "one\n", 4, &fault));
    HANDLE holder = scratch_hold(in_store(L"journal.jsonl"), 2 * FILE_PATIENCE_MS + 3000);
    bool is_appended = store.append(&adapter, "journal.jsonl", "x", 1, &fault);
    enum fault_kind kind = fault.kind;
    uint32_t code = fault.code;
    bool is_replaced = store.replace(&adapter, "journal.jsonl", "x", 1, &fault);
    WaitForSingleObject(holder, INFINITE);
    CloseHandle(holder);
    ck_assert(!is_appended);
    ck_assert_int_eq(kind, FAULT_STORE);
    ck_assert_uint_eq(code, ERROR_SHARING_VIOLATION);
    ck_assert(!is_replaced);
    ck_assert(!scratch_exists(in_store(L"journal.jsonl.tmp")));
    expect_read(STORE_PRIVATE, "journal.jsonl", "one\n");
}
END_TEST

START_TEST(a_reader_does_not_prevent_writing)
{
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "one\n", 4, &fault));
    HANDLE reader = CreateFileW(in_store(L"journal.jsonl"), GENERIC_READ,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, 0, NULL);
    ck_assert_ptr_ne(reader, INVALID_HANDLE_VALUE);
    bool is_appended = store.append(&adapter, "journal.jsonl", "two\n", 4, &fault);
    CloseHandle(reader);
    ck_assert(is_appended);
    expect_read(STORE_PRIVATE, "journal.jsonl", "one\ntwo\n");
}
END_TEST

START_TEST(an_untrusted_file_is_not_used)
{
    char *data;
    size_t length;
    prepare();
    ASSERT_WORKS(store.create(&adapter, "journal.jsonl", "one\n", 4, &fault));
    set_dacl(in_store(L"journal.jsonl"), L"D:P(A;;FA;;;WD)");
    ck_assert(!store.read(&adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(!store.append(&adapter, "journal.jsonl", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    scratch_expect(in_store(L"journal.jsonl"), "one\n");
}
END_TEST

START_TEST(a_read_only_machine_reads_no_private_file)
{
    struct store_adapter reader_adapter;
    struct store reader;
    char *data;
    size_t length;
    prepare();
    append_line("one\n");
    store_open_read_only(&reader_adapter, &reader);
    ck_assert(
        !reader.read(&reader_adapter, STORE_PRIVATE, "journal.jsonl", &data, &length, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_ptr_null(reader.prepare);
    ck_assert_ptr_null(reader.publish);
}
END_TEST

Suite *store_file_suite(void)
{
    Suite *suite = suite_create("store_file");
    TCase *tests = tcase_create("store_file");
    tcase_add_checked_fixture(tests, scene_open, scene_close);
    tcase_add_test(tests, names_stay_within_the_store);
    tcase_add_test(tests, create_never_replaces_a_file);
    tcase_add_test(tests, replace_leaves_no_temporary_file);
    tcase_add_test(tests, append_adds_to_the_end);
    tcase_add_test(tests, large_files_are_complete);
    tcase_add_test(tests, reading_and_writing_wait_for_a_file_in_use);
    tcase_add_test(tests, writing_fails_if_a_file_stays_in_use);
    tcase_add_test(tests, a_reader_does_not_prevent_writing);
    tcase_add_test(tests, an_untrusted_file_is_not_used);
    tcase_add_test(tests, a_read_only_machine_reads_no_private_file);
    suite_add_tcase(suite, tests);
    return suite;
}
