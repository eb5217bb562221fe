#include "win32/lib/wide.h"

#include "../suites.h"

#include <stdlib.h>
#include <string.h>

START_TEST(well_formed_text_is_converted_in_both_directions)
{
    static const struct {
        const char *utf8;
        const wchar_t *wide;
    } rows[] = {
        {"", L""},
        {"MaxUserPort", L"MaxUserPort"},
        {"\x7f\xc2\x80\xdf\xbf", L"\x007f\x0080\x07ff"},
        {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", L"\x0800\xd7ff\xe000\xffff"},
        {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", L"\xd800\xdc00\xdbff\xdfff"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault;
        wchar_t *wide = wide_from_utf8(rows[i].utf8), *strict = NULL;
        char *utf8 = wide_to_utf8(rows[i].wide, wcslen(rows[i].wide));
        ck_assert_ptr_nonnull(wide);
        ck_assert_int_eq(wcscmp(wide, rows[i].wide), 0);
        ck_assert(wide_from_utf8_strict(rows[i].utf8, &strict, &fault));
        ck_assert_int_eq(wcscmp(strict, rows[i].wide), 0);
        ck_assert_str_eq(utf8, rows[i].utf8);
        free(utf8);
        free(strict);
        free(wide);
    }
}
END_TEST

START_TEST(ill_formed_utf8_is_repaired_or_refused)
{
    static const char *const rows[] = {
        "a\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault;
        wchar_t untouched, *strict = &untouched;
        wchar_t *wide = wide_from_utf8(rows[i]);
        ck_assert_ptr_nonnull(wcschr(wide, 0xfffd));
        ck_assert(!wide_from_utf8_strict(rows[i], &strict, &fault));
        ck_assert_int_eq(fault.kind, FAULT_USAGE);
        ck_assert_ptr_eq(strict, &untouched);
        free(wide);
    }
}
END_TEST

START_TEST(lone_surrogates_are_repaired)
{
    static const wchar_t wide[] = {0xd800, L'a', 0xdc00, 0xdbff};
    char *utf8 = wide_to_utf8(wide, 4);
    ck_assert_str_eq(utf8, "\xef\xbf\xbd"
                           "a\xef\xbf\xbd\xef\xbf\xbd");
    free(utf8);
}
END_TEST

START_TEST(nul_characters_are_kept_if_the_length_is_given)
{
    char *utf8 = wide_to_utf8(L"a\0b", 3);
    ck_assert_mem_eq(utf8, "a\0b", 4);
    free(utf8);
}
END_TEST

START_TEST(a_buffer_is_cut_at_a_whole_character)
{
    char buffer[5];
    wide_copy_utf8(L"ab\x20ac", buffer, sizeof buffer);
    ck_assert_str_eq(buffer, "ab");
    wide_copy_utf8(L"a\x20ac", buffer, sizeof buffer);
    ck_assert_str_eq(buffer, "a\xe2\x82\xac");
    wide_copy_utf8(L"\xd83d\xde00x", buffer, sizeof buffer);
    ck_assert_str_eq(buffer, "\xf0\x9f\x98\x80");
    wide_copy_utf8(L"x", buffer, 1);
    ck_assert_str_eq(buffer, "");
}
END_TEST

Suite *wide_suite(void)
{
    Suite *suite = suite_create("wide");
    TCase *tests = tcase_create("wide");
    tcase_add_test(tests, well_formed_text_is_converted_in_both_directions);
    tcase_add_test(tests, ill_formed_utf8_is_repaired_or_refused);
    tcase_add_test(tests, lone_surrogates_are_repaired);
    tcase_add_test(tests, nul_characters_are_kept_if_the_length_is_given);
    tcase_add_test(tests, a_buffer_is_cut_at_a_whole_character);
    suite_add_tcase(suite, tests);
    return suite;
}
