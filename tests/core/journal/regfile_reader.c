#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/journal/regfile.h"
#include "core/journal/regfile_scene.h"
#include "fake/machine.h"
#include "suites.h"

static const struct {
    const char *text; /* the lines after the header and the key */
    const char *name;
    const char *value; /* in the format of value_write() */
    unsigned line;
} good[] = {
    {"\"n\"=dword:0000fffe\r\n", "n", "65534", 3},
    {"\"n\"=dword:0000FFFE\r\n", "n", "65534", 3},
    {"\"n\"=dword:0000fffe", "n", "65534", 3}, /* the last line may lack its newline */
    {"\"n\"=dword:0000fffe\n", "n", "65534", 3},
    {"\"n\"=dword:0000fffe \t\r\n", "n", "65534", 3},
    {"\r\n  \r\n; a comment\r\n;\r\n\"n\"=-\r\n", "n", "absent", 7},
    {"\"n\"=-", "n", "absent", 3},
    {"@=\"x\"", "", "1:78000000", 3},
    {"\"n\"=\"\"\r\n", "n", "1:0000", 3},
    {"\"n\"=\"a\\\\\\\"\"\r\n", "n", "1:61005c0022000000", 3},
    {"\"n\"=\"\xf0\x9f\x98\x80\"\r\n", "n", "1:3dd800de0000", 3},
    {"\"n\"=hex:\r\n", "n", "3:", 3},
    {"\"n\"=hex:0a,0B\r\n", "n", "3:0a0b", 3},
    {"\"n\"=hex:0a,\\\r\n  0b,\\\r\n  0c\r\n", "n", "3:0a0b0c", 3},
    {"\"n\"=hex:0a,\\ \n0b\n", "n", "3:0a0b", 3},
    {"\"n\"=hex:\\\r\n  0a\r\n", "n", "3:0a", 3},
    {"\"n\"=hex(4):fe,ff,00,00\r\n", "n", "65534", 3},
    {"\"n\"=hex(ffffffff):01\r\n", "n", "4294967295:01", 3},
    {"\"n\"=hex(B):01\r\n", "n", "11:01", 3},
    {"\"n]\"=-\r\n[HKEY_LOCAL_MACHINE\\a]b]  \r\n", "n]", "absent", 3},
    {"\"n\"=-\r\n[hkey_local_machine\\A]", "n", "absent", 3},
};

START_TEST(valid_lines_are_read)
{
    struct regfile file;
    struct fault fault;
    struct text text;
    text_init(&text);
    text_printf(&text, HEADER KEY "%s", good[_i].text);
    ck_assert_msg(parse(text_string(&text), &file, &fault), "%s", fault.text);
    text_release(&text);
    ck_assert_uint_eq(file.count, 1);
    ck_assert_str_eq(file.values[0].key, TCPIP_PARAMETERS);
    ck_assert_str_eq(file.values[0].name, good[_i].name);
    ck_assert_uint_eq(file.values[0].line, good[_i].line);
    value_write(&file.values[0].value, &text);
    ck_assert_str_eq(text_string(&text), good[_i].value);
    text_release(&text);
    regfile_release(&file);
}
END_TEST

START_TEST(a_file_without_keys_is_empty)
{
    static const char *const texts[] = {
        "Windows Registry Editor Version 5.00",
        HEADER,
        HEADER "\r\n; nothing\r\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct regfile file;
        struct fault fault;
        ck_assert(parse(texts[i], &file, &fault));
        ck_assert_uint_eq(file.key_count, 0);
        ck_assert_uint_eq(file.count, 0);
        ck_assert_ptr_null(regfile_find(&file, "K", "n"));
        ck_assert_ptr_null(regfile_find_key(&file, ""));
        regfile_release(&file);
    }
}
END_TEST

#define AFTER_KEY(text) HEADER "[HKEY_LOCAL_MACHINE\\K]\r\n" text

