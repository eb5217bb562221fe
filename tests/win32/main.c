/* win32-tests [SUITE]: runs all suites, or the one of that name. Passed means: exit
 * code 0 and Check's closing line, which says how many checks there were. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"
#include "suites.h"

static const struct {
    const char *name;
    Suite *(*make)(void);
} suites[] = {
#define SUITE_ROW(name) {#name, name##_suite},
    SUITES(SUITE_ROW)
#undef SUITE_ROW
};

int main(int argc, char **argv)
{
    const char *wanted = argc > 1 ? argv[1] : NULL;
    int exit_code;
    if (scratch_play_other_process(&exit_code)) {
        return exit_code;
    }
    SRunner *runner = srunner_create(NULL);
    bool is_found = false;
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        if (wanted && strcmp(wanted, suites[i].name) != 0) {
            continue;
        }
        srunner_add_suite(runner, suites[i].make());
        is_found = true;
    }
    if (!is_found) {
        fprintf(stderr, "win32-tests: there is no suite %s\n", wanted);
        srunner_free(runner);
        return 2;
    }
    srunner_run_all(runner, CK_NORMAL);
    int run = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (run == 0) {
        fputs("win32-tests: nothing was checked\n", stderr);
    }
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
