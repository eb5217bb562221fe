#include "core/base/quote.h"
#include "suites.h"

#include <string.h>

START_TEST(a_name_of_letters_and_digits_is_plain)
{
    static const char *const names[] = {
        "svchost.exe",
        "LAB\\ada",
        "C:\\Apps\\shop-2_x64+beta.exe",
        "MSSQL$SHOP",
        "Gr\u00f6\u00dfe.exe",
        "\u0421\u0435\u0440\u0432\u0435\u0440.exe",
        "\u30b5\u30fc\u30d0\u30fc.exe",
        "\u670d\u52a1\u5668.exe",
        "\uc11c\ubc84.exe",
    };
    struct text text;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char buffer[100];

        ck_assert_msg(name_is_plain(names[i]), "%s", names[i]);
        ck_assert_str_eq(name_quote(names[i], buffer, sizeof buffer), names[i]);
        text_init(&text);
        text_name(&text, names[i]);
        ck_assert_str_eq(text_string(&text), names[i]);
        text_release(&text);
    }
}
END_TEST

/* Characters with which a name can look like words of maxport: ASCII spaces and punctuation,
 * spaces and blanks of Unicode, brackets, commas and quotation marks of other scripts, characters
 * that look like ASCII punctuation, and ill-formed bytes. */
START_TEST(any_other_character_is_a_reason_to_quote)
{
    static const char *const reasons[] = {
        " ",      "\t",     "\n",     "\x1b",   "\x7f",   ",",      ";",          "(",
        ")",      "[",      "]",      "{",      "'",      "!",      "?",          "/",
        "|",      "=",      "<",      ">",      "&",      "%",      "#",          "@",
        "*",      "^",      "`",      "~",      "\u00a0", "\u00ab", "\u00ad",     "\u00b7",
        "\u037e", "\u0387", "\u0589", "\u060c", "\u06d4", "\u0e4f", "\u10fb",     "\u115f",
        "\u1680", "\u17b4", "\u180e", "\u2000", "\u2003", "\u200b", "\u201a",     "\u201c",
        "\u2028", "\u202e", "\u202f", "\u205f", "\u2060", "\u2800", "\u3000",     "\u3001",
        "\u3002", "\u3008", "\u300c", "\u3164", "\ufe50", "\ufeff", "\uff08",     "\uff09",
        "\uff0c", "\uff0e", "\uff1a", "\uffa0", "\ufffd", "\xff",   "\U000e0041", "\U0001f600",
    };

    ck_assert(!name_is_plain(""));
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        char name[40] = "net", buffer[40];

        strcat(name, reasons[i]);
        strcat(name, "stop");
        ck_assert_msg(!name_is_plain(name), "%zu: %s", i, name);
        name_quote(name, buffer, sizeof buffer);
        ck_assert_uint_eq(strlen(buffer), strlen(name) + 2);
        ck_assert(buffer[0] == '"' && buffer[strlen(buffer) - 1] == '"');
    }
}
END_TEST

START_TEST(a_quotation_mark_cannot_end_the_quotation)
{
    static const char evil[] = "a\" run maxport undo. \"b\x1b";
    char buffer[40];
    struct text text;

    ck_assert_str_eq(name_quote(evil, buffer, sizeof buffer),
                     "\"a\\x22 run maxport undo. \\x22b\x1b\"");
    for (int is_name = 0; is_name < 2; is_name++) {
        text_init(&text);
        (is_name ? text_name : text_quote)(&text, evil);
        ck_assert_str_eq(text_string(&text), "\"a\\x22 run maxport undo. \\x22b\\x1b\"");
        text_release(&text);
    }
}
END_TEST

START_TEST(text_is_always_quoted)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"\"", "\"\\x22\""},
        {"\"\"a", "\"\\x22\\x22a\""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text text;

        text_init(&text);
        text_quote(&text, rows[i].text);
        ck_assert_str_eq(text_string(&text), rows[i].shown);
        text_release(&text);
    }
}
END_TEST

START_TEST(a_long_name_is_cut_after_a_whole_character)
{
    static const struct {
        const char *name;
        size_t size;
        const char *shown;
    } rows[] = {
        {"abcd", 5, "abcd"},
        {"abcd", 4, "abc"},
        {"a bc", 7, "\"a bc\""},
        {"a bc", 6, "\"a b\""},
        {"\u00e4\u00e4", 4, "\u00e4"},
        {" \u00e4", 5, "\" \""},
        {" \u00e4", 6, "\" \u00e4\""},
        {"\"\"", 9, "\"\\x22\""},
        {" ", 3, "\"\""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buffer[16];

        memset(buffer, 'x', sizeof buffer);
        ck_assert_str_eq(name_quote(rows[i].name, buffer, rows[i].size), rows[i].shown);
        ck_assert_int_eq(buffer[rows[i].size], 'x');
    }
}
END_TEST

Suite *quote_suite(void)
{
    Suite *suite = suite_create("quote");
    TCase *tests = tcase_create("quote");

    tcase_add_test(tests, a_name_of_letters_and_digits_is_plain);
    tcase_add_test(tests, any_other_character_is_a_reason_to_quote);
    tcase_add_test(tests, a_quotation_mark_cannot_end_the_quotation);
    tcase_add_test(tests, text_is_always_quoted);
    tcase_add_test(tests, a_long_name_is_cut_after_a_whole_character);
    suite_add_tcase(suite, tests);
    return suite;
}