static const struct {
    const char *text;
    unsigned line;
} bad[] = {
    {"", 1},
    {"\r\n" HEADER, 1},
    {" " HEADER, 1},
    {"Windows Registry Editor Version 5.00 \r\n", 1},
    {"windows registry editor version 5.00\r\n", 1},
    {"Windows Registry Editor Version 5.0", 1},
    {"REGEDIT4\r\n\r\n", 1},
    {HEADER HEADER, 2},
    {HEADER "\"n\"=dword:00000001\r\n", 2}, /* a value without a key */
    {HEADER "@=-\r\n", 2},
    /* Keys. */
    {HEADER "[HKLM\\K]\r\n", 2},
    {HEADER "[HKEY_CURRENT_USER\\K]\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINEX\\K]\r\n", 2},
    {HEADER "[HKEY@LOCAL_MACHINE\\K]\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINE]\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINE\\]\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINE\\K\\]\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINE\\K\\\\L]\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINE\\\\K]\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINE\\K\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINE\\K] x\r\n", 2},
    {HEADER "[-HKEY_LOCAL_MACHINE\\K]\r\n", 2},
    {HEADER "[]\r\n", 2},
    {HEADER "[", 2},
    {HEADER " [HKEY_LOCAL_MACHINE\\K]\r\n", 2},
    {HEADER "[HKEY_LOCAL_MACHINE\\K]\r\n[HKEY_LOCAL_MACHINE\\L]\r\n[HKEY_LOCAL_MACHINE\\k]\r\n", 4},
    /* Lines. */
    {AFTER_KEY("x\r\n"), 3},
    {AFTER_KEY(" \"n\"=-\r\n"), 3},
    {AFTER_KEY("# comment\r\n"), 3},
    {AFTER_KEY("\"n\"\r\n"), 3},
    {AFTER_KEY("\"n\"=\r\n"), 3},
    {AFTER_KEY("\"n\" =-\r\n"), 3},
    {AFTER_KEY("\"n\"= -\r\n"), 3},
    {AFTER_KEY("\"n\"=-x\r\n"), 3},
    {AFTER_KEY("\"n\"=--\r\n"), 3},
    {AFTER_KEY("\"n=-\r\n"), 3},
    {AFTER_KEY("\"\"=-\r\n"), 3},
    {AFTER_KEY("\"a\\b\"=-\r\n"), 3},
    {AFTER_KEY("@\r\n"), 3},
    {AFTER_KEY("@x=-\r\n"), 3},
    {AFTER_KEY("\"n\"=-\r\n\r\"m\"=-\r\n"), 4}, /* a carriage return without a newline */
    {AFTER_KEY("; comment\rx\r\n"), 3},
    /* Numbers. */
    {AFTER_KEY("\"n\"=dword:\r\n"), 3},
    {AFTER_KEY("\"n\"=dword:fffe\r\n"), 3},
    {AFTER_KEY("\"n\"=dword:0000fff"), 3}, /* a truncated number */
    {AFTER_KEY("\"n\"=dword:0000fffe0\r\n"), 3},
    {AFTER_KEY("\"n\"=dword:0000fffg\r\n"), 3},
    {AFTER_KEY("\"n\"=dword:0x00fffe\r\n"), 3},
    {AFTER_KEY("\"n\"=dword:0000fffe ;x\r\n"), 3},
    {AFTER_KEY("\"n\"=DWORD:0000fffe\r\n"), 3},
    {AFTER_KEY("\"n\"=qword:0000000000000001\r\n"), 3},
    /* Strings. */
    {AFTER_KEY("\"n\"=\"a\r\n"), 3},
    {AFTER_KEY("\"n\"=\"a\r\nb\"\r\n"), 3},
    {AFTER_KEY("\"n\"=\"a\\\"\r\n"), 3},
    {AFTER_KEY("\"n\"=\"a\\"), 3},
    {AFTER_KEY("\"n\"=\"a"), 3},
    {AFTER_KEY("\"n\"=\""), 3},
    {AFTER_KEY("\"n\"=\"a\\n\"\r\n"), 3},
    {AFTER_KEY("\"n\"=\"a\"b\r\n"), 3},
    /* Lists of bytes. */
    {AFTER_KEY("\"n\"=hex\r\n"), 3},
    {AFTER_KEY("\"n\"=hex(:00\r\n"), 3},
    {AFTER_KEY("\"n\"=hex():00\r\n"), 3},
    {AFTER_KEY("\"n\"=hex(g):00\r\n"), 3},
    {AFTER_KEY("\"n\"=hex(123456789):00\r\n"), 3},
    {AFTER_KEY("\"n\"=hex(1)00\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:0\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:000\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:00,\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:,00\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:00 01\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:00, 01\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:00\\\r\n  01\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:00,\\x\r\n  01\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:00,\\\r\n"), 3},
    {AFTER_KEY("\"n\"=hex:00,\\"), 3},
    {AFTER_KEY("\"n\"=hex:00,\\\r\n\r\n"), 4},
    {AFTER_KEY("\"n\"=hex:00,\\\r\n  \\\r\n  01\r\n"), 4},
    {AFTER_KEY("\"n\"=hex:00,\\\r\n  0"), 4},
    {AFTER_KEY("\"n\"=hex:00,\\\r\n  01"), 4}, /* without its newline, the list may be truncated */
    {AFTER_KEY("\"n\"=hex:00"), 3},
    {AFTER_KEY("\"n\"=hex:"), 3},
    {AFTER_KEY("\"n\"=hex:00,\\\r\n\"m\"=-\r\n"), 4},
    {AFTER_KEY("\"n\"=hex:00,\\\r\n; comment\r\n  01\r\n"), 4},
    /* Values that occur twice. */
    {AFTER_KEY("\"n\"=-\r\n\"m\"=-\r\n\"N\"=dword:00000001\r\n"), 5},
    {AFTER_KEY("@=-\r\n@=-\r\n"), 4},
    {AFTER_KEY("\"z\"=-\r\n\"y\"=-\r\n\"z\"=-\r\n\"y\"=-\r\n"), 5},
};

