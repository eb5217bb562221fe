#include "runner.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int runner_run(const char *program, const struct suite_row *rows, size_t count, const char *wanted)
{
    SRunner *runner = srunner_create(NULL);
    bool is_found = false;
    int run, failed;

    for (size_t i = 0; i < count; i++) {
        if (wanted && strcmp(wanted, rows[i].name) != 0)
            continue;
        srunner_add_suite(runner, rows[i].make());
        is_found = true;
    }
    if (!is_found) {
        fprintf(stderr, "%s: suite %s does not exist; suites:", program, wanted ? wanted : "");
        for (size_t i = 0; i < count; i++)
            fprintf(stderr, " %s", rows[i].name);
        fputc('\n', stderr);
        srunner_free(runner);
        return 2;
    }
    srunner_run_all(runner, CK_NORMAL);
    run = srunner_ntests_run(runner);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (run == 0)
        fprintf(stderr, "%s: nothing was checked\n", program);
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
