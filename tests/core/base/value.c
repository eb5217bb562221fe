#include "core/base/value.h"
#include "suites.h"

#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static struct value raw(uint32_t type, const char *bytes, size_t length)
{
    struct value value;
    struct fault fault;
    ck_assert(value_from_registry(&value, type, bytes, length, &fault));
    return value;
}

START_TEST(only_a_dword_of_four_bytes_is_a_number)
{
    static const struct {
        uint32_t type;
        const char *bytes;
        size_t length;
        enum value_kind kind;
    } rows[] = {
        {TYPE_DWORD, "\xfe\xff\x00\x80", 4, VALUE_NUMBER},
        {TYPE_DWORD, "\x01\x02", 2, VALUE_RAW},
        {TYPE_DWORD, "", 0, VALUE_RAW},
        {TYPE_DWORD, "\x01\x02\x03\x04\x05", 5, VALUE_RAW},
        {TYPE_DWORD_BIG_ENDIAN, "\x00\x00\xff\xfe", 4, VALUE_RAW},
        {TYPE_BINARY, "\x01\x02\x03\x04", 4, VALUE_RAW},
        {TYPE_SZ, "5\0\0\0", 4, VALUE_RAW},
        {TYPE_NONE, "", 0, VALUE_RAW},
        {0xffffffff, "x", 1, VALUE_RAW},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct value value = raw(rows[i].type, rows[i].bytes, rows[i].length);
        ck_assert_int_eq(value.kind, rows[i].kind);
        if (value.kind == VALUE_NUMBER)
            ck_assert_uint_eq(value.number, 0x8000fffe);

        uint8_t scratch[4];
        uint32_t type;
        const uint8_t *data;
        size_t length;
        ck_assert(value_to_registry(&value, scratch, &type, &data, &length));
        ck_assert_uint_eq(type, rows[i].type);
        ck_assert_uint_eq(length, rows[i].length);
        if (length > 0)
            ck_assert_mem_eq(data, rows[i].bytes, length);
        value_release(&value);
        ck_assert_int_eq(value.kind, VALUE_ABSENT);
    }
}
END_TEST

START_TEST(absent_values_and_ranges_have_no_registry_data)
{
    struct value absent = value_absent(), range = value_range((struct port_range){1024, 5});
    uint8_t scratch[4];
    uint32_t type;
    const uint8_t *data;
    size_t length;
    ck_assert(!value_to_registry(&absent, scratch, &type, &data, &length));
    ck_assert(!value_to_registry(&range, scratch, &type, &data, &length));
}
END_TEST

START_TEST(values_are_compared_by_kind_and_bytes)
{
    struct value values[] = {
        value_absent(),
        value_number(0),
        value_number(5000),
        value_range((struct port_range){1024, 5000}),
        value_range((struct port_range){1024, 5001}),
        value_range((struct port_range){1025, 5000}),
        raw(TYPE_SZ, "ab", 2),
        raw(TYPE_SZ, "ac", 2),
        raw(TYPE_SZ, "abc", 3),
        raw(TYPE_BINARY, "ab", 2),
        raw(TYPE_BINARY, "", 0),
    };
    for (size_t i = 0; i < COUNT(values); i++)
        for (size_t j = 0; j < COUNT(values); j++)
            ck_assert_msg(value_equal(&values[i], &values[j]) == (i == j), "%zu and %zu", i, j);
    for (size_t i = 0; i < COUNT(values); i++)
        value_release(&values[i]);
}
END_TEST

START_TEST(a_copy_owns_its_bytes)
{
    struct value from = raw(TYPE_SZ, "abc", 3), to;
    struct fault fault;
    ck_assert(value_copy(&to, &from, &fault));
    ck_assert(value_equal(&to, &from));
    ck_assert_ptr_ne(to.data, from.data);
    value_release(&from);
    ck_assert_mem_eq(to.data, "abc", 3);
    value_release(&to);
}
END_TEST

