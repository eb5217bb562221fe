#include "cli/run.h"
#include "core/journal/regfile.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

#define INTERFACE TCPIP_PARAMETERS "\\Interfaces\\{1}"

static struct fake fake;

static void put_number(const char *key, const char *name, uint32_t number)
{
    uint8_t bytes[4];
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
    fake_put(&fake, key, name, TYPE_DWORD, bytes, sizeof bytes);
}

/* The user's file before.reg, from ASCII. */
static void put_file(const char *name, const char *text)
{
    size_t length = strlen(text);
    char *bytes = calloc(length + 1, 2);
    bytes[0] = '\xff';
    bytes[1] = '\xfe';
    for (size_t i = 0; i < length; i++)
        bytes[2 * i + 2] = text[i];
    fake_folder_put(&fake.files, name, bytes, 2 * length + 2);
    free(bytes);
}

#define HEADER "Windows Registry Editor Version 5.00\r\n\r\n"
#define KEY "[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "]\r\n"

/* A backup of a machine with MaxUserPort 5000, Hostname A, KeepAliveTime 7 and a
 * lease; since then all of these have changed. */
static void setup(void)
{
    fake_init(&fake);
    put_number(TCPIP_PARAMETERS, "MaxUserPort", 5000);
    put_number(TCPIP_PARAMETERS, "KeepAliveTime", 7);
    fake_put(&fake, TCPIP_PARAMETERS, "Hostname", TYPE_SZ, "A\0\0\0", 4);
    put_number(TCPIP_PARAMETERS, "DhcpThing", 1);
    put_number(INTERFACE, "Lease", 1);
    ck_assert_int_eq(run_line(&fake, "backup"), 0);
    ck_assert_int_eq(run_line(&fake, "backup before.reg"), 0);
    put_number(TCPIP_PARAMETERS, "MaxUserPort", 60000);
    put_number(TCPIP_PARAMETERS, "KeepAliveTime", 8);
    fake_put(&fake, TCPIP_PARAMETERS, "Hostname", TYPE_SZ, "B\0\0\0", 4);
    fake_remove(&fake, TCPIP_PARAMETERS, "DhcpThing");
    put_number(INTERFACE, "Lease", 2);
    put_number(TCPIP_PARAMETERS, "TcpTimedWaitDelay", 60);
    fake.registry_writes = 0;
}

static void teardown(void)
{
    fake_release(&fake);
}

static const char differences[] =
    "Differences between C:\\work\\before.reg and\n"
    "HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "\n"
    "\n"
    "  differs               MaxUserPort - to be restored\n"
    "                          file      5000 (0x1388)\n"
    "                          registry  60000 (0xea60)\n"
    "  differs               KeepAliveTime\n"
    "                          file      7 (0x7)\n"
    "                          registry  8 (0x8)\n"
    "  differs               Hostname\n"
    "                          file      REG_SZ, 4 bytes: 41 00 00 00\n"
    "                          registry  REG_SZ, 4 bytes: 42 00 00 00\n"
    "  only in the file      DhcpThing: 1 (0x1)\n"
    "  differs               Interfaces\\{1}\\Lease\n"
    "                          file      1 (0x1)\n"
    "                          registry  2 (0x2)\n"
    "  only in the registry  TcpTimedWaitDelay: 60 (0x3c)\n"
    "\n"
    "6 differences, 1 to be restored. The rest is left unchanged.\n"
    "\n";

START_TEST(every_difference_is_shown_row_by_row)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --dry-run"), 0);
    ck_assert_msg(strncmp(fake_out(&fake), differences, strlen(differences)) == 0, "%s",
                  fake_out(&fake));
    expect_in(fake_out(&fake), "Dry run");
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

/* What else the key held is as it was before the restore. */
static void check_others(void)
{
    ck_assert(fake_holds_number(&fake, "KeepAliveTime", 8));
    ck_assert_int_eq(fake_find(&fake, TCPIP_PARAMETERS, "Hostname")->data[0], 'B');
    ck_assert(fake_is_absent(&fake, "DhcpThing"));
    ck_assert_int_eq(fake_find(&fake, INTERFACE, "Lease")->data[0], 2);
}

START_TEST(only_settings_are_put_back)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 60));
    check_others();
    ck_assert_uint_eq(fake.registry_writes, 1);
    ck_assert_uint_eq(fake.unlocked_writes, 0);
}
END_TEST

