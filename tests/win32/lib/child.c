/* Tests that start programs of the system folder: cmd.exe and a fake netsh.exe. */
#include "win32/lib/child.h"

#include "../suites.h"
#include "program/fakes.h"
#include "win32/lib/environment.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct fault fault;
static struct child_answer answer;

static bool run(const wchar_t *program, const wchar_t *arguments, DWORD limit_ms)
{
    return child_run(program, arguments, limit_ms, &answer, &fault);
}

#define ASSERT_RUNS(program, arguments)                                                            \
    ck_assert_msg(run((program), (arguments), 20000), "%s", fault.text)

static void tear_down(void)
{
    child_answer_release(&answer);
    memset(&answer, 0, sizeof answer);
}

static void set_up_fake(void)
{
    fakes_install_netsh();
}

static void tear_down_fake(void)
{
    tear_down();
    fakes_uninstall_netsh();
}

START_TEST(output_and_exit_code_are_returned)
{
    ASSERT_RUNS(L"cmd.exe", L"/c \"echo one&& echo two>&2&& exit 7\"");
    ck_assert_uint_eq(answer.exit_code, 7);
    ck_assert_str_eq(text_string(&answer.output), "one\r\ntwo\r\n");
    ck_assert(!answer.is_cut);
}
END_TEST

START_TEST(missing_output_is_not_a_failure)
{
    ASSERT_RUNS(L"cmd.exe", L"/c exit 0");
    ck_assert_uint_eq(answer.exit_code, 0);
    ck_assert_uint_eq(answer.output.length, 0);
}
END_TEST

START_TEST(a_child_starts_in_the_system_folder)
{
    wchar_t folder[MAX_PATH];
    char expected[MAX_PATH + 2] = "";
    ck_assert_uint_ne(GetSystemDirectoryW(folder, MAX_PATH), 0);
    for (size_t i = 0; folder[i]; i++)
        expected[i] = (char)folder[i];
    ASSERT_RUNS(L"cmd.exe", L"/c cd");
    ck_assert_int_eq(_strnicmp(text_string(&answer.output), expected, strlen(expected)), 0);
}
END_TEST

/* A child process must not get the user's Path, a variable that makes .NET load a profiler, or a
 * variable that maxport does not know. */
START_TEST(user_environment_variables_are_not_passed_on)
{
    static const wchar_t *const planted[] = {L"COR_PROFILER", L"MAXPORT_PLANTED", L"PSModulePath"};
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++)
        ck_assert(SetEnvironmentVariableW(planted[i], L"planted here"));
    wchar_t before[32767];
    ck_assert_uint_ne(GetEnvironmentVariableW(L"Path", before, 32767), 0);
    ck_assert(SetEnvironmentVariableW(L"Path", L"C:\\planted here"));
    bool has_run = run(L"cmd.exe", L"/c set", 20000);
    ck_assert(SetEnvironmentVariableW(L"Path", before));
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++)
        SetEnvironmentVariableW(planted[i], NULL);
    ck_assert_msg(has_run, "%s", fault.text);
    ck_assert_ptr_null(strstr(text_string(&answer.output), "planted here"));
    ck_assert_ptr_nonnull(strstr(text_string(&answer.output), "SystemRoot="));
}
END_TEST

START_TEST(the_environment_is_sorted)
{
    wchar_t *block = environment_make(), *before = NULL;
    ck_assert_ptr_nonnull(block);
    for (wchar_t *at = block; *at; before = at, at += wcslen(at) + 1) {
        ck_assert_ptr_nonnull(wcschr(at, L'='));
        /* CreateProcessW() requires that the variables are sorted. */
        ck_assert(!before || _wcsicmp(before, at) < 0);
    }
    free(block);
}
END_TEST

START_TEST(only_programs_of_the_system_folder_are_started)
{
    ck_assert(!run(L"maxport-no-such.exe", L"", 1000));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_ptr_nonnull(strstr(fault.text, "maxport-no-such.exe"));
    ck_assert(!run(L"..\\explorer.exe", L"", 1000));
    ck_assert(!run(L"C:\\windows\\explorer.exe", L"", 1000));
}
END_TEST

START_TEST(a_child_that_exceeds_the_limit_is_ended)
{
    fakes_set_netsh("mode|hang\n");
    DWORD start = GetTickCount();
    ck_assert(!run(L"netsh.exe", L"interface ipv4 show dynamicport tcp", 700));
    DWORD elapsed = GetTickCount() - start;
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fault.text, "did not respond within 1 second"));
    ck_assert_uint_ge(elapsed, 680);
    ck_assert_uint_le(elapsed, 3000);
    ck_assert(!fakes_netsh_hangs());
    ck_assert_str_ne(fakes_netsh_log(), ""); /* a netsh was started */
}
END_TEST

START_TEST(the_children_of_a_child_are_ended_too)
{
    fakes_set_netsh("mode|hang\n");
    ck_assert(!run(L"cmd.exe", L"/c netsh.exe interface ipv4 show dynamicport tcp", 2500));
    ck_assert_str_ne(fakes_netsh_log(), "");
    for (int i = 0; i < 100 && fakes_netsh_hangs(); i++)
        Sleep(20);
    ck_assert(!fakes_netsh_hangs());
}
END_TEST

