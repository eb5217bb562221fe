#include "core/base/fault.h"
#include "core/base/text.h"
#include "suites.h"

#include <string.h>

START_TEST(fault_set_fills_the_fault_and_returns_false)
{
    struct fault fault;
    ck_assert(!fault_set(&fault, FAULT_DENIED, 5, "%s is %d.", "x", 7));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_uint_eq(fault.code, 5);
    ck_assert_str_eq(fault.text, "x is 7.");
}
END_TEST

START_TEST(long_text_is_cut_after_a_whole_character)
{
    static const char *const tails[] = {
        "\x41",
        "\xc3\xa9",
        "\xe2\x82\xac",
        "\xf0\x9f\x98\x80",
    };
    for (size_t size = 1; size <= 4; size++) {
        for (size_t shift = 0; shift < 8; shift++) {
            char long_text[2 * FAULT_TEXT_SIZE + 16];
            size_t length = shift;
            memset(long_text, 'x', shift);
            while (length + size < sizeof long_text) {
                memcpy(long_text + length, tails[size - 1], size);
                length += size;
            }
            long_text[length] = '\0';
            struct fault fault;
            fault_set(&fault, FAULT_FAILED, 0, "%s", long_text);
            length = strlen(fault.text);
            ck_assert_uint_gt(length, FAULT_TEXT_SIZE - 1 - size);
            for (size_t i = 0; i < length;) {
                uint32_t character;
                size_t step = utf8_decode(fault.text + i, length - i, &character);
                ck_assert_msg(step > 0, "characters of %zu bytes, shifted by %zu", size, shift);
                i += step;
            }
        }
    }
}
END_TEST

START_TEST(a_character_that_just_fits_is_kept)
{
    char text[FAULT_TEXT_SIZE];
    memset(text, 'x', sizeof text);
    memcpy(text + FAULT_TEXT_SIZE - 3, "\xc3\xa9", 3);
    struct fault fault;
    fault_set(&fault, FAULT_FAILED, 0, "%s", text);
    ck_assert_str_eq(fault.text, text);
}
END_TEST

START_TEST(fault_set_accepts_arguments_inside_the_fault)
{
    struct fault fault;
    fault_set(&fault, FAULT_FAILED, 0, "inner");
    fault_set(&fault, FAULT_STORE, 0, "before %s after", fault.text);
    ck_assert_str_eq(fault.text, "before inner after");
}
END_TEST

START_TEST(a_prefix_keeps_kind_and_code)
{
    struct fault fault;
    fault_set(&fault, FAULT_BUSY, 32, "It is locked.");
    ck_assert(!fault_prefix(&fault, "journal %d", 3));
    ck_assert_int_eq(fault.kind, FAULT_BUSY);
    ck_assert_uint_eq(fault.code, 32);
    ck_assert_str_eq(fault.text, "journal 3: It is locked.");
}
END_TEST

START_TEST(fault_except_rewrites_the_fault_but_not_the_exception)
{
    struct fault fault;
    fault_set(&fault, FAULT_FAILED, 5, "A. Nothing was changed. B. Nothing was changed.");
    ck_assert(!fault_except(&fault, "\"Nothing was changed\" is restored."));
    ck_assert_str_eq(fault.text, "\"Nothing was changed\" is restored. A. Nothing else was "
                                 "changed. B. Nothing else was changed.");
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    ck_assert_uint_eq(fault.code, 5);
}
END_TEST

START_TEST(fault_retract_removes_statements_of_no_change)
{
    struct fault fault;
    fault_set(&fault, FAULT_STALE, 0,
              "A. Nothing was changed. B. Nothing was written. Everything is as it was before.");
    fault_retract(&fault);
    ck_assert_str_eq(fault.text, "A. B.");
}
END_TEST

START_TEST(fault_text_cuts_after_a_whole_character)
{
    struct fault fault;
    char buffer[6];
    fault_set(&fault, FAULT_FAILED, 0, "ab\xe2\x82\xac"); /* the euro sign has three bytes */
    fault_text(&fault, buffer, 6);
    ck_assert_str_eq(buffer, "ab\xe2\x82\xac");
    for (size_t size = 3; size < 6; size++) {
        fault_text(&fault, buffer, size);
        ck_assert_str_eq(buffer, "ab");
    }
    fault_text(&fault, buffer, 1);
    ck_assert_str_eq(buffer, "");
}
END_TEST

START_TEST(a_failed_allocation_has_its_own_kind)
{
    struct fault fault;
    ck_assert(!fault_no_memory(&fault));
    ck_assert_int_eq(fault.kind, FAULT_NO_MEMORY);
    ck_assert_str_ne(fault.text, "");
}
END_TEST

START_TEST(each_kind_of_fault_has_a_fixed_name)
{
    static const struct {
        enum fault_kind kind;
        const char *name;
    } rows[] = {
        {FAULT_NONE, "none"},       {FAULT_FAILED, "failed"},
        {FAULT_USAGE, "usage"},     {FAULT_DENIED, "denied"},
        {FAULT_STUCK, "stuck"},     {FAULT_DECLINED, "declined"},
        {FAULT_STORE, "store"},     {FAULT_STALE, "stale"},
        {FAULT_MISSING, "missing"}, {FAULT_UNAVAILABLE, "unavailable"},
        {FAULT_BUSY, "busy"},       {FAULT_NO_MEMORY, "no_memory"},
        {FAULT_EXISTS, "exists"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(fault_name(rows[i].kind), rows[i].name);
}
END_TEST

Suite *fault_suite(void)
{
    Suite *suite = suite_create("fault");
    TCase *tests = tcase_create("fault");
    tcase_add_test(tests, fault_set_fills_the_fault_and_returns_false);
    tcase_add_test(tests, long_text_is_cut_after_a_whole_character);
    tcase_add_test(tests, a_character_that_just_fits_is_kept);
    tcase_add_test(tests, fault_set_accepts_arguments_inside_the_fault);
    tcase_add_test(tests, a_prefix_keeps_kind_and_code);
    tcase_add_test(tests, fault_except_rewrites_the_fault_but_not_the_exception);
    tcase_add_test(tests, fault_retract_removes_statements_of_no_change);
    tcase_add_test(tests, fault_text_cuts_after_a_whole_character);
    tcase_add_test(tests, a_failed_allocation_has_its_own_kind);
    tcase_add_test(tests, each_kind_of_fault_has_a_fixed_name);
    suite_add_tcase(suite, tests);
    return suite;
}
