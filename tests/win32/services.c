/* Tests of the interface `services`. The results must agree with those of other functions of the
 * service control manager. The tests of command lines use child processes. */
#include "win32/services.h"
#include "scratch.h"
#include "suites.h"
#include "win32/command_line.h"
#include "win32/lib/wide.h"
#include "win32/processes.h"

#include <stdlib.h>
#include <string.h>

static struct services_adapter adapter;
static struct service_source functions;
static struct services services;
static struct fault fault;

static uint32_t session; /* simulated session of all processes */

uint32_t __wrap_process_session(uint32_t process);

uint32_t __wrap_process_session(uint32_t process)
{
    (void)process;
    return session;
}

static void set_up(void)
{
    session = SERVICES_SESSION;
    services_open(&adapter, &functions);
    services_init(&services);
}

static void tear_down(void)
{
    services_release(&services);
    services_close(&adapter);
}

static DWORD process_of(const char *name)
{
    SERVICE_STATUS_PROCESS status;
    DWORD needed;
    wchar_t *wide = wide_from_utf8(name);
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceW(manager, wide, SERVICE_QUERY_STATUS);
    ck_assert_ptr_nonnull(service);
    ck_assert(QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status,
                                   &needed));
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    free(wide);
    return status.dwProcessId;
}

START_TEST(services_agree_with_the_status_of_each_service)
{
    struct process_source process_port;
    struct processes_adapter process_adapter;
    struct processes processes;
    processes_init(&processes);
    processes_open(&process_adapter, &process_port);
    ASSERT_WORKS(process_port.list(process_port.context, &processes, &fault));

    for (int has_begun = 0; has_begun < 2; has_begun++) {
        if (has_begun) {
            functions.begin(functions.context);
            functions.begin(functions.context); /* the second call must have no effect */
        }
        functions.read(functions.context, &services);
        ck_assert_msg(services.is_known, "%s", services.why);
        ck_assert_str_eq(services.why, "");
        ck_assert_uint_gt(services.count, 0); /* even Wine has services, e.g. EventLog */
        for (size_t i = 0; i < services.count; i++) {
            const struct service *row = &services.rows[i];
            ck_assert_uint_ne(row->process, 0);
            ck_assert_uint_eq(row->process, process_of(row->name));
            ck_assert_ptr_nonnull(processes_find(&processes, row->process));
            ck_assert_str_ne(row->display, "");
            ck_assert(i == 0 || services.rows[i - 1].process <= row->process);
        }
        services_release(&services);
    }
    processes_release(&processes);
}
END_TEST

START_TEST(a_late_reading_makes_the_services_unknown)
{
    bool was_late = false;
    adapter.limit_ms = 0;
    /* The limit is 0 ms, but on a busy machine the reading may still end in time. So the reading is
     * repeated. */
    for (int i = 0; i < 20 && !was_late; i++) {
        functions.read(functions.context, &services);
        was_late = !services.is_known;
        ck_assert(services.is_known || services.count == 0);
        ck_assert(services.is_known || strncmp(services.why, "Timed out", 9) == 0);
        services_release(&services);
    }
    ck_assert(was_late);
    adapter.limit_ms = 3000;
    functions.read(functions.context, &services); /* the next reading starts anew */
    ck_assert_msg(services.is_known, "%s", services.why);
}
END_TEST

START_TEST(begin_without_read_causes_no_error)
{
    functions.begin(functions.context);
    services_close(&adapter);
    services_close(&adapter);
    functions.read(functions.context, &services);
    ck_assert_msg(services.is_known, "%s", services.why);
}
END_TEST

