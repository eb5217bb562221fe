/* suites.h - the list of all suites of win32-tests, in the order in which they run.
 *
 * Each suite is in the test file of its module, which defines `Suite *NAME_suite(void)`. To add a
 * suite, add a line here and add the file to tests/CMakeLists.txt.
 */
#ifndef TESTS_WIN32_SUITES_H
#define TESTS_WIN32_SUITES_H

#include <check.h>

/* clang-format off */
#define SUITES(suite) \
    suite(wide) \
    suite(system_message) \
    suite(late) \
    suite(random) \
    suite(background) /* before suites that abandon threads for ever */ \
    suite(registry) \
    suite(trust) \
    suite(ntdll) \
    suite(program_data) \
    suite(store_folder) \
    suite(store_attack) \
    suite(store_file) \
    suite(store_lock) \
    suite(store_public) \
    suite(store_remove) \
    suite(files) \
    suite(picture) \
    suite(clock_source) \
    suite(deadline) \
    suite(console) \
    suite(os) \
    suite(memory) \
    suite(save_dialog) \
    suite(binder) \
    suite(process_details) \
    suite(services) \
    suite(launcher) \
    suite(event_log) \
    suite(sockets_source) \
    suite(child) \
    suite(wmi) \
    suite(ranges_source) \
    suite(ranges_netsh) \
    suite(guard) \
    suite(harden) \
    suite(restore_point) \
    suite(audit) \
    suite(machine)
/* clang-format on */

#define DECLARE_SUITE(name) Suite *name##_suite(void);
SUITES(DECLARE_SUITE)
#undef DECLARE_SUITE

#endif
