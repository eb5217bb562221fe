#include <stdio.h>

#include "core/journal/regfile.h"
#include "core/journal/regfile_scene.h"
#include "fake/machine.h"
#include "suites.h"

START_TEST(values_are_found_by_key_and_name_without_case)
{
    struct regfile file;
    struct fault fault;
    ck_assert(parse(HEADER "[HKEY_LOCAL_MACHINE\\K]\r\n"
                           "\"c\"=dword:00000001\r\n\"A\"=dword:00000002\r\n@=-\r\n"
                           "[HKEY_LOCAL_MACHINE\\J]\r\n"
                           "\"a\"=dword:00000003\r\n\"B\"=dword:00000004\r\n"
                           "[HKEY_LOCAL_MACHINE\\K\\empty]\r\n",
                    &file, &fault));
    static const struct {
        const char *key, *name;
        unsigned line; /* 0: the value is not in the file */
    } rows[] = {
        {"K", "c", 3},        {"k", "C", 3}, {"K", "a", 4}, {"K", "", 5},
        {"J", "A", 7},        {"j", "b", 8}, {"J", "", 0},  {"K", "b", 0},
        {"K\\empty", "a", 0}, {"L", "a", 0}, {"", "", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct regfile_value *value = regfile_find(&file, rows[i].key, rows[i].name);
        ck_assert_msg((value ? value->line : 0) == rows[i].line, "row %zu", i);
    }
    ck_assert_uint_eq(regfile_find_key(&file, "k\\EMPTY")->line, 9);
    regfile_release(&file);
}
END_TEST

START_TEST(many_values_in_any_order_are_found)
{
    enum { MANY = 3000 };
    struct text text;
    struct regfile file;
    struct fault fault;
    text_init(&text);
    text_puts(&text, HEADER KEY);
    for (unsigned i = 0; i < MANY; i++)
        text_printf(&text, "\"%u\"=dword:%08x\r\n", i * 1009 % MANY, i * 1009 % MANY);
    ck_assert(parse(text_string(&text), &file, &fault));
    text_release(&text);
    for (unsigned i = 0; i < MANY; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        const struct regfile_value *value = regfile_find(&file, TCPIP_PARAMETERS, name);
        ck_assert_ptr_nonnull(value);
        ck_assert_uint_eq(value->value.number, i);
    }
    regfile_release(&file);
}
END_TEST

Suite *regfile_suite(void)
{
    Suite *suite = suite_create("regfile");
    TCase *reading = tcase_create("reading");
    tcase_add_test(reading, values_are_found_by_key_and_name_without_case);
    tcase_add_test(reading, many_values_in_any_order_are_found);
    suite_add_tcase(suite, reading);
    return suite;
}