START_TEST(the_pool_is_found_in_the_command_line)
{
    static const struct {
        const wchar_t *line;
        const char *pool; /* NULL: the line contains no pool */
    } rows[] = {
        {L"c:\\windows\\system32\\inetsrv\\w3wp.exe -ap \"Shop\" -v \"v4.0\" -l \"webengine4.dll\" "
         L"-a \\\\.\\pipe\\iisipm1 -h \"C:\\inetpub\\temp\\apppools\\Shop\\Shop.config\" -w \"\" "
         L"-m 0 -t 20 -ta 0",
         "Shop"},
        {L"w3wp.exe -a \\\\.\\pipe\\iisipm2 -t 20 -ap DefaultAppPool", "DefaultAppPool"},
        {L"\"C:\\Program Files\\w3wp.exe\" -ap \"My Pool, the \\\"2nd\\\"\"",
         "My Pool, the \"2nd\""},
        {L"w3wp.exe -ap \"S\u00f6hne\"", "S\xc3\xb6hne"},
        /* The quotes are removed before a word is compared with -ap. */
        {L"w3wp.exe -x \"-ap\" \"-v\"", "-v"},
        {L"-ap Shop", NULL}, /* here, -ap is the name of the program */
        {L"w3wp.exe -ap", NULL},
        {L"w3wp.exe -ap \"\" -v v4.0", NULL},
        {L"w3wp.exe -apx Shop", NULL},
        {L"w3wp.exe", NULL},
        {L"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char pool[64] = "untouched";
        ck_assert_msg(services_pool_of(rows[i].line, pool, sizeof pool) == (rows[i].pool != NULL),
                      "row %u", (unsigned)i);
        ck_assert_str_eq(pool, rows[i].pool ? rows[i].pool : "untouched");
    }
}
END_TEST

/* Starts a program that stays suspended, so that it never executes any code. */
static PROCESS_INFORMATION start_program_suspended(const wchar_t *program, const wchar_t *arguments)
{
    wchar_t line[MAX_PATH + 256];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    wcscpy(line, program);
    wcscat(line, L" ");
    wcscat(line, arguments);
    ck_assert(CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup,
                             &process));
    return process;
}

static PROCESS_INFORMATION start_suspended(const wchar_t *arguments)
{
    wchar_t program[MAX_PATH + 64];
    UINT count = GetSystemDirectoryW(program, MAX_PATH);
    ck_assert(count > 0 && count < MAX_PATH);
    wcscat(program, L"\\cmd.exe");
    return start_program_suspended(program, arguments);
}

static void end(PROCESS_INFORMATION *process)
{
    TerminateProcess(process->hProcess, 0);
    WaitForSingleObject(process->hProcess, 10000);
    CloseHandle(process->hThread);
    CloseHandle(process->hProcess);
}

START_TEST(command_lines_are_read_in_both_ways)
{
    PROCESS_INFORMATION process = start_suspended(L"-ap \"Shop\" secret");
    static const enum command_line_way ways[] = {COMMAND_LINE_ANY, COMMAND_LINE_FROM_MEMORY};
    for (size_t i = 0; i < 2; i++) {
        wchar_t *line = command_line_read(process.dwProcessId, ways[i]);
        ck_assert_ptr_nonnull(line);
        ck_assert_ptr_nonnull(wcsstr(line, L"\\cmd.exe -ap \"Shop\" secret"));
        ck_assert_uint_eq(wcslen(wcsstr(line, L"secret")), 6);
        free(line);
        line = command_line_read(GetCurrentProcessId(), ways[i]);
        ck_assert_ptr_nonnull(line);
        ck_assert_int_eq(wcscmp(line, GetCommandLineW()), 0);
        free(line);
        ck_assert_ptr_null(command_line_read(0xfffffff0, ways[i]));
        ck_assert_ptr_null(command_line_read(0, ways[i]));
    }
    end(&process);
}
END_TEST