/* Checks that the message starts with "a.reg, line N: " and states that nothing was changed. */
static void check_refusal(const struct fault *fault, unsigned line)
{
    char front[32];
    snprintf(front, sizeof front, "a.reg, line %u: ", line);
    ck_assert_int_eq(fault->kind, FAULT_USAGE);
    ck_assert_msg(strncmp(fault->text, front, strlen(front)) == 0, "%s%s", front, fault->text);
    ck_assert_msg(strstr(fault->text, "Nothing was changed.") != NULL, "%s", fault->text);
}

START_TEST(a_bad_file_is_refused_with_its_line)
{
    struct regfile file = {.count = 77};
    struct fault fault = {0};
    ck_assert(!parse(bad[_i].text, &file, &fault));
    check_refusal(&fault, bad[_i].line);
    ck_assert_uint_eq(file.count, 77);
}
END_TEST

#define WIDE_HEADER                                                                                \
    "W\0i\0n\0d\0o\0w\0s\0 \0R\0e\0g\0i\0s\0t\0r\0y\0 \0E\0d\0i\0t\0o\0r\0 "                       \
    "\0V\0e\0r\0s\0i\0o\0n\0 "                                                                     \
    "\0005\0.\0000\0000\0\r\0\n\0"

static const struct {
    const char *bytes;
    size_t length;
    unsigned line;
    const char *words;
} encodings[] = {
    {"", 0, 1, "is empty"},
    {"\xff", 1, 1, "not a .reg file"},
    {"\xff\xfe", 2, 1, "first line"},
    {"\xff\xfeW", 3, 1, "odd number"},
    {"\xff\xfe" WIDE_HEADER "\r", sizeof WIDE_HEADER + 2, 1, "odd number"},
    {"\xff\xfe" WIDE_HEADER "\r\0\n\0;", sizeof WIDE_HEADER + 6, 2, "odd number"},
    {"\xff\xfe" WIDE_HEADER ";\0x\0;", sizeof WIDE_HEADER + 6, 2, "odd number"},
    {"\xff\xfe" WIDE_HEADER ";\0\0\0", sizeof WIDE_HEADER + 5, 2, "NUL"},
    {"\xfe\xff\0W\0i", 6, 1, "big-endian"},
    {"\xef\xbb\xbfWindows Registry Editor Version 5.00\r\n", 41, 1, "UTF-8"},
    {"Windows Registry Editor Version 5.00\r\n", 38, 1, "8-bit text"},
    {"REGEDIT4\r\n", 10, 1, "REGEDIT4"},
    {WIDE_HEADER, sizeof WIDE_HEADER - 1, 1, "without a byte order mark"},
    {"PK\x03\x04", 4, 1, "not a .reg file"},
};

