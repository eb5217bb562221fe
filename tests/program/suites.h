/* suites.h - the list of all suites of program-tests, in the order in which they run.
 *
 * Each suite is in a file of the same name, which defines `Suite *NAME_suite(void)`. To add a
 * suite, add a line here and add the file to tests/CMakeLists.txt.
 */
#ifndef TESTS_PROGRAM_SUITES_H
#define TESTS_PROGRAM_SUITES_H

#include <check.h>

/* clang-format off */
#define SUITES(suite) \
    suite(set_and_undo) \
    suite(foreign) \
    suite(backup) \
    suite(bad_input) \
    suite(printed) \
    suite(asked) \
    suite(ways) \
    suite(counts) \
    suite(check) \
    suite(metrics) \
    suite(races) \
    suite(killed) \
    suite(denied) \
    suite(store) \
    suite(planted) \
    suite(versions) \
    suite(ranges) \
    suite(outages) \
    suite(exhaustion) \
    suite(restore_point) \
    suite(window) \
    suite(window_keys) \
    suite(window_layout) \
    suite(window_ports)
/* clang-format on */

#define DECLARE_SUITE(name) Suite *name##_suite(void);
SUITES(DECLARE_SUITE)
#undef DECLARE_SUITE

#endif
