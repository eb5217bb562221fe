/* maxport-gui-tests [SUITE]. Most tests paint into memory. Some tests also create windows, which
 * need a display. */
#include "runner.h"
#include "suites.h"

static const struct suite_row suites[] = {SUITES(SUITE_ROW)};

int main(int argc, char **argv)
{
    return runner_run("maxport-gui-tests", suites, sizeof suites / sizeof *suites,
                      argc > 1 ? argv[1] : NULL);
}