START_TEST(other_encodings_are_refused_by_name)
{
    struct regfile file;
    struct fault fault = {0};
    char *copy = malloc(encodings[_i].length + 1);
    memcpy(copy, encodings[_i].bytes, encodings[_i].length);
    ck_assert(!regfile_parse("a.reg", copy, encodings[_i].length, &file, &fault));
    free(copy);
    check_refusal(&fault, encodings[_i].line);
    ck_assert_msg(strstr(fault.text, encodings[_i].words) != NULL, "%s", fault.text);
}
END_TEST

START_TEST(a_truncated_file_never_yields_wrong_values)
{
    static const char text[] = HEADER "\r\n[HKEY_LOCAL_MACHINE\\K]\r\n"
                                      "\"MaxUserPort\"=dword:0000fffe\r\n"
                                      "\"list\"=hex:00,01,\\\r\n  02,03\r\n"
                                      "\"s\"=\"some text\"\r\n";
    static const struct value number = {.kind = VALUE_NUMBER, .number = 0xfffe};
    struct text bytes = as_file(text);
    for (size_t length = 0; length < bytes.length; length++) {
        struct regfile file;
        struct fault fault;
        if (!regfile_parse("a.reg", bytes.data, length, &file, &fault))
            continue;
        /* A truncated file may lack values, but a value that it contains must be the same as in the
         * whole file. */
        for (size_t i = 0; i < file.count; i++) {
            const struct regfile_value *value = &file.values[i];
            if (strcmp(value->name, "MaxUserPort") == 0) {
                ck_assert(value_equal(&value->value, &number));
            } else if (strcmp(value->name, "list") == 0) {
                ck_assert_uint_eq(value->value.length, 4);
            } else {
                ck_assert_str_eq(value->name, "s");
                ck_assert_uint_eq(value->value.length, 20);
            }
        }
        regfile_release(&file);
    }
    text_release(&bytes);
}
END_TEST

START_TEST(messages_about_a_file_are_shortened_and_escaped)
{
    char label[2000];
    struct regfile file;
    struct fault fault;
    struct text bytes = as_file(AFTER_KEY("\x1b[31m\xc2\x9b"));
    memset(label, 'd', sizeof label);
    for (size_t i = 0; i < 1000; i++)
        memcpy(label + 2 * i, "\xc3\xa9", 2);
    memcpy(label + sizeof label - 8,
           "/\x07"
           "a.reg",
           8);
    ck_assert(!regfile_parse(label, bytes.data, bytes.length, &file, &fault));
    text_release(&bytes);
    ck_assert_int_eq(strncmp(fault.text, "\"...\xc3\xa9", 6), 0);
    ck_assert_ptr_nonnull(strstr(fault.text, "/\\x07a.reg\", line 3: "));
    ck_assert_ptr_nonnull(strstr(fault.text, ": \"\\x1b[31m\\x9b\". "));
    ck_assert_ptr_nonnull(strstr(fault.text, "Nothing was changed."));
}
END_TEST

Suite *regfile_reader_suite(void)
{
    Suite *suite = suite_create("regfile_reader");
    TCase *reading = tcase_create("reading");
    tcase_add_loop_test(reading, valid_lines_are_read, 0, COUNT(good));
    tcase_add_test(reading, a_file_without_keys_is_empty);
    tcase_add_loop_test(reading, a_bad_file_is_refused_with_its_line, 0, COUNT(bad));
    tcase_add_loop_test(reading, other_encodings_are_refused_by_name, 0, COUNT(encodings));
    tcase_add_test(reading, a_truncated_file_never_yields_wrong_values);
    tcase_add_test(reading, messages_about_a_file_are_shortened_and_escaped);
    suite_add_tcase(suite, reading);
    return suite;
}
