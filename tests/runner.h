/* runner.h - what every test executable's main does: it runs its suites, or the one that is
 * wanted. Passed means: exit code 0 and Check's closing line, which says how many checks
 * there were.
 */
#ifndef TESTS_RUNNER_H
#define TESTS_RUNNER_H

#include <check.h>
#include <stddef.h>

struct suite_row {
    const char *name;
    Suite *(*make)(void);
};

/* A row for SUITES of a suites.h. */
#define SUITE_ROW(name) {#name, name##_suite},

/* Returns main's exit code: 0 only if there were checks and all passed, 2 if there is no
 * suite of that name. `wanted` may be NULL, for all of them. */
int runner_run(const char *program, const struct suite_row *rows, size_t count, const char *wanted);

#endif
