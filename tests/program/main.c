/* program-tests MAXPORT [SUITE]: maxport.exe as a whole, run and looked at from outside.
 *
 * Changes HKEY_LOCAL_MACHINE and the store. Outside of Wine it therefore wants
 * MAXPORT_TESTS_MAY_CHANGE_THIS_MACHINE=yes. Passed means: exit code 0 and Check's
 * closing line, which says how many checks there were. */
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/asked.h"
#include "program/suites.h"
#include "program/witness.h"

static const struct {
    const char *name;
    Suite *(*make)(void);
} suites[] = {
#define SUITE_ROW(name) {#name, name##_suite},
    SUITES(SUITE_ROW)
#undef SUITE_ROW
};

/* The path as Windows has it: argv has lost what is not in the code page. */
static bool find_maxport(void)
{
    wchar_t full[MAX_PATH];
    int count;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    bool is_found = count > 1 && GetFullPathNameW(arguments[1], MAX_PATH, full, NULL) &&
                    GetFileAttributesW(full) != INVALID_FILE_ATTRIBUTES;

    if (is_found)
        run_use(full);
    LocalFree(arguments);
    return is_found;
}

int main(int argc, char **argv)
{
    const char *wanted = argc > 2 ? argv[2] : NULL;
    const char *why;
    SRunner *runner;
    int run = 0, failed = 0;
    bool is_found = false;

    if (asked_play(&run))
        return run;
    if (!find_maxport()) {
        fputs("usage: program-tests MAXPORT.EXE [SUITE]\n", stderr);
        return 2;
    }
    if (!witness_begin(&why)) {
        fprintf(stderr, "program-tests: refused: %s\n", why);
        return 2;
    }
    runner = srunner_create(NULL);
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        if (wanted && strcmp(wanted, suites[i].name) != 0)
            continue;
        srunner_add_suite(runner, suites[i].make());
        is_found = true;
    }
    if (!is_found) {
        fprintf(stderr, "program-tests: there is no suite %s\n", wanted);
        srunner_free(runner);
        return 2;
    }
    srunner_run_all(runner, CK_NORMAL);
    run = srunner_ntests_run(runner);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (run == 0)
        fputs("program-tests: nothing was checked\n", stderr);
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
