/* Tests of the files that the window writes. A failure states its own reason. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "../../suites.h"
#include "cli/run.h"
#include "gui/model/file_request.h"

static struct fake fake;

static void setup(void)
{
    fake_init(&fake);
}

static void teardown(void)
{
    fake_release(&fake);
}

static char *bytes(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    ck_assert_ptr_nonnull(copy);
    strcpy(copy, text);
    return copy;
}

static void expect_file(const char *name, const char *data, size_t length)
{
    const struct fake_file *file = fake_folder_find(&fake.files, name);

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(file->length, length);
    ck_assert_mem_eq(file->data, data, length);
}

START_TEST(bytes_replace_the_file)
{
    struct fault fault;
    struct file_request *request;

    fake_folder_put(&fake.files, "C:\\ports.csv", "before", 6);
    request = file_request_write(bytes("protocol,"), 9, "C:\\ports.csv", &fault);
    ck_assert_ptr_nonnull(request);
    ck_assert_msg(file_request_serve(request, &fake.machine, &fault), "%s", fault.text);
    expect_file("C:\\ports.csv", "protocol,", 9);
    file_request_release(request);
}
END_TEST

START_TEST(a_backup_is_copied_byte_for_byte)
{
    const struct fake_file *backup;
    struct fault fault;
    struct file_request *request;

    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    backup = fake_folder_find(&fake.store, "changes\\1.reg");
    ck_assert_ptr_nonnull(backup);
    request = file_request_copy("changes\\1.reg", "C:\\1.reg", &fault);
    ck_assert_ptr_nonnull(request);
    ck_assert_msg(file_request_serve(request, &fake.machine, &fault), "%s", fault.text);
    expect_file("C:\\1.reg", backup->data, backup->length);
    file_request_release(request);
}
END_TEST

START_TEST(a_long_path_is_not_blamed_on_memory)
{
    char path[STORE_PATH_SIZE + 1], backup[65];
    struct fault fault;

    memset(path, 'x', STORE_PATH_SIZE);
    path[STORE_PATH_SIZE] = '\0';
    ck_assert_ptr_null(file_request_write(bytes("x"), 1, path, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    expect_in(fault.text, "The path is longer than 1023 bytes. Nothing was written.");
    ck_assert_ptr_null(file_request_copy("changes\\1.reg", path, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    memset(backup, 'y', 64);
    backup[64] = '\0';
    ck_assert_ptr_null(file_request_copy(backup, "C:\\1.reg", &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    expect_in(fault.text, "The name of the backup \"yyyy");
    path[STORE_PATH_SIZE - 1] = '\0';
    file_request_release(file_request_write(bytes("x"), 1, path, &fault));
}
END_TEST

START_TEST(a_missing_backup_and_a_refused_write_keep_their_reasons)
{
    struct fault fault;
    struct file_request *request = file_request_copy("changes\\7.reg", "C:\\7.reg", &fault);

    ck_assert_ptr_nonnull(request);
    ck_assert(!file_request_serve(request, &fake.machine, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_ptr_null(fake_folder_find(&fake.files, "C:\\7.reg"));
    file_request_release(request);
    fake_upset(&fake, FAKE_CALL(CALL_FILES_WRITE), 1, FAIL_BEFORE);
    fake.failure_kind = FAULT_DENIED;
    request = file_request_write(bytes("x"), 1, "C:\\x.csv", &fault);
    ck_assert_ptr_nonnull(request);
    ck_assert(!file_request_serve(request, &fake.machine, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    file_request_release(request);
    file_request_release(NULL);
}
END_TEST

Suite *file_request_suite(void)
{
    Suite *suite = suite_create("file_request");
    TCase *tcase = tcase_create("file_request");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, bytes_replace_the_file);
    tcase_add_test(tcase, a_backup_is_copied_byte_for_byte);
    tcase_add_test(tcase, a_long_path_is_not_blamed_on_memory);
    tcase_add_test(tcase, a_missing_backup_and_a_refused_write_keep_their_reasons);
    suite_add_tcase(suite, tcase);
    return suite;
}