START_TEST(a_backup_of_the_store_is_named_by_its_id)
{
    ck_assert_int_eq(run_line(&fake, "restore 1 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    check_others();
}
END_TEST

START_TEST(undo_takes_a_restore_back)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --exact --value KeepAliveTime --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    ck_assert(fake_holds_number(&fake, "KeepAliveTime", 7));
    ck_assert(fake_is_absent(&fake, "TcpTimedWaitDelay"));
    ck_assert_int_eq(run_line(&fake, "undo --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 60000));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 60));
    check_others();
}
END_TEST

START_TEST(exact_deletes_settings_that_the_file_does_not_hold)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --exact --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    ck_assert(fake_is_absent(&fake, "TcpTimedWaitDelay"));
    expect_screen(&fake, "restore/exact_deletes_settings_that_the_file_does_not_hold");
    check_others();
}
END_TEST

START_TEST(exact_deletes_a_named_value_too)
{
    put_number(TCPIP_PARAMETERS, "New", 1);
    ck_assert_int_eq(run_line(&fake, "restore before.reg --exact --value New --yes"), 0);
    ck_assert(fake_is_absent(&fake, "New"));
    check_others();
}
END_TEST

START_TEST(a_deletion_in_the_file_deletes_the_setting)
{
    put_file("d.reg", HEADER KEY "\"MaxUserPort\"=-\r\n\"KeepAliveTime\"=-\r\n");
    ck_assert_int_eq(run_line(&fake, "restore d.reg --yes"), 0);
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    check_others();
}
END_TEST

START_TEST(data_of_another_type_comes_back_byte_for_byte)
{
    put_file("d.reg", HEADER KEY "\"MaxUserPort\"=hex(1):36,00,35\r\n");
    ck_assert_int_eq(run_line(&fake, "restore d.reg --yes"), 0);
    const struct fake_value *value = fake_find(&fake, TCPIP_PARAMETERS, "MaxUserPort");
    ck_assert_uint_eq(value->type, TYPE_SZ);
    ck_assert_uint_eq(value->length, 3);
    ck_assert_mem_eq(value->data, "6\0005", 3);
}
END_TEST

START_TEST(a_named_value_is_put_back_once_however_often_it_is_named)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --value KeepAliveTime --value "
                                     "keepalivetime --value MaxUserPort --yes"),
                     0);
    ck_assert(fake_holds_number(&fake, "KeepAliveTime", 7));
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    ck_assert_uint_eq(fake.registry_writes, 2);
}
END_TEST

START_TEST(identity_and_live_data_are_never_put_back)
{
    static const char *const names[] = {
        "Hostname",  "hostname",     "NV~Hostname", "Domain",
        "NV~Domain", "DataBasePath", "DhcpThing",   "dhcpnameserver",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char line[100];
        unsigned calls = fake.store_writes;
        snprintf(line, sizeof line, "restore before.reg --yes --value %s", names[i]);
        ck_assert_int_eq(run_line(&fake, line), 2);
        expect_told(fake_error(&fake), "Nothing was changed.");
        ck_assert_uint_eq(fake.store_writes, calls);
        ck_assert_uint_eq(fake.registry_writes, 0);
    }
}
END_TEST

START_TEST(a_name_that_the_file_does_not_hold_is_refused)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --yes --value KeepAliveTim"), 2);
    expect_screen(&fake, "restore/a_name_that_the_file_does_not_hold_is_refused");
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

static const struct {
    const char *text, *says;
} bad[] = {
    {"REGEDIT4\r\n", "line 1"},
    {HEADER "[-HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "]\r\n", "line 3"},
    {HEADER KEY "\"MaxUserPort\"=dword:0000fff", "line 4"},
    {HEADER KEY "\"MaxUserPort\"=dword:0000fffe\r\n"
                "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip]\r\n",
     "line 5"},
    {HEADER "[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "X]\r\n", "line 3"},
    {HEADER, "does not contain the key"},
    {HEADER "[HKEY_LOCAL_MACHINE\\" INTERFACE "]\r\n", "does not contain the key"},
};

