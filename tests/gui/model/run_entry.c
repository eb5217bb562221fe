#include <check.h>

#include "../../suites.h"
#include "gui/model/run_entry.h"

START_TEST(run_entry_find_matches_process_and_time)
{
    static struct journal_entry entries[] = {
        {.id = 3,
         .process_id = 700,
         .started_ms = 100000}, /* an earlier process with the same PID */
        {.id = 4, .process_id = 800, .started_ms = 110000},
        {.id = 5, .process_id = 700, .started_ms = 60000}, /* written with a wrong clock */
        {.id = 6, .process_id = 700, .started_ms = 119000},
        {.id = 7, .process_id = 900, .started_ms = 120000},
    };
    struct journal journal = {.entries = entries, .count = 5};
    static const struct {
        uint32_t process;
        uint64_t after_id;
        int64_t from_ms;
        uint64_t found;
    } rows[] = {
        {700, 4, 120000, 6}, {700, 6, 0, 0}, /* not newer than after_id */
        {700, 4, 130000, 0},                 /* earlier than from_ms */
        {800, 4, 0, 0},      {900, 4, 120000, 7}, {0, 0, 0, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_uint_eq(
            run_entry_find(&journal, rows[i].process, rows[i].after_id, rows[i].from_ms),
            rows[i].found);
    entries[3].process_id = 0; /* no process */
    ck_assert_uint_eq(run_entry_find(&journal, 0, 4, 0), 0);
    ck_assert_uint_eq(run_entry_find(&journal, 700, 4, 120000), 0);
    ck_assert_uint_eq(run_entry_newest(&journal), 7);
    journal.count = 0;
    ck_assert_uint_eq(run_entry_newest(&journal), 0);
}
END_TEST

Suite *run_entry_suite(void)
{
    Suite *suite = suite_create("run_entry");
    TCase *tcase = tcase_create("run_entry");

    tcase_add_test(tcase, run_entry_find_matches_process_and_time);
    suite_add_tcase(suite, tcase);
    return suite;
}
