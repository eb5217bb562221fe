#include <stdio.h>
#include <string.h>

#include "core/base/utf16.h"
#include "core/journal/regfile.h"
#include "core/journal/regfile_scene.h"
#include "fake/machine.h"
#include "suites.h"

static size_t units_of(const char *string, uint16_t *units)
{
    size_t count;
    ck_assert(utf16_from_string(string, units, &count));
    return count;
}

static void write_key(struct regfile_writer *writer, const char *path)
{
    uint16_t units[256];
    regfile_write_key(writer, units, units_of(path, units));
}

static void write_value(struct regfile_writer *writer, const char *name, uint32_t type,
                        const void *data, size_t length)
{
    uint16_t units[256];
    regfile_write_value(writer, units, units_of(name, units), type, data, length);
}

/* Fails the test unless the output of the writer is exactly this text. */
static void check_written(struct regfile_writer *writer, const char *wanted)
{
    struct text bytes = as_file(wanted);
    if (writer->bytes.length != bytes.length ||
        memcmp(writer->bytes.data, bytes.data, bytes.length) != 0) {
        size_t at = 0;
        while (at < bytes.length && at < writer->bytes.length &&
               bytes.data[at] == writer->bytes.data[at])
            at++;
        ck_abort_msg("differs at character %zu of %zu (%zu wanted)", at / 2,
                     writer->bytes.length / 2, bytes.length / 2);
    }
    text_release(&bytes);
}

static uint8_t hundred[100];

static void setup(void)
{
    for (size_t i = 0; i < sizeof hundred; i++)
        hundred[i] = (uint8_t)i;
}

/* The expected text is what Wine's reg.exe exports for these values, byte for byte. */
START_TEST(the_output_equals_that_of_reg_exe)
{
    struct regfile_writer writer;
    struct fault fault;
    regfile_writer_init(&writer);
    write_key(&writer, "SYSTEM\\T");
    write_value(&writer, "", TYPE_SZ, "d\0e\0f\0\0\0", 8);
    write_value(&writer, "a name that is quite long indeed so that the line is nearly full, 72",
                TYPE_BINARY, "\1\2\3\4", 4);
    write_value(&writer, "emptybin", TYPE_BINARY, "", 0);
    write_value(&writer, "emptymulti", TYPE_MULTI_SZ, "", 0);
    write_value(&writer, "exp", TYPE_EXPAND_SZ, "%\0\0\0", 4);
    write_value(&writer, "long", TYPE_BINARY, hundred, sizeof hundred);
    write_value(&writer, "MaxUserPort", TYPE_DWORD, "\xfe\xff\0\0", 4);
    write_value(&writer, "multi", TYPE_MULTI_SZ, "a\0\0\0\0\0", 6);
    write_value(&writer, "none", TYPE_NONE, "\1", 1);
    write_value(&writer, "odd", 0x1234, "\1", 1);
    write_value(&writer, "q", TYPE_QWORD, "\1\2\3\4\5\6\7\10", 8);
    write_value(&writer, "sz", TYPE_SZ, "a\0\\\0b\0\"\0c\0\0\0", 12);
    write_key(&writer, "SYSTEM\\T\\sub");
    write_value(&writer, "x", TYPE_DWORD, "\1\0\0\0", 4);
    ck_assert(regfile_writer_finish(&writer, &fault));
    ck_assert_uint_eq(writer.key_count, 2);
    ck_assert_uint_eq(writer.value_count, 13);
    ck_assert_uint_eq(writer.left_out_count, 0);
    check_written(
        &writer,
        "Windows Registry Editor Version 5.00\r\n"
        "\r\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\T]\r\n"
        "@=\"def\"\r\n"
        "\"a name that is quite long indeed so that the line is nearly full, 72\"=hex:01,\\\r\n"
        "  02,03,04\r\n"
        "\"emptybin\"=hex:\r\n"
        "\"emptymulti\"=hex(7):\r\n"
        "\"exp\"=hex(2):25,00,00,00\r\n"
        "\"long\"=hex:00,01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,0f,10,11,12,13,14,15,\\\r\n"
        "  16,17,18,19,1a,1b,1c,1d,1e,1f,20,21,22,23,24,25,26,27,28,29,2a,2b,2c,2d,2e,\\\r\n"
        "  2f,30,31,32,33,34,35,36,37,38,39,3a,3b,3c,3d,3e,3f,40,41,42,43,44,45,46,47,\\\r\n"
        "  48,49,4a,4b,4c,4d,4e,4f,50,51,52,53,54,55,56,57,58,59,5a,5b,5c,5d,5e,5f,60,\\\r\n"
        "  61,62,63\r\n"
        "\"MaxUserPort\"=dword:0000fffe\r\n"
        "\"multi\"=hex(7):61,00,00,00,00,00\r\n"
        "\"none\"=hex(0):01\r\n"
        "\"odd\"=hex(1234):01\r\n"
        "\"q\"=hex(b):01,02,03,04,05,06,07,08\r\n"
        "\"sz\"=\"a\\\\b\\\"c\"\r\n"
        "\r\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\T\\sub]\r\n"
        "\"x\"=dword:00000001\r\n"
        "\r\n");
    regfile_writer_release(&writer);
}
END_TEST