START_TEST(values_are_printed_readably)
{
    struct {
        struct value value;
        const char *string;
    } rows[] = {
        {value_absent(), "not set"},
        {value_number(0), "0 (0x0)"},
        {value_number(65534), "65534 (0xfffe)"},
        {value_number(UINT32_MAX), "4294967295 (0xffffffff)"},
        {raw(TYPE_SZ, "6\0\0\0", 4), "REG_SZ \"6\""},
        {raw(TYPE_SZ, "\0\0", 2), "REG_SZ \"\""},
        {raw(TYPE_EXPAND_SZ, "\xe4\0\x11\x20\0\0", 6), "REG_EXPAND_SZ \"\xc3\xa4\xe2\x80\x91\""},
        {raw(TYPE_MULTI_SZ, "a\0\0\0b\0c\0\0\0\0\0", 12), "REG_MULTI_SZ \"a\", \"bc\""},
        /* Data of a string type are printed as bytes if they are not exactly one string with its
         * NUL (or a list of strings with its NULs), or if the text is not safe. */
        {raw(TYPE_SZ, "6\0", 2), "REG_SZ, 2 bytes: 36 00"},
        {raw(TYPE_SZ, "6\0\0", 3), "REG_SZ, 3 bytes: 36 00 00"},
        {raw(TYPE_SZ, "", 0), "REG_SZ, 0 bytes"},
        {raw(TYPE_SZ, "6\0\0\0\0\0", 6), "REG_SZ, 6 bytes: 36 00 00 00 00 00"},
        {raw(TYPE_SZ, "\x1b\0\0\0", 4), "REG_SZ, 4 bytes: 1b 00 00 00"},
        {raw(TYPE_SZ, "\"\0\0\0", 4), "REG_SZ, 4 bytes: 22 00 00 00"},
        {raw(TYPE_SZ, "\0\xd8\0\0", 4), "REG_SZ, 4 bytes: 00 d8 00 00"},
        {raw(TYPE_MULTI_SZ, "a\0\0\0", 4), "REG_MULTI_SZ, 4 bytes: 61 00 00 00"},
        {raw(TYPE_MULTI_SZ, "\0\0\0\0", 4), "REG_MULTI_SZ, 4 bytes: 00 00 00 00"},
        {raw(TYPE_BINARY, "x", 1), "REG_BINARY, 1 byte: 78"},
        {raw(TYPE_DWORD, "", 0), "REG_DWORD, 0 bytes"},
        {raw(TYPE_QWORD, "0123456789abcdef", 16),
         "REG_QWORD, 16 bytes: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66"},
        {raw(77, "0123456789abcdefg", 17),
         "type 77, 17 bytes: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 ... "
         "(SHA-256 8378b19d...)"},
        {raw(77, "0123456789abcdefh", 17),
         "type 77, 17 bytes: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 ... "
         "(SHA-256 76f8d088...)"},
        {value_range((struct port_range){49152, 16384}), "49152-65535 (16,384 ports)"},
        {value_range((struct port_range){5000, 1}), "5000-5000 (1 port)"},
        {value_range((struct port_range){0, 0}), "no ports"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text;
        text_init(&text);
        value_print(&rows[i].value, &text);
        ck_assert_str_eq(text_string(&text), rows[i].string);
        text_release(&text);
        value_release(&rows[i].value);
    }
}
END_TEST

START_TEST(a_written_value_is_parsed_to_the_same_value)
{
    struct {
        struct value value;
        const char *string;
    } rows[] = {
        {value_absent(), "absent"},
        {value_number(0), "0"},
        {value_number(65534), "65534"},
        {value_number(UINT32_MAX), "4294967295"},
        {raw(TYPE_NONE, "", 0), "0:"},
        {raw(TYPE_SZ, "6\0\xff", 3), "1:3600ff"},
        {raw(TYPE_DWORD, "\x01\x02", 2), "4:0102"},
        {raw(UINT32_MAX, "\xab", 1), "4294967295:ab"},
        {value_range((struct port_range){49152, 16384}), "49152+16384"},
        {value_range((struct port_range){0, 65536}), "0+65536"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text;
        struct value parsed;
        struct fault fault;
        text_init(&text);
        value_write(&rows[i].value, &text);
        ck_assert_str_eq(text_string(&text), rows[i].string);
        ck_assert(value_parse(text_string(&text), &parsed, &fault));
        ck_assert(value_equal(&parsed, &rows[i].value));
        value_release(&parsed);
        value_release(&rows[i].value);
        text_release(&text);
    }
}
END_TEST

START_TEST(invalid_values_are_refused)
{
    static const char *const rows[] = {
        "",
        " ",
        "Absent",
        "absent ",
        " 1",
        "1 ",
        "+1",
        "-1",
        "01",
        "00",
        "0x10",
        "4294967296",
        "99999999999999999999999999",
        "1.0",
        "1,000",
        ":",
        ":00",
        "1:0",
        "1:0g",
        "1:00 ",
        "1:0A",
        "01:00",
        "4294967296:00",
        "4:01020304",
        "1+",
        "+",
        "1+2+3",
        "65536+1",
        "0+65537",
        "1+-1",
        "1+01",
        "\xff",
        "1:00\x1b",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct value value = value_number(77);
        struct fault fault = {0};
        ck_assert_msg(!value_parse(rows[i], &value, &fault), "'%s'", rows[i]);
        ck_assert_int_eq(fault.kind, FAULT_USAGE);
        ck_assert_uint_eq(value.number, 77);
        ck_assert_ptr_null(strchr(fault.text, '\x1b'));
    }
}
END_TEST

START_TEST(registry_types_have_names)
{
    char buffer[24];
    ck_assert_str_eq(registry_type_name(TYPE_NONE, buffer), "REG_NONE");
    ck_assert_str_eq(registry_type_name(TYPE_SZ, buffer), "REG_SZ");
    ck_assert_str_eq(registry_type_name(TYPE_EXPAND_SZ, buffer), "REG_EXPAND_SZ");
    ck_assert_str_eq(registry_type_name(TYPE_BINARY, buffer), "REG_BINARY");
    ck_assert_str_eq(registry_type_name(TYPE_DWORD, buffer), "REG_DWORD");
    ck_assert_str_eq(registry_type_name(TYPE_LINK, buffer), "REG_LINK");
    ck_assert_str_eq(registry_type_name(TYPE_MULTI_SZ, buffer), "REG_MULTI_SZ");
    ck_assert_str_eq(registry_type_name(TYPE_QWORD, buffer), "REG_QWORD");
    ck_assert_str_eq(registry_type_name(12, buffer), "type 12");
    ck_assert_str_eq(registry_type_name(UINT32_MAX, buffer), "type 4294967295");
}
END_TEST

START_TEST(a_range_contains_its_first_and_last_port)
{
    struct port_range range = {49152, 16384};
    ck_assert_uint_eq(range_end(range), 65535);
    ck_assert(range_contains(range, 49152));
    ck_assert(range_contains(range, 65535));
    ck_assert(!range_contains(range, 49151));
    ck_assert(!range_contains(range, 65536));
    ck_assert(!range_contains((struct port_range){0, 0}, 0));
}
END_TEST

Suite *value_suite(void)
{
    Suite *suite = suite_create("value");
    TCase *tests = tcase_create("value");
    tcase_add_test(tests, only_a_dword_of_four_bytes_is_a_number);
    tcase_add_test(tests, absent_values_and_ranges_have_no_registry_data);
    tcase_add_test(tests, values_are_compared_by_kind_and_bytes);
    tcase_add_test(tests, a_copy_owns_its_bytes);
    tcase_add_test(tests, values_are_printed_readably);
    tcase_add_test(tests, a_written_value_is_parsed_to_the_same_value);
    tcase_add_test(tests, invalid_values_are_refused);
    tcase_add_test(tests, registry_types_have_names);
    tcase_add_test(tests, a_range_contains_its_first_and_last_port);
    suite_add_tcase(suite, tests);
    return suite;
}
