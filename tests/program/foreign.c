/* If MaxUserPort is not a number, maxport shows its bytes and restores it byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

static const struct {
    const char *type; /* the type as printed in JSON */
    DWORD number;
    size_t length;
    const char *bytes;
    const char *hex;
} values[] = {
    {"REG_SZ", REG_SZ, 12, "6\0005\0005\0003\0004\0\0\0", "360035003500330034000000"},
    {"REG_SZ", REG_SZ, 3, "6\0005", "360035"}, /* an odd number of bytes, without a terminator */
    {"REG_DWORD", REG_DWORD, 8, "\xfe\xff\0\0\1\2\3\4", "feff000001020304"},
    {"REG_DWORD", REG_DWORD, 2, "\xfe\xff", "feff"},
    {"REG_DWORD", REG_DWORD, 0, "", ""},
    {"REG_QWORD", REG_QWORD, 8, "\xfe\xff\0\0\0\0\0\0", "feff000000000000"},
    {"REG_BINARY", REG_BINARY, 4, "\xfe\xff\0\0", "feff0000"},
    {"type 12345", 12345, 5, "\0\1\2\3\xff", "00010203ff"},
    {"REG_SZ", REG_SZ, 6, "\x00\xd8\x41\0\0\0", "00d841000000"}, /* half a surrogate pair */
    {"REG_NONE", REG_NONE, 0, "", ""},
};

static void write_foreign(int i)
{
    value_write(L"MaxUserPort", values[i].number, values[i].bytes, values[i].length);
}

static void assert_foreign(int i)
{
    assert_value(L"MaxUserPort", values[i].number, values[i].bytes, values[i].length);
}

START_TEST(status_shows_an_unusual_value_raw)
{
    write_foreign(_i);
    const struct run *run = maxport("status --json");
    ASSERT_EXIT(run, 0);
    json_t *status = run_json(run);
    ck_assert_str_eq(json_text_at(status, "settings.MaxUserPort.stored.type"), values[_i].type);
    ck_assert_str_eq(json_text_at(status, "settings.MaxUserPort.stored.data"), values[_i].hex);
    run = maxport("status");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->out, values[_i].type);
    assert_foreign(_i);
}
END_TEST

/* The same change can be undone in three ways: by undo, by restore, and by importing the undo
 * file. */
START_TEST(undo_restore_and_undo_file_write_the_original_bytes)
{
    write_foreign(_i);
    ASSERT_EXIT(maxport("set 65534 --yes"), 0);
    assert_number(L"MaxUserPort", 65534);
    bool is_mangled = is_wine() && values[_i].number == REG_SZ && values[_i].length % 2;
    if (!is_mangled) { /* Wine's reg import adds a terminator to a string that has none */
        ASSERT_EXIT(reg("import \"%s\"", utf8(store_path(L"changes\\1-undo.reg"))), 0);
        assert_foreign(_i);
        value_write_number(L"MaxUserPort", 65534);
    }
    ASSERT_EXIT(maxport("undo --yes"), 0);
    assert_foreign(_i);
    value_delete(L"MaxUserPort");
    ASSERT_EXIT(maxport("restore 1 --yes"), 0);
    assert_foreign(_i);
}
END_TEST

Suite *foreign_suite(void)
{
    Suite *suite = suite_create("foreign");
    TCase *tests = bare_case(suite, "foreign");
    int count = (int)(sizeof values / sizeof *values);

    tcase_add_loop_test(tests, status_shows_an_unusual_value_raw, 0, count);
    tcase_add_loop_test(tests, undo_restore_and_undo_file_write_the_original_bytes, 0, count);
    return suite;
}
