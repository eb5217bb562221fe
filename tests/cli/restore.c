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

/* Creates the user's .reg file from ASCII text. */
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

/* Creates two backups of a machine with MaxUserPort 5000, KeepAliveTime 7, Hostname A, DhcpThing
 * and a lease. Then changes or removes all of these values, and adds TcpTimedWaitDelay and a value
 * of another key. */
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
    put_number("SYSTEM\\Select", "Current", 2);
    fake.registry_writes = 0;
}

static void teardown(void)
{
    fake_release(&fake);
}

static const char differences[] = "Differences between C:\\work\\before.reg and\n"
                                  "HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "\n"
                                  "\n"
                                  "  differs               MaxUserPort - to be restored\n"
                                  "                          file      5000 (0x1388)\n"
                                  "                          registry  60000 (0xea60)\n"
                                  "  differs               KeepAliveTime\n"
                                  "                          file      7 (0x7)\n"
                                  "                          registry  8 (0x8)\n"
                                  "  differs               Hostname\n"
                                  "                          file      REG_SZ \"A\"\n"
                                  "                          registry  REG_SZ \"B\"\n"
                                  "  only in the file      DhcpThing: 1 (0x1)\n"
                                  "  differs               Interfaces\\{1}\\Lease\n"
                                  "                          file      1 (0x1)\n"
                                  "                          registry  2 (0x2)\n"
                                  "  only in the registry  TcpTimedWaitDelay: 60 (0x3c)\n"
                                  "\n"
                                  "6 differences, 1 to be restored. The rest is left unchanged.\n"
                                  "\n";

START_TEST(restore_prints_a_row_for_each_difference)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --dry-run"), 0);
    ck_assert_msg(strncmp(fake_out(&fake), differences, strlen(differences)) == 0, "%s",
                  fake_out(&fake));
    expect_in(fake_out(&fake), "Dry run");
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

/* Checks that restore did not change the values that are not settings. */
static void check_others(void)
{
    ck_assert(fake_holds_number(&fake, "KeepAliveTime", 8));
    ck_assert_int_eq(fake_find(&fake, TCPIP_PARAMETERS, "Hostname")->data[0], 'B');
    ck_assert(fake_is_absent(&fake, "DhcpThing"));
    ck_assert_int_eq(fake_find(&fake, INTERFACE, "Lease")->data[0], 2);
}

START_TEST(restore_writes_only_settings)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    ck_assert(fake_holds_number(&fake, "TcpTimedWaitDelay", 60));
    check_others();
    ck_assert_uint_eq(fake.registry_writes, 1);
    ck_assert_uint_eq(fake.unlocked_writes, 0);
}
END_TEST

START_TEST(restore_accepts_the_id_of_a_backup)
{
    ck_assert_int_eq(run_line(&fake, "restore 1 --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    check_others();
}
END_TEST

START_TEST(undo_undoes_a_restore)
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

START_TEST(exact_deletes_settings_missing_from_the_file)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --exact --yes"), 0);
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    ck_assert(fake_is_absent(&fake, "TcpTimedWaitDelay"));
    expect_screen(&fake, "restore/exact_deletes_settings_missing_from_the_file");
    check_others();
}
END_TEST

START_TEST(exact_also_deletes_a_named_value)
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

START_TEST(restore_keeps_type_and_bytes_of_a_value)
{
    put_file("d.reg", HEADER KEY "\"MaxUserPort\"=hex(1):36,00,35\r\n");
    ck_assert_int_eq(run_line(&fake, "restore d.reg --yes --force"), 0);
    const struct fake_value *value = fake_find(&fake, TCPIP_PARAMETERS, "MaxUserPort");
    ck_assert_uint_eq(value->type, TYPE_SZ);
    ck_assert_uint_eq(value->length, 3);
    ck_assert_mem_eq(value->data, "6\0005", 3);
}
END_TEST

START_TEST(settings_are_spelled_as_windows_spells_them)
{
    put_file("other.reg", HEADER KEY "\"MAXUSERPORT\"=dword:00001388\r\n");
    ck_assert_int_eq(run_line(&fake, "restore other.reg --dry-run --value maxuserport"), 0);
    expect_in(fake_out(&fake), "differs               MaxUserPort - to be restored\n");
    expect_not_in(fake_out(&fake), "MAXUSERPORT");
    expect_not_in(fake_out(&fake), "maxuserport");
    ck_assert_int_eq(run_line(&fake, "restore other.reg --dry-run --value tcptimedwaitdelay"), 2);
    expect_in(fake_error(&fake), "does not contain TcpTimedWaitDelay");
    ck_assert_int_eq(run_line(&fake, "set maxuserport=60001 --dry-run"), 0);
    expect_not_in(fake_out(&fake), "maxuserport");
}
END_TEST

START_TEST(a_value_named_twice_is_restored_once)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --value KeepAliveTime --value "
                                     "keepalivetime --value MaxUserPort --yes"),
                     0);
    ck_assert(fake_holds_number(&fake, "KeepAliveTime", 7));
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 5000));
    ck_assert_uint_eq(fake.registry_writes, 2);
}
END_TEST