START_TEST(other_processes_of_the_same_name_continue)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION other;
    wchar_t path[MAX_PATH], command[] = L"netsh other";
    ck_assert_uint_ne(GetSystemDirectoryW(path, MAX_PATH - 16), 0);
    wcscat(path, L"\\netsh.exe");
    fakes_set_netsh("mode|hang\n");
    ck_assert(CreateProcessW(path, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &other));
    ck_assert(!run(L"netsh.exe", L"ours", 700));
    DWORD waited = WaitForSingleObject(other.hProcess, 0);
    TerminateProcess(other.hProcess, 0);
    WaitForSingleObject(other.hProcess, 5000);
    CloseHandle(other.hThread);
    CloseHandle(other.hProcess);
    ck_assert_uint_eq(waited, WAIT_TIMEOUT);
}
END_TEST

START_TEST(long_output_is_cut_and_does_not_block)
{
    fakes_set_netsh("mode|flood\n");
    ASSERT_RUNS(L"netsh.exe", L"interface ipv4 show excludedportrange protocol=tcp");
    ck_assert(answer.is_cut);
    ck_assert_uint_eq(answer.output.length, CHILD_OUTPUT_MAX);
}
END_TEST

START_TEST(endless_output_is_refused)
{
    fakes_set_netsh("mode|endless\n");
    DWORD start = GetTickCount();
    ck_assert(!run(L"netsh.exe", L"x", 20000));
    ck_assert_uint_lt(GetTickCount() - start, 19000);
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(fault.text, "netsh.exe printed more than 4 MB and was ended.");
}
END_TEST

/* The child never stops printing. maxport must still end the child at the time limit. */
START_TEST(endless_output_does_not_extend_the_time_limit)
{
    fakes_set_netsh("mode|endless\n");
    ck_assert(!run(L"netsh.exe", L"x", 60));
    ck_assert_str_eq(fault.text, "netsh.exe did not respond within 1 seconds.");
}
END_TEST

START_TEST(a_child_has_no_input)
{
    fakes_set_netsh("mode|input\n");
    ASSERT_RUNS(L"netsh.exe", L"x");
    ck_assert_str_eq(text_string(&answer.output), "0 bytes of input\r\n");
}
END_TEST

START_TEST(arguments_are_passed_unchanged)
{
    fakes_set_netsh("mode|stub\n");
    ASSERT_RUNS(L"netsh.exe", L"interface ipv4 show dynamicport tcp");
    const char *log = fakes_netsh_log();
    ck_assert_ptr_nonnull(strstr(log, "\\netsh.exe\" interface ipv4 show dynamicport tcp\n"));
    ck_assert_int_eq(log[0], '"');
}
END_TEST

START_TEST(output_is_converted_to_one_safe_line)
{
    struct text line;
    text_init(&line);
    text_init(&answer.output);
    /* In the code pages 437 and 850, byte 0x81 is the letter ü, and byte 0x94 is the letter ö. */
    text_puts(&answer.output, "\r\n  Erh\x94hte \r\n\r\n\tRechte \x81 \x1b[2J\r\n");
    child_output_line(&answer, 100, &line);
    if (GetOEMCP() == 437 || GetOEMCP() == 850)
        ck_assert_str_eq(text_string(&line), "Erh\xc3\xb6hte Rechte \xc3\xbc [2J");
    text_release(&line);
    child_output_line(&answer, 0, &line);
    ck_assert_str_eq(text_string(&line), "");
    text_release(&line);
}
END_TEST

Suite *child_suite(void)
{
    Suite *suite = suite_create("child");
    TCase *any = tcase_create("any system");
    tcase_add_checked_fixture(any, NULL, tear_down);
    tcase_add_test(any, output_and_exit_code_are_returned);
    tcase_add_test(any, missing_output_is_not_a_failure);
    tcase_add_test(any, a_child_starts_in_the_system_folder);
    tcase_add_test(any, user_environment_variables_are_not_passed_on);
    tcase_add_test(any, the_environment_is_sorted);
    tcase_add_test(any, only_programs_of_the_system_folder_are_started);
    tcase_add_test(any, output_is_converted_to_one_safe_line);
    suite_add_tcase(suite, any);

    if (fakes_can_run()) {
        TCase *fake = tcase_create("fake netsh");
        tcase_add_checked_fixture(fake, set_up_fake, tear_down_fake);
        tcase_add_test(fake, a_child_that_exceeds_the_limit_is_ended);
        tcase_add_test(fake, the_children_of_a_child_are_ended_too);
        tcase_add_test(fake, other_processes_of_the_same_name_continue);
        tcase_add_test(fake, long_output_is_cut_and_does_not_block);
        tcase_add_test(fake, endless_output_is_refused);
        tcase_add_test(fake, endless_output_does_not_extend_the_time_limit);
        tcase_add_test(fake, a_child_has_no_input);
        tcase_add_test(fake, arguments_are_passed_unchanged);
        suite_add_tcase(suite, fake);
    }
    return suite;
}
