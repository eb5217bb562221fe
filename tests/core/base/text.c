#include "core/base/text.h"
#include "core/base/fault.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

START_TEST(an_empty_text_is_an_empty_string)
{
    struct text text;
    text_init(&text);
    ck_assert_str_eq(text_string(&text), "");
    text_append(&text, NULL, 0);
    ck_assert_str_eq(text_string(&text), "");
    ck_assert_ptr_nonnull(text.data);
    text_release(&text);
}
END_TEST

START_TEST(text_grows_by_the_appended_bytes)
{
    struct text text;
    text_init(&text);
    for (unsigned i = 0; i < 1000; i++) {
        text_puts(&text, "ab");
        text_printf(&text, "%u,", i % 10);
        text_append(&text, "x\0y", 3);
    }
    ck_assert_uint_eq(text.length, 7000);
    ck_assert_mem_eq(text.data, "ab0,x\0yab1,x\0y", 14);
    ck_assert_int_eq(text.data[7000], '\0');
    ck_assert(!text.is_broken);
    text_release(&text);
    ck_assert_str_eq(text_string(&text), "");
}
END_TEST

START_TEST(a_broken_text_stays_broken_and_empty)
{
    struct text text;
    text_init(&text);
    text_puts(&text, "abc");
    /* This length is greater than the memory that can be allocated. */
    text_append(&text, "", SIZE_MAX);
    ck_assert(text.is_broken);
    text_puts(&text, "def");
    text_printf(&text, "%d", 1);
    ck_assert_str_eq(text_string(&text), "");
    /* If the length were not 0, code that appends this text to another text would read beyond the
     * end of this text. */
    ck_assert_uint_eq(text.length, 0);
    text_release(&text);
    ck_assert(!text.is_broken);
}
END_TEST

struct change_row {
    const char *from;
    size_t length;
    const char *to;
    size_t to_length;
};

#define ROW(from, to) {from, sizeof(from) - 1, to, sizeof(to) - 1}

static void check_rows(const struct change_row *rows, size_t count,
                       void (*change)(struct text *, const char *, size_t))
{
    for (size_t i = 0; i < count; i++) {
        /* The copy has no spare bytes, so that AddressSanitizer finds reads beyond its end. */
        char *copy = malloc(rows[i].length + !rows[i].length);
        memcpy(copy, rows[i].from, rows[i].length);
        struct text text;
        text_init(&text);
        change(&text, copy, rows[i].length);
        ck_assert_msg(text.length == rows[i].to_length &&
                          memcmp(text_string(&text), rows[i].to, text.length) == 0,
                      "row %zu: %s", i, text_string(&text));
        text_release(&text);
        free(copy);
    }
}

START_TEST(text_safe_escapes_text_from_outside)
{
    static const struct change_row rows[] = {
        ROW("", ""),
        ROW("C:\\x\\new", "C:\\x\\new"),
        ROW("a\x1b[31mb", "a\\x1b[31mb"),
        ROW("\0\t\r\n\x7f", "\\x00\\x09\\x0d\\x0a\\x7f"),
        /* The control sequence introducer as one C1 character. */
        ROW("\xc2\x9b"
            "2J",
            "\\x9b"
            "2J"),
        ROW("\xc2\xa0", "\xc2\xa0"),            /* the first character after the C1 characters */
        ROW("\xff\xfe", "\\xff\\xfe"),          /* bytes that never occur in UTF-8 */
        ROW("\xc3", "\\xc3"),                   /* a truncated character */
        ROW("\xed\xa0\x80", "\\xed\\xa0\\x80"), /* a surrogate */
        ROW("\xc0\x80", "\\xc0\\x80"),          /* an overlong NUL */
        ROW("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"),
        ROW("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"),
        ROW("\u202eexe.tsohcvs\u202c\u200b", "\\u202eexe.tsohcvs\\u202c\\u200b"),
        ROW("\xc2\xad\u200e\u200f\u061c\u2066\u2069", "\\xad\\u200e\\u200f\\u061c\\u2066\\u2069"),
        ROW("\u200c\u200d\u2060\ufeff\ufe0f\u3164", "\\u200c\\u200d\\u2060\\ufeff\\ufe0f\\u3164"),
        ROW("\u070f\U00013430\u0600", "\\u070f\\U00013430\\u0600"), /* format characters */
        ROW("\u2028\u2029\ufffe", "\\u2028\\u2029\\ufffe"),
        ROW("\U000e0041\U000e0100", "\\U000e0041\\U000e0100"),
        /* The neighbours of the escaped characters are printed unchanged. */
        ROW("\u2010\u2026\u3000\u2800\ufffd", "\u2010\u2026\u3000\u2800\ufffd"),
    };
    check_rows(rows, COUNT(rows), text_safe);
}
END_TEST

