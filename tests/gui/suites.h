/* suites.h - all suites of maxport-gui-tests, in the order in which they run.
 *
 * A suite is defined in the test file of its module by a function `Suite *NAME_suite(void)`. To add
 * a suite, add a line here and the file to tests/CMakeLists.txt.
 */
#ifndef TESTS_GUI_SUITES_H
#define TESTS_GUI_SUITES_H

#include <check.h>

/* clang-format off */
#define SUITES(suite) \
    suite(theme) \
    suite(scale) \
    suite(canvas) \
    suite(gauge) \
    suite(chart) \
    suite(port_map) \
    suite(range_bar) \
    suite(popup) \
    suite(accessible)
/* clang-format on */

#define DECLARE_SUITE(name) Suite *name##_suite(void);
SUITES(DECLARE_SUITE)
#undef DECLARE_SUITE

#endif