START_TEST(lines_with_short_names_fit_80_columns)
{
    for (size_t length = 0; length <= 69; length++) {
        char name[80];
        struct regfile_writer writer;
        memset(name, 'n', length);
        name[length] = '\0';
        regfile_writer_init(&writer);
        write_key(&writer, "K");
        write_value(&writer, name, TYPE_BINARY, hundred, sizeof hundred);
        size_t columns = 0;
        for (size_t i = 0; i < writer.bytes.length; i += 2) {
            columns = writer.bytes.data[i] == '\n' ? 0 : columns + 1;
            ck_assert_uint_le(columns, 81); /* 80 characters and a carriage return */
        }
        regfile_writer_release(&writer);
    }
}
END_TEST

static const struct {
    const char *data;
    size_t length;
    const char *written;
} strings[] = {
    {"\0\0", 2, "\"\""},
    {"a\0\0\0", 4, "\"a\""},
    {"\xe4\0\0\0", 4, "\"\xc3\xa4\""},
    {"\x3d\xd8\0\xde\0\0", 6, "\"\xf0\x9f\x98\x80\""},
    {"\0\xe0\0\0", 4, "\"\xee\x80\x80\""},
    {"", 0, "hex(1):"},
    {"a", 1, "hex(1):61"},
    {"a\0", 2, "hex(1):61,00"},                     /* the final NUL is missing */
    {"a\0\0\0\0\0", 6, "hex(1):61,00,00,00,00,00"}, /* two NULs at the end */
    {"\0\0a\0\0\0", 6, "hex(1):00,00,61,00,00,00"}, /* a NUL inside */
    {"a\0\0\0b", 5, "hex(1):61,00,00,00,62"},       /* half a character */
    {"\r\0\0\0", 4, "hex(1):0d,00,00,00"},
    {"\n\0\0\0", 4, "hex(1):0a,00,00,00"},
    {"\t\0\0\0", 4, "hex(1):09,00,00,00"},
    {"\x7f\0\0\0", 4, "hex(1):7f,00,00,00"},
    {"\x3d\xd8\0\0", 4, "hex(1):3d,d8,00,00"}, /* half a surrogate pair */
    {"\0\xde\0\0", 4, "hex(1):00,de,00,00"},
    {"\x3d\xd8\x3d\xd8\0\0", 6, "hex(1):3d,d8,3d,d8,00,00"},
};

START_TEST(only_exact_strings_are_quoted)
{
    struct regfile_writer writer;
    struct text wanted;
    regfile_writer_init(&writer);
    write_key(&writer, "K");
    write_value(&writer, "s", TYPE_SZ, strings[_i].data, strings[_i].length);
    text_init(&wanted);
    text_printf(&wanted, HEADER "\r\n[HKEY_LOCAL_MACHINE\\K]\r\n\"s\"=%s\r\n", strings[_i].written);
    check_written(&writer, text_string(&wanted));
    text_release(&wanted);
    regfile_writer_release(&writer);
}
END_TEST

