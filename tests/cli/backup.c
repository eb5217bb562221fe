#include "cli/run.h"
#include "core/journal/journal.h"
#include "core/journal/regfile.h"
#include "suites.h"

#include <string.h>

static struct fake fake;

static void setup(void)
{
    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 5000);
    fake_put(&fake, TCPIP_PARAMETERS, "odd", TYPE_SZ, "a", 1);
    fake_put(&fake, TCPIP_PARAMETERS "\\Interfaces\\{1}", "Lease", TYPE_DWORD, "\1\0\0\0", 4);
}

static void teardown(void)
{
    fake_release(&fake);
}

/* Checks that the file contains every key and value of Tcpip\Parameters and its subkeys. */
static void check_file(const struct fake_file *written)
{
    struct regfile file;
    struct fault fault;
    ck_assert_ptr_nonnull(written);
    ck_assert_msg(regfile_parse("a.reg", written->data, written->length, &file, &fault), "%s",
                  fault.text);
    ck_assert_uint_eq(file.key_count, 3);
    ck_assert_uint_eq(file.count, 3);
    ck_assert_uint_eq(regfile_find(&file, TCPIP_PARAMETERS, "MaxUserPort")->value.number, 5000);
    ck_assert_uint_eq(regfile_find(&file, TCPIP_PARAMETERS, "odd")->value.length, 1);
    ck_assert_uint_eq(
        regfile_find(&file, TCPIP_PARAMETERS "\\Interfaces\\{1}", "Lease")->value.number, 1);
    regfile_release(&file);
}

START_TEST(a_backup_file_contains_the_whole_key)
{
    ck_assert_int_eq(run_line(&fake, "backup before.reg"), 0);
    expect_out(&fake, "Backup of HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "\n"
                      "  File          C:\\work\\before.reg\n"
                      "  Contains      3 keys, 3 values\n"
                      "  To restore    maxport restore C:\\work\\before.reg\n");
    ck_assert_str_eq(fake_error(&fake), "");
    check_file(fake_folder_find(&fake.files, "before.reg"));
    ck_assert_uint_eq(fake.store_writes, 0);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(a_backup_file_needs_no_administrator)
{
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "backup before.reg"), 0);
    check_file(fake_folder_find(&fake.files, "before.reg"));
}
END_TEST

START_TEST(the_restore_command_quotes_a_path_with_spaces)
{
    ck_assert_int_eq(run_line(&fake, "backup C:\\my~files\\1.reg"), 0);
    expect_screen(&fake, "backup/the_restore_command_quotes_a_path_with_spaces");
}
END_TEST

START_TEST(an_existing_file_is_not_overwritten)
{
    fake_folder_put(&fake.files, "before.reg", "mine", 4);
    ck_assert_int_eq(run_line(&fake, "backup before.reg"), 2);
    expect_in(fake_error(&fake), "exists");
    expect_in(fake_error(&fake), "--overwrite");
    ck_assert_str_eq(fake_folder_find(&fake.files, "before.reg")->data, "mine");
}
END_TEST

START_TEST(overwrite_replaces_an_existing_file)
{
    fake_folder_put(&fake.files, "before.reg", "mine", 4);
    ck_assert_int_eq(run_line(&fake, "backup before.reg --overwrite"), 0);
    check_file(fake_folder_find(&fake.files, "before.reg"));
}
END_TEST

START_TEST(restore_accepts_a_backup_in_the_store)
{
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    expect_screen(&fake, "backup/restore_accepts_a_backup_in_the_store");
    check_file(fake_folder_find(&fake.store, "changes\\1.reg"));
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    expect_in(fake_out(&fake), "maxport restore 2\n");
    ck_assert_int_eq(run_line(&fake, "restore 2 --dry-run"), 0);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(a_backup_in_the_store_needs_an_administrator)
{
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "backup"), 3);
    expect_screen(&fake, "backup/a_backup_in_the_store_needs_an_administrator");
    ck_assert_uint_eq(fake.store_writes, 0);
}
END_TEST

START_TEST(overwrite_without_a_file_is_refused)
{
    ck_assert_int_eq(run_line(&fake, "backup --overwrite"), 2);
    ck_assert_uint_eq(fake.store_writes, 0);
}
END_TEST

START_TEST(values_unfit_for_a_reg_file_are_reported)
{
    const uint16_t name[] = {'a', '\n'};
    fake_put_utf16(&fake, TCPIP_PARAMETERS, name, 2, TYPE_BINARY, "x", 1);
    ck_assert_int_eq(run_line(&fake, "backup before.reg"), 0);
    expect_screen(&fake, "backup/values_unfit_for_a_reg_file_are_reported");
    check_file(fake_folder_find(&fake.files, "before.reg"));
}
END_TEST

START_TEST(json_describes_a_backup_file)
{
    ck_assert_int_eq(run_line(&fake, "backup before.reg --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.backup/1");
    ck_assert(json_is_null(json_at(document, "id")));
    ck_assert_str_eq(json_text_at(document, "path"), "C:\\work\\before.reg");
    ck_assert_str_eq(json_text_at(document, "key"), TCPIP_PARAMETERS);
    ck_assert_int_eq(json_number_at(document, "key_count"), 3);
    ck_assert_int_eq(json_number_at(document, "value_count"), 3);
    ck_assert_int_eq(json_number_at(document, "left_out_count"), 0);
    ck_assert_str_eq(json_text_at(document, "restore_command"),
                     "maxport restore C:\\work\\before.reg");
    json_decref(document);
}
END_TEST

START_TEST(json_describes_a_backup_in_the_store)
{
    ck_assert_int_eq(run_line(&fake, "backup --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "id"), 1);
    ck_assert_str_eq(json_text_at(document, "restore_command"), "maxport restore 1");
    json_decref(document);
}
END_TEST

/* In each run, a different call to the machine fails. If the exit code is 0, the file must be
 * complete. The registry is never written. */
START_TEST(success_always_means_a_complete_backup)
{
    static const char *const lines[] = {"backup before.reg", "backup"};
    for (unsigned nth = 1;; nth++) {
        teardown();
        setup();
        fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_BEFORE);
        int code = run_line(&fake, lines[_i]);
        bool has_struck = fake.has_struck;
        const struct fake_file *written = _i == 0 ? fake_folder_find(&fake.files, "before.reg")
                                                  : fake_folder_find(&fake.store, "changes\\1.reg");
        if (code == 0)
            check_file(written);
        ck_assert_uint_eq(fake.registry_writes, 0);
        ck_assert(!fake.is_locked);
        if (!has_struck) {
            ck_assert_int_eq(code, 0);
            break;
        }
    }
}
END_TEST

Suite *backup_suite(void)
{
    Suite *suite = suite_create("backup");
    TCase *tests = tcase_create("backup");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_backup_file_contains_the_whole_key);
    tcase_add_test(tests, a_backup_file_needs_no_administrator);
    tcase_add_test(tests, the_restore_command_quotes_a_path_with_spaces);
    tcase_add_test(tests, an_existing_file_is_not_overwritten);
    tcase_add_test(tests, overwrite_replaces_an_existing_file);
    tcase_add_test(tests, restore_accepts_a_backup_in_the_store);
    tcase_add_test(tests, a_backup_in_the_store_needs_an_administrator);
    tcase_add_test(tests, overwrite_without_a_file_is_refused);
    tcase_add_test(tests, values_unfit_for_a_reg_file_are_reported);
    tcase_add_test(tests, json_describes_a_backup_file);
    tcase_add_test(tests, json_describes_a_backup_in_the_store);
    tcase_add_loop_test(tests, success_always_means_a_complete_backup, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
