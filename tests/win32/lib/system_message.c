#include "win32/lib/system_message.h"

#include "../suites.h"

#include <string.h>
#include <windows.h>

START_TEST(a_code_is_converted_to_a_sentence_on_one_line)
{
    static const DWORD codes[] = {ERROR_ACCESS_DENIED, ERROR_FILE_NOT_FOUND, 0x80070005, 4711};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct text text;
        text_init(&text);
        system_message(&text, codes[i]);
        ck_assert_ptr_nonnull(strstr(text_string(&text), "error "));
        ck_assert_ptr_null(strpbrk(text_string(&text), "\r\n"));
        text_release(&text);
    }
}
END_TEST

START_TEST(hresults_are_printed_in_hexadecimal)
{
    struct text text;
    text_init(&text);
    system_message(&text, 0x80041234);
    ck_assert_ptr_nonnull(strstr(text_string(&text), "error 0x80041234"));
    text_release(&text);
}
END_TEST

START_TEST(a_fault_contains_the_action_and_the_cause)
{
    struct fault fault;
    ck_assert(!system_fault(&fault, FAULT_FAILED, ERROR_ACCESS_DENIED, "%s cannot be read", "X"));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_uint_eq(fault.code, ERROR_ACCESS_DENIED);
    ck_assert_int_eq(strncmp(fault.text, "X cannot be read: ", 18), 0);
    ck_assert_ptr_nonnull(strstr(fault.text, "(error 5)."));
}
END_TEST

START_TEST(a_long_name_is_cut_in_the_fault)
{
    struct fault fault;
    char name[2 * FAULT_TEXT_SIZE];
    memset(name, 0xc3, sizeof name);
    name[sizeof name - 1] = '\0';
    system_fault(&fault, FAULT_FAILED, ERROR_DISK_FULL, "%s cannot be written", name);
    ck_assert_int_eq(fault.kind, FAULT_FAILED);
    ck_assert_uint_lt(strlen(fault.text), FAULT_TEXT_SIZE);
}
END_TEST

START_TEST(each_code_is_mapped_to_a_fault_kind)
{
    ck_assert_int_eq(system_fault_kind(ERROR_PRIVILEGE_NOT_HELD, FAULT_STORE), FAULT_DENIED);
    ck_assert_int_eq(system_fault_kind(740, FAULT_STORE), FAULT_DENIED);
    ck_assert_int_eq(system_fault_kind(0x80070005, FAULT_STORE), FAULT_DENIED);
    ck_assert_int_eq(system_fault_kind(ERROR_OUTOFMEMORY, FAULT_STORE), FAULT_NO_MEMORY);
    ck_assert_int_eq(system_fault_kind(ERROR_PATH_NOT_FOUND, FAULT_STORE), FAULT_MISSING);
    ck_assert_int_eq(system_fault_kind(ERROR_DISK_FULL, FAULT_STORE), FAULT_STORE);
}
END_TEST

Suite *system_message_suite(void)
{
    Suite *suite = suite_create("system_message");
    TCase *tests = tcase_create("system_message");
    tcase_add_test(tests, a_code_is_converted_to_a_sentence_on_one_line);
    tcase_add_test(tests, hresults_are_printed_in_hexadecimal);
    tcase_add_test(tests, a_fault_contains_the_action_and_the_cause);
    tcase_add_test(tests, a_long_name_is_cut_in_the_fault);
    tcase_add_test(tests, each_code_is_mapped_to_a_fault_kind);
    suite_add_tcase(suite, tests);
    return suite;
}