START_TEST(quotes_and_backslashes_in_names_are_escaped)
{
    static const struct {
        const char *name, *written;
    } names[] = {
        {"", "@"},
        {"@", "\"@\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\x01\t;[x]=", "\"\x01\t;[x]=\""},
        {"gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\""},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct regfile_writer writer;
        struct text wanted;
        struct fault fault;
        struct regfile file;
        regfile_writer_init(&writer);
        write_key(&writer, "K");
        write_value(&writer, names[i].name, TYPE_BINARY, "", 0);
        text_init(&wanted);
        text_printf(&wanted, HEADER "\r\n[HKEY_LOCAL_MACHINE\\K]\r\n%s=hex:\r\n", names[i].written);
        check_written(&writer, text_string(&wanted));
        ck_assert(parse(text_string(&wanted), &file, &fault));
        ck_assert_str_eq(file.values[0].name, names[i].name);
        regfile_release(&file);
        text_release(&wanted);
        regfile_writer_release(&writer);
    }
}
END_TEST

START_TEST(a_name_with_a_lone_surrogate_is_inexact)
{
    struct regfile_writer writer;
    struct regfile file;
    struct fault fault;
    const uint16_t path[] = {'K', '\\', 0xdc00}, name[] = {'a', 0xd800};
    regfile_writer_init(&writer);
    regfile_write_key(&writer, path, COUNT(path));
    regfile_write_value(&writer, name, COUNT(name), TYPE_DWORD, hundred, 4);
    write_value(&writer, "b", TYPE_DWORD, hundred, 4);
    write_key(&writer, "K");
    write_value(&writer, "a", TYPE_DWORD, hundred, 4);
    ck_assert(regfile_writer_finish(&writer, &fault));
    ck_assert(regfile_parse("a.reg", writer.bytes.data, writer.bytes.length, &file, &fault));
    ck_assert_str_eq(file.keys[0].path, "K\\\xed\xb0\x80");
    ck_assert(!file.keys[0].is_exact);
    ck_assert_str_eq(file.values[0].name, "a\xed\xa0\x80");
    ck_assert(!file.values[0].is_name_exact);
    ck_assert(!file.values[1].is_name_exact); /* the key of this value is inexact */
    ck_assert(file.values[2].is_name_exact);
    regfile_release(&file);
    regfile_writer_release(&writer);
}
END_TEST

START_TEST(names_unfit_for_a_line_become_counted_comments)
{
    struct regfile_writer writer;
    struct regfile file;
    struct fault fault;
    const uint16_t name[] = {'a', '\r', '\n', 0, 'b'}, path[] = {'K', '\\', '\n'};
    regfile_writer_init(&writer);
    write_key(&writer, "K");
    regfile_write_value(&writer, name, COUNT(name), TYPE_SZ, hundred, 6);
    write_value(&writer, "x", TYPE_BINARY, "", 0);
    regfile_write_key(&writer, path, COUNT(path));
    write_value(&writer, "y", TYPE_BINARY, "", 0);
    regfile_write_deletion(&writer, name, COUNT(name));
    write_key(&writer, "L");
    regfile_write_deletion(&writer, name, COUNT(name));
    write_value(&writer, "z", TYPE_BINARY, "", 0);
    check_written(&writer, HEADER
                  "\r\n[HKEY_LOCAL_MACHINE\\K]\r\n"
                  "; Left out: the value \"a\\x0d\\x0a\\x00b\", REG_SZ, 6 bytes (a .reg file "
                  "cannot store this name)\r\n"
                  "\"x\"=hex:\r\n"
                  "\r\n"
                  "; Left out: the key \"K\\\\x0a\" with its values (a .reg file cannot store this "
                  "name)\r\n"
                  "\r\n[HKEY_LOCAL_MACHINE\\L]\r\n"
                  "; Left out: the deletion of the value \"a\\x0d\\x0a\\x00b\" (a .reg file cannot "
                  "store this name)\r\n"
                  "\"z\"=hex:\r\n");
    ck_assert_uint_eq(writer.left_out_count, 3);
    ck_assert_uint_eq(writer.key_count, 2);
    ck_assert_uint_eq(writer.value_count, 2);
    ck_assert(regfile_parse("a.reg", writer.bytes.data, writer.bytes.length, &file, &fault));
    ck_assert_uint_eq(file.left_out_count, 3);
    ck_assert_uint_eq(file.count, 2);
    regfile_release(&file);
    regfile_writer_release(&writer);
}
END_TEST

