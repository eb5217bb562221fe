/* Tests of the details of processes: of this process and of a child process with a command line
 * that is not ASCII. The details must agree with those of other functions of Windows. */
#include "core/system/process_details.h"

#include "scratch.h"
#include "suites.h"
#include "win32/clock.h"
#include "win32/identity.h"
#include "win32/lib/background.h"
#include "win32/lib/wide.h"
#include "win32/processes.h"

#include <stdlib.h>
#include <string.h>

static struct processes_adapter adapter;
static struct process_source functions;
static struct processes processes;
static struct process_details details;
static struct fault fault;

/* Wine does not know class 60 of NtQueryInformationProcess, so these tests simulate the function.
 */
static struct {
    const wchar_t *line; /* the command line that the function returns */
    LONG status;
    DWORD ms; /* the function first waits for this time */
    int class;
} simulated;

static LONG WINAPI query_process(HANDLE process, int class, void *data, ULONG bytes, ULONG *used)
{
    struct {
        uint16_t bytes, capacity;
        wchar_t *text;
    } string;
    size_t length = simulated.line ? wcslen(simulated.line) * sizeof(wchar_t) : 0;
    (void)process;
    Sleep(simulated.ms);
    simulated.class = class;
    *used = (ULONG)(sizeof string + length);
    if (simulated.status < 0)
        return simulated.status;
    ck_assert_uint_ge(bytes, *used);
    string.bytes = string.capacity = (uint16_t)length;
    string.text = (wchar_t *)(void *)((uint8_t *)data + sizeof string);
    memcpy(data, &string, sizeof string);
    memcpy(string.text, simulated.line, length); /* without a final NUL */
    return 0;
}

static void set_up(void)
{
    memset(&simulated, 0, sizeof simulated);
    scratch_query_process = (late_function)query_process;
    simulated.line = L"";
    processes_open(&adapter, &functions);
    processes_init(&processes);
    process_details_init(&details);
}

static void tear_down(void)
{
    scratch_query_process = NULL;
    process_details_release(&details);
    processes_release(&processes);
}

static bool read(uint32_t id, bool wants_command_line)
{
    FILETIME now;
    processes_release(&processes);
    process_details_release(&details);
    ASSERT_WORKS(functions.list(functions.context, &processes, &fault));
    GetSystemTimeAsFileTime(&now);
    return process_details_read(&functions, &processes, id, clock_unix_ms(&now), wants_command_line,
                                &details, &fault);
}

static void expect_text(enum process_detail detail, const wchar_t *expected)
{
    char *utf8 = wide_to_utf8(expected, wcslen(expected));
    ck_assert_int_eq(details.state[detail], DETAIL_KNOWN);
    ck_assert_str_eq(text_string(&details.text[detail]), utf8);
    free(utf8);
}

static const char *own_account(void)
{
    static struct identity identity;
    struct identity_source source;
    identity_open(&source);
    ASSERT_WORKS(source.read(source.context, &identity, &fault));
    return identity.account;
}

START_TEST(the_details_of_this_process_agree_with_other_functions)
{
    wchar_t path[MAX_PATH];
    FILETIME now;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    GetSystemTimeAsFileTime(&now);
    ASSERT_WORKS(read(GetCurrentProcessId(), false));
    expect_text(DETAIL_PATH, path);
    ck_assert(!details.is_in_system_folder);
    ck_assert_int_eq(details.state[DETAIL_ACCOUNT], DETAIL_KNOWN);
    ck_assert_str_eq(text_string(&details.text[DETAIL_ACCOUNT]), own_account());
    ck_assert_int_eq(details.state[DETAIL_STARTED], DETAIL_KNOWN);
    ck_assert_int_le(details.started_ms, clock_unix_ms(&now));
    ck_assert_int_gt(details.started_ms, clock_unix_ms(&now) - 3600 * 1000);
}
END_TEST

/* Starts a program that stays suspended, so that it never executes any code. */
static PROCESS_INFORMATION start_suspended(wchar_t program[MAX_PATH + 64], wchar_t line[512])
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    UINT count = GetSystemDirectoryW(program, MAX_PATH);
    ck_assert(count > 0 && count < MAX_PATH);
    wcscat(program, L"\\cmd.exe");
    ck_assert(CreateProcessW(program, line, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL,
                             &startup, &process));
    return process;
}

static void end(const PROCESS_INFORMATION *process)
{
    TerminateProcess(process->hProcess, 0);
    WaitForSingleObject(process->hProcess, 10000);
}

START_TEST(a_child_is_shown_with_its_whole_command_line)
{
    wchar_t program[MAX_PATH + 64], line[512] = L"cmd  /c \"S\u00f6hne \u65e5\u672c \xd83d\xde00\"";
    wchar_t expected[512];
    FILETIME before, after;
    wcscpy(expected, line);
    simulated.line = expected;
    GetSystemTimeAsFileTime(&before);
    PROCESS_INFORMATION process = start_suspended(program, line);
    GetSystemTimeAsFileTime(&after);
    ASSERT_WORKS(read(process.dwProcessId, true));
    ck_assert(details.is_in_system_folder);
    expect_text(DETAIL_COMMAND_LINE, expected);
    ck_assert_int_eq(simulated.class, 60);
    char *path = wide_to_utf8(program, wcslen(program));
    ck_assert_int_eq(_stricmp(text_string(&details.text[DETAIL_PATH]), path), 0);
    free(path);
    ck_assert_str_eq(text_string(&details.text[DETAIL_ACCOUNT]), own_account());
    ck_assert_int_ge(details.started_ms, clock_unix_ms(&before) - 50);
    ck_assert_int_le(details.started_ms, clock_unix_ms(&after) + 50);
    ASSERT_WORKS(read(process.dwProcessId, false));
    ck_assert_int_eq(details.state[DETAIL_COMMAND_LINE], DETAIL_UNKNOWN);
    ck_assert_str_eq(text_string(&details.text[DETAIL_COMMAND_LINE]), "");
    end(&process);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
}
END_TEST