START_TEST(identity_and_live_data_are_never_restored)
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
        expect_printed(fake_error(&fake), "Nothing was changed.");
        ck_assert_uint_eq(fake.store_writes, calls);
        ck_assert_uint_eq(fake.registry_writes, 0);
    }
}
END_TEST

START_TEST(a_name_missing_from_the_file_is_refused)
{
    ck_assert_int_eq(run_line(&fake, "restore before.reg --yes --value KeepAliveTim"), 2);
    expect_screen(&fake, "restore/a_name_missing_from_the_file_is_refused");
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

static const struct {
    const char *text, *words;
} bad[] = {
    {"REGEDIT4\r\n", "line 1"},
    {HEADER "[-HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "]\r\n", "line 3"},
    {HEADER KEY "\"MaxUserPort\"=dword:0000fff", "line 4"},
    {HEADER "[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "X]\r\n", "does not contain the key"},
    {HEADER "[HKLM\\" TCPIP_PARAMETERS "]\r\n", "line 3"},
    {HEADER "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Tcpip\\Parameters]\r\n"
            "\"MaxUserPort\"=dword:0000fffe\r\n",
     "(CurrentControlSet, now ControlSet002)"},
    {HEADER "[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "\\Interfaces]\r\n"
            "\"MaxUserPort\"=dword:0000fffe\r\n",
     "line 4: MaxUserPort is under"},
    {HEADER KEY "\"MaxUserPort\"=dword:00065534\r\n",
     "0x65534 looks like 65534 typed as hexadecimal; 65534 is 0xfffe."},
    {HEADER KEY "\"MaxUserPort\"=dword:0000ffff\r\n", "from 5000 to 65534, not 65535 (0xffff)."},
    {HEADER KEY "\"TcpTimedWaitDelay\"=\"60\"\r\n",
     "TcpTimedWaitDelay must be a whole number from 2 to 300, not REG_SZ"},
    {HEADER, "does not contain the key"},
    {HEADER "[HKEY_LOCAL_MACHINE\\" INTERFACE "]\r\n", "does not contain the key"},
};

START_TEST(a_bad_file_is_refused_without_any_write)
{
    unsigned writes = fake.store_writes;
    put_file("bad.reg", bad[_i].text);
    ck_assert_int_eq(run_line(&fake, "restore bad.reg --yes --exact"), 2);
    expect_printed(fake_error(&fake), bad[_i].words);
    expect_printed(fake_error(&fake), "Nothing was changed.");
    expect_in(fake_error(&fake), "bad.reg");
    ck_assert_uint_eq(fake.store_writes, writes);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(an_undocumented_value_needs_force)
{
    put_file("odd.reg", HEADER KEY "\"MaxUserPort\"=dword:00065534\r\n");
    ck_assert_int_eq(run_line(&fake, "restore odd.reg --yes"), 2);
    ck_assert_uint_eq(fake.registry_writes, 0);
    ck_assert_int_eq(run_line(&fake, "restore odd.reg --yes --force"), 0);
    expect_printed(fake_out(&fake), "0x65534 looks like 65534");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 0x65534));
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    expect_printed(fake_out(&fake), "0x65534 looks like 65534");
}
END_TEST

START_TEST(other_keys_are_ignored_and_listed)
{
    json_t *document;

    put_file("many.reg",
             HEADER "[HKEY_CURRENT_USER\\Software\\Example]\r\n\"a\"=dword:00000001\r\n" KEY
                    "\"MaxUserPort\"=dword:00008000\r\n\"MaxUserPort\"=dword:fffe\r\n"
                    "[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Example]\r\n");
    ck_assert_int_eq(run_line(&fake, "restore many.reg --yes"), 0);
    expect_printed(fake_out(&fake), "Ignored, line 3: HKEY_CURRENT_USER\\Software\\Example");
    expect_printed(fake_out(&fake), "Ignored, line 8: -HKEY_LOCAL_MACHINE\\SOFTWARE\\Example");
    expect_printed(fake_out(&fake), "MaxUserPort is on line 6 and on line 7");
    ck_assert(fake_holds_number(&fake, "MaxUserPort", 65534));
    ck_assert_int_eq(run_line(&fake, "restore many.reg --dry-run --json"), 0);
    document = out_json(&fake);
    ck_assert_str_eq(json_text_at(document, "ignored_keys.1.key"),
                     "-HKEY_LOCAL_MACHINE\\SOFTWARE\\Example");
    ck_assert_int_eq(json_number_at(document, "ignored_keys.0.line"), 3);
    json_decref(document);
}
END_TEST