static struct place named(const char *key, const char *name)
{
    struct place place;
    struct fault fault;
    ck_assert(place_registry(&place, key, name, &fault));
    return place;
}

START_TEST(regfile_write_place_also_writes_the_key)
{
    struct regfile_writer writer;
    struct place first = named("K", "a"), second = named("K", "b"), third = named("K\\L", "c");
    struct value number = value_number(5000), absent = value_absent();
    regfile_writer_init(&writer);
    ck_assert(regfile_write_place(&writer, &first, &number));
    ck_assert(regfile_write_place(&writer, &second, &absent));
    ck_assert(regfile_write_place(&writer, &third, &absent));
    ck_assert(regfile_write_place(&writer, &first, &absent));
    check_written(&writer, HEADER "\r\n[HKEY_LOCAL_MACHINE\\K]\r\n"
                                  "\"a\"=dword:00001388\r\n"
                                  "\"b\"=-\r\n"
                                  "\r\n[HKEY_LOCAL_MACHINE\\K\\L]\r\n"
                                  "\"c\"=-\r\n"
                                  "\r\n[HKEY_LOCAL_MACHINE\\K]\r\n"
                                  "\"a\"=-\r\n");
    regfile_writer_release(&writer);
}
END_TEST

START_TEST(places_unfit_for_a_reg_file_are_refused)
{
    struct regfile_writer writer;
    struct place range = place_range(PROTOCOL_TCP, FAMILY_IPV4);
    struct value number = value_number(1), ports = value_range((struct port_range){1024, 5000});
    struct place places[] = {named("K", "a\nb"), named("K\r", "a"), named("K", "\xff")};
    regfile_writer_init(&writer);
    ck_assert(!regfile_write_place(&writer, &range, &ports));
    for (size_t i = 0; i < COUNT(places); i++)
        ck_assert(!regfile_write_place(&writer, &places[i], &number));
    check_written(&writer, HEADER);
    regfile_writer_release(&writer);
}
END_TEST

START_TEST(every_type_and_length_is_read_as_written)
{
    static const uint32_t types[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x1234, UINT32_MAX};
    struct regfile_writer writer;
    struct regfile file;
    struct fault fault;
    size_t count = 0;
    regfile_writer_init(&writer);
    write_key(&writer, TCPIP_PARAMETERS);
    for (size_t i = 0; i < COUNT(types); i++) {
        for (size_t length = 0; length <= sizeof hundred; length++) {
            char name[32];
            snprintf(name, sizeof name, "%zu %zu", i, length);
            write_value(&writer, name, types[i], hundred + sizeof hundred - length, length);
        }
    }
    ck_assert(regfile_writer_finish(&writer, &fault));
    ck_assert(regfile_parse("a.reg", writer.bytes.data, writer.bytes.length, &file, &fault));
    ck_assert_uint_eq(file.key_count, 1);
    ck_assert_str_eq(file.keys[0].path, TCPIP_PARAMETERS);
    for (size_t i = 0; i < COUNT(types); i++) {
        for (size_t length = 0; length <= sizeof hundred; length++) {
            struct value wanted;
            ck_assert(value_from_registry(&wanted, types[i], hundred + sizeof hundred - length,
                                          length, &fault));
            ck_assert(value_equal(&file.values[count++].value, &wanted));
            value_release(&wanted);
        }
    }
    ck_assert_uint_eq(file.count, count);
    regfile_release(&file);
    regfile_writer_release(&writer);
}
END_TEST

START_TEST(every_string_is_read_as_written)
{
    struct regfile_writer writer;
    struct regfile file;
    struct fault fault;
    regfile_writer_init(&writer);
    write_key(&writer, "K");
    write_value(&writer, "s", TYPE_SZ, strings[_i].data, strings[_i].length);
    ck_assert(regfile_parse("a.reg", writer.bytes.data, writer.bytes.length, &file, &fault));
    ck_assert_uint_eq(file.values[0].value.type, TYPE_SZ);
    ck_assert_uint_eq(file.values[0].value.length, strings[_i].length);
    if (strings[_i].length > 0)
        ck_assert_mem_eq(file.values[0].value.data, strings[_i].data, strings[_i].length);
    regfile_release(&file);
    regfile_writer_release(&writer);
}
END_TEST

