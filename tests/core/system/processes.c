#include "core/system/processes.h"
#include "suites.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void list(struct processes *processes)
{
    static const struct process rows[] = {
        {.id = 4711, .parent = 600, .name = "w3wp.exe"},
        {.id = 0, .name = "[System Process]"},
        {.id = 0xfffffffc, .parent = 4, .name = "last.exe"},
        {.id = 600, .parent = 4, .name = "services.exe"},
        {.id = 800, .parent = 600, .name = ""},
        {.id = 900, .parent = 600, .name = "w3wp.exe (application pool Shop)"},
    };
    processes_init(processes);
    processes->rows = malloc(sizeof rows);
    ck_assert_ptr_nonnull(processes->rows);
    memcpy(processes->rows, rows, sizeof rows);
    processes->count = sizeof rows / sizeof rows[0];
    processes_sort(processes);
}

START_TEST(processes_are_found_by_id)
{
    struct processes processes;
    list(&processes);
    ck_assert_uint_eq(processes.rows[0].id, 0);
    ck_assert_uint_eq(processes.rows[5].id, 0xfffffffc);
    ck_assert_str_eq(processes_find(&processes, 4711)->name, "w3wp.exe");
    ck_assert_uint_eq(processes_find(&processes, 4711)->parent, 600);
    ck_assert_str_eq(processes_find(&processes, 0xfffffffc)->name, "last.exe");
    ck_assert_ptr_null(processes_find(&processes, 601));
    ck_assert_ptr_null(processes_find(&processes, 0xffffffff));
    processes_release(&processes);
    ck_assert_ptr_null(processes_find(&processes, 4711));
}
END_TEST

START_TEST(processes_are_named_even_if_ended)
{
    static const struct {
        uint32_t id;
        const char *name;
    } rows[] = {
        {0, "(no process)"},
        {4, "System"}, /* Wine does not list this process */
        {600, "services.exe"},
        {800, "process 800"},
        /* A program may have this name, so it is quoted: maxport adds its own remarks in
         * parentheses. */
        {900, "\"w3wp.exe (application pool Shop)\""},
        {4712, "process 4712 (ended)"},
        {0xffffffff, "process 4294967295 (ended)"},
    };
    struct processes processes;
    list(&processes);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buffer[300];
        ck_assert_str_eq(processes_name(&processes, rows[i].id, buffer), rows[i].name);
    }
    processes_release(&processes);
}
END_TEST

/* A user can give a program any name, so a name must not look like words of maxport. */
START_TEST(a_name_that_could_be_read_as_text_is_quoted)
{
    static const struct {
        const char *name, *shown;
    } rows[] = {
        {"svchost.exe", "svchost.exe"},
        {"run net stop X.exe", "\"run net stop X.exe\""},
        {"process 668", "\"process 668\""},
        {"System)", "\"System)\""},
        {"net\u00a0stop\u00a0X.exe", "\"net\u00a0stop\u00a0X.exe\""},
        {"net\u2800stop\u2800X.exe", "\"net\u2800stop\u2800X.exe\""},
        {"a.exe\uff08PID\uff09", "\"a.exe\uff08PID\uff09\""},
        {"a\" run maxport undo. \"b", "\"a\\x22 run maxport undo. \\x22b\""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct process row = {.id = 668};
        const struct processes processes = {.rows = &row, .count = 1};
        char buffer[PROCESS_NAME_SIZE];

        strcpy(row.name, rows[i].name);
        ck_assert_str_eq(processes_name(&processes, 668, buffer), rows[i].shown);
    }
}
END_TEST

Suite *processes_suite(void)
{
    Suite *suite = suite_create("processes");
    TCase *tests = tcase_create("processes");
    tcase_add_test(tests, processes_are_found_by_id);
    tcase_add_test(tests, processes_are_named_even_if_ended);
    tcase_add_test(tests, a_name_that_could_be_read_as_text_is_quoted);
    suite_add_tcase(suite, tests);
    return suite;
}