START_TEST(an_id_without_a_backup_is_refused)
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

START_TEST(a_missing_file_is_refused)
{
    ck_assert_int_ne(run_line(&fake, "restore nowhere.reg --yes"), 0);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(restore_right_after_a_backup_writes_nothing)
{
    ck_assert_int_eq(run_line(&fake, "backup now.reg"), 0);
    ck_assert_int_eq(run_line(&fake, "restore now.reg --yes --exact"), 0);
    expect_screen(&fake, "restore/restore_right_after_a_backup_writes_nothing");
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(declining_restore_writes_nothing)
{
    fake.can_ask = true;
    fake.is_console[SCREEN_OUT] = true;
    fake.answers[0] = "n";
    ck_assert_int_eq(run_line(&fake, "restore before.reg"), 5);
    ck_assert_uint_eq(fake.registry_writes, 0);
}
END_TEST

START_TEST(restore_reads_the_file_once)
{
    unsigned reads = fake.calls_of[CALL_FILES_READ];
    ck_assert_int_eq(run_line(&fake, "restore before.reg --yes"), 0);
    ck_assert_uint_eq(fake.calls_of[CALL_FILES_READ], reads + 1);
}
END_TEST

START_TEST(names_from_a_file_are_escaped_on_screen)
{
    put_file("d.reg", HEADER KEY "\"\x1b[31m\"=dword:00000001\r\n");
    ck_assert_int_eq(run_line(&fake, "restore d.reg --dry-run"), 0);
    expect_in(fake_out(&fake), "\"\\x1b[31m\": 1 (0x1)");
    expect_not_in(fake_out(&fake), "\x1b");
}
END_TEST

START_TEST(json_contains_the_differences_and_the_result)
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
    /* This difference concerns a key, which has no value name. */
    ck_assert(json_is_null(json_at(document, "differences.6.name")));
    ck_assert_str_eq(json_text_at(document, "differences.7.name"),
                     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    ck_assert(json_is_true(json_at(document, "changed")));
    ck_assert_int_eq(json_number_at(document, "plan.steps.0.after"), 5000);
    json_decref(document);
}
END_TEST

/* In each run, a different call fails. If the exit code is 0, the registry must contain the
 * restored value. If the exit code is neither 0 nor 6, the registry must contain the old value. */
START_TEST(restore_reports_every_failing_call_correctly)
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
        else if (code != 6) /* 6: the store failed before or after the value was written */
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
    tcase_add_test(tests, restore_prints_a_row_for_each_difference);
    tcase_add_test(tests, restore_writes_only_settings);
    tcase_add_test(tests, restore_accepts_the_id_of_a_backup);
    tcase_add_test(tests, undo_undoes_a_restore);
    tcase_add_test(tests, exact_deletes_settings_missing_from_the_file);
    tcase_add_test(tests, exact_also_deletes_a_named_value);
    tcase_add_test(tests, a_deletion_in_the_file_deletes_the_setting);
    tcase_add_test(tests, restore_keeps_type_and_bytes_of_a_value);
    tcase_add_test(tests, settings_are_spelled_as_windows_spells_them);
    tcase_add_test(tests, a_value_named_twice_is_restored_once);
    tcase_add_test(tests, identity_and_live_data_are_never_restored);
    tcase_add_test(tests, a_name_missing_from_the_file_is_refused);
    tcase_add_loop_test(tests, a_bad_file_is_refused_without_any_write, 0,
                        sizeof bad / sizeof bad[0]);
    tcase_add_test(tests, an_undocumented_value_needs_force);
    tcase_add_test(tests, other_keys_are_ignored_and_listed);
    tcase_add_test(tests, an_id_without_a_backup_is_refused);
    tcase_add_test(tests, a_missing_file_is_refused);
    tcase_add_test(tests, restore_right_after_a_backup_writes_nothing);
    tcase_add_test(tests, declining_restore_writes_nothing);
    tcase_add_test(tests, restore_reads_the_file_once);
    tcase_add_test(tests, names_from_a_file_are_escaped_on_screen);
    tcase_add_test(tests, json_contains_the_differences_and_the_result);
    tcase_add_loop_test(tests, restore_reports_every_failing_call_correctly, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