START_TEST(text_safe_lines_keeps_only_tabs_and_line_ends)
{
    static const struct change_row rows[] = {
        ROW("", ""),
        ROW("a\tb\nc\r\n", "a\tb\nc\r\n"),
        ROW("a\rb\r", "a\\x0db\\x0d"),
        ROW("\x1b[2J\u202e\xff\n", "\\x1b[2J\\u202e\\xff\n"),
    };
    check_rows(rows, COUNT(rows), text_safe_lines);
}
END_TEST

START_TEST(characters_without_a_glyph_are_not_plain)
{
    static const struct {
        uint32_t first, last;
    } rows[] = {
        {0, 0x1f},          {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
        {0x600, 0x605},     {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},
        {0x890, 0x891},     {0x8e2, 0x8e2},     {0x115f, 0x1160},   {0x17b4, 0x17b5},
        {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
        {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
        {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
        {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };
    size_t row = 0;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (row < COUNT(rows) && c > rows[row].last)
            row++;
        bool is_expected = row == COUNT(rows) || c < rows[row].first;
        if (utf8_is_plain(c) != is_expected) /* one ck_assert for each character would be slow */
            ck_abort_msg("U+%04X", c);
    }
}
END_TEST

START_TEST(a_fault_escapes_text_from_outside)
{
    struct fault fault;
    fault_set(&fault, FAULT_FAILED, 0, "%s is not there.", "C:\\\u202egpj.exe\n\xff");
    ck_assert_str_eq(fault.text, "C:\\\\u202egpj.exe\\x0a\\xff is not there.");
    fault_prefix(&fault, "%s", "\u2028");
    ck_assert_str_eq(fault.text, "\\u2028: C:\\\\u202egpj.exe\\x0a\\xff is not there.");
    /* An escape that does not fit is omitted as a whole. */
    char longest[FAULT_TEXT_SIZE];
    memset(longest, 'a', sizeof longest);
    memcpy(longest + FAULT_TEXT_SIZE - 5, "\u202e", sizeof "\u202e");
    fault_set(&fault, FAULT_FAILED, 0, "%s", longest);
    ck_assert_uint_eq(strlen(fault.text), FAULT_TEXT_SIZE - 5);
}
END_TEST

START_TEST(text_repair_appends_well_formed_text)
{
    static const struct change_row rows[] = {
        ROW("", ""),
        ROW("a\0b\n", "a\0b\n"),
        ROW("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"),
        ROW("a\xff"
            "b",
            "a\xef\xbf\xbd"
            "b"),
        ROW("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"),
        ROW("\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"),
    };
    check_rows(rows, COUNT(rows), text_repair);
}
END_TEST

START_TEST(numbers_have_a_comma_every_three_digits)
{
    static const struct {
        uint64_t number;
        const char *string;
    } rows[] = {
        {0, "0"},
        {9, "9"},
        {999, "999"},
        {1000, "1,000"},
        {16384, "16,384"},
        {999999, "999,999"},
        {1000000, "1,000,000"},
        {UINT64_MAX, "18,446,744,073,709,551,615"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char buffer[NUMBER_SIZE];
        struct text text;
        text_init(&text);
        text_number(&text, rows[i].number);
        ck_assert_str_eq(text_string(&text), rows[i].string);
        ck_assert_str_eq(number_string(buffer, rows[i].number), rows[i].string);
        text_release(&text);
    }
}
END_TEST

START_TEST(a_share_is_rounded_but_never_to_none_or_all)
{
    static const struct {
        uint64_t part, whole;
        const char *string;
    } rows[] = {
        {0, 16384, "0 %"},       {1, 16384, "<1 %"},      {81, 16384, "<1 %"},
        {82, 16384, "1 %"},      {120, 16384, "1 %"},     {8, 300, "3 %"},
        {16301, 16384, "99 %"},  {16303, 16384, ">99 %"}, {16383, 16384, ">99 %"},
        {16384, 16384, "100 %"}, {20000, 16384, "100 %"}, {0, 0, "0 %"},
        {5, 0, "100 %"},
    };
    char buffer[SHARE_SIZE];

    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_str_eq(share_string(buffer, rows[i].part, rows[i].whole), rows[i].string);
}
END_TEST

START_TEST(a_paragraph_is_wrapped_between_words)
{
    static const struct {
        const char *paragraph;
        unsigned width, indent;
        const char *wrapped;
    } rows[] = {
        {"", 10, 2, ""},
        {" \n ", 10, 2, ""},
        {"one", 10, 0, "one\n"},
        {"one two three", 7, 0, "one two\nthree\n"},
        {"one two three", 6, 0, "one\ntwo\nthree\n"},
        {"one two three", 9, 2, "  one two\n  three\n"},
        {"  one \n two\t", 80, 0, "one two\n"},
        {"a averylongword b", 5, 1, " a\n averylongword\n b\n"},
        {"\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9", 5, 0, "\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9\n"},
        {"one two", 0, 3, "   one\n   two\n"},
        {"Or maxport set 65534 --dry-run shows it.", 12, 0,
         "Or\nmaxport set 65534 --dry-run\nshows it.\n"},
        {"To undo, run maxport undo 3. Nothing was changed.", 80, 2,
         "  To undo, run\n    maxport undo 3\n  Nothing was changed.\n"},
        {"To undo, run maxport undo 3", 80, 0, "To undo, run\n  maxport undo 3\n"},
        {"First run maxport verify, then restart.", 80, 0,
         "First run maxport verify, then restart.\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text text;
        text_init(&text);
        text_wrap(&text, rows[i].paragraph, rows[i].width, rows[i].indent);
        ck_assert_str_eq(text_string(&text), rows[i].wrapped);
        text_release(&text);
    }
}
END_TEST

START_TEST(quoted_text_contains_no_command_line)
{
    struct text text;

    text_init(&text);
    text_wrap(&text, "Close \"a run maxport undo. x.exe\", PID 7. Then run maxport why.", 80, 2);
    ck_assert_str_eq(text_string(&text), "  Close \"a run maxport undo. x.exe\", PID 7. Then run\n"
                                         "    maxport why\n");
    text_release(&text);
}
END_TEST

START_TEST(utc_times_are_printed_for_the_years_1_to_9999)
{
    static const struct {
        int64_t unix_ms;
        const char *string;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {999, "1970-01-01T00:00:00Z"},
        {1000, "1970-01-01T00:00:01Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {951782399999, "2000-02-28T23:59:59Z"},
        {951782400000, "2000-02-29T00:00:00Z"},
        {951868800000, "2000-03-01T00:00:00Z"},
        {1767225599000, "2025-12-31T23:59:59Z"},
        {1767225600000, "2026-01-01T00:00:00Z"},
        {1795342502000, "2026-11-22T10:15:02Z"},
        {4107542400000, "2100-03-01T00:00:00Z"}, /* 2100 is not a leap year */
        {4107542399000, "2100-02-28T23:59:59Z"},
        {-2208988800000, "1900-01-01T00:00:00Z"},
        {-62135596800000, "0001-01-01T00:00:00Z"},
        {-62135596800001, "unknown"},
        {253402300799999, "9999-12-31T23:59:59Z"},
        {253402300800000, "unknown"},
        {INT64_MIN, "unknown"},
        {INT64_MAX, "unknown"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char buffer[TIME_SIZE];
        ck_assert_str_eq(time_utc_string(buffer, rows[i].unix_ms), rows[i].string);
    }
}
END_TEST

START_TEST(every_day_of_400_years_is_printed_correctly)
{
    static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = -135140; /* the day 1600-01-01 */
    for (unsigned year = 1600; year < 2000; year++) {
        bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (unsigned month = 1; month <= 12; month++) {
            unsigned length = lengths[month - 1] + (month == 2 && is_leap);
            for (unsigned day = 1; day <= length; day++, days++) {
                char buffer[TIME_SIZE], wanted[64];
                snprintf(wanted, sizeof wanted, "%04u-%02u-%02uT00:00:00Z", year, month, day);
                time_utc_string(buffer, days * 86400000);
                if (strcmp(buffer, wanted) != 0)
                    ck_abort_msg("%s instead of %s", buffer, wanted);
            }
        }
    }
}
END_TEST

START_TEST(local_times_are_shifted_by_the_offset)
{
    static const struct {
        int64_t unix_ms;
        int32_t offset_seconds;
        const char *string;
    } rows[] = {
        {0, 0, "1970-01-01 00:00:00"},     {0, 3600, "1970-01-01 01:00:00"},
        {0, -3600, "1969-12-31 23:00:00"}, {1795342502000, 19800, "2026-11-22 15:45:02"},
        {INT64_MAX, INT32_MAX, "unknown"}, {INT64_MIN, INT32_MIN, "unknown"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char buffer[TIME_SIZE];
        ck_assert_str_eq(time_local_string(buffer, rows[i].unix_ms, rows[i].offset_seconds),
                         rows[i].string);
    }
}
END_TEST

START_TEST(only_well_formed_utf8_is_decoded)
{
    static const struct {
        const char *bytes;
        size_t length, size;
        uint32_t character;
    } rows[] = {
        {"\0", 1, 1, 0},
        {"A", 1, 1, 'A'},
        {"\x7f", 1, 1, 0x7f},
        {"\x80", 1, 0, 0},
        {"\xc1\xbf", 2, 0, 0}, /* overlong */
        {"\xc2\x80", 2, 2, 0x80},
        {"\xdf\xbf", 2, 2, 0x7ff},
        {"\xe0\x9f\xbf", 3, 0, 0}, /* overlong */
        {"\xe0\xa0\x80", 3, 3, 0x800},
        {"\xed\x9f\xbf", 3, 3, 0xd7ff},
        {"\xed\xa0\x80", 3, 0, 0}, /* surrogates */
        {"\xed\xbf\xbf", 3, 0, 0},
        {"\xee\x80\x80", 3, 3, 0xe000},
        {"\xef\xbf\xbf", 3, 3, 0xffff},
        {"\xf0\x8f\xbf\xbf", 4, 0, 0}, /* overlong */
        {"\xf0\x90\x80\x80", 4, 4, 0x10000},
        {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
        {"\xf4\x90\x80\x80", 4, 0, 0}, /* above U+10FFFF */
        {"\xf8\x88\x80\x80\x80", 5, 0, 0},
        {"\xff", 1, 0, 0},
        {"\xc3\xa9", 1, 0, 0}, /* truncated */
        {"\xf0\x90\x80\x80", 3, 0, 0},
        {"\xc3"
         "A",
         2, 0, 0},
        {"\xc3\xc3", 2, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char copy[8];
        uint32_t character = 0;
        memcpy(copy, rows[i].bytes, rows[i].length);
        ck_assert_msg(utf8_decode(copy, rows[i].length, &character) == rows[i].size, "row %zu", i);
        ck_assert_msg(character == rows[i].character, "row %zu", i);
    }
}
END_TEST

START_TEST(wide_characters_count_as_two_columns)
{
    ck_assert_uint_eq(utf8_columns(""), 0);
    ck_assert_uint_eq(utf8_columns("abc"), 3);
    ck_assert_uint_eq(utf8_columns("gr\xc3\xbc\xc3\x9f"), 4);
    ck_assert_uint_eq(utf8_columns("\xf0\x9f\x98\x80"), 2);
    ck_assert_uint_eq(utf8_columns("\ud55c\uae00.exe"), 8);
    ck_assert_uint_eq(utf8_columns("\uff71\u00b7\u2588"), 3); /* half-width; ambiguous */
    ck_assert_uint_eq(utf8_fit("\ud55c\uae00.exe", 4), 6);
    ck_assert_uint_eq(utf8_fit("\ud55c\uae00.exe", 3), 3);
    ck_assert_uint_eq(utf8_fit("\ud55c\uae00.exe", 1), 0);
    ck_assert_uint_eq(utf8_fit("abc", 9), 3);
}
END_TEST

START_TEST(lines_of_wide_characters_fit_too)
{
    struct text text;

    text_init(&text);
    text_wrap(&text, "\ud55c\uae00 \ud55c\uae00 ab", 9, 0);
    ck_assert_str_eq(text_string(&text), "\ud55c\uae00 \ud55c\uae00\nab\n");
    text_release(&text);
}
END_TEST

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

START_TEST(names_are_compared_without_ascii_case)
{
    static const struct {
        const char *a, *b;
        int sign;
    } rows[] = {
        {"", "", 0},
        {"MaxUserPort", "maxuserport", 0},
        {"a", "B", -1},
        {"B", "a", 1},
        {"a", "ab", -1},
        {"[", "a", -1},
        {"_", "A", -1},               /* "A" is compared as "a" */
        {"\xc3\x84", "\xc3\xa4", -1}, /* only ASCII letters are compared without case */
        {"z", "\xc3\xa4", -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_msg(sign(ascii_compare(rows[i].a, rows[i].b)) == rows[i].sign, "row %zu", i);
}
END_TEST

START_TEST(edits_between_words_are_counted)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"status", "STATUS", 0},
        {"statsu", "status", 2},
        {"stats", "status", 1},
        {"kitten", "sitting", 3},
        {"MaxUserPorts", "MaxUserPort", 1},
        {"abcdef", "badcfe", 4},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_uint_eq(edit_distance(rows[i].a, rows[i].b), rows[i].distance);
        ck_assert_uint_eq(edit_distance(rows[i].b, rows[i].a), rows[i].distance);
    }
}
END_TEST

START_TEST(edit_distance_accepts_long_words)
{
    char a[5001], b[3001];
    memset(a, 'a', 5000);
    memset(b, 'b', 3000);
    a[5000] = b[3000] = '\0';
    ck_assert_uint_eq(edit_distance(a, b), 5000);
    ck_assert_uint_eq(edit_distance(a, ""), 5000);
    memset(b, 'a', 3000);
    ck_assert_uint_eq(edit_distance(a, b), 2000);
}
END_TEST

Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *tests = tcase_create("text");
    tcase_add_test(tests, an_empty_text_is_an_empty_string);
    tcase_add_test(tests, text_grows_by_the_appended_bytes);
    tcase_add_test(tests, a_broken_text_stays_broken_and_empty);
    tcase_add_test(tests, text_safe_escapes_text_from_outside);
    tcase_add_test(tests, text_safe_lines_keeps_only_tabs_and_line_ends);
    tcase_add_test(tests, characters_without_a_glyph_are_not_plain);
    tcase_add_test(tests, a_fault_escapes_text_from_outside);
    tcase_add_test(tests, text_repair_appends_well_formed_text);
    tcase_add_test(tests, numbers_have_a_comma_every_three_digits);
    tcase_add_test(tests, a_share_is_rounded_but_never_to_none_or_all);
    tcase_add_test(tests, a_paragraph_is_wrapped_between_words);
    tcase_add_test(tests, quoted_text_contains_no_command_line);
    tcase_add_test(tests, utc_times_are_printed_for_the_years_1_to_9999);
    tcase_add_test(tests, every_day_of_400_years_is_printed_correctly);
    tcase_add_test(tests, local_times_are_shifted_by_the_offset);
    tcase_add_test(tests, only_well_formed_utf8_is_decoded);
    tcase_add_test(tests, wide_characters_count_as_two_columns);
    tcase_add_test(tests, lines_of_wide_characters_fit_too);
    tcase_add_test(tests, names_are_compared_without_ascii_case);
    tcase_add_test(tests, edits_between_words_are_counted);
    tcase_add_test(tests, edit_distance_accepts_long_words);
    suite_add_tcase(suite, tests);
    return suite;
}
