/* suites.h - all suites of maxport-tests, in the order in which they run.
 *
 * A suite is defined in the test file of its module by a function `Suite *NAME_suite(void)`. To add
 * a suite, add a line here and the file to tests/CMakeLists.txt.
 */
#ifndef TESTS_SUITES_H
#define TESTS_SUITES_H

#include <check.h>

/* clang-format off */
#define SUITES(suite) \
    suite(fake) \
    suite(range) \
    suite(usage) \
    suite(usage_groups) \
    suite(verdict) \
    suite(closing_rate) \
    suite(command_line) \
    suite(fault) \
    suite(text) \
    suite(utf16) \
    suite(value) \
    suite(place) \
    suite(quote) \
    suite(regfile) \
    suite(regfile_reader) \
    suite(regfile_writer) \
    suite(regfile_diff) \
    suite(regfile_merge) \
    suite(restore_rule) \
    suite(clock) \
    suite(os_version) \
    suite(netsh_text) \
    suite(processes) \
    suite(process_details) \
    suite(series) \
    suite(forecast) \
    suite(usage_history) \
    suite(services) \
    suite(sockets) \
    suite(free_blocks) \
    suite(diagnosis) \
    suite(diagnosis_families) \
    suite(diagnosis_stories) \
    suite(diagnosis_time_wait) \
    suite(advice) \
    suite(probe) \
    suite(port_check) \
    suite(setting) \
    suite(sha256) \
    suite(cli_apply_flow) \
    suite(cli_audit) \
    suite(journal) \
    suite(journal_lines) \
    suite(journal_json) \
    suite(change) \
    suite(capacity) \
    suite(cli_capacity) \
    suite(error_code) \
    suite(explain) \
    suite(check) \
    suite(check_range) \
    suite(metrics) \
    suite(metrics_check) \
    suite(reading) \
    suite(report) \
    suite(backup) \
    suite(restore) \
    suite(cli_restore_point) \
    suite(ends) \
    suite(fail_above) \
    suite(ports) \
    suite(port_sockets) \
    suite(truth) \
    suite(two_commands) \
    suite(watch) \
    suite(why) \
    suite(port) \
    suite(cli_status) \
    suite(cli_status_document) \
    suite(cli_set) \
    suite(cli_set_input) \
    suite(cli_set_failures) \
    suite(cli_settling) \
    suite(cli_range) \
    suite(cli_reset) \
    suite(cli_undo) \
    suite(cli_history) \
    suite(cli_store) \
    suite(cli_store_adopt) \
    suite(cli_unelevated) \
    suite(cli_verify) \
    suite(cli_command) \
    suite(cli_output) \
    suite(cli_text_from_outside) \
    suite(plan) \
    suite(plan_print) \
    suite(plan_notes) \
    suite(plan_make) \
    suite(plan_digest) \
    suite(usage_rows) \
    suite(rows_sort) \
    suite(port_pattern) \
    suite(rows_text) \
    suite(run_entry) \
    suite(run_result) \
    suite(headline) \
    suite(entry_details) \
    suite(file_request) \
    suite(schedule) \
    suite(notes) \
    suite(survey)
/* clang-format on */

#define DECLARE_SUITE(name) Suite *name##_suite(void);
SUITES(DECLARE_SUITE)
#undef DECLARE_SUITE

#endif