START_TEST(only_the_worker_in_the_system_folder_counts)
{
    wchar_t path[MAX_PATH + 64];
    UINT length = GetSystemDirectoryW(path, MAX_PATH);
    static const wchar_t *const others[] = {L"\\w3wp.exe", L"\\inetsrv\\w3wp.exe.exe",
                                            L"\\inetsrv\\x\\w3wp.exe", L"\\inetsrv\\w3wp", L""};
    wcscpy(path + length, L"\\InetSrv\\W3WP.EXE");
    ck_assert(services_is_pool_worker(path, 0));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        wcscpy(path + length, others[i]);
        ck_assert_msg(!services_is_pool_worker(path, 0), "row %u", (unsigned)i);
    }
    ck_assert(!services_is_pool_worker(L"C:\\Users\\a\\System32\\inetsrv\\w3wp.exe", 0));
    ck_assert(!services_is_pool_worker(L"w3wp.exe", 0));
    wcscpy(path + length, L"\\inetsrv\\w3wp.exe");
    ck_assert(!services_is_pool_worker(path, 1));
    ck_assert(!services_is_pool_worker(path, (uint32_t)UNKNOWN_SESSION));
}
END_TEST

START_TEST(another_program_with_a_workers_arguments_has_no_pool)
{
    char detail[64] = "untouched";
    PROCESS_INFORMATION process = start_suspended(L"-ap \"Shop\" secret");
    ck_assert(!functions.detail(functions.context, process.dwProcessId, "w3wp.exe", detail,
                                sizeof detail));
    ck_assert_str_eq(detail, "untouched");
    end(&process);
}
END_TEST

/* Copies cmd.exe to the path of the IIS worker process. Returns false if IIS is installed; then the
 * test is skipped. */
static bool copy_worker(wchar_t worker[MAX_PATH + 64])
{
    wchar_t program[MAX_PATH + 64];
    UINT length = GetSystemDirectoryW(worker, MAX_PATH);
    wcscpy(worker + length, L"\\inetsrv");
    CreateDirectoryW(worker, NULL);
    wcscat(worker, L"\\w3wp.exe");
    wcscpy(program, worker);
    wcscpy(program + length, L"\\cmd.exe");
    return CopyFileW(program, worker, TRUE);
}

START_TEST(detail_contains_only_the_name_of_the_pool)
{
    char detail[64] = "untouched";
    wchar_t worker[MAX_PATH + 64];
    if (!copy_worker(worker))
        return;
    PROCESS_INFORMATION pool = start_program_suspended(worker, L"-ap \"Shop\" secret");
    PROCESS_INFORMATION other = start_program_suspended(worker, L"secret");
    ck_assert(
        functions.detail(functions.context, pool.dwProcessId, "W3WP.EXE", detail, sizeof detail));
    ck_assert_str_eq(detail, "Shop");
    strcpy(detail, "untouched");
    session = 1; /* the process belongs to a user's session */
    ck_assert(
        !functions.detail(functions.context, pool.dwProcessId, "W3WP.EXE", detail, sizeof detail));
    session = SERVICES_SESSION;
    ck_assert(
        !functions.detail(functions.context, pool.dwProcessId, "cmd.exe", detail, sizeof detail));
    ck_assert(
        !functions.detail(functions.context, other.dwProcessId, "w3wp.exe", detail, sizeof detail));
    ck_assert(!functions.detail(functions.context, 0xfffffff0, "w3wp.exe", detail, sizeof detail));
    ck_assert_str_eq(detail, "untouched");
    /* The buffer is too small for the text. */
    ck_assert(!functions.detail(functions.context, pool.dwProcessId, "w3wp.exe", detail, 4));
    end(&pool);
    end(&other);
    DeleteFileW(worker);
}
END_TEST

Suite *services_suite(void)
{
    Suite *suite = suite_create("services");
    TCase *tests = tcase_create("services");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, services_agree_with_the_status_of_each_service);
    tcase_add_test(tests, a_late_reading_makes_the_services_unknown);
    tcase_add_test(tests, begin_without_read_causes_no_error);
    tcase_add_test(tests, the_pool_is_found_in_the_command_line);
    tcase_add_test(tests, command_lines_are_read_in_both_ways);
    tcase_add_test(tests, only_the_worker_in_the_system_folder_counts);
    tcase_add_test(tests, another_program_with_a_workers_arguments_has_no_pool);
    tcase_add_test(tests, detail_contains_only_the_name_of_the_pool);
    suite_add_tcase(suite, tests);
    return suite;
}
