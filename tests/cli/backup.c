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

/* Is this a file that says all that the registry holds? */
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

START_TEST(a_file_of_the_users_holds_the_whole_key)
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

START_TEST(a_file_needs_no_administrator)
{
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "backup before.reg"), 0);
    check_file(fake_folder_find(&fake.files, "before.reg"));
}
END_TEST

START_TEST(a_path_with_spaces_is_quoted_for_typing)
{
    ck_assert_int_eq(run_line(&fake, "backup C:\\my~files\\1.reg"), 0);
    expect_screen(&fake, "backup/a_path_with_spaces_is_quoted_for_typing");
}
END_TEST

START_TEST(an_existing_file_is_kept)
{
    fake_folder_put(&fake.files, "before.reg", "mine", 4);
    ck_assert_int_eq(run_line(&fake, "backup before.reg"), 2);
    expect_in(fake_error(&fake), "exists");
    expect_in(fake_error(&fake), "--overwrite");
    ck_assert_str_eq(fake_folder_find(&fake.files, "before.reg")->data, "mine");
}
END_TEST

START_TEST(an_existing_file_is_replaced_when_asked)
{
    fake_folder_put(&fake.files, "before.reg", "mine", 4);
    ck_assert_int_eq(run_line(&fake, "backup before.reg --overwrite"), 0);
    check_file(fake_folder_find(&fake.files, "before.reg"));
}
END_TEST

START_TEST(the_store_gets_an_entry_that_restore_takes)
{
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    expect_screen(&fake, "backup/the_store_gets_an_entry_that_restore_takes");
    check_file(fake_folder_find(&fake.store, "changes\\1.reg"));
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    expect_in(fake_out(&fake), "maxport restore 2\n");
    ck_assert_int_eq(run_line(&fake, "restore 2 --dry-run"), 0);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(the_store_needs_an_administrator)
{
    fake.identity.is_elevated = false;
    ck_assert_int_eq(run_line(&fake, "backup"), 3);
    expect_screen(&fake, "backup/the_store_needs_an_administrator");
    ck_assert_uint_eq(fake.store_writes, 0);
}
END_TEST

START_TEST(overwrite_makes_no_sense_in_the_store)
{
    ck_assert_int_eq(run_line(&fake, "backup --overwrite"), 2);
    ck_assert_uint_eq(fake.store_writes, 0);
}
END_TEST

START_TEST(what_a_reg_file_cannot_hold_is_told)
{
    const uint16_t name[] = {'a', '\n'};
    fake_put_utf16(&fake, TCPIP_PARAMETERS, name, 2, TYPE_BINARY, "x", 1);
    ck_assert_int_eq(run_line(&fake, "backup before.reg"), 0);
    expect_screen(&fake, "backup/what_a_reg_file_cannot_hold_is_told");
    check_file(fake_folder_find(&fake.files, "before.reg"));
}
END_TEST

START_TEST(json_says_the_same_of_a_file)
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

START_TEST(json_says_the_same_of_the_store)
{
    ck_assert_int_eq(run_line(&fake, "backup --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_int_eq(json_number_at(document, "id"), 1);
    ck_assert_str_eq(json_text_at(document, "restore_command"), "maxport restore 1");
    json_decref(document);
}
END_TEST

/* Whichever call fails: no success without a whole file, no harm to anything else. */
START_TEST(every_failing_call_is_reported)
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
    tcase_add_test(tests, a_file_of_the_users_holds_the_whole_key);
    tcase_add_test(tests, a_file_needs_no_administrator);
    tcase_add_test(tests, a_path_with_spaces_is_quoted_for_typing);
    tcase_add_test(tests, an_existing_file_is_kept);
    tcase_add_test(tests, an_existing_file_is_replaced_when_asked);
    tcase_add_test(tests, the_store_gets_an_entry_that_restore_takes);
    tcase_add_test(tests, the_store_needs_an_administrator);
    tcase_add_test(tests, overwrite_makes_no_sense_in_the_store);
    tcase_add_test(tests, what_a_reg_file_cannot_hold_is_told);
    tcase_add_test(tests, json_says_the_same_of_a_file);
    tcase_add_test(tests, json_says_the_same_of_the_store);
    tcase_add_loop_test(tests, every_failing_call_is_reported, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
