/* runner.h - runs all suites of a test executable, or the requested suite. A run has passed only if
 * the exit code is 0 and Check has printed its last line, which contains the number of checks.
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

/* Runs the suite `wanted`, or all suites if it is NULL. Returns the exit code for main: 0 if there
 * were checks and all passed, 2 if the suite does not exist, otherwise 1. */
int runner_run(const char *program, const struct suite_row *rows, size_t count, const char *wanted);

#endif
