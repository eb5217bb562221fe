/* program-tests MAXPORT [SUITE] - runs the complete maxport.exe and checks its results from
 * outside.
 *
 * The tests change HKEY_LOCAL_MACHINE and the store. So outside Wine they run only if the
 * environment contains MAXPORT_TESTS_MAY_CHANGE_THIS_MACHINE=yes.
 */
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>

#include "documents.h"
#include "program/asked.h"
#include "program/suites.h"
#include "program/witness.h"
#include "runner.h"

static const struct suite_row suites[] = {SUITES(SUITE_ROW)};

/* Reads the path of maxport.exe from the command line of Windows, because argv loses characters
 * that are not in the code page. */
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
    const char *why;
    int exit_code = 0;

    if (asked_play(&exit_code))
        return exit_code;
    if (!find_maxport()) {
        fputs("usage: program-tests MAXPORT.EXE [SUITE]\n", stderr);
        return 2;
    }
    if (!witness_begin(&why)) {
        fprintf(stderr, "program-tests: refused: %s\n", why);
        return 2;
    }
    documents_begin();
    return runner_run("program-tests", suites, sizeof suites / sizeof *suites,
                      argc > 2 ? argv[2] : NULL);
}