/* The handles of the test keep the ended process in existence. */
START_TEST(an_ended_process_is_reported_as_ended)
{
    wchar_t program[MAX_PATH + 64], line[512] = L"cmd";
    PROCESS_INFORMATION process = start_suspended(program, line);
    ASSERT_WORKS(read(process.dwProcessId, false));
    end(&process);
    process_details_release(&details);
    ck_assert(!process_details_read(&functions, &processes, process.dwProcessId, 0, false, &details,
                                    &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    ck_assert(!functions.detail(functions.context, 0xfffffff0, false, &details, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
}
END_TEST

START_TEST(a_process_that_started_after_the_sockets_were_read_is_not_shown)
{
    FILETIME now;
    wchar_t program[MAX_PATH + 64], line[512] = L"cmd";
    PROCESS_INFORMATION process = start_suspended(program, line);
    ASSERT_WORKS(read(process.dwProcessId, false));
    GetSystemTimeAsFileTime(&now);
    process_details_release(&details);
    ck_assert(!process_details_read(&functions, &processes, process.dwProcessId,
                                    clock_unix_ms(&now) - 60000, false, &details, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    end(&process);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
}
END_TEST

START_TEST(slow_paths_are_unknown_and_then_no_more_are_read)
{
    adapter.path_ms = 0;
    /* The limit is 0 ms, but on a busy machine the query may still end in time. */
    for (int i = 0; i < 100 && adapter.slow_paths < 8; i++)
        ASSERT_WORKS(read(GetCurrentProcessId(), false));
    ck_assert_uint_eq(adapter.slow_paths, 8);
    ck_assert_int_eq(details.state[DETAIL_PATH], DETAIL_UNKNOWN);
    ck_assert_int_eq(details.state[DETAIL_STARTED], DETAIL_KNOWN);
    adapter.path_ms = 10000;
    ASSERT_WORKS(read(GetCurrentProcessId(), false)); /* no path is read any more */
    ck_assert_int_eq(details.state[DETAIL_PATH], DETAIL_UNKNOWN);
}
END_TEST

START_TEST(a_slow_lookup_shows_the_sid)
{
    bool was_slow = false;
    ASSERT_WORKS(read(GetCurrentProcessId(), false));
    ck_assert(!adapter.is_lookup_slow);
    adapter.lookup_ms = 0;
    /* The limit is 0 ms, but on a busy machine the lookup may still end in time. */
    for (int i = 0; i < 20 && !was_slow; i++) {
        ASSERT_WORKS(read(GetCurrentProcessId(), false));
        was_slow = adapter.is_lookup_slow;
    }
    ck_assert(was_slow);
    ck_assert_int_eq(strncmp(text_string(&details.text[DETAIL_ACCOUNT]), "S-1-5-", 6), 0);
    adapter.lookup_ms = 10000;
    ASSERT_WORKS(read(GetCurrentProcessId(), false)); /* is_lookup_slow remains set */
    ck_assert_int_eq(strncmp(text_string(&details.text[DETAIL_ACCOUNT]), "S-1-5-", 6), 0);
}
END_TEST

static const struct {
    uint32_t status;
    DWORD ms;
    enum detail_state state;
} failures[] = {
    {0xC0000003, 0, DETAIL_NOT_OFFERED}, /* STATUS_INVALID_INFO_CLASS: Windows 8 and earlier */
    {0xC0000002, 0, DETAIL_NOT_OFFERED}, /* STATUS_NOT_IMPLEMENTED */
    {0xC0000022, 0, DETAIL_DENIED},      /* STATUS_ACCESS_DENIED */
    {0xC0000001, 0, DETAIL_UNKNOWN},     /* STATUS_UNSUCCESSFUL */
    {0, 3000, DETAIL_UNKNOWN},           /* the owner of the process delays the reading */
};

START_TEST(an_unreadable_command_line_leaves_the_other_details)
{
    simulated.status = (LONG)failures[_i].status;
    simulated.ms = failures[_i].ms;
    ASSERT_WORKS(read(GetCurrentProcessId(), true));
    ck_assert_int_eq(details.state[DETAIL_COMMAND_LINE], failures[_i].state);
    ck_assert_str_eq(text_string(&details.text[DETAIL_COMMAND_LINE]), "");
    ck_assert_int_eq(details.state[DETAIL_PATH], DETAIL_KNOWN);
    ck_assert_int_eq(details.state[DETAIL_STARTED], DETAIL_KNOWN);
    while (background_has_abandoned())
        Sleep(50);
}
END_TEST

Suite *process_details_suite(void)
{
    Suite *suite = suite_create("process_details");
    TCase *tests = tcase_create("process_details");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, the_details_of_this_process_agree_with_other_functions);
    tcase_add_test(tests, a_child_is_shown_with_its_whole_command_line);
    tcase_add_test(tests, an_ended_process_is_reported_as_ended);
    tcase_add_test(tests, a_process_that_started_after_the_sockets_were_read_is_not_shown);
    tcase_add_test(tests, a_slow_lookup_shows_the_sid);
    tcase_add_test(tests, slow_paths_are_unknown_and_then_no_more_are_read);
    tcase_add_loop_test(tests, an_unreadable_command_line_leaves_the_other_details, 0,
                        sizeof failures / sizeof *failures);
    suite_add_tcase(suite, tests);
    return suite;
}
