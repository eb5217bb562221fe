#include "torture/child.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { LINE_COUNT = 4096, LIMIT_MS = 60000 };

static wchar_t folder[MAX_PATH];
static unsigned file_count;
static bool wants_console;

/* ---- time and random numbers ------------------------------------------ */

double now_us(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart * 1e6 / (double)frequency.QuadPart;
}

static uint32_t seed_now = 20220815;

void random_seed(unsigned seed)
{
    seed_now = seed ? seed : 1;
}

unsigned random_below(unsigned below)
{
    seed_now ^= seed_now << 13;
    seed_now ^= seed_now >> 17;
    seed_now ^= seed_now << 5;
    return below ? seed_now % below : 0;
}

/* ---- output files ----------------------------------------------------- */

bool child_set_up(void)
{
    wchar_t temporary[MAX_PATH];

    if (!GetTempPathW(MAX_PATH - 40, temporary))
        return false;
    snwprintf(folder, MAX_PATH, L"%lsmaxport-torture-%lu", temporary, GetCurrentProcessId());
    return CreateDirectoryW(folder, NULL);
}

void child_clean_up(void)
{
    RemoveDirectoryW(folder);
}

/* Opens a file for the output of a child. With a pipe, this process would have to read while the
 * child runs. */
static HANDLE output_file(void)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    wchar_t path[MAX_PATH];

    snwprintf(path, MAX_PATH, L"%ls\\%u", folder, file_count++);
    return CreateFileW(path, GENERIC_READ | GENERIC_WRITE | DELETE,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &inherited,
                       CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
}

static void collect(HANDLE file, char buffer[CHILD_OUTPUT_MAX])
{
    DWORD got = 0;

    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    ReadFile(file, buffer, CHILD_OUTPUT_MAX - 1, &got, NULL);
    buffer[got] = '\0';
    CloseHandle(file);
}

/* ---- processes -------------------------------------------------------- */

/* Only Ctrl-C needs a console. A child without a console starts sooner, and under Wine the creation
 * of a console sometimes fails or hangs. */
void child_use_console(bool is_wanted)
{
    wants_console = is_wanted;
}

static void start(struct child *child, const wchar_t *program, HANDLE token, const char *format,
                  va_list list)
{
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    char arguments[LINE_COUNT];
    wchar_t line[LINE_COUNT + MAX_PATH];
    DWORD flags = wants_console ? CREATE_NO_WINDOW : DETACHED_PROCESS;
    BOOL is_started = FALSE;

    vsnprintf(arguments, sizeof arguments, format, list);
    snwprintf(line, LINE_COUNT + MAX_PATH, L"\"%ls\" %hs", program, arguments);
    child->out_file = startup.hStdOutput = output_file();
    child->err_file = startup.hStdError = output_file();
    child->started_us = now_us();
    /* Sometimes Wine cannot start a program (ERROR_INTERNAL_ERROR; src/cmake/wine, wine_settle).
     * This is not a fault of the program, so the start is tried again. */
    for (unsigned attempt = 0; attempt < 5; attempt++) {
        is_started = token ? CreateProcessAsUserW(token, program, line, NULL, NULL, TRUE, flags,
                                                  NULL, NULL, &startup, &process)
                           : CreateProcessW(program, line, NULL, NULL, TRUE, flags, NULL, NULL,
                                            &startup, &process);
        if (is_started || GetLastError() != ERROR_INTERNAL_ERROR)
            break;
        Sleep(1000);
    }
    if (!is_started) {
        fprintf(stderr, "torture: %ls does not start: error %lu\n", line, GetLastError());
        exit(2);
    }
    CloseHandle(process.hThread);
    child->process = process.hProcess;
}

void child_start(struct child *child, const wchar_t *program, HANDLE token, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    start(child, program, token, format, list);
    va_end(list);
}

bool child_is_over(const struct child *child)
{
    return WaitForSingleObject(child->process, 0) == WAIT_OBJECT_0;
}

void child_finish(struct child *child)
{
    if (WaitForSingleObject(child->process, LIMIT_MS) != WAIT_OBJECT_0) {
        TerminateProcess(child->process, EXIT_OVER_TIME);
        WaitForSingleObject(child->process, LIMIT_MS);
    }
    child->took_us = now_us() - child->started_us;
    GetExitCodeProcess(child->process, &child->exit_code);
    CloseHandle(child->process);
    child->process = NULL;
    collect(child->out_file, child->out);
    collect(child->err_file, child->err);
}

void child_kill(struct child *child)
{
    TerminateProcess(child->process, EXIT_KILLED_BY_US);
    child_finish(child);
}

void child_run(struct child *child, const wchar_t *program, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    start(child, program, NULL, format, list);
    va_end(list);
    child_finish(child);
}

/* ---- output of a child ------------------------------------------------ */

json_t *child_json(const struct child *child)
{
    return json_loads(child->out, JSON_REJECT_DUPLICATES, NULL);
}

static bool starts_with(const char *text, const char *words)
{
    for (; *words; words++) {
        size_t blanks = strspn(text, " \r\n");

        if (*words == ' ' && blanks > 0)
            text += blanks;
        else if (*words != *text++)
            return false;
    }
    return true;
}

bool says(const char *text, const char *words)
{
    for (; *text; text++)
        if (starts_with(text, words))
            return true;
    return false;
}
