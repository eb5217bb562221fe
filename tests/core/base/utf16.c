#include "core/base/utf16.h"
#include "suites.h"

#include <string.h>

static const struct {
    uint16_t units[4];
    size_t count;
    const char *string;
    bool is_exact;
} rows[] = {
    {{0}, 0, "", true},
    {{'a', 0x7f}, 2, "a\x7f", true},
    {{0x80, 0x7ff}, 2, "\xc2\x80\xdf\xbf", true},
    {{0x800, 0xd7ff, 0xe000, 0xffff}, 4, "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", true},
    {{0xd800, 0xdc00, 0xdbff, 0xdfff}, 4, "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", true},
    {{'a', 0, 'b'},
     3,
     "a\xc0\x80"
     "b",
     false},
    {{0xd800}, 1, "\xed\xa0\x80", false},
    {{0xdc00, 0xd800}, 2, "\xed\xb0\x80\xed\xa0\x80", false},
    {{0xd800, 0xd800, 0xdc00}, 3, "\xed\xa0\x80\xf0\x90\x80\x80", false},
    {{0xd83d, 'x'}, 2, "\xed\xa0\xbdx", false},
};

START_TEST(different_units_become_different_bytes)
{
    struct text text;
    text_init(&text);
    ck_assert(utf16_to_text(&text, rows[_i].units, rows[_i].count) == rows[_i].is_exact);
    ck_assert_str_eq(text_string(&text), rows[_i].string);
    ck_assert_uint_eq(text.length, strlen(rows[_i].string));
    text_release(&text);
}
END_TEST

START_TEST(exact_strings_become_the_original_units)
{
    uint16_t units[16];
    size_t count = 99;
    ck_assert(utf16_from_string(rows[_i].string, units, &count) == rows[_i].is_exact);
    if (rows[_i].is_exact) {
        ck_assert_uint_eq(count, rows[_i].count);
        if (count > 0)
            ck_assert_mem_eq(units, rows[_i].units, count * sizeof *units);
    }
}
END_TEST

Suite *utf16_suite(void)
{
    Suite *suite = suite_create("utf16");
    TCase *tests = tcase_create("utf16");
    int count = sizeof rows / sizeof rows[0];
    tcase_add_loop_test(tests, different_units_become_different_bytes, 0, count);
    tcase_add_loop_test(tests, exact_strings_become_the_original_units, 0, count);
    suite_add_tcase(suite, tests);
    return suite;
}
