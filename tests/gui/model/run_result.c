#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "../../suites.h"
#include "cli/run.h"
#include "gui/model/run_result.h"

/* A run may have resolved an interrupted change before it ended, so only the journal states what
 * was written. */
START_TEST(the_text_of_an_exit_code_never_denies_a_change)
{
    static const char *const claims[] = {
        "othing was changed", "othing was written", "as it was",       "as before",
        "not touched",        "nothing had to",     "before it wrote", "already",
    };
    struct run_result outcome = {.is_started = true, .state = RUN_ENDED};

    for (outcome.exit_code = 0; outcome.exit_code < 8; outcome.exit_code++) {
        struct text text;

        text_init(&text);
        run_result_print(&outcome, NULL, &text);
        expect_in(text_string(&text), "maxport.exe ");
        expect_in(text_string(&text), "The History page shows ");
        for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
            expect_not_in(text_string(&text), claims[i]);
        text_release(&text);
    }
}
END_TEST

/* The text must be about the values of the entry only, because the run may have resolved an
 * interrupted change before its own change failed. */
START_TEST(an_entry_states_the_result_for_its_own_values)
{
    struct step step = {.place = {.kind = PLACE_REGISTRY, .name = "MaxUserPort"}};
    struct journal_entry entry = {
        .id = 3, .state = ENTRY_ROLLED_BACK, .steps = &step, .step_count = 1};
    struct journal journal = {.entries = &entry, .count = 1};
    struct run_result outcome = {
        .is_started = true, .state = RUN_ENDED, .exit_code = 1, .entry = 3};
    struct text text;

    entry.outcome = (char *)"";
    text_init(&text);
    run_result_print(&outcome, &journal, &text);
    expect_in(text_string(&text), "Change 3: MaxUserPort");
    expect_in(text_string(&text), "It failed; its values were restored.");
    text_release(&text);
}
END_TEST

Suite *run_result_suite(void)
{
    Suite *suite = suite_create("run_result");
    TCase *tcase = tcase_create("outcome");

    tcase_add_test(tcase, the_text_of_an_exit_code_never_denies_a_change);
    tcase_add_test(tcase, an_entry_states_the_result_for_its_own_values);
    suite_add_tcase(suite, tcase);
    return suite;
}
