/* runner.h - the main function of every test executable: runs all suites, or the requested
 * suite. A run passes if the exit code is 0 and Check prints its closing line, which contains
 * the number of checks.
 */
#ifndef TESTS_RUNNER_H
#define TESTS_RUNNER_H

#include <check.h>
#include <stddef.h>

struct suite_row {
    const char *name;
    Suite *(*make)(void);
};

/* A row for SUITES in a suites.h. */
#define SUITE_ROW(name) {#name, name##_suite},

/* Returns the exit code of main: 0 if there were checks and all passed, 2 if the suite does not
 * exist, otherwise 1. `wanted` NULL runs all suites. */
int runner_run(const char *program, const struct suite_row *rows, size_t count, const char *wanted);

#endif