START_TEST(a_bad_file_is_refused_before_anything_is_touched)
{
    unsigned writes = fake.store_writes;
    put_file("bad.reg", bad[_i].text);
    ck_assert_int_eq(run_line(&fake, "restore bad.reg --yes --exact"), 2);
    expect_in(fake_error(&fake), bad[_i].says);
    expect_told(fake_error(&fake), "Nothing was changed.");
    expect_in(fake_error(&fake), "bad.reg");
    ck_assert_uint_eq(fake.store_writes, writes);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(an_id_without_a_backup_is_missing)
{
    static const char *const ids[] = {"3", "0", "99999999999999999999999999"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char line[100];
        snprintf(line, sizeof line, "restore %s --yes", ids[i]);
        ck_assert_int_eq(run_line(&fake, line), 1);
        expect_in(fake_error(&fake), "has no backup");
        ck_assert_uint_eq(fake.registry_writes, 0);
    }
}
END_TEST

START_TEST(a_missing_file_is_told)
{
    ck_assert_int_ne(run_line(&fake, "restore nowhere.reg --yes"), 0);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(nothing_differs_after_a_backup)
{
    ck_assert_int_eq(run_line(&fake, "backup now.reg"), 0);
    ck_assert_int_eq(run_line(&fake, "restore now.reg --yes --exact"), 0);
    expect_screen(&fake, "restore/nothing_differs_after_a_backup");
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(the_answer_no_changes_nothing)
{
    fake.can_ask = true;
    fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    ck_assert_int_eq(run_line(&fake, "restore before.reg"), 5);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(the_file_is_read_once)
{
    unsigned reads = fake.calls_of[CALL_FILES_READ];
    ck_assert_int_eq(run_line(&fake, "restore before.reg --yes"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_FILES_READ], reads + 1);
}
END_TEST

START_TEST(names_from_a_file_are_safe_on_a_screen)
{
    put_file("d.reg", HEADER KEY "\"\x1b[31m\"=dword:00000001\r\n");
    ck_assert_int_eq(run_line(&fake, "restore d.reg --dry-run"), 0);
    expect_in(fake_out(&fake), "\\x1b[31m: 1 (0x1)");
    expect_not_in(fake_out(&fake), "\x1b");
}
END_TEST

START_TEST(json_has_the_differences_and_what_was_done)
{
    const uint16_t odd[] = {0xd800};
    fake_put_utf16(&fake, INTERFACE "\\Deep", odd, 1, TYPE_BINARY, "x", 1);
    ck_assert_int_eq(run_line(&fake, "restore before.reg --yes --json"), 0);
    json_t *document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "schema"), "maxport.restore/1");
    ck_assert_str_eq(json_text_at(document, "file"), "C:\\work\\before.reg");
    ck_assert_uint_eq(json_array_size(json_at(document, "differences")), 8);
    ck_assert_str_eq(json_text_at(document, "differences.0.kind"), "differs");
    ck_assert_str_eq(json_text_at(document, "differences.0.key"), TCPIP_PARAMETERS);
    ck_assert_str_eq(json_text_at(document, "differences.0.name"), "MaxUserPort");
    ck_assert_int_eq(json_number_at(document, "differences.0.file"), 5000);
    ck_assert_int_eq(json_number_at(document, "differences.0.registry"), 60000);
    ck_assert(json_is_true(json_at(document, "differences.0.is_put_back")));
    ck_assert(json_is_false(json_at(document, "differences.1.is_put_back")));
    ck_assert_str_eq(json_text_at(document, "differences.2.file.type"), "REG_SZ");
    ck_assert_str_eq(json_text_at(document, "differences.3.kind"), "only_in_file");
    ck_assert(json_is_null(json_at(document, "differences.3.registry")));
    ck_assert_str_eq(json_text_at(document, "differences.5.kind"), "only_in_registry");
    ck_assert(json_is_null(json_at(document, "differences.6.name"))); /* a key */
    ck_assert_str_eq(json_text_at(document, "differences.7.name"),
                     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    ck_assert(json_is_true(json_at(document, "changed")));
    ck_assert_int_eq(json_number_at(document, "plan.steps.0.after"), 5000);
    json_decref(document);
}
END_TEST

/* Whichever call fails: success means put back, failure means as it was. */
START_TEST(every_failing_call_is_reported_truly)
{
    static const char *const lines[] = {"restore before.reg --yes", "restore 1 --yes"};
    for (unsigned nth = 1;; nth++) {
        teardown();
        setup();
        fake_upset(&fake, FAKE_FAILABLE & ~FAKE_CALL(CALL_SCREEN_WRITE), nth, FAIL_BEFORE);
        int code = run_line(&fake, lines[_i]);
        bool has_struck = fake.has_struck;
        check_others();
        if (code == 0)
            ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
        else if (code != 6) /* done, but the journal does not say so */
            ck_assert_msg(fake_holds_number(&fake, "MaxUserPort", 60000), "call %u, code %d: %s",
                          nth, code, fake_error(&fake));
        if (!has_struck) {
            ck_assert_int_eq(code, 0);
            break;
        }
    }
}
END_TEST

Suite *restore_suite(void)
{
    Suite *suite = suite_create("restore");
    TCase *tests = tcase_create("restore");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, every_difference_is_shown_row_by_row);
    tcase_add_test(tests, only_settings_are_put_back);
    tcase_add_test(tests, a_backup_of_the_store_is_named_by_its_id);
    tcase_add_test(tests, undo_takes_a_restore_back);
    tcase_add_test(tests, exact_deletes_settings_that_the_file_does_not_hold);
    tcase_add_test(tests, exact_deletes_a_named_value_too);
    tcase_add_test(tests, a_deletion_in_the_file_deletes_the_setting);
    tcase_add_test(tests, data_of_another_type_comes_back_byte_for_byte);
    tcase_add_test(tests, a_named_value_is_put_back_once_however_often_it_is_named);
    tcase_add_test(tests, identity_and_live_data_are_never_put_back);
    tcase_add_test(tests, a_name_that_the_file_does_not_hold_is_refused);
    tcase_add_loop_test(tests, a_bad_file_is_refused_before_anything_is_touched, 0,
                        sizeof bad / sizeof bad[0]);
    tcase_add_test(tests, an_id_without_a_backup_is_missing);
    tcase_add_test(tests, a_missing_file_is_told);
    tcase_add_test(tests, nothing_differs_after_a_backup);
    tcase_add_test(tests, the_answer_no_changes_nothing);
    tcase_add_test(tests, the_file_is_read_once);
    tcase_add_test(tests, names_from_a_file_are_safe_on_a_screen);
    tcase_add_test(tests, json_has_the_differences_and_what_was_done);
    tcase_add_loop_test(tests, every_failing_call_is_reported_truly, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
