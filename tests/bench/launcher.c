/* launcher RUNS COMMAND... - measures the run times of programs. The launcher runs in the same
 * Wine (or Windows) as these programs, so the start of Wine is not measured.
 *
 * Each COMMAND is a whole command line; {n} in it is replaced by a number that is used only once.
 * First each command runs once without measurement. Then all commands run RUNS times in turn, so
 * that a disturbance of the machine affects all of them alike. A last run of each command measures
 * memory. The program prints a line for each command: median, minimum and maximum in microseconds,
 * exit code, and the peaks of working set and private memory in bytes.
 *
 * The peaks are read every millisecond while a command runs, because Wine does not report them for
 * a process that has ended. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <windows.h>

#include <psapi.h>

enum { RUNS_MAXIMUM = 999, COMMANDS_MAXIMUM = 16, LINE_COUNT = 2048 };

struct result {
    double microseconds[RUNS_MAXIMUM];
    DWORD exit_code;
    SIZE_T peak_working_set, peak_private;
};

static void number_line(const wchar_t *command, wchar_t line[LINE_COUNT])
{
    static unsigned number;
    const wchar_t *mark = wcsstr(command, L"{n}");

    if (mark)
        _snwprintf(line, LINE_COUNT - 1, L"%.*ls%lu_%u%ls", (int)(mark - command), command,
                   (unsigned long)GetCurrentProcessId(), ++number, mark + 3);
    else
        _snwprintf(line, LINE_COUNT - 1, L"%ls", command);
    line[LINE_COUNT - 1] = L'\0';
}

static void watch_memory(HANDLE process, struct result *result)
{
    PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof counters};

    do {
        if (!GetProcessMemoryInfo(process, &counters, sizeof counters))
            continue;
        if (counters.PeakWorkingSetSize > result->peak_working_set)
            result->peak_working_set = counters.PeakWorkingSetSize;
        if (counters.PagefileUsage > result->peak_private)
            result->peak_private = counters.PagefileUsage;
    } while (WaitForSingleObject(process, 1) == WAIT_TIMEOUT);
}

static bool run(const wchar_t *command, HANDLE nothing, bool wants_memory, struct result *result,
                double *microseconds)
{
    STARTUPINFOW startup = {
        .cb = sizeof startup,
        .dwFlags = STARTF_USESTDHANDLES,
        .hStdInput = nothing,
        .hStdOutput = nothing,
        .hStdError = nothing,
    };
    PROCESS_INFORMATION process;
    LARGE_INTEGER started, ended, frequency;
    wchar_t line[LINE_COUNT];

    number_line(command, line);
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&started);
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        fprintf(stderr, "launcher: error %lu: %ls\n", (unsigned long)GetLastError(), line);
        return false;
    }
    if (wants_memory)
        watch_memory(process.hProcess, result);
    WaitForSingleObject(process.hProcess, INFINITE);
    QueryPerformanceCounter(&ended);
    *microseconds = (double)(ended.QuadPart - started.QuadPart) * 1e6 / (double)frequency.QuadPart;
    GetExitCodeProcess(process.hProcess, &result->exit_code);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    return true;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    static struct result results[COMMANDS_MAXIMUM];
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    HANDLE nothing =
        CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                    &inherited, OPEN_EXISTING, 0, NULL);
    int runs = argc > 2 ? _wtoi(argv[1]) : 0, commands = argc - 2;
    double ignored;

    if (runs < 1 || runs > RUNS_MAXIMUM || commands > COMMANDS_MAXIMUM) {
        fprintf(stderr, "usage: launcher RUNS COMMAND...\n");
        return 2;
    }
    for (int run_number = -1; run_number <= runs; run_number++)
        for (int i = 0; i < commands; i++) {
            bool is_measured = run_number >= 0 && run_number < runs;
            double *time = is_measured ? &results[i].microseconds[run_number] : &ignored;

            if (!run(argv[2 + i], nothing, run_number == runs, &results[i], time))
                return 1;
        }
    for (int i = 0; i < commands; i++) {
        double *times = results[i].microseconds;

        qsort(times, (size_t)runs, sizeof *times, compare);
        printf("%.0f\t%.0f\t%.0f\t%lu\t%llu\t%llu\n", times[runs / 2], times[0], times[runs - 1],
               (unsigned long)results[i].exit_code, (unsigned long long)results[i].peak_working_set,
               (unsigned long long)results[i].peak_private);
    }
    return 0;
}
