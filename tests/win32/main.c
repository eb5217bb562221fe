/* win32-tests [SUITE] - runs all suites, or one suite. */
#include "runner.h"
#include "scratch.h"
#include "suites.h"

static const struct suite_row suites[] = {SUITES(SUITE_ROW)};

int main(int argc, char **argv)
{
    int exit_code;

    if (scratch_play_other_process(&exit_code))
        return exit_code;
    return runner_run("win32-tests", suites, sizeof suites / sizeof *suites,
                      argc > 1 ? argv[1] : NULL);
}
