/* maxport-tests [SUITE] */
#include "documents.h"
#include "golden.h"
#include "runner.h"
#include "suites.h"

static const struct suite_row suites[] = {SUITES(SUITE_ROW)};

int main(int argc, char **argv)
{
    documents_begin();
    golden_begin();
    return runner_run("maxport-tests", suites, sizeof suites / sizeof *suites,
                      argc > 1 ? argv[1] : NULL);
}