START_TEST(a_registry_key_is_exported_with_its_subkeys)
{
    struct fake fake;
    struct regfile_writer writer;
    struct regfile file, now;
    struct fault fault;
    const uint16_t odd[] = {'o', 0, 'd', 0xd800};
    fake_init(&fake);
    fake_put_number(&fake, "MaxUserPort", 65534);
    fake_put(&fake, TCPIP_PARAMETERS "\\Interfaces\\{1}", "DhcpIPAddress", TYPE_SZ, "1\0\0\0", 4);
    fake_put_utf16(&fake, TCPIP_PARAMETERS, odd, COUNT(odd), TYPE_BINARY, "\1", 1);
    regfile_writer_init(&writer);
    ck_assert(regfile_export(&fake.machine.registry, TCPIP_PARAMETERS, &writer, &fault));
    ck_assert(regfile_writer_finish(&writer, &fault));
    ck_assert_uint_eq(writer.left_out_count, 1);
    ck_assert(regfile_parse("a.reg", writer.bytes.data, writer.bytes.length, &file, &fault));
    ck_assert(regfile_of_registry(&fake.machine.registry, TCPIP_PARAMETERS, &now, &fault));
    ck_assert_uint_eq(file.key_count, writer.key_count);
    ck_assert_uint_eq(file.count, writer.value_count);
    ck_assert_uint_eq(now.key_count, file.key_count);
    ck_assert_uint_eq(now.count, file.count + 1);
    for (size_t i = 0; i < file.count; i++) {
        const struct regfile_value *same =
            regfile_find(&now, file.values[i].key, file.values[i].name);
        ck_assert_ptr_nonnull(same);
        ck_assert(value_equal(&same->value, &file.values[i].value));
    }
    const struct regfile_value *inexact = regfile_find(&now, TCPIP_PARAMETERS,
                                                       "o\xc0\x80"
                                                       "d\xed\xa0\x80");
    ck_assert_ptr_nonnull(inexact);
    ck_assert(!inexact->is_name_exact);
    regfile_release(&now);
    regfile_release(&file);
    regfile_writer_release(&writer);
    fake_release(&fake);
}
END_TEST

START_TEST(a_failing_registry_walk_is_reported)
{
    struct fake fake;
    struct regfile_writer writer;
    struct regfile file;
    struct fault fault = {0};
    fake_init(&fake);
    regfile_writer_init(&writer);
    ck_assert(!regfile_export(&fake.machine.registry, "SYSTEM\\None", &writer, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert(!regfile_of_registry(&fake.machine.registry, "SYSTEM\\None", &file, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    regfile_writer_release(&writer);
    fake_release(&fake);
}
END_TEST

Suite *regfile_writer_suite(void)
{
    Suite *suite = suite_create("regfile_writer");
    TCase *writing = tcase_create("writing");
    tcase_add_checked_fixture(writing, setup, NULL);
    tcase_add_test(writing, the_output_equals_that_of_reg_exe);
    tcase_add_test(writing, lines_with_short_names_fit_80_columns);
    tcase_add_loop_test(writing, only_exact_strings_are_quoted, 0, COUNT(strings));
    tcase_add_test(writing, quotes_and_backslashes_in_names_are_escaped);
    tcase_add_test(writing, a_name_with_a_lone_surrogate_is_inexact);
    tcase_add_test(writing, names_unfit_for_a_line_become_counted_comments);
    tcase_add_test(writing, regfile_write_place_also_writes_the_key);
    tcase_add_test(writing, places_unfit_for_a_reg_file_are_refused);
    tcase_add_test(writing, every_type_and_length_is_read_as_written);
    tcase_add_loop_test(writing, every_string_is_read_as_written, 0, COUNT(strings));
    tcase_add_test(writing, a_registry_key_is_exported_with_its_subkeys);
    tcase_add_test(writing, a_failing_registry_walk_is_reported);
    suite_add_tcase(suite, writing);
    return suite;
}
