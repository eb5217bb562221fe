/* maxport-gui-tests [SUITE]: runs all suites, or the one of that name. Everything is
 * painted into memory: there need be no display. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    SRunner *runner = srunner_create(NULL);
    int run, failed;

    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        if (!wanted || strcmp(wanted, suites[i].name) == 0)
            srunner_add_suite(runner, suites[i].make());
    srunner_run_all(runner, CK_NORMAL);
    run = srunner_ntests_run(runner);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (run == 0)
        fprintf(stderr, "maxport-gui-tests: there is no suite %s\n", wanted ? wanted : "at all");
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
